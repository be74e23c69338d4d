import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLDefinitions
import Storage

/// `sql_generate_invisible_primary_key` (MySQL's manual, "Generated Invisible Primary Keys"): a table without a key gets one. The
/// text that is ordered and logged names the column, so every member makes the same table whatever its settings are.
extension Session {
    private static let invisibleKeyColumn = "my_row_id"

    /// An alteration may not take the last key away (1235).
    func checkKeyStays(in table: TableDefinition) throws(SQLError) {
        guard settings.generateInvisiblePrimaryKey, table.identifyingIndex == nil,
            storage.dictionary.table(table.schema, table.name)?.definition.identifyingIndex != nil
        else { return }
        throw SQLError(
            .notSupportedYet,
            "an operation that leaves the table without a PRIMARY KEY or a UNIQUE NOT NULL key while "
                + "@@sql_generate_invisible_primary_key=ON.")
    }

    /// The statement with the key, where the table that it makes has none; errors 4108 and 4109 where it cannot be added.
    func withInvisiblePrimaryKey(_ create: CreateTableStatement, _ table: TableDefinition) throws(SQLError) -> CreateTableStatement? {
        guard settings.generateInvisiblePrimaryKey, create.like == nil, table.identifyingIndex == nil else { return nil }
        if table.columns.contains(where: { Identifier.equal($0.name, Self.invisibleKeyColumn) }) {
            throw SQLError(.gipkColumnExists)
        }
        if table.autoIncrementColumn != nil { throw SQLError(.gipkFailedAutoincColumnExists) }
        let column = "\(Self.invisibleKeyColumn) bigint unsigned NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY"
        var text = statementText
        if let start = create.elementsStart, start <= text.count {
            text.insert(contentsOf: Array((column + ", ").utf8), at: start)
        } else if create.nameEnd <= text.count {
            text.insert(contentsOf: Array(" (\(column))".utf8), at: create.nameEnd)
        }
        frame.text = text
        guard case .createTable(let keyed) = try parse(text, from: 0).statement else { return nil }
        return keyed
    }
}
