import MySQLProtocol
import Platform

/// GET_LOCK()'s named locks of one server. Any thread; a waiting session holds nothing that others need.
public final class UserLocks: Sendable {
    private struct Held {
        var owner: UInt64
        var count: Int
    }

    // Safe: `locks` is used under the lock of the object that owns it.
    private final class State: @unchecked Sendable {
        var locks: [String: Held] = [:]
    }

    /// How long a waiting session sleeps before it looks whether it was killed.
    private static let killCheckInterval = Duration.milliseconds(50)

    private let lock = Lock()
    private let released = Condition()
    private let state = State()

    public init() {}

    /// 1 when taken (again), 0 after `timeout` seconds (negative: none). Errors 1317 and 3024 when the statement is ended.
    public func take(_ name: String, timeout: Double, _ context: ExpressionContext) throws(SQLError) -> Int64? {
        let start = MonotonicTime.now()
        let deadline = timeout < 0 ? nil : start + .milliseconds(Int64(saturating: min(timeout, 31_536_000) * 1000))
        return try lock.withLock { () throws(SQLError) -> Int64? in
            while true {
                guard let held = state.locks[name] else {
                    state.locks[name] = Held(owner: context.connectionID, count: 1)
                    return 1
                }
                if held.owner == context.connectionID {
                    state.locks[name]?.count += 1
                    return 1
                }
                if let error = context.interruption { throw error }
                let now = MonotonicTime.now()
                if let deadline, now >= deadline { return 0 }
                let next = now + Self.killCheckInterval
                _ = released.wait(lock, until: deadline.map { min($0, next) } ?? next)
            }
        }
    }

    /// 1 released, 0 another session's, nil no such lock.
    public func release(_ name: String, _ context: ExpressionContext) -> Int64? {
        lock.withLock {
            guard let held = state.locks[name] else { return nil }
            guard held.owner == context.connectionID else { return 0 }
            if held.count > 1 {
                state.locks[name]?.count -= 1
            } else {
                state.locks[name] = nil
                released.broadcast()
            }
            return 1
        }
    }

    /// How many were released, each as often as it was taken.
    public func releaseAll(_ context: ExpressionContext) -> Int64 {
        lock.withLock {
            let mine = state.locks.filter { $0.value.owner == context.connectionID }
            for name in mine.keys { state.locks[name] = nil }
            if !mine.isEmpty { released.broadcast() }
            return Int64(mine.values.reduce(0) { $0 + $1.count })
        }
    }

    public func owner(of name: String) -> UInt64? {
        lock.withLock { state.locks[name]?.owner }
    }

    /// Hooks that use these locks.
    public var hooks: FunctionHooks {
        var hooks = FunctionHooks()
        hooks.getLock = { (name, timeout, context) throws(SQLError) in try self.take(name, timeout: timeout, context) }
        hooks.releaseLock = { self.release($0, $1) }
        hooks.releaseAllLocks = { self.releaseAll($0) }
        hooks.lockOwner = { self.owner(of: $0) }
        return hooks
    }
}
