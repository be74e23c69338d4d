import GroupCommunication
import MySQLProtocol
import Platform

/// `group_replication_consistency`: what transactions wait for before they begin, and commits before they are answered.
extension TransactionManager {
    /// A session whose transaction is applied here waits for the other members.
    struct AfterCommit {
        var wait: CommitWait
        var result: CommittedTransaction
        var since: MonotonicTime
    }

    /// How often a session that is held looks whether it was killed.
    private static let slice: Duration = .milliseconds(100)

    // MARK: For sessions

    /// Whether a transaction at `level` may have to wait before it begins. Cheap: asked at each begin.
    public func mayHoldBegin(at level: ConsistencyLevel) -> Bool { level != .eventual }

    /// Whether an answer may have to wait until all have applied what it shows. Cheap: asked for each.
    public var awaitsOthersForAnswers: Bool { holdsAnswers.load(ordering: .relaxed) }

    /// Waits as the consistency level demands before a transaction begins, `timeout` (`wait_timeout`) at most. Holds no
    /// lock of the caller's that others could wait for: to be called before a snapshot is taken or a row locked. Errors:
    /// 3796 when the level cannot be used on a member that is not ONLINE; 3781, 3782, 3783 while a new primary applies its
    /// backlog; 3797 when waiting for BEFORE is in vain.
    public func waitBeforeBegin(
        _ level: ConsistencyLevel, timeout: Duration, waiter: CommitWaiter
    ) throws(SQLError) {
        let (isGroup, isOpen) = lock.withLock {
            if case .open = gate { (self.isGroup, true) } else { (self.isGroup, false) }
        }
        guard isGroup else { return }
        let deadline = MonotonicTime.now() + timeout
        if level >= .before {
            guard isOpen, order.withCore({ $0.own?.status == .online }) else {
                throw SQLError(.grpTrxConsistencyNotAllowed)
            }
        }
        if level != .eventual { try waitForBacklog(until: deadline, waiter) }
        if level.waitsBefore { try waitForPreceding(until: deadline, waiter) }
    }

    private func waitForBacklog(until deadline: MonotonicTime, _ waiter: CommitWaiter) throws(SQLError) {
        lock.lock()
        defer { lock.unlock() }
        while holds.isNewPrimary {
            if waiter.wasInterrupted { throw SQLError(.grHoldKilled) }
            let now = MonotonicTime.now()
            if now >= deadline { throw SQLError(.grHoldWaitTimeout) }
            _ = holdChanged.wait(lock, until: min(deadline, now + TransactionManager.slice))
            if gate.refusal != nil { throw SQLError(.grHoldMemberStatusError) }
        }
    }

    /// A mark in the order: what was ordered before it is to be applied here.
    private func waitForPreceding(until deadline: MonotonicTime, _ waiter: CommitWaiter) throws(SQLError) {
        let started = MonotonicTime.now()
        let ticket = try register(waiter)
        communication.submit(GroupMessage.mark(origin: order.ownIdentity, ticket: ticket).encoded)
        let outcome = waiter.wait(until: deadline)
        if outcome == nil { forget(ticket) }
        guard case .reached(let position) = outcome,
            waitUntilApplied(position, until: deadline, waiter: waiter)
        else { throw SQLError(.grpTrxConsistencyBefore) }
        lock.withLock {
            consistency.beforeBeginCount += 1
            consistency.beforeBeginMicroseconds += TransactionManager.microseconds(since: started)
        }
    }

    /// Before an answer is shown that read these tables (nil: any) at that position (nil: the newest): what was written there
    /// with AFTER is to be applied by all ONLINE members. Whoever reads something else, or changes rows, is not held. Error 3798.
    public func waitForOthers(
        reading tables: [TouchedTable]?, at position: LogPosition?, timeout: Duration, waiter: CommitWaiter
    ) throws(SQLError) {
        let deadline = MonotonicTime.now() + timeout
        lock.lock()
        defer { lock.unlock() }
        guard let target = holds.target(ofReading: tables, at: position ?? LogPosition(rawValue: .max)) else { return }
        let started = MonotonicTime.now()
        // Leaving the group resets what holds: the member's own data may be read then.
        while holds.awaitsOthers && !holds.isReleased(target) {
            let now = MonotonicTime.now()
            if waiter.wasInterrupted || now >= deadline { throw SQLError(.grpTrxConsistencyAfterOnTrxBegin) }
            _ = holdChanged.wait(lock, until: min(deadline, now + TransactionManager.slice))
        }
        consistency.afterSyncCount += 1
        consistency.afterSyncMicroseconds += TransactionManager.microseconds(since: started)
    }

    private static func microseconds(since start: MonotonicTime) -> UInt64 {
        UInt64(max(0, (MonotonicTime.now() - start).inNanoseconds / 1000))
    }

    // MARK: For the communication, applier and roles threads

    /// With the lock held: tells those who ask without it, and wakes those who wait.
    func noteHolds() {
        holdsAnswers.store(holds.awaitsOthers, ordering: .relaxed)
        holdChanged.broadcast()
    }

    /// This member was elected (true); its backlog is applied and it accepts writes, or it is no longer primary (false).
    func setIsNewPrimary(_ isNew: Bool) {
        lock.withLock {
            guard holds.isNewPrimary != isNew else { return }
            holds.isNewPrimary = isNew
            noteHolds()
        }
    }

    /// A transaction with consistency AFTER passed certification: nobody shows it before all have applied it.
    func certifiedAfter(_ position: LogPosition, _ tables: TouchedTables) {
        lock.withLock {
            holds.certifiedAfter(position, tables)
            noteHolds()
        }
    }

    /// Transactions with consistency AFTER are applied here; their sessions wait for the others.
    func holdUntilAppliedEverywhere(_ items: [(CommitWait?, CommittedTransaction)]) {
        let now = MonotonicTime.now()
        lock.withLock {
            for case (let wait?, let result) in items {
                afterCommits.append(AfterCommit(wait: wait, result: result, since: now))
            }
        }
    }

    /// All ONLINE members have applied everything up to that position: commits with AFTER up to there are answered, and
    /// who was held begins. Nil: this member leaves, nobody waits any more.
    func releaseAfterCommits(upTo position: LogPosition?) {
        let released = lock.withLock {
            let limit = position ?? LogPosition(rawValue: .max)
            let released = afterCommits.filter { $0.result.position <= limit }
            afterCommits.removeAll { $0.result.position <= limit }
            for commit in released {
                consistency.afterTerminationCount += 1
                consistency.afterTerminationMicroseconds += TransactionManager.microseconds(since: commit.since)
            }
            if let position, holds.awaitsOthers {
                holds.applied(byAllUpTo: position)
                noteHolds()
            }
            return released
        }
        for commit in released { commit.wait.finish(.committed(commit.result)) }
    }

    /// Commits that wait for other members.
    var afterCommitCount: Int { lock.withLock { afterCommits.count } }

    /// Whether ``releaseAfterCommits(upTo:)`` would have something to do.
    var awaitsOthers: Bool { lock.withLock { !afterCommits.isEmpty || holds.awaitsOthers } }
}
