import Testing

@testable import Platform

@Suite struct ByteReaderTests {
    @Test(arguments: [0, 1, 250, 251, 252, 0xFFFF, 0x1_0000, 0xFF_FFFF, 0x100_0000, UInt64.max])
    func aLengthEncodedIntegerIsReadBackAsWritten(value: UInt64) throws {
        var writer = ByteWriter()
        writer.write(lengthEncoded: value)
        var reader = ByteReader(writer.bytes)
        #expect(try reader.readLengthEncodedInteger() == value)
        #expect(reader.isAtEnd)
    }

    @Test func aLengthBeyondTheEndIsAnErrorNotATrap() {
        var reader = ByteReader([0xFE, 255, 255, 255, 255, 255, 255, 255, 255, 1])
        #expect(throws: MalformedBytes.self) { try reader.readLengthEncodedBytes() }
    }

    @Test func aUUIDIsReadInMySQLsForms() {
        let text = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
        #expect(UUID(text)?.description == text)
        #expect(UUID("{\(text)}") == UUID(text))
        #expect(UUID("3E11FA4771CA11E19E33C80AA9429562") == UUID(text))
        #expect(UUID("3e11fa47-71ca-11e1-9e33c80aa9429562-") == nil)
    }
}
