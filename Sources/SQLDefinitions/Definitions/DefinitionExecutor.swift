import Accounts
import BinaryLog
import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLExpressions
import Storage

/// Carries DDL and account statements out on the applier's connection, at their place in the order. Every member does
/// the same with the same result; what one refuses all refuse. Owned by the applier's thread.
public final class DefinitionExecutor {
    private let applier: ApplierConnection
    private let context = ExpressionContext()
    private let lock = Lock()
    /// Under the lock: a statement is being carried out.
    private var isExecuting = false
    private let tableNameCase: TableNameCase
    /// What the expressions of a DDL may do in all, in bytes and items (a minute's work, about): whoever may define a column must
    /// not hold the order with it. Counted, not timed, so that all members refuse the same statement (error 3024).
    package var workLimit = 1 << 35

    /// Registers the functions that stored expressions use on the applier's connection.
    public init(_ applier: ApplierConnection, tableNameCase: TableNameCase = .sensitive) {
        self.applier = applier
        self.tableNameCase = tableNameCase
        registerFunctions(on: applier.connection.pointer, context: context)
        registerEngineFunctions(on: applier.connection.pointer, context: context)
    }

    /// Gives up the statement that is being carried out, if there is one. It was not refused then: nothing of its batch is committed.
    /// Any thread.
    public func interrupt() {
        lock.withLock {
            guard isExecuting else { return }
            context.isKilled = true
            applier.interrupt()
        }
    }

    /// Executes the Query events of a DDL transaction's body. `position` is its place in the order: it numbers new
    /// tables and is the version of changed ones. An error means that the statement is refused; nothing of it stays.
    public func execute(_ body: ArraySlice<UInt8>, position: UInt64) throws(SQLError) {
        lock.withLock { isExecuting = true }
        defer {
            lock.withLock { isExecuting = false }
            // A function that heard of it left an error of its own.
            if context.isKilled { applier.noteTrouble(.interrupted) }
            context.isKilled = false
            context.endStatement()
        }
        do {
            var reader = ByteReader(body)
            while !reader.isAtEnd {
                let event = try RawEvent(decoding: &reader, checksum: .none)
                guard case .query(let query) = try event.decode() else { continue }
                try applier.inSavepoint {
                    try execute(query, timestamp: event.header.timestamp, position: position)
                }
            }
        } catch let error as SQLError {
            throw error
        } catch let error as StorageError {
            throw Self.sqlError(error)
        } catch {
            throw SQLError(.unknownError, "\(error)")
        }
    }

    private func execute(_ event: QueryEvent, timestamp: UInt32, position: UInt64) throws {
        var settings = DefinitionSettings(
            binding: try BindingSettings(event),
            timestamp: Int64(timestamp) * 1_000_000 + Int64(event.statusVariables.microseconds ?? 0),
            account: AuthorizationID(user: "root", host: "localhost"))
        if let invoker = event.statusVariables.invoker {
            settings.account = AuthorizationID(
                user: String(decoding: invoker.user, as: UTF8.self), host: String(decoding: invoker.host, as: UTF8.self))
        }
        if let bytes = event.statusVariables.accountSettings {
            settings.accounts = try AccountStatementSettings(encoded: bytes)
        }
        guard context.adopt(settings.binding) else {
            throw SQLError(.unknownTimeZone, settings.binding.timeZone)
        }
        context.beginStatement(startMicroseconds: settings.timestamp)
        context.limitWork(to: workLimit)
        context.connectionID = UInt64(event.threadID)
        let statement = try StatementParsing.statement(
            event.query, from: 0, mode: ParserMode(settings.sqlMode, tableNameCase), allowsMultiple: false
        ).statement
        let dictionary = applier.currentDictionary()
        if StatementTraits(statement).change == .accounts {
            try executeAccountStatement(statement, dictionary, settings)
            return
        }
        let planner = DefinitionPlanner(
            dictionary: dictionary, settings: settings, context: context, text: event.query
        ) { [applier, context] (sql) throws(SQLError) in
            do throws(StorageError) {
                return try applier.connection.rows("SELECT " + sql).first?.first ?? .null
            } catch {
                applier.noteTrouble(error)
                throw context.takePendingError() ?? Self.sqlError(error)
            }
        }
        let plan = try planner.plan(statement)
        for step in plan.steps { try carryOut(step, planner: planner, position: position) }
    }

    /// Evaluates an expression without tables.
    package static func evaluate(
        _ sql: String, on connection: SQLiteConnection, _ context: ExpressionContext
    ) throws(SQLError) -> StoredValue {
        do throws(StorageError) {
            return try connection.rows("SELECT " + sql).first?.first ?? .null
        } catch {
            throw context.takePendingError() ?? sqlError(error)
        }
    }

    package static func sqlError(_ error: StorageError) -> SQLError {
        switch error {
        case .duplicateKey: SQLError(.dupEntry, "", "PRIMARY")
        case .notNull: SQLError(.invalidUseOfNull, "")
        case .foreignKey: SQLError(.noReferencedRow2, "")
        case .check(let name): SQLError(.checkConstraintViolated, name)
        case .damaged: SQLError(.getErrno, 126, "Index file is crashed")
        case .sqlite(let code, let message): StorageRefusal.error(code: code, message: message)
        default: SQLError(.unknownError, "\(error)")
        }
    }

    // MARK: Steps

    private func carryOut(_ step: DefinitionPlan.Step, planner: DefinitionPlanner, position: UInt64) throws {
        do {
            try perform(step, planner: planner, position: position)
        } catch let error as StorageError {
            applier.noteTrouble(error)
            if let pending = context.takePendingError() {
                if case .rebuildTable(let old, let new, _, _) = step, pending.is(.badNullError), try holdsNull(old, for: new) {
                    throw SQLError(.invalidUseOfNull)
                }
                throw pending
            }
            let table: TableDefinition
            switch step {
            case .rebuildTable(_, let new, _, _), .redefineTable(_, let new, _): table = new
            default: throw error
            }
            switch error {
            case .duplicateKey(_, let columns, let index): throw duplicate(table, columns, index)
            case .notNull(_, let column):
                throw SQLError(.invalidUseOfNull, table.column(sqliteName: column)?.name ?? "")
            default: throw error
            }
        }
    }

    /// Whether a column that becomes NOT NULL has a NULL; a new one whose default is NULL is something else (error 1048).
    private func holdsNull(_ old: TableDefinition, for new: TableDefinition) throws(StorageError) -> Bool {
        for column in new.columns where !column.isNullable {
            guard let before = old.columns.first(where: { $0.id == column.id }), before.isNullable else { continue }
            let rows = try applier.connection.rows(
                "SELECT 1 FROM \(old.sqliteName) WHERE \(before.sqliteName) IS NULL LIMIT 1")
            if !rows.isEmpty { return true }
        }
        return false
    }

    /// What a table without rows alone may have added.
    private func checkZeroDates(_ old: TableDefinition, _ new: TableDefinition, _ planner: DefinitionPlanner) throws {
        guard let refusal = planner.refusalOfZeroDates(old, new),
            try !applier.connection.rows("SELECT 1 FROM \(old.sqliteName) LIMIT 1").isEmpty
        else { return }
        throw refusal
    }

    private func perform(_ step: DefinitionPlan.Step, planner: DefinitionPlanner, position: UInt64) throws {
        switch step {
        case .putSchema(let schema): try applier.put(schema)
        case .removeSchema(let name): try applier.removeSchema(name)
        case .createTable(var table):
            table.id = try applier.nextTableID()
            table.version = position
            try applier.createTable(table, expressions: try expressions(table, planner))
        case .dropTable(let table): try applier.dropTable(table)
        case .truncateTable(let table): try applier.truncateTable(table)
        case .renameTable(let schema, let name, let toSchema, let toName):
            guard let present = applier.table(schema, name)?.definition else { return }
            var renamed = present.renamed(to: toName, in: toSchema)
            renamed.version = position
            try applier.renameTable(present, to: renamed)
        case .rebuildTable(let old, var new, let values, let checksForeignKeys):
            new.version = position
            try checkZeroDates(old, new, planner)
            let expressions = try expressions(new, planner)
            // What a value would lose is an error where sql_mode is strict, as for INSERT.
            context.isDataChange = true
            context.rowNumber = 0
            defer { context.isDataChange = false }
            try applier.rebuildTable(old, as: new, values: values, eachRow: "m_next_row()", expressions: expressions)
            if checksForeignKeys, !new.foreignKeys.isEmpty, try !applier.satisfiesForeignKeys(new) {
                throw SQLError(.noReferencedRow2, "")
            }
        case .redefineTable(let old, var new, let checksForeignKeys):
            new.version = position
            try checkZeroDates(old, new, planner)
            try redefine(old, new, planner)
            let isAdded = new.foreignKeys.contains { key in !old.foreignKeys.contains { Identifier.isSame($0.name, key.name) } }
            if checksForeignKeys, isAdded, try !applier.satisfiesForeignKeys(new) { throw SQLError(.noReferencedRow2, "") }
        case .setAutoIncrement(let table, let next):
            guard let present = applier.table(table.schema, table.name)?.definition else { return }
            try applier.setAutoIncrement(of: present, to: next)
        case .putView(var view):
            view.version = position
            try applier.put(view)
        case .removeView(let schema, let name): try applier.removeView(schema, name)
        case .putObject(let kind, let schema, let name, let body): try applier.putObject(kind, schema, name, body)
        case .removeObject(let kind, let schema, let name): try applier.removeObject(kind, schema, name)
        }
    }

    /// Indexes come and go, the rest is the dictionary's.
    private func redefine(_ old: TableDefinition, _ new: TableDefinition, _ planner: DefinitionPlanner) throws {
        let expressions = try expressions(new, planner)
        // What a value would lose is an error where sql_mode is strict, as it is when a row is stored later.
        context.isDataChange = true
        context.rowNumber = 1
        defer { context.isDataChange = false }
        do throws(StorageError) {
            try applier.redefineTable(old, as: new, expressions: expressions)
        } catch {
            let computed = new.indexes.first { index in
                index.parts.contains { $0.expression != nil } && !old.indexes.contains { $0.id == index.id }
            }
            if let computed, let pending = context.pendingError, pending.is(.truncatedWrongValue) {
                context.pendingError = SQLError(.warnDataTruncatedFunctionalIndex, computed.name, 1)
            }
            throw error
        }
        context.isDataChange = false
        try checkRows(old, new, planner)
    }

    /// CHECK constraints that are new must hold for the rows that there are (error 3819).
    private func checkRows(_ old: TableDefinition, _ new: TableDefinition, _ planner: DefinitionPlanner) throws {
        let added = new.checks.filter { check in
            check.isEnforced
                && !old.checks.contains { $0.isEnforced && $0.name == check.name && $0.expression == check.expression }
        }
        for check in added {
            let binder = Binder(environment: planner, builder: planner.builder)
            let source = binder.baseSource(new, alias: new.name)
            let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
            let condition = try planner.builder.condition(
                binder.bindScalar(planner.parseExpression(check.expression), in: scope))
            let rows = try applier.connection.rows(
                "SELECT 1 FROM \(new.sqliteName) AS \(source.sqliteAlias) WHERE NOT (\(condition)) LIMIT 1")
            if !rows.isEmpty { throw SQLError(.checkConstraintViolated, check.name) }
        }
    }

    private func duplicate(_ table: TableDefinition, _ columns: [String], _ index: String?) -> SQLError {
        SQLError(.dupEntry, "", "\(table.name).\(table.index(refusing: columns, index: index)?.name ?? "PRIMARY")")
    }

    private func expressions(_ table: TableDefinition, _ planner: DefinitionPlanner) throws -> TableExpressions {
        try Self.expressions(of: table, environment: planner, builder: planner.builder)
    }

    /// SQLite's text of functional key parts. (Generated columns and checks are computed by the sessions.)
    package static func expressions(
        of table: TableDefinition, environment: any BindingEnvironment, builder: ExpressionBuilder
    ) throws(SQLError) -> TableExpressions {
        var expressions = TableExpressions()
        for index in table.indexes {
            for (place, part) in index.parts.enumerated() {
                guard let text = part.expression else { continue }
                let binder = Binder(environment: environment, builder: builder)
                let source = binder.baseSource(table, alias: table.name)
                source.sqliteAlias = ""
                let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
                let bound = try binder.bindScalar(environment.parseExpression(text), in: scope)
                switch bound.type.kind {
                case .tinyText, .text, .mediumText, .longText, .tinyBlob, .blob, .mediumBlob, .longBlob:
                    throw SQLError(.functionalIndexOnLob)
                case .json, .geometry: throw SQLError(.functionalIndexOnJsonOrGeometryFunction)
                default: break
                }
                expressions.keyParts[index.id, default: [:]][place] = builder.sortKey(bound)
            }
        }
        return expressions
    }

    // MARK: Accounts

    private func executeAccountStatement(
        _ statement: MySQLParser.Statement, _ dictionary: DataDictionary, _ settings: DefinitionSettings
    ) throws {
        let stored = AccountStore.catalog(from: dictionary)
        let present = stored.accounts.isEmpty ? AccountCatalog.initial() : stored
        var executor = AccountStatementExecutor(
            catalog: present, currentAccount: settings.account, currentSchema: settings.currentDatabase
        ) { [context] schema, table in
            DefinitionPlanner(dictionary: dictionary, settings: settings, context: context, text: []) { _ in .null }
                .columnNames(schema, table)
        }
        executor.timestamp = UInt64(clamping: settings.timestamp)
        executor.settings = settings.accounts
        try executor.execute(statement)
        for change in AccountStore.changes(from: stored, to: executor.catalog) {
            switch change {
            case .put(let name, let body): try applier.putObject(AccountStore.kind, "", name, body)
            case .remove(let name): try applier.removeObject(AccountStore.kind, "", name)
            }
        }
    }
}
