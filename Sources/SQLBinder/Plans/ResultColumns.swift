import MySQLProtocol
import MySQLTypes

/// How one column of a result goes from SQLite into the result writer.
package enum ColumnEncoder: Sendable {
    /// The carrier as it stands: integer, real, text or bytes.
    case plain
    /// BIGINT UNSIGNED and BIT: above 2^63 - 1 an 8-byte blob.
    case unsigned
    /// ENUM: the members' names, the first for index 1.
    case enumeration([[UInt8]])
    /// SET: the members' names, the first for bit 0.
    case set([[UInt8]])
    /// CHAR under PAD_CHAR_TO_FULL_LENGTH, BINARY: filled up to its length.
    case padded(Int, UInt8)

    package init(_ type: MySQLType) {
        switch type.carrier {
        case .unsignedInteger: self = .unsigned
        case .enumerationIndex: self = .enumeration(type.members.map { Array($0.utf8) })
        case .setMask: self = .set(type.members.map { Array($0.utf8) })
        default: self = .plain
        }
    }
}

extension ColumnMetadata {
    /// What a client is told of a result column. `resultCollation` is the collation that strings are sent in.
    package init(_ column: OutputColumn, resultCollation: UInt16) {
        let type = column.typed.type
        let origin = column.origin
        var flags = origin?.flags ?? []
        if !column.typed.isNullable { flags.insert(.notNull) } else { flags.remove([.noDefaultValue]) }
        if type.isUnsigned || type.kind == .bit || type.kind == .year { flags.insert(.unsigned) }
        if type.isZeroFill || type.kind == .year { flags.insert(.zeroFill) }
        let isText = type.isNonBinaryString || type.kind == .json
        // Texts that go out as they are have the column's own collation.
        let resultCollation = resultCollation == CollationID.binary.rawValue ? type.collation.rawValue : resultCollation
        var decimals = UInt8(clamping: type.decimals)
        var code: ColumnType
        var characters = Self.displayLength(type)
        switch type.kind {
        case .null: code = .null
        case .tinyInt: code = .tiny
        case .smallInt: code = .short
        case .mediumInt: code = .int24
        case .int: code = .long
        case .bigInt: code = .longLong
        case .decimal: code = .newDecimal
        case .float: code = .float
        case .double: code = .double
        case .bit: code = .bit
        case .year: code = .year
        case .date: code = .date
        case .time: code = .time
        case .dateTime: code = .dateTime
        case .timestamp: code = .timestamp
        case .char, .binary: code = .string
        case .varChar, .varBinary: code = .varString
        case .tinyText, .text, .mediumText, .longText, .tinyBlob, .blob, .mediumBlob, .longBlob:
            code = .blob
            if origin == nil, type.kind == .mediumText || type.kind == .mediumBlob { code = .mediumBlob }
            if origin == nil, type.kind == .longText || type.kind == .longBlob { code = .longBlob }
            flags.insert(.blob)
        case .enumeration:
            code = .string
            flags.insert(.enumeration)
        case .set:
            code = .string
            flags.insert(.set)
        case .json:
            code = .json
            flags.insert(.blob)
            flags.insert(.binary)
        case .geometry: code = .geometry
        }
        if !isText || type.kind == .json {
            if type.kind != .bit, origin == nil || type.carrier == .blob || Self.isTemporal(type) { flags.insert(.binary) }
        } else if origin == nil {
            decimals = ColumnMetadata.notFixedDecimals
        }
        var length = characters
        if isText { length = characters.multipliedReportingOverflow(by: 4).partialValue }
        if origin == nil, code == .varString {
            if length >= 16_777_216 { code = .longBlob } else if length >= 65_536 { code = .mediumBlob }
        }
        if length > Int(UInt32.max) { length = Int(UInt32.max) }
        characters = length
        self.init(
            name: column.name, type: code, length: UInt32(clamping: characters), flags: flags, decimals: decimals,
            collation: isText && type.kind != .json ? resultCollation : CollationID.binary.rawValue,
            schema: origin?.schema ?? "", table: origin?.table ?? "", originalTable: origin?.originalTable ?? "",
            originalName: origin?.originalName ?? "")
    }

    private static func isTemporal(_ type: MySQLType) -> Bool {
        switch type.kind {
        case .date, .time, .dateTime, .timestamp: true
        default: false
        }
    }

    /// Characters (bytes of binary strings) of the longest value as text.
    package static func displayLength(_ type: MySQLType) -> Int {
        switch type.kind {
        case .null: return 0
        case .tinyInt: return type.length > 0 && type.isZeroFill || type.length == 1 ? type.length : (type.isUnsigned ? 3 : 4)
        case .smallInt: return type.isZeroFill && type.length > 0 ? type.length : (type.isUnsigned ? 5 : 6)
        case .mediumInt: return type.isZeroFill && type.length > 0 ? type.length : (type.isUnsigned ? 8 : 9)
        case .int: return type.isZeroFill && type.length > 0 ? type.length : (type.isUnsigned ? 10 : 11)
        case .bigInt: return type.length > 0 ? type.length : 20
        case .decimal: return type.length + (type.decimals > 0 ? 1 : 0) + (type.isUnsigned ? 0 : 1)
        case .float: return 12
        case .double: return type.length > 0 ? type.length : 22
        case .bit: return max(1, type.length)
        case .year: return 4
        case .date: return 10
        case .time: return 10 + (type.decimals > 0 ? type.decimals + 1 : 0)
        case .dateTime, .timestamp: return 19 + (type.decimals > 0 ? type.decimals + 1 : 0)
        case .char, .varChar, .binary, .varBinary: return type.length
        case .tinyText, .tinyBlob: return 255 / (type.isNonBinaryString ? 4 : 1)
        case .text: return 65_535 / 4
        case .blob: return 65_535
        case .mediumText: return 16_777_215 / 4
        case .mediumBlob: return 16_777_215
        case .longText: return Int(UInt32.max) / 4
        case .longBlob, .json, .geometry: return Int(UInt32.max)
        case .enumeration: return type.members.map(\.count).max() ?? 0
        case .set: return type.members.reduce(0) { $0 + $1.count } + max(0, type.members.count - 1)
        }
    }
}
