import Network
import Platform

/// What the `group_replication_...` variables and a few of the server's say. A value: the facade keeps one, and a
/// changed variable replaces it (``GroupReplication/reconfigure(_:)``).
public struct GroupReplicationConfiguration: Sendable {
    // The server.
    public var serverUUID = UUID(high: 0, low: 0)
    public var serverID: UInt32 = 1
    /// `report_host` (or the host name) and `report_port`: what the member tables show and a joiner connects to.
    public var reportHost = "127.0.0.1"
    public var reportPort: UInt16 = 3306
    public var serverVersion = MySQLVersion.server
    public var gtidModeOn = true
    public var binlogFormat = "ROW"
    public var logsReplicaUpdates = true
    /// `replica_preserve_commit_order`, or there is one applier thread only.
    public var preservesCommitOrder = true
    /// `port` and `admin_port`: what a recovery endpoint may name.
    public var listeningPorts: [UInt16] = []
    public var lowerCaseTableNames = 0
    public var defaultTableEncryption = false
    /// Directory of the certification snapshot and of the recovery state.
    public var stateDirectory = "."

    // The group.
    public var groupName = ""
    public var localAddress = ""
    public var groupSeeds: [String] = []
    public var bootstrapGroup = false
    public var startOnBoot = true
    public var singlePrimaryMode = true
    public var enforceUpdateEverywhereChecks = false
    public var memberWeight = 50
    public var gtidAssignmentBlockSize: Int64 = 1_000_000
    public var viewChangeUUID = "AUTOMATIC"
    public var paxosSingleLeader = false
    public var collectsPreemptively = false
    /// `group_replication_force_members`: must be empty at START.
    public var forceMembers = ""
    public var communicationStack = "XCom"
    /// Whether the members prove to each other that they belong to the group: by its secret, or by certificates.
    public var provesMembership = true

    // Transactions.
    public var transactionSizeLimit = 150_000_000
    public var consistency = ConsistencyLevel.eventual

    // Failures.
    public var unreachableMajorityTimeout: Duration = .zero
    public var autorejoinTries = 3
    public var exitStateAction = ExitStateAction.readOnly
    /// How long each part of a member is waited for when it stops.
    public var componentsStopTimeout: Duration = .seconds(300)
    var times = MembershipTimes()
    /// Bytes of transactions that may wait for the applier in memory; the rest waits on disk.
    var applierMemoryLimit = 64 << 20

    // Distributed recovery.
    public var recoveryRetryCount = 10
    public var recoveryReconnectInterval: Duration = .seconds(60)
    /// `DEFAULT`, or a list of host:port of this member's that a joiner may connect to.
    public var advertiseRecoveryEndpoints = "DEFAULT"
    /// `group_replication_recovery_use_ssl` and its files; nil: without TLS.
    public var recoveryTLS: TLSConfiguration?
    public var recoveryGetPublicKey = false
    /// `group_replication_recovery_public_key_path`: the donors' RSA key, known beforehand; empty for none.
    public var recoveryPublicKeyPath = ""
    /// `group_replication_recovery_complete_at`: ONLINE once what was missed is applied, against once it is certified.
    public var recoveryCompletesWhenApplied = true

    public var flowControl = FlowControlConfiguration()

    public init() {}
}

/// `group_replication_exit_state_action`.
public enum ExitStateAction: String, Sendable {
    case readOnly = "READ_ONLY"
    case offlineMode = "OFFLINE_MODE"
    case abortServer = "ABORT_SERVER"
}

/// The account that the recovery channel logs in with at the donor.
public struct RecoveryCredentials: Sendable {
    public var user: String
    public var password: String

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }
}

/// What `START GROUP_REPLICATION` may carry.
public struct StartOptions: Sendable {
    public var credentials: RecoveryCredentials?

    public init(credentials: RecoveryCredentials? = nil) {
        self.credentials = credentials
    }
}

/// What group replication asks of the server around it. Called on group replication's own threads, none of which a
/// session may wait for inside these calls.
public protocol ServerControl: AnyObject, Sendable {
    /// Sets `super_read_only` (and with it `read_only`) or clears both, as a member's role demands.
    func setSuperReadOnly(_ isOn: Bool)
    /// Whether `super_read_only` is on.
    var isSuperReadOnly: Bool { get }
    /// `read_only` and `super_read_only`, to go back to.
    var readOnlyState: ReadOnlyState { get }
    func restore(_ state: ReadOnlyState)
    /// `exit_state_action = OFFLINE_MODE`.
    func setOfflineMode(_ isOn: Bool)
    /// `exit_state_action = ABORT_SERVER`.
    func abortServer(reason: String)
    /// The mode of the group changed by a group action: the variables `group_replication_single_primary_mode` and
    /// `group_replication_enforce_update_everywhere_checks` follow.
    func groupModeChanged(singlePrimary: Bool, enforcesChecks: Bool)
    /// The server takes part in a group (true) or is on its own: tables need a key (error 3098), and so on.
    func setInGroup(_ isIn: Bool)
    /// The member starts (true) or stops taking part: `auto_increment_increment` and `_offset` are set or restored.
    func groupAutoIncrement(isOn: Bool)
    /// What `CHANGE REPLICATION SOURCE TO ... FOR CHANNEL 'group_replication_recovery'` stored.
    func recoveryCredentials() -> RecoveryCredentials?
    /// Local transactions that have not reached their commit end with 1213 or their connections are closed: the member
    /// left the group or is no longer primary.
    func rollbackRunningTransactions(reason: String)
    /// Local transactions that have written something and are not yet over.
    func runningTransactions() -> Set<RunningTransaction>
    /// While true, a transaction that has not written yet may not begin to (error 1290); those that have go on.
    func setRefusesNewWriters(_ refuses: Bool)
    /// This member's data are damaged, and its group goes on without it: the server starts anew and makes a new copy from the group.
    /// False: it was told not to, or cannot.
    func rebuildMember(reason: String) -> Bool
    /// The data of this server are being made anew: it answers nobody until it is ONLINE, and founds no group.
    var isRebuilding: Bool { get }
    /// The group has declared this member ONLINE. Communication thread: must not block.
    func memberIsOnline()
}

/// What `read_only` and `super_read_only` were.
public struct ReadOnlyState: Hashable, Sendable {
    public var isReadOnly: Bool
    public var isSuperReadOnly: Bool

    public init(isReadOnly: Bool, isSuperReadOnly: Bool) {
        self.isReadOnly = isReadOnly
        self.isSuperReadOnly = isSuperReadOnly
    }
}

/// One transaction of one session.
public struct RunningTransaction: Hashable, Sendable {
    public var session: UInt64
    /// Counts the session's transactions.
    public var number: UInt64

    public init(session: UInt64, number: UInt64) {
        self.session = session
        self.number = number
    }
}
