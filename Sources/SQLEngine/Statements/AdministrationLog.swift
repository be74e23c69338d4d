import MySQLParser
import Platform

/// Who administered the server, in the error log: statements that stop it, take it out of its group or change what it is
/// made of leave a line with the account, also when they fail afterwards.
enum AdministrationLog {
    static func note(_ statement: MySQLParser.Statement, of session: Session) {
        guard let name = name(of: statement) else { return }
        ErrorLog.shared.log(
            .system, code: 13_172,
            "Received \(name) from user \(session.account.quoted) (\(session.userName)@\(session.clientHost), connection "
                + "\(session.connectionID)).")
    }

    private static func name(of statement: MySQLParser.Statement) -> String? {
        switch statement {
        case .startGroupReplication: "START GROUP_REPLICATION"
        case .stopGroupReplication: "STOP GROUP_REPLICATION"
        case .changeSource: "CHANGE REPLICATION SOURCE"
        case .startReplica: "START REPLICA"
        case .stopReplica: "STOP REPLICA"
        case .installPlugin: "INSTALL PLUGIN"
        case .uninstallPlugin: "UNINSTALL PLUGIN"
        case .installComponent: "INSTALL COMPONENT"
        case .uninstallComponent: "UNINSTALL COMPONENT"
        case .reset: "RESET"
        case .purgeBinaryLogs: "PURGE BINARY LOGS"
        case .alterInstance: "ALTER INSTANCE"
        case .shutdown: "SHUTDOWN"
        case .restart: "RESTART"
        default: nil
        }
    }
}
