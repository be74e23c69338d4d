import Platform

/// A value that one thread waits for and another gives, once.
///
/// Safe: `value` is guarded by `lock`.
final class Promise<Value: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    private let condition = Condition()
    private var value: Value?

    /// Gives the value; later ones change nothing. Returns whether this was the first.
    @discardableResult
    func fulfil(_ value: Value) -> Bool {
        lock.withLock {
            guard self.value == nil else { return false }
            self.value = value
            condition.broadcast()
            return true
        }
    }

    /// The value, or nil at the deadline.
    func wait(until deadline: MonotonicTime) -> Value? {
        lock.withLock {
            while value == nil {
                if !condition.wait(lock, until: deadline) { break }
            }
            return value
        }
    }

    /// The same, but gives up early when `interrupted` says so, looked at a few times a second.
    func wait(until deadline: MonotonicTime, interrupted: () -> Bool) -> Value? {
        while MonotonicTime.now() < deadline && !interrupted() {
            if let value = wait(until: min(deadline, .now() + .milliseconds(100))) { return value }
        }
        return current
    }

    /// The value if it is there.
    var current: Value? { lock.withLock { value } }
}
