import CSQLite
import Glibc
import Platform
import Synchronization

/// Asks the certification information whether a version of a row newer than a snapshot was certified. Returns the newest
/// version's position, or nil. Any thread; must not block for long.
public typealias NewerVersionLookup = @Sendable (_ hash: UInt64, _ snapshot: UInt64) -> UInt64?

/// One node's storage: the SQLite file with all its rows and its dictionary, the locks of its sessions, and the place in
/// the group's order that it has reached.
public final class Database: Sendable {
    /// How a database is opened.
    public struct Configuration: Sendable {
        /// The SQLite file.
        public var path: String
        /// Private page cache of one session's connection.
        public var sessionCacheKiB = 2048
        /// Private page cache of the applier's connection.
        public var applierCacheKiB = 8192
        /// `tmpdir`: where temporary files go that are too large for memory.
        public var temporaryDirectory = "/tmp"
        /// What waits while the disk is full; nil: it fails then.
        public var space: SpaceWait?
        /// Called for each new connection: registers collations, functions and virtual tables.
        public var prepare: @Sendable (SQLiteConnection) throws(StorageError) -> Void = { _ throws(StorageError) in }
        /// The SQLite collation for texts of a MySQL collation; nil for SQLite's own BINARY.
        public var collationName: TableText.CollationName = { _ in nil }
        /// The collations' sort keys; by default texts are their bytes.
        public var sortKey: SortKeyFunction = { text, _, characters, key in
            guard let characters else {
                key.append(contentsOf: text)
                return
            }
            let prefix = String(decoding: text, as: UTF8.self).unicodeScalars.prefix(characters)
            key.append(contentsOf: String(String.UnicodeScalarView(prefix)).utf8)
        }

        public init(path: String) {
            self.path = path
        }
    }

    public let configuration: Configuration
    /// What the sessions hold of memory.
    public let memory = MemoryPool()
    private let transactionBytesLimit = Atomic<Int>(.max)
    /// Bytes of row images after which a transaction cannot be committed any more, so that it ends at once: what the layers
    /// above say, who know whether `group_replication_transaction_size_limit` applies.
    public var transactionLimit: Int { transactionBytesLimit.load(ordering: .relaxed) }
    public func setTransactionLimit(_ bytes: Int) { transactionBytesLimit.store(bytes, ordering: .relaxed) }
    private let captureMemoryBytes = Atomic<Int>(32 << 10)
    private let captureBytes = Atomic<Int>(.max)
    /// What new sessions keep of captured rows in memory (`binlog_cache_size`), and capture at most (`max_binlog_cache_size`).
    public var captureLimits: (inMemory: Int, most: Int) {
        (captureMemoryBytes.load(ordering: .relaxed), captureBytes.load(ordering: .relaxed))
    }
    public func setCaptureLimits(inMemory: Int, most: Int) {
        captureMemoryBytes.store(inMemory, ordering: .relaxed)
        captureBytes.store(most, ordering: .relaxed)
    }
    /// Row locks, by write-set hash.
    public let rowLocks: LockTable
    /// Metadata locks, by ``SchemaObject`` hash.
    public let metadataLocks: MetadataLocks
    /// FLUSH TABLES WITH READ LOCK.
    public let globalReadLock: GlobalReadLock

    /// Held shared around each speculative begin and rollback, exclusively around the applier's COMMIT and around
    /// checkpoints that restart the log (architecture.md, section 3).
    let commitLock = ReadWriteLock()
    /// Counts the applier's commits. Written under the exclusive ``commitLock``.
    /// Safe: written under the exclusive `commitLock`, read under it.
    nonisolated(unsafe) private(set) var commitCount: UInt64 = 0
    /// Guarded by ``commitLock``, so that a snapshot's position and dictionary are exactly those of its rows.
    nonisolated(unsafe) private(set) var currentDictionary: DataDictionary
    /// The version of ``currentDictionary``, readable alone.
    private let currentVersion: Atomic<UInt64>
    /// Guarded as ``currentDictionary``; also readable alone.
    private let applied: Atomic<UInt64>

    /// Speculative transactions may not begin: the log is to be started again, which open ones prevent.
    private let beginsAreHeld = Atomic<Bool>(false)
    private let beginLock = Lock()
    private let beginCondition = Condition()

    private let appliedLock = Lock()
    private let appliedCondition = Condition()
    /// Sessions that wait for a position; guarded by ``appliedLock``.
    /// Safe: guarded by `appliedLock`.
    nonisolated(unsafe) private var appliedWaiters = 0

    private let snapshotsLock = Lock()
    // Safe: guarded by `snapshotsLock`.
    nonisolated(unsafe) private var snapshotSlots: [ObjectIdentifier: SnapshotSlot] = [:]

    private let newerVersionLock = Lock()
    // Safe: guarded by `newerVersionLock`.
    nonisolated(unsafe) private var newerVersionLookup: NewerVersionLookup?
    // Safe: guarded by `newerVersionLock`.
    nonisolated(unsafe) private var applyDemand: (@Sendable () -> Void)?

    /// Open as long as the database is, so that SQLite does not remove the log between two connections.
    /// Safe: used under `keeperLock`.
    nonisolated(unsafe) private let keeper: SQLiteConnection
    private let keeperLock = Lock()

    /// For those who look for damage.
    let rawFile: RawFile

    /// Hears of damage in the files.
    public let damage: DamageMonitor

    /// By which the write-ahead log is synchronised. SQLite's locks are on other files: closing this one releases none.
    let logFile: File

    /// Opens the file, recovers it after a crash, creates what a new one needs, and reads the dictionary.
    public static func open(_ configuration: Configuration) throws(StorageError) -> Database {
        var episode: SpaceWait.Episode?
        while true {
            do throws(StorageError) {
                let database = try openOnce(configuration)
                episode?.end(isWritten: true)
                return database
            } catch {
                guard error.isDiskFull, let space = configuration.space else { throw error }
                let waiting = episode ?? space.begin(FileError(.write, configuration.path, ENOSPC))
                episode = waiting
                guard waiting.pause() else { throw error }
            }
        }
    }

    private static func openOnce(_ configuration: Configuration) throws(StorageError) -> Database {
        TemporaryDirectory.use(configuration.temporaryDirectory)
        makePrivate(configuration.path)
        let damage = DamageMonitor()
        let connection = try SQLiteConnection(
            path: configuration.path, role: .checkpointer, cacheKiB: configuration.sessionCacheKiB, monitor: damage)
        try configuration.prepare(connection)
        try DictionaryStore.createTables(connection)
        let content = try DictionaryStore.load(connection)
        let position = try PositionStore.load(connection).position
        return Database(
            configuration, dictionary: DataDictionary(version: 1, content: content), position: position,
            keeper: connection, damage: damage, logFile: try openLog(configuration.path + "-wal"))
    }

    private static func openLog(_ path: String) throws(StorageError) -> File {
        do throws(FileError) { return try File(path, .updatingOrMaking(.data)) } catch { throw .unusable(error.description) }
    }

    /// SQLite makes its files readable to all, and its logs like the database file: so that is made here.
    private static func makePrivate(_ path: String) {
        if access(path, F_OK) != 0 {
            // What keeps it from being made, SQLite tells.
            let file = FileAccess.open(path, O_RDWR, .data)
            if file >= 0 { close(file) }
        }
        for suffix in ["", "-wal", "-shm", "-journal"] { FileAccess.tighten(path + suffix) }
    }

    private init(
        _ configuration: Configuration, dictionary: DataDictionary, position: UInt64, keeper: SQLiteConnection,
        damage: DamageMonitor, logFile: File
    ) {
        self.configuration = configuration
        self.keeper = keeper
        let graph = WaitGraph()
        rowLocks = LockTable(graph: graph)
        metadataLocks = MetadataLocks(graph: graph)
        globalReadLock = GlobalReadLock(graph: graph)
        currentDictionary = dictionary
        currentVersion = Atomic(dictionary.version)
        applied = Atomic(position)
        self.logFile = logFile
        self.damage = damage
        rawFile = RawFile(path: configuration.path)
    }

    /// The dictionary as of now.
    public var dictionary: DataDictionary {
        commitLock.withReadLock { currentDictionary }
    }

    /// The version of ``dictionary``, without a lock.
    public var dictionaryVersion: UInt64 { currentVersion.load(ordering: .sequentiallyConsistent) }

    /// The position of the last transaction applied here.
    public var appliedPosition: UInt64 {
        applied.load(ordering: .sequentiallyConsistent)
    }

    /// Who knows the newest certified versions; without one, only local locks are looked at.
    public func setNewerVersionLookup(_ lookup: @escaping NewerVersionLookup) {
        newerVersionLock.withLock { newerVersionLookup = lookup }
    }

    /// What is called when a session begins to wait for a position: the applier may have been waiting for more to do.
    public func setApplyDemand(_ demand: @escaping @Sendable () -> Void) {
        newerVersionLock.withLock { applyDemand = demand }
    }

    var newerVersion: NewerVersionLookup? {
        newerVersionLock.withLock { newerVersionLookup }
    }

    /// Runs the applier's COMMIT with every speculative begin and rollback kept out, then publishes what it made visible.
    func commit(
        position: UInt64, dictionary: DataDictionary?, _ body: () throws(StorageError) -> Void
    ) throws(StorageError) {
        try commitLock.withWriteLock { () throws(StorageError) in
            try body()
            commitCount &+= 1
            if let dictionary {
                currentDictionary = dictionary
                currentVersion.store(dictionary.version, ordering: .sequentiallyConsistent)
            }
            applied.store(position, ordering: .sequentiallyConsistent)
        }
        appliedLock.withLock {
            if appliedWaiters > 0 { appliedCondition.broadcast() }
        }
    }

    /// Waits until everything up to `position` is applied here. Returns false when `deadline` passed or `owner` must stop.
    public func waitUntilApplied(_ position: UInt64, until deadline: MonotonicTime, for owner: LockOwner?) -> Bool {
        if appliedPosition >= position { return true }
        newerVersionLock.withLock { applyDemand }?()
        appliedLock.lock()
        defer { appliedLock.unlock() }
        appliedWaiters += 1
        defer { appliedWaiters -= 1 }
        owner?.beginWait(under: appliedLock, condition: appliedCondition)
        defer { owner?.endWait() }
        while appliedPosition < position {
            if let owner, owner.verdict != .none { return false }
            if !appliedCondition.wait(appliedLock, until: deadline) { return appliedPosition >= position }
        }
        return true
    }

    /// Blocks while the applier starts the log again.
    func waitWhileBeginsAreHeld() {
        guard beginsAreHeld.load(ordering: .acquiring) else { return }
        beginLock.withLock {
            while beginsAreHeld.load(ordering: .acquiring) { beginCondition.wait(beginLock) }
        }
    }

    /// Runs `body` while no speculative transaction begins; open ones go on and end.
    func holdingBegins(_ body: () -> Void) {
        beginLock.withLock { beginsAreHeld.store(true, ordering: .releasing) }
        body()
        beginLock.withLock {
            beginsAreHeld.store(false, ordering: .releasing)
            beginCondition.broadcast()
        }
    }

    /// A transaction of another member was certified: local transactions that hold locks on its rows fail. Any thread.
    public func doomLockHolders(of writeSet: [UInt64]) {
        rowLocks.doomHolders(of: writeSet)
    }

    /// A DDL was certified: local transactions that rely on its objects fail. Any thread.
    public func doomMetadataLockHolders(of objects: [UInt64], except owner: LockOwner? = nil) {
        metadataLocks.doomHolders(of: objects, except: owner)
    }

    /// Makes everything that is applied safe against a loss of power, and returns its position.
    public func synchronize() throws(StorageError) -> UInt64 {
        let position = appliedPosition
        do throws(FileError) {
            try logFile.sync()
        } catch {
            damage.report(.unsynchronized(error.path))
            throw .unusable(error.description)
        }
        return position
    }

    /// Runs `body` with a connection for checkpoints and the like.
    func maintenance(_ body: (SQLiteConnection) -> Void) {
        keeperLock.withLock { body(keeper) }
    }

    // MARK: Snapshots in use

    func register(_ slot: SnapshotSlot) {
        snapshotsLock.withLock { snapshotSlots[ObjectIdentifier(slot)] = slot }
    }

    func unregister(_ slot: SnapshotSlot) {
        snapshotsLock.withLock { snapshotSlots[ObjectIdentifier(slot)] = nil }
    }

    /// The oldest snapshot that a local transaction still reads from or is being certified with; nil when there is none.
    /// A snapshot begun meanwhile is not below an ``appliedPosition`` read before the call.
    public func oldestSnapshot() -> UInt64? {
        let oldest = snapshotsLock.withLock { snapshotSlots.values.lazy.map { $0.position }.min() }
        return oldest == .max ? nil : oldest
    }
}

/// The snapshot of one session's transaction, for those who collect what no snapshot needs.
final class SnapshotSlot: Sendable {
    private let value = Atomic<UInt64>(.max)

    /// `UInt64.max` when there is no transaction.
    var position: UInt64 {
        get { value.load(ordering: .sequentiallyConsistent) }
        set { value.store(newValue, ordering: .sequentiallyConsistent) }
    }
}
