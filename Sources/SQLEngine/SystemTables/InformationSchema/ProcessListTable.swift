import Platform
import Synchronization

/// PROCESSLIST of information_schema and performance_schema, and the sessions among `performance_schema.threads`.
enum ProcessListTable {
    static let informationSchema: SystemTableRows = { context in
        sessions(context).map { Array(cells($0).prefix(8)) }
    }

    static let performanceSchema: SystemTableRows = { context in
        sessions(context).map(cells)
    }

    struct Line {
        var id: UInt64
        var state: SessionHandle.State
        var seconds: Int64
        var stage: SessionStage
    }

    /// The sessions that the account may see: its own, or all with PROCESS.
    static func sessions(_ context: SystemTableContext) -> [Line] {
        allSessions(context).filter { context.canSee(user: $0.state.user) }
    }

    /// All sessions, for tables that need SELECT.
    static func allSessions(_ context: SystemTableContext) -> [Line] {
        let now = MonotonicTime.now()
        return context.server.sessions.all.map { handle in
            let state = handle.snapshot
            return Line(id: handle.id, state: state, seconds: (now - state.since).components.seconds,
                stage: handle.stage.load(ordering: .relaxed))
        }
    }

    static func stage(_ line: Line) -> SystemValue {
        if let stage = line.state.stage { return .text(stage) }
        return line.state.command == "Query" || line.state.command == "Execute" ? .text(line.stage.text) : ""
    }

    private static func cells(_ line: Line) -> [SystemValue] {
        let state = line.state
        return [
            .unsigned(line.id), .text(state.user), .text(state.host), .text(orNull: state.database),
            .text(state.command), .integer(line.seconds), stage(line), .text(orNull: state.statement), "PRIMARY",
        ]
    }
}
