import Consensus
import Network
import Platform

/// What waits for the node, and who works on it: any thread posts, one at a time is the *driver*, which takes all that
/// waits and runs the node's turn.
///
/// Who posts may drive itself (``beginTurn()``) when nobody does: a session that submits, a link's reader, the log's
/// thread. So a commit need not wake the group communication thread at each of its steps (measured: half of its time),
/// which keeps the deadlines and what is posted without driving.
///
/// What peers send is bounded: their reader threads wait while more than `maximumInboundBytes` of it is untaken, so that
/// TCP holds the peers back. Everything else is bounded by who posts it (a session waits for its transaction).
///
/// Safe: everything that changes is guarded by `lock`.
final class NodeInbox: @unchecked Sendable {
    enum Event: Sendable {
        case node(NodeEvent)
        case received(from: String, frame: [UInt8])
        case log([GroupLogWriter.Answer])
    }

    private static let maximumInboundBytes = 64 << 20
    /// While others drive, the group communication thread looks at the deadline this often instead of being woken for each.
    private static let longestBusySleep = Duration.milliseconds(1)
    private let lock = Lock()
    private let wakeUp = Condition()
    private let room = Condition()
    // Guarded by `lock`.
    private var events: [Event] = []
    private var inboundBytes = 0
    private var isClosed = false
    /// The group communication thread is to end.
    private var isEnding = false
    /// Somebody runs a turn.
    private var isDriven = false
    private var hasBeenDriven = false
    /// When the node is due without any event, as of the last turn.
    private var deadline = MonotonicTime(nanoseconds: 0)
    /// Until when the group communication thread sleeps; nil while it does not.
    private var sleepsUntil: MonotonicTime?

    /// Never blocks. Lost after ``close()``. `drives`: the caller calls ``beginTurn()`` next.
    func post(_ event: Event, drives: Bool = false) {
        lock.lock()
        guard !isClosed else {
            lock.unlock()
            return
        }
        events.append(event)
        let wakes = !drives && !isDriven && sleepsUntil != nil
        lock.unlock()
        if wakes { wakeUp.signal() }
    }

    /// Waits for room. Reader threads only, which drive next.
    func post(frame: [UInt8], from peer: String) {
        lock.withLock {
            while inboundBytes > NodeInbox.maximumInboundBytes && !isClosed { room.wait(lock) }
            guard !isClosed else { return }
            inboundBytes += frame.count
            events.append(.received(from: peer, frame: frame))
        }
    }

    /// Makes the caller the driver and hands it what waits. Nil when somebody else is (who will take it), or nothing waits.
    func beginTurn() -> [Event]? {
        lock.lock()
        defer { lock.unlock() }
        guard !isDriven, !isEnding, !events.isEmpty else { return nil }
        hasBeenDriven = true
        return drive()
    }

    /// After a turn: what came meanwhile, to be dealt with in another turn, or nil: the caller drives no more. A driver
    /// that does not go on leaves what waits to the group communication thread. `deadline`: when the node is due.
    func endTurn(deadline: MonotonicTime, goesOn: Bool) -> [Event]? {
        lock.lock()
        self.deadline = deadline
        if goesOn && !events.isEmpty && !isEnding {
            defer { lock.unlock() }
            return drive()
        }
        isDriven = false
        let wakes = sleepsUntil.map { !events.isEmpty || isEnding || deadline < $0 } ?? false
        lock.unlock()
        if wakes { wakeUp.signal() }
        return nil
    }

    /// Under the lock.
    private func drive() -> [Event] {
        isDriven = true
        let taken = events
        events = []
        if inboundBytes > NodeInbox.maximumInboundBytes { room.broadcast() }
        inboundBytes = 0
        return taken
    }

    /// The group communication thread: waits for something that nobody deals with, or for the deadline, and makes the caller
    /// the driver, after looking `spins` times (`group_replication_poll_spin_loops`). Nil when the thread is to end; then
    /// nobody drives any more.
    func take(spins: Int) -> [Event]? {
        var left = spins
        while left > 0, lock.withLock({ events.isEmpty || isDriven }) { left -= 1 }
        lock.lock()
        defer { lock.unlock() }
        while true {
            if !isDriven {
                if isEnding {
                    isDriven = true
                    return nil
                }
                if !events.isEmpty { return drive() }
            }
            let now = MonotonicTime.now()
            if !isDriven && now >= deadline { return drive() }
            // A driver's turn ends soon, and may make the deadline nearer or farther.
            let isBusy = isDriven || hasBeenDriven
            hasBeenDriven = false
            let latest = now + NodeInbox.longestBusySleep
            let end = isBusy ? min(max(deadline, now + .microseconds(200)), latest) : deadline
            sleepsUntil = end
            _ = wakeUp.wait(lock, until: end)
            sleepsUntil = nil
        }
    }

    /// Has ``take(spins:)`` return nil once nobody drives.
    func end() {
        lock.withLock {
            isEnding = true
            if sleepsUntil != nil { wakeUp.signal() }
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
