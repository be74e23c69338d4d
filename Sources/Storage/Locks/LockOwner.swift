import Platform
import Synchronization

/// A transaction (or a session, for locks that outlive one) as the lock tables see it. The session's thread takes and
/// releases locks; other threads may doom, kill and look.
public final class LockOwner: Sendable {
    /// Why the owner must stop at its next statement, or wakes from a wait.
    public enum Verdict: UInt8, Sendable {
        case none = 0
        /// A transaction certified before it has changed rows that it locked.
        case doomed = 1
        /// Chosen as a deadlock's victim.
        case deadlock = 2
        /// KILL QUERY or KILL CONNECTION.
        case killed = 3
    }

    /// The session's connection id, for performance_schema.
    public let id: UInt64
    private let verdictBits = Atomic<UInt8>(0)
    private let killBit = Atomic<Bool>(false)
    /// Signalled with the lock of the shard that the owner waits in.
    let condition = Condition()
    /// What the owner waits for, while it does. Written by the owner, under ``waitLock``.
    private let waitLock = Lock()
    // Safe: guarded by `waitLock`.
    nonisolated(unsafe) private var waitingUnder: (lock: Lock, condition: Condition)?
    /// Written under the lock of the shard that the owner waits in.
    nonisolated(unsafe) var isGranted = false
    /// Rows changed or locked: a deadlock's victim is the one that has least to lose.
    let weight = Atomic<Int>(0)

    public init(id: UInt64) {
        self.id = id
    }

    /// Why the owner must stop, if it must.
    public var verdict: Verdict {
        if let verdict = Verdict(rawValue: verdictBits.load(ordering: .sequentiallyConsistent)), verdict != .none {
            return verdict
        }
        return killBit.load(ordering: .sequentiallyConsistent) ? .killed : .none
    }

    /// Cheap: called at each statement and every few thousand of SQLite's steps.
    @inline(__always)
    var mustStop: Bool {
        verdictBits.load(ordering: .relaxed) != 0 || killBit.load(ordering: .relaxed)
    }

    /// Any thread. The owner sees it at its next statement, or at once if it waits for a lock.
    public func doom() {
        _ = verdictBits.compareExchange(
            expected: 0, desired: Verdict.doomed.rawValue, ordering: .sequentiallyConsistent)
        wake()
    }

    /// Any thread; KILL QUERY.
    public func kill() {
        killBit.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// The kill was answered with an error: the next statement runs.
    public func clearKill() {
        killBit.store(false, ordering: .sequentiallyConsistent)
    }

    func chooseAsVictim() {
        verdictBits.store(Verdict.deadlock.rawValue, ordering: .sequentiallyConsistent)
    }

    /// The transaction ended: what doomed it is past.
    func clearVerdict() {
        verdictBits.store(0, ordering: .sequentiallyConsistent)
        weight.store(0, ordering: .relaxed)
    }

    func beginWait(under lock: Lock, condition: Condition? = nil) {
        waitLock.withLock { waitingUnder = (lock, condition ?? self.condition) }
    }

    func endWait() {
        waitLock.withLock { waitingUnder = nil }
    }

    /// Wakes the owner from its wait so that it looks at its verdict.
    func wake() {
        guard let waiting = waitLock.withLock({ waitingUnder }) else { return }
        // The owner tests its verdict under this lock before it sleeps: no wake-up is lost.
        waiting.lock.withLock { waiting.condition.broadcast() }
    }

    /// The error that the verdict means.
    func verdictError() -> StorageError? {
        switch verdict {
        case .none: nil
        case .doomed: .doomed
        case .deadlock: .deadlock
        case .killed: .interrupted
        }
    }
}

extension LockOwner: Hashable {
    public static func == (left: LockOwner, right: LockOwner) -> Bool { left === right }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}
