extension CollationID {
    /// The collation's name; `binary` for an unknown id.
    public var name: String { Collation(self)?.name ?? "binary" }
    /// The collation's character set.
    public var characterSet: CharacterSet { Collation(self)?.characterSet ?? .binary }
    public static let latin1_swedish_ci = CollationID(rawValue: 8)
    public static let utf8mb4_0900_bin = CollationID(rawValue: 309)
}
