import CSQLite
import Platform

/// The VFS under all others of the server: `unix`, except that what is on disk is not believed.
///
/// - A page that is written to the database file carries a ``PageChecksum``, and each page that is read from there is compared
///   with it. Pages get there by checkpoints only.
/// - A page that is read from the write-ahead log is compared with its frame's checksum (``LogFrame``), by one larger read in
///   place of one.
///
/// A page that is not as it was written is reported to the connection's ``DamageMonitor``, and its reader gets SQLITE_IOERR_DATA.
/// Files of other kinds (temporary ones) are `unix`'s own. There is no mapping into memory: what the kernel brings back from the
/// disk behind a mapping nobody would look at, and a block that cannot be read would end the process.
///
/// A file's state lies behind `unix`'s file object and belongs to the connection, which one thread owns.
enum PageFileSystem {
    static let name = "grouplite-pages"

    /// Behind the object of the database file.
    private struct DatabaseState {
        /// Kept alive by the connection's owner.
        var monitor: Unmanaged<DamageMonitor>?
        /// SQLite's own copy, there as long as the file is open.
        var path: UnsafePointer<CChar>?
        var methods: UnsafePointer<sqlite3_io_methods>?
        var faults: Unmanaged<FileFaults>?
    }

    /// Behind the object of the write-ahead log.
    private struct LogState {
        var path: UnsafePointer<CChar>?
        var faults: Unmanaged<FileFaults>?
        /// Outlives the log: SQLite closes the log first.
        var database: UnsafeMutablePointer<DatabaseState>?
        /// A frame with what precedes it; made with the first read.
        var chain: UnsafeMutableRawPointer?
        var methods: UnsafePointer<sqlite3_io_methods>?
    }

    private static let shortRead: Int32 = SQLITE_IOERR | 2 << 8  // SQLITE_IOERR_SHORT_READ
    /// What SQLite reads of the first page before it knows the pages' size.
    private static let fileHeaderSize = 100

    // Safe: written once by `register`, while the library is configured, before any connection.
    nonisolated(unsafe) private static var unix: UnsafeMutablePointer<sqlite3_vfs>?
    nonisolated(unsafe) private static var stateOffset = 0
    private static let databaseMethods = MethodTable { table in
        table.pointee.xRead = read
        table.pointee.xWrite = write
        table.pointee.xSync = synchronize
    }
    private static let logMethods = MethodTable { table in
        table.pointee.xRead = readLog
        table.pointee.xWrite = writeLog
        table.pointee.xSync = synchronizeLog
        table.pointee.xClose = closeLog
    }

    /// Called once, while the library is configured, before the file systems above. Returns why it failed.
    static func register() -> String? {
        guard let found = sqlite3_vfs_find("unix"), found.pointee.iVersion >= 3 else { return "SQLite has no unix VFS" }
        unix = found
        let layer = FileSystemLayer(
            named: name, over: found, stateBytes: max(MemoryLayout<DatabaseState>.size, MemoryLayout<LogState>.size))
        stateOffset = layer.stateOffset
        layer.vfs.pointee.xOpen = open
        return layer.register()
    }

    /// Has a connection that was just opened report damage, and a new file made with room for checksums.
    static func adopt(_ connection: OpaquePointer, monitor: DamageMonitor) throws(StorageError) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let found = withUnsafeMutablePointer(to: &file) {
            sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, $0)
        }
        guard found == SQLITE_OK, let file, file.pointee.pMethods != nil else {
            throw .unusable("SQLite does not say which file it has opened")
        }
        database(file).pointee.monitor = Unmanaged.passUnretained(monitor)
        var bytes = Int32(PageChecksum.reservedBytes)
        guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes) == SQLITE_OK else {
            throw .unusable("SQLite keeps no bytes of a page for its checksum")
        }
    }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, UnsafeMutablePointer<sqlite3_file>?, Int32,
            UnsafeMutablePointer<Int32>?
        ) -> Int32 = { _, path, file, flags, outFlags in
            guard let unix, let file else { return SQLITE_CANTOPEN }
            if let path, File.isDistrusted(String(cString: path)) { return SQLITE_CANTOPEN }
            let status = unix.pointee.xOpen(unix, path, file, flags, outFlags)
            guard status == SQLITE_OK, let methods = file.pointee.pMethods else { return status }
            if flags & SQLITE_OPEN_MAIN_DB != 0 {
                database(file).initialize(
                    to: DatabaseState(monitor: nil, path: path, methods: methods, faults: FileWrites.plan(path)))
                file.pointee.pMethods = databaseMethods.table(for: methods)
            } else if flags & SQLITE_OPEN_WAL != 0, let path, let main = sqlite3_database_file_object(path) {
                log(file).initialize(
                    to: LogState(
                        path: path, faults: FileWrites.plan(path), database: database(main), chain: nil, methods: methods))
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

    /// The connection's session expects the rollback that SQLite answers with.
    private static func fail(
        _ database: UnsafeMutablePointer<DatabaseState>?, _ suffix: String, page: UInt64, offset: Int64, _ reason: String
    ) -> Int32 {
        let path = database?.pointee.path.map { String(cString: $0) } ?? "?"
        database?.pointee.monitor?._withUnsafeGuaranteedRef {
            $0.report(StoreDamage(file: path + suffix, page: page, offset: UInt64(max(0, offset)), reason: reason))
        }
        ThreadAccount.current?._withUnsafeGuaranteedRef { $0.systemFailed?(DamageCode.data) }
        return DamageCode.data
    }

    // MARK: The database file

    private static let read:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeMutableRawPointer?, Int32, Int64) -> Int32 = {
            file, target, count, offset in
            guard let file, let target,
                let real = database(file).pointee.methods?.pointee.xRead
            else { return SQLITE_MISUSE }
            let size = Int64(PageChecksum.pageSize)
            let page = UInt64(max(0, offset) / size) + 1
            let status = real(file, target, count, offset)
            guard status == SQLITE_OK || status == shortRead else {
                return fail(database(file), "", page: page, offset: offset, "it cannot be read (SQLite's code \(status))")
            }
            // The header alone, before the first page.
            if offset + Int64(count) <= Int64(fileHeaderSize) { return status }
            guard Int(count) == PageChecksum.pageSize && offset % size == 0 else {
                return fail(database(file), "", page: page, offset: offset, "the file's header tells pages of \(count) bytes")
            }
            guard status == SQLITE_OK else {
                return fail(database(file), "", page: page, offset: offset, "the file ends before it")
            }
            guard PageChecksum.isRight(target, page: page) else {
                return fail(database(file), "", page: page, offset: offset, "its checksum is wrong")
            }
            return SQLITE_OK
        }

    /// The buffers are SQLite's own, of pages whose last bytes it does not use.
    private static let write:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeRawPointer?, Int32, Int64) -> Int32 = {
            file, bytes, count, offset in
            guard let file, let bytes,
                let real = database(file).pointee.methods?.pointee.xWrite
            else { return SQLITE_MISUSE }
            let size = Int64(PageChecksum.pageSize)
            // Nothing else is ever written there; what cannot be protected must not be.
            guard Int(count) == PageChecksum.pageSize, offset >= 0, offset % size == 0 else { return SQLITE_MISUSE }
            PageChecksum.seal(UnsafeMutableRawPointer(mutating: bytes), page: UInt64(offset / size) + 1)
            let state = database(file).pointee
            return FileWrites.write(state.faults, state.path, offset, count) { real(file, bytes, count, offset) }
        }

    private static let synchronize: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, Int32) -> Int32 = { file, flags in
        guard let file, let real = database(file).pointee.methods?.pointee.xSync else { return SQLITE_MISUSE }
        let state = database(file).pointee
        let status = FileWrites.synchronize(state.faults, state.path) { real(file, flags) }
        if status != SQLITE_OK { noteSync(database(file), "") }
        return status
    }

    /// Nobody knows what the disk has of the file.
    private static func noteSync(_ database: UnsafeMutablePointer<DatabaseState>?, _ suffix: String) {
        let path = database?.pointee.path.map { String(cString: $0) } ?? "?"
        database?.pointee.monitor?._withUnsafeGuaranteedRef { $0.report(.unsynchronized(path + suffix)) }
    }

    // MARK: The write-ahead log

    private static let readLog:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeMutableRawPointer?, Int32, Int64) -> Int32 = {
            file, target, count, offset in
            guard let file, let target else { return SQLITE_MISUSE }
            let log = log(file)
            guard let real = log.pointee.methods?.pointee.xRead else { return SQLITE_MISUSE }
            // Recovery reads whole frames and compares them itself.
            guard Int(count) == PageChecksum.pageSize, let begin = LogFrame.begin(ofPageAt: offset) else {
                return real(file, target, count, offset)
            }
            let chain = log.pointee.chain ?? .allocate(byteCount: LogFrame.chainSize, alignment: 16)
            log.pointee.chain = chain
            let start = LogFrame.predecessor(of: begin)
            let length = Int(begin - start) + LogFrame.size
            let status = real(file, chain, Int32(length), start)
            guard status == SQLITE_OK else {
                return fail(
                    log.pointee.database, "-wal", page: 0, offset: begin,
                    status == shortRead ? "the log ends before the frame" : "it cannot be read (SQLite's code \(status))")
            }
            let frame = chain + Int(begin - start)
            guard LogFrame.isRight(frame, before: chain) else {
                return fail(log.pointee.database, "-wal", page: 0, offset: begin, "the frame's checksum is wrong")
            }
            target.copyMemory(from: frame + LogFrame.headerSize, byteCount: PageChecksum.pageSize)
            return SQLITE_OK
        }

    private static let writeLog:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeRawPointer?, Int32, Int64) -> Int32 = {
            file, bytes, count, offset in
            guard let file, let real = log(file).pointee.methods?.pointee.xWrite else { return SQLITE_MISUSE }
            let state = log(file).pointee
            return FileWrites.write(state.faults, state.path, offset, count) { real(file, bytes, count, offset) }
        }

    private static let synchronizeLog: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, Int32) -> Int32 = {
        file, flags in
        guard let file, let real = log(file).pointee.methods?.pointee.xSync else { return SQLITE_MISUSE }
        let state = log(file).pointee
        let status = FileWrites.synchronize(state.faults, state.path) { real(file, flags) }
        if status != SQLITE_OK { noteSync(state.database, "-wal") }
        return status
    }

    private static let closeLog: @convention(c) (UnsafeMutablePointer<sqlite3_file>?) -> Int32 = { file in
        guard let file else { return SQLITE_MISUSE }
        let log = log(file)
        log.pointee.chain?.deallocate()
        log.pointee.chain = nil
        let methods = log.pointee.methods
        file.pointee.pMethods = methods
        return methods?.pointee.xClose(file) ?? SQLITE_IOERR
    }
}
