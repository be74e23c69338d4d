extension GroupCore {
    /// What must hold behind every position of the order; the first that does not, or nil. A simulation asks after each step.
    func invariants() -> String? {
        if dataPosition > position { return "data at \(dataPosition), and the order is at \(position)" }
        if certifier.retainedFrom > certifier.floor {
            return "forgotten up to \(certifier.retainedFrom), above the floor \(certifier.floor)"
        }
        if certifier.floor > position { return "the floor \(certifier.floor) is above the position \(position)" }
        if Set(table.members.map(\.uuid)).count != table.members.count { return "a server is a member twice" }
        if isGroup && isSinglePrimary, let primary, table[primary]?.status != .online {
            return "\(primary) is the primary, and not ONLINE"
        }
        if let action {
            if action.pending.count > action.involved { return "\(action.pending.count) of \(action.involved) have yet to act" }
            if let stranger = action.pending.first(where: { table[$0] == nil }) {
                return "the action waits for \(stranger), who is no member"
            }
        }
        for (earlier, later) in zip(hashHistory, hashHistory.dropFirst()) where earlier.position >= later.position {
            return "the hash at \(earlier.position) is kept before that at \(later.position)"
        }
        return nil
    }
}
