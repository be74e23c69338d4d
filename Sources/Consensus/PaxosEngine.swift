import DequeModule
import Primitives

/// The Paxos engine of one member: a pure state machine that agrees, slot by slot, on a sequence of values.
///
/// Each slot is an independent single-decree Paxos. The owner of a slot (one of the leaders, in rotation) proposes in it
/// at ballot zero without preparing: one round trip and one sync. Any member may take a slot over at a higher ballot
/// after preparing, and then proposes what it found accepted, or a no-op.
///
/// **Skips.** Where every member owns slots, an owner without a value gives its slot up by saying so: the slot is a no-op
/// at once, without a round. That is safe because there nobody but the owner may ever propose a value of his own in the
/// slot, and the owner says it only of slots in which it has not proposed and never will. It knows this across restarts
/// because it reserves its slots in blocks on disk, and after a restart uses ballot zero only above the last block.
/// Where only some members own slots there are no skips, and a taker may propose a value of its own: that is how the
/// group removes a dead sole leader.
///
/// **Window.** Slots are open from the first undelivered one to an event horizon further. A configuration decided in a
/// slot takes force behind the window of any member that could not know it yet, so everyone counts the same majority.
///
/// The engine owns no clock, disk or network: time comes as `now`, what must be on disk leaves by `takeRecords` (answers
/// that depend on it wait for `persisted`), messages leave by `takeOutgoing`. Peer 0 is this member.
public struct PaxosEngine: Sendable {
    /// Slots that the ring holds: undelivered ones, and behind them delivered ones as a cache for peers that lag.
    static let ringCapacity: UInt64 = 1024
    /// Slots ahead of the first undelivered one in which an acceptor takes part.
    public static let acceptAhead: UInt64 = 512
    /// Bytes of delivered values that the ring keeps.
    static let cachedBytesLimit = 4 << 20
    /// Bytes of values in one answer to a fetch.
    static let fetchBytesLimit = 1 << 20
    static let fetchSlotsLimit: UInt64 = 256
    /// How long a spare acceptor puts off the sync of what it accepted.
    static let lateSync = Duration.milliseconds(5)
    /// Bytes of such records that wait in memory; more are written (not synced) with the turn.
    static let lateBytesLimit = 256 << 10
    /// How long a spare acceptor that was needed after all syncs at once.
    static let promptness = Duration.milliseconds(50)

    /// A decided slot, next in the order.
    public struct Decided: Sendable {
        /// What became of the value that this member proposed in the slot.
        public enum OwnProposal: Sendable {
            case none
            case won
            case lost
        }
        public let slot: Slot
        public let value: [UInt8]
        public let ownProposal: OwnProposal
    }

    /// Messages for one peer.
    public struct Outgoing: Sendable {
        public var messages = ByteWriter()
        /// A frame is wanted even without messages: its header tells the peer something.
        public var isWanted = false
    }

    /// What waits until a token is on disk.
    enum Held: Sendable {
        case reply(peer: Int, PaxosMessage)
        case ownAcceptance(slot: Slot, ballot: Ballot)
        case ownPromise(slot: Slot, ballot: Ballot)
        case reservation(through: Slot)
    }

    /// A read of the log that was asked of the shell.
    enum Load: Sendable {
        case own(through: Slot)
        case peer(Int, from: Slot, through: Slot)
    }

    struct PeerState: Sendable {
        var identity: MemberIdentity
        var delivered: Slot = 0
        /// What its last frame said: after a restart it may be less than before.
        var deliveredNow: Slot = 0
        var isSuspect = false
        /// Half a frame has come from it by then: what is missing may be in it.
        var bytesUntil = MonotonicTime(nanoseconds: 0)
        /// It said that its log does not reach back to the slot that this member needs next.
        var isUnavailable = false
    }

    /// A slot's state as the log told it, before the slots behind it were delivered again.
    struct ReplayedSlot: Sendable {
        var promised = Ballot.owner
        var accepted = Ballot.none
        var value: [UInt8] = []
        var isDecided = false
    }

    var peers: [PeerState]
    var ring: [SlotState]
    var configurations: [ActiveConfiguration] = []
    /// All slots up to this one are decided and were handed up.
    public internal(set) var delivered: Slot = 0
    /// The last slot that may be open now.
    public internal(set) var windowEnd: Slot = 0
    /// The last slot that somebody is known to have used.
    var highestSeen: Slot = 0
    /// Slots up to here are to be decided soon: a configuration waits behind them.
    var rushThrough: Slot = 0
    /// The first slot in which this member has not yet used ballot zero in this run.
    var nextOwn: Slot = 1
    var reservedThrough: Slot = 0
    var reservingThrough: Slot = 0
    /// The last slot reserved by an earlier run.
    var ballotZeroFloor: Slot = 0
    /// The log holds what was decided above this slot.
    public var logStart: Slot = 0

    var held: Deque<(token: UInt64, item: Held)> = []
    var records: [PaxosLogEntry] = []
    var recordsNeedSync = false
    var currentToken: UInt64 = 1
    var lastSyncToken: UInt64 = 0
    var persistedToken: UInt64 = 0
    /// The last batch with a record whose sync was put off.
    var lateToken: UInt64 = 0
    /// When that sync is due (0: none is), and the first slot that it is for.
    var lateSyncDueAt = MonotonicTime(nanoseconds: 0)
    var lateFrom: Slot = 0
    /// Bytes of such records in `records`.
    var lateBytes = 0
    /// Until then no sync is put off.
    var promptUntil = MonotonicTime(nanoseconds: 0)
    var hintedThrough: Slot = 0
    /// Hints on their way to the disk, and how far this member's log certainly reaches after any crash.
    var hints: Deque<(slot: Slot, token: UInt64)> = []
    public internal(set) var durablyDelivered: Slot = 0

    var outgoing: [Outgoing]
    var pendingLearns: [(slot: Slot, ballot: Ballot)] = []
    var learnsDueAt = MonotonicTime(nanoseconds: 0)
    var sentAcceptInTurn = false

    var replayed: [Slot: ReplayedSlot] = [:]
    var replayedThrough: Slot = 0
    var loads: [UInt64: Load] = [:]
    var nextLoadToken: UInt64 = 1
    var wantedLoads: [(token: UInt64, slots: ClosedRange<Slot>)] = []

    var fetchingThrough: Slot = 0
    var fetchDueAt = MonotonicTime(nanoseconds: 0)
    var fetchTurn = 0
    /// A member without the log that this one needs hears a majority that can do without it.
    var isDispensed = false
    /// Since when others have been known to be ahead, or slots to be used and undecided.
    var behindSince: MonotonicTime?
    var advancedAt = MonotonicTime(nanoseconds: 0)

    var isFrozen = false
    var cachedBytes = 0
    var cacheFloor: Slot = 0

    package var plantedBug: PlantedBug?
    /// Two different values came as decided for one slot: a bug or a forger. The member must not go on.
    public private(set) var conflictingSlot: Slot?

    public init(identity: MemberIdentity) {
        peers = [PeerState(identity: identity)]
        ring = Array(repeating: SlotState(), count: Int(Self.ringCapacity))
        outgoing = [Outgoing()]
    }

    // MARK: Peers

    /// The number of the peer of that identity, or nil.
    public func peer(_ identity: MemberIdentity) -> Int? {
        for index in peers.indices where peers[index].identity == identity { return index }
        return nil
    }

    public func identity(ofPeer peer: Int) -> MemberIdentity { peers[peer].identity }

    /// The number of the peer of that identity, a new one if need be.
    public mutating func addPeer(_ identity: MemberIdentity) -> Int {
        if let known = peer(identity) { return known }
        peers.append(PeerState(identity: identity))
        outgoing.append(Outgoing())
        return peers.count - 1
    }

    /// What a peer has delivered, as its frames say.
    public mutating func noteDelivered(peer: Int, slot: Slot) {
        peers[peer].deliveredNow = slot
        if slot > peers[peer].delivered { peers[peer].delivered = slot }
    }

    /// A large frame of the peer's is coming in: for half a second others are not asked for what may be in it.
    public mutating func noteBytes(peer: Int, now: MonotonicTime) {
        peers[peer].bytesUntil = now + .milliseconds(500)
    }

    public func deliveredSlot(ofPeer peer: Int) -> Slot {
        peer == 0 ? delivered : peers[peer].delivered
    }

    /// A suspect's slots are taken over without waiting for it.
    public mutating func setSuspect(peer: Int, _ isSuspect: Bool) {
        peers[peer].isSuspect = isSuspect
    }

    /// Who this member is, when only its log could tell; before `install`.
    public mutating func setIdentity(_ identity: MemberIdentity) {
        peers[0].identity = identity
    }

    public var identity: MemberIdentity { peers[0].identity }

    /// The last token that is known to be on disk.
    public var persistedThrough: UInt64 { persistedToken }

    // MARK: Configurations

    /// The configuration in force in the next slot to deliver.
    public var configuration: Configuration? { configurations.first?.configuration }

    /// The last one decided, perhaps not yet in force.
    public var latestConfiguration: Configuration? { configurations.last?.configuration }

    /// All that are in force from the next slot on.
    public var knownConfigurations: [Configuration] { configurations.map(\.configuration) }

    /// Where a change decided in `slot` takes force: behind the window of every member that does not know it.
    public func firstSlot(ofChangeIn slot: Slot) -> Slot {
        guard let last = configurations.last else { return slot + 1 }
        let horizon = UInt64(active(slot).configuration.eventHorizon)
        if plantedBug == .wrongHorizon { return max(slot + 1, last.firstSlot + 1) }
        return max(slot + horizon + 1, last.firstSlot + 1)
    }

    func active(_ slot: Slot) -> ActiveConfiguration {
        configurations[activeIndex(slot)]
    }

    func activeIndex(_ slot: Slot) -> Int {
        var index = configurations.count - 1
        while index > 0 && configurations[index].firstSlot > slot { index -= 1 }
        return index
    }

    mutating func addConfiguration(_ configuration: Configuration) {
        let members = configuration.members.map { addPeer($0.identity) }
        let leaders = configuration.leaderIndices.map { members[$0] }
        configurations.append(
            ActiveConfiguration(
                configuration: configuration, members: members, leaders: leaders,
                majority: configuration.majority, allowsSkips: configuration.allowsSkips))
        rushThrough = max(rushThrough, configuration.firstSlot - 1)
    }

    mutating func updateWindow() {
        while configurations.count > 1 && configurations[1].firstSlot <= delivered + 1 {
            configurations.removeFirst()
        }
        var end = Slot.max
        for active in configurations {
            end = min(end, max(delivered, active.firstSlot - 1) + UInt64(active.configuration.eventHorizon))
        }
        windowEnd = configurations.isEmpty ? delivered : end
    }

    // MARK: The order

    /// The next decided slot, if it is decided.
    public func next() -> Decided? {
        let entry = ring[Self.ringIndex(delivered + 1)]
        guard entry.slot == delivered + 1 && entry.isDecided else { return nil }
        let own: Decided.OwnProposal = entry.carriesOwnValue ? (entry.yielded ? .lost : .won) : .none
        return Decided(slot: entry.slot, value: entry.value, ownProposal: own)
    }

    /// Whether `next` has something; cheap.
    public var hasNext: Bool {
        let index = Self.ringIndex(delivered + 1)
        return ring[index].slot == delivered + 1 && ring[index].isDecided
    }

    /// The slot from `next` has been dealt with; `change` is the configuration that it decided, if it did.
    public mutating func advance(change: Configuration?, now: MonotonicTime) {
        let index = Self.ringIndex(delivered + 1)
        precondition(ring[index].slot == delivered + 1 && ring[index].isDecided, "advanced over an undecided slot")
        delivered += 1
        peers[0].delivered = delivered
        advancedAt = now
        for index in peers.indices where peers[index].isUnavailable { peers[index].isUnavailable = false }
        isDispensed = false
        if let change {
            // Forced: this member's rounds behind it counted on members that are gone.
            if let last = configurations.last, change.epoch > last.configuration.epoch {
                dropConfigurations(from: change.firstSlot)
            }
            addConfiguration(change)
        }
        if change != nil || configurations.count > 1 {
            // Members that the next configuration lacks have to learn what they took part in.
            if configurations.count > 1 && configurations[1].firstSlot == delivered + 1 { flushLearns(now: now) }
            updateWindow()
        } else {
            windowEnd = delivered + UInt64(configurations[0].configuration.eventHorizon)
        }
        cachedBytes += ring[index].value.count
        trimCache()
        if !replayed.isEmpty && delivered >= replayedThrough { adoptReplayed(now: now) }
    }

    /// What is kept in memory of delivered slots, for peers that lag: slots, and bytes of their values.
    public var cache: (slots: UInt64, bytes: Int) {
        (min(delivered &- cacheFloor, UInt64(Self.ringCapacity)), max(0, cachedBytes))
    }

    mutating func trimCache() {
        while cachedBytes > Self.cachedBytesLimit && cacheFloor < delivered {
            cacheFloor += 1
            let index = Self.ringIndex(cacheFloor)
            if ring[index].slot == cacheFloor {
                cachedBytes -= ring[index].value.count
                ring[index] = SlotState()
            }
        }
    }

    @inline(__always)
    static func ringIndex(_ slot: Slot) -> Int { Int(slot & (ringCapacity - 1)) }

    /// The ring's place for a slot that is not delivered yet; nil for one that is, or too far ahead.
    mutating func open(_ slot: Slot, ahead: Slot = acceptAhead) -> Int? {
        guard slot > delivered && slot <= delivered + ahead else { return nil }
        let index = Self.ringIndex(slot)
        if ring[index].slot != slot {
            if ring[index].slot != 0 && ring[index].slot <= delivered { cachedBytes -= ring[index].value.count }
            ring[index] = SlotState(slot: slot)
        }
        return index
    }

    mutating func noteConflict(_ slot: Slot) {
        if conflictingSlot == nil { conflictingSlot = slot }
    }
}
