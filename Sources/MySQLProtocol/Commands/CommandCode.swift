/// The first byte of a command packet.
public enum CommandCode: UInt8, Sendable, CaseIterable {
    case sleep = 0
    case quit, initDB, query, fieldList, createDB, dropDB, refresh, shutdown, statistics
    case processInfo, connect, processKill, debug, ping, time, delayedInsert, changeUser
    case binlogDump, tableDump, connectOut, registerReplica
    case statementPrepare, statementExecute, statementSendLongData, statementClose, statementReset
    case setOption, statementFetch, daemon, binlogDumpGTID, resetConnection, clone
    case subscribeGroupReplicationStream, end

    /// Whether a client whose password has expired may send it: error 1820 for any other, known or not. What a statement may
    /// do then, the statement's own check says.
    public var isAllowedWithExpiredPassword: Bool {
        switch self {
        case .quit, .query, .ping, .statementPrepare, .statementExecute, .statementSendLongData, .statementClose: true
        case .sleep, .initDB, .fieldList, .createDB, .dropDB, .refresh, .shutdown, .statistics, .processInfo, .connect,
            .processKill, .debug, .time, .delayedInsert, .changeUser, .binlogDump, .tableDump, .connectOut, .registerReplica,
            .statementReset, .setOption, .statementFetch, .daemon, .binlogDumpGTID, .resetConnection, .clone,
            .subscribeGroupReplicationStream, .end:
            false
        }
    }

    /// As `SHOW PROCESSLIST` and performance_schema name it.
    public var name: String {
        switch self {
        case .sleep: "Sleep"
        case .quit: "Quit"
        case .initDB: "Init DB"
        case .query: "Query"
        case .fieldList: "Field List"
        case .createDB: "Create DB"
        case .dropDB: "Drop DB"
        case .refresh: "Refresh"
        case .shutdown: "Shutdown"
        case .statistics: "Statistics"
        case .processInfo: "Processlist"
        case .connect: "Connect"
        case .processKill: "Kill"
        case .debug: "Debug"
        case .ping: "Ping"
        case .time: "Time"
        case .delayedInsert: "Delayed insert"
        case .changeUser: "Change user"
        case .binlogDump: "Binlog Dump"
        case .tableDump: "Table Dump"
        case .connectOut: "Connect Out"
        case .registerReplica: "Register Replica"
        case .statementPrepare: "Prepare"
        case .statementExecute: "Execute"
        case .statementSendLongData: "Long Data"
        case .statementClose: "Close stmt"
        case .statementReset: "Reset stmt"
        case .setOption: "Set option"
        case .statementFetch: "Fetch"
        case .daemon: "Daemon"
        case .binlogDumpGTID: "Binlog Dump GTID"
        case .resetConnection: "Reset Connection"
        case .clone: "clone"
        case .subscribeGroupReplicationStream: "Group Replication Data Stream subscription"
        case .end: "Error"
        }
    }
}
