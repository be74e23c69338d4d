import BinaryLog
import GroupReplication
import MySQLProtocol
import Platform
import SQLEngine
import SQLExpressions

/// The functions that group replication and the binary log answer, as sessions call them.
enum NodeFunctions {
    /// How long a session that waits for GTIDs sleeps between two looks.
    private static let pollSeconds = 0.005

    /// They are not here, which those only hear who might call them.
    private static let failoverFunctions: Set<String> = [
        "asynchronous_connection_failover_add_managed", "asynchronous_connection_failover_add_source",
        "asynchronous_connection_failover_delete_source", "asynchronous_connection_failover_reset",
    ]

    /// Error 1123 for who lacks GROUP_REPLICATION_ADMIN. What only tells something needs nothing, and two others say first
    /// that the member is not in a group.
    private static func refuse(_ name: String, _ currentUser: String, _ group: GroupReplication) throws(SQLError) {
        switch name {
        case "group_replication_get_communication_protocol", "group_replication_get_write_concurrency": return
        case "group_replication_set_communication_protocol", "group_replication_set_write_concurrency":
            try group.checkOnline(name)
        default: break
        }
        let account = currentUser.split(separator: "@", maxSplits: 1).map { "'\($0)'" }.joined(separator: "@")
        throw SQLError(
            code: 1123, sqlState: "HY000",
            message: "Can't initialize function '\(name)'; User \(account) needs SUPER or GROUP_REPLICATION_ADMIN privileges.")
    }

    /// Fills the hooks of `context`; before any session begins.
    static func install(in context: ServerContext, group: GroupReplication, plugin: PluginState, log: BinaryLogWriter) {
        context.functionHooks.other = { (name, arguments, session) throws(SQLError) in
            if failoverFunctions.contains(name), !session.hasPrivilege("REPLICATION_SLAVE_ADMIN") {
                throw SQLError(.specificAccessDeniedError, "SUPER or REPLICATION_SLAVE_ADMIN")
            }
            guard plugin.isInstalled, GroupReplication.functionNames.contains(name) else {
                throw SQLError(.spDoesNotExist, "FUNCTION", "\(session.currentDatabase ?? "").\(name)")
            }
            if !session.hasPrivilege("GROUP_REPLICATION_ADMIN") { try refuse(name, session.currentUser, group) }
            switch try group.call(name, arguments.map(Self.argument), interrupted: { session.isKilled }) {
            case .text(let text): return .text(Array(text.utf8))
            case .integer(let value): return .integer(value)
            }
        }
        context.functionHooks.waitForExecutedGTIDSet = { (text, timeout, session) throws(SQLError) in
            guard let wanted = GTIDSet(text) else { throw SQLError(.malformedGtidSetSpecification, text) }
            let start = MonotonicTime.now()
            while true {
                if wanted.isSubset(of: log.executedGTIDs) { return 0 }
                let waited = MonotonicTime.now() - start
                if let timeout, timeout > 0, waited >= .milliseconds(Int64(saturating: min(timeout, 31_536_000) * 1000)) {
                    return 1
                }
                guard session.sleep(seconds: Self.pollSeconds) else { throw SQLError(.queryInterrupted) }
            }
        }
    }

    private static func argument(_ value: LiteralValue) -> FunctionArgument {
        switch value {
        case .null: .null
        case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
        case .integer(let integer): .integer(integer)
        case .real, .blob: .other
        }
    }
}
