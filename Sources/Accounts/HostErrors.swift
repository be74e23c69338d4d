import Platform

/// `max_connect_errors`: addresses whose connections end again and again before a login are blocked (error 1129), until one
/// of their logins succeeds or `performance_schema.host_cache` is truncated. Any thread.
/// Safe: what changes is guarded by `lock`.
public final class HostErrors: @unchecked Sendable {
    /// Addresses beyond this push out all: a flood from many addresses does not use up the memory.
    private static let maximumHosts = 100_000

    private let lock = Lock()
    private var errors: [String: UInt64] = [:]

    public init() {}

    public func isBlocked(_ host: String, maximum: UInt64) -> Bool {
        lock.withLock { (errors[host] ?? 0) >= maximum }
    }

    /// A connection of the host ended before it had said who it is.
    public func add(_ host: String) {
        lock.withLock {
            if errors.count >= Self.maximumHosts { errors.removeAll() }
            errors[host, default: 0] += 1
        }
    }

    /// A login of the host succeeded.
    public func forgive(_ host: String) {
        lock.withLock { errors[host] = nil }
    }

    /// TRUNCATE TABLE performance_schema.host_cache.
    package func removeAll() {
        lock.withLock { errors.removeAll() }
    }
}
