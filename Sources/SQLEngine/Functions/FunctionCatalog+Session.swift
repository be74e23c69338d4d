import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    mutating func addSessionFunctions() {
        func text(_ names: [String], _ length: Int, _ nullable: Nullability = .always) {
            for name in names {
                custom(name, 0...0) { _, _ throws(SQLError) in
                    TypedSQL(
                        sql: "m_session('" + names[0] + "')",
                        type: .string(length: length, collation: .utf8mb3_general_ci),
                        isNullable: true, coercibility: .systemConstant, isConstant: true)
                }
            }
        }
        text(["DATABASE", "SCHEMA"], 64)
        text(["USER", "SESSION_USER", "SYSTEM_USER"], 288)
        text(["CURRENT_USER"], 288)
        text(["VERSION"], 60)
        text(["ICU_VERSION"], 15)
        for name in ["CURRENT_ROLE", "ROLES_GRAPHML"] {
            custom(name, 0...0) { _, _ throws(SQLError) in
                TypedSQL(
                    sql: "m_session('" + name + "')", type: MySQLType(.longText, collation: .utf8mb3_general_ci),
                    isNullable: true,
                    coercibility: .systemConstant, isConstant: true)
            }
        }
        func number(_ name: String, unsigned: Bool) {
            custom(name, 0...0) { _, _ throws(SQLError) in
                TypedSQL(
                    sql: "m_session_number('" + name + "')",
                    type: MySQLType(.bigInt, length: unsigned ? 0 : 20, isUnsigned: unsigned), isNullable: false,
                    isConstant: true)
            }
        }
        number("CONNECTION_ID", unsigned: true)
        number("FOUND_ROWS", unsigned: false)
        number("ROW_COUNT", unsigned: false)
        number("PS_CURRENT_THREAD_ID", unsigned: true)
        add("LAST_INSERT_ID", 0...1, [.integer], nullable: .ifAnArgumentIs, deterministic: false) { _, _ in
            .unsignedBigInt
        }
        add("SLEEP", 1...1, [.real], nullable: .never, deterministic: false) { _, _ in .integer(width: 21) }
        custom("BENCHMARK", 2...2, deterministic: false) { builder, x throws(SQLError) in
            TypedSQL(
                sql: ExpressionBuilder.call("m_benchmark", builder.integerValue(x[0])), type: .integer(width: 1),
                isNullable: true)
        }
        for (name, arity, unsigned) in [
            ("GET_LOCK", 2, false), ("RELEASE_LOCK", 1, false), ("IS_FREE_LOCK", 1, false), ("IS_USED_LOCK", 1, true),
            ("RELEASE_ALL_LOCKS", 0, true),
        ] as [(String, Int, Bool)] {
            add(name, arity...arity, [.string, .real], nullable: .always, deterministic: false) { _, _ in
                unsigned ? .unsignedBigInt : .integer(width: 1)
            }
        }
        let utf8: @Sendable (ExpressionBuilder, Int) -> MySQLType = { builder, length in
            .string(length: length, collation: builder.context.connectionCollation)
        }
        add("FORMAT_BYTES", 1...1, [.real], nullable: .always) { builder, _ in utf8(builder, 17) }
        add("FORMAT_PICO_TIME", 1...1, [.real], nullable: .always) { builder, _ in utf8(builder, 17) }
        add("INET_ATON", 1...1, [.string], nullable: .always) { _, _ in MySQLType(.bigInt, length: 21, isUnsigned: true)
        }
        add("INET_NTOA", 1...1, [.integer], nullable: .always) { builder, _ in utf8(builder, 31) }
        add("INET6_ATON", 1...1, [.string], nullable: .always) { _, _ in .string(length: 16, collation: .binary) }
        add("INET6_NTOA", 1...1, [.string], nullable: .always) { builder, _ in utf8(builder, 39) }
        for name in ["IS_IPV4", "IS_IPV6"] { add(name, 1...1, [.string], nullable: .never) { _, _ in .boolean } }
        for name in ["IS_IPV4_COMPAT", "IS_IPV4_MAPPED"] { add(name, 1...1, [.string]) { _, _ in .boolean } }
        add("GTID_SUBSET", 2...2, [.string], nullable: .always) { _, _ in .integer(width: 21) }
        add("GTID_SUBTRACT", 2...2, [.string], nullable: .always) { _, x in
            x.contains { $0.type.isNull }
                ? MySQLType(.longText, collation: .utf8mb4_0900_ai_ci)
                : .string(length: x[0].type.displayLength, collation: .utf8mb4_0900_ai_ci)
        }
        add("WAIT_FOR_EXECUTED_GTID_SET", 1...2, [.string, .real], nullable: .always, deterministic: false) { _, _ in
            .integer(width: 21)
        }
        // Functions of the group replication plugin, through the hook.
        for (name, arity) in [
            ("GROUP_REPLICATION_SET_AS_PRIMARY", 0...Self.many),
            ("GROUP_REPLICATION_SWITCH_TO_SINGLE_PRIMARY_MODE", 0...Self.many),
            ("GROUP_REPLICATION_SWITCH_TO_MULTI_PRIMARY_MODE", 0...Self.many),
            ("GROUP_REPLICATION_GET_WRITE_CONCURRENCY", 0...Self.many),
            ("GROUP_REPLICATION_SET_WRITE_CONCURRENCY", 0...Self.many),
            ("GROUP_REPLICATION_GET_COMMUNICATION_PROTOCOL", 0...Self.many),
            ("GROUP_REPLICATION_SET_COMMUNICATION_PROTOCOL", 0...Self.many),
            ("GROUP_REPLICATION_ENABLE_MEMBER_ACTION", 0...Self.many),
            ("GROUP_REPLICATION_DISABLE_MEMBER_ACTION", 0...Self.many),
            ("GROUP_REPLICATION_RESET_MEMBER_ACTIONS", 0...Self.many),
            ("STATEMENT_DIGEST", 1...1), ("STATEMENT_DIGEST_TEXT", 1...1), ("EXTRACTVALUE", 2...2),
            ("UPDATEXML", 3...3),
        ] as [(String, ClosedRange<Int>)] {
            custom(name, arity, deterministic: false) { builder, x throws(SQLError) in
                let items =
                    [TextLiteral.sqlite(name.lowercased())]
                    + x.map { $0.type.isDecimal ? "CAST(" + $0.sql + " AS REAL)" : builder.stringArgument($0) }
                let isNumber = name == "GROUP_REPLICATION_GET_WRITE_CONCURRENCY"
                let isLong = name.hasPrefix("EXTRACT") || name.hasPrefix("UPDATE") || name == "STATEMENT_DIGEST_TEXT"
                let sql = ExpressionBuilder.call("m_hook", list: items)
                return TypedSQL(
                    sql: sql,
                    type: isNumber
                        ? .bigInt
                        : (isLong
                            ? MySQLType(.longText, collation: builder.context.connectionCollation)
                            : utf8(builder, name.hasPrefix("STATEMENT") ? 64 : 255)),
                    isNullable: true, coercibility: isNumber ? .numeric : .coercible)
            }
        }
    }
}
