/// GB 18030: GBK's one and two bytes, and four bytes for all the rest of Unicode.
enum GB18030 {
    /// Runs of four-byte codes in the basic plane: linear index, code point, length; ordered by both.
    private static let ranges: [(index: UInt32, codePoint: UInt32, count: UInt32)] = {
        var ranges: [(index: UInt32, codePoint: UInt32, count: UInt32)] = []
        var reader = PackedReader(CodeTable.gb18030Ranges)
        while let index = reader.next(3), let codePoint = reader.next(3), let count = reader.next(3) {
            ranges.append((UInt32(index), UInt32(codePoint), UInt32(count)))
        }
        return ranges
    }()
    private static let byCodePoint = ranges.sorted { $0.codePoint < $1.codePoint }
    /// The linear index of U+10000.
    private static let supplementary: UInt32 = 189_000

    /// The last of the ranges that begins at or before `key`.
    private static func find(
        _ key: UInt32, _ ranges: [(index: UInt32, codePoint: UInt32, count: UInt32)],
        _ start: ((index: UInt32, codePoint: UInt32, count: UInt32)) -> UInt32
    ) -> (index: UInt32, codePoint: UInt32, count: UInt32)? {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if start(ranges[middle]) <= key { low = middle + 1 } else { high = middle }
        }
        guard low > 0, key - start(ranges[low - 1]) < ranges[low - 1].count else { return nil }
        return ranges[low - 1]
    }

    /// The number of a four-byte code among all of them; nil for characters of fewer bytes.
    static func index(of codePoint: UInt32) -> UInt32? {
        if codePoint >= 0x10000 { return supplementary + codePoint - 0x10000 }
        guard let range = find(codePoint, byCodePoint, { $0.codePoint }) else { return nil }
        return range.index + codePoint - range.codePoint
    }

    static func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> CharacterEncoding.Scanned {
        let lead = bytes[index]
        if lead < 0x80 { return CharacterEncoding.Scanned(codePoint: UInt32(lead), width: 1) }
        guard index + 1 < bytes.count, lead >= 0x81, lead <= 0xFE else {
            return CharacterEncoding.Scanned(codePoint: nil, width: 1)
        }
        let second = bytes[index + 1]
        if second >= 0x40 {
            guard second != 0x7F, second != 0xFF else { return CharacterEncoding.Scanned(codePoint: nil, width: 1) }
            let codePoint = CodeTable.gb18030.codePoint(of: Int(lead) << 8 | Int(second))
            return CharacterEncoding.Scanned(codePoint: codePoint, width: 2)
        }
        guard index + 3 < bytes.count, second >= 0x30, second <= 0x39, bytes[index + 2] >= 0x81, bytes[index + 2] <= 0xFE,
            bytes[index + 3] >= 0x30, bytes[index + 3] <= 0x39
        else { return CharacterEncoding.Scanned(codePoint: nil, width: 1) }
        let high = UInt32(lead - 0x81) * 10 + UInt32(second - 0x30)
        let linear = high * 1260 + UInt32(bytes[index + 2] - 0x81) * 10 + UInt32(bytes[index + 3] - 0x30)
        if linear >= supplementary {
            let codePoint = linear - supplementary + 0x10000
            return CharacterEncoding.Scanned(codePoint: codePoint < 0x110000 ? codePoint : nil, width: 4)
        }
        guard let range = find(linear, ranges, { $0.index }) else {
            return CharacterEncoding.Scanned(codePoint: nil, width: 4)
        }
        return CharacterEncoding.Scanned(codePoint: range.codePoint + linear - range.index, width: 4)
    }

    static func append(_ codePoint: UInt32, to bytes: inout [UInt8]) {
        if let code = CodeTable.gb18030.code(of: codePoint) { return MultiByteForm.append(code, to: &bytes) }
        guard let linear = index(of: codePoint) else { return bytes.append(UInt8(ascii: "?")) }
        let high = linear / 1260
        let low = linear % 1260
        bytes.append(UInt8(truncatingIfNeeded: 0x81 + high / 10))
        bytes.append(UInt8(truncatingIfNeeded: 0x30 + high % 10))
        bytes.append(UInt8(truncatingIfNeeded: 0x81 + low / 10))
        bytes.append(UInt8(truncatingIfNeeded: 0x30 + low % 10))
    }
}
