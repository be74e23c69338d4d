import Platform

/// A JSON text as a tree.
indirect enum JSONValue {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Above Int64.max.
    case unsigned(UInt64)
    case double(Double)
    /// A number that no double prints so, `1.50`: MySQL keeps it as a DECIMAL.
    case decimal(UnsafeRawBufferPointer, scale: Int)
    case string([UInt8])
    case array([JSONValue])
    /// Keys by length, then by bytes, each once (the last one of the text).
    case object([(key: [UInt8], value: JSONValue)])
}

/// Parses JSON text (RFC 8259), bounded in depth.
struct JSONTextParser {
    private let text: UnsafeRawBufferPointer
    private var position = 0

    static func parse(_ text: UnsafeRawBufferPointer) throws(MalformedBytes) -> JSONValue {
        var parser = JSONTextParser(text: text)
        let value = try parser.parseValue(depth: 0)
        parser.skipSpace()
        guard parser.position == text.count else { throw parser.malformed }
        return value
    }

    private init(text: UnsafeRawBufferPointer) {
        self.text = text
    }

    private var malformed: MalformedBytes {
        MalformedBytes("invalid JSON text at position \(position)")
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    private mutating func next() throws(MalformedBytes) -> UInt8 {
        guard position < text.count else { throw malformed }
        position += 1
        return text[position - 1]
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func parseValue(depth: Int) throws(MalformedBytes) -> JSONValue {
        guard depth <= JSONEncoding.maximumDepth else { throw MalformedBytes("JSON nested too deep") }
        skipSpace()
        guard position < text.count else { throw malformed }
        switch text[position] {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: return try parseNumber()
        }
    }

    private mutating func parseWord(_ word: String, _ value: JSONValue) throws(MalformedBytes)
        -> JSONValue
    {
        for byte in word.utf8 {
            guard accept(byte) else { throw malformed }
        }
        return value
    }

    private mutating func parseArray(depth: Int) throws(MalformedBytes) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if accept(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try parseValue(depth: depth + 1))
            skipSpace()
            if accept(UInt8(ascii: "]")) { return .array(elements) }
            guard accept(UInt8(ascii: ",")) else { throw malformed }
        }
    }

    private mutating func parseObject(depth: Int) throws(MalformedBytes) -> JSONValue {
        position += 1
        var members: [(key: [UInt8], value: JSONValue, place: Int)] = []
        skipSpace()
        if accept(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard position < text.count, text[position] == UInt8(ascii: "\"") else { throw malformed }
            let key = try parseString()
            skipSpace()
            guard accept(UInt8(ascii: ":")) else { throw malformed }
            members.append((key, try parseValue(depth: depth + 1), members.count))
            skipSpace()
            if accept(UInt8(ascii: "}")) { break }
            guard accept(UInt8(ascii: ",")) else { throw malformed }
        }
        members.sort { left, right in
            if left.key.count != right.key.count { return left.key.count < right.key.count }
            if left.key != right.key { return left.key.lexicographicallyPrecedes(right.key) }
            return left.place < right.place
        }
        var unique: [(key: [UInt8], value: JSONValue)] = []
        for member in members {
            if unique.last?.key == member.key { unique.removeLast() }
            unique.append((member.key, member.value))
        }
        return .object(unique)
    }

    private mutating func parseString() throws(MalformedBytes) -> [UInt8] {
        position += 1
        var result: [UInt8] = []
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""): return result
            case UInt8(ascii: "\\"): try parseEscape(into: &result)
            case 0..<0x20: throw malformed
            default: result.append(byte)
            }
        }
    }

    private mutating func parseEscape(into result: inout [UInt8]) throws(MalformedBytes) {
        switch try next() {
        case UInt8(ascii: "b"): result.append(8)
        case UInt8(ascii: "f"): result.append(12)
        case UInt8(ascii: "n"): result.append(10)
        case UInt8(ascii: "r"): result.append(13)
        case UInt8(ascii: "t"): result.append(9)
        case UInt8(ascii: "u"):
            var scalar = try parseHex()
            if scalar >= 0xD800 && scalar < 0xDC00 {
                guard accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")) else { throw malformed }
                let low = try parseHex()
                guard low >= 0xDC00 && low < 0xE000 else { throw malformed }
                scalar = 0x1_0000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let unicode = Unicode.Scalar(scalar) else { throw malformed }
            result.append(contentsOf: Array(String(Character(unicode)).utf8))
        case let other
        where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(other):
            result.append(other)
        default: throw malformed
        }
    }

    private mutating func parseHex() throws(MalformedBytes) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try next())).hexDigitValue else { throw malformed }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func parseNumber() throws(MalformedBytes) -> JSONValue {
        let start = position
        _ = accept(UInt8(ascii: "-"))
        let digits = position
        while position < text.count, text[position] >= 0x30, text[position] <= 0x39 { position += 1 }
        guard position > digits, position == digits + 1 || text[digits] != 0x30 else { throw malformed }
        var isInteger = true
        var scale: Int?
        if accept(UInt8(ascii: ".")) {
            isInteger = false
            let fraction = position
            defer { scale = position - fraction }
            while position < text.count, text[position] >= 0x30, text[position] <= 0x39 { position += 1 }
            guard position > fraction else { throw malformed }
        }
        if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
            isInteger = false
            scale = nil
            if !accept(UInt8(ascii: "-")) { _ = accept(UInt8(ascii: "+")) }
            let exponent = position
            while position < text.count, text[position] >= 0x30, text[position] <= 0x39 { position += 1 }
            guard position > exponent else { throw malformed }
        }
        let literal = String(decoding: text[start..<position], as: UTF8.self)
        if isInteger {
            if let number = Int64(literal) { return .integer(number) }
            if let number = UInt64(literal) { return .unsigned(number) }
        }
        guard let number = Double(literal), number.isFinite else { throw malformed }
        if let scale, scale <= DecimalCodec.maximumScale, position - digits - 1 <= DecimalCodec.maximumDigits,
            JSONEncoding.text(of: number) != literal
        {
            return .decimal(UnsafeRawBufferPointer(rebasing: text[start..<position]), scale: scale)
        }
        return .double(number)
    }
}
