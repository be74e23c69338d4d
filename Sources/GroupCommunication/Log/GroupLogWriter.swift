import Consensus
import Platform

/// The thread that owns the group log. While one sync runs, the next batch gathers; one sync answers all of it.
///
/// `enqueue` may be called on any thread and never blocks. Answers come on the log's own thread.
///
/// Safe: `jobs` and what follows is guarded by `lock`; the log itself belongs to the writer's thread.
final class GroupLogWriter: @unchecked Sendable {
    enum Job: Sendable {
        case persist(records: [LogRecord], token: UInt64, sync: Bool)
        case load(slots: ClosedRange<Slot>, maximumBytes: Int, token: UInt64)
        case trim(belowSlot: Slot)
        case erase
    }

    enum Answer: Sendable {
        /// Everything up to that token is on disk.
        case persisted(token: UInt64)
        case loaded(token: UInt64, records: [LogRecord])
        /// Nothing more will be taken or answered.
        case failed(GroupLogError)
    }

    private let log: GroupLog
    private let answer: @Sendable ([Answer]) -> Void
    private let lock = Lock()
    private let wakeUp = Condition()
    private var jobs: [Job] = []
    private var isWaiting = false
    private var isStopping = false
    private var thread: Thread?
    private var size: UInt64
    private var mark: GroupLogMark?

    init?(log: GroupLog, answer: @escaping @Sendable ([Answer]) -> Void) {
        self.log = log
        self.answer = answer
        size = log.bytesOnDisk
        mark = log.mark
        guard let thread = Thread.start(name: "gr-log", stackSize: 2 << 20, { [self] in run() }) else { return nil }
        lock.withLock { self.thread = thread }
    }

    func enqueue(_ job: Job) {
        lock.lock()
        jobs.append(job)
        let wakes = isWaiting
        lock.unlock()
        if wakes { wakeUp.signal() }
    }

    /// Bytes of the log on disk, as of the last batch.
    var bytesOnDisk: UInt64 { lock.withLock { size } }

    /// How far the log is on disk: not less than any answer has said.
    var syncedMark: GroupLogMark? { lock.withLock { mark } }

    /// Carries out what is queued, then ends the thread. Answers stop before this returns. What waits for space on a full disk is
    /// given up: nobody was answered.
    func stop() {
        let thread = lock.withLock {
            isStopping = true
            wakeUp.signal()
            return self.thread
        }
        log.settings.space.cancel()
        thread?.join()
    }

    private func run() {
        while let batch = nextBatch() {
            do throws(GroupLogError) {
                try carryOut(batch)
            } catch {
                // Who is stopped while waiting for space has not failed.
                if !lock.withLock({ isStopping }) { answer([.failed(error)]) }
                return
            }
            let size = log.bytesOnDisk
            lock.withLock { self.size = size }
        }
    }

    private func nextBatch() -> [Job]? {
        lock.withLock {
            while jobs.isEmpty && !isStopping {
                isWaiting = true
                wakeUp.wait(lock)
                isWaiting = false
            }
            if jobs.isEmpty { return nil }
            defer { jobs = [] }
            return jobs
        }
    }

    private func carryOut(_ batch: [Job]) throws(GroupLogError) {
        var records: [LogRecord] = []
        var tokens: [UInt64] = []
        var isSyncDue = false
        func flush() throws(GroupLogError) {
            if !records.isEmpty { try log.append(records) }
            records.removeAll()
            guard isSyncDue else { return }
            try log.sync()
            let mark = log.mark
            lock.withLock { self.mark = mark }
            answer(tokens.map { .persisted(token: $0) })
            tokens.removeAll()
            isSyncDue = false
        }
        for job in batch {
            switch job {
            case .persist(let more, let token, let sync):
                records += more
                if sync {
                    tokens.append(token)
                    isSyncDue = true
                }
            case .load(let slots, let maximumBytes, let token):
                try flush()
                answer([.loaded(token: token, records: try log.load(slots, maximumBytes: maximumBytes))])
            case .trim(let slot):
                try flush()
                try log.trim(belowSlot: slot)
            case .erase:
                try flush()
                try log.erase()
                let mark = log.mark
                lock.withLock { self.mark = mark }
            }
        }
        try flush()
    }
}
