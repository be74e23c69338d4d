import CSQLite
import Platform

/// A client session's connection: reads in SQLite's own snapshots, and transactions that are executed speculatively (in
/// a snapshot, with their changes private in this connection's page cache, captured row by row) and always rolled back.
/// What it captured is then ordered, certified and applied for all members, this one included.
///
/// Owned by its session's thread. Other threads reach the session through ``owner`` only.
///
/// A statement that changes rows runs inside ``atomically(_:)`` (or between ``beginStatement()`` and
/// ``endStatement()``); every statement is stepped by ``step(_:)``.
public final class SessionConnection {
    public let database: Database
    public let connection: SQLiteConnection
    /// How other threads doom, kill and see this session.
    public let owner: LockOwner
    /// What this session holds of memory.
    public let memory: MemoryAccount
    /// The changes of the present transaction.
    public let captured: CapturedTransaction
    /// `binlog_cache_size` and `max_binlog_cache_size`, as they were when the session began: what captured rows take in memory, and at all.
    let captureMemoryBytes: Int
    let captureBytes: Int

    /// `innodb_lock_wait_timeout`.
    public var lockWaitTimeout = Duration.seconds(50)
    /// `lock_wait_timeout`.
    public var metadataLockWaitTimeout = Duration.seconds(31_536_000)
    /// `max_execution_time`: a statement that still runs then ends with ``StorageError/interrupted``.
    public var statementDeadline: MonotonicTime?

    /// Whether a statement that meets a locked row gives its snapshot up while it waits, and runs again on a new one: the
    /// row will most often have a newer version then, and nobody's old snapshot keeps SQLite's log from being reused. Off
    /// under innodb_snapshot_isolation: it waits where it is.
    public var restartsAfterLockWait = true

    enum State {
        /// Each statement reads in a snapshot of its own.
        case idle
        /// In a read transaction of SQLite's.
        case reading
        /// In a speculative transaction.
        case speculative
        /// The speculative transaction was rolled back to be certified; its locks are still held.
        case committing
    }

    var state = State.idle
    /// What the pre-update hook does.
    enum CaptureMode {
        case off, capturing, replaying
        /// An error was met; the rest of the statement goes unrecorded, since it will be undone.
        case aborting
    }

    var captureMode = CaptureMode.off
    /// Why the running statement is to be undone, set by a callback from inside of it.
    var abortError: StorageError?
    /// The version that ``renewSnapshot()`` must wait for.
    var awaitedPosition: UInt64 = 0
    /// The row lock that ``renewSnapshot()`` must wait for.
    var awaitedLock: (hash: UInt64, mode: LockMode)?
    /// The transaction is one statement: undoing the statement is undoing the transaction.
    var isSingleStatement = false
    /// The running statement's start.
    var statementMark: CapturedTransaction.Mark?
    var hasStatementSavepoint = false
    var savepoints: [Savepoint] = []

    /// A savepoint of the client's.
    struct Savepoint {
        var name: String
        var mark: CapturedTransaction.Mark
    }

    let fileSystemSwitch: SpeculativeFileSystem.Switch
    let slot = SnapshotSlot()
    /// Row locks and metadata locks held, each once.
    var rowLocksHeld: [UInt64] = []
    var metadataLocksHeld: [UInt64] = []
    /// Tables locked for a change whose definition is still to be compared with the snapshot's.
    var unconfirmedDefinitions: [UInt64] = []
    /// By SQLite's names.
    var temporaryTables: [String: TemporaryTable] = [:]
    /// Created in the present transaction: a rollback of SQLite's takes them away.
    var temporaryTablesOfTransaction: [String] = []
    /// Dropped in the present transaction; SQLite's tables go at its end.
    var droppedTemporaryTables: [String: TemporaryTable] = [:]
    var lastTemporaryNumber: UInt64 = 0
    /// Of LOCK TABLES.
    var tableLocksHeld: [UInt64] = []
    /// ``Database/commitCount`` when the speculative transaction began.
    var commitCountAtBegin: UInt64 = 0
    /// A rollback by SQLite is expected: the commit lock is held.
    var isRollbackGuarded = false
    /// The commit lock was taken by a callback, to be given back when the step is over.
    var heldByInterrupt = false
    /// A statement of the client's runs (not one of our own, which nothing interrupts), and whether it writes.
    var isStepping = false
    var stepsWriting = false
    var newerVersion: NewerVersionLookup?
    var hashScratch: [UInt8] = []
    /// The table that was changed last, as ``dictionary`` has it.
    var lastTable: Table?

    private let beginStatementText: Statement
    private let rollbackStatementText: Statement

    /// The snapshot's position in the group's order while a transaction is open.
    public private(set) var snapshot: UInt64 = 0
    /// The same of a transaction that only reads.
    private var readSnapshot: UInt64 = 0
    /// No later than this is what a query that has its first row shows: the snapshot of the open transaction, or what is applied now.
    public var visiblePosition: UInt64 {
        switch state {
        case .speculative: snapshot
        case .reading: readSnapshot
        // A commit that a query saw without having the lock has told its position when the lock is free.
        case .idle, .committing: database.commitLock.withReadLock { database.appliedPosition }
        }
    }
    /// The dictionary that fits the snapshot; outside a transaction the one that ``refreshDictionary()`` took last.
    public private(set) var dictionary: DataDictionary {
        didSet { if dictionary.version != oldValue.version { lastTable = nil } }
    }

    /// Opens a connection for the session with this connection id.
    public init(_ database: Database, id: UInt64) throws(StorageError) {
        self.database = database
        memory = MemoryAccount(pool: database.memory)
        captured = CapturedTransaction(memory: memory)
        (captureMemoryBytes, captureBytes) = database.captureLimits
        ThreadAccount.set(memory)
        let configuration = database.configuration
        connection = try SQLiteConnection(
            path: configuration.path, role: .session, cacheKiB: configuration.sessionCacheKiB,
            monitor: database.damage)
        owner = LockOwner(id: id)
        dictionary = database.dictionary
        guard let fileSystemSwitch = SpeculativeFileSystem.Switch(connection.pointer) else {
            throw .unusable("\(configuration.path) is on a file system that SQLite locks otherwise")
        }
        self.fileSystemSwitch = fileSystemSwitch
        // Hooks first: whether a DELETE may clear a table without visiting rows is decided when it is prepared.
        beginStatementText = try connection.prepareUncached("BEGIN IMMEDIATE")
        rollbackStatementText = try connection.prepareUncached("ROLLBACK")
        memory.systemFailed = { [unowned self] code in
            expectRollback(
                DamageCode.contains(code)
                    ? connection.error(code) : .sqlite(code: code, message: "no memory or no room on the disk"))
        }
        installHooks()
        try configuration.prepare(connection)
        database.register(slot)
    }

    deinit {
        endTransaction()
        releaseTableLocks()
        unlockGlobally()
        removeHooks()
        connection.dropStatements()
        database.unregister(slot)
        memory.systemFailed = nil
    }

    /// Whether a transaction is open: a client's BEGIN has read or changed something, or a statement runs.
    public var isInTransaction: Bool { state != .idle }
    public var isSpeculative: Bool { state == .speculative }
    /// Whether statements read in one snapshot that nothing may be changed in.
    public var isReading: Bool { state == .reading }

    /// The session's next statements run on this thread: what SQLite takes there is this session's.
    public func useThread() { ThreadAccount.set(memory) }
    /// The session's thread goes on without it.
    public func leaveThread() { ThreadAccount.set(nil) }

    /// Outside a transaction: takes the present dictionary for the statement that starts.
    @discardableResult
    public func refreshDictionary() -> DataDictionary {
        if state == .idle { dictionary = database.dictionary }
        return dictionary
    }

    // MARK: Statements

    /// A prepared statement from this connection's cache; see ``SQLiteConnection/prepare(_:)``.
    public func prepare(_ sql: String) throws(StorageError) -> Statement {
        try prepare(StatementText(sql))
    }

    public func prepare(_ text: StatementText) throws(StorageError) -> Statement {
        do throws(StorageError) {
            return try connection.prepare(text)
        } catch {
            throw explained(error)
        }
    }

    /// A statement outside a transaction reads the tables as they are now: an error of names, or of the schema, may come
    /// from a DDL after its binding.
    private func explained(_ error: StorageError) -> StorageError {
        guard state == .idle, case .sqlite(let code, _) = error, code & 0xFF == SQLITE_ERROR || code & 0xFF == SQLITE_SCHEMA,
            isDictionaryStale
        else { return error }
        return .definitionChanged
    }

    /// Outside a transaction: a DDL was applied since ``refreshDictionary()``. A statement that finds this false after its
    /// first row reads the tables that it was bound to.
    public var isDictionaryStale: Bool { state == .idle && database.dictionaryVersion != dictionary.version }

    public func release(_ statement: Statement) {
        connection.release(statement)
    }

    /// Steps; true when there is a row. All of a session's statements are stepped here: a statement that met a lock's
    /// timeout, a newer version of a row, doom or a kill is reset and throws that.
    public func step(_ statement: Statement) throws(StorageError) -> Bool {
        stepsWriting = state == .speculative && !statement.isReadOnly
        let mark = captured.mark
        isStepping = true
        let status = sqlite3_step(statement.handle)
        isStepping = false
        if abortError == nil {
            if status == SQLITE_ROW { return true }
            if status == SQLITE_DONE { return false }
        }
        let error = abortError ?? connection.error(status)
        abortError = nil
        statement.reset()
        // What SQLite undoes of a failed statement was not changed: IGNORE goes on after a failed row.
        if stepsWriting { captured.truncate(to: mark) }
        if heldByInterrupt {
            endInterruptedRollback()
            // A query took the transaction with it: it is made again.
            if !stepsWriting, state == .speculative, sqlite3_get_autocommit(connection.pointer) != 0 {
                do throws(StorageError) { try rebuild() } catch { throw .doomed }
            }
        }
        throw explained(error)
    }

    /// Runs `body`, which changes rows, as one statement: all of it or nothing. When a row turns out to have a newer
    /// version, the snapshot is renewed and `body` runs again, unless `restarts` is false.
    public func atomically<Result>(restarts: Bool = true, _ body: () throws -> Result) throws -> Result {
        while true {
            try beginStatement()
            do {
                let result = try body()
                try endStatement()
                return result
            } catch StorageError.snapshotTooOld where restarts {
                try renewSnapshot()
            } catch {
                try rollbackStatement()
                throw error
            }
        }
    }

    // MARK: Transactions

    /// Opens a read transaction, so that several statements see one snapshot, taken now. Nothing may be changed in it.
    /// Throws ``StorageError/definitionChanged`` as ``begin(singleStatement:)`` does.
    public func beginReading() throws(StorageError) {
        guard state == .idle else { return }
        let bound = dictionary.version
        try connection.run("BEGIN")
        state = .reading
        let first = try connection.prepare("SELECT 1 FROM sqlite_schema LIMIT 1")
        defer { connection.release(first) }
        // The read and the dictionary are of one moment.
        let status: Int32 = database.commitLock.withReadLock {
            dictionary = database.currentDictionary
            readSnapshot = database.appliedPosition
            return sqlite3_step(first.handle)
        }
        guard status == SQLITE_ROW || status == SQLITE_DONE else { throw connection.error(status) }
        guard dictionary.version == bound else {
            first.reset()
            endTransaction()
            throw .definitionChanged
        }
    }

    /// Opens a speculative transaction. `singleStatement`: autocommit, undone as a whole if its statement fails. Throws
    /// ``StorageError/definitionChanged``, and opens none, when a DDL was applied since ``refreshDictionary()``.
    public func begin(singleStatement: Bool) throws(StorageError) {
        guard state == .idle else { return }
        newerVersion = database.newerVersion
        isSingleStatement = singleStatement
        let bound = dictionary.version
        try beginSpeculatively()
        state = .speculative
        guard dictionary.version == bound else {
            endTransaction()
            throw .definitionChanged
        }
    }

    /// Arms, begins, disarms, under the shared commit lock.
    func beginSpeculatively() throws(StorageError) {
        database.waitWhileBeginsAreHeld()
        slot.position = database.appliedPosition
        let status: Int32 = database.commitLock.withReadLock {
            fileSystemSwitch.arm()
            let status = sqlite3_step(beginStatementText.handle)
            fileSystemSwitch.disarm()
            sqlite3_reset(beginStatementText.handle)
            commitCountAtBegin = database.commitCount
            snapshot = database.appliedPosition
            dictionary = database.currentDictionary
            return status
        }
        guard status == SQLITE_DONE else {
            slot.position = .max
            throw connection.error(status)
        }
        slot.position = snapshot
        captureMode = .capturing
    }

    /// Rolls SQLite's side back, under the shared commit lock, and drops the page cache when it may be out of date.
    func rollBackSpeculation() {
        captureMode = .off
        guard sqlite3_get_autocommit(connection.pointer) == 0 else { return }
        database.commitLock.withReadLock {
            isRollbackGuarded = true
            sqlite3_step(rollbackStatementText.handle)
            sqlite3_reset(rollbackStatementText.handle)
            isRollbackGuarded = false
            dropStalePages()
        }
    }

    /// After a rollback SQLite takes its page cache for current as of now (the rollback copied the newest header of the
    /// log's index). It is as of the begin: if anything was committed since, the pages go.
    private func dropStalePages() {
        if sqlite3_txn_state(connection.pointer, "main") != SQLITE_TXN_NONE {
            // A statement that still runs would keep its pages.
            var statement = sqlite3_next_stmt(connection.pointer, nil)
            while let running = statement {
                if sqlite3_stmt_busy(running) != 0 { sqlite3_reset(running) }
                statement = sqlite3_next_stmt(connection.pointer, running)
            }
        }
        if database.commitCount != commitCountAtBegin { sqlite3_db_release_memory(connection.pointer) }
    }

    /// A step was interrupted while it wrote: SQLite has rolled the transaction back, under the commit lock that the
    /// interrupting callback took.
    private func endInterruptedRollback() {
        if sqlite3_get_autocommit(connection.pointer) != 0 {
            captureMode = .off
            dropStalePages()
        }
        isRollbackGuarded = false
        heldByInterrupt = false
        database.commitLock.unlockAfterReading()
    }

    /// Ends the speculation and hands over what it captured, to be sent and certified. The locks stay held until
    /// ``endTransaction()``, which is to follow the verdict. Throws ``StorageError/doomed`` when the verdict is known.
    public func prepareCommit() throws(StorageError) -> CapturedTransaction {
        if let error = stopped() { throw error }
        if state == .speculative {
            rollBackSpeculation()
            state = .committing
        }
        return captured
    }

    /// Ends the transaction, whatever state it is in: nothing of it stays but what was sent. Gives the locks back.
    public func endTransaction() {
        switch state {
        case .idle: break
        case .reading: endReading()
        case .speculative: rollBackSpeculation()
        case .committing: break
        }
        state = .idle
        settleTemporaryTables()
        slot.position = .max
        abortError = nil
        statementMark = nil
        hasStatementSavepoint = false
        isSingleStatement = false
        awaitedPosition = 0
        awaitedLock = nil
        savepoints.removeAll(keepingCapacity: true)
        if captured.statement > 0 || !captured.isEmpty { captured.removeAll() }
        memory.transactionBytes = 0
        releaseLocks()
        owner.clearVerdict()
    }

    private func endReading() {
        guard sqlite3_get_autocommit(connection.pointer) == 0,
            let commit = try? connection.prepare("COMMIT")
        else { return }
        if sqlite3_step(commit.handle) != SQLITE_DONE {
            // A statement that still runs: nothing was changed, a rollback ends it.
            sqlite3_reset(commit.handle)
            sqlite3_exec(connection.pointer, "ROLLBACK", nil, nil, nil)
        }
        connection.release(commit)
    }

    /// What is read next comes from the disk.
    public func forgetPages() {
        connection.shrink()
    }

    /// The session waits for its client: memory beyond what the next statement needs is given back.
    public func becomeIdle() {
        guard state == .idle else { return }
        connection.shrink()
    }
}
