import BinaryLog
import GroupCommunication
import GroupReplication
import MySQLParser
import MySQLProtocol
import Platform
import Storage

extension Session {
    /// Before a statement that reads tables: inside a transaction they are all read in one snapshot.
    func prepareToRead() throws {
        if !settings.autocommit && !transaction.isOpen { openTransaction(isExplicit: false) }
        try beginLockedRead()
        guard transaction.isOpen else { return }
        if !storage.isInTransaction {
            if transaction.isReadOnly && transaction.isolation != .readCommitted
                && transaction.isolation != .readUncommitted
            {
                try storage.beginReading()
            } else if !transaction.isReadOnly {
                try beginSpeculation()
            }
        } else if transaction.isolation == .readCommitted || transaction.isolation == .readUncommitted,
            storage.isSnapshotStale
        {
            try storage.renewSnapshot()
        }
    }

    /// Before a statement that changes rows.
    func prepareToWrite() throws {
        if !settings.autocommit && !transaction.isOpen { openTransaction(isExplicit: false) }
        guard transaction.isOpen, !storage.isInTransaction else {
            if transaction.isOpen, transaction.isolation == .readCommitted || transaction.isolation == .readUncommitted,
                storage.isSnapshotStale
            {
                try storage.renewSnapshot()
            }
            return
        }
        try beginSpeculation()
    }

    private func beginSpeculation() throws {
        try storage.begin(singleStatement: false)
        for name in transaction.pendingSavepoints { try storage.setSavepoint(name) }
        transaction.pendingSavepoints.removeAll()
    }

    func openTransaction(isExplicit: Bool) {
        transaction.isOpen = true
        transaction.isExplicit = isExplicit
        transaction.isolation = transaction.nextIsolation ?? settings.isolation
        transaction.isReadOnly = transaction.nextReadOnly ?? settings.isReadOnly
        transaction.nextIsolation = nil
        transaction.nextReadOnly = nil
    }

    /// Forgets the transaction; storage's part has ended.
    func closeTransaction() {
        transaction.isOpen = false
        transaction.isExplicit = false
        transaction.isReadOnly = false
        transaction.pendingSavepoints.removeAll()
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
            storage.endTransaction()
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
        storage.endTransaction()
        closeTransaction()
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
            openTransaction(isExplicit: true)
            if let access = characteristics.access { transaction.isReadOnly = access == .readOnly }
            if transaction.isReadOnly == false, characteristics.access == .readWrite { try checkWritable() }
            if characteristics.withConsistentSnapshot { try prepareToRead() }
        case .commit(let completion):
            try commitTransaction()
            complete(completion)
        case .rollback(let completion):
            rollbackTransaction()
            complete(completion)
        case .savepoint(let name):
            if !settings.autocommit && !transaction.isOpen { openTransaction(isExplicit: false) }
            if transaction.isOpen {
                if storage.isSpeculative {
                    try storage.setSavepoint(name.lowercased())
                } else {
                    transaction.pendingSavepoints.removeAll { $0 == name.lowercased() }
                    transaction.pendingSavepoints.append(name.lowercased())
                }
            }
        case .rollbackTo(let name):
            guard transaction.isOpen else { throw SQLError(.spDoesNotExist, "SAVEPOINT", name) }
            if storage.isSpeculative {
                try storage.rollback(toSavepoint: name.lowercased())
            } else if let place = transaction.pendingSavepoints.firstIndex(of: name.lowercased()) {
                transaction.pendingSavepoints.removeSubrange((place + 1)...)
            } else {
                throw SQLError(.spDoesNotExist, "SAVEPOINT", name)
            }
        case .releaseSavepoint(let name):
            guard transaction.isOpen else { throw SQLError(.spDoesNotExist, "SAVEPOINT", name) }
            if storage.isSpeculative {
                try storage.release(savepoint: name.lowercased())
            } else if let place = transaction.pendingSavepoints.firstIndex(of: name.lowercased()) {
                transaction.pendingSavepoints.removeSubrange(place...)
            } else {
                throw SQLError(.spDoesNotExist, "SAVEPOINT", name)
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

    private func complete(_ completion: TransactionCompletion) {
        if completion.chain ?? (settings.completionType == 1 && completion.release != true) {
            let (isolation, isReadOnly) = (transaction.isolation, transaction.isReadOnly)
            openTransaction(isExplicit: true)
            transaction.isolation = isolation
            transaction.isReadOnly = isReadOnly
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
        case nil:
            guard !transaction.isExplicit else { throw SQLError(.cantChangeTxCharacteristics) }
            if let isolation { transaction.nextIsolation = isolation }
            if let access { transaction.nextReadOnly = access == .readOnly }
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
