import BinaryLog
import GroupCommunication
import GroupReplication
import MySQLParser
import MySQLProtocol
import Platform
import SQLExpressions
import Storage

extension Session {
    /// Before a statement that reads tables: inside a transaction they are all read in one snapshot.
    func prepareToRead() throws {
        openImplicitly()
        tracker.work.reads = true
        try beginLockedRead()
        guard transaction.isOpen else { return }
        if !storage.isInTransaction {
            if !transaction.isReadOnly {
                try beginSpeculation()
            } else if !transaction.readsNewest {
                try storage.beginReading()
            }
        } else if transaction.readsNewest, storage.isSnapshotStale {
            try storage.renewSnapshot()
        }
    }

    /// Before a statement that changes rows.
    func prepareToWrite() throws {
        openImplicitly()
        tracker.work.writes = true
        guard transaction.isOpen, !storage.isInTransaction else {
            if transaction.readsNewest, storage.isSnapshotStale { try storage.renewSnapshot() }
            return
        }
        try beginSpeculation()
    }

    private func beginSpeculation() throws {
        try storage.begin(singleStatement: false)
        guard let open = transaction.open, !open.pendingSavepoints.isEmpty else { return }
        for name in open.pendingSavepoints { try storage.setSavepoint(name) }
        transaction.update { $0.pendingSavepoints.removeAll() }
    }

    /// A transaction as SET TRANSACTION and the session's variables have it.
    private func newTransaction() -> OpenTransaction {
        OpenTransaction(
            isolation: transaction.isolation(default: settings.isolation),
            isReadOnly: transaction.mayOnlyRead(default: settings.isReadOnly))
    }

    /// With autocommit off a statement on tables begins a transaction.
    private func openImplicitly() {
        if settings.autocommit { return }
        switch transaction {
        case .idle: transaction = .implicit(newTransaction())
        case .implicit, .explicit: break
        }
    }

    /// Forgets the transaction; storage's part has ended.
    func closeTransaction() {
        switch transaction {
        // What SET TRANSACTION said is for the next one that begins.
        case .idle: break
        case .implicit, .explicit: transaction = .none
        }
        tracker.work = SessionStateTracker.Work()
        tracker.hasConsistentSnapshot = false
        handle.update {
            $0.hasWritten = false
            $0.transactionNumber &+= 1
        }
    }

    /// After a statement that changed rows: with autocommit it is the whole transaction.
    func commitIfAutomatic() throws {
        if !transaction.isOpen { try commitTransaction() }
    }

    /// Commits what the transaction changed: through the group's order, and back when it is applied here.
    public func commitTransaction() throws {
        defer {
            endStorageTransaction()
            closeTransaction()
        }
        guard storage.isInTransaction else { return }
        let captured = try storage.prepareCommit()
        if captured.isPrivate { return try storage.keepTemporaryChanges() }
        if server.isInGroup.load(ordering: .relaxed), captured.changesTableWithoutKey != nil {
            throw SQLError(.beforeDmlValidationError)
        }
        let message = try transactionMessage(captured)
        try order(message)
        try storage.keepTemporaryChanges()
    }

    /// Sends a transaction on its way and waits for it.
    func order(_ message: TransactionMessage) throws(SQLError) {
        // Statements were refused before: with this session's own lock nobody would ever open the gate.
        if storage.holdsGlobalReadLock { throw SQLError(.cantUpdateWithReadlock) }
        handle.stage.store(.waitingForCommit, ordering: .relaxed)
        defer { handle.stage.store(.executing, ordering: .relaxed) }
        do {
            let committed = try storage.committing {
                try server.committer.commit(message, waiter: handle.waiter, isLocal: !settings.sqlLogBin)
            }
            lastGTID = committed.gtid?.description
            // A KILL QUERY that came while it waited has nothing left to end: the answer is that it is committed.
            forgetKill()
        } catch {
            throw sqlError(error)
        }
    }

    /// The captured changes as the message that the group orders.
    private func transactionMessage(_ captured: CapturedTransaction) throws -> TransactionMessage {
        let now = WallClock.microseconds()
        let body = try captured.events(serverID: server.serverID, timestamp: UInt32(truncatingIfNeeded: now / 1_000_000))
        captured.releaseImages()
        return TransactionMessage(
            kind: .rows, consistency: settings.consistency, origin: server.uuid, serverID: server.serverID,
            threadID: UInt32(truncatingIfNeeded: connectionID), snapshot: LogPosition(rawValue: storage.snapshot),
            gtid: try gtidRequest(), originalCommitTimestamp: UInt64(now), writeSet: captured.writeSet(),
            readSet: captured.readSet(), body: body)
    }

    /// `gtid_next`.
    func gtidRequest() throws(SQLError) -> GTIDRequest {
        if settings.gtidNext == "AUTOMATIC" { return .automatic }
        guard let gtid = GTID(settings.gtidNext) else { throw SQLError(.malformedGtidSpecification, settings.gtidNext) }
        return .specified(gtid)
    }

    public func rollbackTransaction() {
        endStorageTransaction()
        closeTransaction()
    }

    /// Ends what may have changed rows.
    func endStorageTransaction() {
        if !storage.captured.isEmpty { server.status.countCapture(isOnDisk: storage.captured.isOnDisk) }
        storage.endTransaction()
    }

    /// Statements that cannot be undone end the transaction before them.
    func commitImplicitly() throws {
        if transaction.isOpen || storage.isInTransaction { try commitTransaction() }
    }

    func runTransactionStatement(_ statement: MySQLParser.Statement, into writer: ResultWriter) throws {
        switch statement {
        case .startTransaction(let characteristics):
            try commitImplicitly()
            unlockTables()
            var begun = newTransaction()
            if let access = characteristics.access { begun.isReadOnly = access == .readOnly }
            transaction = .explicit(begun)
            tracker.work = SessionStateTracker.Work()
            tracker.hasConsistentSnapshot = characteristics.withConsistentSnapshot
            if characteristics.access == .readWrite { try checkWritable() }
            if characteristics.withConsistentSnapshot { try prepareToRead() }
        case .commit(let completion):
            let ended = transaction.open
            try commitTransaction()
            complete(completion, after: ended)
        case .rollback(let completion):
            let ended = transaction.open
            rollbackTransaction()
            complete(completion, after: ended)
        case .savepoint(let name):
            openImplicitly()
            if transaction.isOpen {
                if storage.isSpeculative {
                    try storage.setSavepoint(name.lowercased())
                } else {
                    transaction.update {
                        $0.pendingSavepoints.removeAll { $0 == name.lowercased() }
                        $0.pendingSavepoints.append(name.lowercased())
                    }
                }
            }
        case .rollbackTo(let name):
            if storage.isSpeculative, transaction.isOpen {
                try storage.rollback(toSavepoint: name.lowercased())
            } else {
                let place = try pendingSavepoint(name)
                transaction.update { $0.pendingSavepoints.removeSubrange((place + 1)...) }
            }
        case .releaseSavepoint(let name):
            if storage.isSpeculative, transaction.isOpen {
                try storage.release(savepoint: name.lowercased())
            } else {
                let place = try pendingSavepoint(name)
                transaction.update { $0.pendingSavepoints.removeSubrange(place...) }
            }
        case .setTransaction(let scope, let isolation, let access):
            try setTransaction(scope, isolation, access)
        case .lockTables(let locks): try lockTables(locks)
        case .unlockTables:
            // Without LOCK TABLES before it the transaction goes on: mysqldump's does.
            if lockedTables != nil { try commitImplicitly() }
            releaseAllTableLocks()
        default: break
        }
        ok(writer)
    }

    private func pendingSavepoint(_ name: String) throws(SQLError) -> Int {
        guard let place = transaction.open?.pendingSavepoints.firstIndex(of: name.lowercased()) else {
            throw SQLError(.spDoesNotExist, "SAVEPOINT", name)
        }
        return place
    }

    /// `ended` is the transaction that COMMIT or ROLLBACK ended: AND CHAIN begins one like it.
    private func complete(_ completion: TransactionCompletion, after ended: OpenTransaction?) {
        if completion.chain ?? (settings.completionType == 1 && completion.release != true) {
            var begun = ended ?? newTransaction()
            begun.pendingSavepoints.removeAll()
            transaction = .explicit(begun)
            tracker.transaction = true
        } else if completion.release ?? (settings.completionType == 2) {
            wantsToDisconnect = true
        }
    }

    /// SET [scope] TRANSACTION.
    func setTransaction(
        _ scope: VariableScope?, _ isolation: IsolationLevel?, _ access: TransactionAccess?
    ) throws(SQLError) {
        let level = isolation.map { VariableValue.text(SessionSettings.text(of: $0)) }
        let isReadOnly = access.map { VariableValue.boolean($0 == .readOnly) }
        switch scope {
        case nil: try transaction.setNext(isolation, access)
        case .session?:
            if let level { store("transaction_isolation", level) }
            if let isReadOnly { store("transaction_read_only", isReadOnly) }
        default:
            try checkPrivileges([.systemVariablesAdmin])
            if let level { server.globals.store("transaction_isolation", level) }
            if let isReadOnly { server.globals.store("transaction_read_only", isReadOnly) }
        }
    }

    /// Errors 1290 (read_only, super_read_only) and 1792 (READ ONLY transaction).
    func checkWritable() throws(SQLError) {
        let isRefused = server.refusesNewWriters.load(ordering: .relaxed) && storage.captured.isEmpty
        if isRefused || server.isSuperReadOnly.load(ordering: .relaxed) {
            throw SQLError(.optionPreventsStatement, "--super-read-only")
        }
        if server.isReadOnly.load(ordering: .relaxed), !privileges.hasDynamic("CONNECTION_ADMIN") {
            throw SQLError(.optionPreventsStatement, "--read-only")
        }
    }

}
