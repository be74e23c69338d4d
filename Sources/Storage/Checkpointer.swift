import CSQLite
import Glibc
import Platform

/// Moves what the applier committed from SQLite's write-ahead log into the database file, on a thread of its own, beside
/// readers and the applier. The log starts again from its beginning (which needs a moment without the applier) between
/// two batches of the applier's: see ``ApplierConnection/begin()``.
public final class Checkpointer: Sendable {
    private let database: Database
    private let lock = Lock()
    private let condition = Condition()
    // Safe: guarded by `lock`.
    nonisolated(unsafe) private var isStopping = false
    nonisolated(unsafe) private var thread: Thread?

    /// Frames in the log from which on the applier stops a moment so that the log may start again: 64 MiB.
    static let restartFrames = 16_384
    /// How long the applier tries that.
    static let restartPatience = Duration.milliseconds(50)
    /// Pages that are changed again and again in between are moved once.
    private static let interval = Duration.seconds(1)
    /// Between two looks at what the file system has left.
    private static let lookInterval = Duration.seconds(5)

    public init(_ database: Database) {
        self.database = database
    }

    public func start() throws(StorageError) {
        let thread = Thread.start(name: "checkpointer") { [self] in run() }
        guard let thread else { throw .unusable("no thread for the checkpointer") }
        self.thread = thread
    }

    /// Ends the thread, moves all of the log that no reader needs, and leaves it empty.
    public func stop() {
        lock.withLock {
            isStopping = true
            condition.signal()
        }
        thread?.join()
        thread = nil
        database.maintenance { connection in
            _ = database.commitLock.withWriteLock { Self.checkpoint(connection, SQLITE_CHECKPOINT_TRUNCATE) }
        }
    }

    private func run() {
        var checkpointed: UInt64 = 0
        var free = FreeSpace()
        var nextLook = MonotonicTime.now()
        /// There was no space to move the log into.
        var waiting: SpaceWait.Episode?
        defer { waiting?.end(isWritten: false) }
        while true {
            let stops = lock.withLock { () -> Bool in
                let deadline = MonotonicTime.now() + Self.interval
                while !isStopping && condition.wait(lock, until: deadline) {}
                return isStopping
            }
            if stops { return }
            if MonotonicTime.now() >= nextLook {
                free.look(at: database.configuration.path)
                nextLook = .now() + Self.lookInterval
            }
            let commits = database.commitLock.withReadLock { database.commitCount }
            if commits == checkpointed && waiting == nil { continue }
            checkpointed = commits
            var isFull = false
            database.maintenance { connection in
                let status = Self.checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE)
                isFull = status == SQLITE_FULL
                if status != SQLITE_OK && status != SQLITE_BUSY && !isFull {
                    ErrorLog.shared.log(
                        .error, subsystem: "Storage",
                        "A checkpoint of the database file failed: \(String(cString: sqlite3_errmsg(connection.pointer))). "
                            + "Check the disk of \(database.configuration.path).")
                }
            }
            if isFull, let space = database.configuration.space {
                let episode = waiting ?? space.begin(FileError(.write, database.configuration.path, ENOSPC))
                waiting = episode
                _ = episode.pause()
            } else {
                waiting?.end(isWritten: true)
                waiting = nil
            }
        }
    }

    /// One checkpoint, without waiting for readers. Returns SQLite's result code.
    static func checkpoint(_ connection: SQLiteConnection, _ mode: Int32) -> Int32 {
        sqlite3_busy_timeout(connection.pointer, 0)
        defer { sqlite3_busy_timeout(connection.pointer, 10_000) }
        return sqlite3_wal_checkpoint_v2(connection.pointer, "main", mode, nil, nil) & 0xFF
    }
}

extension ApplierConnection {
    /// Counts the log's frames after each commit.
    func watchLog() {
        sqlite3_wal_hook(
            connection.pointer,
            { context, _, _, frames in
                guard let context else { return SQLITE_OK }
                Unmanaged<ApplierConnection>.fromOpaque(context).takeUnretainedValue().logFrames = Int(frames)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Between two batches: when the log has grown large, waits a little for a moment in which nobody needs it and starts
    /// it again. Plain readers that begin meanwhile need no log, since all of it is in the file by then; speculative
    /// transactions, which keep it, do not begin.
    func restartLogWhenLarge() {
        guard logFrames >= nextRestartFrames else { return }
        // A long transaction may read from it: the next try is when it has grown by as much again.
        nextRestartFrames = logFrames + Checkpointer.restartFrames
        _ = Checkpointer.checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE)
        database.holdingBegins {
            let deadline = MonotonicTime.now() + Checkpointer.restartPatience
            repeat {
                let status = database.commitLock.withWriteLock {
                    Checkpointer.checkpoint(connection, SQLITE_CHECKPOINT_TRUNCATE)
                }
                if status == SQLITE_OK {
                    logFrames = 0
                    nextRestartFrames = Checkpointer.restartFrames
                    return
                }
                Thread.sleep(.microseconds(200))
                _ = Checkpointer.checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE)
            } while MonotonicTime.now() < deadline
        }
    }
}
