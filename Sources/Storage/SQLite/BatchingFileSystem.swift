import CSQLite
import Platform

/// The VFS of the one connection that writes: ``PageFileSystem``, except for its write-ahead log.
///
/// - SQLite writes each page of a commit by two system calls, a frame's header and the page (measured: a third of the
///   applier's time). Between ``Switch/beginCommit()`` and ``Switch/endCommit()`` these gather in memory and leave in one
///   write when SQLite synchronises the log: after the last frame, before the log's index tells anybody of it, and with
///   a way to fail. That synchronisation itself is left out (the group's log is what makes commits durable), except of
///   the log's header, on which a restarted log's recovery relies, and of checkpoints.
/// - A log that starts again keeps its length, so that its pages stay allocated. What is left of the old one is told
///   apart by its salts, as after SQLite's own restarts without truncation.
///
/// A file's state lies behind the file object of the VFS below and belongs to the connection, which one thread owns.
enum BatchingFileSystem {
    static let name = "grouplite-applier"
    /// What gathers at most before it is written: `unix` writes less than 128 KiB at a time.
    private static let capacity = 124 << 10

    /// Behind the object of the database file.
    private struct DatabaseState {
        var isCommitting: Bool
    }

    /// Behind the object of the write-ahead log.
    private struct LogState {
        /// Outlives the log: SQLite closes the log first.
        var database: UnsafeMutablePointer<DatabaseState>?
        var buffer: UnsafeMutableRawPointer?
        var count: Int
        /// Where in the file the buffer begins.
        var offset: Int64
        /// The log's header was written and not synchronised yet.
        var hasNewHeader: Bool
        var methods: UnsafePointer<sqlite3_io_methods>?
    }

    // Safe: written once by `register`, while the library is configured, before any connection.
    nonisolated(unsafe) private static var base: UnsafeMutablePointer<sqlite3_vfs>?
    nonisolated(unsafe) private static var stateOffset = 0
    private static let logMethods = MethodTable { table in
        table.pointee.xWrite = write
        table.pointee.xRead = read
        table.pointee.xSync = synchronize
        table.pointee.xTruncate = truncate
        table.pointee.xFileSize = fileSize
        table.pointee.xClose = close
    }

    /// Called once, while the library is configured. Returns why it failed.
    static func register() -> String? {
        guard let found = sqlite3_vfs_find(PageFileSystem.name) else { return "SQLite lacks the VFS below" }
        base = found
        let layer = FileSystemLayer(
            named: name, over: found, stateBytes: max(MemoryLayout<DatabaseState>.size, MemoryLayout<LogState>.size))
        stateOffset = layer.stateOffset
        layer.vfs.pointee.xOpen = open
        return layer.register()
    }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, UnsafeMutablePointer<sqlite3_file>?, Int32,
            UnsafeMutablePointer<Int32>?
        ) -> Int32 = { _, path, file, flags, outFlags in
            guard let base, let file else { return SQLITE_CANTOPEN }
            let status = base.pointee.xOpen(base, path, file, flags, outFlags)
            guard status == SQLITE_OK else { return status }
            if flags & SQLITE_OPEN_MAIN_DB != 0 {
                database(file).initialize(to: DatabaseState(isCommitting: false))
            } else if flags & SQLITE_OPEN_WAL != 0, let path, let main = sqlite3_database_file_object(path),
                let methods = file.pointee.pMethods
            {
                log(file).initialize(
                    to: LogState(
                        database: database(main), buffer: nil, count: 0, offset: 0, hasNewHeader: false,
                        methods: methods))
                file.pointee.pMethods = logMethods.table(for: methods)
            }
            return SQLITE_OK
        }

    private static func database(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<DatabaseState> {
        (UnsafeMutableRawPointer(file) + stateOffset).assumingMemoryBound(to: DatabaseState.self)
    }

    private static func log(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<LogState> {
        (UnsafeMutableRawPointer(file) + stateOffset).assumingMemoryBound(to: LogState.self)
    }

    /// Writes what has gathered.
    private static func flush(_ file: UnsafeMutablePointer<sqlite3_file>) -> Int32 {
        let log = log(file)
        let count = log.pointee.count
        guard count > 0, let buffer = log.pointee.buffer else { return SQLITE_OK }
        log.pointee.count = 0
        return log.pointee.methods?.pointee.xWrite(file, buffer, Int32(count), log.pointee.offset) ?? SQLITE_IOERR
    }

    // MARK: The log's methods

    private static let write:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeRawPointer?, Int32, Int64) -> Int32 = {
            file, bytes, count, offset in
            guard let file, let bytes, count >= 0 else { return SQLITE_MISUSE }
            let log = log(file)
            let size = Int(count)
            if offset == 0 { log.pointee.hasNewHeader = true }
            let follows = log.pointee.offset + Int64(log.pointee.count) == offset
            let isGathered = log.pointee.database?.pointee.isCommitting == true && size <= capacity
            if log.pointee.count > 0 && (!isGathered || !follows || log.pointee.count + size > capacity) {
                let status = flush(file)
                guard status == SQLITE_OK else { return status }
            }
            guard isGathered else {
                return log.pointee.methods?.pointee.xWrite(file, bytes, count, offset) ?? SQLITE_IOERR
            }
            let buffer = log.pointee.buffer ?? .allocate(byteCount: capacity, alignment: 4096)
            log.pointee.buffer = buffer
            if log.pointee.count == 0 { log.pointee.offset = offset }
            (buffer + log.pointee.count).copyMemory(from: bytes, byteCount: size)
            log.pointee.count += size
            return SQLITE_OK
        }

    private static let read:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeMutableRawPointer?, Int32, Int64) -> Int32 = {
            file, bytes, count, offset in
            guard let file else { return SQLITE_MISUSE }
            let status = flush(file)
            guard status == SQLITE_OK else { return status }
            return log(file).pointee.methods?.pointee.xRead(file, bytes, count, offset) ?? SQLITE_IOERR
        }

    private static let synchronize: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, Int32) -> Int32 = {
        file, flags in
        guard let file else { return SQLITE_MISUSE }
        let status = flush(file)
        guard status == SQLITE_OK else { return status }
        let log = log(file)
        if log.pointee.database?.pointee.isCommitting == true && !log.pointee.hasNewHeader { return SQLITE_OK }
        let synchronized = log.pointee.methods?.pointee.xSync(file, flags) ?? SQLITE_IOERR
        if synchronized == SQLITE_OK { log.pointee.hasNewHeader = false }
        return synchronized
    }

    private static let truncate: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, Int64) -> Int32 = { file, size in
        guard let file else { return SQLITE_MISUSE }
        let status = flush(file)
        guard status == SQLITE_OK else { return status }
        if size == 0 { return SQLITE_OK }
        return log(file).pointee.methods?.pointee.xTruncate(file, size) ?? SQLITE_IOERR
    }

    private static let fileSize:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeMutablePointer<Int64>?) -> Int32 = { file, size in
            guard let file else { return SQLITE_MISUSE }
            let status = flush(file)
            guard status == SQLITE_OK else { return status }
            return log(file).pointee.methods?.pointee.xFileSize(file, size) ?? SQLITE_IOERR
        }

    private static let close: @convention(c) (UnsafeMutablePointer<sqlite3_file>?) -> Int32 = { file in
        guard let file else { return SQLITE_MISUSE }
        let log = log(file)
        log.pointee.buffer?.deallocate()
        log.pointee.buffer = nil
        let methods = log.pointee.methods
        file.pointee.pMethods = methods
        return methods?.pointee.xClose(file) ?? SQLITE_IOERR
    }

    /// Says when the connection commits.
    struct Switch {
        private let pointer: UnsafeMutablePointer<DatabaseState>

        /// For a connection that was opened through this VFS; nil when it has no file.
        init?(_ connection: OpaquePointer) {
            var file: UnsafeMutablePointer<sqlite3_file>?
            let status = withUnsafeMutablePointer(to: &file) {
                sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, $0)
            }
            guard status == SQLITE_OK, let file, file.pointee.pMethods != nil else { return nil }
            pointer = BatchingFileSystem.database(file)
        }

        func beginCommit() { pointer.pointee.isCommitting = true }
        /// What a failed commit left behind is never written: its frames are in nobody's index.
        func endCommit() { pointer.pointee.isCommitting = false }
    }
}
