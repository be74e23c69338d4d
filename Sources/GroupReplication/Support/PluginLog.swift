import Platform

/// Error log lines in the words of MySQL's plugin.
enum PluginLog {
    /// Writes `Plugin group_replication reported: 'text'`.
    static func report(_ level: ErrorLog.Level, code: Int, _ text: String) {
        ErrorLog.shared.log(level, code: code, subsystem: "Repl", "Plugin group_replication reported: '\(text)'")
    }
}
