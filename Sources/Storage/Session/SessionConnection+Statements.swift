import CSQLite
import Platform

/// Statements and savepoints inside a speculative transaction, and its move onto a newer snapshot.
extension SessionConnection {
    /// A statement that changes rows starts. Throws at once when the transaction is doomed or the session killed.
    public func beginStatement() throws(StorageError) {
        if let error = stopped() { throw error }
        try begin(singleStatement: true)
        captured.statement += 1
        statementMark = captured.mark
        if !isSingleStatement {
            try connection.run("SAVEPOINT statement")
            hasStatementSavepoint = true
        }
    }

    /// The statement succeeded.
    public func endStatement() throws(StorageError) {
        if hasStatementSavepoint {
            hasStatementSavepoint = false
            try connection.run("RELEASE statement")
        }
        statementMark = nil
    }

    /// Undoes the running statement: its changes go, its locks stay (as InnoDB's do). The transaction goes on, except
    /// when it consists of that statement alone.
    public func rollbackStatement() throws(StorageError) {
        guard let mark = statementMark else { return }
        statementMark = nil
        captured.truncate(to: mark)
        let hadSavepoint = hasStatementSavepoint
        hasStatementSavepoint = false
        if isSingleStatement {
            rollBackSpeculation()
            state = .idle
            slot.position = .max
        } else if sqlite3_get_autocommit(connection.pointer) != 0 {
            // SQLite had to roll back everything; make it again what it was before the statement.
            try rebuild()
        } else if hadSavepoint {
            captureMode = .off
            try connection.run("ROLLBACK TO statement")
            try connection.run("RELEASE statement")
            // A read transaction changes temporary tables only, and captures nothing.
            captureMode = state == .speculative ? .capturing : .off
        }
    }

    /// Undoes the running statement, waits for the lock that it met, and moves the transaction onto the newest snapshot (at
    /// least the one that holds the version that made the present one too old), with its own changes made again. The
    /// statement may then run again: bound anew when this throws ``StorageError/definitionChanged``.
    public func renewSnapshot() throws(StorageError) {
        guard state == .speculative else { return }
        let bound = dictionary.version
        if let mark = statementMark {
            captured.truncate(to: mark)
            statementMark = nil
            hasStatementSavepoint = false
        }
        // The old snapshot is given up before the wait: nobody needs its rows kept.
        rollBackSpeculation()
        slot.position = .max
        do throws(StorageError) {
            if let lock = awaitedLock {
                awaitedLock = nil
                try acquire(lock.hash, lock.mode, wait: .atMost(lockWaitTimeout))
                if let newer = newerVersion?(lock.hash, snapshot) { awaitedPosition = max(awaitedPosition, newer) }
            }
            let deadline = MonotonicTime.now() + lockWaitTimeout
            if !database.waitUntilApplied(awaitedPosition, until: deadline, for: owner) {
                throw stopped() ?? .lockWaitTimeout
            }
        } catch {
            // The statement alone fails; the transaction goes on.
            if error == .interrupted || error == .lockWaitTimeout { try rebuild() }
            throw error
        }
        try rebuild()
        if dictionary.version != bound { throw .definitionChanged }
    }

    /// Whether transactions were applied since the snapshot was taken.
    public var isSnapshotStale: Bool { state == .speculative && database.appliedPosition != snapshot }

    /// Begins anew and makes the captured changes again. Their rows are locked, so nothing moved under them, except what
    /// a transaction of another member did, whose certification has doomed this one.
    func rebuild() throws(StorageError) {
        rollBackSpeculation()
        try beginSpeculatively()
        try recreateTemporaryTables()
        guard !captured.isEmpty || !savepoints.isEmpty else { return }
        guard captured.rebind(to: dictionary) else { throw .doomed }
        captureMode = .replaying
        defer { if captureMode == .replaying { captureMode = .capturing } }
        let hasForeignKeys = captured.tables.contains {
            !$0.definition.foreignKeys.isEmpty || !dictionary.children(of: $0).isEmpty
        }
        // Cascades were captured as changes of their own.
        if hasForeignKeys { _ = grouplite_sqlite_db_config_flag(connection.pointer, SQLITE_DBCONFIG_ENABLE_FKEY, 0) }
        defer {
            if hasForeignKeys {
                _ = grouplite_sqlite_db_config_flag(connection.pointer, SQLITE_DBCONFIG_ENABLE_FKEY, 1)
            }
        }
        var nextSavepoint = 0
        for place in 0...captured.changes.count {
            while nextSavepoint < savepoints.count, savepoints[nextSavepoint].mark.changes <= place {
                try connection.run("SAVEPOINT \(Self.savepointName(nextSavepoint))")
                nextSavepoint += 1
            }
            if place < captured.changes.count { try replay(at: place) }
        }
        if let error = owner.verdictError(), error != .interrupted { throw error }
    }

    func replay(at place: Int) throws(StorageError) {
        let change = captured.changes[place]
        let images = try captured.row(at: place)
        let table = captured.tables[Int(change.table)]
        let statements = RowStatements(table)
        let sql =
            switch change.kind {
            case .insert: statements.insert
            case .update: statements.update
            case .delete: statements.delete
            }
        let statement = try connection.prepare(sql)
        defer { connection.release(statement) }
        var parameter = 1
        if change.after >= 0 {
            var offset = change.after
            for _ in table.definition.columns {
                let value = images.read(&offset)
                statement.bind(parameter, view: value)
                parameter += 1
            }
        }
        if change.before >= 0 {
            for column in statements.identifyingColumns {
                statement.bind(parameter, view: images.value(change.before, column))
                parameter += 1
            }
        }
        do throws(StorageError) {
            _ = try connection.step(statement)
        } catch {
            // Only a change from elsewhere, certified before this transaction, can be in the way.
            throw .doomed
        }
        guard connection.changes == 1 else { throw .doomed }
    }

    // MARK: Savepoints

    static func savepointName(_ place: Int) -> String { "s\(place)" }

    /// SAVEPOINT: an earlier one of the same name is forgotten.
    public func setSavepoint(_ name: String) throws(StorageError) {
        guard state == .speculative else { return }
        if let place = savepoints.firstIndex(where: { $0.name == name }) {
            // SQLite releases in order only, so the one below stays open, under a name that nothing refers to.
            savepoints[place].name = ""
        }
        try connection.run("SAVEPOINT \(Self.savepointName(savepoints.count))")
        savepoints.append(Savepoint(name: name, mark: captured.mark))
    }

    /// ROLLBACK TO SAVEPOINT: later savepoints are forgotten, locks stay.
    public func rollback(toSavepoint name: String) throws(StorageError) {
        guard let place = savepoints.lastIndex(where: { $0.name == name && !name.isEmpty }) else {
            throw .noSuchSavepoint(name)
        }
        captureMode = .off
        defer { captureMode = .capturing }
        try connection.run("ROLLBACK TO \(Self.savepointName(place))")
        try recreateTemporaryTables()
        savepoints.removeLast(savepoints.count - place - 1)
        captured.truncate(to: savepoints[place].mark)
    }

    /// RELEASE SAVEPOINT: it and later ones are forgotten, changes stay.
    public func release(savepoint name: String) throws(StorageError) {
        guard let place = savepoints.lastIndex(where: { $0.name == name && !name.isEmpty }) else {
            throw .noSuchSavepoint(name)
        }
        try connection.run("RELEASE \(Self.savepointName(place))")
        savepoints.removeLast(savepoints.count - place)
    }
}
