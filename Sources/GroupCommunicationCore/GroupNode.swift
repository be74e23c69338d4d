import Consensus
import DequeModule
import Primitives

/// One member of a group: the pure core of group communication. It orders payloads by Paxos, keeps the membership,
/// detects failures and makes views; it never touches sockets, files, clocks, randomness or threads. The shell feeds
/// it events and carries its actions out.
public struct GroupNode: Sendable {
    enum Phase: Sendable {
        case idle
        case joining(JoinAttempt)
        /// Asks whether there is a group; takes part in nothing.
        case asking(Inquiry)
        /// The welcome is on its way to the disk.
        case installing(token: UInt64, NodeSnapshot)
        case member
        /// Not in the configuration in force any more: serves the others until they need nothing more.
        case leaving(removedAt: Slot, until: MonotonicTime)
        case ended
    }

    public let settings: GroupNodeSettings
    /// When `NodeEvent.tick` is due next.
    public internal(set) var nextDeadline = MonotonicTime(nanoseconds: 0)

    var phase = Phase.idle
    var engine: PaxosEngine
    /// Indexed like the engine's peers.
    var links: [PeerLink]
    /// The addresses to which the shell keeps links, and those that are up.
    var wantedAddresses: [String] = []
    var linkedAddresses: [String] = []
    var seedAddresses: [String] = []
    /// Which server answered last at an address that this node connected to.
    var answering: [(address: String, server: UUID)] = []
    /// Links kept for a while to those that are not members (any more): they fetch what they missed, or hear that they are out.
    var courtesies: [Courtesy] = []

    // The order.
    var state = ReplicatedState(viewID: ViewID(random: 0, counter: 0))
    /// The number of the configuration in force at the next slot.
    var inForceNumber: UInt64 = 0
    var inForceMembers: [Member] = []
    /// This member has not seen a view yet: messages belong to its distributed recovery.
    var awaitsFirstView = false
    var deliverFrom = LogPosition.zero
    /// The last slot behind which no large payload was under way.
    var lastGapSlot: Slot = 0
    var reassemblies: [(origin: MemberIdentity, life: UInt32, reassembly: Reassembly)] = []
    /// What joiners of the latest configurations start from.
    var welcomes: [NodeSnapshot] = []

    // Runs of processes.
    var life: UInt32 = 0
    /// Which run of this member's process this is.
    var run: UInt64 = 0
    /// How far this member's log reached when it began.
    var reachAtStart: Slot = 0
    var claims: [PeerClaim] = []
    /// What must be on disk before some member's run is confirmed to it.
    var confirmationDue: UInt64?
    var confirmedThrough: UInt64 = 0

    // Submissions.
    var lifeToken: UInt64 = .max
    var outbox: Deque<Submission> = []
    /// The number of the first submission in `outbox`, and how many of them were proposed or forwarded.
    var outboxFirst: UInt64 = 1
    var outboxSent = 0
    var ownProposals: Deque<(slot: Slot, first: UInt64, madeAt: MonotonicTime)> = []
    /// How long a proposal takes until it is delivered here, smoothed.
    var proposalTime = Duration.zero
    /// Until then submissions gather while one of `ownProposals` is under way.
    var gathersUntil = MonotonicTime(nanoseconds: 0)
    var lastGap: UInt64 = 0
    var ownProgressAt = MonotonicTime(nanoseconds: 0)
    var forwardedTo: Int?
    /// Groups that members which own no slots sent here.
    var forwarded: Deque<[UInt8]> = []
    var forwardedBytes = 0
    var largePayloads: Deque<[UInt8]> = []
    var largeMessage: UInt64 = 0
    var largeNextPart: UInt32 = 0
    /// The first piece was passed over by everyone: the payload begins anew when no other is under way.
    var isLargeHeld = false

    // Membership.
    var changeInFlight: (base: UInt64, retryAt: MonotonicTime)?
    var changesToPropose: [ConfigurationChange] = []
    var wishes: [ConfigurationChange.Step] = []
    var leaveRequested = false
    var leaveRequestedAt = MonotonicTime(nanoseconds: 0)
    var pendingJoins: [PendingJoin] = []
    var nextJoinRequest: UInt64 = 1

    // Failure detection.
    var expelTimeout: Duration
    /// When the detector ran last.
    var detectedAt = MonotonicTime(nanoseconds: 0)
    var heartbeatDueAt = MonotonicTime(nanoseconds: 0)
    /// This member's own opinion, as it told it last, and the configuration that it is about.
    var ownOpinion = Opinion()
    var ownOpinionNumber: UInt64 = 0
    var reportedSuperseded: UInt16 = 0
    /// Since when a majority has wanted somebody removed.
    var removalWantedSince: MonotonicTime?
    var reportedUnreachable: [MemberIdentity] = []
    /// What the layer above was told of it: those who were removed stay in it until the view without them.
    var toldUnreachable: [MemberIdentity] = []
    var hasMajority = true
    /// Since when this member has heard a majority without a break.
    var majoritySince: MonotonicTime?

    // The log.
    var replayedSnapshot: (snapshot: NodeSnapshot, identity: MemberIdentity, awaitsFirstView: Bool)?
    var replayedJoiner: MemberIdentity?
    var replayedLife: UInt32 = 0
    var replayedClaims: [PeerClaim] = []
    var released: Slot = 0
    var snapshots: [(snapshot: NodeSnapshot, bytes: UInt64)] = []
    /// Bytes of records that this member has written since its log began, and how many had been written where the log
    /// that is kept begins.
    var bytesWritten: UInt64 = 0
    var bytesTrimmed: UInt64 = 0
    /// Whom this member stopped keeping its log for.
    var outrunMembers: [MemberIdentity] = []
    var snapshotDueAt = MonotonicTime(nanoseconds: 0)
    var trimDueAt = MonotonicTime(nanoseconds: 0)
    var trimming: (base: Slot, token: UInt64)?

    // Forced configurations.
    var forceAttempt: ForceAttempt?
    /// The highest epoch that this member has promised; until it is in force, or given up, the engine is frozen.
    var promisedEpoch: UInt64 = 0
    var forcePromise: ForcePromise?
    /// The highest epoch that another member's frames named.
    var heardEpoch: UInt64 = 0
    /// A list that was refused because the others may be alive: given again in time, it is taken.
    var doubtedForce: (addresses: [String], until: MonotonicTime)?

    // Standing still.
    /// Until when, at most, a restarted member only listens.
    var settlesUntil: MonotonicTime?
    /// Seeds outside of the configuration that it has yet to hear of then.
    var settlesFor: [String] = []
    /// It came back with its log, and nothing of this run was ordered yet.
    var isReturning = false
    /// When it began its group in this run.
    var beganAt: MonotonicTime?
    /// It reads its log alone.
    var isOffline = false
    /// Servers that are known to be in another group of this name.
    var strangers: [UUID] = []
    var majorityLostAt: MonotonicTime?
    /// What the log was told of it last.
    var explainedStandstill = ""

    // What the turn leads to.
    var connectionActions: [NodeAction] = []
    var directFrames: [NodeAction] = []
    var deliveries: [NodeAction] = []

    package var plantedBug: PlantedBug? {
        didSet { engine.plantedBug = plantedBug }
    }

    public init(settings: GroupNodeSettings) {
        self.settings = settings
        expelTimeout = settings.expelTimeout
        let nobody = MemberIdentity(serverUUID: settings.serverUUID, incarnation: 0)
        engine = PaxosEngine(identity: nobody)
        links = [PeerLink(address: settings.address)]
    }

    // MARK: What can be asked

    /// Who this node is in the group; the incarnation is 0 before `start`.
    public var identity: MemberIdentity { engine.identity }

    /// Whether it takes part in the group's decisions.
    public var isMember: Bool { if case .member = phase { true } else { false } }

    /// The configuration in force at the next position.
    public var configuration: Configuration? { engine.configuration }

    /// The latest configuration decided, perhaps not yet in force.
    public var latestConfiguration: Configuration? { engine.latestConfiguration }

    /// Who is in a configuration that is in force or decided.
    public var knownMembers: [Member] { engine.knownConfigurations.flatMap(\.members) }

    /// The last slot delivered.
    public var deliveredSlot: Slot { engine.delivered }

    /// What it keeps in memory of delivered slots, for members that lag.
    public var messageCache: (slots: UInt64, bytes: Int) { engine.cache }

    /// Which run of its process this is, from 1.
    package var currentLife: UInt32 { life }

    /// The latest run of that member that this one knows, and has on disk.
    package func confirmedLife(of identity: MemberIdentity) -> UInt32 {
        engine.peer(identity).map { confirmedClaim(of: $0).life } ?? 0
    }

    /// Submissions that this node has taken and not yet seen delivered.
    public var pendingSubmissions: Int { outbox.count + largePayloads.count }

    // MARK: Events

    /// Takes one event. Actions gather until `takeActions`: handle all events that wait, then take the actions once, so
    /// that each peer gets one frame and the disk one batch.
    public mutating func enqueue(_ event: NodeEvent, now: MonotonicTime) {
        if case .ended = phase { return }
        switch event {
        case .start(let start):
            begin(start, now: now)
        case .submit(let payload):
            submit(payload, now: now)
        case .received(let address, let frame):
            receive(frame, from: address, now: now)
        case .sawBytes(let address):
            sawBytes(from: address, now: now)
        case .linkUp(let address, let server):
            noteAnswer(at: address, server)
            linkUp(address, now: now)
        case .linkDown(let address, let evidence):
            linkDown(address, evidence, now: now)
        case .persisted(let token):
            engine.persisted(token: token, now: now)
            noteInstalled(token: token, now: now)
            noteTrimmed(token: token)
            answerForceQuery(token: token)
        case .loaded(let token, let records):
            do throws(MalformedBytes) {
                try engine.loaded(token: token, records: records.map(\.bytes), now: now)
            } catch {
                log(.error, "The group log holds a malformed record: \(error)")
            }
        case .tick:
            break
        case .command(let command):
            handle(command, now: now)
        }
    }

    /// What the events since the last call lead to.
    public mutating func takeActions(now: MonotonicTime) -> [NodeAction] {
        switch phase {
        case .idle, .ended:
            break
        case .joining, .installing:
            continueJoining(now: now)
        case .asking:
            continueAsking(now: now)
        case .member, .leaving:
            takePart(now: now)
        }
        return gatherActions(now: now)
    }

    /// One event and what it leads to.
    public mutating func handle(_ event: NodeEvent, now: MonotonicTime) -> [NodeAction] {
        enqueue(event, now: now)
        return takeActions(now: now)
    }

    /// A member's turn.
    private mutating func takePart(now: MonotonicTime) {
        deliverDecided(now: now)
        guard isTakingPart else { return }
        endCourtesies(now: now)
        detectFailures(now: now)
        settle(now: now)
        undoVanishedJoin(now: now)
        explainStandstill(now: now)
        continueForcing(now: now)
        proposeChanges(now: now)
        sendSubmissions(now: now)
        engine.finishTurn(now: now)
        if engine.hasNext {
            deliverDecided(now: now)
            guard isTakingPart else { return }
            sendSubmissions(now: now)
            engine.finishTurn(now: now)
        }
        if engine.conflictingSlot != nil {
            log(.error, "Two values were decided for slot \(engine.conflictingSlot ?? 0): this member's log is damaged.")
            end(.logUnavailable)
            return
        }
        if engine.isBeyondPeersLogs {
            log(.error, "What this member missed is in no other member's log any more; it has to join anew.")
            end(.logUnavailable)
            return
        }
        trimLog(now: now)
        finishLeaving(now: now)
    }

    var isTakingPart: Bool {
        switch phase {
        case .member, .leaving: return true
        case .idle, .joining, .asking, .installing, .ended: return false
        }
    }

    mutating func end(_ reason: LeaveReason) {
        phase = .ended
        for address in wantedAddresses { connectionActions.append(.disconnect(from: address)) }
        wantedAddresses = []
        deliveries.append(.left(reason))
    }

    mutating func log(_ level: NodeLogLevel, _ text: String) {
        deliveries.append(.log(level, text))
    }

    private mutating func gatherActions(now: MonotonicTime) -> [NodeAction] {
        var actions = connectionActions
        connectionActions = []
        if let records = engine.takeRecords() {
            for entry in records.entries { bytesWritten += UInt64(entry.bytes.count) }
            actions.append(
                .persist(
                    records: records.entries.map { LogRecord(slot: $0.slot, bytes: $0.bytes) }, token: records.token,
                    sync: records.sync))
        }
        appendFrames(to: &actions, now: now)
        actions += directFrames
        directFrames = []
        for load in engine.takeLoads() {
            actions.append(.load(slots: load.slots, maximumBytes: 4 << 20, token: load.token))
        }
        actions += deliveries
        deliveries = []
        updateDeadline(now: now)
        return actions
    }

    private mutating func updateDeadline(now: MonotonicTime) {
        switch phase {
        case .idle, .ended:
            nextDeadline = now + .seconds(3600)
        case .joining, .asking, .installing:
            nextDeadline = now + .milliseconds(50)
        case .member, .leaving:
            var deadline = min(engine.nextDeadline(now: now), now + .seconds(1))
            if links.count > 1 { deadline = min(deadline, now + .milliseconds(100)) }
            if outboxSent < outbox.count || changeInFlight != nil || !changesToPropose.isEmpty {
                let isGathering = !ownProposals.isEmpty && now < gathersUntil
                deadline = min(deadline, isGathering ? gathersUntil : now + .milliseconds(20))
            }
            nextDeadline = deadline
        }
    }
}

extension GroupNode {
    /// Where the node stands, for traces and logs.
    public var summary: String {
        let links = links.dropFirst().map { "\($0.address)\($0.isLinked ? "" : "-")\($0.wasHeard ? "" : "~")" }
        return "\(engine.summary); links \(links); outbox \(outbox.count) sent \(outboxSent), exchange \(state.exchange)"
    }
}
