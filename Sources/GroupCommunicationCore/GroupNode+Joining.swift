import Consensus
import Primitives

extension GroupNode {
    private static let pendingJoinLifetime: Duration = .seconds(10)
    private static let maximumPendingJoins = 32
    /// How long a joiner goes on asking while the group still lists what its server was before.
    private static let oldIncarnationPatience: Duration = .seconds(5)

    // MARK: The joiner

    /// Begins to ask. Who is asking is on disk first: once the group has let a joiner in, it counts on it, so after a crash
    /// the joiner must come back as the same.
    mutating func join(_ identity: MemberIdentity, payload: [UInt8], seeds: [String], now: MonotonicTime) {
        engine = PaxosEngine(identity: identity)
        engine.plantedBug = plantedBug
        links = [PeerLink(address: settings.address)]
        let others = seeds.filter { $0 != settings.address && !$0.isEmpty }
        guard !others.isEmpty else {
            refuse(.noAnswer)
            return
        }
        let patience = settings.joinAttemptTimeout * (settings.joinRounds * others.count)
        phase = .joining(
            JoinAttempt(
                member: Member(identity: identity, address: settings.address), payload: payload, seeds: others,
                nextSeedAt: now + settings.joinAttemptTimeout, deadline: now + patience))
        connectionActions.append(.eraseLog)
        lifeToken = engine.append(joiningRecord(identity))
        updateLinks(now: now)
    }

    private mutating func refuse(_ refusal: JoinRefusal) {
        phase = .ended
        for address in wantedAddresses { connectionActions.append(.disconnect(from: address)) }
        wantedAddresses = []
        deliveries.append(.joinRefused(refusal))
    }

    mutating func continueJoining(now: MonotonicTime) {
        guard case .joining(var attempt) = phase else { return }
        let rejection = attempt.hasReachedSeed ? nil : attempt.rejection.map { JoinRefusal.rejected(by: $0.seed, $0.1) }
        if now >= attempt.deadline {
            refuse(rejection ?? .noAnswer)
            return
        }
        if now >= attempt.nextSeedAt {
            attempt.seed = (attempt.seed + 1) % attempt.seeds.count
            // It will not get better by asking again.
            if attempt.seed == 0, let rejection, !attempt.isRejectedBySelf {
                refuse(rejection)
                return
            }
            attempt.nextSeedAt = now + settings.joinAttemptTimeout
            attempt.askedAt = nil
            phase = .joining(attempt)
            updateLinks(now: now)
        }
        let address = attempt.seeds[attempt.seed]
        guard linkedAddresses.contains(address), engine.persistedThrough >= lifeToken else { return }
        if let askedAt = attempt.askedAt, now - askedAt < .milliseconds(200) { return }
        attempt.askedAt = now
        phase = .joining(attempt)
        let request = JoinRequest(
            member: attempt.member, protocolVersions: settings.protocolVersions, payload: attempt.payload)
        sendDirect(.joinRequest(request), to: address)
    }

    /// A seed that cannot be reached: on to the next one soon.
    mutating func noteSeedDown(_ address: String, _ evidence: LinkEvidence, now: MonotonicTime) {
        guard case .joining(var attempt) = phase, attempt.seeds[attempt.seed] == address else { return }
        if case .rejected(let rejection) = evidence, attempt.rejection == nil || rejection.reason != .sameServer {
            attempt.rejection = (address, rejection)
        }
        attempt.nextSeedAt = min(attempt.nextSeedAt, now + .milliseconds(50))
        phase = .joining(attempt)
    }

    mutating func receiveRefusal(_ refusal: JoinRefusal, now: MonotonicTime) {
        guard case .joining(var attempt) = phase else { return }
        switch refusal {
        case .noAnswer:
            attempt.nextSeedAt = min(attempt.nextSeedAt, now + .milliseconds(50))
            phase = .joining(attempt)
        case .oldIncarnationListed:
            // The group removes it, now that it knows. Who stopped asking meanwhile might be let in as it turns away.
            let since = attempt.oldListedSince ?? now
            attempt.oldListedSince = since
            phase = .joining(attempt)
            if now - since >= Self.oldIncarnationPatience { refuse(refusal) }
        case .groupIsFull, .otherGroup, .protocolVersion, .vetoed, .rejected:
            refuse(refusal)
        }
    }

    mutating func receiveWelcome(_ snapshot: NodeSnapshot, now: MonotonicTime) {
        guard case .joining = phase, snapshot.configurations[0].index(of: identity) != nil else { return }
        life = 1
        run = identity.incarnation
        lifeToken = engine.append(snapshotRecord(snapshot, awaitsFirstView: true))
        phase = .installing(token: lifeToken, snapshot)
    }

    /// The welcome is on disk: this node is a member from here on.
    mutating func noteInstalled(token: UInt64, now: MonotonicTime) {
        guard case .installing(let awaited, let snapshot) = phase, token >= awaited else { return }
        install(snapshot, awaitsFirstView: true, now: now)
    }

    // MARK: The member that is asked

    mutating func receiveJoinRequest(_ request: JoinRequest, group: UUID, now: MonotonicTime) {
        guard case .member = phase, let latest = engine.latestConfiguration else { return }
        let member = request.member
        guard !member.address.isEmpty, member.address != settings.address else { return }
        if latest.index(of: member.identity) != nil, welcomeAgain(member) { return }
        let step = firstStep(request, group: group, latest: latest, now: now)
        if let index = pendingJoins.firstIndex(where: { $0.request.member == member }) {
            pendingJoins[index].expiresAt = now + Self.pendingJoinLifetime
            pendingJoins[index].askedAt = now
            if case .refused(let refusal) = step {
                pendingJoins[index].step = step
                sendDirect(.joinRefused(refusal), to: member.address)
            }
            return
        }
        guard pendingJoins.count < Self.maximumPendingJoins else { return }
        pendingJoins.append(
            PendingJoin(request: request, step: step, askedAt: now, expiresAt: now + Self.pendingJoinLifetime))
        updateLinks(now: now)
    }

    private mutating func firstStep(
        _ request: JoinRequest, group: UUID, latest: Configuration, now: MonotonicTime
    ) -> PendingJoin.Step {
        let member = request.member
        if group != settings.groupName { return .refused(.otherGroup) }
        if !request.protocolVersions.contains(latest.protocolVersion) { return .refused(.protocolVersion) }
        if latest.index(of: member.identity) != nil { return .linking }
        let old = latest.members.filter {
            $0.identity.serverUUID == member.identity.serverUUID || $0.address == member.address
        }
        if !old.isEmpty {
            // A new process of that server, or on that address: the old one is gone, if it has fallen silent. One that is heard
            // is another server: a copied data directory or option file must not get a living member removed, nor, when it
            // has the name of one and the address of another, that other one.
            let peers = old.map { engine.peer($0.identity) ?? 0 }
            if peers.allSatisfy({ $0 != 0 && isSuspect($0, now: now) }) {
                for peer in peers { links[peer].isSuperseded = true }
            }
            return .refused(.oldIncarnationListed)
        }
        if latest.members.count >= Configuration.maximumMembers { return .refused(.groupIsFull) }
        return .linking
    }

    mutating func continueJoins(_ latest: Configuration, now: MonotonicTime) {
        guard !pendingJoins.isEmpty else { return }
        var isDone: [Int] = []
        for index in pendingJoins.indices {
            let member = pendingJoins[index].request.member
            if now >= pendingJoins[index].expiresAt {
                isDone.append(index)
                continue
            }
            guard linkedAddresses.contains(member.address) else { continue }
            switch pendingJoins[index].step {
            case .linking:
                if settings.asksBeforeJoin && latest.index(of: member.identity) == nil {
                    let request = nextJoinRequest
                    nextJoinRequest += 1
                    pendingJoins[index].step = .approving(request: request)
                    deliveries.append(
                        .approveJoin(request: request, member: member, payload: pendingJoins[index].request.payload))
                } else {
                    pendingJoins[index].step = .ready
                }
            case .approving:
                break
            case .ready:
                if latest.members.count >= Configuration.maximumMembers && latest.index(of: member.identity) == nil {
                    pendingJoins[index].step = .refused(.groupIsFull)
                }
            case .refused(let refusal):
                sendDirect(.joinRefused(refusal), to: member.address)
                // The link stays a while: an answer on a link that is taken down at once would not arrive.
                beCourteous(to: member.address, identity: nil, now: now)
                isDone.append(index)
            }
        }
        guard !isDone.isEmpty else { return }
        for index in isDone.reversed() { pendingJoins.remove(at: index) }
        updateLinks(now: now)
    }

    mutating func answerJoin(_ request: UInt64, refusal: String?) {
        guard let index = pendingJoins.firstIndex(where: { $0.step == .approving(request: request) }) else { return }
        pendingJoins[index].step = refusal.map { .refused(.vetoed($0)) } ?? .ready
    }

    /// Sends the joiners what they start from, as their configuration takes force.
    mutating func welcomeJoiners(_ joined: [Member], _ welcome: NodeSnapshot) {
        for member in joined {
            guard pendingJoins.contains(where: { $0.request.member == member }) else { continue }
            pendingJoins.removeAll { $0.request.member == member }
            sendDirect(.welcome(welcome), to: member.address)
        }
    }

    /// For a joiner that asks although it is listed. False when there is nothing (yet) to send.
    private mutating func welcomeAgain(_ member: Member) -> Bool {
        guard let peer = engine.peer(member.identity), links.indices.contains(peer), !links[peer].wasHeard else {
            return true
        }
        guard
            let welcome = welcomes.first(where: { welcome in
                welcome.configurations[0].index(of: member.identity) != nil
            })
        else { return false }
        sendDirect(.welcome(welcome), to: member.address)
        return true
    }
}
