import CSQLite
import MySQLTypes

/// DDL on the applier's connection: SQLite's tables and the dictionary's entries, together. Called inside
/// ``ApplierConnection/inSavepoint(_:)``, so that a DDL that fails leaves nothing behind.
extension ApplierConnection {
    // MARK: The dictionary that the next commit publishes

    public func schema(_ name: String) -> SchemaDefinition? { content.schemas[name] }
    public func table(_ schema: String, _ name: String) -> Table? { content.tables[schema]?[name] }
    public func view(_ schema: String, _ name: String) -> ViewDefinition? { content.views[schema]?[name] }
    /// Names in byte order.
    public func tableNames(in schema: String) -> [String] {
        (content.tables[schema].map { Array($0.keys) } ?? []).sorted()
    }
    public func viewNames(in schema: String) -> [String] {
        (content.views[schema].map { Array($0.keys) } ?? []).sorted()
    }
    public func object(_ kind: String, _ schema: String = "", _ name: String = "") -> [UInt8]? {
        content.objects[ObjectKey(kind: kind, schema: schema, name: name)]
    }

    /// The dictionary as it stands now in this batch, for code that reads dictionaries.
    public func currentDictionary() -> DataDictionary {
        var present = content
        present.derive()
        return DataDictionary(version: database.dictionary.version, content: present)
    }

    public func put(_ schema: SchemaDefinition) throws(StorageError) {
        try store(ObjectKey(kind: DictionaryStore.Kind.schema, schema: "", name: schema.name), schema.encoded())
        content.schemas[schema.name] = schema
    }

    /// Removes the schema's entry. Its tables and views are dropped before.
    public func removeSchema(_ name: String) throws(StorageError) {
        try remove(ObjectKey(kind: DictionaryStore.Kind.schema, schema: "", name: name))
        content.schemas[name] = nil
        content.tables[name] = nil
        content.views[name] = nil
    }

    public func put(_ view: ViewDefinition) throws(StorageError) {
        try store(ObjectKey(kind: DictionaryStore.Kind.view, schema: view.schema, name: view.name), view.encoded())
        content.views[view.schema, default: [:]][view.name] = view
    }

    public func removeView(_ schema: String, _ name: String) throws(StorageError) {
        try remove(ObjectKey(kind: DictionaryStore.Kind.view, schema: schema, name: name))
        content.views[schema]?[name] = nil
    }

    /// Stores whatever else belongs to the dictionary (accounts, routines, ...).
    public func putObject(
        _ kind: String, _ schema: String = "", _ name: String = "", _ body: [UInt8]
    ) throws(StorageError) {
        let key = ObjectKey(kind: kind, schema: schema, name: name)
        try store(key, body)
        content.objects[key] = body
    }

    public func removeObject(_ kind: String, _ schema: String = "", _ name: String = "") throws(StorageError) {
        let key = ObjectKey(kind: kind, schema: schema, name: name)
        try remove(key)
        content.objects[key] = nil
    }

    /// Replaces a table's definition where SQLite's table stays as it is (a comment, a default, AUTO_INCREMENT).
    public func put(_ definition: TableDefinition) throws(StorageError) {
        try store(
            ObjectKey(kind: DictionaryStore.Kind.table, schema: definition.schema, name: definition.name),
            definition.encoded())
        let counter =
            content.tables[definition.schema]?[definition.name]?.autoIncrement
            ?? AutoIncrementCounter(next: definition.autoIncrementStart)
        content.tables[definition.schema, default: [:]][definition.name] = Table(definition, counter: counter)
        forgetTables()
    }

    private func removeTableEntry(_ schema: String, _ name: String) throws(StorageError) {
        try remove(ObjectKey(kind: DictionaryStore.Kind.table, schema: schema, name: name))
        content.tables[schema]?[name] = nil
        forgetTables()
    }

    private func store(_ key: ObjectKey, _ body: [UInt8]) throws(StorageError) {
        try DictionaryStore.put(key, body, connection)
        contentChanged = true
    }

    private func remove(_ key: ObjectKey) throws(StorageError) {
        try DictionaryStore.remove(key, connection)
        contentChanged = true
    }

    // MARK: Tables

    private func text(_ definition: TableDefinition, _ expressions: TableExpressions) -> TableText {
        TableText(definition, expressions: expressions, collationName: database.configuration.collationName)
    }

    /// Creates the table with its indexes and enters it in the dictionary.
    public func createTable(
        _ definition: TableDefinition, expressions: TableExpressions = TableExpressions()
    ) throws(StorageError) {
        let text = text(definition, expressions)
        try connection.execute(text.createTable())
        for statement in text.createIndexes() { try connection.execute(statement) }
        try put(definition)
    }

    /// Drops the table with its rows.
    public func dropTable(_ table: TableDefinition) throws(StorageError) {
        connection.dropStatements()
        forgetTables()
        try connection.execute("DROP TABLE \(Identifier.sqlite(table.sqliteName))")
        try DictionaryStore.removeCounter(of: table, connection)
        countersToStore[table.sqliteName] = nil
        try removeTableEntry(table.schema, table.name)
    }

    /// Moves the table to another name; its indexes are made again, since theirs hold the table's.
    public func renameTable(
        _ table: TableDefinition, to renamed: TableDefinition, expressions: TableExpressions = TableExpressions()
    ) throws(StorageError) {
        connection.dropStatements()
        forgetTables()
        for index in table.indexes where text(table, expressions).createIndex(index) != nil {
            try connection.execute("DROP INDEX \(Identifier.sqlite(text(table, expressions).indexName(index.name)))")
        }
        try connection.execute(
            "ALTER TABLE \(Identifier.sqlite(table.sqliteName)) RENAME TO \(Identifier.sqlite(renamed.sqliteName))")
        for statement in text(renamed, expressions).createIndexes() { try connection.execute(statement) }
        let counter = content.tables[table.schema]?[table.name]?.autoIncrement
        try removeTableEntry(table.schema, table.name)
        try put(renamed)
        try DictionaryStore.removeCounter(of: table, connection)
        countersToStore[table.sqliteName] = nil
        if let counter {
            let moved = Table(renamed, counter: counter)
            content.tables[renamed.schema]?[renamed.name] = moved
            if renamed.autoIncrementColumn != nil { countersToStore[renamed.sqliteName] = moved }
        }
        // SQLite has changed the references of its own; the dictionary's follow.
        for child in content.tables.values.flatMap(\.values) {
            var definition = child.definition
            var isChanged = false
            for place in definition.foreignKeys.indices
            where definition.foreignKeys[place].referencedSchema == table.schema
                && definition.foreignKeys[place].referencedTable == table.name
            {
                definition.foreignKeys[place].referencedSchema = renamed.schema
                definition.foreignKeys[place].referencedTable = renamed.name
                isChanged = true
            }
            if isChanged { try put(definition) }
        }
    }

    /// Makes the table anew with another definition: `values` gives, for each new column, its SQLite
    /// expression over the old row. Both definitions have one name (renaming is ``renameTable(_:to:expressions:)``).
    public func rebuildTable(
        _ old: TableDefinition, as new: TableDefinition, values: [String], eachRow: String = "1",
        expressions: TableExpressions = TableExpressions()
    ) throws(StorageError) {
        connection.dropStatements()
        forgetTables()
        let text = text(new, expressions)
        let temporary = "\(new.schema).#sql-\(new.id)"
        try connection.execute(text.createTable(as: temporary))
        let targets = new.columns.map { Identifier.sqlite($0.name) }
        guard targets.count == values.count else {
            throw .unusable("\(values.count) expressions for \(targets.count) columns of \(new.sqliteName)")
        }
        if !targets.isEmpty {
            do throws(StorageError) {
                try connection.execute(
                    "INSERT INTO \(Identifier.sqlite(temporary)) (\(targets.joined(separator: ", "))) "
                        + "SELECT \(values.joined(separator: ", ")) FROM \(Identifier.sqlite(old.sqliteName)) "
                        + "WHERE \(eachRow)")
            } catch {
                throw error.renaming(temporary, to: new.sqliteName)
            }
        }
        try connection.execute("DROP TABLE \(Identifier.sqlite(old.sqliteName))")
        try connection.execute(
            "ALTER TABLE \(Identifier.sqlite(temporary)) RENAME TO \(Identifier.sqlite(new.sqliteName))")
        for statement in text.createIndexes() { try connection.execute(statement) }
        try put(new)
        if let table = content.tables[new.schema]?[new.name] { try DictionaryStore.raiseCounter(of: table, connection) }
    }

    /// Adds an index; `definition` has it already.
    public func createIndex(
        _ index: IndexDefinition, of definition: TableDefinition, expressions: TableExpressions = TableExpressions()
    ) throws(StorageError) {
        if let statement = text(definition, expressions).createIndex(index) { try connection.execute(statement) }
        try put(definition)
    }

    /// Drops an index; `definition` has it no more.
    public func dropIndex(_ index: IndexDefinition, of definition: TableDefinition) throws(StorageError) {
        connection.dropStatements()
        forgetTables()
        try connection.execute("DROP INDEX IF EXISTS \(Identifier.sqlite(definition.sqliteName + "." + index.name))")
        try put(definition)
    }

    /// TRUNCATE TABLE: all rows go, the counter starts again.
    public func truncateTable(_ table: TableDefinition) throws(StorageError) {
        forgetTables()
        try connection.execute("DELETE FROM \(Identifier.sqlite(table.sqliteName))")
        try DictionaryStore.removeCounter(of: table, connection)
        countersToStore[table.sqliteName] = nil
        content.tables[table.schema]?[table.name]?.autoIncrement.set(table.autoIncrementStart)
    }

    /// ALTER TABLE ... AUTO_INCREMENT: not below what the table holds.
    public func setAutoIncrement(of table: TableDefinition, to next: UInt64) throws(StorageError) {
        guard let published = content.tables[table.schema]?[table.name] else { return }
        published.autoIncrement.set(next)
        try DictionaryStore.raiseCounter(of: published, connection)
        countersToStore[table.sqliteName] = published
    }

    /// Whether every row's foreign keys have their parents: after FOREIGN KEYs were added (error 1452 if not).
    public func satisfiesForeignKeys(_ table: TableDefinition) throws(StorageError) -> Bool {
        try connection.rows("PRAGMA foreign_key_check(\(Identifier.sqlite(table.sqliteName)))").isEmpty
    }
}

extension StorageError {
    /// A rebuild's error speaks of the table's own name.
    fileprivate func renaming(_ temporary: String, to name: String) -> StorageError {
        switch self {
        case .duplicateKey(temporary, let columns, let index):
            .duplicateKey(table: name, columns: columns, index: index)
        case .notNull(temporary, let column): .notNull(table: name, column: column)
        default: self
        }
    }
}
