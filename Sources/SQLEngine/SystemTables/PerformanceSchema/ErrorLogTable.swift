import Platform

/// `performance_schema.error_log`: the newest lines of this run.
enum ErrorLogTable {
    static let rows: SystemTableRows = { _ in
        ErrorLog.shared.entries.map { entry in
            let code = String(entry.code)
            return [
                .timestamp(entry.logged), .unsigned(entry.thread), .text(priority(entry.level)),
                .text("MY-" + String(repeating: "0", count: max(0, 6 - code.count)) + code), .text(entry.subsystem),
                .text(entry.message),
            ]
        }
    }

    private static func priority(_ level: ErrorLog.Level) -> String {
        switch level {
        case .error: "Error"
        case .system, .warning, .note: level.rawValue
        }
    }
}
