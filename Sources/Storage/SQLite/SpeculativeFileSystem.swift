import CSQLite

/// A VFS over ``PageFileSystem`` that overrides `xShmLock` of database files. On a file that is armed:
///
/// - it answers OK to the WAL write lock without taking it, and remembers that, so that the unlock is answered the same way;
/// - it refuses read lock 0, under which a reader ignores the log and so does not keep it from being started again. A
///   speculative transaction must keep it: its rollback walks the log's index up to the last frame that it knows, and
///   would walk off a log that has become shorter. Refused, SQLite takes one of the read locks that do.
///
/// Temporary files are ``TemporaryFile``s. Everything else is the lower VFS's own: its file object stays in place with its own
/// methods, of which one is replaced.
///
/// A file's state lies behind that file object and belongs to the connection, which one thread owns.
enum SpeculativeFileSystem {
    static let name = "grouplite"

    /// Behind the lower VFS's file object.
    private struct State {
        /// The write lock's next request is answered without taking it.
        var isArmed: Bool
        /// It was answered so, and its release is to be as well.
        var isPretending: Bool
    }

    /// The place of read lock 0 among the log's locks.
    private static let readLock0: Int32 = 3

    // Safe: written once by `register`, while the library is configured, before any connection.
    nonisolated(unsafe) private static var base: UnsafeMutablePointer<sqlite3_vfs>?
    nonisolated(unsafe) private static var own: UnsafeMutablePointer<sqlite3_vfs>?
    /// The lower VFS's methods for database files with ours in place of one; made when the first file is opened.
    nonisolated(unsafe) private static var methods: UnsafeMutablePointer<sqlite3_io_methods>?
    nonisolated(unsafe) private static var baseMethods: UnsafePointer<sqlite3_io_methods>?
    nonisolated(unsafe) private static var stateOffset = 0

    /// Called once, while the library is configured. Returns why it failed.
    static func register() -> String? {
        guard let found = sqlite3_vfs_find(PageFileSystem.name) else { return "SQLite lacks the VFS below" }
        base = found
        let layer = FileSystemLayer(
            named: name, over: found, stateBytes: max(MemoryLayout<State>.size, MemoryLayout<TemporaryFile.State>.size))
        stateOffset = layer.stateOffset
        TemporaryFile.prepare(unix: found, stateOffset: stateOffset)
        layer.vfs.pointee.xOpen = open
        own = layer.vfs
        // The methods of database files, found by opening one: which table is used depends on the file's flags only.
        guard prepareMethods() else { return "SQLite's unix VFS has no shared memory" }
        return layer.register()
    }

    /// Opens a database file only to learn its table of methods.
    private static func prepareMethods() -> Bool {
        guard let base else { return false }
        let file = UnsafeMutableRawPointer.allocate(byteCount: stateOffset, alignment: 16)
        defer { file.deallocate() }
        file.initializeMemory(as: UInt8.self, repeating: 0, count: stateOffset)
        let object = file.assumingMemoryBound(to: sqlite3_file.self)
        // SQLite keeps a database's name between zero bytes, and its URI parameters behind it.
        let path = Array("\0\0\0\0/dev/null\0\0\0\0".utf8).map { CChar($0) }
        let flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY
        var outFlags: Int32 = 0
        let status = path.withUnsafeBufferPointer {
            base.pointee.xOpen(base, $0.baseAddress.map { $0 + 4 }, object, flags, &outFlags)
        }
        guard status == SQLITE_OK, let found = object.pointee.pMethods else { return false }
        defer { _ = found.pointee.xClose(object) }
        guard found.pointee.iVersion >= 3, found.pointee.xShmLock != nil else { return false }
        let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        table.initialize(to: found.pointee)
        table.pointee.xShmLock = shmLock
        methods = table
        baseMethods = found
        return true
    }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, UnsafeMutablePointer<sqlite3_file>?, Int32,
            UnsafeMutablePointer<Int32>?
        ) -> Int32 = { _, path, file, flags, outFlags in
            guard let base, let file else { return SQLITE_CANTOPEN }
            if TemporaryFile.isWanted(path, flags) {
                TemporaryFile.open(file, flags, outFlags)
                return SQLITE_OK
            }
            let status = base.pointee.xOpen(base, path, file, flags, outFlags)
            guard status == SQLITE_OK, flags & SQLITE_OPEN_MAIN_DB != 0 else { return status }
            guard let methods, file.pointee.pMethods == baseMethods else {
                // Another table of methods (a network file system, say): sharing memory would not be ours to steer.
                _ = file.pointee.pMethods?.pointee.xClose(file)
                file.pointee.pMethods = nil
                return SQLITE_CANTOPEN
            }
            state(file).initialize(to: State(isArmed: false, isPretending: false))
            file.pointee.pMethods = UnsafePointer(methods)
            return SQLITE_OK
        }

    private static let shmLock: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, Int32, Int32, Int32) -> Int32 = {
        file, offset, count, flags in
        guard let file, let real = baseMethods?.pointee.xShmLock else { return SQLITE_MISUSE }
        if offset == readLock0 && flags == SQLITE_SHM_LOCK | SQLITE_SHM_SHARED && state(file).pointee.isArmed {
            return SQLITE_BUSY
        }
        if offset == 0 && count == 1 && flags & SQLITE_SHM_EXCLUSIVE != 0 {
            let state = state(file)
            if flags & SQLITE_SHM_LOCK != 0 {
                if state.pointee.isArmed {
                    state.pointee.isPretending = true
                    return SQLITE_OK
                }
            } else if state.pointee.isPretending {
                state.pointee.isPretending = false
                return SQLITE_OK
            }
        }
        return real(file, offset, count, flags)
    }

    private static func state(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<State> {
        (UnsafeMutableRawPointer(file) + stateOffset).assumingMemoryBound(to: State.self)
    }

    /// The arming switch of one connection's database file.
    struct Switch {
        private let pointer: UnsafeMutablePointer<State>

        /// nil when the connection's main database was not opened through this VFS.
        init?(_ connection: OpaquePointer) {
            var file: UnsafeMutablePointer<sqlite3_file>?
            let status = withUnsafeMutablePointer(to: &file) {
                sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, $0)
            }
            guard status == SQLITE_OK, let file, let methods = SpeculativeFileSystem.methods,
                file.pointee.pMethods == UnsafePointer(methods)
            else { return nil }
            pointer = SpeculativeFileSystem.state(file)
        }

        func arm() { pointer.pointee.isArmed = true }
        func disarm() { pointer.pointee.isArmed = false }
        /// The connection believes that it holds the write lock.
        var isPretending: Bool { pointer.pointee.isPretending }
    }
}
