import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// A transaction that passed certification: the same on every member, with its GTID and its place in the order.
public struct CertifiedTransaction: Sendable {
    public var position: LogPosition
    /// Nil for a change of this server alone (`SET SQL_LOG_BIN = 0`): not ordered, not logged.
    public var gtid: GTID?
    public var message: TransactionMessage
    /// This member's session waits for it: its row locks are held by that session, so they need not be looked at.
    public var isLocal: Bool
    /// For the GTID event: transactions up to this sequence number must be applied before it.
    public var lastCommitted: Int64
    /// For the GTID event: its own number.
    public var sequenceNumber: Int64
    /// ``HistoryHash`` of its body; what is refused counts as empty.
    public var contentHash: UInt64 = 0
    /// The group has turned it down (``Disputes``): its outcome is a refusal, whatever is in it.
    public var isTurnedDown = false
}

/// What became of one transaction of a batch.
public enum TransactionOutcome: Sendable {
    case applied
    /// A statement that every member refuses alike (the table exists already, ...): nothing was changed, its GTID is
    /// logged as an empty transaction, the origin's session gets the error.
    case refused(SQLError)
}

/// Why a batch was not applied; nothing of it was committed.
public struct ApplyFailure: Error, Sendable {
    public enum Cause: Sendable, Equatable {
        /// The disk is full, memory is short, the server ends: another try may succeed.
        case trouble
        /// What is on this member's disk is not what was written there.
        case damage
        /// The data here do not fit the transaction at that position: they differ from its origin's.
        case differs(at: LogPosition)
    }

    public var error: SQLError
    public var cause: Cause

    public init(_ error: SQLError, _ cause: Cause = .trouble) {
        self.error = error
        self.cause = cause
    }
}

/// What the store holds, read once when the server starts.
public struct StoreState: Sendable {
    /// Which log ``position`` counts in; 0 when nothing was ever applied.
    public var lineage: UInt64
    /// The last transaction applied.
    public var position: LogPosition
    public var gtidExecuted: GTIDSet
    /// Statements above the last synchronised position that were refused when they were applied.
    public var refusedPositions: [LogPosition]
    /// What ``ApplyBatch/hash`` and ``ApplyBatch/logMark`` were.
    public var hash: UInt64 = 0
    public var logMark: GroupLogMark?
    /// ``HistoryHash`` of ``gtidExecuted``.
    public var history: UInt64 = 0
    /// The last view in this lineage with which a batch ended (``ApplyBatch/endsWithView``), and the hash then.
    public var lastView = LogPosition(rawValue: 0)
    public var lastViewHistory: UInt64 = 0

    public init(
        lineage: UInt64 = 0, position: LogPosition = LogPosition(rawValue: 0), gtidExecuted: GTIDSet = GTIDSet(),
        refusedPositions: [LogPosition] = []
    ) {
        self.lineage = lineage
        self.position = position
        self.gtidExecuted = gtidExecuted
        self.refusedPositions = refusedPositions
    }
}

/// The transactions of one turn of the applier, to be made durable together.
public struct ApplyBatch: Sendable {
    /// Stored together with ``endPosition``: positions of different logs do not compare.
    public var lineage: UInt64
    public var transactions: [CertifiedTransaction]
    /// Where the store is afterwards. Above the last transaction's position when view changes and the like followed.
    public var endPosition: LogPosition
    /// GTIDs that the batch adds without a transaction of its own: view changes. The store adds the transactions' too.
    public var additionalGTIDs: [GTID]
    /// True while a member that joins applies its donor's binary log: positions mean nothing yet.
    public var isRecovery: Bool
    /// The last thing in it is a change of the view: what the store holds then is kept as ``StoreState/lastViewHistory``.
    public var endsWithView = false
    /// The hash of the group's history up to ``endPosition``; 0: not known. Stored together with it.
    public var hash: UInt64 = 0
    /// How far the group log was on disk, stored with the batch: at the next start it must reach that far.
    public var logMark: GroupLogMark?
}

/// Where certified transactions go: rows, GTIDs and position in one SQLite transaction. Implemented over Storage and
/// SQLEngine; by memory in tests. Called by the applier thread only, except where said otherwise.
public protocol TransactionStore: AnyObject, Sendable {
    /// ``HistoryHash`` of what was applied, after the last batch. Kept with the GTIDs.
    var history: UInt64 { get }

    /// What the last durable commit holds.
    func loadState() throws(SQLError) -> StoreState

    /// Applies the batch and commits it with its end position and GTIDs. `beforeCommit` is called once, after all
    /// transactions were applied and before the commit becomes visible: the applier writes the binary log there. An
    /// error means that this member can no longer follow the group (its data differs, its disk is full): nothing of the
    /// batch was committed. Row locks that local sessions hold on rows of a transaction that is not local must not stop
    /// it: their transactions are doomed instead (error 1213).
    func apply(
        _ batch: ApplyBatch, beforeCommit: ([TransactionOutcome]) throws(SQLError) -> Void
    ) throws(ApplyFailure) -> [TransactionOutcome]

    /// Gives up a statement (DDL) under way, because the server ends: its batch fails, and is applied after the next start. Any thread.
    func interruptStatement()

    /// Makes all that was applied safe against loss of power and returns its position. Called by a housekeeping thread.
    func synchronize() throws(SQLError) -> LogPosition

    /// The oldest snapshot that a running local transaction still reads from; nil when there is none. Any thread.
    func oldestSnapshot() -> LogPosition?

    /// A transaction of another member, just certified and not yet applied, writes these rows: local transactions that
    /// hold locks on them are doomed (error 1213). Of a statement: writes these schema objects, and dooms those that rely
    /// on them. On the communication thread: must not block.
    func certified(remoteWriteSet: [UInt64], kind: TransactionMessage.Kind)
}

extension TransactionStore {
    /// Of a store whose statements take no time.
    public func interruptStatement() {}
}
