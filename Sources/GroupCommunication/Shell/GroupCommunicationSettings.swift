import Platform

/// What the group communication shell needs to know; each start takes the settings of its moment.
public struct GroupCommunicationSettings: Sendable {
    /// Where the group log is; made if need be.
    public var directory: String
    public var serverUUID: UUID
    /// `group_replication_compression_threshold`: larger payloads are compressed; 0 = never.
    public var compressionThreshold = 1_000_000
    /// `group_replication_communication_max_message_size`: larger payloads are cut; 0 = never.
    public var maximumMessageSize = 10_485_760
    /// `group_replication_member_expel_timeout`
    public var expelTimeout: Duration = .seconds(5)
    /// Silence after which a member is UNREACHABLE.
    public var suspicionTimeout: Duration = .seconds(5)
    public var heartbeatInterval: Duration = .milliseconds(500)
    /// `group_replication_ip_allowlist`; nil: what it says is no list.
    public var allowlist: IPAllowlist? = IPAllowlist.automatic
    /// What `group_replication_ssl_mode` other than DISABLED asks for; made anew at each start, since files change. Nil, or
    /// its answer: plain links.
    public var makeTLS: (@Sendable () throws(CommunicationFailure) -> LinkTLS?)?
    /// Reads `group_replication_group_secret_file`, anew at each start. Nil, or its answer: peers prove nothing, as in MySQL.
    public var readSecret: (@Sendable () throws(CommunicationFailure) -> GroupSecret?)?
    /// `group_replication_communication_debug_options`: what is written of what happens, and where. Nil: nothing ever.
    public var trace: GroupTrace?
    /// `group_replication_poll_spin_loops`
    public var pollSpinLoops = 0
    /// The number of slots that a new group may have open at once.
    public var eventHorizon = 10
    /// `group_replication_message_cache_size`: bytes of the group log that are kept for members that lag.
    public var maximumLogBytes: UInt64 = 1 << 30
    /// Whether the delegate is asked before a joiner is let in.
    public var asksBeforeJoin = true
    /// How far the log was on disk when the upper layer's data were written last: one that does not reach that far has lost
    /// what it had.
    public var storedMark: (@Sendable () -> GroupLogMark?)?
    /// Bytes of a segment of the group log.
    public var logSegmentBytes: UInt64 = 32 << 20

    public init(directory: String, serverUUID: UUID) {
        self.directory = directory
        self.serverUUID = serverUUID
    }
}
