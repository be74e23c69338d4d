import BinaryLog
import Glibc
import MySQLTypes
import Synchronization

/// A published table: its definition and what storage derives from it once, so that nothing is derived per row.
public final class Table: Sendable {
    /// Numbers in Table_map events, one for each version of each table.
    private static let nextNumber = Atomic<UInt64>(100)

    public let definition: TableDefinition
    /// `t17`, the SQLite table's name.
    public let sqliteName: String
    let sqliteNameBytes: [CChar]
    /// Where SQLite has each column, and how many it has (dropped ones among them).
    let storedPlaces: [Int32]
    let storedColumnCount: Int
    /// Some rows may lack columns that were added since, and then have other values than NULL.
    let hasOlderRows: Bool
    /// The unique keys, the primary key first, as write sets need them.
    let keys: [KeyLayout]
    /// The keys of other tables that rows of this one point at.
    let parents: [ParentKeyLayout]
    /// The place in ``keys`` of the key that identifies a row in the group.
    let identifyingKey: Int?
    /// The hash that stands for the table in read sets and among metadata locks.
    public let schemaObjectHash: UInt64
    /// The table as rows events name it.
    let rowEvents: RowEventsTable
    /// The next AUTO_INCREMENT value; shared by all versions of the table's definition.
    public let autoIncrement: AutoIncrementCounter

    init(
        _ definition: TableDefinition, counter: AutoIncrementCounter,
        resolve: (String, String) -> TableDefinition? = { _, _ in nil }
    ) {
        self.definition = definition
        sqliteName = definition.sqliteName
        sqliteNameBytes = Array(definition.sqliteName.utf8CString)
        storedPlaces = definition.storedPlaces.map { Int32(truncatingIfNeeded: $0) }
        storedColumnCount = definition.storedColumns.count
        hasOlderRows = definition.columns.contains { $0.olderRowsValue != nil }
        var keys: [KeyLayout] = []
        for index in definition.indexes where index.kind == .primary || index.kind == .unique {
            if let layout = KeyLayout(index, of: definition) { keys.append(layout) }
        }
        self.keys = keys
        let identifying = definition.identifyingIndex
        identifyingKey = identifying.flatMap { index in keys.firstIndex { Identifier.isSame($0.name, index.name) } }
        parents = definition.foreignKeys.compactMap { key in
            let parent =
                key.refers(to: definition.schema, definition.name)
                ? definition : resolve(key.referencedSchema, key.referencedTable)
            return parent.flatMap { ParentKeyLayout(key, child: definition, parent: $0) }
        }
        schemaObjectHash = SchemaObject.hash(schema: definition.schema, table: definition.name)
        autoIncrement = counter
        rowEvents = RowEventsTable(
            definition, number: Self.nextNumber.add(1, ordering: .relaxed).newValue)
    }

    /// Compares SQLite's name of a table without making a string of it.
    func isNamed(_ name: UnsafePointer<CChar>) -> Bool {
        sqliteNameBytes.withUnsafeBufferPointer { bytes in bytes.baseAddress.map { strcmp($0, name) == 0 } ?? false }
    }

    public var schema: String { definition.schema }
    public var name: String { definition.name }
    /// The columns of the key that identifies a row; nil for a table without one (error 3098 in a group).
    public var identifyingColumns: [Int]? { identifyingKey.map { keys[$0].parts.map(\.column) } }
}

/// Hashes that stand for schema objects: in a transaction's read set (checked against newer DDL), in a DDL's write set, and
/// as keys of metadata locks.
public enum SchemaObject {
    public static func hash(schema: String) -> UInt64 {
        XXH64.hash(Array("schema\u{0}\(schema)".utf8))
    }

    /// Tables and views share their names.
    public static func hash(schema: String, table: String) -> UInt64 {
        XXH64.hash(Array("table\u{0}\(schema)\u{0}\(table)".utf8))
    }

    /// Accounts, roles and what else is no schema's.
    public static func hash(kind: String, name: String) -> UInt64 {
        XXH64.hash(Array("object\u{0}\(kind)\u{0}\(name)".utf8))
    }
}
