import MySQLProtocol
import Platform

/// What SQLite refused with an error of its own, as MySQL's: the one place that reads SQLite's texts. A client never sees them.
package enum StorageRefusal {
    /// Limits that SQLite only names in words, all of them with code 1.
    private static let limits: [(words: String, error: SQLError)] = [
        ("stack overflow", .tooDeep), ("tree is too large", .tooDeep), ("too many columns", SQLError(.tooManyFields)),
        ("too many terms", SQLError(.tooManyFields)), ("too many result columns", SQLError(.tooManyFields)),
        ("tables in a join", SQLError(.tooManyTables, 61)), ("too many SQL variables", SQLError(.psManyParam)),
        ("too many FROM clause terms", SQLError(.tooManyTables, 61)), ("too many references", SQLError(.tooManyTables, 61)),
        ("parser stack", .tooDeep), ("pattern too complex", SQLError(.wrongArguments, "LIKE")),
    ]

    package static func error(code: Int32, message: String) -> SQLError {
        switch code & 0xFF {
        case 18: return SQLError(.netPacketTooLarge)
        case 7: return SQLError(.outofmemory, 0)
        case 13: return SQLError(.errorOnWrite, "database", 28, "No space left on device")
        default: break
        }
        if code & 0xFF == 1, let limit = limits.first(where: { message.contains($0.words) }) { return limit.error }
        ErrorLog.shared.log(.error, subsystem: "Storage", "SQLite error \(code): \(message)")
        return SQLError(.getErrno, Int(code), "internal error")
    }
}
