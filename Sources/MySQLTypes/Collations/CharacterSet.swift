/// A character set as SHOW CHARACTER SET lists it. Character strings are carried as UTF-8 whatever their set; the set
/// decides which characters fit, how many bytes LENGTH counts, and what HEX shows.
public struct CharacterSet: Hashable, Sendable {
    public let name: String
    public let description: String
    public let defaultCollation: CollationID
    /// The most bytes of a character.
    public let maxLength: Int

    public static let utf8mb4 = CharacterSet(
        name: "utf8mb4", description: "UTF-8 Unicode", defaultCollation: CollationID(rawValue: 255), maxLength: 4)
    public static let utf8mb3 = CharacterSet(
        name: "utf8mb3", description: "UTF-8 Unicode", defaultCollation: CollationID(rawValue: 33), maxLength: 3)
    public static let latin1 = CharacterSet(
        name: "latin1", description: "cp1252 West European", defaultCollation: CollationID(rawValue: 8), maxLength: 1)
    public static let ascii = CharacterSet(
        name: "ascii", description: "US ASCII", defaultCollation: CollationID(rawValue: 11), maxLength: 1)
    public static let binary = CharacterSet(
        name: "binary", description: "Binary pseudo charset", defaultCollation: CollationID(rawValue: 63), maxLength: 1)
    public static let ucs2 = CharacterSet(
        name: "ucs2", description: "UCS-2 Unicode", defaultCollation: CollationID(rawValue: 35), maxLength: 2)
    public static let utf16 = CharacterSet(
        name: "utf16", description: "UTF-16 Unicode", defaultCollation: CollationID(rawValue: 54), maxLength: 4)
    public static let utf16le = CharacterSet(
        name: "utf16le", description: "UTF-16LE Unicode", defaultCollation: CollationID(rawValue: 56), maxLength: 4)
    public static let utf32 = CharacterSet(
        name: "utf32", description: "UTF-32 Unicode", defaultCollation: CollationID(rawValue: 60), maxLength: 4)

    /// In SHOW CHARACTER SET's order.
    public static let all = [ascii, binary, latin1, ucs2, utf16, utf16le, utf32, utf8mb3, utf8mb4]

    /// By name without regard to case; `utf8` is utf8mb3.
    public static func named(_ name: String) -> CharacterSet? {
        let lower = name.lowercased()
        return all.first { $0.name == (lower == "utf8" ? "utf8mb3" : lower) }
    }

    /// Carried as the very bytes that the character set has.
    public var isUTF8: Bool { name.hasPrefix("utf8") || name == "ascii" }

    /// cp1252's characters 0x80 to 0x9F.
    static let windows1252: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    /// Whether a character exists in this set.
    public func has(_ codePoint: UInt32) -> Bool {
        switch name {
        case "utf8mb3", "ucs2": codePoint < 0x10000
        case "latin1":
            codePoint < 0x80 || codePoint >= 0xA0 && codePoint < 0x100 || Self.windows1252.contains(codePoint)
        case "ascii": codePoint < 0x80
        default: true
        }
    }

    /// UTF-8 in this set's bytes; what it lacks becomes `?`, and `isLossy` says so.
    public func encode(_ utf8: UnsafeBufferPointer<UInt8>) -> (bytes: [UInt8], isLossy: Bool) {
        guard let base = utf8.baseAddress else { return ([], false) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var isLossy = false
        var pointer = base
        let end = base + utf8.count
        while pointer < end {
            var codePoint = UTF8Scanner.next(&pointer, end)
            if !has(codePoint) {
                codePoint = UInt32(UInt8(ascii: "?"))
                isLossy = true
            }
            switch name {
            case "latin1":
                if codePoint > 0xFF || codePoint >= 0x80 && codePoint < 0xA0 {
                    bytes.append(0x80 + UInt8(Self.windows1252.firstIndex(of: codePoint) ?? 0))
                } else {
                    bytes.append(UInt8(codePoint))
                }
            case "ucs2", "utf16", "utf16le":
                var units = [UInt16(truncatingIfNeeded: codePoint)]
                if codePoint >= 0x10000 {
                    units = [UInt16(0xD7C0 + codePoint >> 10), UInt16(0xDC00 | codePoint & 0x3FF)]
                }
                for unit in units {
                    let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
                    bytes.append(name == "utf16le" ? low : high)
                    bytes.append(name == "utf16le" ? high : low)
                }
            case "utf32":
                for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: codePoint >> shift)) }
            default: UTF8Scanner.append(codePoint, to: &bytes)
            }
        }
        return (bytes, isLossy)
    }

    /// This set's bytes in UTF-8; nil when they are malformed.
    public func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(bytes.count)
        switch name {
        case "latin1":
            for byte in bytes {
                UTF8Scanner.append(
                    byte >= 0x80 && byte < 0xA0 ? Self.windows1252[Int(byte - 0x80)] : UInt32(byte), to: &utf8)
            }
        case "ascii":
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            return Array(bytes)
        case "ucs2", "utf16", "utf16le":
            guard bytes.count % 2 == 0 else { return nil }
            var index = 0
            while index < bytes.count {
                func unit(_ index: Int) -> UInt32 {
                    let (first, second) = (UInt32(bytes[index]), UInt32(bytes[index + 1]))
                    return name == "utf16le" ? second << 8 | first : first << 8 | second
                }
                var codePoint = unit(index)
                index += 2
                if codePoint & 0xFC00 == 0xD800, name != "ucs2" {
                    guard index + 1 < bytes.count else { return nil }
                    let low = unit(index)
                    guard low & 0xFC00 == 0xDC00 else { return nil }
                    codePoint = 0x10000 + (codePoint & 0x3FF) << 10 + (low & 0x3FF)
                    index += 2
                }
                guard codePoint & 0xF800 != 0xD800 || codePoint > 0xFFFF else { return nil }
                UTF8Scanner.append(codePoint, to: &utf8)
            }
        case "utf32":
            guard bytes.count % 4 == 0 else { return nil }
            for index in stride(from: 0, to: bytes.count, by: 4) {
                var codePoint: UInt32 = 0
                for offset in 0..<4 { codePoint = codePoint << 8 | UInt32(bytes[index + offset]) }
                guard codePoint < 0x110000, codePoint & 0xFFFF_F800 != 0xD800 else { return nil }
                UTF8Scanner.append(codePoint, to: &utf8)
            }
        case "binary":
            return Array(bytes)
        default:
            return UTF8Scanner.firstInvalid(bytes) == nil ? Array(bytes) : nil
        }
        return utf8
    }
}
