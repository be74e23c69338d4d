import Synchronization

/// What all sessions of a server hold together (`Global_connection_memory`), and what they may
/// (`global_connection_memory_limit`). Any thread.
public final class MemoryPool: Sendable {
    private let used = Atomic<Int>(0)
    private let most = Atomic<Int>(.max)

    public init() {}

    /// Bytes held by the sessions that are tracked.
    public var bytes: Int { max(0, used.load(ordering: .relaxed)) }
    public var limit: Int { most.load(ordering: .relaxed) }
    public func setLimit(_ limit: Int) { most.store(limit, ordering: .relaxed) }

    func add(_ bytes: Int) { used.wrappingAdd(bytes, ordering: .relaxed) }
}

/// What one session holds: SQLite's heap for its connection, its temporary files as far as they are in memory, and what the
/// engine charges (rows gathered, user variables, long data, prepared statements).
///
/// Owned by the session's thread. Nothing is refused here: who takes memory asks ``excess`` where the statement can fail
/// cleanly, since SQLite out of memory would roll a speculative transaction back.
// Safe: the session's functions and files, which refer to it too, are used on the same thread.
public final class MemoryAccount: @unchecked Sendable {
    /// A limit that is exceeded.
    public enum Excess: Error, Equatable, Sendable {
        case connection(limit: Int, consumed: Int)
        case global(limit: Int, consumed: Int)
        /// What no session may have, whatever its limits: the process must live.
        case process
    }

    /// Bytes held now.
    public private(set) var bytes = 0
    /// `connection_memory_limit`; none for administrators.
    public var limit = Int.max
    /// A bound for everybody, far above what statements need.
    public var hardLimit = 1 << 30
    /// Bytes that the running transaction has changed: their pages stay in memory until it ends, so that many more than
    /// ``hardLimit`` may be needed for a large one.
    public var transactionBytes = 0
    /// Dirty pages, journal and sorter of a byte that was changed.
    private static let bytesPerChangedByte = 4
    /// `connection_memory_chunk_size`: how far the pool's count may be behind.
    public var chunk = 8192
    /// `tmp_table_size`: what temporary files hold in memory before they go to the disk.
    public var temporaryBytesMax = 16 << 20
    /// Bytes of temporary files in memory.
    public var temporaryBytes = 0

    /// Called inside of SQLite when the system has no memory, or the disk no room, left: with SQLite's result code, before
    /// SQLite sees it.
    public var systemFailed: ((Int32) -> Void)?

    private let pool: MemoryPool
    /// `global_connection_memory_tracking`.
    private var isTracked = false
    /// The global limit applies too; not to administrators.
    public var obeysGlobalLimit = true
    private var reported = 0

    public init(pool: MemoryPool) {
        self.pool = pool
    }

    deinit {
        if reported != 0 { pool.add(-reported) }
    }

    /// Takes note of memory taken (or, negative, given back).
    public func add(_ count: Int) {
        bytes &+= count
        if isTracked && abs(bytes &- reported) >= chunk { report() }
    }

    /// What the engine holds itself; fails when the session has more than it may.
    public func charge(_ count: Int) throws(Excess) {
        add(count)
        if let excess { throw excess }
    }

    public func release(_ count: Int) { add(-count) }

    public func setTracked(_ isOn: Bool) {
        guard isOn != isTracked else { return }
        isTracked = isOn
        if isOn {
            report()
        } else {
            pool.add(-reported)
            reported = 0
        }
    }

    private func report() {
        pool.add(bytes - reported)
        reported = bytes
    }

    /// The limit that is exceeded, if one is.
    public var excess: Excess? {
        excess(adding: 0)
    }

    /// The limit that would be exceeded by taking so much more.
    public func excess(adding more: Int) -> Excess? {
        let bytes = bytes &+ more
        if bytes > limit { return .connection(limit: limit, consumed: bytes) }
        if bytes > hardLimit + transactionBytes * Self.bytesPerChangedByte { return .process }
        if isTracked && obeysGlobalLimit && pool.bytes > pool.limit {
            return .global(limit: pool.limit, consumed: pool.bytes)
        }
        return nil
    }
}
