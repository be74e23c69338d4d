import Platform

/// Who waits for whom, over all lock tables of a node. Only contended locks come here.
final class WaitGraph: Sendable {
    private let lock = Lock()
    // Safe: guarded by `lock`.
    nonisolated(unsafe) private var edges: [LockOwner: [LockOwner]] = [:]

    /// Records that `owner` waits for `blockers`, instead of what it waited for before. When that closes a cycle, the
    /// member of the cycle with the least weight is returned as the victim: `owner` itself on a tie.
    func wait(_ owner: LockOwner, for blockers: [LockOwner]) -> LockOwner? {
        lock.withLock {
            edges[owner] = blockers
            guard let cycle = cycle(from: owner) else { return nil }
            var victim = owner
            for member in cycle
            where member.weight.load(ordering: .relaxed) < victim.weight.load(ordering: .relaxed) { victim = member }
            // Its edges go at once: another waiter must not find the same cycle and take a second victim.
            edges[victim] = nil
            return victim
        }
    }

    func remove(_ owner: LockOwner) {
        lock.withLock { edges[owner] = nil }
    }

    /// The owners on a path from `start` back to itself.
    private func cycle(from start: LockOwner) -> [LockOwner]? {
        var visited: Set<LockOwner> = [start]
        var path: [LockOwner] = [start]
        var pending: [[LockOwner]] = [edges[start] ?? []]
        while let last = pending.indices.last {
            guard let next = pending[last].popLast() else {
                pending.removeLast()
                path.removeLast()
                continue
            }
            if next == start { return path }
            if visited.insert(next).inserted, let further = edges[next] {
                path.append(next)
                pending.append(further)
            }
        }
        return nil
    }
}
