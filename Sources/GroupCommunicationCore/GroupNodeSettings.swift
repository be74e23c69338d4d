import Consensus
import Primitives

/// What a node is given for life. Durations are the design's defaults; tests and the simulator shorten them.
public struct GroupNodeSettings: Hashable, Sendable {
    public var groupName: UUID
    public var serverUUID: UUID
    /// `host:port` of this member's group link, as its peers reach it. Empty for a standalone node.
    public var address: String
    /// Payloads above this are cut (`group_replication_communication_max_message_size`); 0 = never.
    public var maximumMessageSize = 10_485_760
    /// Silence after which a member is UNREACHABLE.
    public var suspicionTimeout: Duration = .seconds(5)
    /// `group_replication_member_expel_timeout`, on top of it.
    public var expelTimeout: Duration = .seconds(5)
    /// How long a member that is certainly dead stays in the configuration, counted from the last such death: several that die
    /// within moments must not leave a group of the last survivor alone.
    public var lossPatience: Duration = .seconds(3)
    /// Something is sent to every peer at least this often.
    public var heartbeatInterval: Duration = .milliseconds(500)
    /// How long a joiner waits for one seed before it asks the next.
    public var joinAttemptTimeout: Duration = .seconds(2)
    /// Rounds over all seeds before `JoinRefusal.noAnswer`.
    public var joinRounds = 5
    /// Whether `NodeAction.approveJoin` asks the upper layer before a joiner is proposed.
    public var asksBeforeJoin = false
    /// Bytes of the group log that are kept for members that lag (`group_replication_message_cache_size`).
    public var maximumLogBytes: UInt64 = 1 << 30
    public var protocolVersions: ClosedRange<UInt16> = 1...1

    public init(groupName: UUID, serverUUID: UUID, address: String) {
        self.groupName = groupName
        self.serverUUID = serverUUID
        self.address = address
    }
}
