import CSQLite
import Platform

/// The methods of one kind of file with some of ours in place of a lower file system's. That one uses one table for all files of
/// the kind (a second one is served too, by a table of its own); connections may be opened at a time.
final class MethodTable: Sendable {
    private let change: @Sendable (UnsafeMutablePointer<sqlite3_io_methods>) -> Void
    private let lock = Lock()
    // Safe: guarded by `lock`.
    nonisolated(unsafe) private var tables: [UnsafePointer<sqlite3_io_methods>: UnsafePointer<sqlite3_io_methods>] = [:]

    init(_ change: @escaping @Sendable (UnsafeMutablePointer<sqlite3_io_methods>) -> Void) {
        self.change = change
    }

    /// Never freed.
    func table(for methods: UnsafePointer<sqlite3_io_methods>) -> UnsafePointer<sqlite3_io_methods> {
        lock.withLock {
            if let known = tables[methods] { return known }
            let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
            table.initialize(to: methods.pointee)
            change(table)
            tables[methods] = UnsafePointer(table)
            return UnsafePointer(table)
        }
    }
}
