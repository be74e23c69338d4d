import CSQLite
import Glibc
import Platform

/// A temporary file of SQLite's (a sorter's runs, a table of DISTINCT or GROUP BY, a temporary table, a statement's journal):
/// in memory until the session's files hold more than `tmp_table_size` there, then a nameless file of `unix`'s in `tmpdir`.
///
/// Small ones cost no system call. When the disk fails, the session expects the rollback that SQLite answers with.
enum TemporaryFile {
    /// Behind SQLite's file object, where the VFS keeps its own state.
    struct State {
        var memory: UnsafeMutableRawPointer?
        var capacity: Int
        var size: Int
        var flags: Int32
        /// Whose memory it takes: retained, since the file may outlive the session by a moment.
        var account: Unmanaged<MemoryAccount>?
    }

    /// `unix` writes less than 128 KiB at a time.
    private static let diskPieceBytes = 64 << 10

    // Safe: set once, while the library is configured, before any thread opens a file.
    nonisolated(unsafe) private static var unix: UnsafeMutablePointer<sqlite3_vfs>?
    nonisolated(unsafe) private static var stateOffset = 0
    nonisolated(unsafe) private static var methods: UnsafeMutablePointer<sqlite3_io_methods>?

    /// Once, while the library is configured: `unix`'s own file object takes the bytes before `stateOffset`.
    static func prepare(unix: UnsafeMutablePointer<sqlite3_vfs>, stateOffset: Int) {
        self.unix = unix
        self.stateOffset = stateOffset
        let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        table.initialize(to: sqlite3_io_methods())
        table.pointee.iVersion = 1
        table.pointee.xClose = close
        table.pointee.xRead = read
        table.pointee.xWrite = write
        table.pointee.xTruncate = truncate
        table.pointee.xSync = { _, _ in SQLITE_OK }
        table.pointee.xFileSize = { file, size in
            guard let file else { return SQLITE_MISUSE }
            size?.pointee = Int64(TemporaryFile.state(file).pointee.size)
            return SQLITE_OK
        }
        table.pointee.xLock = { _, _ in SQLITE_OK }
        table.pointee.xUnlock = { _, _ in SQLITE_OK }
        table.pointee.xCheckReservedLock = { _, result in
            result?.pointee = 0
            return SQLITE_OK
        }
        table.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        table.pointee.xSectorSize = { _ in 4096 }
        table.pointee.xDeviceCharacteristics = { _ in 0 }
        methods = table
    }

    /// Whether what is opened is one: it has no name.
    static func isWanted(_ path: UnsafePointer<CChar>?, _ flags: Int32) -> Bool {
        path == nil && flags & SQLITE_OPEN_DELETEONCLOSE != 0
    }

    static func open(_ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32, _ out: UnsafeMutablePointer<Int32>?) {
        state(file).initialize(
            to: State(memory: nil, capacity: 0, size: 0, flags: flags, account: ThreadAccount.current?.retain()))
        out?.pointee = flags
        file.pointee.pMethods = methods.map { UnsafePointer($0) }
    }

    private static func state(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<State> {
        (UnsafeMutableRawPointer(file) + stateOffset).assumingMemoryBound(to: State.self)
    }

    private static func account(_ state: UnsafeMutablePointer<State>, _ bytes: Int) {
        state.pointee.account?._withUnsafeGuaranteedRef {
            $0.temporaryBytes += bytes
            $0.add(bytes)
        }
    }

    private static func release(_ state: UnsafeMutablePointer<State>) {
        account(state, -state.pointee.capacity)
        free(state.pointee.memory)
        state.pointee.memory = nil
        state.pointee.capacity = 0
    }

    private static let close: @convention(c) (UnsafeMutablePointer<sqlite3_file>?) -> Int32 = { file in
        guard let file else { return SQLITE_OK }
        release(state(file))
        state(file).pointee.account?.release()
        file.pointee.pMethods = nil
        return SQLITE_OK
    }

    private static let read:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeMutableRawPointer?, Int32, Int64) -> Int32 = {
            file, target, count, offset in
            guard let file, let target, count >= 0, offset >= 0 else { return SQLITE_MISUSE }
            let state = state(file)
            let wanted = Int(count)
            let start = min(Int(offset), state.pointee.size)
            let found = min(wanted, state.pointee.size - start)
            if found > 0, let memory = state.pointee.memory {
                target.copyMemory(from: memory + start, byteCount: found)
            }
            if found == wanted { return SQLITE_OK }
            memset(target + found, 0, wanted - found)
            return SQLITE_IOERR | 2 << 8  // SQLITE_IOERR_SHORT_READ
        }

    private static let write:
        @convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeRawPointer?, Int32, Int64) -> Int32 = {
            file, bytes, count, offset in
            guard let file, let bytes, count >= 0, offset >= 0 else { return SQLITE_MISUSE }
            let state = state(file)
            let (end, overflow) = Int(offset).addingReportingOverflow(Int(count))
            guard !overflow else { return SQLITE_FULL }
            guard reserve(end, state), let memory = state.pointee.memory else {
                let status = moveToDisk(file)
                guard status == SQLITE_OK else { return failed(state, status) }
                return file.pointee.pMethods?.pointee.xWrite(file, bytes, count, offset) ?? SQLITE_IOERR
            }
            if Int(offset) > state.pointee.size {
                memset(memory + state.pointee.size, 0, Int(offset) - state.pointee.size)
            }
            (memory + Int(offset)).copyMemory(from: bytes, byteCount: Int(count))
            state.pointee.size = max(state.pointee.size, end)
            return SQLITE_OK
        }

    private static let truncate: @convention(c) (UnsafeMutablePointer<sqlite3_file>?, Int64) -> Int32 = { file, size in
        guard let file, size >= 0 else { return SQLITE_MISUSE }
        let state = state(file)
        state.pointee.size = min(state.pointee.size, Int(size))
        if size == 0 { release(state) }
        return SQLITE_OK
    }

    /// Room for `end` bytes in memory; false when the session's files would hold too much there.
    private static func reserve(_ end: Int, _ state: UnsafeMutablePointer<State>) -> Bool {
        if end <= state.pointee.capacity { return true }
        let capacity = max(end, min(2 * state.pointee.capacity, state.pointee.capacity + 8 << 20), 64 << 10)
        let growth = capacity - state.pointee.capacity
        let fits =
            state.pointee.account?._withUnsafeGuaranteedRef {
                $0.temporaryBytes + growth <= max($0.temporaryBytesMax, 64 << 10)
            } ?? (capacity <= 16 << 20)
        guard fits, let memory = realloc(state.pointee.memory, capacity) else { return false }
        state.pointee.memory = memory
        state.pointee.capacity = capacity
        account(state, growth)
        return true
    }

    /// The file goes on as `unix`'s, whose object takes the place before the state.
    private static func moveToDisk(_ file: UnsafeMutablePointer<sqlite3_file>) -> Int32 {
        guard let unix, let methods else { return SQLITE_CANTOPEN }
        let state = state(file)
        let status = unix.pointee.xOpen(unix, nil, file, state.pointee.flags, nil)
        guard status == SQLITE_OK, let real = file.pointee.pMethods else {
            file.pointee.pMethods = UnsafePointer(methods)
            return status == SQLITE_OK ? SQLITE_CANTOPEN : status
        }
        var done = 0
        while done < state.pointee.size, let memory = state.pointee.memory {
            let piece = min(diskPieceBytes, state.pointee.size - done)
            let written = real.pointee.xWrite(file, memory + done, Int32(piece), Int64(done))
            guard written == SQLITE_OK else {
                _ = real.pointee.xClose(file)
                file.pointee.pMethods = UnsafePointer(methods)
                return written
            }
            done += piece
        }
        release(state)
        guardWrites(file, real)
        return SQLITE_OK
    }

    private static func failed(_ state: UnsafeMutablePointer<State>, _ status: Int32) -> Int32 {
        state.pointee.account?._withUnsafeGuaranteedRef { $0.systemFailed?(SQLITE_FULL) }
        return status
    }

    // MARK: On disk

    private static let diskLock = Lock()
    // Safe: set once under `diskLock`, before the first file that uses them is open.
    nonisolated(unsafe) private static var diskMethods: UnsafeMutablePointer<sqlite3_io_methods>?
    nonisolated(unsafe) private static var realWrite:
        (@convention(c) (UnsafeMutablePointer<sqlite3_file>?, UnsafeRawPointer?, Int32, sqlite3_int64) -> Int32)?
    // Safe: as those above.
    nonisolated(unsafe) private static var realClose: (@convention(c) (UnsafeMutablePointer<sqlite3_file>?) -> Int32)?

    /// `unix`'s methods for files without locks, of which there is one table, with a write that reports its failure.
    private static func guardWrites(
        _ file: UnsafeMutablePointer<sqlite3_file>, _ real: UnsafePointer<sqlite3_io_methods>
    ) {
        diskLock.withLock {
            if diskMethods == nil {
                let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
                table.initialize(to: real.pointee)
                realWrite = real.pointee.xWrite
                table.pointee.xWrite = { file, bytes, count, offset in
                    guard let file else { return SQLITE_MISUSE }
                    let status = TemporaryFile.realWrite?(file, bytes, count, offset) ?? SQLITE_IOERR
                    return status == SQLITE_OK ? status : TemporaryFile.failed(TemporaryFile.state(file), status)
                }
                // The account stays, to hear of failures, until the file is closed.
                realClose = real.pointee.xClose
                table.pointee.xClose = { file in
                    guard let file else { return SQLITE_OK }
                    TemporaryFile.state(file).pointee.account?.release()
                    TemporaryFile.state(file).pointee.account = nil
                    return TemporaryFile.realClose?(file) ?? SQLITE_OK
                }
                diskMethods = table
            }
            if let diskMethods { file.pointee.pMethods = UnsafePointer(diskMethods) }
        }
    }
}
