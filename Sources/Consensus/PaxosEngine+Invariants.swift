extension PaxosEngine {
    /// What must hold after every turn; the first that does not, or nil. A simulation asks after each step.
    public func invariants() -> String? {
        if peers.count != outgoing.count { return "\(peers.count) peers, and messages for \(outgoing.count)" }
        if peers[0].delivered != delivered { return "delivered \(delivered), and tells \(peers[0].delivered)" }
        if logStart > delivered { return "the log begins at \(logStart), behind what is delivered: \(delivered)" }
        if persistedToken >= currentToken { return "token \(persistedToken) is on disk, \(currentToken) is not given yet" }
        if cachedBytes < 0 { return "a cache of \(cachedBytes) bytes" }
        return brokenConfiguration ?? brokenTokens ?? brokenSlot
    }

    /// Majorities are majorities, and each slot has one configuration.
    private var brokenConfiguration: String? {
        for (index, active) in configurations.enumerated() {
            let number = active.configuration.number
            if active.members.isEmpty || active.leaders.isEmpty { return "configuration \(number) has nobody" }
            if 2 * active.majority <= active.members.count {
                return "\(active.majority) of \(active.members.count) are no majority (configuration \(number))"
            }
            if Set(active.members).count != active.members.count { return "configuration \(number) counts a member twice" }
            if !Set(active.leaders).isSubset(of: active.members) { return "a leader of configuration \(number) is no member" }
            guard index > 0 else { continue }
            if active.firstSlot <= configurations[index - 1].firstSlot {
                return "configuration \(number) takes force at \(active.firstSlot), before the one that it follows"
            }
            if active.firstSlot <= delivered + 1 { return "configuration \(number) is in force and not the first" }
        }
        return nil
    }

    /// What waits for the disk waits for a token that is not there yet, in the order of tokens.
    private var brokenTokens: String? {
        var last = persistedToken
        for (token, _) in held {
            if token < last { return "something waits for token \(token) behind one for \(last)" }
            last = token
        }
        if let first = held.first, first.token <= persistedToken { return "token \(first.token) is on disk, and is waited for" }
        return nil
    }

    /// An acceptor never accepts below its promise, and a slot that is decided is not being proposed in.
    private var brokenSlot: String? {
        guard windowEnd > delivered else { return nil }
        for slot in (delivered + 1)...min(windowEnd, delivered + Self.acceptAhead) {
            let entry = ring[Self.ringIndex(slot)]
            guard entry.slot == slot else { continue }
            if entry.accepted != .none && entry.accepted > entry.promised {
                return "slot \(slot) accepted \(entry.accepted) above its promise \(entry.promised)"
            }
            if entry.isDecided && entry.phase != .idle { return "slot \(slot) is decided and proposed in" }
        }
        return nil
    }
}
