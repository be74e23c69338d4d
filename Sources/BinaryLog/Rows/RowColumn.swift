/// A column's type as the row format needs it: from a Table_map event, or made from the dictionary.
public struct RowColumn: Hashable, Sendable {
    /// MySQL's type codes in the row format.
    public enum Kind: UInt8, Sendable {
        case tiny = 1
        case short = 2
        case long = 3
        case float = 4
        case double = 5
        case null = 6
        case longLong = 8
        case int24 = 9
        case date = 10
        case year = 13
        case varchar = 15
        case bit = 16
        case timestamp2 = 17
        case dateTime2 = 18
        case time2 = 19
        case vector = 242
        case json = 245
        case newDecimal = 246
        case enumeration = 247
        case set = 248
        case blob = 252
        case string = 254
        case geometry = 255
    }

    public var kind: Kind
    /// What the kind means by it: bytes of VARCHAR (its maximum) and CHAR, `precision << 8 | scale` of DECIMAL, bits of BIT,
    /// fractional digits of temporal types, bytes of a BLOB's, JSON's and GEOMETRY's length, bytes of ENUM and SET.
    public var parameter: UInt16
    public var isUnsigned: Bool
    public var isNullable: Bool

    public init(
        _ kind: Kind, parameter: UInt16 = 0, isUnsigned: Bool = false, isNullable: Bool = true
    ) {
        self.kind = kind
        self.parameter = parameter
        self.isUnsigned = isUnsigned
        self.isNullable = isNullable
    }

    // One constructor for each kind that has a parameter, with the parameter's meaning in its label.

    /// VARCHAR or VARBINARY of at most so many bytes.
    public static func varchar(maximumBytes: Int, isNullable: Bool = true) -> RowColumn {
        RowColumn(.varchar, parameter: UInt16(clamping: maximumBytes), isNullable: isNullable)
    }

    /// CHAR or BINARY of at most so many bytes (at most 1023).
    public static func char(maximumBytes: Int, isNullable: Bool = true) -> RowColumn {
        RowColumn(.string, parameter: UInt16(clamping: min(maximumBytes, 1023)), isNullable: isNullable)
    }

    /// A TINY-, -, MEDIUM- or LONG-TEXT or -BLOB, told apart by the bytes of its length (1 to 4).
    public static func blob(lengthBytes: Int, isNullable: Bool = true) -> RowColumn {
        RowColumn(.blob, parameter: UInt16(min(max(lengthBytes, 1), 4)), isNullable: isNullable)
    }

    public static func json(isNullable: Bool = true) -> RowColumn {
        RowColumn(.json, parameter: 4, isNullable: isNullable)
    }

    public static func decimal(
        precision: Int, scale: Int, isUnsigned: Bool = false, isNullable: Bool = true
    ) -> RowColumn {
        RowColumn(
            .newDecimal, parameter: UInt16(clamping: precision) << 8 | UInt16(clamping: scale) & 0xFF,
            isUnsigned: isUnsigned, isNullable: isNullable)
    }

    /// ENUM of so many members: one byte up to 255, else two.
    public static func enumeration(members: Int, isNullable: Bool = true) -> RowColumn {
        RowColumn(.enumeration, parameter: members <= 255 ? 1 : 2, isNullable: isNullable)
    }

    /// SET of so many members: 1, 2, 3, 4 or 8 bytes.
    public static func set(members: Int, isNullable: Bool = true) -> RowColumn {
        let bytes = (members + 7) / 8
        return RowColumn(.set, parameter: bytes > 4 ? 8 : UInt16(max(bytes, 1)), isNullable: isNullable)
    }

    public static func bit(_ bits: Int, isNullable: Bool = true) -> RowColumn {
        RowColumn(.bit, parameter: UInt16(clamping: bits), isNullable: isNullable)
    }

    /// Digits of DECIMAL before and after the point together.
    public var precision: Int { Int(parameter >> 8) }
    /// Digits of DECIMAL after the point.
    public var scale: Int { Int(parameter & 0xFF) }

    /// Whether the optional metadata's signedness has a bit for it.
    var isNumeric: Bool {
        switch kind {
        case .tiny, .short, .int24, .long, .longLong, .newDecimal, .float, .double: true
        default: false
        }
    }

    /// Whether the optional metadata's charsets have a place for it.
    var isCharacter: Bool { kind == .varchar || kind == .string || kind == .blob }

    /// Whether the optional metadata's ENUM and SET charsets have a place for it.
    var isEnumerationOrSet: Bool { kind == .enumeration || kind == .set }
}
