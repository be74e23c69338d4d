/// Reads JSON text strictly; failures are named as MySQL names them.
public struct JSONParser {
    /// Why a text is no JSON, and where.
    public struct Failure: Error, Sendable {
        public var reason: String
        public var position: Int
        /// Nothing is wrong with it but its depth (error 3157).
        public var isTooDeep = false
    }

    /// The deepest nesting that MySQL accepts.
    public static let maxDepth = 100

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0

    private let keepsDecimals: Bool

    private init(_ bytes: UnsafeBufferPointer<UInt8>, keepsDecimals: Bool) {
        self.bytes = bytes
        self.keepsDecimals = keepsDecimals
    }

    /// `keepsDecimals`: of a document of ours, where a number that no double prints so is a DECIMAL. In a client's text every
    /// number with a point is a double.
    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>, keepsDecimals: Bool = false) -> Result<JSONValue, Failure> {
        var parser = JSONParser(bytes, keepsDecimals: keepsDecimals)
        do throws(Failure) {
            parser.skipSpaces()
            if parser.index == bytes.count { throw parser.failure("The document is empty.") }
            let value = try parser.value()
            parser.skipSpaces()
            if parser.index < bytes.count {
                throw parser.failure("The document root must not be followed by other values.")
            }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    public static func parse(_ bytes: [UInt8]) -> Result<JSONValue, Failure> {
        bytes.withUnsafeBufferPointer { parse($0) }
    }

    private func failure(_ reason: String, at position: Int? = nil) -> Failure {
        Failure(reason: reason, position: position ?? index)
    }

    private mutating func skipSpaces() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 9 || bytes[index] == 10 || bytes[index] == 13
        { index += 1 }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let count = text.utf8CodeUnitCount
        let start = index
        for offset in 0..<count {
            guard index < bytes.count, bytes[index] == text.utf8Start[offset] else {
                throw failure("Invalid value.", at: offset == 0 ? start : index)
            }
            index += 1
        }
        return value
    }

    private mutating func value() throws(Failure) -> JSONValue {
        guard index < bytes.count else { throw failure("Invalid value.") }
        switch bytes[index] {
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("Invalid value.")
        }
    }

    private mutating func enter() throws(Failure) {
        depth += 1
        if depth > Self.maxDepth {
            throw Failure(reason: "The JSON document exceeds the maximum depth.", position: index, isTooDeep: true)
        }
    }

    private mutating func array() throws(Failure) -> JSONValue {
        try enter()
        index += 1
        var elements: [JSONValue] = []
        skipSpaces()
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
            index += 1
            depth -= 1
            return .array([])
        }
        while true {
            skipSpaces()
            elements.append(try value())
            skipSpaces()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ",") || bytes[index] == UInt8(ascii: "]") else {
                throw failure("Missing a comma or ']' after an array element.")
            }
            index += 1
            if bytes[index - 1] == UInt8(ascii: "]") { break }
        }
        depth -= 1
        return .array(elements)
    }

    private mutating func object() throws(Failure) -> JSONValue {
        try enter()
        index += 1
        var members: [JSONMember] = []
        skipSpaces()
        if index < bytes.count, bytes[index] == UInt8(ascii: "}") {
            index += 1
            depth -= 1
            return .object([])
        }
        while true {
            skipSpaces()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw failure("Missing a name for object member.")
            }
            let key = try string()
            skipSpaces()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else {
                throw failure("Missing a colon after a name of object member.")
            }
            index += 1
            skipSpaces()
            members.append(JSONMember(key: key, value: try value()))
            skipSpaces()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ",") || bytes[index] == UInt8(ascii: "}") else {
                throw failure("Missing a comma or '}' after an object member.")
            }
            index += 1
            if bytes[index - 1] == UInt8(ascii: "}") { break }
        }
        depth -= 1
        return .object(unsorted: members)
    }

    private mutating func string() throws(Failure) -> [UInt8] {
        let start = index
        index += 1
        var result: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return result }
            if byte < 0x20 { throw failure("Invalid encoding in string.", at: index - 1) }
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard index < bytes.count else { break }
            let escaped = bytes[index]
            index += 1
            switch escaped {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escaped)
            case UInt8(ascii: "b"): result.append(8)
            case UInt8(ascii: "f"): result.append(12)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "u"):
                var codePoint = try hex()
                if codePoint & 0xFC00 == 0xD800 {
                    guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                        bytes[index + 1] == UInt8(ascii: "u")
                    else {
                        throw failure("The surrogate pair in string is invalid.", at: start)
                    }
                    index += 2
                    let low = try hex()
                    guard low & 0xFC00 == 0xDC00 else {
                        throw failure("The surrogate pair in string is invalid.", at: start)
                    }
                    codePoint = 0x10000 + (codePoint & 0x3FF) << 10 + (low & 0x3FF)
                }
                UTF8Scanner.append(codePoint, to: &result)
            default: throw failure("Invalid escape character in string.", at: index - 2)
            }
        }
        throw failure("Missing a closing quotation mark in string.", at: index)
    }

    private mutating func hex() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard index < bytes.count, let digit = UInt32(String(UnicodeScalar(bytes[index])), radix: 16) else {
                throw failure("Incorrect hex digit after \\u escape in string.")
            }
            value = value << 4 | digit
            index += 1
        }
        return value
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        guard index < bytes.count, bytes[index].isDigit else { throw failure("Invalid value.") }
        if bytes[index] == UInt8(ascii: "0") {
            index += 1
        } else {
            while index < bytes.count, bytes[index].isDigit { index += 1 }
        }
        var isInteger = true
        var hasExponent = false
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            guard index < bytes.count, bytes[index].isDigit else { throw failure("Miss fraction part in number.") }
            while index < bytes.count, bytes[index].isDigit { index += 1 }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            hasExponent = true
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard index < bytes.count, bytes[index].isDigit else { throw failure("Miss exponent in number.") }
            while index < bytes.count, bytes[index].isDigit { index += 1 }
        }
        let text = UnsafeBufferPointer(rebasing: bytes[start..<index])
        if isInteger {
            let parsed = NumberParsing.integer(text)
            if !parsed.isOutOfRange {
                if parsed.isNegative {
                    if parsed.magnitude <= 1 << 63 { return .integer(Int64(truncatingIfNeeded: 0 &- parsed.magnitude)) }
                } else {
                    return parsed.magnitude <= UInt64(Int64.max)
                        ? .integer(Int64(parsed.magnitude)) : .unsigned(parsed.magnitude)
                }
            }
        }
        let parsed = NumberParsing.double(text)
        if parsed.isOutOfRange { throw failure("Number too big to be stored in double.", at: start) }
        let double = JSONValue.double(parsed.value)
        if keepsDecimals, !isInteger, !hasExponent, !double.text.elementsEqual(text) { return .decimal(Array(text)) }
        return double
    }
}
