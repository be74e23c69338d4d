/// global_status, session_status and status_by_thread.
enum StatusTables {
    static let global: SystemTableRows = { context in
        context.server.status.values().map { [.text($0.name), .text($0.value)] }
    }

    static let session: SystemTableRows = { context in
        let own = context.session.statusValues
        return context.server.status.values().map { [.text($0.name), .text(own[$0.name] ?? $0.value)] }
    }

    static let byThread: SystemTableRows = { context in
        let thread = ThreadsTable.threadID(of: context.session.connectionID)
        let own = context.session.statusValues
        return context.server.status.values().map { [.unsigned(thread), .text($0.name), .text(own[$0.name] ?? $0.value)] }
    }
}
