import BinaryLog
import GroupCommunication
import Platform

/// A member's state as `replication_group_members.MEMBER_STATE` shows it.
public enum MemberStateName: String, Sendable, CaseIterable {
    case online = "ONLINE"
    case recovering = "RECOVERING"
    case offline = "OFFLINE"
    case error = "ERROR"
    case unreachable = "UNREACHABLE"
}

/// A member's role; empty while it is in no group.
public enum MemberRole: String, Sendable, CaseIterable {
    case primary = "PRIMARY"
    case secondary = "SECONDARY"
    case none = ""
}

/// A row of `performance_schema.replication_group_members`.
public struct GroupMemberRow: Sendable {
    public var channelName = "group_replication_applier"
    public var memberID: String
    public var host: String
    public var port: UInt16
    public var state: MemberStateName
    public var role: MemberRole
    public var version: String
    public var communicationStack: String
}

/// A row of `performance_schema.replication_group_member_stats`.
public struct GroupMemberStatisticsRow: Sendable {
    public var channelName = "group_replication_applier"
    public var viewID = ""
    public var memberID = ""
    public var transactionsInQueue: UInt64 = 0
    public var transactionsChecked: UInt64 = 0
    public var conflictsDetected: UInt64 = 0
    public var rowsValidating: UInt64 = 0
    public var committedAllMembers = ""
    public var lastConflictFreeTransaction = ""
    public var remoteInApplierQueue: UInt64 = 0
    public var remoteApplied: UInt64 = 0
    public var localProposed: UInt64 = 0
    public var localRollback: UInt64 = 0
}

/// A transaction as the channel tables show it. Timestamps are microseconds since 1970, 0 for none.
public struct ChannelTransaction: Sendable {
    public var gtid = ""
    public var originalCommit: UInt64 = 0
    public var immediateCommit: UInt64 = 0
    public var start: UInt64 = 0
    public var end: UInt64 = 0

    public init() {}
}

/// One replication channel: what `replication_connection_status`, `replication_applier_status` and its by-worker and
/// by-coordinator tables show of it.
public struct ChannelStatus: Sendable {
    /// `group_replication_recovery` or `group_replication_applier`.
    public var name: String
    public var groupName = ""
    public var sourceUUID = ""
    public var isReceiving = false
    public var isApplying = false
    public var receivedTransactionSet = ""
    public var lastQueued = ChannelTransaction()
    public var lastApplied = ChannelTransaction()
    public var applying = ChannelTransaction()
    public var lastErrorNumber: UInt16 = 0
    public var lastErrorMessage = ""
    public var lastErrorTimestamp: UInt64 = 0
    public var transactionRetries: UInt64 = 0
    // The recovery channel's source, for SHOW REPLICA STATUS.
    public var sourceHost = ""
    public var sourcePort: UInt16 = 0
    public var sourceUser = ""

    public init(name: String) {
        self.name = name
    }
}

/// The row of `performance_schema.replication_group_communication_information`.
public struct CommunicationInformation: Sendable {
    public var writeConcurrency: UInt32 = 10
    public var protocolVersion = "8.0.27"
    /// Server uuids, comma separated in the table.
    public var preferredLeaders: [String] = []
    public var actualLeaders: [String] = []
    public var singleLeaderCapable = false

    public init() {}
}

/// Everything that the monitoring tables show, taken at one moment. Any thread may ask; it costs copies, no waiting.
public struct MonitoringSnapshot: Sendable {
    public var members: [GroupMemberRow] = []
    public var statistics: [GroupMemberStatisticsRow] = []
    public var applierChannel = ChannelStatus(name: "group_replication_applier")
    public var recoveryChannel = ChannelStatus(name: "group_replication_recovery")
    /// Nil while the member is in no group: the table is empty then.
    public var communication: CommunicationInformation?
    public var stages = StageRecorder.Snapshot()
    public var communicationStatistics = CommunicationStatistics()
    /// `group_replication_primary_member`: the primary's uuid, empty in multi-primary mode.
    public var primaryMember = ""
    /// Bytes of certification information, for `memory_summary_global_by_event_name`.
    public var certificationBytes: UInt64 = 0
    /// Rows whose last writer certification knows.
    public var certificationItems: UInt64 = 0
    /// Transactions and bytes that wait for the applier.
    public var queuedTransactions: UInt64 = 0
    public var queuedBytes: UInt64 = 0
    /// Sessions that wait for the group's order, and those that wait for others to apply (AFTER).
    public var waitingCommits: UInt64 = 0
    public var waitingAfterCommits: UInt64 = 0
    /// Messages that are not transactions, and those that are.
    public var controlMessagesSent: UInt64 = 0
    public var controlBytesSent: UInt64 = 0
    public var controlRoundtripMicroseconds: UInt64 = 0
    public var dataMessagesSent: UInt64 = 0
    public var dataBytesSent: UInt64 = 0
    public var dataRoundtripMicroseconds: UInt64 = 0
    public var consistency = ConsistencyStatistics()
    public var collectionCount: UInt64 = 0
    public var collectionMicroseconds: UInt64 = 0
    public var isRunning = false
    public var hasMajority = true

    /// Nothing: what a server without group replication shows.
    public init() {}
}

/// Counts and times of waits for consistency, for the `Gr_transactions_consistency_...` status variables.
public struct ConsistencyStatistics: Sendable {
    public var beforeBeginCount: UInt64 = 0
    public var beforeBeginMicroseconds: UInt64 = 0
    public var afterTerminationCount: UInt64 = 0
    public var afterTerminationMicroseconds: UInt64 = 0
    public var afterSyncCount: UInt64 = 0
    public var afterSyncMicroseconds: UInt64 = 0
}
