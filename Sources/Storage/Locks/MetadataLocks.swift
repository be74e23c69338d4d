import Platform
import Synchronization

/// Metadata locks on tables: of statements that change rows, of DDL, of LOCK TABLES. First come, first served, except that
/// who holds one already and needs a stronger one goes first.
///
/// Any thread. Deadlocks with row locks are found: both kinds share one graph of who waits for whom.
public final class MetadataLocks: Sendable {
    private struct Grant {
        var owner: LockOwner
        var mode: MetadataLockMode
        var duration: MetadataLockDuration
    }

    private struct Entry {
        var granted: [Grant] = []
        var waiting: [Grant] = []

        func admits(_ request: Grant) -> Bool {
            granted.allSatisfy { $0.owner === request.owner || $0.mode.admits(request.mode) }
        }
    }

    private final class Shard: Sendable {
        let lock = Lock()
        // Safe: guarded by the shard's `lock`.
        nonisolated(unsafe) var entries: [UInt64: Entry] = [:]
    }

    private static let shardCount = 16

    private let shards = (0..<shardCount).map { _ in Shard() }
    private let graph: WaitGraph
    /// Locks of LOCK TABLES ... WRITE, held or waited for.
    private let excludingReaders = Atomic<Int>(0)

    init(graph: WaitGraph) {
        self.graph = graph
    }

    /// Whether a read has to ask at all: it waits only for LOCK TABLES ... WRITE, since it has a snapshot of its own.
    public var mayExcludeReaders: Bool { excludingReaders.load(ordering: .sequentiallyConsistent) > 0 }

    private func shard(_ key: UInt64) -> Shard {
        shards[Int(truncatingIfNeeded: key >> 60)]
    }

    /// Takes the lock for `owner`, waiting as `wait` says. On the owner's thread.
    func acquire(
        _ key: UInt64, _ mode: MetadataLockMode, _ duration: MetadataLockDuration = .transaction, for owner: LockOwner,
        wait: LockWait
    ) -> LockOutcome {
        let shard = shard(key)
        shard.lock.lock()
        let request = Grant(owner: owner, mode: mode, duration: duration)
        var isUpgrade = false
        var isFree = true
        if let entry = shard.entries[key] {
            for grant in entry.granted {
                if grant.owner !== owner {
                    if !grant.mode.admits(mode) { isFree = false }
                    continue
                }
                isUpgrade = true
                if grant.mode.covers(mode), grant.duration == .explicit || duration == .transaction {
                    shard.lock.unlock()
                    return .alreadyHeld
                }
            }
            if !isUpgrade, entry.waiting.contains(where: { !$0.mode.admits(mode) }) { isFree = false }
        }
        if isFree {
            shard.entries[key, default: Entry()].granted.append(request)
            if mode == .noReadWrite { excludingReaders.add(1, ordering: .sequentiallyConsistent) }
            shard.lock.unlock()
            return .granted
        }
        guard case .atMost(let patience) = wait else {
            shard.lock.unlock()
            return .busy
        }
        let deadline = MonotonicTime.now() + patience
        var entry = shard.entries[key] ?? Entry()
        entry.waiting.insert(request, at: isUpgrade ? 0 : entry.waiting.count)
        if mode == .noReadWrite { excludingReaders.add(1, ordering: .sequentiallyConsistent) }
        shard.entries[key] = entry
        owner.isGranted = false
        owner.beginWait(under: shard.lock)
        wake(refreshEdges(entry), shard)
        var outcome = LockOutcome.granted
        while !owner.isGranted {
            if owner.verdict != .none {
                outcome = .stopped
            } else if !owner.condition.wait(shard.lock, until: deadline), !owner.isGranted, owner.verdict == .none {
                outcome = .timedOut
            } else {
                continue
            }
            shard.entries[key]?.waiting.removeAll { $0.owner === owner }
            if mode == .noReadWrite { excludingReaders.subtract(1, ordering: .sequentiallyConsistent) }
            let victims = grantWaiting(key, shard)
            owner.endWait()
            graph.remove(owner)
            wake(victims, shard)
            shard.lock.unlock()
            return outcome
        }
        owner.endWait()
        graph.remove(owner)
        shard.lock.unlock()
        return outcome
    }

    /// Whether only transactions that read under SERIALIZABLE are in the way: those are waited for as for rows.
    func isBlockedByReaders(_ key: UInt64, _ mode: MetadataLockMode, for owner: LockOwner) -> Bool {
        let shard = shard(key)
        return shard.lock.withLock {
            let blockers = shard.entries[key]?.granted.filter { $0.owner !== owner && !$0.mode.admits(mode) } ?? []
            return blockers.allSatisfy { $0.mode == .readOnly && $0.duration == .transaction }
        }
    }

    /// Gives back the owner's locks of one duration on a key.
    func release(_ key: UInt64, _ duration: MetadataLockDuration = .transaction, of owner: LockOwner) {
        let shard = shard(key)
        shard.lock.withLock {
            guard shard.entries[key] != nil else { return }
            shard.entries[key]?.granted.removeAll { grant in
                guard grant.owner === owner, grant.duration == duration else { return false }
                if grant.mode == .noReadWrite { excludingReaders.subtract(1, ordering: .sequentiallyConsistent) }
                return true
            }
            wake(grantWaiting(key, shard), shard)
        }
    }

    /// Dooms each other owner that holds one of the keys. Any thread; does not wait for the owners.
    public func doomHolders(of keys: some Sequence<UInt64>, except owner: LockOwner? = nil) {
        for key in keys {
            let holders = shard(key).lock.withLock { shard(key).entries[key]?.granted.map(\.owner) ?? [] }
            for holder in holders where holder !== owner { holder.doom() }
        }
    }

    /// Keys that are held or waited for now.
    public var count: Int { shards.reduce(0) { total, shard in total + shard.lock.withLock { shard.entries.count } } }

    /// Whether an owner waits for one of the locks.
    public var hasWaiters: Bool {
        shards.contains { shard in shard.lock.withLock { shard.entries.values.contains { !$0.waiting.isEmpty } } }
    }

    /// Grants to the waiters, in order, as many as fit; drops an entry that nobody needs. Returns deadlocks' victims.
    private func grantWaiting(_ key: UInt64, _ shard: Shard) -> [LockOwner] {
        guard var entry = shard.entries[key] else { return [] }
        if entry.waiting.isEmpty {
            if entry.granted.isEmpty { shard.entries[key] = nil }
            return []
        }
        var index = 0
        while index < entry.waiting.count {
            let request = entry.waiting[index]
            let isUpgrade = entry.granted.contains { $0.owner === request.owner }
            guard entry.admits(request), isUpgrade || entry.waiting[..<index].allSatisfy({ $0.mode.admits(request.mode) })
            else {
                index += 1
                continue
            }
            entry.waiting.remove(at: index)
            entry.granted.append(request)
            request.owner.isGranted = true
            graph.remove(request.owner)
            request.owner.condition.signal()
        }
        shard.entries[key] = entry.granted.isEmpty && entry.waiting.isEmpty ? nil : entry
        return refreshEdges(entry)
    }

    /// Each waiter waits for the holders that exclude it and for those before it that do. Returns the victims, marked.
    private func refreshEdges(_ entry: Entry) -> [LockOwner] {
        var victims: [LockOwner] = []
        for (index, request) in entry.waiting.enumerated() {
            let holders = entry.granted.filter { $0.owner !== request.owner && !$0.mode.admits(request.mode) }
            let before = entry.waiting[..<index].filter { !$0.mode.admits(request.mode) }
            if let victim = graph.wait(request.owner, for: (holders + before).map(\.owner)) {
                victim.chooseAsVictim()
                victims.append(victim)
            }
        }
        return victims
    }

    /// Wakes victims, which may wait elsewhere, without this shard's lock.
    private func wake(_ victims: [LockOwner], _ shard: Shard) {
        guard !victims.isEmpty else { return }
        shard.lock.unlock()
        for victim in victims { victim.wake() }
        shard.lock.lock()
    }
}
