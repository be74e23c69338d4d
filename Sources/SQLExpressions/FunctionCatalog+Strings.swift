import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    package mutating func addStringFunctions() {
        add("CONCAT", 1...Self.many, [.string], nullable: .always) { builder, x throws(SQLError) in
            try builder.stringType(x.map(\.type.displayLength).reduce(0, +), x, "concat")
        }
        add("CONCAT_WS", 2...Self.many, [.string], nullable: .always) { builder, x throws(SQLError) in
            let separators = max(0, x.count - 2) * x[0].type.displayLength
            return try builder.stringType(x.dropFirst().map(\.type.displayLength).reduce(separators, +), x, "concat_ws")
        }
        for name in ["LENGTH", "OCTET_LENGTH"] {
            add(name, 1...1, [.bytes], sql: "m_length") { _, _ in .integer(width: 10) }
        }
        for name in ["CHAR_LENGTH", "CHARACTER_LENGTH"] {
            add(name, 1...1, [.string], sql: "m_char_length") { _, _ in .integer(width: 10) }
        }
        add("BIT_LENGTH", 1...1, [.bytes]) { _, _ in .integer(width: 11) }
        for (name, sql) in [("UPPER", "m_upper"), ("UCASE", "m_upper"), ("LOWER", "m_lower"), ("LCASE", "m_lower")] {
            add(name, 1...1, [.string], sql: sql, nullable: .always) { builder, x throws(SQLError) in
                try builder.stringType(x[0].type.displayLength, x, "upper")
            }
        }
        for name in ["LEFT", "RIGHT"] {
            add(name, 2...2, [.string, .integer], nullable: .always) { builder, x throws(SQLError) in
                let length = x[0].type.displayLength
                let limit = builder.consult(x[1]).map { max(0, $0) } ?? length
                return try builder.stringType(min(length, limit), [x[0]], "left")
            }
        }
        for (name, arity) in [("SUBSTRING", 2...3), ("SUBSTR", 2...3), ("MID", 3...3)] {
            add(name, arity, [.string, .integer], sql: "m_substr", nullable: .always) { builder, x throws(SQLError) in
                var length = x[0].type.displayLength
                if let start = builder.consult(x[1]) {
                    length = start > 0 ? max(0, length - start + 1) : (start < 0 ? min(length, -start) : 0)
                }
                if x.count > 2, let limit = builder.consult(x[2]) { length = min(length, max(0, limit)) }
                return try builder.stringType(length, [x[0]], "substr")
            }
        }
        add("SUBSTRING_INDEX", 3...3, [.string, .string, .integer], nullable: .always) { builder, x throws(SQLError) in
            try builder.stringType(x[0].type.displayLength, [x[0], x[1]], "substring_index")
        }
        for (name, side) in [("LTRIM", 1), ("RTRIM", 2)] {
            custom(name, 1...1, code: ["m_trim"]) { builder, x throws(SQLError) in
                let type = try builder.stringType(x[0].type.displayLength, x, "trim")
                return TypedSQL(
                    sql: ExpressionBuilder.call("m_trim", builder.stringArgument(x[0]), "' '", String(side)),
                    type: type,
                    isNullable: true, coercibility: builder.coercibility(x), isConstant: x[0].isConstant)
            }
        }
        custom("TRIM", 1...1) { builder, x throws(SQLError) in try builder.trim(.both, nil, from: x[0]) }
        for name in ["LPAD", "RPAD"] {
            add(name, 3...3, [.string, .integer, .string], nullable: .always) { builder, x throws(SQLError) in
                let length = builder.consult(x[1]).map { max(0, $0) } ?? 4_294_967_295 / 4
                return try builder.stringType(length, [x[0], x[2]], name.lowercased())
            }
        }
        add("REPEAT", 2...2, [.string, .integer], nullable: .always) { builder, x throws(SQLError) in
            guard let count = builder.consult(x[1]), count >= 0 else {
                return try builder.stringType(4_294_967_295 / 4, [x[0]], "repeat")
            }
            let (length, overflow) = x[0].type.displayLength.multipliedReportingOverflow(by: count)
            return try builder.stringType(overflow ? 4_294_967_295 / 4 : length, [x[0]], "repeat")
        }
        add("SPACE", 1...1, [.integer], nullable: .always) { builder, x in
            .string(
                length: builder.consult(x[0]).map { max(0, min($0, 1 << 30)) } ?? 4_294_967_295 / 4,
                collation: builder.context.connectionCollation)
        }
        add("REPLACE", 3...3, [.string], nullable: .always) { builder, x throws(SQLError) in
            let length = x[0].type.displayLength
            let from = max(1, x[1].type.displayLength)
            let growth = max(0, x[2].type.displayLength - from)
            let (extra, overflow) = length.multipliedReportingOverflow(by: growth)
            return try builder.stringType(overflow ? 1 << 30 : length + min(extra, 1 << 40), x, "replace")
        }
        add("REVERSE", 1...1, [.string], nullable: .always) { builder, x throws(SQLError) in
            try builder.stringType(x[0].type.displayLength, x, "reverse")
        }
        searching("INSTR", 2...2, "m_instr", [0, 1])
        searching("STRCMP", 2...2, "m_strcmp", [0, 1])
        searching("FIND_IN_SET", 2...2, "m_find_in_set", [0, 1])
        custom("LOCATE", 2...3) { builder, x throws(SQLError) in
            let collation = try builder.collation(searching: x[1], for: x[0], "locate")
            let start = x.count > 2 ? builder.integerValue(x[2]) : "1"
            return TypedSQL(
                sql: ExpressionBuilder.call(
                    "m_locate", builder.stringArgument(x[0]), builder.stringArgument(x[1]), start,
                    String(collation.rawValue)),
                type: .integer(width: 11), isNullable: x.contains { $0.isNullable },
                isConstant: x.allSatisfy(\.isConstant))
        }
        alias("POSITION", "LOCATE")
        add("ASCII", 1...1, [.bytes]) { _, _ in .integer(width: 3) }
        add("ORD", 1...1, [.bytes]) { _, _ in .integer(width: 21) }
        add("CHAR", 1...Self.many, [.integer], nullable: .always) { _, x in
            .string(length: x.count * 4, collation: .binary)
        }
        add("ELT", 2...Self.many, [.integer, .string], nullable: .always) { builder, x throws(SQLError) in
            let rest = Array(x.dropFirst())
            return try builder.stringType(rest.map(\.type.displayLength).max() ?? 0, rest, "elt")
        }
        custom("FIELD", 2...Self.many) { builder, x throws(SQLError) in
            let isText = x.allSatisfy { $0.type.isString || $0.type.isNull || $0.type.isTemporal }
            let isInteger = x.allSatisfy { $0.type.isInteger || $0.type.isNull }
            let (collation, _) = try builder.mergedCollation(x, "field")
            let items = x.map { isText ? builder.stringArgument($0) : (isInteger ? $0.sql : builder.realValue($0)) }
            return TypedSQL(
                sql: ExpressionBuilder.call("m_field", list: [isText ? String(collation.rawValue) : "-1"] + items),
                type: .integer(width: 3), isNullable: false, isConstant: x.allSatisfy(\.isConstant))
        }
        add("MAKE_SET", 2...Self.many, [.integer, .string], nullable: .ifAnArgumentIs) { builder, x throws(SQLError) in
            let rest = Array(x.dropFirst())
            return try builder.stringType(rest.map(\.type.displayLength).reduce(rest.count - 1, +), rest, "make_set")
        }
        add("EXPORT_SET", 3...5, [.integer, .string, .string, .string, .integer], nullable: .always) {
            builder, x throws(SQLError) in
            let texts = Array(x[1..<min(4, x.count)])
            let width = max(x[1].type.displayLength, x[2].type.displayLength)
            return try builder.stringType(
                width * 64 + 63 * (x.count > 3 ? x[3].type.displayLength : 1), texts, "export_set")
        }
        add("INSERT", 4...4, [.string, .integer, .integer, .string], nullable: .always) { builder, x throws(SQLError) in
            try builder.stringType(x[0].type.displayLength + x[3].type.displayLength, [x[0], x[3]], "insert")
        }
        custom("FORMAT", 2...3) { builder, x throws(SQLError) in
            let decimals = builder.consult(x[1]).map { max(0, min(30, $0)) } ?? 30
            let digits = x[0].type.isDecimal || x[0].type.isInteger ? x[0].type.digits : 30
            let value = Self.numericText(builder, x[0])
            let locale = x.count > 2 ? builder.stringArgument(x[2]) : "'en_US'"
            return TypedSQL(
                sql: ExpressionBuilder.call("m_format", value, builder.integerValue(x[1]), locale),
                type: .string(
                    length: digits + digits / 3 + decimals + 2, collation: builder.context.connectionCollation),
                isNullable: true, coercibility: .coercible, isConstant: x.allSatisfy(\.isConstant))
        }
        add("QUOTE", 1...1, [.string], nullable: .always) { builder, x throws(SQLError) in
            x[0].type.isNull
                ? .string(length: 4, collation: builder.context.connectionCollation)
                : try builder.stringType(x[0].type.displayLength * 2 + 2, x, "quote")
        }
        add("SOUNDEX", 1...1, [.string], nullable: .always) { builder, x throws(SQLError) in
            try builder.stringType(max(4, x[0].type.displayLength), x, "soundex")
        }
        addRegularExpressions()
        custom("WEIGHT_STRING", 1...1) { builder, x throws(SQLError) in
            let (collation, _) = try builder.mergedCollation(x, "weight_string")
            return TypedSQL(
                sql: ExpressionBuilder.call(
                    "m_weight_string", builder.stringArgument(x[0]), String(collation.rawValue)),
                type: .string(length: x[0].type.displayLength * 16, collation: .binary), isNullable: true,
                isConstant: x[0].isConstant)
        }
    }

    /// A number for FORMAT, ROUND's text: DECIMAL or REAL as it is, strings as REAL.
    package static func numericText(_ builder: ExpressionBuilder, _ x: TypedSQL) -> String {
        builder.convert(x, to: .numeric)
    }

    /// A function of two strings that compares with their collation, passed as a last argument.
    private mutating func searching(_ name: String, _ arity: ClosedRange<Int>, _ sql: String, _ strings: [Int]) {
        custom(name, arity, code: [sql]) { builder, x throws(SQLError) in
            let collation = try name == "INSTR"
                ? builder.collation(searching: x[0], for: x[1], "instr")
                : builder.mergedCollation(strings.map { x[$0] }, name.lowercased(), for: .comparison).0
            return TypedSQL(
                sql: sql + "(" + x.map { builder.stringArgument($0) }.joined(separator: ",") + ","
                    + String(collation.rawValue) + ")",
                type: .integer(width: name == "STRCMP" ? 2 : 11), isNullable: x.contains { $0.isNullable },
                isConstant: x.allSatisfy(\.isConstant))
        }
    }

    private mutating func addRegularExpressions() {
        // Last argument: 1 for a collation that ignores case.
        func add(
            _ name: String, _ arity: ClosedRange<Int>, _ kinds: [ValueKind],
            _ type: @escaping @Sendable (ExpressionBuilder, [TypedSQL]) throws(SQLError) -> MySQLType
        ) {
            custom(name, arity) { builder, x throws(SQLError) in
                let (collation, _) = try builder.mergedCollation([x[0], x[1]], name.lowercased(), for: .comparison)
                let isCaseless = !(Collation(collation)?.isCaseSensitive ?? true)
                var arguments: [String] = []
                for (index, argument) in x.enumerated() {
                    arguments.append(builder.convert(argument, to: kinds[min(index, kinds.count - 1)]))
                }
                let type = try type(builder, x)
                return TypedSQL(
                    sql: "m_" + name.lowercased() + "(" + (isCaseless ? "1" : "0") + ","
                        + arguments.joined(separator: ",") + ")",
                    type: type, isNullable: type.isString || x.contains { $0.isNullable },
                    coercibility: type.isString ? builder.coercibility(x) : nil,
                    isConstant: x.allSatisfy(\.isConstant))
            }
        }
        add("REGEXP_LIKE", 2...3, [.string]) { _, _ in .boolean }
        add("REGEXP_INSTR", 2...6, [.string, .string, .integer, .integer, .integer, .string]) { _, _ in
            .integer(width: 11)
        }
        add("REGEXP_SUBSTR", 2...5, [.string, .string, .integer, .integer, .string]) {
            builder, x throws(SQLError) in
            try builder.stringType(x[0].type.displayLength, [x[0], x[1]], "regexp_substr")
        }
        add("REGEXP_REPLACE", 3...6, [.string, .string, .string, .integer, .integer, .string]) {
            builder, x throws(SQLError) in
            try builder.stringType(4_294_967_295 / 4, Array(x[0..<3]), "regexp_replace")
        }
    }
}

extension ExpressionBuilder {
    /// LOCATE and INSTR go by the collation of the text that is searched, unless one of both is binary.
    package func collation(searching text: TypedSQL, for part: TypedSQL, _ operation: String) throws(SQLError) -> CollationID {
        let (merged, _) = try mergedCollation([text, part], operation)
        return merged != .binary && text.type.isNonBinaryString ? text.type.collation : merged
    }

    /// TRIM([BOTH | LEADING | TRAILING] [removed FROM] x).
    public func trim(_ side: TrimSide, _ removed: TypedSQL?, from x: TypedSQL) throws(SQLError) -> TypedSQL {
        var strings = [x]
        if let removed { strings.append(removed) }
        let type = try stringType(x.type.displayLength, strings, "trim")
        return TypedSQL(
            sql: Self.call(
                "m_trim", stringArgument(x), removed.map { stringArgument($0) } ?? "' '", String(side.rawValue)),
            type: type, isNullable: true, coercibility: coercibility(strings),
            isConstant: strings.allSatisfy(\.isConstant))
    }
}

/// TRIM's sides.
public enum TrimSide: Int, Sendable {
    case both = 0
    case leading = 1
    case trailing = 2
}
