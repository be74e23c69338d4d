import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    package mutating func addJSONFunctions() {
        func alternating(
            _ name: String, _ arity: ClosedRange<Int>, first: [ValueKind], _ pair: [ValueKind],
            _ type: MySQLType = .json
        ) {
            custom(name, arity) { builder, x throws(SQLError) in
                guard pair.count < 2 || (x.count - first.count) % 2 == 0 else {
                    throw SQLError(.wrongParamcountToNativeFct, name)
                }
                var items: [String] = []
                for (index, argument) in x.enumerated() {
                    let kind = index < first.count ? first[index] : pair[(index - first.count) % pair.count]
                    items.append(builder.jsonArgument(argument, kind, index + 1, name))
                }
                return TypedSQL(
                    sql: ExpressionBuilder.call("m_" + name.lowercased(), list: items), type: type,
                    isNullable: true,
                    coercibility: .implicit, isConstant: x.allSatisfy(\.isConstant))
            }
        }
        alternating("JSON_EXTRACT", 2...Self.many, first: [.json], [.string])
        alternating("JSON_ARRAY", 0...Self.many, first: [], [.jsonValue])
        alternating("JSON_OBJECT", 0...Self.many, first: [], [.string, .jsonValue])
        for name in ["JSON_SET", "JSON_INSERT", "JSON_REPLACE", "JSON_ARRAY_APPEND", "JSON_ARRAY_INSERT"] {
            alternating(name, 3...Self.many, first: [.json], [.string, .jsonValue])
        }
        alternating("JSON_REMOVE", 2...Self.many, first: [.json], [.string])
        alternating("JSON_CONTAINS", 2...3, first: [.json, .json], [.string], .boolean)
        alternating("JSON_CONTAINS_PATH", 3...Self.many, first: [.json], [.string], .boolean)
        alternating("JSON_OVERLAPS", 2...2, first: [.json, .json], [.string], .boolean)
        alternating("JSON_SEARCH", 3...Self.many, first: [.json], [.string])
        alternating("JSON_KEYS", 1...2, first: [.json], [.string])
        alternating("JSON_LENGTH", 1...2, first: [.json], [.string], .integer(width: 10))
        alternating("JSON_DEPTH", 1...1, first: [.json], [.string], .integer(width: 10))
        alternating("JSON_MERGE_PATCH", 2...Self.many, first: [], [.json])
        alternating("JSON_MERGE_PRESERVE", 2...Self.many, first: [], [.json])
        alternating("JSON_STORAGE_SIZE", 1...1, first: [.json], [.string], .integer(width: 10))
        alternating("JSON_STORAGE_FREE", 1...1, first: [.json], [.string], .integer(width: 10))
        alternating("JSON_SCHEMA_VALID", 2...2, first: [.json, .json], [.string], .boolean)
        custom("JSON_MERGE", 2...Self.many, places: [.view], code: ["m_json_merge_preserve"]) { builder, x throws(SQLError) in
            builder.context.warn(SQLError(.warnDeprecatedSyntax, "JSON_MERGE", "JSON_MERGE_PRESERVE/JSON_MERGE_PATCH"))
            return try builder.function("JSON_MERGE_PRESERVE", x)
        }
        custom("JSON_MEMBER_OF", 2...2) { builder, x throws(SQLError) in
            TypedSQL(
                sql: ExpressionBuilder.call(
                    "m_json_member_of", builder.jsonValue(x[0]), builder.jsonArgument(x[1], .json, 2, "member of")),
                type: .boolean, isNullable: true, isConstant: x.allSatisfy(\.isConstant))
        }
        alias("MEMBER OF", "JSON_MEMBER_OF")
        custom("JSON_UNQUOTE", 1...1) { builder, x throws(SQLError) in
            TypedSQL(
                sql: ExpressionBuilder.call("m_json_unquote", builder.jsonString(x[0], orDocument: true, "json_unquote")),
                type: x[0].type.kind == .json
                    ? MySQLType(.longText, collation: .utf8mb4_bin)
                    : .string(length: x[0].type.displayLength, collation: .utf8mb4_bin),
                isNullable: true, coercibility: .implicit, isConstant: x[0].isConstant)
        }
        custom("JSON_QUOTE", 1...1, code: ["m_jquote"]) { builder, x throws(SQLError) in
            let text = builder.jsonString(x[0], orDocument: false, "json_quote")
            return TypedSQL(
                sql: ExpressionBuilder.call("m_jquote", x[0].type.isBinary ? ExpressionBuilder.call("m_jcharacters", text) : text),
                type: .string(length: x[0].type.displayLength * 6 + 2, collation: .utf8mb4_0900_ai_ci), isNullable: true,
                coercibility: builder.coercibility(x), isConstant: x[0].isConstant)
        }
        alternating("JSON_PRETTY", 1...1, first: [.json], [.string], MySQLType(.longText, collation: .utf8mb4_0900_ai_ci))
        custom("JSON_VALID", 1...1) { builder, x throws(SQLError) in
            let sql: String
            if x[0].type.kind == .json {
                sql = "(CASE WHEN " + x[0].sql + " IS NULL THEN NULL ELSE 1 END)"
            } else if x[0].type.isBinary {
                sql = "(CASE WHEN " + x[0].sql + " IS NULL THEN NULL ELSE 0 END)"
            } else if x[0].type.isString {
                sql = ExpressionBuilder.call("m_json_valid", builder.stringArgument(x[0]))
            } else if x[0].type.isNull {
                sql = "NULL"
            } else {
                sql = "0"
            }
            return TypedSQL(sql: sql, type: .boolean, isNullable: x[0].isNullable, isConstant: x[0].isConstant)
        }
        custom("JSON_TYPE", 1...1) { builder, x throws(SQLError) in
            let known = x[0].knownJSONType ?? ""
            return TypedSQL(
                sql: ExpressionBuilder.call(
                    "m_json_type", builder.jsonArgument(x[0], .json, 1, "json_type"), TextLiteral.sqlite(known)),
                type: .string(length: 51, collation: .utf8mb4_0900_ai_ci), isNullable: true, coercibility: .coercible,
                isConstant: x[0].isConstant)
        }
    }
}

extension MySQLType {
    package static let json = MySQLType(.json, collation: .utf8mb4_bin)
}

extension ExpressionBuilder {
    /// The argument of JSON_QUOTE and JSON_UNQUOTE: a string, or for the latter a document (3064).
    package func jsonString(_ x: TypedSQL, orDocument: Bool, _ name: String) -> String {
        if x.type.kind == .json && orDocument || x.type.isNull { return x.sql }
        guard x.type.isString || x.type.kind == .enumeration || x.type.kind == .set else {
            return Self.call("m_jnostring", x.sql, "1", TextLiteral.sqlite(name))
        }
        return stringArgument(x)
    }

    /// A JSON argument: strings are parsed with the place and the function's name for error 3141.
    package func jsonArgument(_ x: TypedSQL, _ kind: ValueKind, _ place: Int, _ name: String) -> String {
        guard case .json = kind, x.type.isString else {
            if case .string = kind, x.type.isBinary, name != "JSON_SEARCH" { return Self.call("m_jcharacters", x.sql) }
            if case .json = kind, !x.type.isNull, x.type.kind != .json {
                return Self.call("m_jinvalid", x.sql, String(place), TextLiteral.sqlite(name.lowercased()))
            }
            return convert(x, to: kind)
        }
        return Self.call("m_jparse", stringValue(x), String(place), TextLiteral.sqlite(name.lowercased()))
    }

    /// `document -> path` and `document ->> path`.
    public func jsonArrow(_ document: TypedSQL, _ path: TypedSQL, unquotes: Bool) throws(SQLError) -> TypedSQL {
        let extracted = try function("JSON_EXTRACT", [document, path])
        return unquotes ? try function("JSON_UNQUOTE", [extracted]) : extracted
    }

    /// JSON_VALUE(document, path RETURNING ... ON EMPTY ... ON ERROR).
    public func jsonValue(
        _ document: TypedSQL, _ path: TypedSQL, returning: CastTarget?, onEmpty: JSONValueFallback,
        onError: JSONValueFallback
    ) throws(SQLError) -> TypedSQL {
        func code(_ fallback: JSONValueFallback) -> (String, String) {
            switch fallback {
            case .null: ("0", "NULL")
            case .error: ("1", "NULL")
            case .default(let value): ("2", stringValue(value))
            }
        }
        let empty = code(onEmpty)
        let failure = code(onError)
        let target = returning ?? .char(length: 512, collation: .utf8mb4_0900_ai_ci)
        let kind: String
        switch target {
        case .signed, .unsigned: kind = "i"
        case .decimal: kind = "d"
        case .float, .double: kind = "r"
        case .json: kind = "j"
        case .date, .time, .dateTime, .year: kind = "t"
        default: kind = "s"
        }
        let sql = Self.call(
            "m_json_value", document.type.isString ? stringValue(document) : jsonArgument(document, .json, 1, "json_value"),
            stringArgument(path), "'" + kind + "'",
            empty.0, empty.1, failure.0, failure.1, document.type.isString ? "1" : "0")
        let type: MySQLType = kind == "j" ? .json : .string(length: 512, collation: .utf8mb4_0900_ai_ci)
        let value = TypedSQL(
            sql: sql, type: type, isNullable: true, coercibility: .implicit,
            isConstant: document.isConstant && path.isConstant)
        switch target {
        case .char(let length, _): return length == 512 && returning == nil ? value : try cast(value, to: target)
        default: return try cast(value, to: target)
        }
    }
}

extension ExpressionBuilder {
    /// A column of JSON_TABLE: what the path leads to in the item, made the column's type as an assignment in strict mode would.
    package func jsonTableColumn(
        _ item: TypedSQL, _ path: [UInt8], _ target: AssignmentTarget, onEmpty: JSONValueFallback, onError: JSONValueFallback
    ) -> TypedSQL {
        func code(_ fallback: JSONValueFallback) -> [String] {
            switch fallback {
            case .null: ["0", "NULL"]
            case .error: ["1", "NULL"]
            case .default(let value): ["2", value.sql]
            }
        }
        let type = target.type
        let takes: String
        switch type.carrier {
        case .json: takes = "2"
        case .integer, .unsignedInteger, .real, .decimalText: takes = "1"
        default: takes = "0"
        }
        let column = TextLiteral.sqlite(target.column)
        let failure = code(onError)
        let picked = Self.call("m_json_pick", list: [item.sql, LiteralValue.text(path).sql] + code(onEmpty) + [column, takes])
        return TypedSQL(
            sql: Self.call(
                "m_json_column", picked, TextLiteral.sqlite("s 0 " + Self.spec(type) + " 0 " + target.column),
                type.members.isEmpty ? "''" : Self.memberList(type), failure[0], Self.call("m_json_scalar", failure[1], takes), column),
            type: type, isNullable: true)
    }
}

/// JSON_VALUE's `NULL | ERROR | DEFAULT x` ON EMPTY or ON ERROR.
public enum JSONValueFallback: Sendable {
    case null
    case error
    case `default`(TypedSQL)
}
