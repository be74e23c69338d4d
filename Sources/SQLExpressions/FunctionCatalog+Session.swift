import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    /// There only while its component is installed.
    package static let queryAttribute = "MYSQL_QUERY_ATTRIBUTE_STRING"

    package mutating func addSessionFunctions() {
        func text(_ names: [String], _ length: Int, places: ExpressionPlaces? = nil) {
            for name in names {
                custom(name, 0...0, .session, places: places, code: ["m_session"]) { _, _ throws(SQLError) in
                    TypedSQL(
                        sql: "m_session('" + names[0] + "')",
                        type: .string(length: length, collation: .utf8mb3_general_ci),
                        isNullable: true, coercibility: .systemConstant, isConstant: true)
                }
            }
        }
        text(["DATABASE", "SCHEMA"], 64)
        text(["USER", "SESSION_USER", "SYSTEM_USER"], 288, places: [.defaultValue, .view])
        text(["CURRENT_USER"], 288, places: [.defaultValue, .view])
        text(["VERSION"], 60, places: [.view])
        text(["ICU_VERSION"], 15, places: [.view])
        for name in ["CURRENT_ROLE", "ROLES_GRAPHML"] {
            custom(name, 0...0, .session, code: ["m_session"]) { _, _ throws(SQLError) in
                TypedSQL(
                    sql: "m_session('" + name + "')", type: MySQLType(.longText, collation: .utf8mb3_general_ci),
                    isNullable: true,
                    coercibility: .systemConstant, isConstant: true)
            }
        }
        // Of component_query_attributes, which judges its arguments itself.
        custom(
            Self.queryAttribute, 0...Self.many, .session, places: [.view], code: ["m_query_attribute"]
        ) { _, arguments throws(SQLError) in
            let name = Self.queryAttribute.lowercased()
            guard let argument = arguments.first, arguments.count == 1 else {
                throw SQLError(.cantInitializeUdf, name, "\(name)() expects 1 argument")
            }
            guard argument.type.isString else {
                throw SQLError(.cantInitializeUdf, name, "\(name)() expects a string argument")
            }
            return TypedSQL(
                sql: "m_query_attribute(\(argument.sql))", type: .string(length: 1024, collation: .utf8mb4_0900_ai_ci),
                isNullable: true)
        }
        func number(_ name: String, unsigned: Bool, places: ExpressionPlaces? = nil) {
            custom(name, 0...0, .session, places: places, code: ["m_session_number"]) { _, _ throws(SQLError) in
                TypedSQL(
                    sql: "m_session_number('" + name + "')",
                    type: MySQLType(.bigInt, length: unsigned ? 0 : 20, isUnsigned: unsigned), isNullable: false,
                    isConstant: true)
            }
        }
        number("CONNECTION_ID", unsigned: true)
        number("FOUND_ROWS", unsigned: false, places: [.view])
        number("ROW_COUNT", unsigned: false, places: [.view])
        // MySQL takes it anywhere, with a value for each server and session: here a definition has one value on all members.
        number("PS_CURRENT_THREAD_ID", unsigned: true, places: [.view])
        add("LAST_INSERT_ID", 0...1, [.integer], nullable: .ifAnArgumentIs, determinism: .sideEffect) { _, _ in
            .unsignedBigInt
        }
        add("SLEEP", 1...1, [.real], nullable: .never, determinism: .sideEffect) { _, _ in .integer(width: 21) }
        custom("BENCHMARK", 2...2, .sideEffect) { builder, x throws(SQLError) in
            TypedSQL(
                sql: ExpressionBuilder.call("m_benchmark", builder.integerValue(x[0])), type: .integer(width: 1),
                isNullable: true)
        }
        for (name, arity, unsigned) in [
            ("GET_LOCK", 2, false), ("RELEASE_LOCK", 1, false), ("IS_FREE_LOCK", 1, false), ("IS_USED_LOCK", 1, true),
            ("RELEASE_ALL_LOCKS", 0, true),
        ] as [(String, Int, Bool)] {
            add(name, arity...arity, [.string, .real], nullable: .always, determinism: .sideEffect) { _, _ in
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
        // MySQL takes it in generated columns and checks too: there it would wait on the applier for itself.
        add("WAIT_FOR_EXECUTED_GTID_SET", 1...2, [.string, .real], nullable: .always, determinism: .sideEffect) { _, _ in
            .integer(width: 21)
        }
        add("VALIDATE_PASSWORD_STRENGTH", 1...1, [.string], nullable: .always, determinism: .volatile) { _, _ in
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
        ] as [(String, ClosedRange<Int>)] { hooked(name, arity, .sideEffect) }
        let digests: ExpressionPlaces = [.defaultValue, .check, .view, .existingRows]
        hooked("STATEMENT_DIGEST", 1...1, .session, places: digests)
        hooked("STATEMENT_DIGEST_TEXT", 1...1, .session, places: digests)
        // No functional index: the hook is not known to be repeatable.
        hooked("EXTRACTVALUE", 2...2, .constant, places: [.defaultValue, .generatedColumn, .check, .view, .existingRows])
        hooked("UPDATEXML", 3...3, .constant, places: [.view])
        func hooked(_ name: String, _ arity: ClosedRange<Int>, _ determinism: Determinism, places: ExpressionPlaces? = nil) {
            custom(name, arity, determinism, places: places, code: ["m_hook"]) { builder, x throws(SQLError) in
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
