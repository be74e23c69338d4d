/// A column's type as written. (MySQLTypes has the resolved type.)
public struct DataTypeSyntax: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case tinyInt, smallInt, mediumInt, int, bigInt
        /// BOOL and BOOLEAN: TINYINT(1).
        case boolean
        /// SERIAL: BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE.
        case serial
        case decimal, float, double
        case bit, year
        case date, time, dateTime, timestamp
        case char, varChar, tinyText, text, mediumText, longText
        case binary, varBinary, tinyBlob, blob, mediumBlob, longBlob
        case enumeration, set
        case json
        case geometry(String)
        /// VECTOR(n), MySQL 9.
        case vector
    }

    public var kind: Kind
    /// `(n)`: characters, bytes, digits, bits, display width.
    public var length: UInt64?
    /// The second number of `(m, d)`; fractional seconds are in ``length``.
    public var decimals: UInt64?
    public var isUnsigned: Bool
    public var isZeroFill: Bool
    /// CHARACTER SET; `ASCII` is `latin1`, `UNICODE` is `ucs2`, `BYTE` is `binary`.
    public var charset: String?
    /// The BINARY attribute: the character set's binary collation.
    public var isBinaryCollation: Bool
    public var collation: String?
    /// Members of ENUM and SET.
    public var members: [[UInt8]]
    /// NATIONAL or N types.
    public var isNational: Bool

    public init(_ kind: Kind, length: UInt64? = nil, decimals: UInt64? = nil) {
        self.kind = kind
        self.length = length
        self.decimals = decimals
        isUnsigned = false
        isZeroFill = false
        charset = nil
        isBinaryCollation = false
        collation = nil
        members = []
        isNational = false
    }
}

/// The target of CAST and CONVERT.
public enum CastType: Hashable, Sendable {
    case binary(length: UInt64?)
    case char(length: UInt64?, charset: String?, isBinaryCollation: Bool)
    case signed, unsigned
    case date, year
    case time(Int)
    case dateTime(Int)
    case decimal(precision: UInt64?, scale: UInt64?)
    case json
    /// FLOAT(p); more than 24 bits make a DOUBLE.
    case float(precision: UInt64?)
    case double, real
    case geometry(String)
    case vector(length: UInt64?)
}
