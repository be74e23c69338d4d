import CSQLite
import Platform

/// What a connection is for; the hook of ``Database/Configuration`` that prepares new connections may care.
public enum ConnectionRole: Sendable {
    case applier, session, checkpointer
}

/// A thin, thread-confined connection to the node's SQLite file with its cache of prepared statements.
public final class SQLiteConnection {
    /// For SQLite calls that this class does not wrap: collations, functions, virtual tables.
    public let pointer: OpaquePointer
    public let role: ConnectionRole
    /// Hears of damage that this connection meets.
    private let monitor: DamageMonitor
    private var statements: [StatementText: Statement] = [:]
    private var useCounter: UInt64 = 0

    /// Prepared statements that a connection keeps.
    static let maximumCachedStatements = 256
    /// How long an unarmed reader waits for SQLite's own short locks (WAL recovery, a schema's first read).
    private static let busyTimeoutMilliseconds: Int32 = 10_000

    /// Opens the file. `cacheKiB` bounds the private page cache.
    init(path: String, role: ConnectionRole, cacheKiB: Int, monitor: DamageMonitor) throws(StorageError) {
        if let refusal = SQLiteLibrary.refusal { throw .unusable(refusal) }
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        // The applier and the checkpointer do not go through the sessions': nothing can ever arm them.
        let fileSystem =
            switch role {
            case .session: SpeculativeFileSystem.name
            case .applier: BatchingFileSystem.name
            case .checkpointer: PageFileSystem.name
            }
        // FULL: the applier's file system learns from the synchronisation that a commit's last frame was written.
        let synchronous = role == .applier ? "FULL" : "NORMAL"
        let status = sqlite3_open_v2(path, &handle, flags, fileSystem)
        guard let handle else { throw .unusable("out of memory while opening \(path)") }
        guard status == SQLITE_OK else {
            let message = String(cString: sqlite3_errmsg(handle))
            let isFull = FileWrites.isDiskFull(status, handle)
            sqlite3_close_v2(handle)
            throw .sqlite(code: isFull ? SQLITE_FULL : status, message: "\(path): \(message)")
        }
        pointer = handle
        self.role = role
        self.monitor = monitor
        do throws(StorageError) {
            try PageFileSystem.adopt(handle, monitor: monitor)
        } catch {
            sqlite3_close_v2(handle)
            throw error
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Self.busyTimeoutMilliseconds)
        // Names in double quotes are names, never strings; definitions in the file are ours alone.
        _ = grouplite_sqlite_db_config_flag(handle, SQLITE_DBCONFIG_DQS_DML, 0)
        _ = grouplite_sqlite_db_config_flag(handle, SQLITE_DBCONFIG_DQS_DDL, 0)
        _ = grouplite_sqlite_db_config_flag(handle, SQLITE_DBCONFIG_ENABLE_FKEY, role == .session ? 1 : 0)
        for pragma in [
            "page_size = \(PageChecksum.pageSize)", "journal_mode = WAL",
            "synchronous = \(synchronous)", "cache_spill = OFF", "wal_autocheckpoint = 0",
            "secure_delete = OFF", "temp_store = FILE", "cache_size = -\(cacheKiB)", "mmap_size = 0",
            "journal_size_limit = 67108864", "recursive_triggers = OFF", "trusted_schema = ON",
        ] {
            try execute("PRAGMA \(pragma)")
        }
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(pointer)
    }

    /// The statement for `sql` from the cache, or newly prepared and cached. It is reset; give it back with
    /// ``release(_:)``, or keep it only within one call. Two users of one text at a time get two statements.
    public func prepare(_ sql: String) throws(StorageError) -> Statement {
        try prepare(StatementText(sql))
    }

    /// ``prepare(_:)`` of a text that was hashed before.
    public func prepare(_ text: StatementText) throws(StorageError) -> Statement {
        useCounter += 1
        if let cached = statements[text], !cached.isInUse {
            cached.lastUse = useCounter
            cached.isInUse = true
            return cached
        }
        let statement = try prepareUncached(text.sql)
        statement.isInUse = true
        statement.lastUse = useCounter
        if statements[text] == nil {
            if statements.count >= Self.maximumCachedStatements { evict() }
            statements[text] = statement
        }
        return statement
    }

    /// Resets a statement that ``prepare(_:)`` handed out and makes it available again.
    public func release(_ statement: Statement) {
        statement.reset()
        statement.isInUse = false
    }

    /// A statement of the caller's own, outside the cache.
    public func prepareUncached(_ sql: String) throws(StorageError) -> Statement {
        var handle: OpaquePointer?
        var text = sql
        let status = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v3(
                    pointer, $0.baseAddress, Int32(clamping: $0.count), UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
            }
        }
        guard status == SQLITE_OK else { throw error(status) }
        guard let handle else { throw .sqlite(code: SQLITE_MISUSE, message: "empty statement") }
        return Statement(handle: handle, sql: sql)
    }

    /// Steps; true when there is a row.
    @inlinable
    public func step(_ statement: Statement) throws(StorageError) -> Bool {
        let status = sqlite3_step(statement.handle)
        if status == SQLITE_ROW { return true }
        if status == SQLITE_DONE { return false }
        let error = error(status)
        statement.reset()
        throw error
    }

    /// Runs SQL text of one or several statements without results or parameters.
    public func execute(_ sql: String) throws(StorageError) {
        let status = sqlite3_exec(pointer, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw error(status) }
    }

    /// Runs a cached statement to its end.
    public func run(_ sql: String, _ values: [StoredValue] = []) throws(StorageError) {
        let statement = try prepare(sql)
        defer { release(statement) }
        for (index, value) in values.enumerated() { statement.bind(index + 1, value) }
        while try step(statement) {}
    }

    /// The rows of a cached statement. For small results: dictionary and administration.
    public func rows(_ sql: String, _ values: [StoredValue] = []) throws(StorageError) -> [[StoredValue]] {
        let statement = try prepare(sql)
        defer { release(statement) }
        for (index, value) in values.enumerated() { statement.bind(index + 1, value) }
        var rows: [[StoredValue]] = []
        while try step(statement) {
            rows.append((0..<statement.columnCount).map { statement.value($0) })
        }
        return rows
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed, cascades not counted.
    public var changes: Int { Int(sqlite3_changes64(pointer)) }

    /// Drops every cached statement that is not in use: after DDL, or when the session becomes idle.
    public func dropStatements() {
        statements = statements.filter { $0.value.isInUse }
    }

    /// Gives back what memory SQLite can spare; for idle sessions.
    public func shrink() {
        sqlite3_db_release_memory(pointer)
    }

    private func evict() {
        // The older half goes: rare, and simpler than a list in use order.
        let uses = statements.values.map(\.lastUse).sorted()
        let limit = uses[uses.count / 2]
        statements = statements.filter { $0.value.isInUse || $0.value.lastUse > limit }
    }

    /// SQLite's present error as ours.
    @usableFromInline
    func error(_ status: Int32) -> StorageError {
        let message = String(cString: sqlite3_errmsg(pointer))
        if FileWrites.isDiskFull(status, pointer) { return .sqlite(code: SQLITE_FULL, message: message) }
        guard DamageCode.contains(status) else { return StorageError.from(code: status, message: message) }
        // What no checksum told, SQLite found in a page's content.
        let file = sqlite3_db_filename(pointer, "main").map { String(cString: $0) } ?? "?"
        let damage = monitor.places.last ?? StoreDamage(file: file, page: 0, offset: 0, reason: "SQLite says: \(message)")
        monitor.report(damage)
        return .damaged(damage)
    }
}

/// SQLite's result codes that mean: what is on the disk is not what was written there.
enum DamageCode {
    static let data = SQLITE_IOERR | 32 << 8
    private static let read = SQLITE_IOERR | 1 << 8
    private static let fileSystem = SQLITE_IOERR | 33 << 8

    static func contains(_ code: Int32) -> Bool {
        code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB || [data, read, fileSystem].contains(code)
    }
}

/// SQLite's extended result codes of constraints, macros that Swift does not see.
private enum ConstraintCode {
    static let check = SQLITE_CONSTRAINT | 1 << 8
    static let foreignKey = SQLITE_CONSTRAINT | 3 << 8
    /// RESTRICT is carried out by a trigger of SQLite's own.
    static let trigger = SQLITE_CONSTRAINT | 7 << 8
    static let notNull = SQLITE_CONSTRAINT | 5 << 8
    static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
    static let unique = SQLITE_CONSTRAINT | 8 << 8
    static let rowID = SQLITE_CONSTRAINT | 10 << 8
}

extension StorageError {
    /// Tells constraint failures apart by SQLite's extended code and message.
    static func from(code: Int32, message: String) -> StorageError {
        func detail(_ prefix: String) -> String? {
            message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : nil
        }
        switch code {
        case SQLITE_INTERRUPT:
            return .interrupted
        case ConstraintCode.foreignKey, ConstraintCode.trigger:
            return .foreignKey
        case ConstraintCode.check:
            return .check(detail("CHECK constraint failed: ") ?? message)
        case ConstraintCode.unique, ConstraintCode.primaryKey, ConstraintCode.rowID:
            guard let text = detail("UNIQUE constraint failed: ") else { break }
            if text.hasPrefix("index '") {
                return .duplicateKey(table: "", columns: [], index: String(text.dropFirst(7).dropLast()))
            }
            // `schema.table.column, schema.table.column`: the column is what follows the last dot of the first name.
            let names = text.split(separator: ", ", omittingEmptySubsequences: true).map(String.init)
            guard let first = names.first, let dot = first.lastIndex(of: ".") else { break }
            let table = String(first[..<dot])
            return .duplicateKey(table: table, columns: names.map { String($0.dropFirst(table.count + 1)) }, index: nil)
        case ConstraintCode.notNull:
            guard let text = detail("NOT NULL constraint failed: "), let dot = text.lastIndex(of: ".") else { break }
            return .notNull(table: String(text[..<dot]), column: String(text[text.index(after: dot)...]))
        default: break
        }
        return .sqlite(code: code, message: message)
    }
}
