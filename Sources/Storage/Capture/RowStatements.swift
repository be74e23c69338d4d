import CSQLite
import MySQLTypes

/// The SQL by which one row of a table is inserted, updated or deleted by its images.
struct RowStatements {
    /// Parameters: the values of all columns.
    let insert: String
    /// Parameters: the values of all columns, then the old values of the identifying columns.
    let update: String
    /// Parameters: the values of the identifying columns.
    let delete: String
    /// What identifies a row: the identifying key's columns, or all columns of a table without such a key.
    let identifyingColumns: [Int]
    /// One of the rows that are the same in all columns, whichever: for tables without a key. Parameters: all columns.
    let wholeRowCondition: String

    init(_ table: Table) {
        let definition = table.definition
        let name = table.sqliteName
        let written = definition.columns.map(\.sqliteName)
        let marks = Array(repeating: "?", count: written.count).joined(separator: ", ")
        insert = "INSERT INTO \(name) (\(written.joined(separator: ", "))) VALUES (\(marks))"
        let key = table.identifyingColumns
        identifyingColumns = key ?? Array(definition.columns.indices)
        let same = definition.columns.map { "\($0.sqliteName) COLLATE BINARY IS ?" }
            .joined(separator: " AND ")
        // Columns are `c1`, `c2`, ...: none hides the rowid.
        wholeRowCondition = "rowid = (SELECT rowid FROM \(name) WHERE \(same) LIMIT 1)"
        let byKey = identifyingColumns.map { "\(definition.columns[$0].sqliteName) = ?" }
            .joined(separator: " AND ")
        let condition = key != nil ? byKey : wholeRowCondition
        update = "UPDATE \(name) SET \(written.map { "\($0) = ?" }.joined(separator: ", ")) WHERE \(condition)"
        delete = "DELETE FROM \(name) WHERE \(condition)"
    }
}

extension Statement {
    /// Binds a value; its bytes must stay in place until the parameter is bound again.
    @discardableResult
    func bind(_ index: Int, view: ValueView) -> Int32 {
        switch view {
        case .null: bindNull(index)
        case .integer(let integer): bind(index, integer)
        case .real(let real): bind(index, real)
        case .text(let bytes): bindTextInPlace(index, bytes)
        case .blob(let bytes): bindBlobInPlace(index, bytes)
        }
    }
}
