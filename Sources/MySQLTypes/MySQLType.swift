/// A column's or an expression's MySQL type with its attributes: what a result set announces, what an assignment is
/// coerced to, and which carrier (see ``Carrier``) holds the value inside SQLite.
public struct MySQLType: Hashable, Sendable {
    /// The type without attributes, as `information_schema.columns.data_type` names it.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case null
        case tinyInt, smallInt, mediumInt, int, bigInt
        case decimal, float, double
        case bit, year
        case date, time, dateTime, timestamp
        case char, varChar, tinyText, text, mediumText, longText
        case binary, varBinary, tinyBlob, blob, mediumBlob, longBlob
        case enumeration, set
        case json
        case geometry
    }

    public var kind: Kind
    /// Characters of a string, bytes of a binary string, bits of BIT, digits of DECIMAL (its precision), display width of
    /// an integer where one was given; 0 where the kind alone decides.
    public var length: Int
    /// The scale of DECIMAL, FLOAT(M,D) and DOUBLE(M,D) (``notFixedDecimals`` where floating), the fractional seconds (0
    /// to 6) of a temporal type.
    public var decimals: Int
    public var isUnsigned: Bool
    public var isZeroFill: Bool
    /// The collation of a character string, ENUM or SET; ``CollationID/binary`` for everything else.
    public var collation: CollationID
    /// The members of an ENUM or SET, in order.
    public var members: [String]

    /// `decimals` of a floating-point type without a fixed scale (NOT_FIXED_DEC in the protocol).
    public static let notFixedDecimals = 31

    public init(
        _ kind: Kind, length: Int = 0, decimals: Int = 0, isUnsigned: Bool = false, isZeroFill: Bool = false,
        collation: CollationID = .binary, members: [String] = []
    ) {
        self.kind = kind
        self.length = length
        self.decimals = decimals
        self.isUnsigned = isUnsigned
        self.isZeroFill = isZeroFill
        self.collation = collation
        self.members = members
    }
}

/// A collation's number in the protocol and in information_schema, e.g. 255 for `utf8mb4_0900_ai_ci`.
public struct CollationID: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// `binary`: bytes, and everything that is not a character string.
    public static let binary = CollationID(rawValue: 63)
    /// `utf8mb4_0900_ai_ci`, the server's default.
    public static let utf8mb4_0900_ai_ci = CollationID(rawValue: 255)
    /// `utf8mb4_bin`.
    public static let utf8mb4_bin = CollationID(rawValue: 46)
    /// `utf8mb4_general_ci`.
    public static let utf8mb4_general_ci = CollationID(rawValue: 45)
    /// `utf8mb3_general_ci`: identifiers in information_schema.
    public static let utf8mb3_general_ci = CollationID(rawValue: 33)
}
