import Platform
import Synchronization

/// FLUSH TABLES WITH READ LOCK: while a session holds it no other changes anything here. Statements that change data and
/// commits wait at the gate; what group replication applies is held by a hook, once no local commit needs the applier.
///
/// Several sessions may hold it together. Any thread. Waits take part in the search for deadlocks.
public final class GlobalReadLock: Sendable {
    /// Stops or starts the applier. Stopping blocks until it stands, at most until the deadline or until the closure says
    /// that the session was killed: false when it does not stand.
    public struct ApplierGate: Sendable {
        public typealias Hold = @Sendable (_ deadline: MonotonicTime, _ interrupted: () -> Bool) -> Bool
        public var hold: Hold
        public var release: @Sendable () -> Void

        public init(hold: @escaping Hold, release: @escaping @Sendable () -> Void) {
            self.hold = hold
            self.release = release
        }
    }

    private let lock = Lock()
    private let changed = Condition()
    /// Not zero when somebody holds the lock or waits for it: the fast way through the gate is closed.
    private let engaged = Atomic<Int>(0)
    // Safe: guarded by `lock`, as all that follows.
    nonisolated(unsafe) private var holders: [LockOwner] = []
    nonisolated(unsafe) private var pending: [LockOwner] = []
    /// Commits and DDL on their way through the group's order.
    nonisolated(unsafe) private var commitsUnderWay = 0
    nonisolated(unsafe) private var gate: ApplierGate?
    private let graph: WaitGraph

    init(graph: WaitGraph) {
        self.graph = graph
    }

    public func setApplierGate(_ gate: ApplierGate) {
        lock.withLock { self.gate = gate }
    }

    public func isHeld(by owner: LockOwner) -> Bool {
        engaged.load(ordering: .sequentiallyConsistent) > 0 && lock.withLock { holders.contains(owner) }
    }

    /// Before a statement that changes something: waits while others hold or want the lock.
    func waitToWrite(_ owner: LockOwner, until deadline: MonotonicTime) -> LockOutcome {
        if engaged.load(ordering: .sequentiallyConsistent) == 0 { return .granted }
        return lock.withLock { passGate(owner, until: deadline) }
    }

    /// Before a commit is sent; ``endCommit()`` must follow when it is granted.
    func beginCommit(_ owner: LockOwner, until deadline: MonotonicTime) -> LockOutcome {
        lock.withLock {
            let outcome = passGate(owner, until: deadline)
            if outcome == .granted { commitsUnderWay += 1 }
            return outcome
        }
    }

    func endCommit() {
        lock.withLock {
            commitsUnderWay -= 1
            if commitsUnderWay == 0, !pending.isEmpty { changed.broadcast() }
        }
    }

    /// Takes the lock for a session that has no transaction open.
    func acquire(_ owner: LockOwner, until deadline: MonotonicTime) -> LockOutcome {
        lock.lock()
        if holders.contains(owner) {
            lock.unlock()
            return .alreadyHeld
        }
        pending.append(owner)
        engaged.add(1, ordering: .sequentiallyConsistent)
        owner.beginWait(under: lock, condition: changed)
        var outcome = LockOutcome.granted
        while commitsUnderWay > 0 {
            if owner.verdict != .none {
                outcome = .stopped
            } else if !changed.wait(lock, until: deadline), commitsUnderWay > 0 {
                outcome = .timedOut
            } else {
                continue
            }
            break
        }
        owner.endWait()
        pending.removeAll { $0 === owner }
        guard outcome == .granted else {
            leave()
            lock.unlock()
            return outcome
        }
        holders.append(owner)
        let gate = gate
        lock.unlock()
        // No local commit needs the applier now, and none begins.
        if let gate, !gate.hold(deadline, { owner.verdict != .none }) {
            drop(owner)
            return owner.verdict == .none ? .timedOut : .stopped
        }
        return .granted
    }

    /// UNLOCK TABLES, or the session's end.
    func release(_ owner: LockOwner) {
        guard drop(owner) else { return }
        // Holds are counted: the applier goes on when the last is given back.
        lock.withLock { gate }?.release()
    }

    @discardableResult
    private func drop(_ owner: LockOwner) -> Bool {
        lock.withLock {
            guard let place = holders.firstIndex(of: owner) else { return false }
            holders.remove(at: place)
            leave()
            return true
        }
    }

    private func leave() {
        engaged.subtract(1, ordering: .sequentiallyConsistent)
        changed.broadcast()
    }

    private func passGate(_ owner: LockOwner, until deadline: MonotonicTime) -> LockOutcome {
        guard !holders.isEmpty || !pending.isEmpty else { return .granted }
        owner.beginWait(under: lock, condition: changed)
        defer {
            owner.endWait()
            graph.remove(owner)
        }
        while !holders.isEmpty || !pending.isEmpty {
            if let victim = graph.wait(owner, for: holders + pending) {
                victim.chooseAsVictim()
                if victim !== owner {
                    lock.unlock()
                    victim.wake()
                    lock.lock()
                }
            }
            if owner.verdict != .none { return .stopped }
            if !changed.wait(lock, until: deadline), !holders.isEmpty || !pending.isEmpty { return .timedOut }
        }
        return .granted
    }
}
