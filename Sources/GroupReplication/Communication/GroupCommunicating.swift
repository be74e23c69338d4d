import GroupCommunication
import Platform

/// A view's id as MySQL shows it: `fixed:counter`, the first part drawn when the group was bootstrapped.
public struct ViewID: Hashable, Sendable, CustomStringConvertible {
    public var fixed: UInt64
    public var counter: UInt64

    public init(fixed: UInt64, counter: UInt64) {
        self.fixed = fixed
        self.counter = counter
    }

    public var description: String { "\(fixed):\(counter)" }
}

/// A member of the group as the communication layer knows it.
public struct GroupViewMember: Hashable, Sendable {
    /// `server_uuid`.
    public var uuid: UUID
    /// `group_replication_local_address`.
    public var address: String

    public init(uuid: UUID, address: String) {
        self.uuid = uuid
        self.address = address
    }
}

/// Who is in the group from one position of the order on; the same on all members.
public struct GroupView: Sendable {
    public var id: ViewID
    public var members: [GroupViewMember]
    public var joined: [UUID]
    public var left: [UUID]

    public init(id: ViewID, members: [GroupViewMember], joined: [UUID], left: [UUID]) {
        self.id = id
        self.members = members
        self.joined = joined
        self.left = left
    }
}

/// How this node takes part in the order.
public enum CommunicationRole: Sendable {
    /// A group of one without network.
    case standalone
    /// The first member of a new group.
    case bootstrap
    /// A new member of a running group.
    case join(seeds: [String])
    /// A member that restarted: its log says of which configuration.
    case resume
}

/// Why this member is no longer in the group.
public enum LeaveReason: Sendable, Equatable {
    /// It asked to leave.
    case requested
    /// The others removed it.
    case expelled
    /// It could not join; why.
    case joinFailed(String)
    /// Its log or its network failed; why.
    case failed(String)
}

/// What GroupReplication needs of the communication layer: total order and views, nothing of Paxos.
public protocol GroupCommunicating: AnyObject, Sendable {
    /// Starts taking part. Deliveries begin above `from` (a restarted member's last certification snapshot). Returns
    /// when the role is taken up or failed, at most after the layer's own join timeout.
    func start(role: CommunicationRole, from: LogPosition, delegate: any GroupCommunicatingDelegate) throws
    /// Queues a message for the order. Any thread; never blocks. False when this node does not take part.
    func submit(_ payload: [UInt8]) -> Bool
    /// Leaves in order (the others install a view without this member) and stops.
    func leave()
    /// Stops without leaving: the member is still in the configuration and resumes at its next start.
    func stop()
    /// Everything below is safely applied here: the log may forget it once all members say so.
    func releaseLog(below position: LogPosition)
    /// Replaces an unreachable majority by the members at these addresses.
    func forceMembers(_ addresses: [String]) throws
    /// The member that should own the slots; nil for every member.
    func setPreferredLeader(_ uuid: UUID?)
    /// Slots that may be open at once; ordered like everything else.
    func setWriteConcurrency(_ value: UInt32)
    var writeConcurrency: UInt32 { get }
    /// Bytes and messages for monitoring.
    func statistics() -> CommunicationStatistics
}

/// Counters of the communication layer, as the `Gr_` status variables show them.
public struct CommunicationStatistics: Sendable {
    public var totalMessagesSent: UInt64 = 0
    public var bytesSent: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    public var proposals: UInt64 = 0
    public var emptyProposals: UInt64 = 0
    public var extendedConsensus: UInt64 = 0
    public var consensusTimeMicroseconds: UInt64 = 0
    /// Microseconds since 1970; 0 for never.
    public var lastConsensusEnd: UInt64 = 0
    public var logBytes: UInt64 = 0
    public var messageCacheBytes: UInt64 = 0

    public init() {}
}

/// What the communication layer tells, on its own thread, in the order's order. Must not block.
public protocol GroupCommunicatingDelegate: AnyObject, Sendable {
    func delivered(_ payload: [UInt8], at position: LogPosition)
    func viewInstalled(_ view: GroupView, at position: LogPosition)
    /// All that was decided so far has been delivered; the applier is woken here, once a batch.
    func deliveredAll()
    func reachabilityChanged(unreachable: [UUID])
    func majorityChanged(hasMajority: Bool)
    func left(reason: LeaveReason)
}
