import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform
import Synchronization

/// What sessions use: commit through the group's order, questions about newer row versions, waits for consistency. All
/// methods may be called on any session's thread; those that wait say so.
///
/// Safe: everything that changes is guarded by `lock`; `applier` is set once, before the first session.
public final class TransactionManager: @unchecked Sendable {
    /// Whether commits are taken.
    enum Gate: Sendable {
        case open
        /// Nothing new; what is under way may end.
        case draining(SQLError)
        case closed(SQLError)

        /// Why no commit is taken; nil while commits are.
        var refusal: SQLError? {
            switch self {
            case .open: nil
            case .draining(let error), .closed(let error): error
            }
        }
    }

    /// A transaction that failed only because its snapshot was forgotten is ordered again at most this often.
    private static let maximumResubmissions = 20
    /// A commit over the flow control quota waits at most this long, then goes on regardless.
    private static let maximumThrottle: Duration = .seconds(1)

    /// The ordered state and its lock: held for certification and for questions about it, never while waiting.
    let order: SharedGroupCore
    let communication: any GroupCommunicating
    let lock = Lock()
    private let flowControlStep = Condition()
    var gate = Gate.closed(SQLError(.runHookError, "before_commit"))
    private var tickets: [UInt64: Ticket] = [:]
    /// By ticket: changes of this server alone whose marks are under way.
    private var localChanges: [UInt64: TransactionMessage] = [:]
    private var nextTicket: UInt64
    private var flowControl: FlowControl
    private var sizeLimit = 0
    var isGroup = false
    var afterCommits: [AfterCommit] = []
    var holds = BeginHolds()
    /// Broadcast when ``holds`` or the gate change.
    let holdChanged = Condition()
    /// ``BeginHolds/holdsAnswers``, readable without the lock: asked at each begin.
    let holdsAnswers = Atomic<Bool>(false)
    private(set) var statistics = Statistics()
    var consistency = ConsistencyStatistics()
    /// Set once, before sessions exist.
    var applier: Applier?

    /// A session that waits for what it submitted.
    private struct Ticket {
        var wait: CommitWait
        var since: MonotonicTime
    }

    struct Statistics: Sendable {
        var localProposed: UInt64 = 0
        var localRollbacks: UInt64 = 0
        var dataMessages: UInt64 = 0
        var dataBytes: UInt64 = 0
        var dataRoundtripMicroseconds: UInt64 = 0
        /// Commits that waited for flow control.
        var throttledCommits: UInt64 = 0
    }

    init(order: SharedGroupCore, communication: any GroupCommunicating) {
        self.order = order
        self.communication = communication
        flowControl = FlowControl(configuration: FlowControlConfiguration())
        // Tickets of an earlier run must not be taken for ours when its transactions are delivered again.
        nextTicket = UInt64(WallClock.microseconds()) << 8
    }

    // MARK: For sessions

    /// Has the group order and certify the transaction, and waits until it is in the binary log and applied here. The
    /// session keeps its row locks meanwhile, and rolls back its speculative changes in any case. Errors: 3101 for a
    /// conflict, 3100 when it is too large or the member takes no commits, or what a statement was refused with. Each of them
    /// means that it did not and will not happen; 2013 that nobody here can tell, which a client hears by losing its
    /// connection.
    public func commit(
        _ message: TransactionMessage, waiter: CommitWaiter
    ) throws(SQLError) -> CommittedTransaction {
        var message = message
        try checkGate()
        let size = try checkSize(message)
        try awaitSpace(waiter)
        throttle(size)
        for _ in 0..<TransactionManager.maximumResubmissions {
            let ticket = try register(waiter)
            communication.submitDriving(message.encoded(ticket: ticket))
            switch waiter.waitForFate() {
            case .unknown:
                forget(ticket)
                throw TransactionManager.outcomeUnknown
            case .committed(let committed):
                return committed
            case .reached(let position):
                return CommittedTransaction(gtid: nil, position: position)
            case .failed(let error):
                countRollback()
                throw error
            case .conflict:
                countRollback()
                throw SQLError(.transactionRollbackDuringCommit)
            case .belowFloor:
                // Our row locks are still held, so nothing local came between; what is still known of others decides.
                guard let snapshot = order.renewedSnapshot(for: message) else {
                    countRollback()
                    throw SQLError(.transactionRollbackDuringCommit)
                }
                message.snapshot = snapshot
            }
        }
        countRollback()
        throw SQLError(.transactionRollbackDuringCommit)
    }

    /// Applies a change of this server alone (`SET SQL_LOG_BIN = 0`): not logged, without GTID. Waits. Its place among the
    /// group's transactions is that of a mark in the order, so that it can be judged against those before it, and this
    /// server's sessions against it. Without a group or order to ask (the member is in ERROR) nothing else is applied, and
    /// it is applied at once. Error 3101 for a conflict, 2013 when the outcome is unknown.
    public func commitLocally(
        _ message: TransactionMessage, waiter: CommitWaiter
    ) throws(SQLError) -> CommittedTransaction {
        guard let applier else { throw SQLError(.runHookError, "before_commit") }
        try awaitSpace(waiter)
        var ticket: UInt64?
        if let registered = try? register(waiter) {
            ticket = registered
            lock.withLock { localChanges[registered] = message }
            communication.submit(GroupMessage.mark(origin: order.ownIdentity, ticket: registered).encoded)
        } else {
            applier.enqueue([TransactionManager.localItem(message, at: .zero, waiter.prepare())])
        }
        let outcome = waiter.waitForFate()
        if let ticket {
            lock.withLock {
                tickets[ticket] = nil
                localChanges[ticket] = nil
            }
        }
        switch outcome {
        case .committed(let committed): return committed
        case .failed(let error): throw error
        case .reached, .conflict, .belowFloor:
            countRollback()
            throw SQLError(.transactionRollbackDuringCommit)
        case .unknown: throw TransactionManager.outcomeUnknown
        }
    }

    /// The one answer for a commit whose fate this member does not know: it must claim neither a commit nor a rollback. MySQL
    /// has no packet for that; its clients take the loss of the connection for it, and so the front end ends it without one.
    public static let outcomeUnknown = SQLError(.clientServerLost)

    /// What the applier does for a change of this server alone.
    private static func localItem(
        _ message: TransactionMessage, at position: LogPosition, _ wait: CommitWait
    ) -> Applier.Item {
        let transaction = CertifiedTransaction(
            position: .zero, gtid: nil, message: message, isLocal: true, lastCommitted: 0, sequenceNumber: 0)
        return Applier.Item(work: .transaction(transaction), position: position, wait: wait)
    }

    /// The mark of a local change is delivered: what is to be applied there, if it is one and nobody came between.
    /// Communication thread.
    func admitLocalChange(ticket: UInt64, at position: LogPosition) -> Applier.Item? {
        let change = lock.withLock { tickets[ticket] == nil ? nil : localChanges.removeValue(forKey: ticket) }
        guard let change else { return nil }
        guard order.admitLocal(change, at: position) else {
            take(ticket: ticket)?.finish(.conflict)
            return nil
        }
        // Those who wait for the order are taken out of the table when it was reached.
        return take(ticket: ticket).map { TransactionManager.localItem(change, at: position, $0) }
    }

    /// The last writer of a row after `snapshot`, certified but perhaps not yet applied here; nil when there is none. For
    /// the row locks: cheap, called while holding the row's lock.
    public func newerWriter(of hash: UInt64, than snapshot: LogPosition) -> LogPosition? {
        order.newerWriter(of: hash, than: snapshot)
    }

    /// The same for many rows or objects: the newest position of all.
    public func newestWriter(of hashes: [UInt64], than snapshot: LogPosition) -> LogPosition? {
        order.newestWriter(of: hashes, than: snapshot)
    }

    /// Waits until everything up to `position` is applied here: before a snapshot is renewed to contain it. False at the
    /// deadline or when interrupted.
    public func waitUntilApplied(
        _ position: LogPosition, until deadline: MonotonicTime? = nil, waiter: CommitWaiter? = nil
    ) -> Bool {
        applier?.wait(for: position, until: deadline, interrupted: { waiter?.wasInterrupted ?? false }) ?? false
    }

    /// A session waits until what is certified is applied here: nothing is left to gather. Any thread.
    public func hurryApplier() { applier?.hurry() }

    /// The last position applied here.
    public var appliedPosition: LogPosition { applier?.appliedPosition ?? .zero }

    // MARK: For the session's ticket

    /// Throws when the gate has closed meanwhile: nothing may be submitted then.
    func register(_ waiter: CommitWaiter) throws(SQLError) -> UInt64 {
        lock.lock()
        defer { lock.unlock() }
        if let error = gate.refusal { throw error }
        let wait = waiter.prepare()
        nextTicket += 1
        tickets[nextTicket] = Ticket(wait: wait, since: .now())
        return nextTicket
    }

    func forget(_ ticket: UInt64) {
        lock.withLock { tickets[ticket] = nil }
    }

    private func checkGate() throws(SQLError) {
        let gate = lock.withLock {
            statistics.localProposed += 1
            return self.gate
        }
        if let error = gate.refusal { throw error }
    }

    /// The transaction's size in bytes.
    private func checkSize(_ message: TransactionMessage) throws(SQLError) -> Int {
        // Without a limit of the operator's there is that of the log and the links: what is above it cannot be ordered.
        let most = TransactionMessage.maximumEncodedBytes
        let limit = lock.withLock { isGroup && sizeLimit > 0 ? min(sizeLimit, most) : most }
        let size = message.encodedSize
        guard size > limit else { return size }
        countRollback()
        throw TransactionManager.tooLarge(size, limit: limit, threadID: message.threadID)
    }

    /// Error 3100, with the log's line that says why. Also for who finds out before the commit.
    public static func tooLarge(_ size: Int, limit: Int, threadID: UInt32) -> SQLError {
        PluginLog.report(
            .error, code: .transactionSizeExceedsLimit,
            "Error on session \(threadID). Transaction of size \(size) exceeds specified limit \(limit). To increase the limit "
                + "please adjust group_replication_transaction_size_limit option.")
        return SQLError(.runHookError, "before_commit")
    }

    /// While this member's disk is full nothing new is handed to the group: KILL still ends it, with nothing to take back.
    private func awaitSpace(_ waiter: CommitWaiter) throws(SQLError) {
        guard DiskSpace.shared.isFull else { return }
        let isFree = DiskSpace.shared.waitUntilFree {
            waiter.wasInterrupted || lock.withLock { gate.refusal != nil }
        }
        if !isFree && waiter.wasInterrupted { throw SQLError(.queryInterrupted) }
    }

    private func throttle(_ size: Int) {
        lock.lock()
        defer { lock.unlock() }
        guard isGroup else { return }
        statistics.dataMessages += 1
        statistics.dataBytes += UInt64(size)
        guard !flowControl.admit(weight: FlowControl.weight(ofBytes: size)) else { return }
        statistics.throttledCommits += 1
        _ = flowControlStep.wait(lock, until: MonotonicTime.now() + TransactionManager.maximumThrottle)
    }

    private func countRollback() {
        lock.withLock { statistics.localRollbacks += 1 }
    }

    // MARK: For the communication, applier and control threads

    /// Takes the session that waits for that ticket, if it is one of this run.
    func take(ticket: UInt64, isTransaction: Bool = true) -> CommitWait? {
        lock.lock()
        defer { lock.unlock() }
        guard let ticket = tickets.removeValue(forKey: ticket) else { return nil }
        if isTransaction {
            statistics.dataRoundtripMicroseconds += UInt64(max(0, (MonotonicTime.now() - ticket.since).inNanoseconds / 1000))
        }
        return ticket.wait
    }

    /// Opens or closes the way for commits. `closed` ends the waits of all that are under way, `draining` does not: what was
    /// handed to the group may be decided there still. A change of this server alone that has not reached its mark never
    /// will.
    func setGate(_ newGate: Gate) {
        let waiters: [(wait: CommitWait, isLocal: Bool)] = lock.withLock {
            gate = newGate
            guard case .closed = newGate else { return [] }
            holds.reset()
            noteHolds()
            defer {
                tickets.removeAll()
                localChanges.removeAll()
            }
            return tickets.map { ($0.value.wait, localChanges[$0.key] != nil) }
        }
        guard case .closed(let error) = newGate else { return }
        for waiter in waiters { waiter.wait.finish(waiter.isLocal ? .failed(error) : .unknown) }
        releaseAfterCommits(upTo: nil)
    }

    /// Commits and marks that wait for the order.
    var pendingCount: Int { lock.withLock { tickets.count } }

    func configure(isGroup: Bool, sizeLimit: Int, flowControl configuration: FlowControlConfiguration) {
        lock.withLock {
            self.isGroup = isGroup
            self.sizeLimit = sizeLimit
            flowControl.configuration = configuration
        }
    }

    /// A member's periodic statistics, for flow control.
    func receive(_ statistics: MemberStatistics, from member: UUID, isRecovering: Bool) {
        lock.withLock {
            flowControl.receive(
                from: member, certifierQueue: Int64(clamping: statistics.certifierQueue),
                applierQueue: FlowControl.weight(
                    ofQueue: Int64(clamping: statistics.applierQueue),
                    bytes: Int64(clamping: statistics.applierQueueBytes)),
                certified: Int64(clamping: statistics.checked),
                applied: Int64(clamping: statistics.remoteAppliedWeight), local: Int64(clamping: statistics.localProposed),
                isRecovering: isRecovering)
        }
    }

    func forgetMember(_ member: UUID) {
        lock.withLock { flowControl.forget(member) }
    }

    /// The end of a flow control period: throttled commits go on.
    func endFlowControlPeriod() {
        lock.withLock {
            flowControl.endPeriod()
            flowControlStep.broadcast()
        }
    }

    func currentStatistics() -> (Statistics, ConsistencyStatistics) { lock.withLock { (statistics, consistency) } }
}
