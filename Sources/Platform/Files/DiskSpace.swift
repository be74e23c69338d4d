import Synchronization

/// Who waits for space on the disk, as all parts of a process see it, and what the error log is told of it.
///
/// Safe: what changes is guarded by `lock`, or atomic.
public final class DiskSpace: @unchecked Sendable {
    /// A writer that waits.
    public struct Waiter: Sendable {
        /// The file that it could not write.
        public var path: String
        public var errno: Int32
        /// The system's words for `errno`.
        public var reason: String
        public var since: MonotonicTime
        /// Microseconds since 1970.
        public var started: Int64
        public var retries: UInt64 = 0
        fileprivate var reported: MonotonicTime
    }

    public static let shared = DiskSpace()

    /// Between two tries. (MySQL waits a minute, and its replication a second or more.)
    private let retryInterval: Duration
    /// As in MySQL.
    private static let reportInterval = Duration.seconds(600)

    private let lock = Lock()
    private let changed = Condition()
    private var waiting: [UInt64: Waiter] = [:]
    private var next: UInt64 = 0
    private let isAnyWaiting = Atomic<Bool>(false)
    private let waits = Atomic<UInt64>(0)

    public init(retryInterval: Duration = .seconds(1)) {
        self.retryInterval = retryInterval
    }

    /// Whether any writer waits: asked at each commit, so a single load.
    public var isFull: Bool { isAnyWaiting.load(ordering: .relaxed) }

    /// Who waits now, the longest first.
    public var waiters: [Waiter] { lock.withLock { waiting.values.sorted { $0.since < $1.since } } }

    /// How often somebody began to wait.
    public var waitCount: UInt64 { waits.load(ordering: .relaxed) }

    /// Blocks until nobody waits any more: a new commit is better not begun before. `isInterrupted` is asked a few times a
    /// second; false when it said yes.
    public func waitUntilFree(isInterrupted: () -> Bool) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        while !waiting.isEmpty {
            if isInterrupted() { return false }
            _ = changed.wait(lock, until: .now() + .milliseconds(200))
        }
        return true
    }

    // MARK: For SpaceWait

    func begin(_ error: FileError) -> UInt64 {
        let now = MonotonicTime.now()
        let number = lock.withLock {
            next += 1
            waiting[next] = Waiter(
                path: error.path, errno: error.errno, reason: error.reason, since: now,
                started: WallClock.microseconds(), reported: now)
            isAnyWaiting.store(true, ordering: .relaxed)
            return next
        }
        waits.wrappingAdd(1, ordering: .relaxed)
        report(error.path, error.errno, error.reason)
        return number
    }

    func pause(_ number: UInt64, isCancelled: () -> Bool) -> Bool {
        let now = MonotonicTime.now()
        let due: Waiter? = lock.withLock {
            guard var waiter = waiting[number] else { return nil }
            waiter.retries += 1
            let isDue = now - waiter.reported >= DiskSpace.reportInterval
            if isDue { waiter.reported = now }
            waiting[number] = waiter
            return isDue ? waiter : nil
        }
        if let due { report(due.path, due.errno, due.reason) }
        let deadline = now + retryInterval
        lock.lock()
        defer { lock.unlock() }
        while !isCancelled() {
            if !changed.wait(lock, until: deadline) { return !isCancelled() }
        }
        return false
    }

    func end(_ number: UInt64, isWritten: Bool) {
        let (waiter, isLast) = lock.withLock {
            let waiter = waiting.removeValue(forKey: number)
            if waiting.isEmpty { isAnyWaiting.store(false, ordering: .relaxed) }
            changed.broadcast()
            return (waiter, waiting.isEmpty)
        }
        guard let waiter, isWritten else { return }
        let seconds = (MonotonicTime.now() - waiter.since).components.seconds
        ErrorLog.shared.log(
            .system, subsystem: "Server",
            "There is space again: writing '\(waiter.path)' goes on after \(seconds) s."
                + (isLast ? " Nobody waits any more." : ""))
    }

    func wake() {
        lock.withLock { changed.broadcast() }
    }

    private func report(_ path: String, _ errno: Int32, _ reason: String) {
        ErrorLog.shared.log(
            .error, code: 35,
            "Disk is full writing '\(path)' (OS errno \(errno) - \(reason)). Waiting for someone to free space... "
                + "Retry in \(max(1, retryInterval.components.seconds)) secs. Message reprinted in "
                + "\(DiskSpace.reportInterval.components.seconds) secs.")
    }
}
