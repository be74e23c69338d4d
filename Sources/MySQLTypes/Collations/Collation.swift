/// A collation: how strings of a character set compare, sort and hash. Strings come as UTF-8.
public struct Collation: Sendable {
    /// The ways of comparing that are implemented; language-specific collations fall back on their family's root order.
    enum Rule: Sendable {
        /// By bytes.
        case bytes
        /// One weight a character: upper-cased and without accents.
        case general
        /// latin1_swedish_ci and its like.
        case latin1Swedish
        /// ASCII letters without case, everything else by code point.
        case asciiCaseless
        /// The Unicode Collation Algorithm down to this level (1 primary, 2 secondary, 3 tertiary).
        case unicode(levels: Int)
    }

    public let id: CollationID
    public let name: String
    public let characterSet: CharacterSet
    /// Trailing spaces do not count (PAD SPACE).
    public let padsSpace: Bool
    public let sortLength: Int
    let rule: Rule

    public var isDefault: Bool { characterSet.defaultCollation == id }
    /// `_bin` and `binary`.
    public var isBinary: Bool {
        if case .bytes = rule { return true }
        return false
    }
    public var isCaseSensitive: Bool {
        switch rule {
        case .bytes: true
        case .unicode(let levels): levels == 3
        default: false
        }
    }

    public init?(_ id: CollationID) {
        guard let found = CollationCatalog.shared.byID[id] else { return nil }
        self = found
    }

    /// By name without regard to case; nil: error 1273.
    public static func named(_ name: String) -> Collation? {
        CollationCatalog.shared.byName[name.lowercased()].flatMap { CollationCatalog.shared.byID[$0] }
    }

    /// All, ordered by name.
    public static var all: [Collation] { CollationCatalog.shared.all }

    init(id: CollationID, name: String, characterSet: CharacterSet, padsSpace: Bool, sortLength: Int, rule: Rule) {
        self.id = id
        self.name = name
        self.characterSet = characterSet
        self.padsSpace = padsSpace
        self.sortLength = sortLength
        self.rule = rule
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var count = bytes.count
        while count > 0 && bytes[count - 1] == 0x20 { count -= 1 }
        return UnsafeBufferPointer(start: bytes.baseAddress, count: count)
    }

    /// Negative, zero or positive.
    public func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        switch rule {
        case .bytes:
            return padsSpace ? comparePadded(left, right) : Self.compareBytes(left, right)
        case .unicode(let levels):
            let first = comparePrimary(left, right)
            if first != 0 || levels == 1 { return first }
            let table = UnicodeWeights.shared
            for level in 1..<levels {
                var a = WeightIterator(left, level: level)
                var b = WeightIterator(right, level: level)
                while true {
                    let x = a.nextWeight(table)
                    let y = b.nextWeight(table)
                    if x != y { return x < y ? -1 : 1 }
                    if x == 0 { break }
                }
            }
            return 0
        case .general, .latin1Swedish, .asciiCaseless:
            return compareByCharacter(left, right)
        }
    }

    private static func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
        return left.count - right.count
    }

    private func comparePadded(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
        let (rest, sign) = left.count > right.count ? (left, 1) : (right, -1)
        var index = common
        while index < rest.count {
            if rest[index] != 0x20 { return rest[index] < 0x20 ? -sign : sign }
            index += 1
        }
        return 0
    }

    private func comparePrimary(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let table = UnicodeWeights.shared
        let left = padsSpace ? Self.trimmed(left) : left
        let right = padsSpace ? Self.trimmed(right) : right
        let common = min(left.count, right.count)
        // ASCII, character by character.
        let place: Int = table.ascii.withUnsafeBufferPointer { ascii in
            var index = 0
            while index < common {
                let a = left[index]
                let b = right[index]
                if a | b >= 0x80 { break }
                if a != b || ascii[Int(a)] == 0 {
                    let x = ascii[Int(a)]
                    if x == 0 || x != ascii[Int(b)] { break }
                }
                index += 1
            }
            return index
        }
        if place == left.count && place == right.count { return 0 }
        var a = WeightIterator(left, from: place, level: 0)
        var b = WeightIterator(right, from: place, level: 0)
        let space = table.ascii[32]
        while true {
            var x = a.nextWeight(table)
            var y = b.nextWeight(table)
            if x == 0 && y == 0 { return 0 }
            if padsSpace {
                if x == 0 { x = space }
                if y == 0 { y = space }
            }
            if x != y { return x < y ? -1 : 1 }
        }
    }

    private func compareByCharacter(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        var a = left.baseAddress ?? UTF8Scanner.emptyBytes
        let aEnd = a + left.count
        var b = right.baseAddress ?? UTF8Scanner.emptyBytes
        let bEnd = b + right.count
        while a < aEnd && b < bEnd {
            let x = weight(UTF8Scanner.next(&a, aEnd))
            let y = weight(UTF8Scanner.next(&b, bEnd))
            if x != y { return x < y ? -1 : 1 }
        }
        if !padsSpace { return a < aEnd ? 1 : (b < bEnd ? -1 : 0) }
        while a < aEnd {
            let x = weight(UTF8Scanner.next(&a, aEnd))
            if x != 0x20 { return x < 0x20 ? -1 : 1 }
        }
        while b < bEnd {
            let y = weight(UTF8Scanner.next(&b, bEnd))
            if y != 0x20 { return y < 0x20 ? 1 : -1 }
        }
        return 0
    }

    /// A character's weight under the rules that give each character one.
    func weight(_ codePoint: UInt32) -> UInt32 {
        switch rule {
        case .general: return UInt32(UnicodeWeights.shared.generalWeight(codePoint))
        case .latin1Swedish:
            switch codePoint {
            case 0xC5, 0xE5: return 0x5B
            case 0xC4, 0xE4, 0xC6, 0xE6: return 0x5C
            case 0xD6, 0xF6, 0xD8, 0xF8: return 0x5D
            case 0xDC, 0xFC, 0xFF, 0x178: return 0x59
            case 0xD0, 0xF0: return 0x44
            case 0xDE, 0xFE: return 0xDE
            case 0xDF: return 0xDF
            default: return UInt32(UnicodeWeights.shared.generalWeight(codePoint))
            }
        case .asciiCaseless: return codePoint >= 0x61 && codePoint <= 0x7A ? codePoint - 32 : codePoint
        case .bytes, .unicode: return codePoint
        }
    }

    /// Whether two characters count as one and the same: LIKE and searching inside strings compare so.
    public func areEqual(_ a: UInt32, _ b: UInt32) -> Bool {
        if a == b { return true }
        guard case .unicode(let levels) = rule else { return isBinary ? false : weight(a) == weight(b) }
        let table = UnicodeWeights.shared
        if a < 0x80 && b < 0x80 && levels == 1 {
            return table.ascii[Int(a)] == table.ascii[Int(b)] && table.ascii[Int(a)] != 0
        }
        let x = table.entry(a)
        let y = table.entry(b)
        if x == UnicodeWeights.unknown || y == UnicodeWeights.unknown { return false }
        for level in 0..<levels {
            var i = Int(x >> 4)
            var j = Int(y >> 4)
            let iEnd = i + Int(x & 15)
            let jEnd = j + Int(y & 15)
            func next(_ index: inout Int, _ end: Int) -> UInt16 {
                while index < end {
                    let element = table.elements[index]
                    index += 1
                    let weight =
                        level == 0 ? element.primary : (level == 1 ? element.secondary : UInt16(element.tertiary))
                    if weight != 0 { return weight }
                }
                return 0
            }
            while true {
                let p = next(&i, iEnd)
                let q = next(&j, jEnd)
                if p != q { return false }
                if p == 0 { break }
            }
        }
        return true
    }

    /// Appends bytes that are equal for equal strings and (without PAD SPACE subtleties) sort as the strings do:
    /// WEIGHT_STRING(), hashes of unique keys, DISTINCT.
    public func appendSortKey(of bytes: UnsafeBufferPointer<UInt8>, to key: inout [UInt8]) {
        let bytes = padsSpace ? Self.trimmed(bytes) : bytes
        switch rule {
        case .bytes: key.append(contentsOf: bytes)
        case .unicode(let levels):
            let table = UnicodeWeights.shared
            for level in 0..<levels {
                if level > 0 {
                    key.append(0)
                    key.append(0)
                }
                var iterator = WeightIterator(bytes, level: level)
                while true {
                    let weight = iterator.nextWeight(table)
                    if weight == 0 { break }
                    key.append(UInt8(weight >> 8))
                    key.append(UInt8(truncatingIfNeeded: weight))
                }
            }
        case .general, .latin1Swedish, .asciiCaseless:
            var pointer = bytes.baseAddress ?? UTF8Scanner.emptyBytes
            let end = pointer + bytes.count
            while pointer < end {
                let weight = weight(UTF8Scanner.next(&pointer, end))
                if characterSet.maxLength > 1 { key.append(UInt8(truncatingIfNeeded: weight >> 8)) }
                key.append(UInt8(truncatingIfNeeded: weight))
            }
        }
    }
}

/// All collations by id and by name.
struct CollationCatalog: Sendable {
    static let shared = CollationCatalog()

    let all: [Collation]
    let byID: [CollationID: Collation]
    let byName: [String: CollationID]

    private init() {
        var all: [Collation] = []
        func add(
            _ id: UInt16, _ name: String, _ set: CharacterSet, _ rule: Collation.Rule, pad: Bool, _ length: Int = 1
        ) {
            all.append(
                Collation(
                    id: CollationID(rawValue: id), name: name, characterSet: set, padsSpace: pad, sortLength: length,
                    rule: rule))
        }
        add(63, "binary", .binary, .bytes, pad: false)
        add(11, "ascii_general_ci", .ascii, .asciiCaseless, pad: true)
        add(65, "ascii_bin", .ascii, .bytes, pad: true)
        for (id, name) in [
            (5, "german1_ci"), (8, "swedish_ci"), (15, "danish_ci"), (31, "german2_ci"), (94, "spanish_ci"),
        ] as [(UInt16, String)] {
            add(id, "latin1_" + name, .latin1, .latin1Swedish, pad: true, id == 31 ? 2 : 1)
        }
        add(47, "latin1_bin", .latin1, .bytes, pad: true)
        add(48, "latin1_general_ci", .latin1, .asciiCaseless, pad: true)
        add(49, "latin1_general_cs", .latin1, .bytes, pad: true)
        add(33, "utf8mb3_general_ci", .utf8mb3, .general, pad: true)
        add(76, "utf8mb3_tolower_ci", .utf8mb3, .general, pad: true)
        add(223, "utf8mb3_general_mysql500_ci", .utf8mb3, .general, pad: true)
        add(83, "utf8mb3_bin", .utf8mb3, .bytes, pad: true)
        add(45, "utf8mb4_general_ci", .utf8mb4, .general, pad: true)
        add(46, "utf8mb4_bin", .utf8mb4, .bytes, pad: true)
        let languages = [
            "unicode", "icelandic", "latvian", "romanian", "slovenian", "polish", "estonian", "spanish", "swedish",
            "turkish", "czech", "danish", "lithuanian", "slovak", "spanish2", "roman", "persian", "esperanto",
            "hungarian", "sinhala", "german2", "croatian", "unicode_520", "vietnamese",
        ]
        let unicodeSets: [(CharacterSet, UInt16)] = [
            (.utf8mb3, 192), (.utf8mb4, 224), (.ucs2, 128), (.utf16, 101), (.utf32, 160),
        ]
        for (set, first) in unicodeSets {
            for (index, language) in languages.enumerated() {
                add(first + UInt16(index), "\(set.name)_\(language)_ci", set, .unicode(levels: 1), pad: true, 8)
            }
        }
        add(35, "ucs2_general_ci", .ucs2, .general, pad: true)
        add(90, "ucs2_bin", .ucs2, .bytes, pad: true)
        add(54, "utf16_general_ci", .utf16, .general, pad: true)
        add(55, "utf16_bin", .utf16, .bytes, pad: true)
        add(56, "utf16le_general_ci", .utf16le, .general, pad: true)
        add(62, "utf16le_bin", .utf16le, .bytes, pad: true)
        add(60, "utf32_general_ci", .utf32, .general, pad: true)
        add(61, "utf32_bin", .utf32, .bytes, pad: true)
        add(255, "utf8mb4_0900_ai_ci", .utf8mb4, .unicode(levels: 1), pad: false, 0)
        add(278, "utf8mb4_0900_as_cs", .utf8mb4, .unicode(levels: 3), pad: false, 0)
        add(305, "utf8mb4_0900_as_ci", .utf8mb4, .unicode(levels: 2), pad: false, 0)
        add(309, "utf8mb4_0900_bin", .utf8mb4, .bytes, pad: false, 1)
        let locales: [(String, UInt16)] = [
            ("de_pb", 256), ("is", 257), ("lv", 258), ("ro", 259), ("sl", 260), ("pl", 261), ("et", 262), ("es", 263),
            ("sv", 264), ("tr", 265), ("cs", 266), ("da", 267), ("lt", 268), ("sk", 269), ("es_trad", 270),
            ("la", 271), ("eo", 273), ("hu", 274), ("hr", 275), ("vi", 277),
        ]
        for (locale, id) in locales {
            add(id, "utf8mb4_\(locale)_0900_ai_ci", .utf8mb4, .unicode(levels: 1), pad: false, 0)
            add(id + 23, "utf8mb4_\(locale)_0900_as_cs", .utf8mb4, .unicode(levels: 3), pad: false, 0)
        }
        let pairs: [(String, UInt16)] = [
            ("ru", 306), ("nb", 310), ("nn", 312), ("sr_latn", 314), ("bs", 316), ("bg", 318), ("gl", 320),
            ("mn_cyrl", 322),
        ]
        for (locale, id) in pairs {
            add(id, "utf8mb4_\(locale)_0900_ai_ci", .utf8mb4, .unicode(levels: 1), pad: false, 0)
            add(id + 1, "utf8mb4_\(locale)_0900_as_cs", .utf8mb4, .unicode(levels: 3), pad: false, 0)
        }
        add(303, "utf8mb4_ja_0900_as_cs", .utf8mb4, .unicode(levels: 3), pad: false, 0)
        add(304, "utf8mb4_ja_0900_as_cs_ks", .utf8mb4, .unicode(levels: 3), pad: false, 24)
        add(308, "utf8mb4_zh_0900_as_cs", .utf8mb4, .unicode(levels: 3), pad: false, 0)
        self.all = all.sorted { $0.name < $1.name }
        var byID: [CollationID: Collation] = [:]
        var byName: [String: CollationID] = [:]
        for collation in all {
            byID[collation.id] = collation
            byName[collation.name] = collation.id
            if collation.name.hasPrefix("utf8mb3_") { byName["utf8_" + collation.name.dropFirst(8)] = collation.id }
        }
        self.byID = byID
        self.byName = byName
    }
}

extension CollationID {
    /// The collation's name; `binary` for an unknown id.
    public var name: String { Collation(self)?.name ?? "binary" }
    /// The collation's character set.
    public var characterSet: CharacterSet { Collation(self)?.characterSet ?? .binary }
    public static let latin1_swedish_ci = CollationID(rawValue: 8)
    public static let utf8mb4_0900_bin = CollationID(rawValue: 309)
}
