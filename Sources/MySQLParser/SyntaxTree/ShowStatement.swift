/// SHOW.
public indirect enum ShowStatement: Sendable {
    /// LIKE 'pattern' or WHERE expression.
    public enum Filter: Sendable {
        case like([UInt8])
        case `where`(Expression)
    }

    case databases(Filter?)
    case tables(schema: String?, isFull: Bool, isExtended: Bool, Filter?)
    case tableStatus(schema: String?, Filter?)
    case openTables(schema: String?, Filter?)
    case triggers(schema: String?, isFull: Bool, Filter?)
    case events(schema: String?, Filter?)
    case columns(ObjectName, isFull: Bool, isExtended: Bool, Filter?)
    case indexes(ObjectName, isExtended: Bool, where: Expression?)
    case createTable(ObjectName)
    case createView(ObjectName)
    case createDatabase(String, ifNotExists: Bool)
    case createRoutine(RoutineKind, ObjectName)
    case createTrigger(ObjectName)
    case createEvent(ObjectName)
    case createUser(AccountName)
    case routineStatus(RoutineKind, Filter?)
    case routineCode(RoutineKind, ObjectName)
    case variables(scope: VariableScope?, Filter?)
    case status(scope: VariableScope?, Filter?)
    case warnings(LimitClause?)
    case errors(LimitClause?)
    /// SHOW COUNT(*) WARNINGS.
    case warningCount
    case errorCount
    case processList(isFull: Bool)
    case plugins
    case engines
    case engineStatus(engine: String, what: EngineReport)
    case privileges
    case grants(for: AccountName?, using: [AccountName])
    case characterSets(Filter?)
    case collations(Filter?)
    case profiles
    case profile
    case binaryLogs
    /// SHOW BINARY LOG STATUS, SHOW MASTER STATUS.
    case binaryLogStatus
    case binaryLogEvents(file: [UInt8]?, position: UInt64?, LimitClause?)
    case relayLogEvents(file: [UInt8]?, position: UInt64?, LimitClause?, channel: String?)
    case replicas
    case replicaStatus(channel: String?)
    case parseTree

    public enum EngineReport: Hashable, Sendable {
        case status, mutex, logs
    }
}

public struct ExplainStatement: Sendable {
    public enum Subject: Sendable {
        case statement(Statement)
        case connection(UInt64)
    }

    /// TRADITIONAL, JSON or TREE, as written.
    public var format: String?
    public var isAnalyze: Bool
    public var schema: String?
    public var intoVariable: String?
    public var subject: Subject

    public init(format: String?, isAnalyze: Bool, subject: Subject) {
        self.format = format
        self.isAnalyze = isAnalyze
        schema = nil
        intoVariable = nil
        self.subject = subject
    }
}
