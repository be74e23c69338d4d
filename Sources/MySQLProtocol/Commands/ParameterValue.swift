import Platform

/// A value that a client bound to a statement's parameter, or gave as a query attribute.
public enum ParameterValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case unsigned(UInt64)
    case float(Float)
    case double(Double)
    /// Plain decimal notation.
    case decimal([UInt8])
    /// Characters in the connection's character set.
    case text([UInt8])
    case blob([UInt8])
    /// `YYYY-MM-DD`
    case date(String)
    /// `YYYY-MM-DD hh:mm:ss[.ffffff]`
    case dateTime(String)
    /// Signed microseconds.
    case time(Int64)

    /// As text; nil for NULL.
    public var text: [UInt8]? {
        switch self {
        case .null: nil
        case .integer(let number): Array(String(number).utf8)
        case .unsigned(let number): Array(String(number).utf8)
        case .float(let number): NumberText.shortest(number)
        case .double(let number): NumberText.shortest(number)
        case .decimal(let bytes), .text(let bytes), .blob(let bytes): bytes
        case .date(let text), .dateTime(let text): Array(text.utf8)
        case .time(let microseconds): TemporalText.time(microseconds: microseconds, decimals: microseconds % 1_000_000 == 0 ? 0 : 6)
        }
    }
}

/// A parameter's announced type.
public struct ParameterType: Hashable, Sendable {
    public var type: ColumnType
    public var isUnsigned: Bool

    public init(type: ColumnType, isUnsigned: Bool = false) {
        self.type = type
        self.isUnsigned = isUnsigned
    }

    static func decode(_ reader: inout ByteReader) throws(MalformedBytes) -> ParameterType {
        let word = try reader.readUInt16()
        guard let type = ColumnType(rawValue: UInt8(truncatingIfNeeded: word)) else {
            throw MalformedBytes("a parameter of unknown type \(word & 0xFF)")
        }
        return ParameterType(type: type, isUnsigned: word & 0x8000 != 0)
    }
}

extension ParameterValue {
    /// Reads a value of `type` in the binary protocol.
    static func decode(_ type: ParameterType, _ reader: inout ByteReader) throws(MalformedBytes) -> ParameterValue {
        switch type.type {
        case .null:
            return .null
        case .tiny, .bool:
            let value = try reader.readUInt8()
            return type.isUnsigned ? .unsigned(UInt64(value)) : .integer(Int64(Int8(bitPattern: value)))
        case .short, .year:
            let value = try reader.readUInt16()
            return type.isUnsigned ? .unsigned(UInt64(value)) : .integer(Int64(Int16(bitPattern: value)))
        case .long, .int24:
            let value = try reader.readUInt32()
            return type.isUnsigned ? .unsigned(UInt64(value)) : .integer(Int64(Int32(bitPattern: value)))
        case .longLong:
            let value = try reader.readUInt64()
            return type.isUnsigned ? .unsigned(value) : .integer(Int64(bitPattern: value))
        case .float:
            return .float(Float(bitPattern: try reader.readUInt32()))
        case .double:
            return .double(Double(bitPattern: try reader.readUInt64()))
        case .decimal, .newDecimal:
            return .decimal(Array(try reader.readLengthEncodedBytes()))
        case .date, .newDate, .dateTime, .timestamp, .dateTime2, .timestamp2:
            return try dateTime(isDate: type.type == .date || type.type == .newDate, &reader)
        case .time, .time2:
            return try time(&reader)
        case .tinyBlob, .mediumBlob, .longBlob, .blob, .bit, .geometry, .vector, .typedArray:
            return .blob(Array(try reader.readLengthEncodedBytes()))
        case .varChar, .varString, .string, .json, .enumeration, .set:
            return .text(Array(try reader.readLengthEncodedBytes()))
        case .invalid:
            throw MalformedBytes("a parameter of invalid type")
        }
    }

    /// The value that was sent beforehand in parts, as `type` says.
    static func longData(_ bytes: [UInt8], _ type: ParameterType) -> ParameterValue {
        switch type.type {
        case .tinyBlob, .mediumBlob, .longBlob, .blob, .bit, .geometry, .vector: .blob(bytes)
        default: .text(bytes)
        }
    }

    private static func dateTime(isDate: Bool, _ reader: inout ByteReader) throws(MalformedBytes) -> ParameterValue {
        let length = try reader.readUInt8()
        guard length == 0 || length == 4 || length == 7 || length == 11 else {
            throw MalformedBytes("a date of \(length) bytes")
        }
        var (year, month, day, hour, minute, second) = (0, 0, 0, 0, 0, 0)
        var microsecond = 0
        if length >= 4 {
            year = Int(try reader.readUInt16())
            month = Int(try reader.readUInt8())
            day = Int(try reader.readUInt8())
        }
        if length >= 7 {
            hour = Int(try reader.readUInt8())
            minute = Int(try reader.readUInt8())
            second = Int(try reader.readUInt8())
        }
        if length == 11 { microsecond = Int(try reader.readUInt32()) }
        guard year <= 9999, month <= 12, day <= 31, hour <= 23, minute <= 59, second <= 59, microsecond <= 999_999 else {
            throw MalformedBytes("a date out of range")
        }
        let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
        if isDate && length <= 4 { return .date(date) }
        let time = "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))"
        return .dateTime("\(date) \(time)" + (microsecond == 0 ? "" : ".\(pad(microsecond, 6))"))
    }

    private static func time(_ reader: inout ByteReader) throws(MalformedBytes) -> ParameterValue {
        let length = try reader.readUInt8()
        guard length == 0 || length == 8 || length == 12 else { throw MalformedBytes("a time of \(length) bytes") }
        guard length > 0 else { return .time(0) }
        let isNegative = try reader.readUInt8() != 0
        let days = Int64(try reader.readUInt32())
        let hour = Int64(try reader.readUInt8())
        let minute = Int64(try reader.readUInt8())
        let second = Int64(try reader.readUInt8())
        let microsecond = length == 12 ? Int64(try reader.readUInt32()) : 0
        let hours = days * 24 + hour
        guard hours <= 838, minute <= 59, second <= 59, microsecond <= 999_999 else {
            throw MalformedBytes("a time out of range")
        }
        let value = (hours * 3600 + minute * 60 + second) * 1_000_000 + microsecond
        return .time(isNegative ? -value : value)
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
