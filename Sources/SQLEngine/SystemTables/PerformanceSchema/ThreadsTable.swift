import GroupReplication

/// threads, accounts, users and hosts.
enum ThreadsTable {
    /// The server's own threads come first: sessions' threads are numbered after them.
    private static let firstSessionThread: UInt64 = 50

    static func threadID(of connectionID: UInt64) -> UInt64 { connectionID + firstSessionThread }

    private static let background = [
        "thread/sql/main", "thread/sql/signal_handler", "thread/group_rpl/THD_applier_module_receiver",
        "thread/group_rpl/THD_gcs_communication", "thread/group_rpl/THD_group_log_writer", "thread/innodb/log_checkpointer_thread",
    ] + StageRecorder.Track.allCases.map(\.threadName)

    static let threads: SystemTableRows = { context in
        var rows: [[SystemValue]] = []
        for (place, name) in background.enumerated() {
            rows.append(
                [.count(place + 1), .text(name), "BACKGROUND"] + Array(repeating: .null, count: 10)
                    + ["YES", "YES", nil, nil, nil, "PRIMARY", 0, 0, 0, 0, "NO"])
        }
        for line in ProcessListTable.allSessions(context) {
            rows.append(
                [
                    .unsigned(threadID(of: line.id)), "thread/sql/one_connection", "FOREGROUND", .unsigned(line.id),
                    .text(line.state.user), .text(line.state.host), .text(orNull: line.state.database),
                    .text(line.state.command), .integer(line.seconds), ProcessListTable.stage(line),
                    .text(orNull: line.state.statement), 1, nil, "YES", "YES", "TCP/IP", nil, "USR_default", "PRIMARY", 0, 0,
                    0, 0, "NO",
                ])
        }
        return rows
    }

    static let accounts: SystemTableRows = { context in
        grouped(context) { [.text($0.user), .text($0.host)] }
    }

    static let users: SystemTableRows = { context in
        grouped(context) { [.text($0.user)] }
    }

    static let hosts: SystemTableRows = { context in
        grouped(context) { [.text($0.host)] }
    }

    private static func grouped(
        _ context: SystemTableContext, _ key: (SessionHandle.State) -> [SystemValue]
    ) -> [[SystemValue]] {
        var counts: [(key: String, values: [SystemValue], count: Int)] = []
        for line in ProcessListTable.allSessions(context) {
            let values = key(line.state)
            let name = "\(values)"
            if let place = counts.firstIndex(where: { $0.key == name }) {
                counts[place].count += 1
            } else {
                counts.append((name, values, 1))
            }
        }
        return counts.map { $0.values + [.count($0.count), .count($0.count), 0, 0] }
    }
}
