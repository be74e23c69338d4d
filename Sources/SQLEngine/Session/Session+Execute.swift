import GroupReplication
import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import Storage

extension Session {
    /// COM_QUERY: one statement, or several where the client allowed them. Answers into `writer`, never throws.
    public func execute(_ text: [UInt8], attributes: [QueryAttribute] = [], into writer: ResultWriter) {
        let isOutermost = thread.enter()
        defer { thread.leave(isOutermost) }
        context.queryAttributes = attributes
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
                beginClientStatement(text)
                // The shape's literals are texts: those of a binary connection are not.
                if offset == 0, settings.binding.connectionCollation != .binary, try runByShape(text, into: writer) { return }
                let parsed = try parse(text, from: offset)
                writer.moreResultsFollow = parsed.next != nil
                let statement = try alone(parsed, of: text, from: offset)
                let traits = StatementTraits(statement)
                server.status.count(traits.kind)
                try run(statement, traits, [], into: writer) { _ in }
                guard let next = parsed.next else { return }
                offset = next
            } catch {
                fail(sqlError(error), into: writer)
                return
            }
        }
    }

    /// One of several statements with a text of its own: definitions are ordered as their text, and keep parts of it.
    private func alone(
        _ parsed: ParsedStatement, of text: [UInt8], from start: Int
    ) throws(SQLError) -> MySQLParser.Statement {
        guard start > 0 || parsed.next != nil else { return parsed.statement }
        var end = parsed.next ?? text.count
        if parsed.next != nil, let semicolon = text[start..<end].lastIndex(of: UInt8(ascii: ";")) { end = semicolon }
        let own = Array(text[start..<end].trimmingPrefix { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) })
        frame.text = own
        return try parse(own, from: 0).statement
    }

    /// The statement failed: the diagnostics area has the error, the client its packet. Nobody can say how a commit with
    /// error 2013 ended: the connection ends without an answer.
    func fail(_ error: SQLError, into writer: ResultWriter) {
        // The client sends its file to the end before it reads an answer.
        frame.loadSource?.abandon()
        frame.loadSource = nil
        takeWarnings()
        diagnostics.fail(error)
        rowCount = -1
        writer.moreResultsFollow = false
        if error == TransactionManager.outcomeUnknown {
            wantsToDisconnect = true
            writer.endWithoutAnswer()
        } else {
            writer.error(error)
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
    func beginClientStatement(_ text: [UInt8]) {
        frame = StatementFrame(text: text)
        forgetKill()
    }

    /// What KILL QUERY wanted to end has ended.
    func forgetKill() {
        if handle.isConnectionKilled { return }
        handle.waiter.clearInterruption()
        storage.owner.clearKill()
        context.isKilled = false
    }

    /// Sets the context for a statement that starts.
    func beginStatement(keepsDiagnostics: Bool) {
        storage.useThread()
        storage.refreshDictionary()
        if !keepsDiagnostics {
            // What EXECUTE runs sees the conditions of the statement before EXECUTE.
            if frame.depth == 0 { previousDiagnostics = diagnostics }
            diagnostics.clear()
        }
        context.beginStatement(startMicroseconds: settings.timestampMicroseconds ?? WallClock.microseconds())
        context.foundRows = foundRows
        context.rowCount = rowCount
        context.lastInsertID = lastInsertID
        context.lastInsertIDSetByFunction = nil
        storage.statementDeadline = nil
    }

    /// `max_execution_time` begins: for a client's SELECT, and for nothing else.
    func beginDeadline() {
        guard settings.maxExecutionTimeMilliseconds > 0 else { return }
        let deadline = MonotonicTime.now() + .milliseconds(settings.maxExecutionTimeMilliseconds)
        storage.statementDeadline = deadline
        context.deadline = deadline
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
            endStorageTransaction()
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

    /// Runs an admitted statement that has no plan.
    func perform(
        _ statement: MySQLParser.Statement, _ traits: StatementTraits, parameters: [StatementParameter],
        into writer: ResultWriter
    ) throws {
        AdministrationLog.note(statement, of: self)
        switch statement {
        case .query(let query): try runQuery(query, parameters: parameters, into: writer, holds: true)
        case .insert(let insert): ok(writer, try runInsert(insert, parameters: parameters))
        case .update(let update): try runChange(bindChange(update, parameters), into: writer)
        case .delete(let delete): try runChange(bindChange(delete, parameters), into: writer)
        case .do(let expressions): try runDo(expressions, parameters: parameters, into: writer)
        case .startTransaction, .commit, .rollback, .rollbackTo, .savepoint, .releaseSavepoint, .setTransaction,
            .lockTables, .unlockTables:
            try runTransactionStatement(statement, into: writer)
        case .use(let name):
            try use(name)
            ok(writer)
        case .prepare, .execute, .deallocate: try runPreparedStatement(statement, into: writer)
        case .kill(let connectionOnly, let id): try runKill(connectionOnly: connectionOnly, id, into: writer)
        case .createDatabase, .alterDatabase, .dropDatabase, .createTable, .alterTable, .dropTable, .truncateTable,
            .renameTable, .createIndex, .dropIndex, .createView, .dropView:
            try runDefinition(statement, into: writer)
        case .signal(let signal): try runSignal(signal, into: writer)
        case .getDiagnostics(let get): try runGetDiagnostics(get, into: writer)
        case .call(let name, _):
            guard let schema = name.schema ?? currentDatabase else { throw SQLError(.noDbError) }
            throw missingRoutine("PROCEDURE", schema, name.name)
        case .describeTable(let name, let column):
            let show = ShowStatement.columns(
                name, isFull: false, isExtended: false, column.map { .like(Array($0.utf8)) })
            return try perform(.show(show), traits, parameters: parameters, into: writer)
        case .explain(let explain): try runExplain(explain, parameters: parameters, into: writer)
        case .show(let show): try runShow(show, statement, traits, into: writer)
        case .tableMaintenance(let maintenance): try TableMaintenance().execute(maintenance, in: self, into: writer)
        case .set, .setRole, .resetPersist:
            guard let variables = server.variables else { throw SQLError(.notSupportedYet, traits.name) }
            try variables.execute(statement, in: self, into: writer)
        case .changeSource, .startReplica, .stopReplica, .startGroupReplication, .stopGroupReplication, .reset,
            .purgeBinaryLogs, .flush, .installPlugin, .uninstallPlugin, .clone, .shutdown, .restart:
            guard let replication = server.replication else { throw SQLError(.notSupportedYet, traits.name) }
            try replication.execute(statement, in: self, into: writer)
        case .installComponent, .uninstallComponent: try ComponentStatements.execute(statement, in: self, into: writer)
        case .alterInstance(let action):
            guard let instance = server.instance else { throw SQLError(.notSupportedYet, traits.name) }
            try instance.execute(action, traits, in: self, into: writer)
        case .alterRoutine, .dropRoutine, .dropTrigger, .alterEvent, .dropEvent:
            try missProgram(statement)
            ok(writer)
        case .load(let load): try runLoad(load, into: writer)
        case .handler, .importTable, .createRoutine, .createLoadableFunction, .createTrigger, .createEvent,
            .unsupported, .xa, .lockInstance, .unlockInstance, .setResourceGroup, .help, .changeReplicationFilter, .binlog,
            .compound:
            try refuse(statement, traits)
        case .resignal: throw SQLError(.resignalWithoutActiveHandler)
        case .createUser, .alterUser, .dropUser, .renameUser, .createRole, .dropRole, .grant, .grantRoles, .grantProxy,
            .revoke, .setPassword, .setDefaultRole:
            try runAccountStatement(statement, into: writer)
        }
    }

    private func runShow(
        _ show: ShowStatement, _ statement: MySQLParser.Statement, _ traits: StatementTraits, into writer: ResultWriter
    ) throws {
        switch show {
        case .warnings(let limit): try showConditions(limit, errorsOnly: false, into: writer)
        case .errors(let limit): try showConditions(limit, errorsOnly: true, into: writer)
        case .warningCount: showCount("@@session.warning_count", diagnostics.count, into: writer)
        case .errorCount: showCount("@@session.error_count", diagnostics.errorCount, into: writer)
        case .binaryLogs, .binaryLogStatus, .binaryLogEvents, .replicas, .replicaStatus:
            guard let replication = server.replication else { throw SQLError(.notSupportedYet, traits.name) }
            try replication.execute(statement, in: self, into: writer)
        case .databases, .tables, .tableStatus, .openTables, .triggers, .events, .columns, .indexes, .routineStatus,
            .variables, .status, .plugins, .engines, .characterSets, .collations, .createTable, .createView,
            .createDatabase, .createUser, .grants, .processList, .privileges, .engineStatus, .profiles, .createRoutine,
            .createTrigger, .createEvent, .routineCode:
            try ShowHandler().execute(show, in: self, into: writer)
        case .profile, .parseTree, .relayLogEvents: throw SQLError(.notSupportedYet, traits.name)
        }
    }

    /// USE.
    public func use(_ name: String) throws(SQLError) {
        if mustChangePassword { throw SQLError(.mustChangePassword) }
        guard !name.isEmpty else { throw SQLError(.noDbError) }
        let name = server.tableNameCase.read(name)
        try Identifier.checkLength(name)
        let dictionary = storage.refreshDictionary()
        guard hasAccess(toDatabase: name) else {
            throw SQLError(.dbaccessDeniedError, account.user, account.host, name)
        }
        guard dictionary.schema(name) != nil || isSystemSchema(name) else { throw SQLError(.badDbError, name) }
        currentDatabase = isSystemSchema(name) ? name.lowercased() : name
        tracker.schema = true
        trackState()
    }

    func isSystemSchema(_ name: String) -> Bool {
        server.systemTables?.isSystemSchema(name) ?? false
    }
}
