/// A collation: how strings of a character set compare, sort and hash. Strings come as UTF-8.
public struct Collation: Sendable {
    /// The ways of comparing.
    enum Rule: Sendable {
        /// By UTF-8's bytes, which is by code point.
        case bytes
        /// One weight a character.
        case characters(@Sendable () -> CharacterOrder)
        /// gb18030_chinese_ci.
        case gb18030
        /// ASCII letters without case, everything else by code point.
        case asciiCaseless
        /// utf8mb4_0900_ai_ci and its like, down to this level (1 primary, 2 secondary, 3 tertiary).
        case root(levels: Int)
        /// The Unicode Collation Algorithm in another version, or for a language.
        case unicode(@Sendable () -> UnicodeOrder, levels: Int)
        /// By the bytes that a whole string becomes.
        case keyed(@Sendable ([UInt8]) -> [UInt8])
    }

    public let id: CollationID
    public let name: String
    public let characterSet: CharacterSet
    /// Trailing spaces do not count (PAD SPACE).
    public let padsSpace: Bool
    public let sortLength: Int
    let rule: Rule
    /// `_bin` and `binary`.
    public let isBinary: Bool
    public let isCaseSensitive: Bool

    public var isDefault: Bool { characterSet.defaultCollation == id }

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
        isBinary = name == "binary" || name.hasSuffix("_bin")
        isCaseSensitive = isBinary || name.hasSuffix("_cs") || name.hasSuffix("_ks")
    }
}
