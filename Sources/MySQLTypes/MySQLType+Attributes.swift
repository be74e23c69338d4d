extension MySQLType {
    public var isNull: Bool { kind == .null }

    /// TINYINT to BIGINT.
    public var isInteger: Bool {
        switch kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt: true
        default: false
        }
    }

    /// Carried as INTEGER (or an unsigned 8-byte BLOB) and an integer in numeric context.
    public var isIntegral: Bool {
        switch kind {
        case .year, .bit, .enumeration, .set: true
        default: isInteger
        }
    }

    public var isReal: Bool { kind == .float || kind == .double }
    public var isDecimal: Bool { kind == .decimal }

    public var isTemporal: Bool {
        switch kind {
        case .date, .time, .dateTime, .timestamp: true
        default: false
        }
    }

    /// DATE, DATETIME or TIMESTAMP.
    public var hasDate: Bool { isTemporal && kind != .time }
    public var isDateTime: Bool { kind == .dateTime || kind == .timestamp }

    /// CHAR to LONGTEXT.
    public var isText: Bool {
        switch kind {
        case .char, .varChar, .tinyText, .text, .mediumText, .longText: true
        default: false
        }
    }

    /// BINARY to LONGBLOB.
    public var isBinary: Bool {
        switch kind {
        case .binary, .varBinary, .tinyBlob, .blob, .mediumBlob, .longBlob, .geometry: true
        default: false
        }
    }

    /// A string of either sort.
    public var isString: Bool { isText || isBinary }

    /// TEXT, BLOB and their kin.
    public var isLargeObject: Bool {
        switch kind {
        case .tinyText, .text, .mediumText, .longText, .tinyBlob, .blob, .mediumBlob, .longBlob: true
        default: false
        }
    }

    /// The carrier may be an 8-byte BLOB that stands for a number above 2^63 - 1.
    public var mayBeUnsignedBlob: Bool { carrier == .unsignedInteger || kind == .set }

    /// The most decimal digits of an integer type; the precision of DECIMAL.
    public var digits: Int {
        switch kind {
        case .tinyInt: 3
        case .smallInt: 5
        case .mediumInt: isUnsigned ? 8 : 7
        case .int: 10
        case .bigInt: length > 0 ? min(length, 20) : (isUnsigned ? 20 : 19)
        case .year: 4
        case .bit: length <= 16 ? 5 : (length <= 32 ? 10 : 20)
        case .enumeration: 5
        case .set: 20
        case .decimal: length
        case .date: 8
        case .time: 7
        case .dateTime, .timestamp: 14
        default: 20
        }
    }

    /// Bytes that a BIT value has.
    public var bitBytes: Int { (max(length, 1) + 7) / 8 }

    /// The most characters of the value as a string.
    public var displayLength: Int {
        switch kind {
        case .null: return 0
        case .tinyInt: return isUnsigned ? 3 : 4
        case .smallInt: return isUnsigned ? 5 : 6
        case .mediumInt: return isUnsigned ? 8 : 9
        case .int: return isUnsigned ? 10 : 11
        case .bigInt: return length > 0 ? length : 20
        case .decimal: return length + (decimals > 0 ? 1 : 0) + (isUnsigned ? 0 : 1) + (decimals == length ? 1 : 0)
        case .float: return 12
        case .double: return 22
        case .bit: return bitBytes
        case .year: return 4
        case .date: return 10
        case .time: return 10 + (decimals > 0 ? decimals + 1 : 0)
        case .dateTime, .timestamp: return 19 + (decimals > 0 ? decimals + 1 : 0)
        case .char, .varChar, .binary, .varBinary: return length
        case .tinyText, .tinyBlob: return 255
        case .text, .blob: return length > 0 ? length : 65535
        case .mediumText, .mediumBlob: return length > 0 ? length : 16_777_215
        case .longText, .longBlob, .json, .geometry: return length > 0 ? length : 4_294_967_295
        case .enumeration: return members.map(\.unicodeScalars.count).max() ?? 0
        case .set: return members.map(\.unicodeScalars.count).reduce(0, +) + max(0, members.count - 1)
        }
    }

    /// A character string (or, with the binary collation, a byte string) of at most `length`: VARCHAR, or the TEXT type
    /// that is needed for longer ones.
    public static func string(length: Int, collation: CollationID) -> MySQLType {
        let length = max(0, min(length, 4_294_967_295))
        let isBinary = collation == .binary
        let bytes = length * (isBinary ? 1 : collation.characterSet.maxLength)
        let kind: Kind
        if bytes <= 65535 {
            kind = isBinary ? .varBinary : .varChar
        } else if bytes < 16_777_216 {
            kind = isBinary ? .mediumBlob : .mediumText
        } else {
            kind = isBinary ? .longBlob : .longText
        }
        return MySQLType(kind, length: length, decimals: 0, collation: collation)
    }

    /// DECIMAL, its precision and scale limited to what MySQL allows.
    public static func decimal(precision: Int, scale: Int, isUnsigned: Bool = false) -> MySQLType {
        let scale = min(max(scale, 0), Decimal.maxScale)
        return MySQLType(
            .decimal, length: min(max(precision, max(scale, 1)), Decimal.maxPrecision), decimals: scale,
            isUnsigned: isUnsigned)
    }

    /// DOUBLE without a fixed scale.
    public static let double = MySQLType(.double, decimals: notFixedDecimals)
    /// What predicates give.
    public static let boolean = MySQLType(.bigInt, length: 1)
    public static let bigInt = MySQLType(.bigInt)
    public static let unsignedBigInt = MySQLType(.bigInt, isUnsigned: true)

    /// An integer result of at most `digits` digits (its display width counts the sign).
    public static func integer(width: Int) -> MySQLType { MySQLType(.bigInt, length: width) }

    /// The least and the greatest value of an integer type.
    public var integerRange: (min: Int64, max: UInt64) {
        switch kind {
        case .tinyInt: isUnsigned ? (0, 255) : (-128, 127)
        case .smallInt: isUnsigned ? (0, 65535) : (-32768, 32767)
        case .mediumInt: isUnsigned ? (0, 16_777_215) : (-8_388_608, 8_388_607)
        case .int: isUnsigned ? (0, 4_294_967_295) : (-2_147_483_648, 2_147_483_647)
        default: isUnsigned ? (0, .max) : (.min, UInt64(Int64.max))
        }
    }
}
