import MySQLTypes

/// SQLite expressions of a table, translated by the engine from MySQL's. (Generated columns and checks are computed by the
/// sessions.)
public struct TableExpressions: Sendable {
    /// Of functional key parts, by index number and the part's place.
    public var keyParts: [UInt32: [Int: String]]

    public init(keyParts: [UInt32: [Int: String]] = [:]) {
        self.keyParts = keyParts
    }
}

/// The SQLite statements that make a table and its indexes. All names in them are numbers of the dictionary's.
public struct TableText {
    /// The SQLite collation for texts of a MySQL collation; nil for SQLite's own BINARY.
    public typealias CollationName = @Sendable (CollationID) -> String?

    private let definition: TableDefinition
    private let expressions: TableExpressions
    private let collationName: CollationName
    /// The table of these names, for foreign keys.
    private let parent: (String, String) -> TableDefinition?

    public init(
        _ definition: TableDefinition, expressions: TableExpressions, collationName: @escaping CollationName,
        parent: @escaping (String, String) -> TableDefinition?
    ) {
        self.definition = definition
        self.expressions = expressions
        self.collationName = collationName
        self.parent = parent
    }

    /// CREATE TABLE. `name` instead of the table's own while it is rebuilt.
    public func createTable(as name: String? = nil) -> String {
        let rowIDColumn = definition.rowIDColumn
        var parts: [String] = []
        for id in definition.storedColumns {
            // Of a dropped column nothing is left but its place.
            guard let place = definition.columns.firstIndex(where: { $0.id == id }) else {
                parts.append("c\(id)")
                continue
            }
            let column = definition.columns[place]
            var part = column.sqliteName
            if place == rowIDColumn { part += " INTEGER PRIMARY KEY" }
            if !column.isNullable { part += " NOT NULL" }
            if let value = column.olderRowsValue { part += " DEFAULT \(value.sqliteDefault)" }
            if let collation = collation(of: column.type) { part += " COLLATE \(Identifier.sqlite(collation))" }
            parts.append(part)
        }
        let isTree = rowIDColumn == nil && definition.hasTreeOfPrimaryKey
        if isTree, let key = definition.primaryKey { parts.append("PRIMARY KEY (\(columns(of: key)))") }
        for key in definition.foreignKeys {
            let own = key.columns.map { definition.columns[$0].sqliteName }.joined(separator: ", ")
            parts.append(
                "FOREIGN KEY (\(own)) REFERENCES \(reference(key)) ON DELETE \(key.onDelete.rawValue) "
                    + "ON UPDATE \(key.onUpdate.rawValue)")
        }
        return "CREATE \(definition.isTemporary ? "TEMP " : "")TABLE \(name ?? definition.sqliteName) "
            + "(\(parts.joined(separator: ", ")))" + (isTree ? " WITHOUT ROWID" : "")
    }

    /// What a foreign key refers to: where there is no such key, a table in which there never is a row.
    private func reference(_ key: ForeignKeyDefinition) -> String {
        let isOwn = key.refers(to: definition.schema, definition.name)
        if let parent = isOwn ? definition : parent(key.referencedSchema, key.referencedTable),
            let names = parent.sqliteNames(ofKey: key.referencedColumns)
        {
            return "\(parent.sqliteName) (\(names.joined(separator: ", ")))"
        }
        return "\(DictionaryStore.missingParentName) (\(DictionaryStore.missingParentKey(key.columns.count)))"
    }

    /// CREATE INDEX for each index that SQLite needs beside the table.
    public func createIndexes() -> [String] {
        definition.indexes.compactMap { createIndex($0) }
    }

    /// CREATE INDEX; nil for a primary key that the table itself is, and for FULLTEXT and SPATIAL.
    public func createIndex(_ index: IndexDefinition) -> String? {
        guard definition.hasIndexInSQLite(index) else { return nil }
        let unique = index.kind == .secondary ? "" : "UNIQUE "
        return "CREATE \(unique)INDEX \(definition.isTemporary ? "temp." : "")\(definition.sqliteName(of: index)) ON "
            + "\(definition.sqliteName) (\(columns(of: index)))"
    }

    private func columns(of index: IndexDefinition) -> String {
        index.parts.enumerated().map { place, part in
            var text: String
            if let column = part.column {
                text = definition.columns[column].sqliteName
                if let length = part.prefixLength {
                    text = "substr(\(text), 1, \(length))"
                    if let collation = collation(of: definition.columns[column].type) {
                        text += " COLLATE \(Identifier.sqlite(collation))"
                    }
                }
            } else {
                text = "(\(expressions.keyParts[index.id]?[place] ?? "NULL"))"
            }
            return part.isDescending ? text + " DESC" : text
        }.joined(separator: ", ")
    }

    private func collation(of type: MySQLType) -> String? {
        switch type.kind {
        case .decimal: "decimal"
        case .char, .varChar, .tinyText, .text, .mediumText, .longText: collationName(type.collation)
        default: nil
        }
    }
}

extension TableDefinition {
    /// Whether the primary key is SQLite's own: the rowid, or the tree of a WITHOUT ROWID table. One with a prefix or an
    /// expression is a unique index.
    var hasTreeOfPrimaryKey: Bool {
        primaryKey?.parts.allSatisfy { $0.column != nil && $0.prefixLength == nil } ?? false
    }

    /// Whether SQLite has an index beside the table for this one.
    func hasIndexInSQLite(_ index: IndexDefinition) -> Bool {
        switch index.kind {
        case .fullText, .spatial: false
        case .primary: !hasTreeOfPrimaryKey
        case .unique, .secondary: true
        }
    }

    /// What decides how SQLite lays rows out, but for columns behind the others: while it stays, the text that SQLite keeps of
    /// the table may be replaced.
    func storesRowsAs(_ other: TableDefinition) -> Bool {
        func key(_ table: TableDefinition) -> [String] {
            guard table.hasTreeOfPrimaryKey else { return [] }
            return table.primaryKey?.parts.map { part in
                (part.column.map { table.columns[$0].sqliteName } ?? "") + (part.isDescending ? " DESC" : "")
            } ?? []
        }
        func rowID(_ table: TableDefinition) -> UInt32? { table.rowIDColumn.map { table.columns[$0].id } }
        return key(self) == key(other) && rowID(self) == rowID(other)
            && (storedColumns.starts(with: other.storedColumns) || other.storedColumns.starts(with: storedColumns))
    }
}

extension StoredValue {
    /// The value as SQLite keeps a column's default. A number alone would become an integer where it is a whole one.
    var sqliteDefault: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): String(value)
        case .real(let value):
            "(CAST(\(value.isInfinite ? (value < 0 ? "-9e999" : "9e999") : value.debugDescription) AS REAL))"
        case .text(let bytes): "(\(TextLiteral.sqlite(bytes)))"
        case .blob(let bytes): TextLiteral.sqlite(blob: bytes)
        }
    }
}
