import Platform

/// Shared for FOR SHARE, foreign keys' parents and DML on a table; exclusive for changed rows and DDL.
public enum LockMode: Sendable {
    case shared, exclusive
}

/// What a request does when the lock is not free.
public enum LockWait: Sendable {
    /// Waits for so long at most.
    case atMost(Duration)
    /// NOWAIT, SKIP LOCKED: comes back at once.
    case never
}

/// What became of a request.
public enum LockOutcome: Sendable, Equatable {
    case granted
    /// The owner held it already, in this mode or a stronger one.
    case alreadyHeld
    /// ``LockWait/never``, and another holds it.
    case busy
    case timedOut
    /// The owner was doomed, killed or chosen as a deadlock's victim; see its verdict.
    case stopped
}

/// Locks on 64-bit keys: rows by their write-set hash, tables by their name's hash. Held until their owner releases them
/// at its transaction's end. Two keys with one hash share a lock: a needless wait at worst.
///
/// Any thread. Without contention a request is one shard's mutex and one dictionary access.
public final class LockTable: Sendable {
    struct Entry {
        var exclusive: LockOwner?
        var shared: [LockOwner] = []
        /// First come, first served; an owner that upgrades its shared lock goes first.
        var waiting: [(owner: LockOwner, mode: LockMode)] = []

        /// Whether `owner` may have it in `mode` as far as the holders go.
        func isFree(for owner: LockOwner, _ mode: LockMode) -> Bool {
            if let exclusive, exclusive !== owner { return false }
            return mode == .shared || shared.allSatisfy { $0 === owner }
        }

        func blockers(of owner: LockOwner, _ mode: LockMode) -> [LockOwner] {
            var found: [LockOwner] = []
            if let exclusive, exclusive !== owner { found.append(exclusive) }
            if mode == .exclusive { found += shared.filter { $0 !== owner } }
            return found
        }
    }

    private final class Shard: Sendable {
        let lock = Lock()
        // Safe: guarded by the shard's `lock`.
        nonisolated(unsafe) var entries: [UInt64: Entry] = [:]
    }

    private let shards: [Shard]
    private let graph: WaitGraph

    private static let shardCount = 64

    init(graph: WaitGraph) {
        self.graph = graph
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    private func shard(_ key: UInt64) -> Shard {
        shards[Int(truncatingIfNeeded: key >> 58)]
    }

    /// Takes the lock for `owner`, waiting as `wait` says. On the owner's thread.
    func acquire(_ key: UInt64, _ mode: LockMode, for owner: LockOwner, wait: LockWait) -> LockOutcome {
        let shard = shard(key)
        shard.lock.lock()
        guard var entry = shard.entries[key] else {
            shard.entries[key] = mode == .exclusive ? Entry(exclusive: owner) : Entry(shared: [owner])
            shard.lock.unlock()
            return .granted
        }
        let holdsShared = entry.shared.contains { $0 === owner }
        if entry.exclusive === owner || (holdsShared && mode == .shared) {
            shard.lock.unlock()
            return .alreadyHeld
        }
        // An upgrade keeps the owner's one entry in its list of locks.
        let success: LockOutcome = holdsShared ? .alreadyHeld : .granted
        if entry.isFree(for: owner, mode) && (holdsShared || entry.waiting.isEmpty) {
            Self.grant(&entry, owner, mode)
            shard.entries[key] = entry
            shard.lock.unlock()
            return success
        }
        guard case .atMost(let duration) = wait else {
            shard.lock.unlock()
            return .busy
        }
        let deadline = MonotonicTime.now() + duration
        entry.waiting.insert((owner, mode), at: holdsShared ? 0 : entry.waiting.count)
        shard.entries[key] = entry
        owner.isGranted = false
        owner.beginWait(under: shard.lock)
        var victims = refreshEdges(entry)
        if !victims.isEmpty {
            shard.lock.unlock()
            for victim in victims { victim.wake() }
            shard.lock.lock()
        }
        var outcome = success
        victims = []
        while !owner.isGranted {
            if owner.verdict != .none {
                outcome = .stopped
            } else if !owner.condition.wait(shard.lock, until: deadline), !owner.isGranted, owner.verdict == .none {
                outcome = .timedOut
            } else {
                continue
            }
            victims = withdraw(owner, key, shard)
            break
        }
        owner.endWait()
        graph.remove(owner)
        shard.lock.unlock()
        for victim in victims { victim.wake() }
        return outcome
    }

    /// Gives one lock back and hands it to those who wait.
    func release(_ key: UInt64, of owner: LockOwner) {
        let shard = shard(key)
        let victims = shard.lock.withLock { () -> [LockOwner] in
            guard var entry = shard.entries[key] else { return [] }
            if entry.exclusive === owner { entry.exclusive = nil }
            if !entry.shared.isEmpty { entry.shared.removeAll { $0 === owner } }
            return store(&entry, key, shard)
        }
        for victim in victims { victim.wake() }
    }

    /// Dooms each other owner that holds one of the keys. Any thread; does not wait for the owners.
    public func doomHolders(of keys: some Sequence<UInt64>, except owner: LockOwner? = nil) {
        for key in keys {
            let shard = shard(key)
            var holders: [LockOwner] = []
            shard.lock.withLock {
                guard let entry = shard.entries[key] else { return }
                if let exclusive = entry.exclusive { holders.append(exclusive) }
                holders += entry.shared
            }
            for holder in holders where holder !== owner { holder.doom() }
        }
    }

    /// Keys that are held or waited for now.
    public var count: Int {
        shards.reduce(0) { total, shard in total + shard.lock.withLock { shard.entries.count } }
    }

    /// Whether an owner waits for one of the locks.
    public var hasWaiters: Bool {
        shards.contains { shard in shard.lock.withLock { shard.entries.values.contains { !$0.waiting.isEmpty } } }
    }

    private static func grant(_ entry: inout Entry, _ owner: LockOwner, _ mode: LockMode) {
        if mode == .exclusive {
            entry.shared.removeAll { $0 === owner }
            entry.exclusive = owner
        } else {
            entry.shared.append(owner)
        }
    }

    /// Grants to the waiters from the head on, as many as fit together, and puts the entry back.
    private func store(_ entry: inout Entry, _ key: UInt64, _ shard: Shard) -> [LockOwner] {
        while let first = entry.waiting.first, entry.isFree(for: first.owner, first.mode) {
            entry.waiting.removeFirst()
            Self.grant(&entry, first.owner, first.mode)
            first.owner.isGranted = true
            graph.remove(first.owner)
            first.owner.condition.signal()
        }
        let isUnused = entry.exclusive == nil && entry.shared.isEmpty && entry.waiting.isEmpty
        shard.entries[key] = isUnused ? nil : entry
        return refreshEdges(entry)
    }

    private func withdraw(_ owner: LockOwner, _ key: UInt64, _ shard: Shard) -> [LockOwner] {
        guard var entry = shard.entries[key] else { return [] }
        entry.waiting.removeAll { $0.owner === owner }
        return store(&entry, key, shard)
    }

    /// Each waiter waits for the holders and for those who wait before it. Returns the deadlocks' victims, marked; the
    /// caller wakes them when it holds no shard's lock any more.
    private func refreshEdges(_ entry: Entry) -> [LockOwner] {
        var victims: [LockOwner] = []
        var before: [LockOwner] = []
        for waiter in entry.waiting {
            let blockers = entry.blockers(of: waiter.owner, waiter.mode) + before
            if let victim = graph.wait(waiter.owner, for: blockers) {
                victim.chooseAsVictim()
                victims.append(victim)
            }
            before.append(waiter.owner)
        }
        return victims
    }
}
