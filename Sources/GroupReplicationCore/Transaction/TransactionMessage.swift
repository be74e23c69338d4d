import GTIDs
import GroupCommunicationCore
import Primitives

/// How a transaction gets its GTID.
public enum GTIDRequest: Hashable, Sendable {
    /// `GTID_NEXT = AUTOMATIC`: certification numbers it.
    case automatic
    /// `GTID_NEXT = 'uuid:number'`: it fails when that GTID was executed already.
    case specified(GTID)
}

/// A transaction as its session captured it: what is ordered by the group, judged by certification, written to the
/// binary log and applied on every member.
public struct TransactionMessage: Sendable {
    /// What the body holds.
    public enum Kind: UInt8, Sendable {
        /// Table_map and rows events.
        case rows = 0
        /// One Query event: DDL or an account statement, executed at its place in the order by every member's applier.
        case statement = 1
        /// Nothing: a GTID that is consumed without changes (`SET GTID_NEXT=...; BEGIN; COMMIT`).
        case empty = 2
    }

    public var kind: Kind
    /// The session's `group_replication_consistency`.
    public var consistency: ConsistencyLevel
    /// The server that captured it.
    public var origin: UUID
    /// The origin's `server_id`, for the event headers.
    public var serverID: UInt32
    /// The session's connection id, shown as the thread id in the events.
    public var threadID: UInt32
    /// The origin's ticket of the waiting session; set by ``TransactionManager``.
    public internal(set) var ticket: UInt64 = 0
    /// The position of the last transaction that the session's snapshot contains.
    public var snapshot: LogPosition
    public var gtid: GTIDRequest
    /// Microseconds since 1970 when the commit was asked for.
    public var originalCommitTimestamp: UInt64
    /// XXH64 hashes of the rows written, without duplicates. A newer writer of any of them is a conflict.
    public var writeSet: [UInt64]
    /// Hashes of the schema objects relied on: a newer DDL on one of them is a conflict; reading does not write them.
    public var readSet: [UInt64]
    /// Binlog events without checksums. GTID event, BEGIN and Xid are added when the binary log is written.
    public var body: ArraySlice<UInt8>

    public init(
        kind: Kind, consistency: ConsistencyLevel = .eventual, origin: UUID, serverID: UInt32, threadID: UInt32,
        snapshot: LogPosition, gtid: GTIDRequest = .automatic, originalCommitTimestamp: UInt64, writeSet: [UInt64],
        readSet: [UInt64] = [], body: [UInt8]
    ) {
        self.kind = kind
        self.consistency = consistency
        self.origin = origin
        self.serverID = serverID
        self.threadID = threadID
        self.snapshot = snapshot
        self.gtid = gtid
        self.originalCommitTimestamp = originalCommitTimestamp
        self.writeSet = writeSet
        self.readSet = readSet
        self.body = body[...]
    }
}
