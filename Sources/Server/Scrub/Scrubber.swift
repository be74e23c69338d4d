import BinaryLog
import GroupCommunication
import Platform
import Storage

/// Reads everything that this server has on its disk again and again, at `grouplite_scrub_rate` KiB a second, and compares it with
/// its checksums: the store's pages, the binary logs' events, the finished segments of the group log. Damage is found before
/// somebody needs what is damaged. A damaged store makes a member leave and be made anew (``DamageMonitor``); damaged logs are told:
/// they are of no use to others, and nobody takes them for whole.
///
/// Safe: what changes is guarded by `lock`; the rest is the thread's own.
final class Scrubber: @unchecked Sendable {
    /// What status variables show.
    struct Progress: Sendable {
        var passes: UInt64 = 0
        var bytes: UInt64 = 0
        /// What is being read, with hundredths where they are known.
        var stage = "waiting"
        var lastPassEnd: UInt64 = 0
        /// The damage that the last whole pass, or this one, has found; empty: none.
        var damage = ""
    }

    private static let pieceBytes = StoreScrub.pieceBytes
    /// Between two passes, and between two looks at a rate of 0.
    private static let rest = Duration.seconds(60)
    private static let idle = Duration.milliseconds(500)

    private let store: StoreScrub
    private let database: Database
    private let log: BinaryLogWriter
    private let groupLog: String
    /// KiB a second; 0: nothing is read.
    private let rate: @Sendable () -> UInt64
    private let lock = Lock()
    private let changed = Condition()
    private var isStopping = false
    private var progress = Progress()
    private var thread: Thread?
    /// Told once.
    private var told: Set<String> = []

    init(database: Database, log: BinaryLogWriter, groupLog: String, rate: @escaping @Sendable () -> UInt64) {
        self.database = database
        self.log = log
        self.groupLog = groupLog
        self.rate = rate
        store = StoreScrub(database)
    }

    /// A server whose system has no thread left goes on without.
    func start() {
        thread = Thread.start(name: "scrub") { [self] in
            Thread.setNice(10)
            run()
        }
        if thread == nil { ErrorLog.shared.log(.warning, subsystem: "Storage", "There is no thread left that looks for damage.") }
    }

    func stop() {
        lock.withLock {
            isStopping = true
            changed.broadcast()
        }
        thread?.join()
        thread = nil
    }

    var current: Progress { lock.withLock { progress } }

    private func run() {
        while passOnce() {
            lock.withLock {
                progress.passes += 1
                progress.lastPassEnd = UInt64(WallClock.microseconds())
                progress.stage = "waiting"
            }
            guard pause(Scrubber.rest) else { return }
        }
    }

    /// False when the server stops.
    private func passOnce() -> Bool {
        var found = ""
        func note(_ what: String, logs: Bool = true) {
            if found.isEmpty { found = what }
            lock.withLock { progress.damage = what }
            if logs && told.insert(what).inserted {
                ErrorLog.shared.log(.error, subsystem: "Storage", "Damage was found in \(what).")
            }
        }
        while mayRead(), let bytes = store.step() {
            guard spend(bytes, "store \(store.percent) %") else { return false }
            if let damage = database.damage.places.last { note(damage.description, logs: false) }
        }
        for name in log.fileNames where mayRead() {
            do throws(BinaryLogError) {
                try log.scrub(name, pieceBytes: UInt64(Scrubber.pieceBytes)) { spend(Int(clamping: $0), name) }
            } catch {
                note("\(error)")
            }
            if lock.withLock({ isStopping }) { return false }
        }
        let segments = GroupLogScrub.segments(groupLog)
        for (place, path) in segments.enumerated() where place + 1 < segments.count && mayRead() {
            let (bytes, what) = GroupLogScrub.damage(in: path, next: segments[place + 1])
            guard spend(bytes, "group log") else { return false }
            // What looks wrong while segments come and go does not stay so.
            if what != nil, let still = GroupLogScrub.damage(in: path, next: segments[place + 1]).what { note(still) }
        }
        lock.withLock { progress.damage = found }
        return !lock.withLock { isStopping }
    }

    /// Waits while the rate is 0. False when the server stops.
    private func mayRead() -> Bool {
        while rate() == 0 { guard pause(Scrubber.idle) else { return false } }
        return !lock.withLock { isStopping }
    }

    /// Waits as long as reading so many bytes may take. False when the server stops.
    private func spend(_ bytes: Int, _ stage: String) -> Bool {
        lock.withLock {
            progress.bytes += UInt64(bytes)
            progress.stage = stage
        }
        var left = Double(bytes) / 1024
        while left > 0 {
            let rate = rate()
            guard rate > 0 else {
                guard pause(Scrubber.idle) else { return false }
                continue
            }
            // In slices, so that a changed rate acts soon.
            let slice = min(left, Double(rate) / 4)
            guard pause(.microseconds(Int64(1_000_000 * slice / Double(rate)))) else { return false }
            left -= slice
        }
        return !lock.withLock { isStopping }
    }

    /// False when the server stops.
    private func pause(_ duration: Duration) -> Bool {
        let deadline = MonotonicTime.now() + duration
        return lock.withLock {
            while !isStopping && changed.wait(lock, until: deadline) {}
            return !isStopping
        }
    }
}
