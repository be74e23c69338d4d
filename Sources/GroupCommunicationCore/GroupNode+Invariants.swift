extension GroupNode {
    /// What must hold after every turn, the engine's own included; the first that does not, or nil. A simulation asks after each
    /// step.
    public func invariants() -> String? {
        guard isTakingPart else { return nil }
        if let broken = engine.invariants() { return broken }
        if configuration == nil { return "a member of no configuration" }
        if inForceMembers.contains(where: { (engine.peer($0.identity) ?? 0) >= links.count }) {
            return "a member without a link's place"
        }
        if Set(inForceMembers.map(\.identity)).count != inForceMembers.count { return "a member is in force twice" }
        if Set(state.origins.map(\.identity)).count != state.origins.count { return "an origin is counted twice" }
        if Set(state.viewMembers.map(\.identity)).count != state.viewMembers.count { return "a member is in the view twice" }
        return brokenSubmissions ?? brokenLog
    }

    /// The counts of what waits are those of what waits.
    private var brokenSubmissions: String? {
        if outboxSent > outbox.count { return "\(outboxSent) of \(outbox.count) submissions are under way" }
        if outboxFirst == 0 { return "submissions are numbered from zero" }
        let bytes = forwarded.reduce(0) { $0 + $1.count }
        if bytes != forwardedBytes { return "\(bytes) bytes were forwarded, and \(forwardedBytes) counted" }
        for (earlier, later) in zip(ownProposals, ownProposals.dropFirst()) where earlier.slot >= later.slot {
            return "proposals in slots \(earlier.slot) and \(later.slot), in this order"
        }
        return nil
    }

    private var brokenLog: String? {
        if bytesTrimmed > bytesWritten { return "\(bytesTrimmed) bytes trimmed of \(bytesWritten)" }
        for (earlier, later) in zip(snapshots, snapshots.dropFirst()) where earlier.snapshot.base > later.snapshot.base {
            return "a snapshot at \(earlier.snapshot.base) before one at \(later.snapshot.base)"
        }
        if let last = snapshots.last, last.snapshot.base > engine.delivered {
            return "a snapshot at \(last.snapshot.base), and delivered is \(engine.delivered)"
        }
        return nil
    }
}
