/// A column's type as result sets and statement parameters number it.
public enum ColumnType: UInt8, Hashable, Sendable {
    case decimal = 0
    case tiny = 1
    case short = 2
    case long = 3
    case float = 4
    case double = 5
    case null = 6
    case timestamp = 7
    case longLong = 8
    case int24 = 9
    case date = 10
    case time = 11
    case dateTime = 12
    case year = 13
    case newDate = 14
    case varChar = 15
    case bit = 16
    case timestamp2 = 17
    case dateTime2 = 18
    case time2 = 19
    case typedArray = 20
    case vector = 242
    case invalid = 243
    case bool = 244
    case json = 245
    case newDecimal = 246
    case enumeration = 247
    case set = 248
    case tinyBlob = 249
    case mediumBlob = 250
    case longBlob = 251
    case blob = 252
    case varString = 253
    case string = 254
    case geometry = 255

    /// Texts and bytes: what can be sent in parts.
    var isString: Bool {
        switch self {
        case .varChar, .varString, .string, .tinyBlob, .mediumBlob, .longBlob, .blob, .json, .geometry, .vector, .enumeration,
            .set, .typedArray:
            true
        case .decimal, .tiny, .short, .long, .float, .double, .null, .timestamp, .longLong, .int24, .date, .time, .dateTime,
            .year, .newDate, .bit, .timestamp2, .dateTime2, .time2, .invalid, .bool, .newDecimal:
            false
        }
    }
}

/// A column's flags in its definition.
public struct ColumnFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let notNull = ColumnFlags(rawValue: 1 << 0)
    public static let primaryKey = ColumnFlags(rawValue: 1 << 1)
    public static let uniqueKey = ColumnFlags(rawValue: 1 << 2)
    public static let multipleKey = ColumnFlags(rawValue: 1 << 3)
    public static let blob = ColumnFlags(rawValue: 1 << 4)
    public static let unsigned = ColumnFlags(rawValue: 1 << 5)
    public static let zeroFill = ColumnFlags(rawValue: 1 << 6)
    public static let binary = ColumnFlags(rawValue: 1 << 7)
    public static let enumeration = ColumnFlags(rawValue: 1 << 8)
    public static let autoIncrement = ColumnFlags(rawValue: 1 << 9)
    public static let timestamp = ColumnFlags(rawValue: 1 << 10)
    public static let set = ColumnFlags(rawValue: 1 << 11)
    public static let noDefaultValue = ColumnFlags(rawValue: 1 << 12)
    public static let onUpdateNow = ColumnFlags(rawValue: 1 << 13)
    public static let partOfKey = ColumnFlags(rawValue: 1 << 14)
    public static let number = ColumnFlags(rawValue: 1 << 15)
}
