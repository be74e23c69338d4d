import MySQLTypes

/// How many bytes the characters of a set have, by their first byte: what reading and writing fields needs to know, so that
/// the second byte of a character is not taken for a terminator or an escape.
struct CharacterLengths: Sendable {
    private enum Kind: Sendable {
        case single
        case utf8(longest: Int)
        /// Two bytes from these on.
        case double([ClosedRange<UInt8>])
        case japaneseEUC
        case gb18030
        /// Two or four bytes, whatever they are.
        case wide(unit: Int)
    }

    private let kind: Kind

    init(_ set: CharacterSet) {
        kind =
            switch set.name {
            case "utf8mb4": .utf8(longest: 4)
            case "utf8mb3": .utf8(longest: 3)
            case "big5": .double([0xA1...0xF9])
            case "gbk", "euckr": .double([0x81...0xFE])
            case "gb2312": .double([0xA1...0xF7])
            case "sjis", "cp932": .double([0x81...0x9F, 0xE0...0xFC])
            case "ujis", "eucjpms": .japaneseEUC
            case "gb18030": .gb18030
            case "ucs2", "utf16", "utf16le": .wide(unit: 2)
            case "utf32": .wide(unit: 4)
            default: .single
            }
    }

    /// Readers take the bytes of wide characters one by one, as MySQL's does.
    var areAllSingle: Bool {
        switch kind {
        case .single, .wide: true
        case .utf8, .double, .japaneseEUC, .gb18030: false
        }
    }

    /// Bytes of each character, where all have two or more.
    var wideUnit: Int? {
        if case .wide(let unit) = kind { return unit }
        return nil
    }

    /// The length that the first byte announces; 0: no character begins with it. (MySQL's `my_mbcharlen`.)
    func announced(by byte: UInt8, followedBy next: UInt8?) -> Int {
        switch kind {
        case .single, .wide: return 1
        case .utf8(let longest):
            switch byte {
            case ..<0x80: return 1
            case 0xC2..<0xE0: return 2
            case 0xE0..<0xF0: return 3
            case 0xF0..<0xF8 where longest == 4: return 4
            default: return 0
            }
        case .double(let first): return first.contains { $0.contains(byte) } ? 2 : 1
        case .japaneseEUC: return byte == 0x8E || 0xA1...0xFE ~= byte ? 2 : byte == 0x8F ? 3 : 1
        case .gb18030:
            guard 0x81...0xFE ~= byte, let next else { return 1 }
            return 0x30...0x39 ~= next ? 4 : 2
        }
    }

    /// Whether these bytes, of the length that the first one announced, are one character.
    func isCharacter(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        switch kind {
        case .single, .wide: return true
        case .utf8:
            let bytes = Array(bytes)
            return bytes.withUnsafeBufferPointer { UTF8Scanner.firstInvalid($0) == nil }
        case .double: return bytes.dropFirst().allSatisfy { $0 >= 0x40 && $0 != 0x7F || 0x30...0x39 ~= $0 }
        case .japaneseEUC: return bytes.dropFirst().allSatisfy { $0 >= 0xA1 }
        case .gb18030: return true
        }
    }
}
