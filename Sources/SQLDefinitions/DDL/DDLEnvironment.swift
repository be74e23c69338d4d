import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// What the pure part of DDL (building and altering table definitions) needs to know of its surroundings. It is the same
/// on every member at the statement's place in the order, so that they all build the same definition.
package struct DDLEnvironment {
    /// The database's collation: a table's default.
    package var databaseCollation: CollationID
    /// `foreign_key_checks`.
    package var checksForeignKeys: Bool
    /// A table by schema and name.
    package var table: (_ schema: String, _ name: String) -> TableDefinition?
    /// The tables with foreign keys onto one.
    package var children: (_ schema: String, _ name: String) -> [TableDefinition] = { _, _ in [] }
    /// MySQL source text of a stored expression.
    package var print: (Expression) -> String
    /// The default's literal, coerced to the column's type; throws when the type cannot hold it.
    package var coerceDefault: (Expression, MySQLType) throws(SQLError) -> ColumnDefinition.Default
    /// Notes and warnings for the diagnostics area.
    package var warn: (_ code: ErrorCode, _ message: String) -> Void

    package init(
        databaseCollation: CollationID, checksForeignKeys: Bool,
        table: @escaping (_ schema: String, _ name: String) -> TableDefinition?,
        children: @escaping (_ schema: String, _ name: String) -> [TableDefinition] = { _, _ in [] },
        print: @escaping (Expression) -> String,
        coerceDefault: @escaping (Expression, MySQLType) throws(SQLError) -> ColumnDefinition.Default,
        warn: @escaping (_ code: ErrorCode, _ message: String) -> Void
    ) {
        self.databaseCollation = databaseCollation
        self.checksForeignKeys = checksForeignKeys
        self.table = table
        self.children = children
        self.print = print
        self.coerceDefault = coerceDefault
        self.warn = warn
    }
}
