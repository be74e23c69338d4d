import MySQLTypes
import Testing

@testable import Storage

@Suite struct WriteSetHashTests {
    @Test(
        "MySQL's known hashes of write-set items come out",
        arguments: [
            ("PRIMARY", "t1", [1], 340_395_741_608_101_502),
            ("PRIMARY", "t1", [2], 16_097_759_999_475_440_183),
            ("PRIMARY", "t1", [3], 8_563_267_070_232_261_320),
            ("PRIMARY", "t1", [5], 7_803_002_059_431_370_747),
            ("PRIMARY", "t1", [1, 2], 13_655_149_628_280_894_901),
            ("PRIMARY", "t1", [3, 2], 16_833_405_476_607_614_310),
            ("PRIMARY", "t1", [5, 2], 17_122_769_277_112_661_326),
            ("PRIMARY", "t1", [1, 2, 3], 9_647_156_720_027_801_592),
            ("PRIMARY", "t2", [1], 10_002_085_147_685_770_725),
            ("PRIMARY", "t2", [4], 7_572_125_940_027_161_025),
            ("PRIMARY", "t2", [5], 14_682_037_479_339_770_823),
            ("PRIMARY", "t2", [1, 2, 3], 15_066_957_522_449_671_266),
            ("PRIMARY", "t3", [1, 5], 3_283_233_640_848_908_273),
            ("b", "t1", [3], 8_954_424_140_835_647_185),
            ("c", "t1", [4], 3_520_344_117_573_337_805),
            ("c2", "t1", [1], 8_692_935_619_695_688_993),
            ("c2", "t1", [2], 12_796_928_550_717_161_120),
            ("c2", "t3", [5], 17_221_725_733_811_443_497),
            ("c3", "t1", [3], 11_199_547_876_733_116_431),
            ("key_b_c", "t1", [2, 3], 14_341_778_092_818_779_177),
            ("key_b_c", "t1", [5, 6], 3_682_008_013_696_622_692),
            ("key_e_f", "t2", [2, 3], 7_781_576_503_154_198_764),
        ] as [(String, String, [UInt8], UInt64)])
    func knownAnswers(index: String, table: String, values: [UInt8], expected: UInt64) {
        // The vectors were made with one-byte sort keys, the digits.
        let parts = values.indices.map { KeyLayout.Part(column: $0, normalization: .bytes, prefixLength: nil) }
        let key = KeyLayout(
            index: IndexDefinition(name: index, kind: .primary, parts: []), schema: "test", table: table, parts: parts)
        var scratch: [UInt8] = []
        let hash = values.map { 0x30 + $0 }.withUnsafeBytes { bytes in
            key.hash(scratch: &scratch, sortKey: { _, _, _, _ in }) { column in
                .blob(UnsafeRawBufferPointer(rebasing: bytes[column...column]))
            }
        }
        #expect(hash == expected)
    }

    @Test("Inputs of every length around the block size hash as the reference says")
    func lengths() {
        #expect(XXH64.hash([]) == 0xEF46_DB37_51D8_E999)
        #expect(XXH64.hash(Array("a".utf8)) == 0xD24E_C4F1_A98C_6E5B)
        #expect(XXH64.hash(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
        #expect(XXH64.hash(Array("The quick brown fox jumps over the lazy dog".utf8)) == 0x0B24_2D36_1FDA_71BC)
    }

    @Test("Signed integers are flipped, so that they sort as bytes, and NULL gives no item")
    func integers() {
        let part = KeyLayout.Part(column: 0, normalization: .integer(width: 4, isSigned: true), prefixLength: nil)
        var bytes: [UInt8] = []
        #expect(part.append(.integer(-1), to: &bytes, sortKey: { _, _, _, _ in }))
        #expect(part.append(.integer(1), to: &bytes, sortKey: { _, _, _, _ in }))
        #expect(bytes == [0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 1])
        #expect(!part.append(.null, to: &bytes, sortKey: { _, _, _, _ in }))
    }
}
