import CSQLite
import MySQLTypes

/// Temporary tables: the session's own, in SQLite's temporary database. They are in no dictionary and in no message.
///
/// A speculative transaction is always rolled back, and SQLite rolls its temporary tables back with it. So what it changed
/// in them is captured with the rest and made again afterwards, when the transaction commits; what it created is created
/// again however it ends, since CREATE TEMPORARY TABLE belongs to no transaction.
extension SessionConnection {
    /// A session's temporary table, with what makes it.
    struct TemporaryTable {
        var table: Table
        var creation: [String]
    }

    /// The session's temporary table of this name.
    public func temporaryTable(_ schema: String, _ name: String) -> Table? {
        if temporaryTables.isEmpty { return nil }
        return temporaryTables.values.first {
            Identifier.isSame($0.table.name, name) && Identifier.isSame($0.table.schema, schema)
        }?.table
    }

    public var hasTemporaryTables: Bool { !temporaryTables.isEmpty }
    public var allTemporaryTables: [Table] { temporaryTables.values.map(\.table) }

    /// Creates an empty table; `definition` gets the number that makes its SQLite name the session's own.
    @discardableResult
    public func createTemporaryTable(
        _ definition: TableDefinition, expressions: TableExpressions
    ) throws(StorageError) -> Table {
        var definition = definition
        lastTemporaryNumber += 1
        definition.temporaryNumber = lastTemporaryNumber
        definition.storeAsListed()
        let text = TableText(
            definition, expressions: expressions, collationName: database.configuration.collationName, parent: { _, _ in nil })
        let creation = [text.createTable()] + text.createIndexes()
        let table = Table(definition, counter: AutoIncrementCounter(next: definition.autoIncrementStart))
        do throws(StorageError) {
            for statement in creation { try connection.execute(statement) }
        } catch {
            sqlite3_exec(
                connection.pointer, "DROP TABLE IF EXISTS temp.\(table.sqliteName)", nil, nil, nil)
            throw error
        }
        temporaryTables[table.sqliteName] = TemporaryTable(table: table, creation: creation)
        if state == .speculative { temporaryTablesOfTransaction.append(table.sqliteName) }
        return table
    }

    /// The table made anew with another definition, under another number; `values` are the new columns over the old row. Outside
    /// of transactions: ALTER TABLE commits first. Returns how many rows there are.
    public func alterTemporaryTable(
        _ old: Table, as definition: TableDefinition, values: [String], eachRow: String, expressions: TableExpressions
    ) throws(StorageError) -> Int64 {
        guard state != .speculative else { throw .unusable("a temporary table is altered within a transaction") }
        let new = try createTemporaryTable(definition, expressions: expressions)
        let targets = new.definition.columns.map(\.sqliteName)
        do throws(StorageError) {
            guard targets.count == values.count else {
                throw .unusable("\(values.count) expressions for \(targets.count) columns of \(new.sqliteName)")
            }
            try connection.execute(
                "INSERT INTO temp.\(new.sqliteName) (\(targets.joined(separator: ", "))) "
                    + "SELECT \(values.joined(separator: ", ")) FROM temp.\(old.sqliteName) WHERE \(eachRow)")
            let rows = try connection.rows("SELECT count(*) FROM temp.\(new.sqliteName)").first?.first
            if let counted = new.definition.columns.first(where: \.isAutoIncrement),
                case .integer(let greatest)? = try connection.rows(
                    "SELECT max(\(counted.sqliteName)) FROM temp.\(new.sqliteName)").first?.first, greatest > 0
            {
                new.autoIncrement.raise(above: UInt64(greatest))
            }
            try dropTemporaryTable(old)
            if case .integer(let count)? = rows { return count }
            return 0
        } catch {
            try? dropTemporaryTable(new)
            throw error
        }
    }

    /// Drops the table. Inside a transaction its rows stay until the end, for what is made again.
    public func dropTemporaryTable(_ table: Table) throws(StorageError) {
        guard let dropped = temporaryTables.removeValue(forKey: table.sqliteName) else { return }
        if state == .speculative {
            droppedTemporaryTables[table.sqliteName] = dropped
        } else {
            try removeTemporary(table.sqliteName)
        }
    }

    /// The session begins anew.
    public func dropAllTemporaryTables() {
        for table in allTemporaryTables {
            temporaryTables[table.sqliteName] = nil
            try? removeTemporary(table.sqliteName)
        }
    }

    private func removeTemporary(_ sqliteName: String) throws(StorageError) {
        lastTable = nil
        connection.dropStatements()
        try connection.execute("DROP TABLE IF EXISTS temp.\(sqliteName)")
    }

    /// The table that the pre-update hook met.
    func temporaryTable(_ name: UnsafePointer<CChar>) -> Table? {
        let name = String(cString: name)
        return (temporaryTables[name] ?? droppedTemporaryTables[name])?.table
    }

    /// Creates what a rollback has taken away again. Called in the new speculation, or outside of any.
    func recreateTemporaryTables() throws(StorageError) {
        for name in temporaryTablesOfTransaction {
            guard let temporary = temporaryTables[name] ?? droppedTemporaryTables[name], let first = temporary.creation.first
            else { continue }
            try connection.execute(first.replacingCreate)
            for index in temporary.creation.dropFirst() { try connection.execute(index.replacingCreate) }
        }
    }

    /// After the transaction was ordered (or when it changed nothing else): what it changed in temporary tables is made
    /// again, to stay.
    public func keepTemporaryChanges() throws(StorageError) {
        guard captured.changesTemporaryTables else { return }
        try recreateTemporaryTables()
        captureMode = .replaying
        defer { captureMode = .off }
        try connection.run("BEGIN")
        do throws(StorageError) {
            for place in captured.changes.indices where captured.tables[Int(captured.changes[place].table)].definition.isTemporary {
                try replay(at: place)
            }
        } catch {
            sqlite3_exec(connection.pointer, "ROLLBACK", nil, nil, nil)
            throw error
        }
        try connection.run("COMMIT")
    }

    /// The transaction has ended: what it created is there, what it dropped is gone.
    func settleTemporaryTables() {
        guard !temporaryTablesOfTransaction.isEmpty || !droppedTemporaryTables.isEmpty else { return }
        // Nothing but memory can fail here; a table that is missing then fails its statements.
        try? recreateTemporaryTables()
        temporaryTablesOfTransaction.removeAll()
        let dropped = Array(droppedTemporaryTables.keys)
        droppedTemporaryTables.removeAll()
        for name in dropped { try? removeTemporary(name) }
    }
}

extension String {
    /// CREATE ... IF NOT EXISTS.
    fileprivate var replacingCreate: String {
        for head in ["CREATE TEMP TABLE ", "CREATE UNIQUE INDEX ", "CREATE INDEX "] where hasPrefix(head) {
            return head + "IF NOT EXISTS " + dropFirst(head.count)
        }
        return self
    }
}
