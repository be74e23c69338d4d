import GroupReplication
import MySQLParser
import MySQLTypes
import SQLExpressions

/// What the session's variables say, decoded: the engine reads these, the system variables write them.
public struct SessionSettings: Sendable {
    /// What bound statements depend on.
    var binding = BindingSettings()
    public var autocommit = true
    public var isolation = IsolationLevel.repeatableRead
    /// `transaction_read_only`.
    public var isReadOnly = false
    public var innodbLockWaitTimeoutSeconds = 50
    public var lockWaitTimeoutSeconds = 31_536_000
    public var autoIncrementIncrement: UInt64 = 1
    public var autoIncrementOffset: UInt64 = 1
    public var uniqueChecks = true
    public var sqlLogBin = true
    public var sqlSafeUpdates = false
    public var sqlSelectLimit = UInt64.max
    public var maxErrorCount = 1024
    public var maxExecutionTimeMilliseconds = 0
    /// `completion_type`: 0 no chain, 1 chain, 2 release.
    public var completionType = 0
    public var innodbSnapshotIsolation = false
    /// `group_replication_consistency`.
    public var consistency = ConsistencyLevel.eventual
    public var sqlQuoteShowCreate = true
    public var generateInvisiblePrimaryKey = false
    public var timestampMicroseconds: Int64?
    public var gtidNext = "AUTOMATIC"
    public var sessionTrackSchema = true
    public var sessionTrackStateChange = false
    public var sessionTrackGTIDs = "OFF"
    public var sessionTrackTransactionInfo = "OFF"
    var trackedVariables = SessionStateTracker.Variables.some([])

    /// `lower_case_table_names`, which never changes.
    public var tableNameCase = TableNameCase.sensitive

    public init() {}

    public var sqlMode: SQLMode { binding.sqlMode }
    public var foreignKeyChecks: Bool { binding.foreignKeyChecks }
    /// What columns are announced in that the server makes itself: of names, where texts go out as they are.
    public var resultCollation: CollationID {
        binding.resultCollation == .binary ? .utf8mb3_general_ci : binding.resultCollation
    }
    public var connectionCollation: CollationID { binding.connectionCollation }
    public var serverCollation: CollationID { binding.serverCollation }

    /// What of `sql_mode` and `lower_case_table_names` the parser needs.
    var parserMode: ParserMode { ParserMode(sqlMode, tableNameCase) }
}
