import Consensus
import Primitives

extension GroupNode {
    private static let snapshotCode: UInt8 = 16
    private static let lifeCode: UInt8 = 17
    private static let joiningCode: UInt8 = 18
    private static let epochCode: UInt8 = 19
    private static let claimCode: UInt8 = 20

    /// Takes one record of the log of an earlier run, in the order in which they were written; before `start`. Throws
    /// on a record that no version of this program wrote.
    public mutating func replay(_ record: LogRecord) throws(MalformedBytes) {
        bytesWritten += UInt64(record.bytes.count)
        var reader = ByteReader(record.bytes)
        switch try reader.readUInt8() {
        case Self.snapshotCode:
            let identity = try reader.readMemberIdentity()
            let awaits = try reader.readUInt8() != 0
            let life = try reader.readLife()
            let snapshot = try reader.readNodeSnapshot()
            replayedClaims = []
            for _ in 0..<(try reader.readUInt8()) {
                let other = try reader.readMemberIdentity()
                note(try reader.readRunClaim(), of: other)
            }
            guard identity.serverUUID == settings.serverUUID else {
                throw MalformedBytes("the log of another server, \(identity.serverUUID)")
            }
            replayedSnapshot = (snapshot, identity, awaits)
            replayedJoiner = nil
            replayedLife = max(replayedLife, life)
        case Self.lifeCode:
            replayedLife = max(replayedLife, try reader.readLife())
        case Self.joiningCode:
            let identity = try reader.readMemberIdentity()
            guard identity.serverUUID == settings.serverUUID else {
                throw MalformedBytes("the log of another server, \(identity.serverUUID)")
            }
            replayedJoiner = identity
            replayedSnapshot = nil
        case Self.epochCode:
            promisedEpoch = max(promisedEpoch, try reader.readEpoch())
        case Self.claimCode:
            let other = try reader.readMemberIdentity()
            note(try reader.readRunClaim(), of: other)
        default:
            guard try engine.replay(record.bytes) else { throw MalformedBytes("a record of unknown kind") }
        }
    }

    /// What is remembered of another member; the last word counts.
    private mutating func note(_ claim: RunClaim, of identity: MemberIdentity) {
        replayedClaims.removeAll { $0.identity == identity }
        replayedClaims.append(PeerClaim(identity: identity, claim: claim, written: claim.held))
    }

    /// Whether the replayed log tells of a membership, or of a join that was under way, so that `NodeRole.resume` is
    /// possible.
    public var canResume: Bool { replayedSnapshot != nil || replayedJoiner != nil }

    /// The members of the configuration that the log begins with; empty without one.
    public var replayedMembers: [Member] { replayedSnapshot?.snapshot.configurations.last?.members ?? [] }

    func joiningRecord(_ identity: MemberIdentity) -> PaxosLogEntry {
        var writer = ByteWriter(capacity: 1 + MemberIdentity.encodedSize)
        writer.write(Self.joiningCode)
        writer.write(identity)
        return PaxosLogEntry(slot: 0, bytes: writer.take())
    }

    func epochRecord(_ epoch: UInt64) -> PaxosLogEntry {
        var writer = ByteWriter(capacity: 9)
        writer.write(Self.epochCode)
        writer.write(epoch)
        return PaxosLogEntry(slot: engine.delivered + 1, bytes: writer.take())
    }

    func claimRecord(_ identity: MemberIdentity, _ claim: RunClaim) -> PaxosLogEntry {
        var writer = ByteWriter(capacity: 1 + MemberIdentity.encodedSize + RunClaim.encodedSize)
        writer.write(Self.claimCode)
        writer.write(identity)
        writer.write(claim)
        return PaxosLogEntry(slot: engine.delivered + 1, bytes: writer.take())
    }

    func snapshotRecord(_ snapshot: NodeSnapshot, awaitsFirstView: Bool) -> PaxosLogEntry {
        var writer = ByteWriter(capacity: 512)
        writer.write(Self.snapshotCode)
        writer.write(identity)
        writer.write(UInt8(awaitsFirstView ? 1 : 0))
        writer.write(life)
        writer.write(snapshot)
        writer.write(UInt8(clamping: claims.count))
        for known in claims.prefix(255) {
            writer.write(known.identity)
            writer.write(known.claim)
        }
        return PaxosLogEntry(slot: snapshot.base + 1, bytes: writer.take())
    }

    mutating func begin(_ start: NodeStart, now: MonotonicTime) {
        guard case .idle = phase else { return }
        deliverFrom = start.from
        switch start.role {
        case .standalone, .bootstrap:
            if let replayed = replayedSnapshot, case .standalone = start.role {
                resume(replayed, start, seeds: [], now: now)
            } else {
                bootstrap(start, now: now)
            }
        case .ask(let addresses):
            ask(addresses, incarnation: start.incarnation, now: now)
        case .join(let seeds):
            // A join that did not get through, but may have been ordered, goes on under its old name.
            let identity =
                replayedJoiner ?? MemberIdentity(serverUUID: settings.serverUUID, incarnation: start.incarnation)
            join(identity, payload: start.joinPayload, seeds: seeds, now: now)
        case .resume(let seeds):
            if let joiner = replayedJoiner {
                // The group may have let it in already: it goes on as who it was.
                join(joiner, payload: start.joinPayload, seeds: seeds, now: now)
                return
            }
            guard let replayed = replayedSnapshot else {
                log(.error, "The group log holds no configuration to resume from.")
                end(.logUnavailable)
                return
            }
            resume(replayed, start, seeds: seeds, now: now)
        }
    }

    private mutating func adopt(_ identity: MemberIdentity) {
        engine = PaxosEngine(identity: identity)
        engine.plantedBug = plantedBug
        links = [PeerLink(address: settings.address)]
    }

    /// Higher than any epoch that this server has heard of in an earlier run.
    private func epochOfBootstrap(_ start: NodeStart) -> UInt64 {
        let known = max(promisedEpoch, replayedSnapshot?.snapshot.configurations.last?.epoch ?? 0)
        guard replayedSnapshot != nil || known > 0 else { return start.epoch }
        return max(start.epoch, (known >> 8 + 1) << 8)
    }

    private mutating func bootstrap(_ start: NodeStart, now: MonotonicTime) {
        let epoch = epochOfBootstrap(start)
        seedAddresses = start.watched.filter { $0 != settings.address }
        if !settings.address.isEmpty { beganAt = now }
        let identity = MemberIdentity(serverUUID: settings.serverUUID, incarnation: start.incarnation)
        adopt(identity)
        connectionActions.append(.eraseLog)
        let horizon = min(
            max(start.eventHorizon, Configuration.eventHorizonLimits.lowerBound),
            Configuration.eventHorizonLimits.upperBound)
        // A log that begins anew goes on above the positions that the upper layer knows.
        let base = start.from.slot
        let member = Member(identity: identity, address: settings.address)
        let configuration = Configuration(
            number: 1, epoch: epoch, firstSlot: base + 1, members: [member], leaderChoice: start.leaderChoice,
            eventHorizon: horizon, protocolVersion: settings.protocolVersions.upperBound)
        var first = ReplicatedState(viewID: ViewID(random: start.viewRandom, counter: 0))
        first.origins = [ReplicatedState.Origin(identity: identity)]
        first.exchange = 1
        life = 1
        run = identity.incarnation
        let snapshot = NodeSnapshot(base: base, configurations: [configuration], state: first)
        lifeToken = engine.append(snapshotRecord(snapshot, awaitsFirstView: false))
        install(snapshot, awaitsFirstView: false, now: now)
    }

    private mutating func resume(
        _ replayed: (snapshot: NodeSnapshot, identity: MemberIdentity, awaitsFirstView: Bool), _ start: NodeStart,
        seeds: [String], now: MonotonicTime
    ) {
        let listed = replayed.snapshot.configurations.flatMap(\.members).first { $0.identity == replayed.identity }
        if let listed, !settings.address.isEmpty, listed.address != settings.address {
            log(
                .error,
                "The group log is that of the member at \(listed.address), and group_replication_local_address is "
                    + "\(settings.address): the others would not find it there. This server cannot go on as that member, and "
                    + "has to join the group anew.")
            end(.forgotten)
            return
        }
        engine.setIdentity(replayed.identity)
        life = replayedLife + 1
        run = start.incarnation
        claims = replayedClaims
        seedAddresses = seeds.filter { $0 != settings.address }
        var writer = ByteWriter(capacity: 5)
        writer.write(Self.lifeCode)
        writer.write(life)
        isReturning = true
        isOffline = start.isOffline
        install(replayed.snapshot, awaitsFirstView: replayed.awaitsFirstView, now: now)
        lifeToken = engine.append(PaxosLogEntry(slot: engine.logStart + 1, bytes: writer.take()))
        replayedSnapshot = nil
        if settings.address.isEmpty || start.isOffline || plantedBug == .skipSettling { return }
        if links.count < 2 && seedAddresses.isEmpty { return }
        settlesUntil = now + Self.settleTime
        settlesFor = seedAddresses
        updateLinks(now: now)
        updateFreeze()
    }

    /// Becomes a member at a snapshot: from here on the engine takes part.
    mutating func install(_ snapshot: NodeSnapshot, awaitsFirstView: Bool, now: MonotonicTime) {
        state = snapshot.state
        self.awaitsFirstView = awaitsFirstView
        lastGapSlot = snapshot.base
        engine.install(base: snapshot.base, configurations: snapshot.configurations, now: now)
        reachAtStart = engine.durablyDelivered
        inForceNumber = snapshot.configurations[0].number
        inForceMembers = snapshot.configurations[0].members
        snapshots = []
        phase = .member
        ownProgressAt = now
        snapshotDueAt = now + .seconds(1)
        trimDueAt = now + .seconds(1)
        updateLinks(now: now)
        requestStateIfMissing()
    }

    /// Asks the upper layer for this member's part of the view that is being made.
    mutating func requestStateIfMissing() {
        guard state.exchange != 0, !engine.isReplaying,
            !state.contributions.contains(where: { $0.identity == identity })
        else { return }
        deliveries.append(.requestState(request: state.exchange))
    }
}
