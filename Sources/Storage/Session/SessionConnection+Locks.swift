import Platform

/// Row locks and metadata locks of a session's transaction. They are held until ``endTransaction()``.
extension SessionConnection {
    /// Locks a row by its hash; then makes sure that the snapshot has its newest version.
    func lockRow(_ hash: UInt64, _ mode: LockMode, wait: LockWait) throws(StorageError) {
        if case .atMost = wait, restartsAfterLockWait {
            switch database.rowLocks.acquire(hash, mode, for: owner, wait: .never) {
            case .alreadyHeld: return
            case .granted: hold(hash)
            case .busy, .timedOut, .stopped:
                awaitedLock = (hash, mode)
                throw .snapshotTooOld
            }
        } else if try !acquire(hash, mode, wait: wait) {
            return
        }
        if let newer = newerVersion?(hash, snapshot) {
            awaitedPosition = max(awaitedPosition, newer)
            throw .snapshotTooOld
        }
    }

    /// What a row lock takes, here and in the table of locks, about.
    private static let bytesPerLock = 96

    private func hold(_ hash: UInt64) {
        rowLocksHeld.append(hash)
        memory.add(Self.bytesPerLock)
    }

    /// Waits for a row lock. Returns false when it was held already.
    @discardableResult
    func acquire(_ hash: UInt64, _ mode: LockMode, wait: LockWait) throws(StorageError) -> Bool {
        switch database.rowLocks.acquire(hash, mode, for: owner, wait: withinDeadline(wait)) {
        case .alreadyHeld: return false
        case .granted:
            hold(hash)
            return true
        case .busy: throw .lockNotAvailable
        case .timedOut: throw hasPassedDeadline ? .interrupted : .lockWaitTimeout
        case .stopped: throw stopped() ?? .deadlock
        }
    }

    /// No wait is longer than what `max_execution_time` leaves.
    func withinDeadline(_ wait: LockWait) -> LockWait {
        guard let deadline = statementDeadline, case .atMost(let duration) = wait else { return wait }
        return .atMost(min(duration, max(.zero, deadline - .now())))
    }

    /// `max_execution_time` is over.
    var hasPassedDeadline: Bool { statementDeadline.map { $0 <= .now() } ?? false }

    /// Why the session must stop, if it must; a kill is thereby answered.
    func stopped() -> StorageError? {
        let error = owner.verdictError()
        if error == .interrupted { owner.clearKill() }
        return error
    }

    /// Locks one row for SELECT ... FOR UPDATE or FOR SHARE: its identifying key's values are columns of the statement's
    /// current row, from `firstColumn` on, in the key's order. Throws ``StorageError/snapshotTooOld`` when the row is
    /// newer than the snapshot: ``renewSnapshot()`` and run the statement again. `wait` is ``LockWait/never`` for NOWAIT
    /// (``StorageError/lockNotAvailable``) and SKIP LOCKED (the same, to be taken as leave to skip the row).
    public func lockRow(
        of table: Table, in statement: Statement, firstColumn: Int, _ mode: LockMode, wait: LockWait? = nil
    ) throws(StorageError) {
        guard state == .speculative, let place = table.identifyingKey else { return }
        let key = table.keys[place]
        let hash = key.hash(scratch: &hashScratch, sortKey: database.configuration.sortKey) { column in
            let part = key.parts.firstIndex { $0.column == column } ?? 0
            return ValueView(statement, firstColumn + part)
        }
        if let hash { try lockRow(hash, mode, wait: wait ?? .atMost(lockWaitTimeout)) }
    }

    /// Gives back what the transaction holds; what LOCK TABLES took stays.
    func releaseLocks() {
        for hash in rowLocksHeld { database.rowLocks.release(hash, of: owner) }
        memory.add(-Self.bytesPerLock * rowLocksHeld.count)
        for hash in metadataLocksHeld { database.metadataLocks.release(hash, of: owner) }
        rowLocksHeld.removeAll(keepingCapacity: rowLocksHeld.capacity < 4096)
        metadataLocksHeld.removeAll(keepingCapacity: true)
        unconfirmedDefinitions.removeAll(keepingCapacity: true)
    }
}
