import Platform

/// How a server's life ends.
enum ServerEnding: Sendable {
    /// As somebody asked.
    case stopped
    /// For a reason that makes it a failure.
    case failed(String)
    /// To be started again by itself, its data being damaged.
    case startAnew(String)
}

/// That the server shall stop, and how.
final class StopRequest: Sendable {
    private let lock = Lock()
    private let requested = Condition()
    // Safe: guarded by `lock`.
    private nonisolated(unsafe) var ending: ServerEnding?
    // Safe: guarded by `lock`.
    private nonisolated(unsafe) var action: @Sendable () -> Void = {}

    var isRequested: Bool { lock.withLock { ending != nil } }

    /// The first one counts.
    func request(_ ending: ServerEnding) {
        let action = lock.withLock {
            if self.ending == nil { self.ending = ending }
            requested.broadcast()
            return self.action
        }
        action()
    }

    /// What is done at a request, at once where it came already; in place of what was to be done before.
    func onRequest(_ action: @escaping @Sendable () -> Void) {
        let isDue = lock.withLock {
            self.action = action
            return ending != nil
        }
        if isDue { action() }
    }

    func wait() -> ServerEnding {
        lock.withLock {
            while true {
                if let ending { return ending }
                requested.wait(lock)
            }
        }
    }
}
