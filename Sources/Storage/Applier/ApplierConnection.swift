import BinaryLog
import CSQLite
import Platform

/// The one connection that writes: certified transactions' rows, DDL, the dictionary, and the position that they lead to,
/// a batch in one SQLite transaction. Owned by the applier's thread.
///
///     try applier.begin()
///     try applier.apply(transaction.body)                      // rows
///     try applier.inSavepoint { try createTheTable(applier) }  // DDL: undone alone when it throws
///     try applier.commit(position) { append to the binary log }
public final class ApplierConnection {
    public let database: Database
    public let connection: SQLiteConnection
    /// What the next commit publishes.
    var content: DictionaryContent
    var contentChanged = false
    /// Tables whose AUTO_INCREMENT counter must be stored, since their greatest row may be gone.
    var countersToStore: [String: Table] = [:]
    /// By SQLite table name.
    var appliers: [String: TableApplier] = [:]
    /// The Table_map events of the present transaction, by table number.
    var maps: [UInt64: MappedTable] = [:]
    var before: [RowValue] = []
    var after: [RowValue] = []
    private var isInTransaction = false
    /// What went wrong in this batch that is this node's own trouble (its disk is full): it must not be committed, and
    /// not be taken for a refusal that every member shares.
    private var trouble: StorageError?
    private let fileSystemSwitch: BatchingFileSystem.Switch
    /// Pages in the write-ahead log.
    var logFrames = 0
    var nextRestartFrames = Checkpointer.restartFrames

    public init(_ database: Database) throws(StorageError) {
        self.database = database
        let configuration = database.configuration
        connection = try SQLiteConnection(
            path: configuration.path, role: .applier, cacheKiB: configuration.applierCacheKiB,
            monitor: database.damage)
        content = database.dictionary.content
        guard let fileSystemSwitch = BatchingFileSystem.Switch(connection.pointer) else {
            throw .unusable("\(configuration.path) has no file")
        }
        self.fileSystemSwitch = fileSystemSwitch
        try configuration.prepare(connection)
        watchLog()
    }

    deinit {
        sqlite3_wal_hook(connection.pointer, nil, nil)
        rollback()
    }

    // MARK: Transactions

    /// Opens a batch's SQLite transaction.
    public func begin() throws(StorageError) {
        guard !isInTransaction else { return }
        restartLogWhenLarge()
        try connection.run("BEGIN IMMEDIATE")
        isInTransaction = true
    }

    /// Stores the position and commits, with everybody's speculative begins and rollbacks kept out for that moment, and
    /// publishes the dictionary if it changed. `beforeCommit` runs when everything is applied and nothing visible yet; when
    /// it throws, nothing is committed.
    public func commit(
        _ position: StoredPosition, beforeCommit: () throws -> Void = {}
    ) throws {
        try begin()
        do {
            if let trouble { throw trouble }
            try storeCounters()
            try PositionStore.store(position, connection)
            try beforeCommit()
            var published: DataDictionary?
            if contentChanged {
                content.derive()
                published = DataDictionary(version: database.dictionary.version + 1, content: content)
            }
            let commit = try connection.prepare("COMMIT")
            defer { connection.release(commit) }
            try database.commit(position: position.position, dictionary: published) { () throws(StorageError) in
                fileSystemSwitch.beginCommit()
                defer { fileSystemSwitch.endCommit() }
                _ = try connection.step(commit)
            }
            isInTransaction = false
            contentChanged = false
        } catch {
            rollback()
            throw error
        }
    }

    /// Gives up the batch.
    public func rollback() {
        if sqlite3_get_autocommit(connection.pointer) == 0 {
            sqlite3_exec(connection.pointer, "ROLLBACK", nil, nil, nil)
        }
        isInTransaction = false
        trouble = nil
        content = database.dictionary.content
        contentChanged = false
        countersToStore.removeAll()
        forgetTables()
    }

    /// Runs `body` so that it is undone alone, dictionary included, when it throws.
    public func inSavepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.run("SAVEPOINT ddl")
        let contentBefore = content
        let changedBefore = contentChanged
        do {
            let result = try body()
            try connection.run("RELEASE ddl")
            return result
        } catch {
            let cause = error as? StorageError
            if isRolledBack || cause?.isTroubleOfThisNode == true {
                trouble = trouble ?? cause ?? .unusable("SQLite gave a transaction up: \(error)")
            }
            if isRolledBack { throw error }
            try connection.run("ROLLBACK TO ddl")
            try connection.run("RELEASE ddl")
            content = contentBefore
            contentChanged = changedBefore
            forgetTables()
            throw error
        }
    }

    /// Ends the SQLite statement that runs, with an error. Any thread.
    public func interrupt() {
        sqlite3_interrupt(connection.pointer)
    }

    /// Remembers what another member need not meet, so that the transaction is not committed: whatever is made of the error, it is
    /// no refusal that all members share.
    public func noteTrouble(_ error: StorageError) {
        if error.isTroubleOfThisNode { trouble = trouble ?? error }
    }

    /// SQLite gave the whole transaction up.
    private var isRolledBack: Bool { sqlite3_get_autocommit(connection.pointer) != 0 }

    /// What was stored with the last commit.
    public func storedPosition() throws(StorageError) -> StoredPosition {
        try PositionStore.load(connection)
    }
}
