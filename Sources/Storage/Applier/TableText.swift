import MySQLTypes

/// SQLite expressions of a table, translated by the engine from MySQL's.
public struct TableExpressions: Sendable {
    /// Of generated columns, by their place.
    public var generated: [Int: String]
    /// Of CHECK constraints, by name; one that is left out is not enforced.
    public var checks: [String: String]
    /// Of functional key parts, by index name and the part's place.
    public var keyParts: [String: [Int: String]]

    public init(
        generated: [Int: String] = [:], checks: [String: String] = [:], keyParts: [String: [Int: String]] = [:]
    ) {
        self.generated = generated
        self.checks = checks
        self.keyParts = keyParts
    }
}

/// The SQLite statements that make a table and its indexes.
public struct TableText: Sendable {
    /// The SQLite collation for texts of a MySQL collation; nil for SQLite's own BINARY.
    public typealias CollationName = @Sendable (CollationID) -> String?

    private let definition: TableDefinition
    private let expressions: TableExpressions
    private let collationName: CollationName

    public init(_ definition: TableDefinition, expressions: TableExpressions, collationName: @escaping CollationName) {
        self.definition = definition
        self.expressions = expressions
        self.collationName = collationName
    }

    /// Whether the primary key is SQLite's own: the rowid, or the tree of a WITHOUT ROWID table. One with a prefix or an
    /// expression is a unique index.
    private var hasTreeOfPrimaryKey: Bool {
        definition.primaryKey?.parts.allSatisfy { $0.column != nil && $0.prefixLength == nil } ?? false
    }

    /// CREATE TABLE. `name` instead of the table's own while it is rebuilt.
    public func createTable(as name: String? = nil) -> String {
        let rowIDColumn = definition.rowIDColumn
        var parts: [String] = []
        for (place, column) in definition.columns.enumerated() {
            var part = Identifier.sqlite(column.name)
            if place == rowIDColumn { part += " INTEGER PRIMARY KEY" }
            if !column.isNullable { part += " NOT NULL" }
            if let collation = collation(of: column.type) { part += " COLLATE \(Identifier.sqlite(collation))" }
            if column.generated != nil, let expression = expressions.generated[place] {
                // STORED, whatever MySQL says: the pre-update hook shows no virtual columns.
                part += " GENERATED ALWAYS AS (\(expression)) STORED"
            }
            parts.append(part)
        }
        if rowIDColumn == nil, hasTreeOfPrimaryKey, let key = definition.primaryKey {
            parts.append("PRIMARY KEY (\(columns(of: key)))")
        }
        for key in definition.foreignKeys {
            let own = key.columns.map { Identifier.sqlite(definition.columns[$0].name) }.joined(separator: ", ")
            let others = key.referencedColumns.map { Identifier.sqlite($0) }.joined(separator: ", ")
            parts.append(
                "FOREIGN KEY (\(own)) REFERENCES "
                    + Identifier.sqlite(key.referencedSchema + "." + key.referencedTable)
                    + " (\(others)) ON DELETE \(key.onDelete.rawValue) ON UPDATE \(key.onUpdate.rawValue)")
        }
        for check in definition.checks where check.isEnforced {
            guard let expression = expressions.checks[check.name] else { continue }
            parts.append("CONSTRAINT \(Identifier.sqlite(check.name)) CHECK (\(expression))")
        }
        let withoutRowID = rowIDColumn == nil && hasTreeOfPrimaryKey ? " WITHOUT ROWID" : ""
        return "CREATE \(definition.isTemporary ? "TEMP " : "")TABLE \(Identifier.sqlite(name ?? definition.sqliteName)) (\(parts.joined(separator: ", ")))"
            + withoutRowID
    }

    /// CREATE INDEX for each index that SQLite needs beside the table.
    public func createIndexes() -> [String] {
        definition.indexes.compactMap { createIndex($0) }
    }

    /// CREATE INDEX; nil for a primary key that the table itself is, and for FULLTEXT and SPATIAL.
    public func createIndex(_ index: IndexDefinition) -> String? {
        switch index.kind {
        case .fullText, .spatial: return nil
        case .primary where hasTreeOfPrimaryKey: return nil
        case .primary, .unique, .secondary: break
        }
        let unique = index.kind == .secondary ? "" : "UNIQUE "
        return "CREATE \(unique)INDEX \(definition.isTemporary ? "temp." : "")\(Identifier.sqlite(indexName(index.name))) ON "
            + "\(Identifier.sqlite(definition.sqliteName)) (\(columns(of: index)))"
    }

    /// `schema.table.index`.
    public func indexName(_ index: String) -> String {
        definition.sqliteName + "." + index
    }

    private func columns(of index: IndexDefinition) -> String {
        index.parts.enumerated().map { place, part in
            var text: String
            if let column = part.column {
                text = Identifier.sqlite(definition.columns[column].name)
                if let length = part.prefixLength {
                    text = "substr(\(text), 1, \(length))"
                    if let collation = collation(of: definition.columns[column].type) {
                        text += " COLLATE \(Identifier.sqlite(collation))"
                    }
                }
            } else {
                text = "(\(expressions.keyParts[index.name]?[place] ?? "NULL"))"
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
