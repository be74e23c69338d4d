import Platform

/// Error log lines in the words of MySQL's plugin.
enum PluginLog {
    /// Writes `Plugin group_replication reported: 'text'`.
    static func report(_ level: ErrorLog.Level, code: PluginMessage, _ text: String) {
        let text = code == .communication ? "[GCS] \(text)" : text
        ErrorLog.shared.log(level, code: code.rawValue, subsystem: "Repl", "Plugin group_replication reported: '\(text)'")
    }
}
