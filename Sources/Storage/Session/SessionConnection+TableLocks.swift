import Platform

/// Metadata locks and the global read lock of a session: LOCK TABLES, FLUSH TABLES WITH READ LOCK, and who meets them.
extension SessionConnection {
    /// Takes the metadata lock of a table (or view): ``MetadataLockMode/write`` for a statement that changes it,
    /// ``MetadataLockMode/exclusive`` for a DDL. Held until the transaction ends, or until ``releaseTableLocks()``.
    /// Returns whether it had to wait.
    @discardableResult
    public func lockMetadata(
        _ schemaObject: UInt64, _ mode: MetadataLockMode, _ duration: MetadataLockDuration = .transaction
    ) throws(StorageError) -> Bool {
        var outcome = database.metadataLocks.acquire(schemaObject, mode, duration, for: owner, wait: .never)
        let mustWait = outcome == .busy
        if mustWait {
            // A row lock in all but name.
            let isRowLike =
                duration == .transaction
                && (mode == .readOnly
                    || mode == .write && database.metadataLocks.isBlockedByReaders(schemaObject, mode, for: owner))
            outcome = database.metadataLocks.acquire(
                schemaObject, mode, duration, for: owner,
                wait: withinDeadline(
                    .atMost(isRowLike ? min(lockWaitTimeout, metadataLockWaitTimeout) : metadataLockWaitTimeout)))
            if outcome == .timedOut, hasPassedDeadline { throw .interrupted }
        }
        switch outcome {
        case .alreadyHeld: break
        case .granted:
            if duration == .explicit {
                tableLocksHeld.append(schemaObject)
            } else {
                metadataLocksHeld.append(schemaObject)
                if mode == .write { unconfirmedDefinitions.append(schemaObject) }
            }
        default: throw refusal(outcome)
        }
        return mustWait
    }

    /// Makes sure that the snapshot has the newest definitions of the tables that were locked for a change, as a row lock
    /// does for its row. Throws ``StorageError/snapshotTooOld``.
    public func confirmDefinitions() throws(StorageError) {
        for object in unconfirmedDefinitions {
            guard let newer = newerVersion?(object, snapshot) else { continue }
            awaitedPosition = max(awaitedPosition, newer)
            throw .snapshotTooOld
        }
        unconfirmedDefinitions.removeAll(keepingCapacity: true)
    }

    /// Gives the locks of LOCK TABLES back.
    public func releaseTableLocks() {
        for object in tableLocksHeld { database.metadataLocks.release(object, .explicit, of: owner) }
        tableLocksHeld.removeAll()
    }

    /// Waits while another session holds FLUSH TABLES WITH READ LOCK.
    public func waitToWrite() throws(StorageError) {
        let outcome = database.globalReadLock.waitToWrite(owner, until: .now() + metadataLockWaitTimeout)
        if outcome != .granted { throw refusal(outcome) }
    }

    /// Runs `body`, which commits something, when no other session holds FLUSH TABLES WITH READ LOCK.
    public func committing<Result>(_ body: () throws -> Result) throws -> Result {
        let outcome = database.globalReadLock.beginCommit(owner, until: .now() + metadataLockWaitTimeout)
        if outcome != .granted { throw refusal(outcome) }
        defer { database.globalReadLock.endCommit() }
        return try body()
    }

    /// FLUSH TABLES WITH READ LOCK.
    public func lockGlobally() throws(StorageError) {
        let outcome = database.globalReadLock.acquire(owner, until: .now() + metadataLockWaitTimeout)
        if outcome != .granted && outcome != .alreadyHeld { throw refusal(outcome) }
    }

    public func unlockGlobally() {
        database.globalReadLock.release(owner)
    }

    /// Whether the running statement or transaction holds metadata locks.
    public var holdsMetadataLocks: Bool { !metadataLocksHeld.isEmpty }

    public var holdsGlobalReadLock: Bool { database.globalReadLock.isHeld(by: owner) }

    private func refusal(_ outcome: LockOutcome) -> StorageError {
        outcome == .stopped ? stopped() ?? .deadlock : .metadataLockWaitTimeout
    }
}
