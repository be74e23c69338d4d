import MySQLParser
import MySQLProtocol
import SQLBinder
import SQLExpressions
import Storage

/// What isolation levels ask of statements, beyond the snapshot that they read.
extension Session {
    /// The level of the transaction that a statement runs in; nil for one that is a transaction of its own.
    private var isolation: IsolationLevel? {
        if !transaction.isOpen, settings.autocommit { return nil }
        return transaction.isolation(default: settings.isolation)
    }

    /// SERIALIZABLE: plain reads lock what they read, as if they said FOR SHARE. A transaction that only reads needs no
    /// locks: its one snapshot is a moment of the order.
    var locksReads: Bool { isolation == .serializable && !transaction.isReadOnly }

    /// Whether a row looked for by its key and not found is locked nevertheless (InnoDB's gap locks, of one key).
    var locksAbsentRows: Bool { isolation == .repeatableRead || isolation == .serializable }

    /// `innodb_snapshot_isolation`: the transaction has a snapshot already and must not see another.
    var keepsSnapshot: Bool {
        settings.innodbSnapshotIsolation && isolation == .repeatableRead && storage.isInTransaction
    }

    /// Before a statement that locks rows of `table`, and before its snapshot is taken: whether it may run again on a newer
    /// snapshot when it meets a newer row. If not, that is error 1020 and ends the transaction.
    func beginRestartable(_ table: String?) -> Bool {
        frame.lockingTable = table ?? ""
        let restarts = !keepsSnapshot
        storage.restartsAfterLockWait = restarts
        return restarts
    }

    /// A plain read under SERIALIZABLE: the row that it looks up by its key, there or not, or all the tables that it reads
    /// with what might be inserted there (coarser than InnoDB's locks on the ranges read). Then the newest snapshot: what
    /// was read before is locked, so it did not change.
    func lockSerializably(_ plan: SelectPlan, _ values: [LiteralValue?]) throws {
        try prepareToWrite()
        storage.restartsAfterLockWait = true
        if let lookup = plan.lookup {
            return try storage.atomically { try lockKey(lookup, values, .shared) }
        }
        for object in objects(plan.tables) { try storage.lockMetadata(object, .readOnly) }
        if storage.isSnapshotStale { try storage.renewSnapshot() }
    }

    /// Locks a row by its key, whether it exists or not.
    func lockKey(
        _ lookup: PointLookup, _ values: [LiteralValue?], _ mode: LockMode, wait: LockWait? = nil
    ) throws {
        guard storage.temporaryTable(lookup.schema, lookup.table) == nil,
            let table = storage.dictionary.table(lookup.schema, lookup.table)
        else { return }
        let statement = try storage.prepare(lookup.keySQL)
        defer { storage.release(statement) }
        bind(values, to: statement)
        guard try storage.step(statement) else { return }
        try storage.lockRow(of: table, in: statement, firstColumn: 0, mode, wait: wait)
    }
}
