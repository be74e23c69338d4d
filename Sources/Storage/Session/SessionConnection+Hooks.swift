import CSQLite
import Platform

/// What SQLite calls from inside a step.
extension SessionConnection {
    /// SQLite's steps between two looks at dooms, kills and deadlines.
    private static let stepsBetweenChecks: Int32 = 4096

    func installHooks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_preupdate_hook(
            connection.pointer,
            { context, _, operation, schema, table, _, _ in
                guard let context, let schema, let table else { return }
                let session = Unmanaged<SessionConnection>.fromOpaque(context).takeUnretainedValue()
                // `main`, or `temp`: the session's own tables.
                session.willChange(operation, table, isTemporary: schema[0] != 0x6D)
            }, context)
        sqlite3_commit_hook(
            connection.pointer,
            { context in
                guard let context else { return 1 }
                let session = Unmanaged<SessionConnection>.fromOpaque(context).takeUnretainedValue()
                // The backstop: nothing of a session's ever gets into the file. Temporary tables may commit.
                return sqlite3_txn_state(session.connection.pointer, "main") == SQLITE_TXN_WRITE ? 1 : 0
            }, context)
        sqlite3_rollback_hook(
            connection.pointer,
            { context in
                guard let context else { return }
                let session = Unmanaged<SessionConnection>.fromOpaque(context).takeUnretainedValue()
                // Outside the commit lock a rollback may have trimmed the log's index under the applier. Nothing repairs
                // that but a restart, which rebuilds the index.
                precondition(
                    session.state != .speculative || session.isRollbackGuarded,
                    "SQLite rolled back a speculative transaction by itself (out of memory, or an I/O error)")
            }, context)
        sqlite3_progress_handler(
            connection.pointer, Self.stepsBetweenChecks,
            { context in
                guard let context else { return 1 }
                return Unmanaged<SessionConnection>.fromOpaque(context).takeUnretainedValue().checkProgress()
            }, context)
    }

    func removeHooks() {
        sqlite3_preupdate_hook(connection.pointer, nil, nil)
        sqlite3_commit_hook(connection.pointer, nil, nil)
        sqlite3_rollback_hook(connection.pointer, nil, nil)
        sqlite3_progress_handler(connection.pointer, 0, nil, nil)
    }

    /// Non-zero stops the statement. If it writes, SQLite will then roll the transaction back inside the step, so the
    /// commit lock is taken here and given back when the step is over.
    private func checkProgress() -> Int32 {
        if !isStepping || heldByInterrupt { return 0 }
        if owner.mustStop, let error = owner.verdictError() {
            if error == .interrupted { owner.clearKill() }
            abortError = error
        } else if let statementDeadline, MonotonicTime.now() >= statementDeadline {
            abortError = .interrupted
        } else if let excess = memory.excess {
            abortError = .memory(excess)
        } else {
            return 0
        }
        if stepsWriting { holdForRollback() }
        return 1
    }

    private func holdForRollback() {
        database.commitLock.lockForReading()
        heldByInterrupt = true
        isRollbackGuarded = true
    }

    /// From inside of a step: SQLite is about to fail in a way that it answers with a rollback, of whatever statement.
    func expectRollback(_ error: StorageError) {
        guard isStepping, !heldByInterrupt, state == .speculative else { return }
        if abortError == nil { abortError = error }
        holdForRollback()
    }

    /// The pre-update hook: records the change and locks its rows, waiting if it must. What cannot be is noted in
    /// ``abortError``, which the step throws when it is over.
    private func willChange(_ operation: Int32, _ name: UnsafePointer<CChar>, isTemporary: Bool) {
        switch captureMode {
        case .replaying, .aborting: return
        case .capturing: break
        case .off where isTemporary: return
        case .off:
            abort(.unusable("\(String(cString: name)) was written outside a transaction"))
            return
        }
        guard let table = isTemporary ? temporaryTable(name) : table(name) else {
            abort(.unusable("\(String(cString: name)) is not in the dictionary"))
            return
        }
        do throws(StorageError) {
            try record(operation, table)
        } catch {
            abort(error)
        }
    }

    private func abort(_ error: StorageError) {
        abortError = error
        if captureMode == .capturing { captureMode = .aborting }
    }

    private func table(_ name: UnsafePointer<CChar>) -> Table? {
        if let lastTable, lastTable.isNamed(name) {
            return lastTable
        }
        lastTable = dictionary.table(sqliteName: String(cString: name))
        return lastTable
    }

    private func record(_ operation: Int32, _ table: Table) throws(StorageError) {
        let columns = table.definition.columns.count
        guard sqlite3_preupdate_count(connection.pointer) == table.storedColumnCount else {
            throw .unusable("\(table.schema).\(table.name) has other columns than the dictionary says")
        }
        let images = captured.images
        try images.beginRow(limit: captureMemoryBytes)
        let start = images.count
        guard start < database.transactionLimit else {
            throw .transactionTooLarge(bytes: start, limitBytes: database.transactionLimit)
        }
        if start > memory.transactionBytes + CapturedTransaction.accountedBytes { memory.transactionBytes = start }
        var value: OpaquePointer?
        var before = -1
        var after = -1
        if operation != SQLITE_INSERT {
            before = start
            for column in 0..<columns {
                let status = sqlite3_preupdate_old(connection.pointer, table.storedPlaces[column], &value)
                guard status == SQLITE_OK, let value else { throw connection.error(status) }
                if table.hasOlderRows, value == SQLiteLibrary.absentValue,
                    let older = table.definition.columns[column].olderRowsValue
                {
                    images.append(older)
                    continue
                }
                images.append(ValueView(value))
            }
        }
        if operation != SQLITE_DELETE {
            after = images.count
            for column in 0..<columns {
                let status = sqlite3_preupdate_new(connection.pointer, table.storedPlaces[column], &value)
                guard status == SQLITE_OK, let value else { throw connection.error(status) }
                images.append(ValueView(value))
            }
        }
        let isUnchanged =
            operation == SQLITE_UPDATE && after - before == images.count - after
            && images.areEqual(before..<after, after..<images.count)
        let writesBefore = captured.writes.count
        if !table.definition.isTemporary { try lockKeys(of: table, before: before, after: after) }
        if isUnchanged {
            // As in MySQL: the row is locked, nothing is logged.
            captured.truncate(
                to: CapturedTransaction.Mark(changes: captured.count, bytes: start, writes: writesBefore))
            return
        }
        let kind: CapturedTransaction.RowChange.Kind =
            operation == SQLITE_INSERT ? .insert : operation == SQLITE_DELETE ? .delete : .update
        guard images.count <= captureBytes else { throw .captureFull }
        captured.add(kind, of: table, before: before, after: after)
        do throws(MemoryAccount.Excess) { try captured.charge() } catch { throw .memory(error) }
        owner.weight.store(captured.count, ordering: .relaxed)
    }

    /// Locks the items of both images and adds them to the write set. A unique key that an update leaves alone needs
    /// none: whoever changes the same row meets it by its identifying key.
    private func lockKeys(of table: Table, before: Int, after: Int) throws(StorageError) {
        let images = captured.images
        let sortKey = database.configuration.sortKey
        for (place, key) in table.keys.enumerated() {
            let old =
                before < 0
                ? nil : key.hash(scratch: &hashScratch, sortKey: sortKey) { images.value(before, $0) }
            let new =
                after < 0 ? nil : key.hash(scratch: &hashScratch, sortKey: sortKey) { images.value(after, $0) }
            if old == new {
                guard let old, place == table.identifyingKey || key.parts.isEmpty else { continue }
                try lockAndWrite(old)
                continue
            }
            if let old { try lockAndWrite(old) }
            if let new { try lockAndWrite(new) }
        }
        for parent in table.parents {
            // Only a new reference needs its parent to stay; the old one is not held by this row any more.
            let new =
                after < 0 ? nil : parent.key.hash(scratch: &hashScratch, sortKey: sortKey) { images.value(after, $0) }
            let old =
                before < 0
                ? nil : parent.key.hash(scratch: &hashScratch, sortKey: sortKey) { images.value(before, $0) }
            if let new, new != old { try lockAndWrite(new) }
        }
    }

    private func lockAndWrite(_ hash: UInt64) throws(StorageError) {
        try lockRow(hash, .exclusive, wait: .atMost(lockWaitTimeout))
        captured.addWrite(hash)
    }
}
