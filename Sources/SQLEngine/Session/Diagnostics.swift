import MySQLProtocol
import SQLExpressions

/// The diagnostics area: what SHOW WARNINGS and SHOW ERRORS list of the last statement.
struct Diagnostics {
    private(set) var conditions: [ExpressionWarning] = []
    /// All of them, also those beyond `max_error_count`.
    private(set) var count = 0
    private(set) var errorCount = 0
    var limit = 1024

    mutating func clear() {
        conditions.removeAll(keepingCapacity: true)
        count = 0
        errorCount = 0
    }

    mutating func add(_ condition: ExpressionWarning) {
        count += 1
        if condition.level == .error { errorCount += 1 }
        if conditions.count < limit { conditions.append(condition) }
    }

    /// Conditions beyond `max_error_count`, which are counted only.
    mutating func countUnlisted(_ more: Int) { count += max(0, more) }

    mutating func warn(_ error: SQLError) {
        add(ExpressionWarning(level: .warning, code: error.code, message: error.message))
    }

    mutating func warn(_ code: ErrorCode, _ message: String) {
        add(ExpressionWarning(level: .warning, code: code.rawValue, message: message))
    }

    mutating func note(_ error: SQLError) {
        add(ExpressionWarning(level: .note, code: error.code, message: error.message))
    }

    mutating func fail(_ error: SQLError) {
        add(ExpressionWarning(level: .error, code: error.code, message: error.message))
    }

    /// As the protocol counts them.
    var wireCount: UInt16 { UInt16(clamping: count) }
}
