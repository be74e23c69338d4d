import Consensus
import Primitives

/// A server's question, before it begins a group, whether there is one already.
struct Inquiry: Sendable {
    /// Who has neither answered nor refused the connection.
    var pending: [String]
    var standings: [Standing] = []
    var askedAt: MonotonicTime
    var deadline: MonotonicTime
}

/// One group whatever the operator types. Who is told to begin a group asks first whether there is one; who comes back with
/// the log of one listens first whether the others went on without it; and of two that know nothing of each other the one
/// that takes part and hears a majority stays, then the one of the higher epoch: a bootstrap's is higher than what was before.
extension GroupNode {
    /// How long somebody who is silent is waited for.
    private static let askingTime: Duration = .milliseconds(1500)
    private static let askAgain: Duration = .milliseconds(200)
    /// For how long a group that was begun gives way to another that it hears of, while it has one member.
    private static let beginningTime: Duration = .seconds(10)

    // MARK: Who asks

    mutating func ask(_ addresses: [String], incarnation: UInt64, now: MonotonicTime) {
        engine.setIdentity(MemberIdentity(serverUUID: settings.serverUUID, incarnation: incarnation))
        var all: [String] = []
        for address in addresses + replayedMembers.map(\.address)
        where address != settings.address && !address.isEmpty && !all.contains(address) { all.append(address) }
        seedAddresses = all
        phase = .asking(Inquiry(pending: all, askedAt: now, deadline: now + Self.askingTime))
        updateLinks(now: now)
    }

    mutating func continueAsking(now: MonotonicTime) {
        guard case .asking(var inquiry) = phase else { return }
        if inquiry.pending.isEmpty || now >= inquiry.deadline {
            phase = .ended
            for address in wantedAddresses { connectionActions.append(.disconnect(from: address)) }
            wantedAddresses = []
            deliveries.append(.asked(inquiry.standings))
            return
        }
        guard now - inquiry.askedAt >= Self.askAgain else { return }
        inquiry.askedAt = now
        phase = .asking(inquiry)
        for address in inquiry.pending { sendDirect(.inquiry, to: address) }
    }

    /// Nobody is there, or nobody who belongs to the group.
    mutating func noteNobody(at address: String) {
        settlesFor.removeAll { $0 == address }
        guard case .asking(var inquiry) = phase else { return }
        inquiry.pending.removeAll { $0 == address }
        phase = .asking(inquiry)
    }

    // MARK: Who is asked

    /// What this node says of itself to somebody; nil when it takes part in nothing.
    func standing(listsReceiver: Bool, now: MonotonicTime) -> Standing? {
        switch phase {
        case .asking:
            return Standing(
                kind: .asking, server: settings.serverUUID, address: settings.address, epoch: 0, number: 0,
                listsReceiver: false, missing: 0)
        case .member:
            guard let latest = engine.latestConfiguration else { return nil }
            let isSettling = settlesUntil != nil || engine.isReplaying
            let heard = latest.members.filter { member in
                guard let peer = engine.peer(member.identity), peer != 0 else { return true }
                return links[peer].wasHeard && !reportedUnreachable.contains(member.identity)
            }
            return Standing(
                kind: isSettling
                    ? .settling : isBeginning(latest, now: now) ? .beginning : hasMajority ? .active : .blocked,
                server: settings.serverUUID,
                address: settings.address, epoch: latest.epoch, number: latest.number, listsReceiver: listsReceiver,
                missing: UInt8(clamping: latest.majority - heard.count))
        case .idle, .joining, .installing, .leaving, .ended:
            return nil
        }
    }

    mutating func answerInquiry(of server: UUID, at address: String, now: MonotonicTime) {
        let latest = engine.latestConfiguration
        tellStanding(to: address, listsReceiver: latest?.members.contains { $0.identity.serverUUID == server } ?? false, now: now)
    }

    /// At once, or as soon as there is a link.
    mutating func tellStanding(to address: String, listsReceiver: Bool, now: MonotonicTime) {
        guard let standing = standing(listsReceiver: listsReceiver, now: now) else { return }
        if linkedAddresses.contains(address) {
            sendDirect(.standing(standing), to: address)
        } else if isTakingPart {
            beCourteous(to: address, identity: nil, listsReceiver: listsReceiver, now: now)
        }
    }

    func isBeginning(_ latest: Configuration, now: MonotonicTime) -> Bool {
        guard let began = beganAt else { return false }
        return now - began < Self.beginningTime && latest.members.count == 1 && plantedBug != .ignoreOtherGroup
    }

    // MARK: What was heard

    mutating func receiveStanding(_ standing: Standing, now: MonotonicTime) {
        if case .asking(var inquiry) = phase {
            inquiry.pending.removeAll { $0 == standing.address }
            // Of two that ask at the same time the one with the lower uuid may begin.
            let counts = standing.kind != .asking || standing.server < settings.serverUUID
            if counts && !inquiry.standings.contains(where: { $0.server == standing.server }) {
                inquiry.standings.append(standing)
            }
            phase = .asking(inquiry)
            return
        }
        guard case .member = phase, !engine.isReplaying else { return }
        settlesFor.removeAll { $0 == standing.address }
        guard let latest = engine.latestConfiguration,
            standing.kind != .asking, plantedBug != .ignoreOtherGroup
        else { return }
        let isLater = standing.epoch > latest.epoch
        let livesOn = standing.kind == .active && !standing.listsReceiver
        if isBeginning(latest, now: now) {
            guard livesOn || isLater else { return }
            log(.warning, "The group is there already, as the server at \(standing.address) says: this one gives way to it.")
            end(.superseded)
        } else if settlesUntil != nil || !hasMajority {
            guard isLater || livesOn else { return }
            log(
                .note,
                "The group went on without this member, as the server at \(standing.address) says; it has to join anew.")
            end(.expelled)
        } else if isLater || standing.kind == .active, !strangers.contains(standing.server) {
            strangers.append(standing.server)
            if strangers.count > Configuration.maximumMembers { strangers.removeFirst() }
            log(
                .error,
                "The server at \(standing.address) (\(standing.server)) is in another group of the same name: it was "
                    + "bootstrapped although this one exists. Stop it there, and let it join this one.")
        }
    }
}
