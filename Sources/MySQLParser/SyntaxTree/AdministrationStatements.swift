/// ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR TABLE.
public struct TableMaintenanceStatement: Sendable {
    public enum Operation: String, Hashable, Sendable {
        case analyze, check, checksum, optimize, repair
    }

    public var operation: Operation
    public var tables: [ObjectName]
    /// NO_WRITE_TO_BINLOG or LOCAL.
    public var isLocal: Bool
    /// QUICK, EXTENDED, FAST, MEDIUM, CHANGED, FOR UPGRADE, USE_FRM, UPDATE HISTOGRAM, DROP HISTOGRAM.
    public var options: [String]
    /// Columns of ANALYZE TABLE ... UPDATE|DROP HISTOGRAM ON.
    public var histogramColumns: [String]

    public init(operation: Operation, tables: [ObjectName]) {
        self.operation = operation
        self.tables = tables
        isLocal = false
        options = []
        histogramColumns = []
    }
}

public struct FlushStatement: Sendable {
    public enum Target: Hashable, Sendable {
        case binaryLogs, engineLogs, errorLogs, generalLogs, slowLogs, logs
        case relayLogs(channel: String?)
        case privileges, status, userResources, optimizerCosts
        /// FLUSH TABLES [names].
        case tables([ObjectName])
        case tablesWithReadLock([ObjectName])
        case tablesForExport([ObjectName])
    }

    public var isLocal: Bool
    public var targets: [Target]

    public init(isLocal: Bool, targets: [Target]) {
        self.isLocal = isLocal
        self.targets = targets
    }
}

public enum AlterInstanceAction: Hashable, Sendable {
    case rotateInnoDBMasterKey, rotateBinlogMasterKey
    case reloadTLS(channel: String?, noRollbackOnError: Bool)
    case reloadKeyring
    case setRedoLog(enabled: Bool)
}
