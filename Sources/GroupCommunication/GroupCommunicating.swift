import Platform

/// How a node begins to take part in an order.
public struct CommunicationStart: Sendable {
    public var role: NodeRole
    /// The log of an earlier life is thrown away first: a new order begins. False: the node goes on with its log.
    public var erasesLog: Bool
    /// Positions up to this one are not delivered again.
    public var from: LogPosition
    /// What a joiner tells the member that vets it: its ``MemberState``.
    public var joinPayload: [UInt8]
    /// Who owns the slots of a new group.
    public var leaderChoice: LeaderChoice
    /// `group_replication_group_name` or, standalone, the server's uuid.
    public var groupName: UUID
    /// `group_replication_local_address`; empty for a standalone node.
    public var address: String
    /// Nobody is connected to or answered: a member reads its own log to the end.
    public var isOffline = false
    /// Where somebody could be who begins the same group at the same time.
    public var watched: [String] = []

    public init(
        role: NodeRole, erasesLog: Bool, from: LogPosition, joinPayload: [UInt8], leaderChoice: LeaderChoice,
        groupName: UUID, address: String
    ) {
        self.role = role
        self.erasesLog = erasesLog
        self.erasesLog = erasesLog
        self.from = from
        self.joinPayload = joinPayload
        self.leaderChoice = leaderChoice
        self.groupName = groupName
        self.address = address
    }
}

/// What GroupReplication needs of the communication layer: total order and views, nothing of Paxos. One object serves
/// a node's whole life: it is started in one role, stopped, and started in another.
public protocol GroupCommunicating: AnyObject, Sendable {
    /// Starts taking part and returns at once; what comes of it is told to the delegate. Throws what keeps it from
    /// starting at all (the address is not ours, the log cannot be read).
    func start(_ start: CommunicationStart, delegate: any GroupCommunicatingDelegate) throws(CommunicationFailure)
    /// Whether a member may be at this address, and which of the seeds somebody can be asked at; what is wrong with the others is
    /// logged. `resolves`: a seed whose name is not known now is none. Blocks while names are looked up. Throws with the group
    /// communication's own words.
    func checkAddresses(local: String, seeds: [String], resolves: Bool) throws(CommunicationFailure) -> [String]
    /// Queues a payload for the order. Any thread; never blocks.
    func submit(_ payload: [UInt8])
    /// The same for a thread that will wait for what comes of it and holds no lock: it may do the communication's work
    /// itself, the delegate's calls included, instead of waking another thread for it.
    func submitDriving(_ payload: [UInt8])
    /// Hands the node a command: leave, leaders, horizon, releaseLog, forceMembers. Any thread; never blocks.
    func command(_ command: NodeCommand)
    /// Stops without leaving the group: the member stays in the configuration and can resume. Returns when the
    /// delegate will not be called any more. Not on the delegate's thread.
    func stop()
    /// Whether the log on disk lists this server in a configuration of that group, so that it can resume.
    func canResume(groupName: UUID) -> Bool
    /// How far the log was on disk at this moment, for whoever writes what the log led to. Any thread.
    var logMark: GroupLogMark? { get }
    /// Whether there is a log on disk, of whatever kind and in whatever state.
    var hasLog: Bool { get }
    /// For monitoring. Any thread.
    func statistics() -> CommunicationStatistics
}

extension GroupCommunicating {
    /// Of one that writes no log.
    public var logMark: GroupLogMark? { nil }
    public var hasLog: Bool { true }

    public func checkAddresses(local: String, seeds: [String], resolves: Bool) throws(CommunicationFailure) -> [String] { seeds }

    public func submitDriving(_ payload: [UInt8]) { submit(payload) }
}

/// Why the communication layer could not start.
public struct CommunicationFailure: Error, Sendable, CustomStringConvertible {
    public var description: String
    /// The group's port could not be opened: MySQL says then that the group could not be joined.
    public var isOfPort = false

    public init(_ description: String, isOfPort: Bool = false) {
        self.description = description
        self.isOfPort = isOfPort
    }
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
    /// Bytes of the group log on disk.
    public var logBytes: UInt64 = 0
    /// Decided messages held in memory for members that lag.
    public var messageCacheBytes: UInt64 = 0
    /// How many these are.
    public var messageCacheCount: UInt64 = 0

    public init() {}
}

/// What the communication layer tells, one call at a time, in the order's order, on its own thread or on that of whoever
/// brought the event. Nothing here may block.
public protocol GroupCommunicatingDelegate: AnyObject, Sendable {
    /// A payload at its place.
    func delivered(_ payload: [UInt8], at position: LogPosition)
    /// Everything that was decided so far has been delivered: whoever gathers a batch hands it over now.
    func deliveredAll()
    /// A view at its place, with what each member answered to ``stateForView()``.
    func viewInstalled(_ view: View, at position: LogPosition)
    /// Leaders, horizon or protocol version changed.
    func configurationChanged(_ configuration: Configuration, at position: LogPosition)
    /// A view is being made: what this member says of itself.
    func stateForView() -> [UInt8]
    /// A joiner asks this member to let it in: nil, or why not (the joiner is told).
    func refusalOfJoin(by member: Member, payload: [UInt8]) -> String?
    func reachabilityChanged(unreachable: [MemberIdentity])
    func majorityChanged(hasMajority: Bool)
    func joinRefused(_ refusal: JoinRefusal)
    /// What those who were asked say of the group (`NodeRole.ask`).
    func asked(_ standings: [Standing])
    func left(_ reason: LeaveReason)
    /// The end of `NodeCommand.forceMembers`: nil, or why not.
    func forceAnswered(_ problem: String?)
    /// The log or the network failed for good.
    func failed(_ problem: String)
}
