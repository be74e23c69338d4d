import Consensus
import Primitives

extension GroupNode {
    /// Keeps links to all members of the known configurations, to joiners and, while they may be needed, to the seeds.
    mutating func updateLinks(now: MonotonicTime) {
        var wanted: [String] = []
        func want(_ address: String) {
            if address != settings.address && !address.isEmpty && !wanted.contains(address) { wanted.append(address) }
        }
        for configuration in engine.knownConfigurations {
            for member in configuration.members {
                want(member.address)
                let peer = engine.addPeer(member.identity)
                while links.count <= peer { links.append(PeerLink(address: "")) }
                if links[peer].address != member.address {
                    links[peer] = PeerLink(address: member.address)
                    links[peer].isLinked = linkedAddresses.contains(member.address)
                    links[peer].lastHeard = now
                    links[peer].isUnconfirmed = isReturning && peer != 0
                }
            }
        }
        for join in pendingJoins { want(join.request.member.address) }
        courtesies.removeAll { $0.until <= now }
        for courtesy in courtesies { want(courtesy.address) }
        if case .joining(let attempt) = phase { want(attempt.seeds[attempt.seed]) }
        if hasHeardNobody || settlesUntil != nil { for seed in seedAddresses { want(seed) } }
        for address in wantedAddresses where !wanted.contains(address) {
            connectionActions.append(.disconnect(from: address))
            linkedAddresses.removeAll { $0 == address }
            for peer in links.indices where links[peer].address == address { links[peer].isLinked = false }
        }
        for address in wanted where !wantedAddresses.contains(address) {
            connectionActions.append(.connect(to: address))
        }
        wantedAddresses = wanted
    }

    /// A joiner may have been listed before under the same name, and removed while it was away: what was thought of it then
    /// does not count any more.
    mutating func forgetLinks(toNewIn configuration: Configuration, known: [Member]) {
        for member in configuration.members where !known.contains(member) {
            if let peer = engine.peer(member.identity), links.indices.contains(peer) { links[peer] = PeerLink(address: "") }
        }
    }

    mutating func noteAnswer(at address: String, _ server: UUID) {
        // Those that nobody needs any more go too.
        answering = answering.filter { $0.address != address && isOwnChoice($0.address) } + [(address, server)]
        if case .joining(var attempt) = phase, attempt.seeds.contains(address) {
            attempt.hasReachedSeed = true
            phase = .joining(attempt)
        }
    }

    /// An address that is in a configuration or in this member's own settings: nobody else made this node connect to it.
    private func isOwnChoice(_ address: String) -> Bool {
        if seedAddresses.contains(address) { return true }
        if case .joining(let attempt) = phase, attempt.seeds.contains(address) { return true }
        return engine.knownConfigurations.contains { $0.members.contains { $0.address == address } }
    }

    /// Whether this node has turned to that server of its own accord. What somebody says who is in no configuration that this
    /// node knows counts only as an answer: strangers may say what they like.
    func hasAsked(_ server: UUID) -> Bool {
        answering.contains { $0.server == server && isOwnChoice($0.address) }
    }

    /// A resumed member whose whole configuration may be gone asks the seeds too.
    private var hasHeardNobody: Bool { !seedAddresses.isEmpty && !links.contains { $0.wasHeard } }

    mutating func linkUp(_ address: String, now: MonotonicTime) {
        if !linkedAddresses.contains(address) { linkedAddresses.append(address) }
        for peer in links.indices where peer > 0 && links[peer].address == address {
            links[peer].isLinked = true
            engine.relinked(peer: peer, now: now)
            writeHeartbeat(to: peer, now: now)
        }
        if isTakingPart, !links.contains(where: { $0.address == address }),
            seedAddresses.contains(address) || courtesies.contains(where: { $0.address == address })
        {
            // Of a seed, a removed member learns this way that it is one; a courtesy sees how far this member is.
            sendDirect(.heartbeat(heartbeat(to: nil, now: now)), to: address)
            let told = courtesies.first { $0.address == address }?.listsReceiver
            if let told, let standing = standing(listsReceiver: told, now: now) { sendDirect(.standing(standing), to: address) }
        }
        if case .asking(let inquiry) = phase, inquiry.pending.contains(address) { sendDirect(.inquiry, to: address) }
    }

    mutating func linkDown(_ address: String, _ evidence: LinkEvidence, now: MonotonicTime) {
        linkedAddresses.removeAll { $0 == address }
        for peer in links.indices where peer > 0 && links[peer].address == address {
            links[peer].isLinked = false
            switch evidence {
            case .refused: links[peer].isRefused = true
            case .reset: links[peer].isReset = true
            case .rejected(let rejection): if rejection.isSomebodyElse { links[peer].isRefused = true }
            case .silent: break
            }
        }
        if case .joining = phase { noteSeedDown(address, evidence, now: now) }
        switch evidence {
        case .refused: noteNobody(at: address)
        case .rejected(let rejection):
            if rejection.isSomebodyElse || rejection.reason == .secret { noteNobody(at: address) }
        case .reset, .silent: break
        }
    }

    /// Keeps a link to somebody outside for a while.
    mutating func beCourteous(
        to address: String, identity: MemberIdentity?, listsReceiver: Bool? = nil, now: MonotonicTime
    ) {
        guard !address.isEmpty, courtesies.count < Courtesy.maximumCount,
            !courtesies.contains(where: { $0.address == address })
        else { return }
        courtesies.append(
            Courtesy(
                address: address, identity: identity, listsReceiver: listsReceiver, until: now + Courtesy.lifetime))
        updateLinks(now: now)
    }

    /// Ends the courtesies whose time is over.
    mutating func endCourtesies(now: MonotonicTime) {
        guard courtesies.contains(where: { $0.until <= now }) else { return }
        updateLinks(now: now)
    }

    mutating func sawBytes(from address: String, now: MonotonicTime) {
        // Bytes tell of life only if the incarnation that sends them is known to be the listed one.
        for peer in links.indices where peer > 0 && links[peer].address == address && links[peer].wasHeard {
            heard(peer, now: now)
            engine.noteBytes(peer: peer, now: now)
        }
    }

    mutating func heard(_ peer: Int, now: MonotonicTime) {
        links[peer].lastHeard = now
        links[peer].isRefused = false
        links[peer].isReset = false
        links[peer].isUnconfirmed = false
        if !links[peer].wasHeard {
            links[peer].wasHeard = true
            if !seedAddresses.isEmpty { updateLinks(now: now) }
        }
    }
}
