import MySQLTypes
import SQLExpressions
import Storage

/// The assignments that need no conversion at all, decided in Swift: integers in range, short ASCII texts, NULL.
/// Everything else takes the general way through SQL.
package enum FastAssignment {
    /// The value as it is stored; nil when the general way must decide.
    @inline(__always)
    package static func value(_ value: LiteralValue, isText: Bool, to column: ColumnDefinition) -> StoredValue? {
        switch value {
        case .null:
            return column.isNullable || column.isAutoIncrement ? .null : nil
        case .integer(let integer):
            guard isInRange(integer, column.type) else { return nil }
            return .integer(integer)
        case .real(let real):
            return column.type.kind == .double && column.type.decimals == MySQLType.notFixedDecimals && real.isFinite
                ? .real(real) : nil
        case .text(let bytes):
            guard isText, fits(bytes, column.type) else { return nil }
            return .text(bytes)
        case .blob:
            return nil
        }
    }

    private static func isInRange(_ value: Int64, _ type: MySQLType) -> Bool {
        switch type.kind {
        case .tinyInt: type.isUnsigned ? value >= 0 && value <= 255 : value >= -128 && value <= 127
        case .smallInt: type.isUnsigned ? value >= 0 && value <= 65_535 : value >= -32_768 && value <= 32_767
        case .mediumInt: type.isUnsigned ? value >= 0 && value <= 16_777_215 : value >= -8_388_608 && value <= 8_388_607
        case .int:
            type.isUnsigned
                ? value >= 0 && value <= 4_294_967_295 : value >= -2_147_483_648 && value <= 2_147_483_647
        case .bigInt: type.isUnsigned ? value >= 0 : true
        default: false
        }
    }

    private static func fits(_ bytes: [UInt8], _ type: MySQLType) -> Bool {
        let limit: Int
        switch type.kind {
        case .char:
            if bytes.last == UInt8(ascii: " ") { return false }
            limit = type.length
        case .varChar: limit = type.length
        case .text, .mediumText, .longText: limit = 65_535
        default: return false
        }
        guard bytes.count <= limit else { return false }
        return bytes.allSatisfy { $0 < 0x80 }
    }
}
