import Consensus
import Platform

extension GroupNode {
    /// Silence after which a member's slots are taken over by others, long before it counts as UNREACHABLE.
    private var takeoverSilence: Duration { settings.heartbeatInterval * 2 + .milliseconds(200) }

    /// Whether this member itself does not hear the peer right now.
    func isSuspect(_ peer: Int, now: MonotonicTime) -> Bool {
        let link = links[peer]
        return link.isRefused || link.isReset || link.isSuperseded || now - link.lastHeard > takeoverSilence
    }

    /// Whether another member, which this one hears, hears the peer: then only a link is broken, the order goes on by way of
    /// that other member, and the peer's slots are left alone.
    private func isHeardByOthers(_ peer: Int, place: Int, _ configuration: Configuration, now: MonotonicTime) -> Bool {
        guard !links[peer].isSuperseded else { return false }
        return configuration.members.contains { member in
            guard let other = engine.peer(member.identity), other != 0, other != peer, !isSuspect(other, now: now),
                let report = links[other].report, report.number == configuration.number
            else { return false }
            return report.heard & (1 << UInt16(place)) != 0
        }
    }

    /// A member that this one hears and that hears the given one.
    func relay(toward identity: MemberIdentity, now: MonotonicTime) -> Int? {
        guard let configuration = engine.latestConfiguration, let place = configuration.index(of: identity) else {
            return nil
        }
        return configuration.members.compactMap { engine.peer($0.identity) }.first { other in
            guard other != 0, links[other].isLinked, !isSuspect(other, now: now), let report = links[other].report,
                report.number == configuration.number
            else { return false }
            return report.heard & (1 << UInt16(place)) != 0
        }
    }

    private func isReachable(_ peer: Int, now: MonotonicTime) -> Bool {
        let link = links[peer]
        return !link.isSuperseded && !(link.isRefused && link.wasHeard)
            && now - link.lastHeard <= settings.suspicionTimeout
    }

    /// Certainly dead, or silent for longer than the group is willing to wait.
    private func isCondemned(_ peer: Int, now: MonotonicTime) -> Bool {
        let link = links[peer]
        return link.isSuperseded || (link.isRefused && link.wasHeard)
            || now - link.lastHeard > settings.suspicionTimeout + expelTimeout
    }

    /// One round of the detector: opinions, reports to the others, removals.
    mutating func detectFailures(now: MonotonicTime) {
        guard let configuration = engine.latestConfiguration, configuration.members.count > 1 || links.count > 1 else {
            noteReachability([], hasMajority: true)
            return
        }
        var condemned: UInt16 = 0
        var superseded: UInt16 = 0
        var unreachable: [MemberIdentity] = []
        for (index, member) in configuration.members.enumerated() {
            guard let peer = engine.peer(member.identity), peer != 0 else { continue }
            let isSuspect = isSuspect(peer, now: now)
            let isRelayed = isSuspect && isHeardByOthers(peer, place: index, configuration, now: now)
            engine.setSuspect(peer: peer, isSuspect && !isRelayed)
            if isCondemned(peer, now: now) { condemned |= 1 << UInt16(index) }
            if links[peer].isSuperseded { superseded |= 1 << UInt16(index) }
            if !isRelayed && !isReachable(peer, now: now) { unreachable.append(member.identity) }
        }
        let reachable = configuration.members.count - unreachable.count
        noteReachability(unreachable, hasMajority: reachable >= configuration.majority)
        let isNews = condemned != reportedCondemned || superseded != reportedSuperseded
        if isNews || now >= heartbeatDueAt {
            heartbeatDueAt = now + settings.heartbeatInterval
            reportedCondemned = condemned
            reportedSuperseded = superseded
            for peer in 1..<max(1, links.count) where links[peer].isLinked { writeHeartbeat(to: peer, now: now) }
        }
    }

    private mutating func noteReachability(_ unreachable: [MemberIdentity], hasMajority: Bool) {
        if unreachable != reportedUnreachable {
            reportedUnreachable = unreachable
            deliveries.append(.reachabilityChanged(unreachable: unreachable))
        }
        if hasMajority != self.hasMajority {
            self.hasMajority = hasMajority
            deliveries.append(hasMajority ? .majorityRegained : .majorityLost)
        }
    }

    func heartbeat(now: MonotonicTime) -> Heartbeat {
        var heard: UInt16 = 0
        for (index, member) in (engine.latestConfiguration?.members ?? []).enumerated() {
            guard let peer = engine.peer(member.identity) else { continue }
            if peer == 0 || now - links[peer].lastHeard <= takeoverSilence { heard |= 1 << UInt16(index) }
        }
        return Heartbeat(
            number: engine.latestConfiguration?.number ?? 0, released: ownReleased, heard: heard,
            condemned: reportedCondemned, superseded: reportedSuperseded)
    }

    mutating func writeHeartbeat(to peer: Int, now: MonotonicTime) {
        let heartbeat = heartbeat(now: now)
        engine.write(to: peer) { $0.write(NodeMessage.heartbeat(heartbeat)) }
    }

    /// That a server came back as another incarnation is a fact, not an opinion: it holds for everyone.
    mutating func noteReport(_ report: Heartbeat, now: MonotonicTime) {
        guard report.superseded != 0, let configuration = engine.latestConfiguration,
            report.number == configuration.number
        else { return }
        for (index, member) in configuration.members.enumerated() where report.superseded & (1 << UInt16(index)) != 0 {
            guard let peer = engine.peer(member.identity), peer != 0 else { continue }
            links[peer].isSuperseded = true
        }
    }

    /// The members that a majority of the configuration would remove, this member being the one to propose it: the first
    /// in the list that is not itself condemned. Never so many that less than a majority would stay.
    func membersToRemove(_ configuration: Configuration) -> [MemberIdentity] {
        var votes = Array(repeating: 0, count: configuration.members.count)
        for (index, member) in configuration.members.enumerated() {
            guard let peer = engine.peer(member.identity) else { continue }
            let mask: UInt16
            if peer == 0 {
                mask = reportedCondemned
            } else if let report = links[peer].report, report.number == configuration.number,
                reportedCondemned & (1 << UInt16(index)) == 0
            {
                mask = report.condemned
            } else {
                continue
            }
            for place in votes.indices where mask & (1 << UInt16(place)) != 0 { votes[place] += 1 }
        }
        var chosen = votes.indices.filter { votes[$0] >= configuration.majority }
        chosen.sort { (votes[$0], $0) > (votes[$1], $1) }
        chosen = Array(chosen.prefix(configuration.members.count - configuration.majority))
        guard !chosen.isEmpty, let own = configuration.index(of: identity), !chosen.contains(own) else { return [] }
        let first = configuration.members.indices.first { index in
            !chosen.contains(index) && reportedCondemned & (1 << UInt16(index)) == 0
        }
        guard first == own else { return [] }
        return chosen.sorted().map { configuration.members[$0].identity }
    }
}
