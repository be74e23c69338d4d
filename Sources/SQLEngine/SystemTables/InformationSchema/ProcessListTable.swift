import Platform

/// PROCESSLIST of information_schema and performance_schema, and the sessions among `performance_schema.threads`.
enum ProcessListTable {
    static let informationSchema: SystemTableRows = { context in
        sessions(context).map { Array(line($0.id, $0.state, $0.seconds).prefix(8)) }
    }

    static let performanceSchema: SystemTableRows = { context in
        sessions(context).map { line($0.id, $0.state, $0.seconds) }
    }

    struct Line {
        var id: UInt64
        var state: SessionHandle.State
        var seconds: Int64
    }

    /// The sessions that the account may see: its own, or all with PROCESS.
    static func sessions(_ context: SystemTableContext) -> [Line] {
        let now = MonotonicTime.now()
        return context.server.sessions.all.compactMap { handle in
            let state = handle.snapshot
            guard context.canSee(user: state.user) else { return nil }
            return Line(id: handle.id, state: state, seconds: (now - state.since).components.seconds)
        }
    }

    static func stage(_ state: SessionHandle.State) -> SystemValue {
        if let stage = state.stage { return .text(stage) }
        return state.command == "Query" || state.command == "Execute" ? "executing" : ""
    }

    private static func line(_ id: UInt64, _ state: SessionHandle.State, _ seconds: Int64) -> [SystemValue] {
        [
            .unsigned(id), .text(state.user), .text(state.host), .text(orNull: state.database), .text(state.command),
            .integer(seconds), stage(state), .text(orNull: state.statement), "PRIMARY",
        ]
    }
}
