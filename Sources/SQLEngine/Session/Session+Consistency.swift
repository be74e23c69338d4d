import GroupCommunication
import GroupReplication
import MySQLParser
import MySQLProtocol
import SQLBinder
import Storage

/// `group_replication_consistency` on the way in: a statement that begins a transaction may have to wait.
extension Session {
    /// Before the statement is checked and bound. Queries are held by ``holdBegin(_:)-(SelectPlan)``, since only their binding
    /// tells what they read. SHOW, SET, DO, USE, KILL, STOP GROUP_REPLICATION, SHUTDOWN, ... are never held, so that a member
    /// can be looked at and steered meanwhile.
    func holdBegin(_ traits: StatementTraits) throws(SQLError) {
        guard traits.isHeldByConsistency, server.isInGroup.load(ordering: .relaxed) else { return }
        // Who changes something shows nothing, and what a transaction reads after its START TRANSACTION is looked at when it is shown.
        let showsRows =
            traits.change == .nothing && traits.kind != .begin && server.committer.awaitsOthersForAnswers
        guard mayBeHeld || (showsRows && !transaction.isOpen && !frame.wasHeld) else { return }
        try waitForBegin()
        if showsRows { try waitForOthers(reading: nil, at: nil) }
        storage.refreshDictionary()
    }

    /// A bound query: held when it reads tables other than those that show the server's state.
    func holdBegin(_ plan: SelectPlan) throws {
        frame.mayHoldAnswer = plan.isHeldByConsistency
        if mayBeHeld, plan.isHeldByConsistency { try holdBeginOfBound() }
    }

    /// A bound change of rows.
    func holdBeginOfChange() throws {
        if mayBeHeld { try holdBeginOfBound() }
    }

    /// Binds a client's query. What it waits for may be the DDL that creates its tables.
    func bindClientQuery(_ query: QueryExpression, _ parameters: [StatementParameter]) throws -> SelectPlan {
        do {
            return try bindQuery(query, parameters)
        } catch {
            guard mayBeHeld else { throw error }
            try waitForBegin()
            storage.refreshDictionary()
            return try bindQuery(query, parameters)
        }
    }

    private func holdBeginOfBound() throws {
        try waitForBegin()
        if storage.isDictionaryStale { throw StorageError.definitionChanged }
    }

    /// In a group, no transaction open, not held already at this statement.
    private var mayBeHeld: Bool {
        server.isInGroup.load(ordering: .relaxed) && !transaction.isOpen && !frame.wasHeld
            && server.committer.mayHoldBegin(at: settings.consistency)
    }

    /// A query has its snapshot now, its transaction's or one of its own. What is in it and was written at AFTER is shown when
    /// all members have it; who reads other tables, or a state before that, is answered at once.
    func holdAnswer(_ plan: SelectPlan) throws(SQLError) {
        guard frame.mayHoldAnswer, server.committer.awaitsOthersForAnswers, server.isInGroup.load(ordering: .relaxed)
        else { return }
        let tables = plan.tables.values.map { TouchedTable(schema: $0.schema, name: $0.name) }
        try waitForOthers(
            reading: tables.isEmpty ? nil : tables, at: LogPosition(rawValue: storage.visiblePosition))
    }

    private func waitForBegin() throws(SQLError) {
        frame.wasHeld = true
        handle.update { $0.stage = "executing hook on transaction begin." }
        defer { handle.update { $0.stage = nil } }
        try server.committer.waitBeforeBegin(settings.consistency, timeout: holdTimeout, waiter: handle.waiter)
    }

    private func waitForOthers(reading tables: [TouchedTable]?, at position: LogPosition?) throws(SQLError) {
        handle.update { $0.stage = "executing hook on transaction begin." }
        defer { handle.update { $0.stage = nil } }
        try server.committer.waitForOthers(reading: tables, at: position, timeout: holdTimeout, waiter: handle.waiter)
    }

    private var holdTimeout: Duration { .seconds(max(1, Int64(clamping: variables["wait_timeout"].number))) }
}
