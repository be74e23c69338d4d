import DequeModule
import Platform

/// A thread that does one piece of work after the other, and a tick in between when it was given one.
///
/// Safe: everything that changes is guarded by `lock`.
final class WorkQueue: @unchecked Sendable {
    private let lock = Lock()
    private let condition = Condition()
    private var work = Deque<@Sendable () -> Void>()
    private var isStopping = false
    private var thread: Thread?
    private let name: String
    private let period: Duration?
    private let tick: @Sendable () -> Void

    init(name: String, period: Duration? = nil, tick: @escaping @Sendable () -> Void = {}) {
        self.name = name
        self.period = period
        self.tick = tick
    }

    /// False when the system has no thread left.
    func start() -> Bool {
        thread = Thread.start(name: name) { [self] in run() }
        return thread != nil
    }

    /// Queues a piece of work. Any thread; never blocks.
    func run(_ body: @escaping @Sendable () -> Void) {
        lock.withLock {
            guard !isStopping else { return }
            work.append(body)
            condition.signal()
        }
    }

    /// Ends the thread after the piece under way; what is queued is dropped. Not on the queue's own thread.
    func stop() {
        lock.withLock {
            isStopping = true
            work.removeAll()
            condition.signal()
        }
        thread?.join()
        thread = nil
    }

    private func run() {
        var nextTick = period.map { MonotonicTime.now() + $0 }
        while true {
            lock.lock()
            while work.isEmpty && !isStopping {
                if let due = nextTick {
                    if MonotonicTime.now() >= due || !condition.wait(lock, until: due) { break }
                } else {
                    condition.wait(lock)
                }
            }
            let stopping = isStopping
            let body = work.popFirst()
            lock.unlock()
            if stopping { return }
            body?()
            if let due = nextTick, let period, MonotonicTime.now() >= due {
                tick()
                nextTick = MonotonicTime.now() + period
            }
        }
    }
}
