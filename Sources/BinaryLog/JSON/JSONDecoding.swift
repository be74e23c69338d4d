import Platform

extension JSONEncoding {
    /// The normalised text (`{"a": 1, "b": [true, null]}`) of a binary JSON value. An empty value is the text `null`.
    public static func text(of bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> [UInt8] {
        guard let type = bytes.first else { return Array("null".utf8) }
        var writer = ByteWriter(capacity: bytes.count)
        // A container's entries may all point at the same bytes, so a short value could stand for an endless text.
        var budget = max(1 << 20, bytes.count * 16)
        try append(type: type, bytes.dropFirst(), depth: 0, budget: &budget, to: &writer)
        return writer.take()
    }

    private static func append(
        type: UInt8, _ bytes: ArraySlice<UInt8>, depth: Int, budget: inout Int,
        to writer: inout ByteWriter
    ) throws(MalformedBytes) {
        guard depth <= maximumDepth else { throw MalformedBytes("JSON nested too deep") }
        guard writer.count <= budget else { throw MalformedBytes("JSON whose parts overlap") }
        var reader = ByteReader(bytes)
        switch type {
        case TypeCode.smallObject, TypeCode.largeObject, TypeCode.smallArray, TypeCode.largeArray:
            try appendContainer(type: type, bytes, depth: depth, budget: &budget, to: &writer)
        case TypeCode.literal:
            switch try reader.readUInt8() {
            case Literal.null: writer.write(utf8: "null")
            case Literal.yes: writer.write(utf8: "true")
            case Literal.no: writer.write(utf8: "false")
            case let other: throw MalformedBytes("the JSON literal \(other)")
            }
        case TypeCode.int16: writer.write(utf8: String(Int16(bitPattern: try reader.readUInt16())))
        case TypeCode.uint16: writer.write(utf8: String(try reader.readUInt16()))
        case TypeCode.int32: writer.write(utf8: String(Int32(bitPattern: try reader.readUInt32())))
        case TypeCode.uint32: writer.write(utf8: String(try reader.readUInt32()))
        case TypeCode.int64: writer.write(utf8: String(try reader.readInt64()))
        case TypeCode.uint64: writer.write(utf8: String(try reader.readUInt64()))
        case TypeCode.double: writer.write(utf8: text(of: Double(bitPattern: try reader.readUInt64())))
        case TypeCode.string:
            let length = try reader.readJSONLength()
            appendQuoted(try reader.readBytes(length), to: &writer)
        case TypeCode.opaque:
            let fieldType = try reader.readUInt8()
            let length = try reader.readJSONLength()
            try appendOpaque(fieldType: fieldType, try reader.readBytes(length), to: &writer)
        default: throw MalformedBytes("a JSON value of type \(type)")
        }
    }

    private static func appendContainer(
        type: UInt8, _ bytes: ArraySlice<UInt8>, depth: Int, budget: inout Int,
        to writer: inout ByteWriter
    ) throws(MalformedBytes) {
        let isLarge = type == TypeCode.largeObject || type == TypeCode.largeArray
        let isObject = type == TypeCode.smallObject || type == TypeCode.largeObject
        let width = isLarge ? 4 : 2
        var reader = ByteReader(bytes)
        let count = Int(try reader.readUInt(width: width))
        let size = Int(try reader.readUInt(width: width))
        let entrySize = (isObject ? width + 2 : 0) + width + 1
        guard size <= bytes.count, count <= size / entrySize else {
            throw MalformedBytes("a JSON container of \(count) elements in \(bytes.count) bytes")
        }
        func slice(_ offset: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
            guard offset >= 2 * width, offset <= size else {
                throw MalformedBytes("the JSON offset \(offset)")
            }
            return bytes[bytes.startIndex + offset..<bytes.startIndex + size]
        }
        var keys: [ArraySlice<UInt8>] = []
        if isObject {
            for _ in 0..<count {
                var key = ByteReader(try slice(Int(try reader.readUInt(width: width))))
                keys.append(try key.readBytes(Int(try reader.readUInt16())))
            }
        }
        writer.write(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        for index in 0..<count {
            if index > 0 { writer.write(utf8: ", ") }
            if isObject {
                appendQuoted(keys[index], to: &writer)
                writer.write(utf8: ": ")
            }
            let valueType = try reader.readUInt8()
            let entry = try reader.readBytes(width)
            if isInline(valueType, isLarge: isLarge) {
                try append(type: valueType, entry, depth: depth + 1, budget: &budget, to: &writer)
            } else {
                var offset = ByteReader(entry)
                let value = try slice(Int(try offset.readUInt(width: width)))
                try append(type: valueType, value, depth: depth + 1, budget: &budget, to: &writer)
            }
        }
        writer.write(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    private static func appendQuoted(_ bytes: some Sequence<UInt8>, to writer: inout ByteWriter) {
        let hexDigits = Array("0123456789abcdef".utf8)
        writer.write(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                writer.write(UInt8(ascii: "\\"))
                writer.write(byte)
            case 8: writer.write(utf8: "\\b")
            case 9: writer.write(utf8: "\\t")
            case 10: writer.write(utf8: "\\n")
            case 12: writer.write(utf8: "\\f")
            case 13: writer.write(utf8: "\\r")
            case 0..<0x20:
                writer.write(utf8: "\\u00")
                writer.write(hexDigits[Int(byte >> 4)])
                writer.write(hexDigits[Int(byte & 15)])
            default: writer.write(byte)
            }
        }
        writer.write(UInt8(ascii: "\""))
    }

    /// DECIMAL as a number; dates and times as MySQL prints them, in quotes; anything else in base 64.
    private static func appendOpaque(
        fieldType: UInt8, _ bytes: ArraySlice<UInt8>, to writer: inout ByteWriter
    ) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        switch fieldType {
        case fieldTypeDecimal:
            let precision = Int(try reader.readUInt8())
            let scale = Int(try reader.readUInt8())
            guard precision >= 1, precision <= DecimalCodec.maximumDigits, scale <= min(precision, DecimalCodec.maximumScale) else {
                throw MalformedBytes("DECIMAL(\(precision),\(scale))")
            }
            writer.write(try DecimalCodec.decode(&reader, precision: precision, scale: scale))
        case 7, 10, 12:
            let packed = try reader.readInt64()
            var binary = ByteWriter()
            guard packed >= 0 else { throw MalformedBytes("a DATETIME out of range") }
            binary.writeBigEndian(UInt64(packed >> 24) + 0x80_0000_0000, width: 5)
            binary.writeBigEndian(UInt64(packed & 0xFF_FFFF), width: 3)
            var parts = ByteReader(binary.bytes)
            let text = try TemporalCodec.decodeDateTime(&parts, decimals: 6)
            appendQuoted(fieldType == 10 ? text[..<10] : text[...], to: &writer)
        case 11:
            let packed = try reader.readInt64()
            guard packed.magnitude < 1 << 47 else { throw MalformedBytes("a TIME out of range") }
            let magnitude = packed.magnitude
            let hms = magnitude >> 24
            func pad(_ value: UInt64, _ width: Int) -> String {
                let digits = String(value)
                return String(repeating: "0", count: max(0, width - digits.count)) + digits
            }
            writer.write(
                utf8:
                    "\"\(packed < 0 ? "-" : "")\(pad(hms >> 12, 2)):\(pad(hms >> 6 & 63, 2)):\(pad(hms & 63, 2))"
                    + ".\(pad(magnitude & 0xFF_FFFF, 6))\"")
        default:
            writer.write(utf8: "\"base64:type\(fieldType):")
            writer.write(base64(bytes))
            writer.write(UInt8(ascii: "\""))
        }
    }

    private static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        var rest = bytes
        while let first = rest.popFirst() {
            let second = rest.popFirst()
            let third = second == nil ? nil : rest.popFirst()
            let bits = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            result.append(alphabet[Int(bits >> 18)])
            result.append(alphabet[Int(bits >> 12 & 63)])
            result.append(second == nil ? UInt8(ascii: "=") : alphabet[Int(bits >> 6 & 63)])
            result.append(third == nil ? UInt8(ascii: "=") : alphabet[Int(bits & 63)])
        }
        return result
    }

    /// A double as MySQL prints it in JSON: the shortest digits that read back to it, plain between 1e-15 and 1e15 (with
    /// `.0` on whole numbers), else with an exponent (`1.5e300`).
    static func text(of number: Double) -> String {
        guard number.isFinite else { return "null" }
        if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
        // Swift prints the shortest digits, as 123.0, 0.00012 or 1.5e+300.
        let parts = "\(number.magnitude)".split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var digits = Array(mantissa[0].utf8) + (mantissa.count > 1 ? Array(mantissa[1].utf8) : [])
        exponent += mantissa[0].utf8.count
        let leading = digits.prefix { $0 == 0x30 }.count
        digits.removeFirst(leading)
        exponent -= leading
        while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
        // The number is 0.DIGITS * 10^exponent.
        let text = String(decoding: digits, as: UTF8.self)
        let sign = number < 0 ? "-" : ""
        if exponent > 15 || exponent < -14 {
            let rest = text.dropFirst()
            return sign + text.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e\(exponent - 1)"
        }
        if exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + text }
        if digits.count <= exponent {
            return sign + text + String(repeating: "0", count: exponent - digits.count) + ".0"
        }
        return sign + text.prefix(exponent) + "." + text.dropFirst(exponent)
    }
}

extension ByteReader {
    /// A length in groups of seven bits, low group first, at most five groups.
    fileprivate mutating func readJSONLength() throws(MalformedBytes) -> Int {
        var result = 0
        for group in 0..<5 {
            let byte = try readUInt8()
            result |= Int(byte & 0x7F) << (7 * group)
            if byte & 0x80 == 0 { return result }
        }
        throw MalformedBytes("a JSON length of more than five bytes")
    }
}
