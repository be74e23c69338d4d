import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// What a session learns of its committed transaction.
public struct CommittedTransaction: Sendable {
    /// Nil for a change of this server alone.
    public var gtid: GTID?
    /// The session's next snapshot must contain this position.
    public var position: LogPosition
}

/// Where one session waits for the group: make one per session and use it for all its commits. ``interrupt()`` may be
/// called on any thread (KILL); everything else on the session's.
///
/// Safe: everything that changes is guarded by `lock`.
public final class CommitWaiter: @unchecked Sendable {
    enum Outcome: Sendable {
        case committed(CommittedTransaction)
        case conflict
        case belowFloor
        case failed(SQLError)
        /// A mark was reached, or what was waited for has come.
        case reached(LogPosition)
        /// Handed to the group, and this member will not learn what became of it; or committed by the group and not applied
        /// here.
        case unknown
    }

    private let lock = Lock()
    private let condition = Condition()
    private var outcome: Outcome?
    private var isWaiting = false
    private var isInterrupted = false
    private var isAbandoned = false
    /// Which wait is the present one: an answer to an earlier one, which was interrupted, must not be taken for this one's.
    private var number: UInt64 = 0

    public init() {}

    /// KILL QUERY: ends the present wait for others, or the next one. A commit that was handed to the group waits for its
    /// fate regardless, as MySQL's does: nothing can call it back.
    public func interrupt() {
        lock.lock()
        isInterrupted = true
        condition.signal()
        lock.unlock()
    }

    /// KILL CONNECTION, the client is gone, or the server ends: nobody hears an answer any more, so nothing is waited for.
    public func abandon() {
        lock.lock()
        isInterrupted = true
        isAbandoned = true
        condition.signal()
        lock.unlock()
    }

    /// Forgets an interruption: at the start of each statement.
    public func clearInterruption() {
        lock.withLock { isInterrupted = false }
    }

    /// Before the thing that will be waited for is under way: what is to answer the wait.
    func prepare() -> CommitWait {
        lock.lock()
        outcome = nil
        isWaiting = true
        number &+= 1
        defer { lock.unlock() }
        return CommitWait(waiter: self, number: number)
    }

    fileprivate func finish(_ number: UInt64, _ result: Outcome) {
        lock.lock()
        let isFirst = isWaiting && number == self.number && outcome == nil
        if isFirst { outcome = result }
        lock.unlock()
        // After the lock: the session would wake only to wait for it.
        if isFirst { condition.signal() }
    }

    /// Waits for the fate of what was handed to the group, which KILL QUERY does not end. `unknown` when nobody waits for an
    /// answer any more.
    func waitForFate() -> Outcome {
        lock.lock()
        defer {
            isWaiting = false
            lock.unlock()
        }
        while true {
            if let outcome { return outcome }
            if isAbandoned { return .unknown }
            condition.wait(lock)
        }
    }

    /// Waits for ``CommitWait/finish(_:)``. Nil when the wait was interrupted or the deadline passed.
    func wait(until deadline: MonotonicTime? = nil) -> Outcome? {
        lock.lock()
        defer {
            isWaiting = false
            lock.unlock()
        }
        while true {
            if let outcome { return outcome }
            if isInterrupted { return nil }
            if let deadline {
                if !condition.wait(lock, until: deadline) { return outcome }
            } else {
                condition.wait(lock)
            }
        }
    }

    /// Whether ``interrupt()`` was called.
    var wasInterrupted: Bool { lock.withLock { isInterrupted } }
}

/// One wait of a session's, for whoever answers it.
struct CommitWait: Sendable {
    fileprivate let waiter: CommitWaiter
    fileprivate let number: UInt64

    /// Any thread: ends the wait. Later calls, and those for a wait that was given up, change nothing.
    func finish(_ result: CommitWaiter.Outcome) {
        waiter.finish(number, result)
    }
}
