import Platform

/// A value that one thread waits for and another gives, once.
final class Promise<Value: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    private let condition = Condition()
    private var value: Value?

    /// Gives the value; later ones change nothing.
    func fulfil(_ value: Value) {
        lock.withLock {
            guard self.value == nil else { return }
            self.value = value
            condition.broadcast()
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

    /// The value if it is there.
    var current: Value? { lock.withLock { value } }
}
