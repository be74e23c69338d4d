import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// Changing one row at a time: duplicates, foreign keys, checks, generated columns.
extension Session {
    func bind(_ values: [StoredValue], to statement: Storage.Statement, from first: Int = 1) {
        for index in values.indices { statement.bind(first + index, values[index]) }
    }

    /// Runs a statement that returns at most one row.
    func firstRow(_ sql: String, _ values: [StoredValue]) throws -> [StoredValue]? {
        let statement = try storage.prepare(sql)
        defer { storage.release(statement) }
        bind(values, to: statement)
        guard try storage.step(statement) else { return nil }
        return (0..<statement.columnCount).map { statement.value($0) }
    }

    /// Fills generated columns and checks constraints (error 3819). False when IGNORE turned that into a warning.
    func finish(_ row: inout [StoredValue], _ finisher: RowFinisher?, isIgnore: Bool) throws -> Bool {
        guard let finisher else { return true }
        guard let results = try firstRow(finisher.sql, row) else { return true }
        for (position, column) in finisher.generated.enumerated() { row[column] = results[position] }
        for (position, name) in finisher.checks.enumerated() {
            if case .integer(0) = results[finisher.generated.count + position] {
                let error = SQLError(.checkConstraintViolated, name)
                guard isIgnore else { throw error }
                context.warn(error)
                return false
            }
        }
        for (position, view) in finisher.views.enumerated() {
            guard case .integer(0) = results[finisher.generated.count + finisher.checks.count + position] else { continue }
            let error = SQLError(.viewCheckFailed, view.schema, view.name)
            guard isIgnore else { throw error }
            context.warn(error)
            return false
        }
        return true
    }

    /// NULL in a NOT NULL column: error 1048, or (IGNORE; not strict and not a single row's INSERT) the type's own default
    /// with a warning. `isNew`: an inserted row, whose NULL in the AUTO_INCREMENT column asks for the next value.
    func replaceNulls(
        _ row: inout [StoredValue], _ columns: [Int], of table: TableDefinition, isNew: Bool, isLenient: Bool
    ) throws(SQLError) {
        for index in columns where row[index] == .null {
            let column = table.columns[index]
            if column.isNullable || (isNew && column.isAutoIncrement) || column.generated != nil { continue }
            let error = SQLError(.badNullError, column.name)
            guard context.isIgnore || (isLenient && !context.isStrict) else { throw error }
            context.warn(error)
            row[index] = TableDefinition.implicitDefault(column.type)
        }
    }

    /// Runs an INSERT, UPDATE or DELETE of one row.
    func change(_ sql: String, _ values: [StoredValue], _ more: [StoredValue] = []) throws {
        let statement = try storage.prepare(sql)
        defer { storage.release(statement) }
        bind(values, to: statement)
        if !more.isEmpty { bind(more, to: statement, from: values.count + 1) }
        _ = try storage.step(statement)
    }

    /// Which unique index refused a row; the error 1062 that says so.
    func duplicate(
        _ table: TableDefinition, columns: [String], index: String?, row: [StoredValue]
    ) -> (index: IndexDefinition, error: SQLError)? {
        guard let found = table.index(refusing: columns, index: index) else { return nil }
        let values = found.parts.map { part -> String in
            guard let column = part.column else { return "" }
            return row[column].display(table.columns[column].type)
        }
        return (found, SQLError(.dupEntry, values.joined(separator: "-"), "\(table.name).\(found.name)"))
    }

    /// The row that holds the unique index's value of `row`: its access key.
    func conflictCondition(_ index: IndexDefinition, _ table: TableDefinition, _ row: [StoredValue]) -> (String, [StoredValue])? {
        var conditions: [String] = []
        var values: [StoredValue] = []
        for part in index.parts {
            guard let column = part.column, part.prefixLength == nil else { return nil }
            conditions.append(table.columns[column].sqliteName)
            values.append(row[column])
        }
        return (conditions.joined(separator: "\u{1}"), values)
    }

    // MARK: Foreign keys

    /// A child's row has no parent: error 1452 with the constraint that says so.
    func missingParent(_ table: TableDefinition, _ row: [StoredValue]) -> SQLError? {
        for key in table.foreignKeys {
            let values = key.columns.map { row[$0] }
            if values.contains(.null) { continue }
            if let parent = storage.dictionary.table(key.referencedSchema, key.referencedTable)?.definition {
                let columns = key.referencedColumns.compactMap { name in
                    parent.columns.first { Identifier.equal($0.name, name) }?.sqliteName
                }
                let condition = columns.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
                let sql = "SELECT 1 FROM \(parent.sqliteName) WHERE \(condition)"
                if columns.count == values.count, let found = try? firstRow(sql, values), !found.isEmpty { continue }
            }
            return SQLError(
                code: ErrorCode.noReferencedRow2.rawValue, sqlState: ErrorCode.noReferencedRow2.sqlState,
                message:
                    "Cannot add or update a child row: a foreign key constraint fails "
                    + Self.constraint(key, of: table))
        }
        return nil
    }

    /// A parent's row has children: error 1451.
    func referenced(_ table: Table, _ row: [StoredValue]?) -> SQLError {
        for child in storage.dictionary.children(of: table) {
            for key in child.definition.foreignKeys
            where key.refers(to: table.schema, table.name) {
                if key.onDelete == .cascade && key.onUpdate == .cascade { continue }
                if let row {
                    let values = key.referencedColumns.map { name -> StoredValue in
                        table.definition.columns.firstIndex { Identifier.equal($0.name, name) }.map { row[$0] } ?? .null
                    }
                    let condition = key.columns.enumerated()
                        .map { "\(child.definition.columns[$1].sqliteName) = ?\($0 + 1)" }.joined(separator: " AND ")
                    let sql = "SELECT 1 FROM \(child.sqliteName) WHERE \(condition)"
                    guard let found = try? firstRow(sql, values), !found.isEmpty else { continue }
                }
                return SQLError(
                    code: ErrorCode.rowIsReferenced2.rawValue, sqlState: ErrorCode.rowIsReferenced2.sqlState,
                    message:
                        "Cannot delete or update a parent row: a foreign key constraint fails "
                        + Self.constraint(key, of: child.definition))
            }
        }
        return SQLError(.rowIsReferenced2, "")
    }

    private static func constraint(_ key: ForeignKeyDefinition, of table: TableDefinition) -> String {
        let columns = key.columns.map { Identifier.mysql(table.columns[$0].name) }.joined(separator: ", ")
        let referenced = key.referencedColumns.map(Identifier.mysql).joined(separator: ", ")
        var text =
            "(\(Identifier.mysql(table.schema)).\(Identifier.mysql(table.name)), CONSTRAINT \(Identifier.mysql(key.name)) FOREIGN KEY "
            + "(\(columns)) REFERENCES "
        if key.referencedSchema != table.schema { text += Identifier.mysql(key.referencedSchema) + "." }
        text += "\(Identifier.mysql(key.referencedTable)) (\(referenced))"
        if key.onDelete != .noAction { text += " ON DELETE \(key.onDelete.rawValue)" }
        if key.onUpdate != .noAction { text += " ON UPDATE \(key.onUpdate.rawValue)" }
        return text + ")"
    }
}
