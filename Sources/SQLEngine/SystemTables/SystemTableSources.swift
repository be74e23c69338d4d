import GroupReplication
import MySQLProtocol
import Platform

/// Where the system tables get what the engine itself does not know. The server fills it once, before the first session;
/// everything has a default that shows nothing.
public struct SystemTableSources: Sendable {
    public var globals: GlobalVariables
    public var persisted: PersistedVariables?
    /// What the group replication tables show.
    public var monitoring: @Sendable () -> MonitoringSnapshot = { MonitoringSnapshot() }
    /// `replication_group_member_actions`.
    public var memberActions: @Sendable () -> (version: UInt64, actions: [MemberAction]) = { (1, MemberAction.defaults) }
    /// The recovery channel's configuration: CHANGE REPLICATION SOURCE TO.
    public var channels: @Sendable () -> [ChannelConfiguration] = { [] }
    /// Whether the group_replication plugin is installed.
    public var isGroupReplicationInstalled: @Sendable () -> Bool = { true }

    /// Whether there is such a table now: those of components come and go with them.
    public var hasTable: @Sendable (_ schema: String, _ name: String) -> Bool = { _, _ in true }
    /// The settings of the admin interface's TLS channel; nil without the interface.
    public var administrationTLS: @Sendable () -> TLSChannelStatus? = { nil }

    public init(globals: GlobalVariables, persisted: PersistedVariables? = nil) {
        self.globals = globals
        self.persisted = persisted
    }
}

/// What `tls_channel_status` shows of a channel.
public struct TLSChannelStatus: Sendable {
    public var isEnabled: Bool
    /// By `Current_tls_...`.
    public var values: [String: String]

    public init(isEnabled: Bool, values: [String: String]) {
        self.isEnabled = isEnabled
        self.values = values
    }
}

/// A row of `replication_group_member_actions`.
public struct MemberAction: Sendable {
    public var name: String
    public var event: String
    public var isEnabled: Bool
    public var type: String
    public var priority: Int
    public var errorHandling: String

    public init(name: String, event: String, isEnabled: Bool, type: String, priority: Int, errorHandling: String) {
        self.name = name
        self.event = event
        self.isEnabled = isEnabled
        self.type = type
        self.priority = priority
        self.errorHandling = errorHandling
    }

    /// The actions of a group whose configuration nobody changed.
    public static let defaults = [
        MemberAction(
            name: "mysql_disable_super_read_only_if_primary", event: "AFTER_PRIMARY_ELECTION", isEnabled: true,
            type: "INTERNAL", priority: 1, errorHandling: "IGNORE"),
        MemberAction(
            name: "mysql_start_failover_channels_if_primary", event: "AFTER_PRIMARY_ELECTION", isEnabled: true,
            type: "INTERNAL", priority: 10, errorHandling: "CRITICAL"),
    ]
}

/// What is configured of a replication channel.
public struct ChannelConfiguration: Sendable {
    public var name: String
    public var host = ""
    public var port: UInt16 = 3306
    public var user = ""
    public var usesTLS = false
    public var caFile = ""
    public var caPath = ""
    public var certificate = ""
    public var key = ""
    public var cipher = ""
    public var verifiesCertificate = false
    public var connectRetry: UInt32 = 60
    public var retryCount: UInt64 = 10
    public var heartbeatSeconds = 30.0
    public var publicKeyPath = ""
    public var getsPublicKey = false
    public var tlsVersion = ""
    public var compressionAlgorithms = "uncompressed"
    public var zstdLevel: UInt32 = 3

    public init(name: String) {
        self.name = name
    }
}
