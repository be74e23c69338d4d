import Accounts
import BinaryLog
import GroupCommunication
import GroupReplication
import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLDefinitions
import Storage

/// DDL and account statements: checked here, then ordered as statements and executed by every member's applier.
extension Session {
    /// TRUNCATE TABLE performance_schema.host_cache is no definition: the server forgets what addresses did.
    private func truncatesHostCache(_ statement: MySQLParser.Statement) throws(SQLError) -> Bool {
        guard case .truncateTable(let name) = statement, name.name.lowercasedASCII == "host_cache",
            (name.schema ?? currentDatabase)?.lowercasedASCII == "performance_schema"
        else { return false }
        guard privileges.privileges(onTable: "host_cache", in: "performance_schema").contains(.drop) else {
            throw SQLError(.tableaccessDeniedError, "DROP", userName, clientHost, "host_cache")
        }
        server.hostErrors.removeAll()
        return true
    }

    func runDefinition(_ statement: MySQLParser.Statement, into writer: ResultWriter) throws {
        if try truncatesHostCache(statement) { return ok(writer) }
        guard let statement = try runTemporaryDefinition(statement, into: writer) else { return }
        try checkDefinitionPrivileges(statement)
        try checkLocks(statement)
        try commitImplicitly()
        storage.refreshDictionary()
        let planner = DefinitionPlanner(
            dictionary: storage.dictionary, settings: definitionSettings, context: context, text: statementText
        ) { [storage, context] (sql) throws(SQLError) in
            try DefinitionExecutor.evaluate(sql, on: storage.connection, context)
        }
        let plan = try planner.plan(statement)
        if case .createTable(let create) = statement, case .createTable(let table)? = plan.steps.first,
            let keyed = try withInvisiblePrimaryKey(create, table)
        {
            return try runDefinition(.createTable(keyed), into: writer)
        }
        for step in plan.steps {
            switch step {
            case .createTable(let table), .rebuildTable(_, let table, _, _), .redefineTable(_, let table, _):
                try checkPrimaryKey(table)
                try checkKeyStays(in: table)
            default: break
            }
        }
        for warning in plan.warnings { diagnostics.add(warning) }
        var affected = plan.affectedRows
        if !plan.steps.isEmpty {
            for object in plan.writes.sorted() { try storage.lockMetadata(object, .exclusive) }
            defer { storage.endTransaction() }
            try order(
                definitionMessage(statementText, writes: plan.writes, reads: plan.reads, statement: statement))
        }
        storage.refreshDictionary()
        try adoptLocks(after: statement)
        plans.removeAll()
        if case .createTable(let create) = statement, let query = create.query, !plan.steps.isEmpty {
            do {
                try withPresentDefinitions { affected = try fill(create, from: query) }
                try commitImplicitly()
            } catch {
                try? removeUnfilled(create)
                throw error
            }
        }
        guard case .dropDatabase(let name, _) = statement else {
            return ok(writer, affectedRows: affected, info: plan.info)
        }
        if let currentDatabase, Identifier.isSame(name, currentDatabase) {
            self.currentDatabase = nil
            tracker.schema = true
        }
        takeWarnings()
        rowCount = Int64(clamping: affected)
        writer.ok(
            affectedRows: affected, warnings: diagnostics.wireCount, status: status.union(.databaseDropped), info: plan.info)
    }

    /// CREATE TABLE ... SELECT whose rows could not be stored leaves no table behind.
    private func removeUnfilled(_ create: CreateTableStatement) throws {
        guard let schema = create.name.schema ?? currentDatabase else { return }
        try commitImplicitly()
        let name = SchemaObject.hash(schema: schema, table: create.name.name)
        let text = "DROP TABLE IF EXISTS \(Identifier.mysql(schema)).\(Identifier.mysql(create.name.name))"
        try storage.lockMetadata(name, .exclusive)
        defer { storage.endTransaction() }
        try order(
            definitionMessage(
                Array(text.utf8), writes: [name], reads: [SchemaObject.hash(schema: schema)],
                statement: .dropTable(DropTableStatement(isTemporary: false, ifExists: true, names: [create.name]))))
        storage.refreshDictionary()
        plans.removeAll()
    }

    /// Error 3750: `sql_require_primary_key`.
    func checkPrimaryKey(_ definition: TableDefinition) throws(SQLError) {
        if settings.binding.requiresPrimaryKey, definition.identifyingIndex == nil { throw SQLError(.tableWithoutPk) }
    }

    var definitionSettings: DefinitionSettings {
        DefinitionSettings(
            binding: settings.binding, timestamp: context.statementStartMicroseconds, isReplicated: settings.sqlLogBin,
            account: account)
    }

    /// The statement as the Query event that is ordered and logged.
    func definitionMessage(
        _ text: [UInt8], writes: Set<UInt64>, reads: Set<UInt64>, statement: MySQLParser.Statement,
        accounts: AccountStatementSettings? = nil, isRewritten: Bool = false
    ) throws(SQLError) -> TransactionMessage {
        let now = context.statementStartMicroseconds
        var variables = settings.binding.statusVariables(at: Int(now / 1_000_000))
        // A text of our own is for one mode of the parser, whatever the session's is.
        if isRewritten { variables.sqlMode = settings.sqlMode.subtracting(.ofParser).rawValue }
        variables.accountSettings = accounts?.encoded
        variables.invoker = QueryStatusVariables.Invoker(user: Array(account.user.utf8), host: Array(account.host.utf8))
        variables.microseconds = UInt32(now % 1_000_000)
        var writer = ByteWriter()
        writer.write(
            QueryEvent(
                query: text, database: Array((currentDatabase ?? "").utf8),
                threadID: UInt32(truncatingIfNeeded: connectionID), statusVariables: variables),
            timestamp: UInt32(truncatingIfNeeded: now / 1_000_000), serverID: server.serverID)
        return TransactionMessage(
            kind: .statement, consistency: settings.consistency, origin: server.uuid, serverID: server.serverID,
            threadID: UInt32(truncatingIfNeeded: connectionID),
            snapshot: LogPosition(rawValue: server.database.appliedPosition), gtid: try gtidRequest(),
            originalCommitTimestamp: UInt64(WallClock.microseconds()), writeSet: writes.sorted(),
            readSet: reads.sorted(), body: writer.bytes)
    }

    /// CREATE TABLE ... SELECT: the rows follow the table.
    func fill(_ create: CreateTableStatement, from query: QueryExpression) throws -> UInt64 {
        let table = try baseTable(create.name, for: "INSERT")
        let binder = Binder(environment: self, builder: builder)
        let names = try binder.bindQuery(query, parent: nil).columns.map { ColumnName(name: $0.name) }
        var insert = InsertStatement(isReplace: create.duplicates == .replace, table: create.name, source: .query(query))
        insert.isIgnore = create.duplicates == .ignore
        insert.columns = names
        let insertBinder = InsertBinder(environment: self, builder: builder, parameters: [])
        let plan = try insertBinder.bind(insert, into: table)
        return try runInsert(
            plan, parameters: [], queryValues: insertBinder.queryValues.values, updateValues: []
        ).affected
    }
}
