/// gb18030_chinese_ci: Chinese characters by their pinyin, others without case by their place in GB 18030.
final class GB18030Order: Sendable {
    static let shared = GB18030Order()

    private static let firstChinese: UInt32 = 0xFFA0_0001
    private static let firstOther: UInt32 = 0xFF00_0000

    private let weights: [UInt32: UInt32]

    private init() {
        var weights: [UInt32: UInt32] = [:]
        var reader = PackedReader(Self.chineseText)
        var weight = Self.firstChinese
        while let codePoint = reader.next(3) {
            weights[UInt32(codePoint)] = weight
            weight += 1
        }
        reader = PackedReader(Self.foldedText)
        reader.forEachInRuns(6) { codePoint, weight in
            weights[UInt32(codePoint)] = UInt32(truncatingIfNeeded: weight)
        }
        self.weights = weights
    }

    /// A weight of one, two or four bytes.
    func weight(_ codePoint: UInt32) -> UInt32 {
        if codePoint < 0x80 { return codePoint >= 0x61 && codePoint <= 0x7A ? codePoint - 32 : codePoint }
        if let weight = weights[codePoint] { return weight }
        if let code = CodeTable.gb18030.code(of: codePoint) { return UInt32(code) }
        return Self.firstOther + (GB18030.index(of: codePoint) ?? 0)
    }

    /// A number that compares as MySQL compares the characters: those of several bytes after those of one, also where the
    /// capital is of one byte.
    func rank(_ codePoint: UInt32) -> UInt32 {
        let weight = weight(codePoint)
        if codePoint >= 0x80 && weight < 0x80 { return 0x8000_0000 | weight }
        return weight == 0 ? 0 : weight << UInt32(weight.leadingZeroBitCount & ~7)
    }

    func append(_ codePoint: UInt32, to key: inout [UInt8]) {
        let weight = weight(codePoint)
        let bytes = max(1, (39 - weight.leadingZeroBitCount) / 8)
        for shift in (0..<bytes).reversed() { key.append(UInt8(truncatingIfNeeded: weight >> UInt32(8 * shift))) }
    }
}
