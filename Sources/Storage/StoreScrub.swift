import CSQLite
import Glibc
import Platform

/// The database file as the disk has it, past SQLite's and (where the file system can) the kernel's caches.
///
/// Open as long as the database is: closing a descriptor of the file gives up the process's locks on it.
final class RawFile: Sendable {
    private let descriptor: Int32

    /// Linux's O_DIRECT, which its headers hide.
    #if arch(arm64)
        private static let pastCaches: Int32 = 0x10000
    #else
        private static let pastCaches: Int32 = 0x4000
    #endif

    init(path: String) {
        let direct = open(path, O_RDONLY | O_CLOEXEC | RawFile.pastCaches)
        descriptor = direct >= 0 ? direct : open(path, O_RDONLY | O_CLOEXEC)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whole pages in the file.
    var pageCount: UInt64 {
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return 0 }
        return UInt64(status.st_size) / UInt64(PageChecksum.pageSize)
    }

    /// Reads pages from `page` on, counted from 1, into `buffer`, which is aligned for any disk. Returns how many whole ones came, or a
    /// negative `errno`.
    func read(_ page: UInt64, count: Int, into buffer: UnsafeMutableRawPointer) -> Int {
        let offset = off_t(page - 1) * off_t(PageChecksum.pageSize)
        var got = pread(descriptor, buffer, count * PageChecksum.pageSize, offset)
        if got < 0 && errno == EINVAL {
            // Not every file system reads past the cache.
            _ = fcntl(descriptor, F_SETFL, 0)
            got = pread(descriptor, buffer, count * PageChecksum.pageSize, offset)
        }
        return got < 0 ? -Int(errno) : got / PageChecksum.pageSize
    }
}

/// Reads the whole database file piece by piece and compares each page with its checksum, so that damage is found before a reader
/// meets it. What it finds goes to the ``DamageMonitor``. One thread owns it.
public final class StoreScrub {
    /// Pages that one piece has.
    public static let piecePages = 64
    public static let pieceBytes = piecePages * PageChecksum.pageSize
    /// How often a page that looks wrong is read again before it is: a checkpoint may be writing it.
    private static let attempts = 4
    private static let pause = Duration.milliseconds(25)
    /// The page at a gibibyte, where SQLite's locks are: it is never written.
    private static let lockPage = UInt64((1 << 30) / PageChecksum.pageSize + 1)

    private let database: Database
    private let buffer: UnsafeMutableRawPointer
    private var next: UInt64 = 1

    public init(_ database: Database) {
        self.database = database
        buffer = .allocate(byteCount: StoreScrub.pieceBytes, alignment: PageChecksum.pageSize)
    }

    deinit {
        buffer.deallocate()
    }

    /// Hundredths of the file that this pass has read.
    public var percent: Int { Int(100 * (next - 1) / max(1, database.rawFile.pageCount, next - 1)) }

    /// Looks at the next piece. Returns its bytes; nil when the pass is over, and the next one begins.
    public func step() -> Int? {
        let count = min(StoreScrub.piecePages, Int(clamping: database.rawFile.pageCount &- (next - 1)))
        guard next <= database.rawFile.pageCount, count > 0 else {
            next = 1
            return nil
        }
        let got = database.rawFile.read(next, count: count, into: buffer)
        let first = next
        next += UInt64(count)
        if got < 0 {
            // Somewhere in it.
            for page in first..<next where !isRight(page) { confirm(page) }
            return count * PageChecksum.pageSize
        }
        var suspects: [UInt64] = []
        for index in 0..<got {
            let page = first + UInt64(index)
            if page != StoreScrub.lockPage && !PageChecksum.isRight(buffer + index * PageChecksum.pageSize, page: page) {
                suspects.append(page)
            }
        }
        for page in suspects { confirm(page) }
        return count * PageChecksum.pageSize
    }

    private func isRight(_ page: UInt64) -> Bool {
        if page == StoreScrub.lockPage { return true }
        let got = database.rawFile.read(page, count: 1, into: buffer)
        // Beyond the end, or a page that is being added.
        return got == 0 || got == 1 && PageChecksum.isRight(buffer, page: page)
    }

    /// A page that is not right is damaged when the write-ahead log has nothing that is still to be written over it.
    private func confirm(_ page: UInt64) {
        for attempt in 0..<StoreScrub.attempts {
            if attempt > 0 { Thread.sleep(StoreScrub.pause) }
            var (frames, done): (Int32, Int32) = (0, 0)
            var isWritten = false
            database.maintenance { connection in
                sqlite3_busy_timeout(connection.pointer, 0)
                defer { sqlite3_busy_timeout(connection.pointer, 10_000) }
                let status = sqlite3_wal_checkpoint_v2(connection.pointer, "main", SQLITE_CHECKPOINT_PASSIVE, &frames, &done)
                isWritten = status == SQLITE_OK && frames == done
            }
            if isRight(page) { return }
            // A reader keeps a part of the log back: the next pass tells.
            if !isWritten { return }
        }
        database.damage.report(
            StoreDamage(
                file: database.configuration.path, page: page, offset: (page - 1) * UInt64(PageChecksum.pageSize),
                reason: "its checksum is wrong, or it cannot be read"))
    }
}
