/// A path such as `$.a[0].b` or `$**.c[last-1 to last]`.
public struct JSONPath: Sendable {
    enum Leg: Sendable, Equatable {
        case member([UInt8])
        case element(Index)
        case range(Index, Index)
        case anyMember
        case anyElement
        case anything
    }

    struct Index: Sendable, Equatable {
        var value: Int
        var isFromLast: Bool

        func resolve(_ count: Int) -> Int { isFromLast ? count - 1 - value : value }
    }

    var legs: [Leg] = []

    /// The whole document.
    public var isRoot: Bool { legs.isEmpty }

    /// It may match several values.
    public var isWild: Bool {
        legs.contains { leg in
            switch leg {
            case .member, .element: false
            default: true
            }
        }
    }

    /// Where a path is wrong: error 3143.
    public struct Failure: Error, Sendable {
        public var position: Int
    }

    public init(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) {
        var index = 0
        func skipSpaces() {
            while index < bytes.count, Decimal.isSpace(bytes[index]) { index += 1 }
        }
        func number() -> Int? {
            guard index < bytes.count, bytes[index].isDigit else { return nil }
            var value = 0
            while index < bytes.count, bytes[index].isDigit {
                value = min(value * 10 + Int(bytes[index] - 48), 1 << 40)
                index += 1
            }
            return value
        }
        func word(_ text: String) -> Bool {
            let wanted = Array(text.utf8)
            guard index + wanted.count <= bytes.count else { return false }
            for (offset, byte) in wanted.enumerated() where bytes[index + offset] != byte { return false }
            index += wanted.count
            return true
        }
        func arrayIndex() -> Index? {
            skipSpaces()
            if word("last") {
                skipSpaces()
                if index < bytes.count, bytes[index] == UInt8(ascii: "-") {
                    index += 1
                    skipSpaces()
                    guard let value = number() else { return nil }
                    return Index(value: value, isFromLast: true)
                }
                return Index(value: 0, isFromLast: true)
            }
            return number().map { Index(value: $0, isFromLast: false) }
        }
        skipSpaces()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "$") else { throw Failure(position: index + 1) }
        index += 1
        while true {
            skipSpaces()
            guard index < bytes.count else { break }
            switch bytes[index] {
            case UInt8(ascii: "."):
                index += 1
                skipSpaces()
                guard index < bytes.count else { throw Failure(position: index) }
                if bytes[index] == UInt8(ascii: "*") {
                    index += 1
                    legs.append(.anyMember)
                } else if bytes[index] == UInt8(ascii: "\"") {
                    let start = index
                    index += 1
                    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                        index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                    }
                    guard index < bytes.count else { throw Failure(position: bytes.count) }
                    index += 1
                    guard
                        case .success(.string(let key)) = JSONParser.parse(
                            UnsafeBufferPointer(rebasing: bytes[start..<index]))
                    else {
                        throw Failure(position: index)
                    }
                    legs.append(.member(key))
                } else {
                    let start = index
                    while index < bytes.count,
                        bytes[index] >= 0x80 || bytes[index] == UInt8(ascii: "_") || bytes[index] == UInt8(ascii: "$")
                            || bytes[index].isDigit && index > start
                            || bytes[index] | 0x20 >= 97 && bytes[index] | 0x20 <= 122
                    {
                        index += 1
                    }
                    guard index > start else { throw Failure(position: index) }
                    legs.append(.member(Array(bytes[start..<index])))
                }
            case UInt8(ascii: "["):
                index += 1
                skipSpaces()
                if index < bytes.count, bytes[index] == UInt8(ascii: "*") {
                    index += 1
                    legs.append(.anyElement)
                } else {
                    guard let first = arrayIndex() else { throw Failure(position: index) }
                    skipSpaces()
                    if word("to ") {
                        guard let last = arrayIndex() else { throw Failure(position: index) }
                        legs.append(.range(first, last))
                    } else {
                        legs.append(.element(first))
                    }
                }
                skipSpaces()
                guard index < bytes.count, bytes[index] == UInt8(ascii: "]") else { throw Failure(position: index) }
                index += 1
            case UInt8(ascii: "*"):
                guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "*") else {
                    throw Failure(position: index + 1)
                }
                index += 2
                // `***` is nobody's wish, as in MySQL.
                if index < bytes.count, bytes[index] == UInt8(ascii: "*") { throw Failure(position: index + 1) }
                if legs.last != .anything { legs.append(.anything) }
            default: throw Failure(position: index + 1)
            }
        }
        if legs.last == .anything { throw Failure(position: bytes.count) }
    }

    /// All values that the path leads to, in the document's order.
    public func matches(in document: JSONValue) -> [JSONValue] {
        if legs.count(where: { $0 == .anything }) > 1 {
            var search = JSONPathSearch(legs: legs, document: document)
            return search.matches()
        }
        var found = [document]
        for leg in legs {
            var next: [JSONValue] = []
            for value in found { Self.step(leg, value, &next) }
            found = next
            if found.isEmpty { break }
        }
        return found
    }

    static func step(_ leg: Leg, _ value: JSONValue, _ result: inout [JSONValue]) {
        switch leg {
        case .member(let key):
            if let member = value.member(key) { result.append(member) }
        case .anyMember:
            if case .object(let members) = value { result.append(contentsOf: members.map(\.value)) }
        case .element(let index):
            if case .array(let elements) = value {
                let place = index.resolve(elements.count)
                if place >= 0 && place < elements.count { result.append(elements[place]) }
            } else if index.value == 0 {
                // A scalar is an array of itself.
                result.append(value)
            }
        case .range(let from, let to):
            if case .array(let elements) = value {
                let first = max(0, from.resolve(elements.count))
                let last = min(elements.count - 1, to.resolve(elements.count))
                if first <= last { result.append(contentsOf: elements[first...last]) }
            } else if from.resolve(1) <= 0 && to.resolve(1) >= 0 {
                result.append(value)
            }
        case .anyElement:
            if case .array(let elements) = value { result.append(contentsOf: elements) }
        case .anything:
            result.append(value)
            switch value {
            case .array(let elements): for element in elements { step(.anything, element, &result) }
            case .object(let members): for member in members { step(.anything, member.value, &result) }
            default: break
            }
        }
    }

    /// The document with the value at the path replaced by what `change` makes of it. `insert` gives the value for a
    /// place that does not exist (nil leaves the document alone).
    public func updating(
        _ document: JSONValue, change: (JSONValue) -> JSONValue, insert: JSONValue?
    ) -> JSONValue {
        Self.update(document, legs[...], change, insert)
    }

    private static func update(
        _ value: JSONValue, _ legs: ArraySlice<Leg>, _ change: (JSONValue) -> JSONValue, _ insert: JSONValue?
    ) -> JSONValue {
        guard let leg = legs.first else { return change(value) }
        let rest = legs.dropFirst()
        switch (leg, value) {
        case (.member(let key), .object(var members)):
            if let place = members.firstIndex(where: { $0.key == key }) {
                members[place].value = update(members[place].value, rest, change, insert)
                return .object(members)
            }
            if rest.isEmpty, let insert { return .object(unsorted: members + [JSONMember(key: key, value: insert)]) }
            return value
        case (.element(let index), .array(var elements)):
            let place = index.resolve(elements.count)
            if place >= 0 && place < elements.count {
                elements[place] = update(elements[place], rest, change, insert)
                return .array(elements)
            }
            if rest.isEmpty, let insert {
                if place < 0 { elements.insert(insert, at: 0) } else { elements.append(insert) }
                return .array(elements)
            }
            return value
        case (.element(let index), _):
            if index.resolve(1) == 0 { return update(value, rest, change, insert) }
            if rest.isEmpty, let insert {
                return index.isFromLast ? .array([insert, value]) : .array([value, insert])
            }
            return value
        default: return value
        }
    }

    /// The document without the value at the path.
    public func removing(from document: JSONValue) -> JSONValue {
        guard let last = legs.last else { return document }
        var parent = self
        parent.legs.removeLast()
        return parent.updating(
            document,
            change: { value in
                switch (last, value) {
                case (.member(let key), .object(let members)): return .object(members.filter { $0.key != key })
                case (.element(let index), .array(var elements)):
                    let place = index.resolve(elements.count)
                    if place >= 0 && place < elements.count { elements.remove(at: place) }
                    return .array(elements)
                default: return value
                }
            }, insert: nil)
    }

    /// JSON_ARRAY_INSERT: `value` before the element that the path names.
    public func insertingElement(_ element: JSONValue, into document: JSONValue) -> JSONValue? {
        guard case .element(let index)? = legs.last else { return nil }
        var parent = self
        parent.legs.removeLast()
        return parent.updating(
            document,
            change: { value in
                guard case .array(var elements) = value else { return value }
                elements.insert(element, at: max(0, min(elements.count, index.resolve(elements.count))))
                return .array(elements)
            }, insert: nil)
    }

    /// Appends `.key` or `[index]` to the text of a path.
    public static func append(_ key: [UInt8], to path: [UInt8]) -> [UInt8] {
        var result = path
        result.append(UInt8(ascii: "."))
        let isPlain =
            !key.isEmpty && !key[0].isDigit
            && key.allSatisfy {
                $0 >= 0x80 || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "$") || $0.isDigit
                    || $0 | 0x20 >= 97 && $0 | 0x20 <= 122
            }
        if isPlain { result += key } else { JSONValue.appendQuoted(key, to: &result) }
        return result
    }
}
