/// A character set as SHOW CHARACTER SET lists it. Character strings are carried as UTF-8 whatever their set; the set
/// decides which characters fit, how many bytes LENGTH counts, and what HEX shows.
public struct CharacterSet: Hashable, Sendable {
    public let name: String
    public let description: String
    public let defaultCollation: CollationID
    /// The most bytes of a character.
    public let maxLength: Int
    let encoding: CharacterEncoding

    init(_ name: String, _ description: String, _ collation: UInt16, maxLength: Int, _ encoding: CharacterEncoding) {
        self.name = name
        self.description = description
        defaultCollation = CollationID(rawValue: collation)
        self.maxLength = maxLength
        self.encoding = encoding
    }

    public static func == (left: CharacterSet, right: CharacterSet) -> Bool {
        left.defaultCollation == right.defaultCollation
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(defaultCollation)
    }

    /// Carried as the very bytes that the character set has.
    public var isUTF8: Bool {
        switch encoding {
        case .utf8, .ascii: true
        default: false
        }
    }

    /// Whether it has every character of Unicode, so that every text fits.
    public var hasAllCharacters: Bool {
        switch encoding {
        case .utf8(let last): last > 0xFFFF
        case .utf16, .utf32, .gb18030, .binary: true
        default: false
        }
    }

    /// Whether it is one of Unicode's own forms: a text of another set that meets one of this becomes it.
    public var isUnicode: Bool {
        switch encoding {
        case .utf8, .ucs2, .utf16, .utf32, .gb18030: true
        default: false
        }
    }

    /// Whether clients may send statements in it: not with characters of at least two bytes.
    public var isAllowedForClients: Bool {
        switch encoding {
        case .ucs2, .utf16, .utf32: false
        default: true
        }
    }

    /// Whether ASCII's characters are ASCII's bytes.
    public var keepsASCII: Bool {
        switch encoding {
        case .ucs2, .utf16, .utf32: false
        default: self != .swe7
        }
    }

    /// Whether a character exists in this set.
    public func has(_ codePoint: UInt32) -> Bool { encoding.has(codePoint) }

    /// UTF-8 in this set's bytes; what it lacks becomes `?`, and `isLossy` says so.
    public func encode(_ utf8: UnsafeBufferPointer<UInt8>) -> (bytes: [UInt8], isLossy: Bool) {
        guard let base = utf8.baseAddress else { return ([], false) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var isLossy = false
        var pointer = base
        let end = base + utf8.count
        while pointer < end {
            if !encoding.append(UTF8Scanner.next(&pointer, end), to: &bytes) {
                _ = encoding.append(UInt32(UInt8(ascii: "?")), to: &bytes)
                isLossy = true
            }
        }
        return (bytes, isLossy)
    }

    /// Bytes that a text takes in this set: what LENGTH counts.
    public func length(of utf8: UnsafeBufferPointer<UInt8>) -> Int {
        switch encoding {
        case .utf8, .ascii, .binary: utf8.count
        case .eightBit: UTF8Scanner.count(utf8)
        default: encode(utf8).bytes.count
        }
    }

    /// What a text is after it was of this set: what it lacks is `?`.
    public func fitted(_ utf8: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        guard let base = utf8.baseAddress else { return [] }
        var result: [UInt8] = []
        result.reserveCapacity(utf8.count)
        var pointer = base
        let end = base + utf8.count
        while pointer < end {
            let codePoint = UTF8Scanner.next(&pointer, end)
            UTF8Scanner.append(encoding.has(codePoint) ? codePoint : UInt32(UInt8(ascii: "?")), to: &result)
        }
        return result
    }

    /// This set's bytes in UTF-8; nil when they are malformed, or are no character that Unicode has.
    public func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        switch encoding {
        case .binary: return Array(bytes)
        case .ascii: return bytes.allSatisfy({ $0 < 0x80 }) ? Array(bytes) : nil
        case .utf8(let last):
            guard UTF8Scanner.firstInvalid(bytes) == nil else { return nil }
            return last < 0x10000 && bytes.contains(where: { $0 >= 0xF0 }) ? nil : Array(bytes)
        default:
            guard firstInvalid(bytes) == nil else { return nil }
            return decodeLossily(bytes)
        }
    }

    /// This set's bytes in UTF-8, with `?` for what is malformed or no character.
    public func decodeLossily(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(bytes.count + bytes.count / 2)
        var index = 0
        while index < bytes.count {
            let scanned = encoding.scan(bytes, index)
            UTF8Scanner.append(scanned.codePoint ?? UInt32(UInt8(ascii: "?")), to: &utf8)
            index += max(1, scanned.width)
        }
        return utf8
    }

    /// The place of the first bytes that are no character of this set.
    public func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let scanned = encoding.scan(bytes, index)
            if scanned.codePoint == nil { return index }
            index += max(1, scanned.width)
        }
        return nil
    }
}
