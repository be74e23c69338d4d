import BinaryLog
import DequeModule
import GroupCommunication
import MySQLProtocol
import Platform

/// The applier: one thread that takes every certified transaction that waits, applies and commits them together in the
/// store, with the binary log written just before the commit, and wakes the sessions.
///
/// Filled on the communication thread, which never blocks here. While a member recovers, the applier is *held*: it goes on
/// gathering, and the recovery thread applies the donor's log itself.
///
/// Safe: the queue and what follows are guarded by `lock`; the last part is the applier thread's own.
final class Applier: @unchecked Sendable {
    /// How long other members' transactions gather before they are applied while nobody here waits for them: one SQLite
    /// transaction and one write for all of them (measured: half of a secondary's work at 1,500 commits a second).
    static let gatheringTime = Duration.milliseconds(5)
    /// Enough gathered: applied without waiting for more.
    static let gatheredTransactions = 512
    static let gatheredBytes = 1 << 20
    /// After a batch of so many bytes freed memory goes back to the system.
    static let trimmedBytes = 16 << 20
    static let maximumBatchTransactions = 2_000
    static let maximumBatchBytes = 32 << 20

    private let store: any TransactionStore
    private let log: any TransactionLog
    let hooks: Hooks
    let lock = Lock()
    /// Signalled when the thread sleeps and there is something to do.
    private let wakeUp = Condition()
    /// Broadcast when the applied position moves and somebody waits for it.
    private let advanced = Condition()
    private var queue = Deque<Item>()
    private var queuedBytes = 0
    /// Of these, the bytes in memory: above the limit, what comes waits on disk.
    private var bytesInMemory = 0
    private let memoryLimit: Int
    private let spillFile: SpillFile
    private var isSleeping = false
    /// The thread lets transactions gather.
    private var isGathering = false
    /// Somebody waits for something that is queued.
    private var isUrgent = false
    private var positionWaiters = 0
    private var isHeld = false
    /// FLUSH TABLES WITH READ LOCK: how many sessions hold it. Nothing is applied meanwhile.
    private var freezes = 0
    /// STOP REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'.
    private var isPaused = false
    private(set) var isStopping = false
    private(set) var hasFailed = false
    private var isBusy = false
    private(set) var applied: LogPosition
    /// Of the history up to there; 0: not known.
    private var appliedHash: UInt64 = 0
    private var lineage: UInt64
    private var thread: Thread?
    /// Up to here the store already holds what is delivered again after a crash.
    private var storedPosition = LogPosition.zero
    private(set) var refusedBefore: Set<LogPosition> = []
    private var loggedBefore: GTIDSet?
    /// What the group has turned down, applied here or not yet: few ever.
    var turnedDown: Set<LogPosition> = []
    /// Of these, the ones in the batch under way. The applier's thread's own.
    var leftOut: Set<LogPosition> = []
    /// The hash of the history that the store holds: what is delivered again up to there must come to the same.
    var storedHash: UInt64?
    private var counters = Counters()

    /// `spillDirectory`: where bodies wait that exceed `memoryLimit` bytes, as they do while a recovery holds the applier.
    init(
        store: any TransactionStore, log: any TransactionLog, lineage: UInt64, applied: LogPosition, hooks: Hooks,
        spillDirectory: String, memoryLimit: Int
    ) {
        spillFile = SpillFile(directory: spillDirectory)
        self.memoryLimit = memoryLimit
        self.store = store
        self.log = log
        self.lineage = lineage
        self.applied = applied
        self.hooks = hooks
    }

    /// Starts the thread. False when the system has none left.
    func start() -> Bool {
        thread = Thread.start(name: "gr-applier") { [self] in run() }
        return thread != nil
    }

    /// Ends the thread after what it is doing; what waits stays undone (the group's log has it).
    func stop() {
        lock.withLock {
            isStopping = true
            wakeUp.signal()
            advanced.broadcast()
        }
        // A statement that takes long is done again after the next start.
        store.interruptStatement()
        thread?.join()
        thread = nil
        let left = lock.withLock { dropQueue() }
        for wait in left { wait.finish(.failed(SQLError(.runHookError, "before_commit"))) }
    }

    /// Tells where a restarted member's store and log stand: what they hold is not done again. `hash`: of the history up to
    /// `storedPosition`; nil when nothing before that position will be delivered again.
    func resume(storedPosition: LogPosition, refused: [LogPosition], logged: GTIDSet, hash: UInt64? = nil) {
        lock.withLock {
            self.storedPosition = storedPosition
            refusedBefore = Set(refused)
            loggedBefore = logged
            storedHash = hash
        }
    }

    /// Positions count in another log from now on. Only while nothing is queued or under way. An applier that failed is
    /// started anew.
    func reset(lineage: UInt64, applied: LogPosition) {
        if lock.withLock({ hasFailed }) {
            thread?.join()
            lock.withLock { hasFailed = false }
            if !start() { lock.withLock { hasFailed = true } }
        }
        lock.withLock {
            self.lineage = lineage
            self.applied = applied
            appliedHash = 0
            storedPosition = .zero
            refusedBefore = []
            loggedBefore = nil
            turnedDown = []
            storedHash = nil
            advanced.broadcast()
        }
    }

    /// Queues items, in order. Communication thread; one lock and at most one wake-up however many there are.
    func enqueue(_ items: [Item]) {
        lock.lock()
        guard !hasFailed else {
            lock.unlock()
            for wait in items.compactMap(\.wait) { wait.finish(.failed(SQLError(.runHookError, "before_commit"))) }
            return
        }
        for var item in items {
            let bytes = item.byteCount
            if bytes > 0 && bytesInMemory + bytes > memoryLimit { item.spill(into: spillFile) }
            queue.append(item)
            queuedBytes += bytes
            if item.spilled == nil { bytesInMemory += bytes }
            if item.wait != nil || item.waitsForAll { isUrgent = true }
            if case .transaction(let transaction) = item.work {
                if transaction.message.kind == .statement { isUrgent = true }
            } else {
                isUrgent = true
            }
        }
        let wakes = (isSleeping && mayTake) || (isGathering && !gathersMore)
        lock.unlock()
        if wakes { wakeUp.signal() }
    }

    /// Whether what is queued may wait for more. Under the lock.
    private var gathersMore: Bool {
        !isUrgent && positionWaiters == 0 && queue.count < Applier.gatheredTransactions
            && queuedBytes < Applier.gatheredBytes && !isStopping && mayTake
    }

    /// Somebody waits until what is queued is applied. Any thread; never blocks for long.
    func hurry() {
        lock.withLock {
            isUrgent = true
            if isGathering { wakeUp.signal() }
        }
    }

    /// While held, nothing is taken from the queue.
    func setHeld(_ held: Bool) {
        lock.withLock {
            isHeld = held
            if !held || isGathering { wakeUp.signal() }
            if !held && positionWaiters > 0 { advanced.broadcast() }
        }
    }

    /// Stands still from the end of what is under way; while a recovery applies, after it. Counted: each call that
    /// succeeds needs its ``thaw()``. False at the deadline, when interrupted (checked a few
    /// times a second), and when the applier stops.
    func freeze(until deadline: MonotonicTime, interrupted: () -> Bool) -> Bool {
        lock.withLock {
            freezes += 1
            positionWaiters += 1
            defer { positionWaiters -= 1 }
            while isBusy || isHeld {
                let now = MonotonicTime.now()
                if isStopping || hasFailed || now >= deadline || interrupted() {
                    freezes -= 1
                    wakeUp.signal()
                    return false
                }
                _ = advanced.wait(lock, until: min(deadline, now + .milliseconds(200)))
            }
            return true
        }
    }

    func thaw() {
        lock.withLock {
            freezes -= 1
            wakeUp.signal()
        }
    }

    /// As an operator wants: while paused, nothing is taken from the queue, what is under way is finished. Independent of
    /// ``setHeld(_:)``.
    func setPaused(_ paused: Bool) {
        lock.withLock {
            isPaused = paused
            if !paused { wakeUp.signal() }
        }
    }

    /// Whether an operator stopped it.
    var isPausedByOperator: Bool { lock.withLock { isPaused } }

    /// Whether a recovery holds it.
    var isHeldBack: Bool { lock.withLock { isHeld } }

    /// Drops what is queued: the member left its group, which has decided these transactions and may have them.
    func discardQueue() {
        let waits = lock.withLock {
            defer { advanced.broadcast() }
            return dropQueue()
        }
        for wait in waits { wait.finish(.unknown) }
    }

    /// Waits until the batch under way, if there is one, is done; however long that takes: nobody else may use the store.
    func finishBatch() {
        lock.withLock {
            positionWaiters += 1
            defer { positionWaiters -= 1 }
            while isBusy && !hasFailed && !isStopping {
                _ = advanced.wait(lock, until: .now() + .milliseconds(200))
            }
        }
    }

    /// Waits until nothing is queued or under way. False when the applier failed, is held or stops, or at the deadline.
    func waitUntilIdle(until deadline: MonotonicTime) -> Bool {
        lock.withLock {
            positionWaiters += 1
            if isGathering { wakeUp.signal() }
            defer { positionWaiters -= 1 }
            while !queue.isEmpty || isBusy {
                if hasFailed || isStopping || isHeld { return false }
                if !advanced.wait(lock, until: deadline) { return queue.isEmpty && !isBusy && !hasFailed }
            }
            return !hasFailed
        }
    }

    /// The last position applied.
    var appliedPosition: LogPosition { lock.withLock { applied } }

    /// Waits until everything up to `position` is applied. False at the deadline, when interrupted (checked a few times
    /// a second), or when the applier stopped.
    func wait(
        for position: LogPosition, until deadline: MonotonicTime?, interrupted: () -> Bool = { false }
    ) -> Bool {
        lock.withLock {
            positionWaiters += 1
            if isGathering { wakeUp.signal() }
            defer { positionWaiters -= 1 }
            while applied < position {
                if hasFailed || isStopping || interrupted() { return false }
                let now = MonotonicTime.now()
                if let deadline, now >= deadline { return false }
                let pause = now + .milliseconds(200)
                _ = advanced.wait(lock, until: deadline.map { min($0, pause) } ?? pause)
            }
            return true
        }
    }

    /// Transactions and bytes that wait.
    var backlog: (transactions: Int, bytes: Int) { lock.withLock { (queue.count, queuedBytes) } }

    func currentCounters() -> Counters { lock.withLock { counters } }

    /// Nobody holds it: neither a recovery, nor an operator, nor FLUSH TABLES WITH READ LOCK. With the lock held.
    private var mayTake: Bool { !isHeld && !isPaused && freezes == 0 }

    // MARK: The thread

    private func run() {
        while let batch = nextBatch() {
            let bytes = batch.reduce(0) { $0 + $1.byteCount }
            do throws(ApplyFailure) {
                try process(loaded(batch))
            } catch {
                fail(error, batch)
                return
            }
            // The queue and the batch are gone: what they took is not the next ones'.
            if bytes >= Applier.trimmedBytes { Memory.trim() }
        }
    }

    /// A statement (DDL) is a batch of its own; rows go together.
    private func nextBatch() -> [Item]? {
        lock.lock()
        defer { lock.unlock() }
        isBusy = false
        if positionWaiters > 0 { advanced.broadcast() }
        repeat {
            while !isStopping && (queue.isEmpty || !mayTake) {
                isSleeping = true
                wakeUp.wait(lock)
                isSleeping = false
            }
            gather()
        } while !isStopping && (queue.isEmpty || !mayTake)
        if isStopping { return nil }
        isBusy = true
        var batch: [Item] = []
        var bytes = 0
        while let item = queue.first {
            if case .transaction(let transaction) = item.work {
                let isAlone = transaction.message.kind == .statement
                if isAlone && !batch.isEmpty { break }
                let size = item.byteCount
                if !batch.isEmpty
                    && (batch.count >= Applier.maximumBatchTransactions || bytes + size > Applier.maximumBatchBytes)
                {
                    break
                }
                bytes += size
                if item.spilled == nil { bytesInMemory -= size }
                batch.append(item)
                queue.removeFirst()
                if isAlone { break }
            } else {
                batch.append(item)
                queue.removeFirst()
                // What the store holds right behind a view is compared between members.
                break
            }
        }
        queuedBytes -= bytes
        isUrgent = !queue.isEmpty
        return batch
    }

    /// The batch with the bodies that waited on disk.
    private func loaded(_ items: [Item]) throws(ApplyFailure) -> [Item] {
        let count = items.count { $0.spilled != nil }
        guard count > 0 else { return items }
        defer { lock.withLock { spillFile.giveBack(count) } }
        var result = items
        for index in result.indices {
            guard let place = result[index].spilled, case .transaction(var transaction) = result[index].work else {
                continue
            }
            guard let body = spillFile.read(place) else {
                throw ApplyFailure(SQLError(.errorOnRead, SpillFile.name, 5, "lost"))
            }
            transaction.message.body = body[...]
            result[index].work = .transaction(transaction)
            result[index].spilled = nil
        }
        return result
    }

    /// Empties the queue and returns who waits. With the lock held.
    private func dropQueue() -> [CommitWait] {
        let waits = queue.compactMap(\.wait)
        let spilledCount = queue.count { $0.spilled != nil }
        queue.removeAll()
        queuedBytes = 0
        bytesInMemory = 0
        if spilledCount > 0 { spillFile.giveBack(spilledCount) }
        return waits
    }

    /// How many transactions wait on disk.
    var spilledCount: Int { lock.withLock { spillFile.liveCount } }

    /// Lets transactions for which nobody waits become more. Under the lock.
    private func gather() {
        let end = MonotonicTime.now() + Applier.gatheringTime
        isGathering = true
        while gathersMore, wakeUp.wait(lock, until: end) {}
        isGathering = false
    }

    private func process(_ items: [Item]) throws(ApplyFailure) {
        let (stored, lineage, applied) = lock.withLock { (storedPosition, self.lineage, self.applied) }
        let end = items.reduce(applied) { max($0, $1.position) }
        try checkHistory(items, stored: stored)
        let fresh = items.filter { $0.position > stored || $0.position == .zero }
        if fresh.count < items.count { try relog(items.filter { $0.position <= stored && $0.position != .zero }) }
        var results: [CommitWaiter.Outcome] = []
        if !fresh.isEmpty { results = try applySettled(fresh, end: end, lineage: lineage) }
        try finish(fresh, results, end: end)
    }

    func apply(
        _ items: [Item], end: LogPosition, lineage: UInt64
    ) throws(ApplyFailure) -> [CommitWaiter.Outcome] {
        let refusals = lock.withLock { turnedDown }
        leftOut = []
        var batch = ApplyBatch(
            lineage: lineage, transactions: [], endPosition: end, additionalGTIDs: [], isRecovery: false)
        batch.hash = items.last { $0.position != .zero }?.hash ?? lock.withLock { appliedHash }
        batch.logMark = hooks.logMark()
        if let last = items.last, case .viewChange = last.work { batch.endsWithView = true }
        for item in items {
            switch item.work {
            case .transaction(var transaction):
                if !refusals.isEmpty && refusals.contains(item.position) {
                    transaction.isTurnedDown = true
                    leftOut.insert(item.position)
                }
                batch.transactions.append(transaction)
            case .viewChange(let gtid, _, _): batch.additionalGTIDs.append(gtid)
            }
        }
        if let first = batch.transactions.first { noteApplying(first) }
        let outcomes = try store.apply(batch) { (outcomes) throws(SQLError) in
            try log.append(groups(for: items, outcomes))
        }
        guard outcomes.count == batch.transactions.count else {
            throw ApplyFailure(SQLError(.runHookError, "apply"))
        }
        var results: [CommitWaiter.Outcome] = []
        results.reserveCapacity(items.count)
        var index = 0
        for item in items {
            if case .transaction(let transaction) = item.work {
                switch outcomes[index] {
                case .applied:
                    results.append(
                        .committed(CommittedTransaction(gtid: transaction.gtid, position: item.position == .zero ? end : item.position)))
                case .refused(let error):
                    results.append(.failed(error))
                }
                index += 1
            } else {
                results.append(.reached(item.position))
            }
        }
        return results
    }

    /// The event groups of a batch, but those that the log holds already.
    private func groups(for items: [Item], _ outcomes: [TransactionOutcome]) -> [LoggedGroup] {
        var groups: [LoggedGroup] = []
        groups.reserveCapacity(items.count)
        var index = 0
        for item in items {
            switch item.work {
            case .transaction(let transaction):
                var isRefused = false
                if case .refused = outcomes[index] { isRefused = true }
                index += 1
                if let gtid = transaction.gtid, !isLogged(gtid, at: item.position) {
                    groups.append(.transaction(transaction, gtid: gtid, isRefused: isRefused))
                }
            case .viewChange(let gtid, let view, let timestamp):
                if !isLogged(gtid, at: item.position) { groups.append(.viewChange(gtid, view: view, timestamp: timestamp)) }
            }
        }
        return groups
    }

    /// The first transaction that the log lacks above what the store holds ends the overlap: the order is the same.
    private func isLogged(_ gtid: GTID, at position: LogPosition) -> Bool {
        lock.withLock {
            guard let logged = loggedBefore else { return false }
            if logged.contains(gtid) { return true }
            if position > storedPosition { loggedBefore = nil }
            return false
        }
    }

    /// After a crash the binary log may lack the end of what the store holds: it is written again from the group's log.
    private func relog(_ items: [Item]) throws(ApplyFailure) {
        let outcomes: [TransactionOutcome] = items.compactMap { item in
            guard case .transaction = item.work else { return nil }
            return refusedBefore.contains(item.position)
                ? .refused(SQLError(.runHookError, "before_commit")) : .applied
        }
        let missing = groups(for: items, outcomes)
        guard !missing.isEmpty else { return }
        do throws(SQLError) { try log.append(missing) } catch { throw ApplyFailure(error) }
    }

    private func noteApplying(_ transaction: CertifiedTransaction) {
        let now = UInt64(WallClock.microseconds())
        lock.withLock {
            counters.applying.gtid = transaction.gtid?.description ?? ""
            counters.applying.originalCommit = transaction.message.originalCommitTimestamp
            counters.applying.start = now
        }
    }

    private func finish(
        _ items: [Item], _ results: [CommitWaiter.Outcome], end: LogPosition
    ) throws(ApplyFailure) {
        lock.lock()
        if !turnedDown.isEmpty, let position = items.map(\.position).first(where: isWronglyApplied) {
            lock.unlock()
            throw ApplyFailure(SQLError(.runHookError, "apply"), .differs(at: position))
        }
        if end > applied { applied = end }
        if let last = items.last(where: { $0.position != .zero }) { appliedHash = last.hash }
        for item in items {
            guard case .transaction(let transaction) = item.work else { continue }
            if transaction.isLocal {
                counters.localApplied += 1
            } else {
                counters.remoteApplied += 1
                counters.remoteAppliedWeight += UInt64(FlowControl.weight(ofBytes: transaction.message.body.count))
            }
        }
        if let last = items.last(where: { if case .transaction = $0.work { true } else { false } }),
            case .transaction(let transaction) = last.work
        {
            counters.lastApplied = counters.applying
            counters.lastApplied.gtid = transaction.gtid?.description ?? ""
            counters.lastApplied.end = UInt64(WallClock.microseconds())
            counters.applying = ChannelTransaction()
        }
        if positionWaiters > 0 { advanced.broadcast() }
        lock.unlock()
        if let last = items.last, case .viewChange = last.work { hooks.appliedView(last.position, store.history) }
        var waitingForAll: [(CommitWait?, CommittedTransaction)] = []
        for (item, result) in zip(items, results) {
            if item.waitsForAll, case .committed(let committed) = result {
                waitingForAll.append((item.wait, committed))
            } else {
                item.wait?.finish(result)
            }
        }
        if !waitingForAll.isEmpty { hooks.appliedWaitingForAll(waitingForAll) }
    }

    private func fail(_ failure: ApplyFailure, _ batch: [Item]) {
        let (waits, isEnding) = lock.withLock {
            hasFailed = true
            isBusy = false
            advanced.broadcast()
            return (dropQueue(), isStopping)
        }
        for wait in batch.compactMap(\.wait) + waits { wait.finish(.unknown) }
        // Who is stopped while at work has not failed.
        if !isEnding { hooks.failed(failure) }
    }
}
