import MySQLParser
import MySQLProtocol
import Platform
import Storage

extension Session {
    /// COM_QUERY: one statement, or several where the client allowed them. Answers into `writer`, never throws.
    public func execute(_ text: [UInt8], into writer: ResultWriter) {
        var offset = 0
        handle.update {
            $0.command = "Query"
            $0.since = .now()
            $0.statement = String(decoding: text.prefix(1024), as: UTF8.self)
        }
        defer {
            handle.update {
                $0.command = "Sleep"
                $0.since = .now()
                $0.statement = nil
                $0.database = currentDatabase
            }
        }
        while true {
            do {
                if !mustChangePassword, let end = try runPlanned(text, into: writer, at: offset) {
                    guard end < text.count else { return }
                    offset = end
                    continue
                }
                guard let next = try runOne(text, from: offset, into: writer) else { return }
                offset = next
            } catch {
                fail(sqlError(error), into: writer)
                return
            }
        }
    }

    /// Parses and runs the statement at `offset`; returns where the next one starts, nil after the last.
    private func runOne(_ text: [UInt8], from offset: Int, into writer: ResultWriter) throws -> Int? {
        let parsed = try parse(text, from: offset)
        beginClientStatement()
        writer.moreResultsFollow = parsed.next != nil
        statementText = text
        try run(parsed.statement, parameters: [], into: writer)
        return parsed.next
    }

    /// The statement failed: the diagnostics area has the error, the client its packet.
    func fail(_ error: SQLError, into writer: ResultWriter) {
        takeWarnings()
        diagnostics.fail(error)
        rowCount = -1
        writer.moreResultsFollow = false
        writer.error(error)
    }

    /// Runs a parsed statement. Errors are answered by the caller.
    func run(
        _ statement: MySQLParser.Statement, parameters: [StatementParameter], into writer: ResultWriter
    ) throws {
        let traits = StatementTraits(statement)
        beginStatement(keepsDiagnostics: traits.keepsDiagnostics)
        server.status.count(traits.kind)
        do {
            try withPresentDefinitions {
                try admit(statement, traits)
                try perform(statement, traits, parameters: parameters, into: writer)
            }
        } catch {
            afterError(error)
            throw sqlError(error)
        }
    }

    /// Runs `body`, which binds a statement and runs it, and again when a DDL changed a table in between.
    func withPresentDefinitions(_ body: () throws -> Void) throws {
        for _ in 1..<Self.maximumBindings {
            do {
                return try body()
            } catch StorageError.definitionChanged {
                if !transaction.isOpen { storage.endTransaction() }
                storage.refreshDictionary()
            }
        }
        try body()
    }

    /// How often a statement is bound when one DDL after the other changes its tables.
    private static let maximumBindings = 20

    /// A statement of the client's begins, which may be bound and run several times: what was said to an earlier one is
    /// forgotten.
    func beginClientStatement() {
        wasHeld = false
        if handle.isConnectionKilled { return }
        handle.waiter.clearInterruption()
        storage.owner.clearKill()
        context.isKilled = false
    }

    /// Sets the context for a statement that starts.
    func beginStatement(keepsDiagnostics: Bool) {
        storage.refreshDictionary()
        if !keepsDiagnostics {
            previousDiagnostics = diagnostics
            diagnostics.clear()
        }
        context.beginStatement(startMicroseconds: settings.timestampMicroseconds ?? WallClock.microseconds())
        context.foundRows = foundRows
        context.rowCount = rowCount
        context.lastInsertID = lastInsertID
        context.lastInsertIDSetByFunction = nil
        generatedInsertID = 0
        storage.statementDeadline =
            settings.maxExecutionTimeMilliseconds > 0
            ? .now() + .milliseconds(settings.maxExecutionTimeMilliseconds) : nil
    }

    /// Moves the functions' warnings into the diagnostics area.
    func takeWarnings() {
        for warning in context.warnings { diagnostics.add(warning) }
        context.warnings.removeAll(keepingCapacity: true)
        context.warningCount = 0
    }

    /// What an error leaves behind: deadlocks end the transaction.
    func afterError(_ error: any Error) {
        if Self.endsTransaction(error) {
            storage.endTransaction()
            closeTransaction()
        } else if !transaction.isOpen, lockedTables == nil || !storage.isReading {
            storage.endTransaction()
        }
    }

    /// Answers OK and remembers what ROW_COUNT() gives.
    func ok(_ writer: ResultWriter, affectedRows: UInt64 = 0, lastInsertID: UInt64 = 0, info: String = "") {
        takeWarnings()
        rowCount = Int64(clamping: affectedRows)
        writer.ok(
            affectedRows: affectedRows, lastInsertID: lastInsertID, warnings: diagnostics.wireCount, status: status,
            info: info)
    }

    /// Runs an admitted statement.
    private func perform(
        _ statement: MySQLParser.Statement, _ traits: StatementTraits, parameters: [StatementParameter],
        into writer: ResultWriter
    ) throws {
        if traits.change == .accounts { return try runAccountStatement(statement, into: writer) }
        switch statement {
        case .query(let query): try runQuery(query, parameters: parameters, into: writer, holds: true)
        case .insert(let insert): try runInsert(insert, parameters: parameters, into: writer)
        case .update(let update): try runChange(bindChange(update, parameters), into: writer)
        case .delete(let delete): try runChange(bindChange(delete, parameters), into: writer)
        case .do(let expressions): try runDo(expressions, parameters: parameters, into: writer)
        case .startTransaction, .commit, .rollback, .rollbackTo, .savepoint, .releaseSavepoint, .setTransaction,
            .lockTables, .unlockTables:
            try runTransactionStatement(statement, into: writer)
        case .use(let name):
            try use(name)
            writer.track(.schema(name))
            ok(writer)
        case .prepare, .execute, .deallocate: try runPreparedStatement(statement, into: writer)
        case .kill(let connectionOnly, let id): try runKill(connectionOnly: connectionOnly, id, into: writer)
        case .createDatabase, .alterDatabase, .dropDatabase, .createTable, .alterTable, .dropTable, .truncateTable,
            .renameTable, .createIndex, .dropIndex, .createView, .dropView:
            try runDefinition(statement, into: writer)
        case .show(.warnings(let limit)): try showConditions(limit, errorsOnly: false, into: writer)
        case .show(.errors(let limit)): try showConditions(limit, errorsOnly: true, into: writer)
        case .show(.warningCount): showCount("@@session.warning_count", diagnostics.count, into: writer)
        case .show(.errorCount): showCount("@@session.error_count", diagnostics.errorCount, into: writer)
        case .signal(let signal): try runSignal(signal, into: writer)
        case .getDiagnostics(let get): try runGetDiagnostics(get, into: writer)
        case .call(let name, _):
            throw SQLError(.spDoesNotExist, "PROCEDURE", "\(name.schema ?? currentDatabase ?? "").\(name.name)")
        case .describeTable(let name, let column):
            let show = ShowStatement.columns(
                name, isFull: false, isExtended: false, column.map { .like(Array($0.utf8)) })
            return try perform(.show(show), traits, parameters: parameters, into: writer)
        case .explain(let explain): try runExplain(explain, parameters: parameters, into: writer)
        default:
            for handler in server.statementHandlers {
                if try handler.execute(statement, in: self, into: writer) { return }
            }
            throw SQLError(.notSupportedYet, traits.name)
        }
    }

    /// USE.
    public func use(_ name: String) throws(SQLError) {
        if mustChangePassword { throw SQLError(.mustChangePassword) }
        guard !name.isEmpty else { throw SQLError(.noDbError) }
        let dictionary = storage.refreshDictionary()
        guard dictionary.schema(name) != nil || isSystemSchema(name) else { throw SQLError(.badDbError, name) }
        let isOpenToAll = ["information_schema", "performance_schema"].contains(name.lowercased())
        guard isOpenToAll || privileges.canSee(database: name) else {
            throw SQLError(.dbaccessDeniedError, account.user, account.host, name)
        }
        currentDatabase = isSystemSchema(name) ? name.lowercased() : name
    }

    func isSystemSchema(_ name: String) -> Bool {
        server.systemTables?.isSystemSchema(name) ?? false
    }
}
