import CSQLite
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    package func addJSONFunctions() {
        addJSONConversions()
        addJSONQueries()
        addJSONChanges()
        addJSONSearch()
        addJSONTable()
    }

    /// A document argument. Carriers are JSON already: what does not parse is a bug's or an old file's, and NULL.
    package static func document(_ call: SQLiteCall, _ index: Int) -> JSONValue {
        if isTooHeavy(call, index) { return .null }
        if case .success(let value) = JSONParser.parse(call.bytes(index), keepsDecimals: true) { return value }
        return .null
    }

    /// Whether the tree of a document would take more memory than the session may have; the call then fails.
    package static func isTooHeavy(_ call: SQLiteCall, _ index: Int) -> Bool {
        let bytes = call.bytes(index)
        guard bytes.count > 1 << 20 else { return false }
        let size = bytes.reduce(bytes.count) { size, byte in
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ":"): size + bytesPerPart
            case UInt8(ascii: "\""): size + bytesPerQuote
            default: size
            }
        }
        return call.context.isTooMuchMemory(size)
    }

    /// What a value takes in a tree: its box and its place; a text has its bytes beside it.
    private static let bytesPerPart = 48
    private static let bytesPerQuote = 32

    /// A value to put into a document: SQL's NULL is JSON's.
    private static func value(_ call: SQLiteCall, _ index: Int) -> JSONValue {
        call.isNull(index) ? .null : document(call, index)
    }

    private static func path(_ call: SQLiteCall, _ index: Int, allowsWild: Bool = true) throws(SQLError) -> JSONPath {
        let path: JSONPath
        do throws(JSONPath.Failure) {
            path = try JSONPath(call.bytes(index))
        } catch {
            throw SQLError(.invalidJsonPath, String(error.position), "")
        }
        if !allowsWild && path.isWild {
            throw SQLError(.invalidJsonPathWildcard)
        }
        return path
    }

    private func addJSONQueries() {
        add("m_json_extract") { call throws(SQLError) in
            if call.hasNull { return call.returnNull() }
            let document = Self.document(call, 0)
            var found: [JSONValue] = []
            var isMany = call.count > 2
            for index in 1..<call.count {
                let path = try Self.path(call, index)
                if path.isWild { isMany = true }
                found += path.matches(in: document)
            }
            if found.isEmpty { return call.returnNull() }
            call.return(json: isMany ? JSONValue.array(found) : found[0], "json_extract")
        }
        strict("m_json_unquote") { call throws(SQLError) in
            let bytes = call.bytes(0)
            guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\""), bytes[bytes.count - 1] == UInt8(ascii: "\"") else {
                return call.return(text: bytes)
            }
            switch JSONParser.parse(bytes) {
            case .success(.string(let text)): call.return(text: text)
            case .success: call.return(text: bytes)
            case .failure(let failure):
                throw SQLError(
                    .invalidJsonTextInParam, "1", "json_unquote", failure.reason, String(failure.position), "")
            }
        }
        strict("m_json_valid") { call in
            if Self.isTooHeavy(call, 0) { return }
            if case .success = JSONParser.parse(call.bytes(0)) { call.return(true) } else { call.return(false) }
        }
        strict("m_json_type") { call in
            let known = call.string(1)
            call.return(text: known.isEmpty ? Self.document(call, 0).typeName : known)
        }
        add("m_json_length") { call throws(SQLError) in
            if call.hasNull { return call.returnNull() }
            var value = Self.document(call, 0)
            if call.count > 1 {
                guard let found = try Self.path(call, 1, allowsWild: false).matches(in: value).first else {
                    return call.returnNull()
                }
                value = found
            }
            call.return(value.length)
        }
        strict("m_json_depth") { call in call.return(Self.document(call, 0).depth) }
        add("m_json_keys") { call throws(SQLError) in
            if call.hasNull { return call.returnNull() }
            var value = Self.document(call, 0)
            if call.count > 1 {
                guard let found = try Self.path(call, 1, allowsWild: false).matches(in: value).first else {
                    return call.returnNull()
                }
                value = found
            }
            guard case .object(let members) = value else { return call.returnNull() }
            call.return(json: JSONValue.array(members.map { .string($0.key) }), "json_keys")
        }
        strict("m_json_pretty") { call in
            guard let text = Self.document(call, 0).prettyText(limit: call.context.maxAllowedPacket) else {
                _ = call.isTooLong(.max, "json_pretty")
                return call.returnNull()
            }
            call.return(text: text)
        }
        strict("m_json_storage_size") { call in call.return(Self.storageSize(Self.document(call, 0)) + 1) }
        strict("m_json_storage_free") { call in call.return(0) }
        add("m_json_value") { call throws(SQLError) in try Self.jsonValue(call) }
        strict("m_json_schema_valid") { call throws(SQLError) in
            call.return(JSONSchema.isValid(Self.document(call, 1), Self.document(call, 0)))
        }
    }

    /// Bytes in MySQL's binary form, near enough.
    private static func storageSize(_ value: JSONValue) -> Int {
        switch value {
        case .null, .bool: return 1
        case .integer(let number):
            return number >= -32768 && number <= 65535
                ? 2 : (number >= -2_147_483_648 && number <= 4_294_967_295 ? 4 : 8)
        case .unsigned, .double: return 8
        case .decimal(let digits): return digits.count / 2 + 4
        case .string(let bytes): return bytes.count + (bytes.count < 128 ? 1 : 2)
        case .array(let elements): return 4 + elements.reduce(0) { $0 + 3 + (isInline($1) ? 0 : storageSize($1)) }
        case .object(let members):
            return 4
                + members.reduce(0) { $0 + 4 + $1.key.count + 3 + (isInline($1.value) ? 0 : storageSize($1.value)) }
        }
    }

    private static func isInline(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool: true
        case .integer(let number): number >= -32768 && number <= 65535
        default: false
        }
    }

    /// Document, path, kind of RETURNING, ON EMPTY (0 null, 1 error, 2 default), its default, ON ERROR, its default, 1 for a text.
    private static func jsonValue(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) || call.isNull(1) { return call.returnNull() }
        let path = try path(call, 1)
        func fallback(_ index: Int, _ error: SQLError) throws(SQLError) {
            switch call.int(index) {
            case 1: throw error
            case 2: call.return(argument: index + 1)
            default: call.returnNull()
            }
        }
        let document: JSONValue
        if call.int(7) != 0 {
            if call.isBlob(0) { throw SQLError(.invalidJsonCharset, "binary") }
            if isTooHeavy(call, 0) { return }
            switch JSONParser.parse(call.bytes(0)) {
            case .success(let value): document = value
            case .failure(let failure):
                let error = SQLError(.invalidJsonTextInParam, "1", "json_value", failure.reason, String(failure.position), "")
                if call.int(5) != 1 { call.context.warn(error) }
                return try fallback(5, error)
            }
        } else {
            document = Self.document(call, 0)
        }
        let found = path.matches(in: document)
        if found.isEmpty { return try fallback(3, SQLError(.missingJsonValue, "json_value")) }
        let kind = call.string(2)
        if found.count > 1 { return try fallback(5, SQLError(.multipleJsonValues, "json_value")) }
        let value = found[0]
        if kind == "j" { return call.return(text: value.text) }
        switch value {
        case .null: call.returnNull()
        case .array, .object:
            if kind == "s" { return call.return(text: value.text) }
            try fallback(5, SQLError(.wrongJsonTableValue, "json_value"))
        case .string(let bytes):
            if kind == "i" || kind == "d" || kind == "r" {
                let parsed = bytes.withUnsafeBufferPointer { Decimal.parse($0) }
                if parsed.consumed != bytes.count || bytes.isEmpty {
                    let name = kind == "i" ? "SIGNED" : (kind == "d" ? "DECIMAL" : "DOUBLE")
                    return try fallback(5, SQLError(.dataOutOfRange, name, "json_value"))
                }
            }
            call.return(text: bytes)
        case .bool(let flag): call.return(text: kind == "s" ? (flag ? "true" : "false") : (flag ? "1" : "0"))
        default: call.return(text: value.text)
        }
    }

    private func addJSONChanges() {
        add("m_json_array") { call in
            let total = (0..<call.count).reduce(0) { $0 + (call.isNull($1) ? 4 : call.bytes($1).count) + 2 }
            if call.isTooLong(total, "json_array") { return call.returnNull() }
            call.return(json: JSONValue.array((0..<call.count).map { Self.value(call, $0) }), "json_array")
        }
        add("m_json_object") { call throws(SQLError) in
            let total = (0..<call.count).reduce(0) { $0 + (call.isNull($1) ? 4 : call.bytes($1).count) + 2 }
            if call.isTooLong(total, "json_object") { return call.returnNull() }
            var members: [JSONMember] = []
            for index in stride(from: 0, to: call.count - 1, by: 2) {
                if call.isNull(index) { throw SQLError(.jsonDocumentNullKey) }
                members.append(JSONMember(key: Array(call.bytes(index)), value: Self.value(call, index + 1)))
            }
            call.return(json: JSONValue.object(unsorted: members), "json_object")
        }
        // Documents made of decimals keep the decimals' own text: JSON_ARRAY(1.0) is [1.0].
        func change(_ name: String, _ body: @escaping (JSONPath, JSONValue, JSONValue) throws(SQLError) -> JSONValue) {
            add(name) { call throws(SQLError) in
                if call.isNull(0) { return call.returnNull() }
                var document = Self.document(call, 0)
                for index in stride(from: 1, to: call.count - 1, by: 2) {
                    if call.isNull(index) { return call.returnNull() }
                    let path = try Self.path(call, index, allowsWild: false)
                    document = try body(path, document, Self.value(call, index + 1))
                }
                call.return(json: document, String(name.dropFirst(2)))
            }
        }
        change("m_json_set") { path, document, value in path.updating(document, change: { _ in value }, insert: value) }
        change("m_json_insert") { path, document, value in path.updating(document, change: { $0 }, insert: value) }
        change("m_json_replace") { path, document, value in path.updating(document, change: { _ in value }, insert: nil)
        }
        change("m_json_array_append") { path, document, value in
            path.updating(
                document,
                change: { old in
                    if case .array(let elements) = old { return .array(elements + [value]) }
                    return .array([old, value])
                }, insert: nil)
        }
        change("m_json_array_insert") { (path, document, value) throws(SQLError) in
            guard let result = path.insertingElement(value, into: document) else {
                throw SQLError(.invalidJsonPathArrayCell)
            }
            return result
        }
        add("m_json_remove") { call throws(SQLError) in
            if call.hasNull { return call.returnNull() }
            var document = Self.document(call, 0)
            for index in 1..<call.count {
                let path = try Self.path(call, index, allowsWild: false)
                if path.isRoot { throw SQLError(.jsonVacuousPath) }
                document = path.removing(from: document)
            }
            call.return(text: document.text)
        }
        strict("m_json_merge_preserve") { call in
            var result = Self.document(call, 0)
            for index in 1..<call.count { result = Self.mergePreserve(result, Self.document(call, index)) }
            call.return(json: result, "json_merge_preserve")
        }
        add("m_json_merge_patch") { call in
            if call.isNull(call.count - 1) { return call.returnNull() }
            var result: JSONValue? = call.isNull(0) ? nil : Self.document(call, 0)
            for index in 1..<call.count {
                if call.isNull(index) {
                    result = nil
                    continue
                }
                let patch = Self.document(call, index)
                if case .object = patch {
                    guard let target = result else { continue }
                    result = target.mergingPatch(patch)
                } else {
                    result = patch
                }
            }
            if let result { call.return(json: result, "json_merge_patch") } else { call.returnNull() }
        }
    }

    private static func mergePreserve(_ left: JSONValue, _ right: JSONValue) -> JSONValue {
        switch (left, right) {
        case (.object(let a), .object(let b)):
            var members = a
            var places = Self.places(a)
            for member in b {
                if let place = places[member.key] {
                    members[place].value = mergePreserve(members[place].value, member.value)
                } else {
                    places[member.key] = members.count
                    members.append(member)
                }
            }
            return .object(unsorted: members)
        case (.array(let a), .array(let b)): return .array(a + b)
        case (.array(let a), _): return .array(a + [right])
        case (_, .array(let b)): return .array([left] + b)
        default: return .array([left, right])
        }
    }

    private static func places(_ members: [JSONMember]) -> [[UInt8]: Int] {
        Dictionary(members.enumerated().map { ($1.key, $0) }) { _, last in last }
    }

    private func addJSONSearch() {
        add("m_json_contains") { call throws(SQLError) in
            if call.hasNull { return call.returnNull() }
            var target = Self.document(call, 0)
            if call.count > 2 {
                guard let found = try Self.path(call, 2, allowsWild: false).matches(in: target).first else {
                    return call.returnNull()
                }
                target = found
            }
            call.return(Self.contains(target, Self.document(call, 1), call.context))
        }
        add("m_json_contains_path") { call throws(SQLError) in
            if call.hasNull { return call.returnNull() }
            let wantsAll = try Self.oneOrAll(call, 1, "json_contains_path")
            let document = Self.document(call, 0)
            for index in 2..<call.count {
                let isFound = !(try Self.path(call, index).matches(in: document)).isEmpty
                if isFound != wantsAll { return call.return(isFound) }
            }
            call.return(wantsAll)
        }
        strict("m_json_overlaps") { call in
            func elements(_ value: JSONValue) -> [JSONValue] {
                if case .array(let elements) = value { return elements }
                return [value]
            }
            let left = Self.document(call, 0)
            let right = Self.document(call, 1)
            if case .object(let a) = left, case .object(let b) = right {
                let places = Self.places(b)
                return call.return(a.contains { member in places[member.key].map { b[$0].value == member.value } ?? false })
            }
            let others = elements(right)
            let context = call.context
            call.return(elements(left).contains { value in others.contains { context.tick() || $0 == value } })
        }
        strict("m_json_member_of") { call in
            let value = Self.document(call, 0)
            if case .array(let elements) = Self.document(call, 1) { return call.return(elements.contains(value)) }
            call.return(Self.document(call, 1) == value)
        }
        add("m_json_search") { call throws(SQLError) in
            if call.isNull(0) || call.isNull(1) || call.isNull(2) { return call.returnNull() }
            let wantsAll = try Self.oneOrAll(call, 1, "json_search")
            var escape: UInt32 = 0x5C
            if call.count > 3, !call.isNull(3), let first = call.bytes(3).first { escape = UInt32(first) }
            let matcher = LikeMatcher(escape: escape, collation: Collation(.utf8mb4_bin), context: call.context)
            let pattern = call.bytes(2)
            var found: [[UInt8]] = []
            var known: Set<[UInt8]> = []
            var size = 0
            func walk(_ value: JSONValue, _ path: [UInt8]) {
                if !wantsAll && !found.isEmpty || size > call.context.maxAllowedPacket || call.context.tick() { return }
                switch value {
                case .string(let bytes):
                    if bytes.withUnsafeBufferPointer({ matcher.matches($0, pattern) }), known.insert(path).inserted {
                        found.append(path)
                        size += path.count + 4
                    }
                case .array(let elements):
                    for (index, element) in elements.enumerated() { walk(element, path + Array("[\(index)]".utf8)) }
                case .object(let members):
                    for member in members { walk(member.value, JSONPath.append(member.key, to: path)) }
                default: break
                }
            }
            let document = Self.document(call, 0)
            if call.count > 4 {
                for index in 4..<call.count {
                    if call.isNull(index) { return call.returnNull() }
                    let path = try Self.path(call, index)
                    for match in path.matches(in: document) { walk(match, Array(call.bytes(index))) }
                }
            } else {
                walk(document, [UInt8(ascii: "$")])
            }
            if found.isEmpty || call.isTooLong(size, "json_search") { return call.returnNull() }
            call.return(
                json: found.count == 1 ? .string(found[0]) : .array(found.map { .string($0) }), "json_search")
        }
    }

    private static func oneOrAll(_ call: SQLiteCall, _ index: Int, _ function: String) throws(SQLError) -> Bool {
        switch call.string(index).lowercased() {
        case "one": return false
        case "all": return true
        default: throw SQLError(.jsonBadOneOrAllArg, function)
        }
    }

    private static func contains(_ target: JSONValue, _ candidate: JSONValue, _ context: ExpressionContext) -> Bool {
        if context.tick() { return false }
        switch (target, candidate) {
        case (.array(let elements), .array(let wanted)):
            return wanted.allSatisfy { item in elements.contains { contains($0, item, context) } }
        case (.array(let elements), _): return elements.contains { contains($0, candidate, context) }
        case (.object(let members), .object(let wanted)):
            let places = places(members)
            return wanted.allSatisfy { item in
                places[item.key].map { contains(members[$0].value, item.value, context) } ?? false
            }
        default: return target == candidate
        }
    }
}
