import CSQLite
import MySQLTypes

/// DDL on the applier's connection: SQLite's tables and the dictionary's entries, together. Called inside
/// ``ApplierConnection/inSavepoint(_:)``, so that a DDL that fails leaves nothing behind.
extension ApplierConnection {
    // MARK: The dictionary that the next commit publishes

    public func schema(_ name: String) -> SchemaDefinition? { content.schemas[ExactName(name)] }
    public func table(_ schema: String, _ name: String) -> Table? { content.table(schema, name) }
    public func view(_ schema: String, _ name: String) -> ViewDefinition? { content.view(schema, name) }
    /// Names in byte order.
    public func tableNames(in schema: String) -> [String] { content.tableNames(in: schema) }
    public func viewNames(in schema: String) -> [String] { content.viewNames(in: schema) }
    public func object(_ kind: String, _ schema: String = "", _ name: String = "") -> [UInt8]? {
        content.objects[ObjectKey(kind, schema, name)]
    }

    /// The dictionary as it stands now in this batch, for code that reads dictionaries.
    public func currentDictionary() -> DataDictionary {
        var present = content
        present.derive()
        return DataDictionary(version: database.dictionary.version, content: present)
    }

    public func put(_ schema: SchemaDefinition) throws(StorageError) {
        try store(ObjectKey(DictionaryStore.Kind.schema, "", schema.name), schema.encoded())
        content.schemas[ExactName(schema.name)] = schema
    }

    /// Removes the schema's entry. Its tables and views are dropped before.
    public func removeSchema(_ name: String) throws(StorageError) {
        try remove(ObjectKey(DictionaryStore.Kind.schema, "", name))
        content.removeSchema(name)
    }

    public func put(_ view: ViewDefinition) throws(StorageError) {
        try store(ObjectKey(DictionaryStore.Kind.view, view.schema, view.name), view.encoded())
        content.put(view)
    }

    public func removeView(_ schema: String, _ name: String) throws(StorageError) {
        try remove(ObjectKey(DictionaryStore.Kind.view, schema, name))
        content.removeView(schema, name)
    }

    /// Stores whatever else belongs to the dictionary (accounts, routines, ...).
    public func putObject(
        _ kind: String, _ schema: String = "", _ name: String = "", _ body: [UInt8]
    ) throws(StorageError) {
        let key = ObjectKey(kind, schema, name)
        try store(key, body)
        content.objects[key] = body
    }

    public func removeObject(_ kind: String, _ schema: String = "", _ name: String = "") throws(StorageError) {
        let key = ObjectKey(kind, schema, name)
        try remove(key)
        content.objects[key] = nil
    }

    /// Replaces a table's definition where SQLite's table stays as it is (a comment, a default, AUTO_INCREMENT).
    public func put(_ definition: TableDefinition) throws(StorageError) {
        try put(
            definition,
            content.table(definition.schema, definition.name)?.autoIncrement
                ?? AutoIncrementCounter(next: definition.autoIncrementStart))
    }

    private func put(_ definition: TableDefinition, _ counter: AutoIncrementCounter) throws(StorageError) {
        try store(ObjectKey(DictionaryStore.Kind.table, definition.schema, definition.name), definition.encoded())
        content.put(Table(definition, counter: counter))
        forgetTables()
    }

    private func removeTableEntry(_ schema: String, _ name: String) throws(StorageError) {
        try remove(ObjectKey(DictionaryStore.Kind.table, schema, name))
        content.removeTable(schema, name)
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

    private func text(_ definition: TableDefinition, _ expressions: TableExpressions = TableExpressions()) -> TableText {
        TableText(definition, expressions: expressions, collationName: database.configuration.collationName) {
            [content] in content.table($0, $1)?.definition
        }
    }

    /// The number of a new table. All members count the same tables in the same order.
    public func nextTableID() throws(StorageError) -> UInt64 {
        let last = object(Self.tableCount)?.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } ?? 0
        let next = last + 1
        try putObject(Self.tableCount, "", "", withUnsafeBytes(of: next.bigEndian) { Array($0) })
        return next
    }

    private static let tableCount = "table count"

    /// Creates the table with its indexes and enters it in the dictionary.
    public func createTable(
        _ definition: TableDefinition, expressions: TableExpressions = TableExpressions()
    ) throws(StorageError) {
        var definition = definition
        definition.storeAsListed()
        let text = text(definition, expressions)
        try connection.execute(text.createTable())
        for statement in text.createIndexes() { try connection.execute(statement) }
        try put(definition)
        try rewriteChildren(of: definition.schema, definition.name)
    }

    /// Drops the table with its rows.
    public func dropTable(_ table: TableDefinition) throws(StorageError) {
        forgetStatements()
        try connection.execute("DROP TABLE \(table.sqliteName)")
        try DictionaryStore.removeCounter(of: table, connection)
        countersToStore[table.sqliteName] = nil
        try removeTableEntry(table.schema, table.name)
        try rewriteChildren(of: table.schema, table.name)
    }

    /// Moves the table to another name: the dictionary alone changes, and the foreign keys that refer to the table.
    public func renameTable(_ table: TableDefinition, to renamed: TableDefinition) throws(StorageError) {
        guard let counter = content.table(table.schema, table.name)?.autoIncrement else { return }
        try removeTableEntry(table.schema, table.name)
        var renamed = renamed
        renamed.follow(table, to: renamed)
        try put(renamed, counter)
        for child in content.allTables {
            var definition = child.definition
            if definition.follow(table, to: renamed) { try put(definition) }
        }
        // Those that waited for a parent of this name.
        try rewriteChildren(of: renamed.schema, renamed.name)
    }

    /// Makes the table anew with another definition: `values` gives, for each new column, its SQLite
    /// expression over the old row. Both definitions have one name (renaming is ``renameTable(_:to:)``).
    public func rebuildTable(
        _ old: TableDefinition, as new: TableDefinition, values: [String], eachRow: String = "1",
        expressions: TableExpressions = TableExpressions()
    ) throws(StorageError) {
        forgetStatements()
        var new = new
        new.storeAsListed()
        let text = text(new, expressions)
        let temporary = new.sqliteName + "n"
        try connection.execute(text.createTable(as: temporary))
        let targets = new.columns.map(\.sqliteName)
        guard targets.count == values.count else {
            throw .unusable("\(values.count) expressions for \(targets.count) columns of \(new.sqliteName)")
        }
        if !targets.isEmpty {
            try connection.execute(
                "INSERT INTO \(temporary) (\(targets.joined(separator: ", "))) "
                    + "SELECT \(values.joined(separator: ", ")) FROM \(old.sqliteName) WHERE \(eachRow)")
        }
        try connection.execute("DROP TABLE \(old.sqliteName)")
        try rewriteSchema(
            "UPDATE sqlite_schema SET name = ?2, tbl_name = ?2, sql = ?3 WHERE type = 'table' AND name = ?1",
            [temporary, new.sqliteName, text.createTable()])
        for statement in text.createIndexes() { try connection.execute(statement) }
        try put(new)
        try followColumns(old, new)
        if let table = content.table(new.schema, new.name) { try DictionaryStore.raiseCounter(of: table, connection) }
    }

    /// Changes the table's definition where its rows stay as they are stored: names, defaults, columns behind the others or
    /// no more to be seen, indexes (those whose number is new or gone), foreign keys. Takes the time of the new indexes.
    public func redefineTable(
        _ old: TableDefinition, as new: TableDefinition, expressions: TableExpressions = TableExpressions()
    ) throws(StorageError) {
        forgetStatements()
        var new = new
        new.numberParts()
        for index in old.indexes where old.hasIndexInSQLite(index) && !new.indexes.contains(where: { $0.id == index.id }) {
            try connection.execute("DROP INDEX \(old.sqliteName(of: index))")
        }
        guard new.storesRowsAs(old) else { throw .unusable("\(new.schema).\(new.name) would be stored otherwise") }
        try rewrite(new)
        let text = text(new, expressions)
        for index in new.indexes where !old.indexes.contains(where: { $0.id == index.id }) {
            if let statement = text.createIndex(index) { try connection.execute(statement) }
        }
        try put(new)
        try followColumns(old, new)
    }

    /// Foreign keys of other tables follow this one's columns to their names, and to its keys.
    private func followColumns(_ old: TableDefinition, _ new: TableDefinition) throws(StorageError) {
        for child in content.allTables {
            var definition = child.definition
            var isChanged = false
            for place in definition.foreignKeys.indices where definition.foreignKeys[place].refers(to: new.schema, new.name) {
                let names = definition.foreignKeys[place].referencedColumns.map { name in
                    let id = old.columns.first { Identifier.equal($0.name, name) }?.id
                    return new.columns.first { $0.id == id }?.name ?? name
                }
                if !names.elementsEqual(definition.foreignKeys[place].referencedColumns, by: Identifier.isSame) {
                    definition.foreignKeys[place].referencedColumns = names
                    isChanged = true
                }
            }
            if isChanged { try put(definition) }
        }
        try rewriteChildren(of: new.schema, new.name)
    }

    /// SQLite's tables name their parents: those that refer to a table that came, went or changed are written anew.
    private func rewriteChildren(of schema: String, _ name: String) throws(StorageError) {
        for child in content.allTables where child.definition.foreignKeys.contains(where: { $0.refers(to: schema, name) }) {
            try rewrite(child.definition)
        }
    }

    /// Replaces the text that SQLite keeps of the table, where it is another now.
    private func rewrite(_ definition: TableDefinition) throws(StorageError) {
        let stored = try connection.rows(
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?",
            [.text(Array(definition.sqliteName.utf8))])
        let sql = text(definition).createTable()
        guard let present = stored.first?.first else { throw .unusable("SQLite has no table \(definition.sqliteName)") }
        if present == .text(Array(sql.utf8)) { return }
        try rewriteSchema(
            "UPDATE sqlite_schema SET sql = ?2 WHERE type = 'table' AND name = ?1", [definition.sqliteName, sql])
    }

    /// Changes SQLite's schema table as its documentation describes it ("Making Other Kinds Of Table Schema Changes"), so that
    /// no row is touched. Undone by a rollback as everything else.
    private func rewriteSchema(_ sql: String, _ texts: [String]) throws(StorageError) {
        guard case .integer(let version)? = try connection.rows("PRAGMA schema_version").first?.first else {
            throw .unusable("SQLite tells no schema version")
        }
        connection.dropStatements()
        try connection.execute("PRAGMA writable_schema = ON")
        do throws(StorageError) {
            let statement = try connection.prepareUncached(sql)
            for (place, text) in texts.enumerated() { statement.bind(place + 1, .text(Array(text.utf8))) }
            while try connection.step(statement) {}
            statement.reset()
            try connection.execute("PRAGMA schema_version = \((version + 1) & 0x7FFF_FFFF)")
        } catch {
            try? connection.execute("PRAGMA writable_schema = RESET")
            throw error
        }
        // Reads the schema again.
        try connection.execute("PRAGMA writable_schema = RESET")
    }

    private func forgetStatements() {
        connection.dropStatements()
        forgetTables()
    }

    /// TRUNCATE TABLE: all rows go, the counter starts again.
    public func truncateTable(_ table: TableDefinition) throws(StorageError) {
        forgetTables()
        try connection.execute("DELETE FROM \(table.sqliteName)")
        try DictionaryStore.removeCounter(of: table, connection)
        countersToStore[table.sqliteName] = nil
        content.table(table.schema, table.name)?.autoIncrement.set(table.autoIncrementStart)
    }

    /// ALTER TABLE ... AUTO_INCREMENT: not below what the table holds.
    public func setAutoIncrement(of table: TableDefinition, to next: UInt64) throws(StorageError) {
        guard let published = content.table(table.schema, table.name) else { return }
        published.autoIncrement.set(next)
        try DictionaryStore.raiseCounter(of: published, connection)
        countersToStore[table.sqliteName] = published
    }

    /// Whether every row's foreign keys have their parents: after FOREIGN KEYs were added (error 1452 if not).
    public func satisfiesForeignKeys(_ table: TableDefinition) throws(StorageError) -> Bool {
        try connection.rows("PRAGMA foreign_key_check(\(table.sqliteName))").isEmpty
    }
}

extension TableDefinition {
    /// Foreign keys onto a table that is renamed; whether there are any.
    @discardableResult
    fileprivate mutating func follow(_ table: TableDefinition, to renamed: TableDefinition) -> Bool {
        var isChanged = false
        for place in foreignKeys.indices where foreignKeys[place].refers(to: table.schema, table.name) {
            foreignKeys[place].referencedSchema = renamed.schema
            foreignKeys[place].referencedTable = renamed.name
            isChanged = true
        }
        return isChanged
    }
}
