import Accounts
import BinaryLog
import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLDefinitions
import SQLExpressions
import SystemCatalog

/// SET, RESET PERSIST, and `@@name` in expressions.
public final class VariableStatements: SystemVariableAccess {
    public let globals: GlobalVariables
    let persisted: PersistedVariables

    public init(globals: GlobalVariables, persisted: PersistedVariables) {
        self.globals = globals
        self.persisted = persisted
    }

    public func execute(
        _ statement: MySQLParser.Statement, in session: Session, into writer: ResultWriter
    ) throws(SQLError) {
        switch statement {
        case .set(let assignments): try set(assignments, in: session, writer)
        case .setRole(let choice): try setRole(choice, in: session)
        case .resetPersist(let name, let ifExists): try resetPersist(name, ifExists: ifExists, in: session)
        // No other is sent here.
        default: throw SQLError(.notSupportedYet, StatementTraits(statement).name)
        }
        session.ok(writer)
    }

    // MARK: - Reading

    public func value(_ name: SystemVariableName, in session: Session) throws(SQLError) -> (LiteralValue, MySQLType) {
        let (place, variable) = try find(name)
        switch name.scope {
        case .global, .persist, .persistOnly:
            guard variable.hasGlobalValue else { throw SQLError(.incorrectGlobalLocalVar, variable.name, "SESSION") }
            return literal(globals[place], variable)
        case .session:
            guard variable.hasSessionValue else { throw SQLError(.incorrectGlobalLocalVar, variable.name, "GLOBAL") }
            return literal(sessionValue(place, variable, in: session), variable)
        case nil: return literal(sessionValue(place, variable, in: session), variable)
        }
    }

    /// What a session sees: its own value where there is one. Some are computed.
    func sessionValue(_ place: Int, _ variable: SystemVariable, in session: Session) -> VariableValue {
        switch variable.name {
        case "pseudo_thread_id": return .number(session.connectionID)
        case "timestamp":
            return .real(Double(session.context.statementStartMicroseconds) / 1_000_000)
        case "last_insert_id", "identity": return .number(session.lastInsertID)
        case "proxy_user": return session.proxyUser.map { .text($0) } ?? .null
        case "external_user": return .null
        case "error_count": return .integer(Int64(session.previousDiagnostics.errorCount))
        case "warning_count": return .integer(Int64(session.previousDiagnostics.count))
        case "character_set_database", "collation_database":
            let schema = session.currentDatabase.flatMap { session.storage.dictionary.schema($0) }
            let collation = schema?.collation ?? session.settings.serverCollation
            return .text(
                variable.name == "collation_database"
                    ? CollationChoice.name(of: collation) : CollationChoice.charsetName(of: collation))
        default: return session.variables[place]
        }
    }

    private func find(_ name: SystemVariableName) throws(SQLError) -> (Int, SystemVariable) {
        let full = (name.prefix.map { $0 + "." } ?? "") + name.name
        guard let place = SystemVariable.place(of: full.lowercasedASCII), globals.isAvailable(place) else {
            throw SQLError(.unknownSystemVariable, full)
        }
        return (place, SystemVariable.all[place])
    }

    private func literal(_ value: VariableValue, _ variable: SystemVariable) -> (LiteralValue, MySQLType) {
        switch variable.kind {
        case .boolean: return (.integer(value.isOn ? 1 : 0), MySQLType(.bigInt, length: 1))
        case .integer(let minimum, _):
            let type = MySQLType(.bigInt, length: 21, isUnsigned: minimum >= 0)
            switch value {
            case .integer(let number): return (.integer(number), type)
            case .unsigned(let number):
                return (.blob((0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }), type)
            default: return (.integer(Int64(clamping: value.number)), type)
            }
        case .real:
            if case .real(let number) = value {
                return (.real(number), MySQLType(.double, length: 23, decimals: 6))
            }
            return (.null, MySQLType(.double, length: 23, decimals: 6))
        case .string, .enumeration, .set:
            let text = value.text
            let type = MySQLType(.varChar, length: max(1, text.unicodeScalars.count), collation: .utf8mb4_0900_ai_ci)
            if case .null = value { return (.null, type) }
            return (.text(Array(text.utf8)), type)
        }
    }

    // MARK: - SET

    /// What one assignment will do, checked already.
    private enum Pending {
        case userVariable(String, UserVariable)
        case session(SystemVariable, VariableValue)
        case global(Int, VariableValue)
        case persist(Int, name: String, VariableValue)
        case persistOnly(name: String, VariableValue)
        case names(client: CollationID, connection: CollationID)
        case transaction(VariableScope?, IsolationLevel?, TransactionAccess?)
    }

    /// All expressions are evaluated and all values checked before the first is stored, as in MySQL.
    private func set(_ assignments: [SetAssignment], in session: Session, _ writer: ResultWriter) throws(SQLError) {
        var pending: [Pending] = []
        for assignment in assignments { pending.append(try check(assignment, in: session)) }
        // Also when one fails (a commit that autocommit = 1 asks for): what was set before it acts.
        defer { session.applySettings() }
        for action in pending { try carryOut(action, in: session, writer) }
    }

    private func check(_ assignment: SetAssignment, in session: Session) throws(SQLError) -> Pending {
        switch assignment {
        case .userVariable(let name, let expression):
            let (value, type) = try session.evaluate(expression)
            return .userVariable(name.lowercased(), UserVariable(type: type, value: value))
        case .systemVariable(let name, let expression): return try systemVariable(name, expression, in: session)
        case .names(let charset, let collation):
            let chosen = try collationOfClient(charset, collation, in: session)
            return .names(client: chosen, connection: chosen)
        case .characterSet(let charset):
            let schema = session.currentDatabase.flatMap { session.storage.dictionary.schema($0) }
            return .names(
                client: try collationOfClient(charset, nil, in: session),
                connection: schema?.collation ?? session.settings.serverCollation)
        case .transaction(let scope, let isolation, let access): return .transaction(scope, isolation, access)
        case .newColumn(_, let column, _): throw SQLError(.unknownSystemVariable, column)
        }
    }

    private func collationOfClient(
        _ charset: String?, _ collation: String?, in session: Session
    ) throws(SQLError) -> CollationID {
        let chosen = try CollationChoice.resolve(
            charset: charset ?? "utf8mb4", collation: collation, isBinary: false, default: .utf8mb4_0900_ai_ci,
            warn: { session.diagnostics.warn($0, $1) })
        try Self.checkClient(chosen.characterSet)
        return chosen
    }

    private func carryOut(_ action: Pending, in session: Session, _ writer: ResultWriter) throws(SQLError) {
        switch action {
        case .userVariable(let name, let variable):
            try session.context.setUserVariable(name, variable)
            session.trackState()
        case .session(let variable, let value):
            session.store(variable.name, value)
            try VariableStatements.follow(variable.name, value, in: session)
            session.trackVariable(variable.name)
        case .global(let place, let value): try globals.set(place, value)
        case .persist(let place, let name, let value):
            try globals.set(place, value)
            try persisted.set(name, value.text)
        case .persistOnly(let name, let value): try persisted.set(name, value.text)
        case .names(let client, let connection):
            VariableStatements.setNames(client, connection: connection, in: session)
        case .transaction(let scope, let isolation, let access): try session.setTransaction(scope, isolation, access)
        }
    }

    private static func setNames(_ client: CollationID, connection: CollationID, in session: Session) {
        let name = VariableValue.text(CollationChoice.charsetName(of: client))
        session.store("character_set_client", name)
        session.store("character_set_results", name)
        session.store("character_set_connection", .text(CollationChoice.charsetName(of: connection)))
        session.store("collation_connection", .text(CollationChoice.name(of: connection)))
        for name in ["character_set_client", "character_set_results", "character_set_connection", "collation_connection"] {
            session.trackVariable(name)
        }
    }

    private func systemVariable(
        _ name: SystemVariableName, _ expression: Expression?, in session: Session
    ) throws(SQLError) -> Pending {
        // A variable on the right side is looked for first.
        if let expression, case .systemVariable(let other) = expression.kind { _ = try value(other, in: session) }
        let (place, variable) = try find(name)
        let scope = name.scope ?? .session
        let isReadOnly = !variable.isDynamic && scope != .persistOnly
        guard !isReadOnly else { throw SQLError(.incorrectGlobalLocalVar, variable.name, "read only") }
        try checkScope(scope, variable, in: session)
        if scope == .persist || scope == .persistOnly, variable.name == "group_replication_force_members" {
            throw SQLError(.incorrectGlobalLocalVar, variable.name, "non persistent")
        }
        if let warning = VariableStatements.deprecated[variable.name] {
            session.diagnostics.warn(.warnDeprecatedSyntaxNoReplacement, "'\(warning)' is deprecated and will be removed in a future release.")
        }
        let value: VariableValue
        if let expression {
            let assignment = VariableAssignment(
                variable: variable, isStrictAllTables: session.settings.sqlMode.contains(.strictAllTables),
                warn: { session.diagnostics.warn($0, $1) })
            value = try checked(try assignment.value(try given(expression, variable, in: session)), variable)
        } else {
            guard variable.hasDefault else { throw SQLError(.noDefault, variable.name) }
            value = scope == .session && variable.hasGlobalValue ? globals[place] : variable.defaultValue
        }
        if variable.name == "sql_mode", expression != nil, SQLModeText.isHalfStrict(value.text) {
            session.diagnostics.warn(.sqlModeMerged, SQLError(.sqlModeMerged).message)
        }
        try checkEffect(variable, value, in: session)
        warnOfCaches(variable, value, in: session)
        switch scope {
        case .session:
            if value != sessionValue(place, variable, in: session) {
                try variable.checkSession(session.privileges, isChange: true)
            }
            if let problem = sessionProblem(variable, value, in: session) { throw problem }
            return .session(variable, value)
        case .global: return .global(place, value)
        case .persist: return .persist(place, name: variable.name, value)
        case .persistOnly: return .persistOnly(name: variable.name, value)
        }
    }

    /// `binlog_cache_size` is at most `max_binlog_cache_size`; ``ServerContext/limitCapture()`` makes it so.
    private func warnOfCaches(_ variable: SystemVariable, _ value: VariableValue, in session: Session) {
        let (size, most): (UInt64, UInt64)
        switch variable.name {
        case "binlog_cache_size": (size, most) = (value.number, globals.number("max_binlog_cache_size"))
        case "max_binlog_cache_size": (size, most) = (globals.number("binlog_cache_size"), value.number)
        default: return
        }
        guard size > most else { return }
        session.diagnostics.warn(
            .binlogCacheSizeGreaterThanMax, SQLError(.binlogCacheSizeGreaterThanMax, String(size), String(most)).message)
    }

    private static let deprecated = [
        "group_replication_ip_allowlist": "group_replication_ip_allowlist",
        "group_replication_view_change_uuid": "group_replication_view_change_uuid",
    ]

    private func checkScope(
        _ scope: VariableScope, _ variable: SystemVariable, in session: Session
    ) throws(SQLError) {
        switch scope {
        case .session:
            guard variable.hasSessionValue else { throw SQLError(.globalVariable, variable.name) }
            try variable.checkSession(session.privileges, isChange: false)
        case .global, .persist:
            guard variable.hasGlobalValue else { throw SQLError(.localVariable, variable.name) }
            try variable.checkGlobal(session.privileges)
            if scope == .persist { try variable.checkPersistable() }
        case .persistOnly:
            guard variable.hasGlobalValue else { throw SQLError(.localVariable, variable.name) }
            try variable.checkPersistOnly(session.privileges)
        }
    }

    /// The expression's value; a bare word is its text (`SET sql_mode = ANSI`).
    private func given(
        _ expression: Expression, _ variable: SystemVariable, in session: Session
    ) throws(SQLError) -> VariableAssignment.Given {
        if case .column(let column) = expression.kind, column.table == nil { return .text(column.name) }
        let (value, type) = try session.evaluate(expression)
        switch value {
        case .null: return .null
        case .integer(let number): return .integer(number)
        case .real(let number): return .real(number)
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            if type.kind == .decimal, let number = Double(text) { return .real(number) }
            return .text(text)
        case .blob(let bytes):
            if type.carrier == .unsignedInteger, bytes.count == 8 {
                return .unsigned(bytes.reduce(0) { $0 << 8 | UInt64($1) })
            }
            return .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// What a client sends must be ASCII where statements are.
    static func checkClient(_ charset: CharacterSet) throws(SQLError) {
        if !charset.isAllowedForClients { throw SQLError(.wrongValueForVar, "character_set_client", charset.name) }
    }

    /// Values whose text must name something.
    private func checked(_ value: VariableValue, _ variable: SystemVariable) throws(SQLError) -> VariableValue {
        switch variable.name {
        case "character_set_client", "character_set_connection", "character_set_results", "character_set_server",
            "character_set_database", "character_set_filesystem":
            if case .null = value {
                guard variable.name == "character_set_results" else {
                    throw SQLError(.wrongValueForVar, variable.name, "NULL")
                }
                return value
            }
            guard let charset = CharacterSet.named(value.text) else { throw SQLError(.unknownCharacterSet, value.text) }
            if variable.name == "character_set_client" { try Self.checkClient(charset) }
            return .text(charset.name)
        case "collation_connection", "collation_server", "collation_database":
            guard let collation = Collation.named(value.text) else { throw SQLError(.unknownCollation, value.text) }
            return .text(collation.name)
        case "time_zone":
            guard TimeZone(name: value.text) != nil else { throw SQLError(.unknownTimeZone, value.text) }
            return value
        case "lc_time_names", "lc_messages":
            guard let number = TimeLocale.number(of: value.text), let name = TimeLocale.name(of: number) else {
                throw SQLError(.unknownLocale, value.text)
            }
            return .text(name)
        case "gtid_next":
            if value.text == "ANONYMOUS" { throw SQLError(.cantSetGtidNextToAnonymousWhenGtidModeIsOn) }
            guard value.text == "AUTOMATIC" || GTID(value.text) != nil else {
                throw SQLError(.malformedGtidSpecification, value.text)
            }
            return value
        default: return value
        }
    }

    /// What is planned is not silently accepted, and what cannot be another way here is refused.
    private func checkEffect(
        _ variable: SystemVariable, _ value: VariableValue, in session: Session
    ) throws(SQLError) {
        if variable.effect == .planned, value != variable.defaultValue {
            session.diagnostics.warn(
                .notSupportedYet, "This version of MySQL doesn't yet support '\(variable.name)'; the value is kept and has no effect")
        }
        switch (variable.name, value.text) {
        case ("gtid_mode", let text) where text != "ON": throw SQLError(.gtidModeCanOnlyChangeOneStepAtATime)
        case ("enforce_gtid_consistency", let text) where text != "ON",
            ("binlog_format", let text) where text != "ROW",
            ("binlog_row_image", let text) where text != "FULL",
            ("default_storage_engine", let text) where text.lowercasedASCII != "innodb":
            throw SQLError(.wrongValueForVar, variable.name, text)
        default: break
        }
    }

    private func sessionProblem(_ variable: SystemVariable, _ value: VariableValue, in session: Session) -> SQLError? {
        switch variable.name {
        case "sql_log_bin" where session.transaction.isOpen && session.storage.isInTransaction:
            SQLError(.insideTransactionPreventsSwitchSqlLogBin)
        case "resultset_metadata" where value.text == "NONE" && !session.canOmitMetadata:
            SQLError(.clientDoesNotSupport, "optional metadata transfer")
        case "max_allowed_packet", "net_buffer_length", "max_user_connections":
            SQLError(.variableIsReadonly, "SESSION", variable.name, "GLOBAL")
        default: nil
        }
    }

    /// What else changes with a session's variable.
    private static func follow(_ name: String, _ value: VariableValue, in session: Session) throws(SQLError) {
        switch name {
        case "autocommit":
            // Turning it on commits what is open; when that fails the client hears of it.
            if value.isOn && session.transaction.isOpen {
                do { try session.commitTransaction() } catch { throw session.sqlError(error) }
            }
        case "timestamp":
            if case .real(let seconds) = value, seconds > 0 {
                session.settings.timestampMicroseconds = Int64(saturating: seconds * 1_000_000)
            } else {
                session.settings.timestampMicroseconds = nil
            }
        case "last_insert_id", "identity": session.lastInsertID = value.number
        case "character_set_connection":
            let collation = CharacterSet.named(value.text)?.defaultCollation ?? .utf8mb4_0900_ai_ci
            session.store("collation_connection", .text(CollationChoice.name(of: collation)))
        case "collation_connection":
            if let collation = Collation.named(value.text) {
                session.store("character_set_connection", .text(collation.characterSet.name))
            }
        case "character_set_server":
            let collation = CharacterSet.named(value.text)?.defaultCollation ?? .utf8mb4_0900_ai_ci
            session.store("collation_server", .text(CollationChoice.name(of: collation)))
        case "collation_server":
            if let collation = Collation.named(value.text) {
                session.store("character_set_server", .text(collation.characterSet.name))
            }
        default: break
        }
    }

    // MARK: - Others

    private func setRole(_ choice: RoleChoice, in session: Session) throws(SQLError) {
        let catalog = session.server.accounts(of: session.storage.dictionary)
        guard let account = catalog[session.account] else { return }
        var executor = AccountStatementExecutor(
            catalog: catalog, currentAccount: session.account, currentSchema: session.currentDatabase,
            columnsOfTable: { _, _ in nil })
        executor.settings = session.server.accountStatementSettings
        session.activate(roles: try executor.roles(choice, of: account))
    }

    private func resetPersist(_ name: String?, ifExists: Bool, in session: Session) throws(SQLError) {
        guard session.privileges.hasDynamic("SYSTEM_VARIABLES_ADMIN") else {
            throw SQLError(.specificAccessDeniedError, "SUPER or SYSTEM_VARIABLES_ADMIN")
        }
        guard let name else { return try persisted.removeAll() }
        if try !persisted.remove(name.lowercasedASCII) {
            let error = SQLError(.varDoesNotExist, name)
            guard ifExists else { throw error }
            session.diagnostics.warn(.varDoesNotExist, error.message)
        }
    }
}
