import MySQLTypes
import Platform

/// The dictionary's rows in SQLite, beside the tables that they describe. Only the applier writes them.
enum DictionaryStore {
    /// Kinds of ``ObjectKey`` that storage itself reads.
    enum Kind {
        static let schema = "schema"
        static let table = "table"
        static let view = "view"
    }

    static func createTables(_ connection: SQLiteConnection) throws(StorageError) {
        try connection.execute(
            """
            BEGIN IMMEDIATE;
            CREATE TABLE IF NOT EXISTS "mysql.dictionary" (
                kind, "schema", name, body, PRIMARY KEY (kind, "schema", name)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS missing_parent (\(missingParentColumns));
            CREATE TABLE IF NOT EXISTS "mysql.auto_increment" (name PRIMARY KEY, next) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS "mysql.applied" (
                id INTEGER PRIMARY KEY CHECK (id = 1), lineage, position, gtid_executed, refused);
            INSERT OR IGNORE INTO "mysql.applied" VALUES (1, 0, 0, x'', x'');
            COMMIT
            """)
    }

    /// Always empty: what foreign keys refer to whose parent does not exist, or has no such key. `c1`, `c2`, ... are together a
    /// key of any length.
    static let missingParentName = "missing_parent"
    static let maximumForeignKeyColumns = 16

    static func missingParentKey(_ count: Int) -> String {
        (1...max(1, count)).map { "c\($0)" }.joined(separator: ", ")
    }

    private static var missingParentColumns: String {
        ([missingParentKey(maximumForeignKeyColumns)] + (1...maximumForeignKeyColumns).map { "UNIQUE (\(missingParentKey($0)))" })
            .joined(separator: ", ")
    }

    static func load(_ connection: SQLiteConnection) throws(StorageError) -> DictionaryContent {
        var content = DictionaryContent()
        let statement = try connection.prepare(#"SELECT kind, "schema", name, body FROM "mysql.dictionary""#)
        defer { connection.release(statement) }
        var counters: [String: UInt64] = [:]
        for row in try connection.rows(#"SELECT name, next FROM "mysql.auto_increment""#) {
            guard case .text(let name) = row[0], case .integer(let next) = row[1] else { continue }
            counters[String(decoding: name, as: UTF8.self)] = UInt64(bitPattern: next)
        }
        while try connection.step(statement) {
            let schema = statement.text(1)
            let name = statement.text(2)
            let body = Array(statement.bytes(3))
            do throws(MalformedBytes) {
                switch statement.text(0) {
                case Kind.schema: content.schemas[ExactName(name)] = try SchemaDefinition(name: name, decoding: body)
                case Kind.view:
                    content.put(try ViewDefinition(schema: schema, name: name, decoding: body))
                case Kind.table:
                    let definition = try TableDefinition(decoding: body)
                    let stored = counters[definition.sqliteName] ?? 1
                    let counter = AutoIncrementCounter(next: max(stored, definition.autoIncrementStart))
                    content.put(Table(definition, counter: counter))
                case let kind: content.objects[ObjectKey(kind, schema, name)] = body
                }
            } catch {
                throw .malformed("the dictionary's entry for \(schema).\(name): \(error.description)")
            }
        }
        content.derive()
        for table in content.allTables { try raiseCounter(of: table, connection) }
        return content
    }

    /// The counter is above every value that the table holds.
    static func raiseCounter(of table: Table, _ connection: SQLiteConnection) throws(StorageError) {
        guard let column = table.definition.autoIncrementColumn else { return }
        let sql = "SELECT max(\(table.definition.columns[column].sqliteName)) FROM \(table.sqliteName)"
        let statement = try connection.prepareUncached(sql)
        defer { statement.reset() }
        guard try connection.step(statement) else { return }
        if let value = AutoIncrementCounter.value(of: ValueView(statement, 0)) {
            table.autoIncrement.raise(above: value)
        }
    }

    /// Stores a counter that the table's rows alone would not bring back.
    static func storeCounter(of table: Table, _ connection: SQLiteConnection) throws(StorageError) {
        try connection.run(
            #"INSERT OR REPLACE INTO "mysql.auto_increment" VALUES (?, ?)"#,
            [.text(Array(table.sqliteName.utf8)), .integer(Int64(bitPattern: table.autoIncrement.next))])
    }

    static func removeCounter(of table: TableDefinition, _ connection: SQLiteConnection) throws(StorageError) {
        try connection.run(
            #"DELETE FROM "mysql.auto_increment" WHERE name = ?"#, [.text(Array(table.sqliteName.utf8))])
    }

    static func put(_ key: ObjectKey, _ body: [UInt8], _ connection: SQLiteConnection) throws(StorageError) {
        try connection.run(
            #"INSERT OR REPLACE INTO "mysql.dictionary" VALUES (?, ?, ?, ?)"#,
            [.text(Array(key.kind.utf8)), .text(Array(key.schema.text.utf8)), .text(Array(key.name.text.utf8)), .blob(body)])
    }

    static func remove(_ key: ObjectKey, _ connection: SQLiteConnection) throws(StorageError) {
        try connection.run(
            #"DELETE FROM "mysql.dictionary" WHERE kind = ? AND "schema" = ? AND name = ?"#,
            [.text(Array(key.kind.utf8)), .text(Array(key.schema.text.utf8)), .text(Array(key.name.text.utf8))])
    }
}

extension AutoIncrementCounter {
    /// A stored value as the counter counts; nil for what it does not count (negative, NULL).
    static func value(of view: ValueView) -> UInt64? {
        switch view {
        case .integer(let integer): integer > 0 ? UInt64(integer) : nil
        // The upper half of BIGINT UNSIGNED.
        case .blob(let bytes) where bytes.count == 8: bytes.reduce(0) { $0 << 8 | UInt64($1) }
        case .real(let real): real >= 1 && real < 0x1p63 ? UInt64(real) : nil
        default: nil
        }
    }
}

/// Where this node is in the group's order: stored in the same SQLite transaction as the rows.
public struct StoredPosition: Sendable, Equatable {
    /// Which log the position counts in; 0 before anything was applied.
    public var lineage: UInt64
    public var position: UInt64
    /// A GTID set in MySQL's binary encoding.
    public var gtidExecuted: [UInt8]
    /// Whatever else the applier needs after a crash, in its own encoding.
    public var extra: [UInt8]

    public init(lineage: UInt64 = 0, position: UInt64 = 0, gtidExecuted: [UInt8] = [], extra: [UInt8] = []) {
        self.lineage = lineage
        self.position = position
        self.gtidExecuted = gtidExecuted
        self.extra = extra
    }
}

enum PositionStore {
    /// Always empty: what foreign keys refer to whose parent does not exist, or has no such key. `c1`, `c2`, ... are together a
    /// key of any length.
    static let missingParentName = "missing_parent"
    static let maximumForeignKeyColumns = 16

    static func missingParentKey(_ count: Int) -> String {
        (1...max(1, count)).map { "c\($0)" }.joined(separator: ", ")
    }

    private static var missingParentColumns: String {
        ([missingParentKey(maximumForeignKeyColumns)] + (1...maximumForeignKeyColumns).map { "UNIQUE (\(missingParentKey($0)))" })
            .joined(separator: ", ")
    }

    static func load(_ connection: SQLiteConnection) throws(StorageError) -> StoredPosition {
        let rows = try connection.rows(#"SELECT lineage, position, gtid_executed, refused FROM "mysql.applied""#)
        guard let row = rows.first, case .integer(let lineage) = row[0], case .integer(let position) = row[1],
            case .blob(let gtids) = row[2], case .blob(let extra) = row[3]
        else { throw .malformed("the position that was applied") }
        return StoredPosition(
            lineage: UInt64(bitPattern: lineage), position: UInt64(bitPattern: position), gtidExecuted: gtids,
            extra: extra)
    }

    static func store(_ position: StoredPosition, _ connection: SQLiteConnection) throws(StorageError) {
        try connection.run(
            #"UPDATE "mysql.applied" SET lineage = ?, position = ?, gtid_executed = ?, refused = ? WHERE id = 1"#,
            [
                .integer(Int64(bitPattern: position.lineage)), .integer(Int64(bitPattern: position.position)),
                .blob(position.gtidExecuted), .blob(position.extra),
            ])
    }
}
