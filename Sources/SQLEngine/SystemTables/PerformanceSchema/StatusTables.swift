/// global_status, session_status and status_by_thread.
enum StatusTables {
    static let global: SystemTableRows = { context in
        context.server.status.values().map { [.text($0.name), .text($0.value)] }
    }

    static let session: SystemTableRows = { context in
        values(of: context.session).map { [.text($0.name), .text($0.value)] }
    }

    static let byThread: SystemTableRows = { context in
        let thread = ThreadsTable.threadID(of: context.session.connectionID)
        return values(of: context.session).map { [.unsigned(thread), .text($0.name), .text($0.value)] }
    }

    /// What only a session has, with the values of one that has not chosen: in the list before the second name.
    private static let ownNames = [("Compression", "OFF"), ("Compression_algorithm", ""), ("Compression_level", "0")]
    private static let nameAfterOwn = "Connection_errors_accept"

    private static func values(of session: Session) -> [(name: String, value: String)] {
        let own = session.statusValues
        var values = session.server.status.values().map { (name: $0.name, value: own[$0.name] ?? $0.value) }
        let place = values.firstIndex { $0.name == nameAfterOwn } ?? values.endIndex
        values.insert(contentsOf: ownNames.map { (name: $0.0, value: own[$0.0] ?? $0.1) }, at: place)
        return values
    }
}
