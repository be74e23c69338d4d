/// A JSON document. Objects keep their members in MySQL's order: shorter keys first, then by bytes.
public indirect enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case double(Double)
    /// A DECIMAL whose text no double has: `1.50`.
    case decimal([UInt8])
    /// UTF-8.
    case string([UInt8])
    case array([JSONValue])
    case object([JSONMember])

    /// Members sorted, of equal keys the last one kept.
    public static func object(unsorted members: [JSONMember]) -> JSONValue {
        // By key, then by place: not a search for each member, of which a document may have millions.
        let order = members.indices.sorted { left, right in
            if JSONMember.precedes(members[left].key, members[right].key) { return true }
            return left < right && members[left].key == members[right].key
        }
        var result: [JSONMember] = []
        result.reserveCapacity(members.count)
        for place in order {
            if let last = result.last, last.key == members[place].key {
                result[result.count - 1].value = members[place].value
            } else {
                result.append(members[place])
            }
        }
        return .object(result)
    }

    /// JSON_MERGE_PATCH() of this document and one patch.
    public func mergingPatch(_ patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members: [JSONMember] = []
        if case .object(let old) = self { members = old }
        // By key, not by a search for each member: a document may have millions.
        let places = Dictionary(members.enumerated().map { ($1.key, $0) }) { _, last in last }
        var removed: Set<Int> = []
        for change in changes {
            let place = places[change.key]
            if change.value == .null {
                if let place { removed.insert(place) }
            } else if let place {
                members[place].value = members[place].value.mergingPatch(change.value)
            } else {
                members.append(JSONMember(key: change.key, value: JSONValue.null.mergingPatch(change.value)))
            }
        }
        if !removed.isEmpty { members = members.enumerated().filter { !removed.contains($0.offset) }.map(\.element) }
        return .object(unsorted: members)
    }

    /// JSON_TYPE().
    public var typeName: String {
        switch self {
        case .null: "NULL"
        case .bool: "BOOLEAN"
        case .integer: "INTEGER"
        case .unsigned: "UNSIGNED INTEGER"
        case .double: "DOUBLE"
        case .decimal: "DECIMAL"
        case .string: "STRING"
        case .array: "ARRAY"
        case .object: "OBJECT"
        }
    }

    public var depth: Int {
        switch self {
        case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.map(\.value.depth).max() ?? 0)
        default: 1
        }
    }

    /// JSON_LENGTH().
    public var length: Int {
        switch self {
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: 1
        }
    }

    public func member(_ key: [UInt8]) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// MySQL's normalised text: `{"a": 1, "b": [1, 2]}`.
    public var text: [UInt8] {
        var text: [UInt8] = []
        append(to: &text)
        return text
    }

    /// The same, nil when it has more than `limit` bytes: then it is not built to its end.
    public func text(limit: Int) -> [UInt8]? {
        var text: [UInt8] = []
        append(to: &text, limit: limit)
        return text.count > limit ? nil : text
    }

    /// JSON_PRETTY(); nil when it has more than `limit` bytes.
    public func prettyText(limit: Int) -> [UInt8]? {
        var text: [UInt8] = []
        appendPretty(to: &text, limit: limit)
        return text.count > limit ? nil : text
    }

    /// Stops soon after `limit` bytes.
    func append(to text: inout [UInt8], limit: Int = .max) {
        if text.count > limit { return }
        switch self {
        case .null: text.append(contentsOf: "null".utf8)
        case .bool(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): text.append(contentsOf: String(value).utf8)
        case .unsigned(let value): text.append(contentsOf: String(value).utf8)
        case .double(let value):
            let start = text.count
            DoubleDigits(value).append(to: &text)
            if !text[start...].contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }) {
                text.append(contentsOf: ".0".utf8)
            }
        case .decimal(let digits): text += digits
        case .string(let bytes): Self.appendQuoted(bytes, to: &text)
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { text.append(contentsOf: ", ".utf8) }
                element.append(to: &text, limit: limit)
                if text.count > limit { return }
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { text.append(contentsOf: ", ".utf8) }
                Self.appendQuoted(member.key, to: &text)
                text.append(contentsOf: ": ".utf8)
                member.value.append(to: &text, limit: limit)
                if text.count > limit { return }
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    /// JSON_PRETTY().
    public func appendPretty(to text: inout [UInt8], indent: Int = 0, limit: Int = .max) {
        func newLine(_ depth: Int) {
            text.append(10)
            text.append(contentsOf: [UInt8](repeating: 0x20, count: depth * 2))
        }
        switch self {
        case .array(let elements) where !elements.isEmpty:
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                newLine(indent + 1)
                element.appendPretty(to: &text, indent: indent + 1, limit: limit)
                if text.count > limit { return }
            }
            newLine(indent)
            text.append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                newLine(indent + 1)
                Self.appendQuoted(member.key, to: &text)
                text.append(contentsOf: ": ".utf8)
                member.value.appendPretty(to: &text, indent: indent + 1, limit: limit)
                if text.count > limit { return }
            }
            newLine(indent)
            text.append(UInt8(ascii: "}"))
        default: append(to: &text, limit: limit)
        }
    }

    /// A string in quotes with escapes.
    public static func appendQuoted(_ bytes: some Sequence<UInt8>, to text: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        text.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 8: text.append(contentsOf: "\\b".utf8)
            case 9: text.append(contentsOf: "\\t".utf8)
            case 10: text.append(contentsOf: "\\n".utf8)
            case 12: text.append(contentsOf: "\\f".utf8)
            case 13: text.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                text.append(contentsOf: "\\u00".utf8)
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    // MARK: Comparison

    /// The value as a number.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .double(let value): value
        case .decimal(let digits): digits.withUnsafeBufferPointer { NumberParsing.double($0).value }
        default: nil
        }
    }

    /// MySQL's precedence of types: the higher is the greater.
    private var rank: UInt8 {
        switch self {
        case .null: 1
        case .integer, .unsigned, .double, .decimal: 2
        case .string: 3
        case .object: 4
        case .array: 5
        case .bool: 6
        }
    }

    /// Bytes that order as MySQL orders JSON values.
    public func appendSortKey(to key: inout [UInt8]) {
        key.append(rank)
        switch self {
        case .null: break
        case .bool(let value): key.append(value ? 1 : 0)
        case .integer, .unsigned, .double, .decimal:
            let value = (number ?? 0) + 0.0
            var bits = value.bitPattern
            bits = bits >> 63 != 0 ? ~bits : bits | 1 << 63
            for shift in stride(from: 56, through: 0, by: -8) {
                key.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
            }
            // What a double cannot tell apart.
            switch self {
            case .integer(let integer) where integer.magnitude >= 1 << 53:
                withUnsafeBytes(of: (UInt64(bitPattern: integer) ^ 1 << 63).bigEndian) { key.append(contentsOf: $0) }
            case .unsigned(let integer):
                withUnsafeBytes(of: integer.bigEndian) { key.append(contentsOf: $0) }
            default: break
            }
        case .string(let bytes):
            for byte in bytes {
                key.append(byte)
                if byte == 0 { key.append(1) }
            }
            key += [0, 0]
        case .array(let elements):
            for element in elements { element.appendSortKey(to: &key) }
            key.append(0)
        case .object(let members):
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: members.count).bigEndian) { key.append(contentsOf: $0) }
            for member in members {
                JSONValue.string(member.key).appendSortKey(to: &key)
                member.value.appendSortKey(to: &key)
            }
            key.append(0)
        }
    }

    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        var a: [UInt8] = []
        var b: [UInt8] = []
        left.appendSortKey(to: &a)
        right.appendSortKey(to: &b)
        return a == b
    }
}

/// A member of an object.
public struct JSONMember: Sendable, Equatable {
    /// UTF-8.
    public var key: [UInt8]
    public var value: JSONValue

    public init(key: [UInt8], value: JSONValue) {
        self.key = key
        self.value = value
    }

    /// MySQL's order of keys.
    public static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }
}
