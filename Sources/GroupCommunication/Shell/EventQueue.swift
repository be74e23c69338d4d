import Platform

/// The group communication thread's queue: any thread posts, that one takes all that waits.
///
/// What peers send is bounded: their reader threads wait while more than `maximumInboundBytes` of it is untaken, so that
/// TCP holds the peers back. Everything else is bounded by who posts it (a session waits for its transaction).
final class EventQueue: @unchecked Sendable {
    enum Event: Sendable {
        case node(NodeEvent)
        case received(from: String, frame: [UInt8])
        case log([GroupLogWriter.Answer])
        case stop
    }

    private static let maximumInboundBytes = 64 << 20
    private let lock = Lock()
    private let wakeUp = Condition()
    private let room = Condition()
    private var events: [Event] = []
    private var inboundBytes = 0
    private var isWaiting = false
    private var isClosed = false

    /// Never blocks. Lost after ``close()``.
    func post(_ event: Event) {
        lock.withLock {
            guard !isClosed else { return }
            events.append(event)
            if isWaiting { wakeUp.signal() }
        }
    }

    /// Waits for room. Reader threads only.
    func post(frame: [UInt8], from peer: String) {
        lock.withLock {
            while inboundBytes > EventQueue.maximumInboundBytes && !isClosed { room.wait(lock) }
            guard !isClosed else { return }
            inboundBytes += frame.count
            events.append(.received(from: peer, frame: frame))
            if isWaiting { wakeUp.signal() }
        }
    }

    /// Everything that waits; waits for the first until `deadline`, after looking `spins` times
    /// (`group_replication_poll_spin_loops`). Empty when the deadline passed.
    func take(until deadline: MonotonicTime, spins: Int) -> [Event] {
        var left = spins
        while left > 0, lock.withLock({ events.isEmpty }) { left -= 1 }
        return lock.withLock {
            while events.isEmpty {
                isWaiting = true
                let isInTime = wakeUp.wait(lock, until: deadline)
                isWaiting = false
                if !isInTime { break }
            }
            let taken = events
            events = []
            if inboundBytes > EventQueue.maximumInboundBytes { room.broadcast() }
            inboundBytes = 0
            return taken
        }
    }

    /// Lets nothing in any more and releases who waits for room.
    func close() {
        lock.withLock {
            isClosed = true
            events = []
            room.broadcast()
        }
    }
}
