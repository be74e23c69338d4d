import Platform

/// Passwords proved in full since the server started, so that later logins need one round trip only.
///
/// Keyed by the stored password, whose salt is its own: a changed password misses by itself. Safe on any thread.
///
/// Safe: `digests` is guarded by `lock`.
public final class AuthenticationCache: @unchecked Sendable {
    private static let entriesMax = 10_000

    private let lock = Lock()
    private var digests: [[UInt8]: [UInt8]] = [:]

    public init() {}

    func digest(stored text: [UInt8]) -> [UInt8]? {
        lock.withLock { digests[text] }
    }

    func insert(stored text: [UInt8], digest: [UInt8]) {
        lock.withLock {
            if digests.count >= Self.entriesMax { digests.removeAll() }
            digests[text] = digest
        }
    }

    /// Forgets everything (`FLUSH PRIVILEGES`).
    public func removeAll() {
        lock.withLock { digests.removeAll() }
    }
}
