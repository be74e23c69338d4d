import Consensus
import Primitives

/// Each member has an opinion of its own about whom it hears; opinions travel with the heartbeats, by way of others too.
/// Only what a majority condemns is removed, by a change of the configuration that is ordered like everything else.
extension GroupNode {
    /// Silence after which a member's slots are taken over by others, long before it counts as UNREACHABLE.
    private var takeoverSilence: Duration { settings.heartbeatInterval * 2 + .milliseconds(200) }

    /// How long each next member in line waits with a removal that one before it should have proposed.
    private static let proposerPatience: Duration = .seconds(1)

    /// Whether this member itself does not hear the peer right now.
    func isSuspect(_ peer: Int, now: MonotonicTime) -> Bool {
        let link = links[peer]
        return link.isRefused || link.isReset || link.isSuperseded || now - link.lastHeard > takeoverSilence
    }

    /// What the peer is known to think of the configuration's members, unless that is old.
    private func opinion(of peer: Int, _ configuration: Configuration, now: MonotonicTime) -> Opinion? {
        let link = links[peer]
        guard link.opinion.sequence > 0, link.opinionNumber == configuration.number,
            now - link.opinionAt <= settings.suspicionTimeout
        else { return nil }
        return link.opinion
    }

    /// Another member, which this one hears, that hears the one at that place: the order goes on by way of it, so only a link
    /// is broken, and the member's slots are left alone.
    private func relay(toward place: Int, _ configuration: Configuration, now: MonotonicTime) -> Int? {
        for (index, member) in configuration.members.enumerated() where index != place {
            guard let other = engine.peer(member.identity), other != 0, !isSuspect(other, now: now),
                let opinion = opinion(of: other, configuration, now: now)
            else { continue }
            if opinion.heard & (1 << UInt16(place)) != 0 { return other }
        }
        return nil
    }

    /// A member that this one hears and that hears the given one.
    func relay(toward identity: MemberIdentity, now: MonotonicTime) -> Int? {
        guard let configuration = engine.latestConfiguration, let place = configuration.index(of: identity),
            let other = relay(toward: place, configuration, now: now), links[other].isLinked
        else { return nil }
        return other
    }

    /// It was there before this member came back, and was not heard in the time that this one listened.
    private func isMissing(_ peer: Int) -> Bool {
        links[peer].isUnconfirmed && settlesUntil == nil && !engine.isReplaying
    }

    private func isReachable(_ peer: Int, now: MonotonicTime) -> Bool {
        let link = links[peer]
        if isMissing(peer) { return false }
        return !link.isSuperseded && !(link.isRefused && link.wasHeard)
            && now - link.lastHeard <= settings.suspicionTimeout
    }

    /// Certainly dead, or silent for longer than the group is willing to wait, or for as long deaf: one that is heard but
    /// does not hear a majority cannot follow the order.
    private func isCondemned(_ peer: Int, now: MonotonicTime) -> Bool {
        let link = links[peer]
        if link.isSuperseded || (link.isRefused && (link.wasHeard || isMissing(peer))) { return true }
        if isAwaited(peer) { return link.isRefused || now - link.lastHeard > settings.suspicionTimeout }
        // Who was alone with its silence, or met a majority again just now, knows nothing of those it has yet to meet.
        guard let majoritySince, now - majoritySince >= settings.suspicionTimeout else { return false }
        let patience = settings.suspicionTimeout + expelTimeout
        return now - link.lastHeard > patience || link.deafSince.map { now - $0 > patience } ?? false
    }

    private func isDeaf(_ opinion: Opinion, _ configuration: Configuration) -> Bool {
        opinion.heard.nonzeroBitCount < configuration.majority
    }

    /// Whether the peer is a joiner that has not taken part in anything yet.
    func isAwaited(_ peer: Int) -> Bool {
        guard state.exchange != 0, state.exchange == engine.latestConfiguration?.number else { return false }
        let identity = engine.identity(ofPeer: peer)
        return !state.viewMembers.contains { $0.identity == identity }
            && !state.contributions.contains { $0.identity == identity }
    }

    /// While this member itself stood still, it heard nobody: that says nothing of the others.
    private mutating func forgiveOwnSleep(now: MonotonicTime) {
        defer { detectedAt = now }
        guard detectedAt.nanoseconds > 0, now - detectedAt > settings.heartbeatInterval * 2 else { return }
        let slept = now - detectedAt
        for peer in links.indices {
            links[peer].lastHeard = min(now, links[peer].lastHeard + slept)
            links[peer].deafSince = links[peer].deafSince.map { min(now, $0 + slept) }
        }
        removalWantedSince = nil
    }

    /// One round of the detector: this member's opinion, what it tells the others, what its table shows.
    mutating func detectFailures(now: MonotonicTime) {
        forgiveOwnSleep(now: now)
        guard let configuration = engine.latestConfiguration, configuration.members.count > 1 || links.count > 1 else {
            noteReachability([], of: engine.latestConfiguration, hasMajority: true, now: now)
            return
        }
        var heard: UInt16 = 0
        var condemned: UInt16 = 0
        var superseded: UInt16 = 0
        var unreachable: [MemberIdentity] = []
        for (index, member) in configuration.members.enumerated() {
            let bit = UInt16(1) << UInt16(index)
            guard let peer = engine.peer(member.identity), peer != 0 else {
                heard |= bit
                continue
            }
            let isSuspect = isSuspect(peer, now: now)
            let isRelayed =
                isSuspect && !links[peer].isSuperseded && relay(toward: index, configuration, now: now) != nil
            engine.setSuspect(peer: peer, isSuspect && !isRelayed)
            if !isSuspect { heard |= bit }
            if isCondemned(peer, now: now) { condemned |= bit }
            if links[peer].isSuperseded { superseded |= bit }
            if !isRelayed && !isReachable(peer, now: now) { unreachable.append(member.identity) }
        }
        let reachable = configuration.members.count - unreachable.count
        noteReachability(unreachable, of: configuration, hasMajority: reachable >= configuration.majority, now: now)
        let isNews =
            heard != ownOpinion.heard || condemned != ownOpinion.condemned || superseded != reportedSuperseded
            || configuration.number != ownOpinionNumber || takeConfirmationDue(now: now)
        if isNews || now >= heartbeatDueAt {
            heartbeatDueAt = now + settings.heartbeatInterval
            // Higher than any of an earlier run of this member.
            let sequence = max(ownOpinion.sequence, UInt64(life) << 32) + 1
            ownOpinion = Opinion(sequence: sequence, heard: heard, condemned: condemned)
            ownOpinionNumber = configuration.number
            reportedSuperseded = superseded
            for peer in 1..<max(1, links.count) where links[peer].isLinked { writeHeartbeat(to: peer, now: now) }
        }
    }

    private mutating func noteReachability(
        _ unreachable: [MemberIdentity], of configuration: Configuration?, hasMajority: Bool, now: MonotonicTime
    ) {
        majoritySince = hasMajority ? majoritySince ?? now : nil
        // Who was removed has not come back: the view without it, which is on its way, says what became of it.
        let removed = toldUnreachable.filter { identity in
            configuration?.index(of: identity) == nil && state.viewMembers.contains { $0.identity == identity }
        }
        reportedUnreachable = unreachable
        if unreachable + removed != toldUnreachable {
            toldUnreachable = unreachable + removed
            deliveries.append(.reachabilityChanged(unreachable: toldUnreachable))
        }
        if hasMajority != self.hasMajority {
            self.hasMajority = hasMajority
            deliveries.append(hasMajority ? .majorityRegained : .majorityLost)
        }
    }

    func heartbeat(to peer: Int?, now: MonotonicTime) -> Heartbeat {
        let configuration = engine.latestConfiguration
        let opinions = (configuration?.members ?? []).map { member -> Opinion in
            guard let configuration, let peer = engine.peer(member.identity) else { return Opinion() }
            if peer == 0 { return ownOpinionNumber == configuration.number ? ownOpinion : Opinion() }
            return opinion(of: peer, configuration, now: now) ?? Opinion()
        }
        return Heartbeat(
            number: configuration?.number ?? 0, claim: ownClaim, known: confirmedClaim(of: peer),
            knownIncarnation: peer.map { engine.identity(ofPeer: $0).incarnation } ?? 0, superseded: reportedSuperseded, opinions: opinions)
    }

    mutating func writeHeartbeat(to peer: Int, now: MonotonicTime) {
        let heartbeat = heartbeat(to: peer, now: now)
        engine.write(to: peer) { $0.write(NodeMessage.heartbeat(heartbeat)) }
    }

    /// Takes the opinions that are news. That a server came back as another incarnation is a fact, not an opinion: it
    /// holds for everyone.
    mutating func noteHeartbeat(_ heartbeat: Heartbeat, now: MonotonicTime) {
        guard let configuration = engine.latestConfiguration, heartbeat.number == configuration.number else { return }
        for (index, member) in configuration.members.enumerated() {
            guard let peer = engine.peer(member.identity), peer != 0 else { continue }
            if heartbeat.superseded & (1 << UInt16(index)) != 0 { links[peer].isSuperseded = true }
            guard heartbeat.opinions.indices.contains(index) else { continue }
            let opinion = heartbeat.opinions[index]
            guard opinion.sequence > links[peer].opinion.sequence else { continue }
            links[peer].opinion = opinion
            links[peer].opinionNumber = configuration.number
            links[peer].opinionAt = now
            links[peer].deafSince = isDeaf(opinion, configuration) ? links[peer].deafSince ?? now : nil
        }
    }

    /// What a majority of the configuration would do about its members, if it is this member's turn to propose that: the first
    /// in the list that is not itself condemned, and after a while each next one. Who is gone is marked as lost at once, so
    /// that nobody waits for it, and removed when that was so for a while; who is back is not lost any more.
    mutating func stepsAboutMembers(_ configuration: Configuration, now: MonotonicTime) -> [ConfigurationChange.Step] {
        let chosen = condemnedByMajority(configuration, now: now)
        let removable = removable(chosen, configuration, now: now)
        let lost = configuration.members.indices.filter { place in
            guard !removable.contains(place) else { return false }
            let identity = configuration.members[place].identity
            return chosen.contains(place) || (configuration.lost.contains(identity) && !isBack(identity, now: now))
        }.map { configuration.members[$0].identity }
        let isNews = !removable.isEmpty || Set(lost) != Set(configuration.lost)
        guard isNews, let own = configuration.index(of: identity), !chosen.contains(own) else {
            removalWantedSince = nil
            return []
        }
        let since = removalWantedSince ?? now
        removalWantedSince = since
        let before = (0..<own).filter { !chosen.contains($0) && ownOpinion.condemned & (1 << UInt16($0)) == 0 }
        guard now - since >= Self.proposerPatience * before.count else { return [] }
        if !removable.isEmpty { return removable.map { .remove(configuration.members[$0].identity) } }
        return [.lost(lost)]
    }

    /// Whether a lost member is heard again.
    private func isBack(_ identity: MemberIdentity, now: MonotonicTime) -> Bool {
        guard let peer = engine.peer(identity), peer != 0 else { return true }
        return links[peer].wasHeard && !isSuspect(peer, now: now) && !isCondemned(peer, now: now)
    }

    /// Who of those that a majority condemns is to go now: never so many that less than a majority would stay.
    private mutating func removable(_ chosen: [Int], _ configuration: Configuration, now: MonotonicTime) -> [Int] {
        var lastDeath = MonotonicTime(nanoseconds: 0)
        for (place, member) in configuration.members.enumerated() {
            guard let peer = engine.peer(member.identity), peer != 0 else { continue }
            guard chosen.contains(place) else {
                links[peer].condemnedSince = nil
                continue
            }
            let since = links[peer].condemnedSince ?? now
            links[peer].condemnedSince = since
            lastDeath = max(lastDeath, since)
        }
        let isPatienceOver = now - lastDeath >= settings.lossPatience || plantedBug == .noPatience
        let gone = chosen.filter { place in
            guard let peer = engine.peer(configuration.members[place].identity), peer != 0 else { return false }
            let link = links[peer]
            // One that came back without its log, or never took part, is of no use to a majority.
            if link.isSuperseded || isAwaited(peer) { return true }
            let isLongSilent = now - link.lastHeard > settings.suspicionTimeout + expelTimeout
            // One that was there before this member came back may only be slower to come.
            if !link.wasHeard { return isLongSilent && now - (majoritySince ?? now) >= settings.suspicionTimeout }
            return isPatienceOver || isLongSilent
        }
        return gone.prefix(configuration.members.count - configuration.majority).sorted()
    }

    /// Places in the configuration, those that most condemn first.
    private func condemnedByMajority(_ configuration: Configuration, now: MonotonicTime) -> [Int] {
        guard ownOpinionNumber == configuration.number else { return [] }
        var votes = Array(repeating: 0, count: configuration.members.count)
        for member in configuration.members {
            guard let peer = engine.peer(member.identity) else { continue }
            let mask: UInt16
            if peer == 0 {
                mask = ownOpinion.condemned
            } else if let opinion = opinion(of: peer, configuration, now: now), !isDeaf(opinion, configuration) {
                mask = opinion.condemned
            } else {
                continue
            }
            for place in votes.indices where mask & (1 << UInt16(place)) != 0 { votes[place] += 1 }
        }
        let needed = plantedBug == .oneVoiceExpels ? 1 : configuration.majority
        var chosen = votes.indices.filter { votes[$0] >= needed }
        chosen.sort { (votes[$0], $0) > (votes[$1], $1) }
        return chosen
    }
}
