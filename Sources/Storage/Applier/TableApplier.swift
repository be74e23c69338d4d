import BinaryLog
import CSQLite
import MySQLTypes

/// Makes the changes of rows events in one table, by prepared statements of its own. Each change proves that the row was
/// as the event says: it is found by its identifying key and compared in all its columns.
final class TableApplier {
    let table: Table
    private let connection: SQLiteConnection
    /// False once the table may have changed.
    var isCurrent = true
    private let statements: RowStatements
    private var insertStatement: Statement?
    private var deleteStatement: Statement?
    /// By the set of changed columns.
    private var updateStatements: [UInt64: Statement] = [:]
    private let columns: [Column]
    private let autoIncrementColumn: Int?
    /// Something of that size was bound, of which SQLite has a copy until the parameter is bound again.
    private var hasLargeBindings = false
    private static let largeBindingBytes = 65_536
    /// A row with the greatest AUTO_INCREMENT value may be gone.
    private(set) var mayHaveLostGreatest = false

    private struct Column {
        /// SQLite's name.
        var name: String
        /// MySQL's.
        var title: String
        /// How its bytes are bound: a BLOB, or TEXT.
        var isBlob: Bool
        /// BINARY's length: what another server cut off is put back.
        var padding: Int
    }

    /// More sets of changed columns than a table's usual statements have; beyond it, the oldest plans go.
    private static let maximumUpdateStatements = 64

    init(_ table: Table, _ connection: SQLiteConnection) {
        self.table = table
        self.connection = connection
        statements = RowStatements(table)
        columns = table.definition.columns.map { column in
            Column(
                name: column.sqliteName, title: column.name, isBlob: column.type.carrier == .blob,
                padding: column.type.kind == .binary ? column.type.length : 0)
        }
        autoIncrementColumn = table.definition.autoIncrementColumn
    }

    func takeCounterToStore() -> Table? {
        mayHaveLostGreatest = false
        return autoIncrementColumn == nil ? nil : table
    }

    func insert(_ row: [RowValue]) throws(StorageError) {
        let statement = try prepared(&insertStatement, statements.insert)
        var parameter = 1
        for (place, column) in columns.enumerated() {
            bind(statement, parameter, row[place], column)
            parameter += 1
        }
        do throws(StorageError) {
            _ = try connection.step(statement)
            reset(statement)
        } catch {
            throw divergence(error, "insert", row)
        }
        raiseCounter(row)
    }

    func update(_ before: [RowValue], _ after: [RowValue]) throws(StorageError) {
        var changed: UInt64 = 0
        var isWide = false
        for place in columns.indices where isChanged(before[place], after[place]) {
            if place < 64 { changed |= 1 << UInt64(place) } else { isWide = true }
        }
        if changed == 0 && !isWide { return }
        // Of a table with more than 64 columns, all are written.
        let mask = columns.count > 64 ? UInt64.max : changed
        let statement = try updateStatement(mask)
        var parameter = 1
        for (place, column) in columns.enumerated() where isSet(place, column, mask) {
            // A column that the image leaves out keeps its value.
            bind(statement, parameter, after[place] == .absent ? before[place] : after[place], column)
            parameter += 1
        }
        bindCondition(statement, parameter, before)
        do throws(StorageError) {
            _ = try connection.step(statement)
            reset(statement)
        } catch {
            throw divergence(error, "update", before)
        }
        guard connection.changes == 1 else { throw difference("update", before) }
        if let column = autoIncrementColumn, before[column] != after[column] {
            raiseCounter(after)
            mayHaveLostGreatest = true
        }
    }

    func delete(_ row: [RowValue]) throws(StorageError) {
        let statement = try prepared(
            &deleteStatement, "DELETE FROM \(table.sqliteName) WHERE \(condition)")
        bindCondition(statement, 1, row)
        do throws(StorageError) {
            _ = try connection.step(statement)
            reset(statement)
        } catch {
            throw divergence(error, "delete", row)
        }
        guard connection.changes == 1 else { throw difference("delete", row) }
        mayHaveLostGreatest = autoIncrementColumn != nil
    }

    // MARK: Statements

    private func prepared(
        _ statement: inout Statement?, _ sql: @autoclosure () -> String
    ) throws(StorageError) -> Statement {
        if let statement { return statement }
        let new = try connection.prepareUncached(sql())
        statement = new
        return new
    }

    private func isChanged(_ before: RowValue, _ after: RowValue) -> Bool {
        after != .absent && before != after
    }

    private func isSet(_ place: Int, _ column: Column, _ mask: UInt64) -> Bool {
        place >= 64 || mask & (1 << UInt64(place)) != 0
    }

    private func updateStatement(_ mask: UInt64) throws(StorageError) -> Statement {
        if let known = updateStatements[mask] { return known }
        if updateStatements.count >= Self.maximumUpdateStatements { updateStatements.removeAll() }
        let assignments = columns.enumerated().filter { isSet($0.offset, $0.element, mask) }
            .map { "\($0.element.name) = ?" }.joined(separator: ", ")
        let statement = try connection.prepareUncached(
            "UPDATE \(table.sqliteName) SET \(assignments) WHERE \(condition)")
        updateStatements[mask] = statement
        return statement
    }

    /// Finds the row by its identifying key and compares the rest; an absent value compares as equal.
    private var condition: String {
        guard table.identifyingKey != nil else { return statements.wholeRowCondition }
        let key = Set(statements.identifyingColumns)
        let byKey = statements.identifyingColumns.map { "\(columns[$0].name) = ?" }
        let rest = columns.enumerated().filter { !key.contains($0.offset) }
            .map { "\($0.element.name) COLLATE BINARY IS ?" }
        return (byKey + rest).joined(separator: " AND ")
    }

    private func bindCondition(_ statement: Statement, _ first: Int, _ row: [RowValue]) {
        var parameter = first
        let key = statements.identifyingColumns
        for place in key {
            bind(statement, parameter, row[place], columns[place])
            parameter += 1
        }
        guard table.identifyingKey != nil else { return }
        for (place, column) in columns.enumerated() where !key.contains(place) {
            bind(statement, parameter, row[place], column)
            parameter += 1
        }
    }

    private func bind(_ statement: Statement, _ parameter: Int, _ value: RowValue, _ column: Column) {
        switch value {
        case .absent, .null: statement.bindNull(parameter)
        case .integer(let integer): statement.bind(parameter, integer)
        case .unsigned(let number):
            var bigEndian = number.bigEndian
            withUnsafeBytes(of: &bigEndian) { _ = statement.bindBlob(parameter, $0) }
        case .double(let double): statement.bind(parameter, double)
        case .text(let bytes):
            noteSize(bytes.count)
            bytes.withUnsafeBytes { _ = statement.bindText(parameter, $0) }
        case .bytes(let bytes):
            noteSize(bytes.count)
            if bytes.count < column.padding {
                statement.bindBlob(
                    parameter, Array(bytes) + Array(repeating: 0, count: column.padding - bytes.count))
            } else if column.isBlob {
                bytes.withUnsafeBytes { _ = statement.bindBlob(parameter, $0) }
            } else {
                bytes.withUnsafeBytes { _ = statement.bindText(parameter, $0) }
            }
        }
    }

    private func noteSize(_ bytes: Int) {
        if bytes >= Self.largeBindingBytes { hasLargeBindings = true }
    }

    /// Ends a run; what was large is given back.
    private func reset(_ statement: Statement) {
        statement.reset()
        guard hasLargeBindings else { return }
        statement.clearBindings()
        hasLargeBindings = false
    }

    private func raiseCounter(_ row: [RowValue]) {
        guard let autoIncrementColumn else { return }
        switch row[autoIncrementColumn] {
        case .integer(let value) where value > 0: table.autoIncrement.raise(above: UInt64(value))
        case .unsigned(let value): table.autoIncrement.raise(above: value)
        default: break
        }
    }

    // MARK: Divergence

    private func divergence(_ error: StorageError, _ what: String, _ row: [RowValue]) -> StorageError {
        switch error {
        case .duplicateKey, .notNull, .check, .foreignKey:
            .diverged("\(what) of \(describe(row)) in \(title) fails here: \(error)")
        default: error
        }
    }

    /// Says how the row here differs from the one in the event.
    private func difference(_ what: String, _ row: [RowValue]) -> StorageError {
        let head = "\(what) of \(describe(row)) in \(title)"
        guard table.identifyingKey != nil else { return .diverged("\(head): no such row here") }
        let names = columns.map(\.name).joined(separator: ", ")
        let condition = statements.identifyingColumns.map { "\(columns[$0].name) = ?" }.joined(separator: " AND ")
        guard
            let statement = try? connection.prepareUncached(
                "SELECT \(names) FROM \(table.sqliteName) WHERE \(condition)")
        else { return .diverged(head) }
        for (index, place) in statements.identifyingColumns.enumerated() {
            bind(statement, index + 1, row[place], columns[place])
        }
        guard (try? connection.step(statement)) == true else { return .diverged("\(head): no such row here") }
        var differing: [String] = []
        for (place, column) in columns.enumerated() where row[place] != .absent {
            let here = Self.text(statement.value(place))
            let there = Self.text(row[place])
            if here != there { differing.append("column \(column.title) is \(here) here, \(there) in the group's log") }
        }
        return .diverged("\(head): \(differing.joined(separator: "; "))")
    }

    private var title: String { "\(table.schema).\(table.name)" }

    private func describe(_ row: [RowValue]) -> String {
        let key = table.identifyingKey == nil ? Array(columns.indices.prefix(4)) : statements.identifyingColumns
        return "row (" + key.map { "\(columns[$0].title) = \(Self.text(row[$0]))" }.joined(separator: ", ") + ")"
    }

    private static func text(_ value: RowValue) -> String {
        switch value {
        case .absent: "absent"
        case .null: "NULL"
        case .integer(let integer): String(integer)
        case .unsigned(let number): String(number)
        case .double(let double): "\(double)"
        case .text(let bytes), .bytes(let bytes): quoted(bytes)
        }
    }

    private static func text(_ value: StoredValue) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let integer): String(integer)
        case .real(let double): "\(double)"
        case .text(let bytes), .blob(let bytes): quoted(bytes[...])
        }
    }

    private static let maximumShownBytes = 64

    private static func quoted(_ bytes: ArraySlice<UInt8>) -> String {
        let shown = "'" + String(decoding: bytes.prefix(maximumShownBytes), as: UTF8.self) + "'"
        return bytes.count > maximumShownBytes ? shown + " (\(bytes.count) bytes)" : shown
    }
}
