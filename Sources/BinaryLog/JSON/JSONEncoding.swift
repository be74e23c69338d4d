import Platform

/// MySQL's binary JSON, as JSON columns stand in row events, to and from JSON text.
public enum JSONEncoding {
    /// Nesting that MySQL allows (error 3157).
    static let maximumDepth = 100

    enum TypeCode {
        static let smallObject: UInt8 = 0
        static let largeObject: UInt8 = 1
        static let smallArray: UInt8 = 2
        static let largeArray: UInt8 = 3
        static let literal: UInt8 = 4
        static let int16: UInt8 = 5
        static let uint16: UInt8 = 6
        static let int32: UInt8 = 7
        static let uint32: UInt8 = 8
        static let int64: UInt8 = 9
        static let uint64: UInt8 = 10
        static let double: UInt8 = 11
        static let string: UInt8 = 12
        static let opaque: UInt8 = 15
    }

    enum Literal {
        static let null: UInt8 = 0
        static let yes: UInt8 = 1
        static let no: UInt8 = 2
    }

    /// Encodes a JSON text. Throws when it is not one.
    public static func encode(text: UnsafeRawBufferPointer, into writer: inout ByteWriter)
        throws(MalformedBytes)
    {
        let value = try JSONTextParser.parse(text)
        let start = writer.count
        writer.write(UInt8(0))
        let type = try encodeValue(value, into: &writer)
        writer.patch(UInt64(type), width: 1, at: start)
    }

    /// Appends the value's bytes and returns its type code.
    private static func encodeValue(_ value: JSONValue, into writer: inout ByteWriter)
        throws(MalformedBytes) -> UInt8
    {
        switch value {
        case .null:
            writer.write(Literal.null)
            return TypeCode.literal
        case .bool(let flag):
            writer.write(flag ? Literal.yes : Literal.no)
            return TypeCode.literal
        case .integer(let number):
            if let small = Int16(exactly: number) {
                writer.write(UInt16(bitPattern: small))
                return TypeCode.int16
            }
            if let medium = Int32(exactly: number) {
                writer.write(UInt32(bitPattern: medium))
                return TypeCode.int32
            }
            writer.write(number)
            return TypeCode.int64
        case .unsigned(let number):
            writer.write(number)
            return TypeCode.uint64
        case .double(let number):
            writer.write(number.bitPattern)
            return TypeCode.double
        case .decimal(let text, let scale):
            let whole = text.prefix { $0 != UInt8(ascii: ".") }.filter { $0 != UInt8(ascii: "-") }
            let precision = max(1, (whole == [UInt8(ascii: "0")] ? 0 : whole.count) + scale)
            writer.write(fieldTypeDecimal)
            writeLength(2 + DecimalCodec.size(precision: precision, scale: scale), into: &writer)
            writer.write(UInt8(precision))
            writer.write(UInt8(scale))
            try DecimalCodec.encode(text, precision: precision, scale: scale, into: &writer)
            return TypeCode.opaque
        case .string(let bytes):
            writeLength(bytes.count, into: &writer)
            writer.write(bytes)
            return TypeCode.string
        case .array(let elements):
            let start = writer.count
            if try encodeContainer(keys: nil, elements, isLarge: false, into: &writer) {
                return TypeCode.smallArray
            }
            writer.truncate(to: start)
            guard try encodeContainer(keys: nil, elements, isLarge: true, into: &writer) else {
                throw tooLarge
            }
            return TypeCode.largeArray
        case .object(let members):
            let start = writer.count
            let keys = members.map(\.key)
            let values = members.map(\.value)
            if try encodeContainer(keys: keys, values, isLarge: false, into: &writer) {
                return TypeCode.smallObject
            }
            writer.truncate(to: start)
            guard try encodeContainer(keys: keys, values, isLarge: true, into: &writer) else {
                throw tooLarge
            }
            return TypeCode.largeObject
        }
    }

    /// MYSQL_TYPE_NEWDECIMAL: what an opaque value holds.
    static let fieldTypeDecimal: UInt8 = 246

    /// Seven bits a byte, the lowest first.
    private static func writeLength(_ length: Int, into writer: inout ByteWriter) {
        var rest = UInt64(length)
        repeat {
            writer.write(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
    }

    private static let tooLarge = MalformedBytes("a JSON value that is too large")

    /// Writes an array or object with 2-byte or 4-byte offsets. False when it does not fit the former.
    private static func encodeContainer(
        keys: [[UInt8]]?, _ values: [JSONValue], isLarge: Bool, into writer: inout ByteWriter
    ) throws(MalformedBytes) -> Bool {
        let width = isLarge ? 4 : 2
        let limit = isLarge ? Int(UInt32.max) : Int(UInt16.max)
        guard values.count <= limit else { return false }
        let start = writer.count
        writer.write(UInt64(values.count), width: width)
        writer.write(zeros: width)
        let keyEntries = writer.count
        if keys != nil { writer.write(zeros: values.count * (width + 2)) }
        let valueEntries = writer.count
        writer.write(zeros: values.count * (width + 1))
        for (index, key) in (keys ?? []).enumerated() {
            guard key.count <= Int(UInt16.max) else {
                throw MalformedBytes("a JSON key of \(key.count) bytes")
            }
            guard writer.count - start <= limit else { return false }
            let entry = keyEntries + index * (width + 2)
            writer.patch(UInt64(writer.count - start), width: width, at: entry)
            writer.patch(UInt64(key.count), width: 2, at: entry + width)
            writer.write(key)
        }
        for (index, value) in values.enumerated() {
            let entry = valueEntries + index * (width + 1)
            let offset = writer.count
            let type = try encodeValue(value, into: &writer)
            writer.patch(UInt64(type), width: 1, at: entry)
            if isInline(type, isLarge: isLarge) {
                var number: UInt64 = 0
                for place in offset..<writer.count {
                    number |= UInt64(writer.bytes[place]) << UInt64(8 * (place - offset))
                }
                writer.truncate(to: offset)
                writer.patch(number, width: width, at: entry + 1)
            } else {
                guard offset - start <= limit else { return false }
                writer.patch(UInt64(offset - start), width: width, at: entry + 1)
            }
        }
        guard writer.count - start <= limit else { return false }
        writer.patch(UInt64(writer.count - start), width: width, at: start + width)
        return true
    }

    /// Whether values of the type stand in the value entry itself.
    static func isInline(_ type: UInt8, isLarge: Bool) -> Bool {
        switch type {
        case TypeCode.literal, TypeCode.int16, TypeCode.uint16: true
        case TypeCode.int32, TypeCode.uint32: isLarge
        default: false
        }
    }
}
