import CSQLite
import Glibc
import Platform

/// What Platform's ``File`` promises of writes and syncs, for the files that SQLite writes itself:
///
/// - A full disk, a quota included, is SQLITE_FULL, whichever call met it. Nobody waits here: a commit holds up everybody who
///   begins or ends a transaction meanwhile. The batch is rolled back, and its owner waits and does it again.
/// - A sync that failed is final: SQLite would try it again with the next checkpoint, the kernel would say OK, and the log would
///   start over what the file never got.
enum FileWrites {
    private static let syncFailed: Int32 = SQLITE_IOERR | 4 << 8  // SQLITE_IOERR_FSYNC

    /// The plan for tests that a file follows; it outlives the file.
    static func plan(_ path: UnsafePointer<CChar>?) -> Unmanaged<FileFaults>? {
        path.flatMap { FileFaults.plan(for: String(cString: $0)) }.map { Unmanaged.passUnretained($0) }
    }

    @inline(__always)
    static func write(
        _ faults: Unmanaged<FileFaults>?, _ path: UnsafePointer<CChar>?, _ offset: Int64, _ count: Int32, _ body: () -> Int32
    ) -> Int32 {
        if let faults, let code = refusal(faults, path, offset, count) { return code }
        let status = body()
        return status == SQLITE_OK || !isQuota(status) ? status : SQLITE_FULL
    }

    private static func refusal(
        _ faults: Unmanaged<FileFaults>, _ path: UnsafePointer<CChar>?, _ offset: Int64, _ count: Int32
    ) -> Int32? {
        guard let path, offset >= 0, count > 0 else { return nil }
        let answer = faults._withUnsafeGuaranteedRef { $0.admit(String(cString: path), UInt64(offset), Int(count)) }
        if answer.code == 0 && answer.count == Int(count) { return nil }
        return answer.code == 0 || answer.code == ENOSPC || answer.code == EDQUOT ? SQLITE_FULL : SQLITE_IOERR | 3 << 8
    }

    /// Whether a connection's error is for want of space: also where SQLite makes its files, or lengthens the log's index.
    static func isDiskFull(_ status: Int32, _ connection: OpaquePointer) -> Bool {
        switch status & 0xFF {
        case SQLITE_FULL: true
        case SQLITE_IOERR where status == sharedMemorySize: true
        case SQLITE_IOERR, SQLITE_CANTOPEN: [ENOSPC, EDQUOT].contains(sqlite3_system_errno(connection)) && status != syncFailed
        default: false
        }
    }

    private static let sharedMemorySize: Int32 = SQLITE_IOERR | 19 << 8  // SQLITE_IOERR_SHMSIZE

    private static func isQuota(_ status: Int32) -> Bool {
        status & 0xFF == SQLITE_IOERR && errno == EDQUOT
    }

    static func synchronize(
        _ faults: Unmanaged<FileFaults>?, _ path: UnsafePointer<CChar>?, _ body: () -> Int32
    ) -> Int32 {
        guard let path else { return body() }
        let name = String(cString: path)
        guard !File.isDistrusted(name) else { return syncFailed }
        let isRefused = faults?._withUnsafeGuaranteedRef { $0.code(.sync, name) != 0 } ?? false
        let status = isRefused ? syncFailed : body()
        if status != SQLITE_OK { File.distrust(name) }
        return status
    }
}
