import BinaryLog
import Glibc
import MySQLTypes
import Platform
import Synchronization

@testable import Storage

/// A node around a database, for tests: orders, certifies and applies what sessions commit, as a group of one does.
final class TestNode: Sendable {
    struct Conflict: Error {}

    struct Ticket: Sendable {
        var position: UInt64
        var body: [UInt8]
        var ddl: (@Sendable (ApplierConnection) throws -> Void)?
    }

    let directory: String
    let database: Database
    private let lock = Lock()
    private let condition = Condition()
    nonisolated(unsafe) private var newest: [UInt64: UInt64] = [:]
    nonisolated(unsafe) private var ordered: UInt64
    nonisolated(unsafe) private var queue: [Ticket] = []
    nonisolated(unsafe) private var isStopping = false
    nonisolated(unsafe) private var failure: String?
    nonisolated(unsafe) private var thread: Thread?
    let batches = Atomic<Int>(0)
    let applied = Atomic<Int>(0)
    private let checkpointer: Checkpointer

    init(directory: String? = nil, transactionLimit: Int = .max) throws {
        var template = Array("/tmp/storage-test-XXXXXX".utf8CString)
        self.directory = directory ?? String(cString: mkdtemp(&template))
        var configuration = Database.Configuration(path: self.directory + "/rows.db")
        configuration.prepare = { connection throws(StorageError) in
            sqlite3Collation(connection, "decimal")
        }
        database = try Database.open(configuration)
        database.setTransactionLimit(transactionLimit)
        ordered = database.appliedPosition
        checkpointer = Checkpointer(database)
        try checkpointer.start()
        database.setNewerVersionLookup { [self] hash, snapshot in
            lock.withLock {
                guard let position = newest[hash], position > snapshot else { return nil }
                return position
            }
        }
        let applier = try ApplierConnection(database)
        nonisolated(unsafe) let handed = applier
        thread = Thread.start(name: "applier") { [self] in apply(handed) }
    }

    func stop(removing: Bool = true) {
        lock.withLock {
            isStopping = true
            condition.broadcast()
        }
        thread?.join()
        checkpointer.stop()
        database.setNewerVersionLookup { _, _ in nil }
        if removing {
            for suffix in ["", "-wal", "-shm"] { unlink(directory + "/rows.db" + suffix) }
            rmdir(directory)
        }
    }

    var failed: String? { lock.withLock { failure } }

    private func apply(_ applier: ApplierConnection) {
        while true {
            let batch = lock.withLock { () -> [Ticket] in
                while queue.isEmpty && !isStopping { condition.wait(lock) }
                defer { queue.removeAll(keepingCapacity: true) }
                return queue
            }
            guard let last = batch.last else { return }
            do {
                try applier.begin()
                for ticket in batch {
                    if let ddl = ticket.ddl {
                        try applier.inSavepoint { try ddl(applier) }
                    } else {
                        try applier.apply(ticket.body[...])
                    }
                }
                try applier.commit(StoredPosition(lineage: 1, position: last.position))
            } catch {
                lock.withLock { failure = failure ?? "\(error)" }
                applier.rollback()
                return
            }
            batches.add(1, ordering: .relaxed)
            applied.add(batch.count, ordering: .relaxed)
        }
    }

    /// Certifies and orders; the position, or a conflict.
    private func order(
        snapshot: UInt64, writeSet: [UInt64], readSet: [UInt64], body: [UInt8],
        ddl: (@Sendable (ApplierConnection) throws -> Void)? = nil
    ) throws -> UInt64 {
        try lock.withLock { () throws in
            for hash in writeSet + readSet where (newest[hash] ?? 0) > snapshot { throw Conflict() }
            ordered += 1
            for hash in writeSet { newest[hash] = ordered }
            queue.append(Ticket(position: ordered, body: body, ddl: ddl))
            condition.signal()
            return ordered
        }
    }

    private func awaitApplied(_ position: UInt64) throws {
        let deadline = MonotonicTime.now() + .seconds(60)
        while !database.waitUntilApplied(position, until: MonotonicTime.now() + .milliseconds(200), for: nil) {
            if let failed { throw StorageError.diverged(failed) }
            if MonotonicTime.now() > deadline { throw StorageError.unusable("not applied within a minute") }
        }
    }

    /// Commits the session's transaction.
    func commit(_ session: SessionConnection) throws {
        defer { session.endTransaction() }
        let captured = try session.prepareCommit()
        if captured.isEmpty { return }
        let body = try captured.events(serverID: 1, timestamp: 0)
        let position = try order(
            snapshot: session.snapshot, writeSet: captured.writeSet(), readSet: captured.readSet(), body: body)
        try awaitApplied(position)
    }

    /// A transaction of another member: certified, dooming whoever is in its way; applied when asked to.
    func commitRemote(_ captured: CapturedTransaction, snapshot: UInt64) throws -> UInt64 {
        let body = try captured.events(serverID: 2, timestamp: 0)
        let writeSet = captured.writeSet()
        let position = try order(snapshot: snapshot, writeSet: writeSet, readSet: captured.readSet(), body: body)
        database.doomLockHolders(of: writeSet)
        return position
    }

    func wait(for position: UInt64) throws { try awaitApplied(position) }

    func ddl(_ writeSet: [UInt64] = [], _ body: @escaping @Sendable (ApplierConnection) throws -> Void) throws {
        let position = try order(snapshot: .max, writeSet: writeSet, readSet: [], body: [], ddl: body)
        try awaitApplied(position)
    }

    /// Runs one autocommit statement.
    func run(_ session: SessionConnection, _ sql: String, _ values: [StoredValue] = []) throws {
        do {
            session.refreshDictionary()
            try session.atomically { try session.execute(sql, values) }
        } catch {
            session.endTransaction()
            throw error
        }
        try commit(session)
    }
}

extension Database {
    /// SQL with SQLite's names in place of MySQL's: `"test.t"`, and its columns wherever they stand.
    func translated(_ sql: String) -> String {
        let tables = dictionary.schemaNames.flatMap { schema in
            dictionary.tableNames(in: schema).compactMap { dictionary.table(schema, $0) }
        }.filter { sql.contains("\"\($0.schema).\($0.name)\"") }
        var names: [String: String] = [:]
        for table in tables {
            names["\(table.schema).\(table.name)"] = table.sqliteName
            for column in table.definition.columns { names[column.name] = column.sqliteName }
        }
        var result = ""
        var word = ""
        var quote: Character?
        func end() {
            result += quote == "'" ? word : names[word] ?? word
            word = ""
        }
        for character in sql {
            if let open = quote {
                if character == open {
                    end()
                    if open == "'" { result.append(character) }
                    quote = nil
                } else {
                    word.append(character)
                }
            } else if character == "'" || character == "\"" {
                end()
                if character == "'" { result.append(character) }
                quote = character
            } else if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
            } else {
                end()
                result.append(character)
            }
        }
        end()
        return result
    }
}

extension SessionConnection {
    /// Steps a cached statement to its end.
    func execute(_ sql: String, _ values: [StoredValue] = []) throws(StorageError) {
        let statement = try prepare(database.translated(sql))
        defer { release(statement) }
        for (place, value) in values.enumerated() { statement.bind(place + 1, value) }
        while try step(statement) {}
    }

    func query(_ sql: String, _ values: [StoredValue] = []) throws(StorageError) -> [[StoredValue]] {
        let statement = try prepare(database.translated(sql))
        defer { release(statement) }
        for (place, value) in values.enumerated() { statement.bind(place + 1, value) }
        var rows: [[StoredValue]] = []
        while try step(statement) { rows.append((0..<statement.columnCount).map { statement.value($0) }) }
        return rows
    }

    func integer(_ sql: String) throws -> Int64? {
        guard case .integer(let value)? = try query(sql).first?.first else { return nil }
        return value
    }
}

/// A byte-wise collation under another name.
func sqlite3Collation(_ connection: SQLiteConnection, _ name: String) {
    CSQLiteCollation.register(connection, name)
}

extension TableDefinition {
    /// `id INT PRIMARY KEY, v INT, pad VARCHAR(200)` in schema `test`.
    static func numbers(_ name: String, id: UInt64) -> TableDefinition {
        var table = TableDefinition(
            id: id, schema: "test", name: name,
            columns: [
                ColumnDefinition(name: "id", type: MySQLType(.int), isNullable: false),
                ColumnDefinition(name: "v", type: MySQLType(.bigInt)),
                ColumnDefinition(name: "pad", type: MySQLType(.varChar, length: 200, collation: .utf8mb4_bin)),
            ])
        table.indexes = [IndexDefinition(name: "PRIMARY", kind: .primary, parts: [.init(column: 0)])]
        return table
    }
}
