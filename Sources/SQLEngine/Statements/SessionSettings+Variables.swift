import GroupReplication
import MySQLParser
import MySQLTypes
import SQLExpressions

extension SessionSettings {
    /// The settings of a session that begins with these values.
    init(_ variables: SessionVariables) {
        self.init()
        for name in SessionSettings.variableNames + BindingSettings.variableNames { take(name, variables[name]) }
    }

    /// The variables that settings are decoded from.
    static let variableNames = [
        "autocommit", "transaction_isolation", "transaction_read_only", "innodb_lock_wait_timeout",
        "lock_wait_timeout", "auto_increment_increment", "auto_increment_offset", "unique_checks",
        "sql_log_bin", "sql_safe_updates", "sql_select_limit", "max_error_count", "max_execution_time",
        "completion_type",
        "innodb_snapshot_isolation", "group_replication_consistency", "sql_quote_show_create",
        "sql_generate_invisible_primary_key", "gtid_next",
        "session_track_schema", "session_track_state_change", "session_track_gtids",
        "session_track_transaction_info", "session_track_system_variables",
    ]

    /// Takes one variable's new value over; others are not decoded.
    mutating func take(_ name: String, _ value: VariableValue) {
        switch name {
        case "autocommit": autocommit = value.isOn
        case "transaction_isolation": isolation = SessionSettings.isolation(value.text)
        case "transaction_read_only": isReadOnly = value.isOn
        case "innodb_lock_wait_timeout": innodbLockWaitTimeoutSeconds = Int(clamping: value.number)
        case "lock_wait_timeout": lockWaitTimeoutSeconds = Int(clamping: value.number)
        case "auto_increment_increment": autoIncrementIncrement = value.number
        case "auto_increment_offset": autoIncrementOffset = value.number
        case "unique_checks": uniqueChecks = value.isOn
        case "sql_log_bin": sqlLogBin = value.isOn
        case "sql_safe_updates": sqlSafeUpdates = value.isOn
        case "sql_select_limit": sqlSelectLimit = value.number
        case "max_error_count": maxErrorCount = Int(clamping: value.number)
        case "max_execution_time": maxExecutionTimeMilliseconds = Int(clamping: value.number)
        case "completion_type": completionType = ["NO_CHAIN", "CHAIN", "RELEASE"].firstIndex(of: value.text) ?? 0
        case "innodb_snapshot_isolation": innodbSnapshotIsolation = value.isOn
        case "group_replication_consistency":
            consistency = ConsistencyLevel.allCases.first { $0.description == value.text } ?? .eventual
        case "sql_quote_show_create": sqlQuoteShowCreate = value.isOn
        case "sql_generate_invisible_primary_key": generateInvisiblePrimaryKey = value.isOn
        case "gtid_next": gtidNext = value.text
        case "session_track_schema": sessionTrackSchema = value.isOn
        case "session_track_state_change": sessionTrackStateChange = value.isOn
        case "session_track_gtids": sessionTrackGTIDs = value.text
        case "session_track_transaction_info": sessionTrackTransactionInfo = value.text
        case "session_track_system_variables": trackedVariables = SessionStateTracker.Variables(value.text)
        default: binding.take(name, value)
        }
    }

    /// The variable's text of an isolation level.
    static func text(of level: IsolationLevel) -> String {
        switch level {
        case .readUncommitted: "READ-UNCOMMITTED"
        case .readCommitted: "READ-COMMITTED"
        case .serializable: "SERIALIZABLE"
        case .repeatableRead: "REPEATABLE-READ"
        }
    }

    private static func isolation(_ text: String) -> IsolationLevel {
        switch text {
        case "READ-UNCOMMITTED": .readUncommitted
        case "READ-COMMITTED": .readCommitted
        case "SERIALIZABLE": .serializable
        default: .repeatableRead
        }
    }
}
