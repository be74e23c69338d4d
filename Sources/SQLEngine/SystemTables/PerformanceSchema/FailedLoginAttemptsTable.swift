/// `performance_schema.connection_control_failed_login_attempts`: accounts whose last logins failed.
enum FailedLoginAttemptsTable {
    static let rows: SystemTableRows = { context in
        context.server.connectionDelays.all.map { [.text($0.userHost), .integer(Int64(clamping: $0.count))] }
    }
}
