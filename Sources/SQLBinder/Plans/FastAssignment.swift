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

    /// A field of a text file in the form that its column stores: decimal integers in range, short ASCII texts, whole dates
    /// and moments. Nil when the general way must decide.
    @inline(__always)
    package static func field(_ bytes: ArraySlice<UInt8>, to column: ColumnDefinition) -> StoredValue? {
        switch column.type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt:
            guard let integer = integer(bytes), isInRange(integer, column.type) else { return nil }
            return .integer(integer)
        case .char, .varChar, .text, .mediumText, .longText:
            return value(.text(Array(bytes)), isText: true, to: column)
        case .decimal: return isDecimal(bytes, column.type) ? .text(Array(bytes)) : nil
        case .date: return bytes.count == 10 && isDate(bytes) ? .text(Array(bytes)) : nil
        case .dateTime:
            guard column.type.decimals == 0, bytes.count == 19, isDate(bytes.prefix(10)), isTime(bytes.dropFirst(10))
            else { return nil }
            return .text(Array(bytes))
        default: return nil
        }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var digits = bytes
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard 1...18 ~= digits.count, let magnitude = number(digits) else { return nil }
        return isNegative ? -magnitude : magnitude
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard 0x30...0x39 ~= digit else { return nil }
            number = number * 10 + Int64(digit - 0x30)
        }
        return number
    }

    /// A positive number with all of its column's decimals and no digit too many.
    private static func isDecimal(_ bytes: ArraySlice<UInt8>, _ type: MySQLType) -> Bool {
        let scale = type.decimals
        var whole = bytes
        if scale > 0 {
            let fraction = bytes.suffix(scale)
            guard bytes.count > scale + 1, fraction.allSatisfy({ 0x30...0x39 ~= $0 }) else { return false }
            whole = bytes.dropLast(scale)
            guard whole.popLast() == UInt8(ascii: ".") else { return false }
        }
        guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else { return false }
        return whole.count <= max(1, type.length - scale) && whole.allSatisfy { 0x30...0x39 ~= $0 }
            && (type.length > scale || whole.elementsEqual([UInt8(ascii: "0")]))
    }

    /// `YYYY-MM-DD` of a day that every month has.
    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let start = bytes.startIndex
        guard bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
            let year = number(bytes[start..<start + 4]), let month = number(bytes[start + 5..<start + 7]),
            let day = number(bytes[start + 8..<start + 10])
        else { return false }
        return year > 0 && 1...12 ~= month && 1...28 ~= day
    }

    /// ` HH:MM:SS`
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        let start = bytes.startIndex
        guard bytes[start] == UInt8(ascii: " "), bytes[start + 3] == UInt8(ascii: ":"),
            bytes[start + 6] == UInt8(ascii: ":"), let hour = number(bytes[start + 1..<start + 3]),
            let minute = number(bytes[start + 4..<start + 6]), let second = number(bytes[start + 7..<start + 9])
        else { return false }
        return hour < 24 && minute < 60 && second < 60
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
