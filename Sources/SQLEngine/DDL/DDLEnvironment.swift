import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// What the pure part of DDL (building and altering table definitions) needs to know of its surroundings. It is the same
/// on every member at the statement's place in the order, so that they all build the same definition.
struct DDLEnvironment {
    /// The database's collation: a table's default.
    var databaseCollation: CollationID
    /// `foreign_key_checks`.
    var checksForeignKeys: Bool
    /// A table by schema and name.
    var table: (_ schema: String, _ name: String) -> TableDefinition?
    /// The tables with foreign keys onto one.
    var children: (_ schema: String, _ name: String) -> [TableDefinition] = { _, _ in [] }
    /// MySQL source text of a stored expression.
    var print: (Expression) -> String
    /// The default's literal, coerced to the column's type; throws when the type cannot hold it.
    var coerceDefault: (Expression, MySQLType) throws(SQLError) -> ColumnDefinition.Default
    /// Notes and warnings for the diagnostics area.
    var warn: (_ code: ErrorCode, _ message: String) -> Void
}

/// Limits of InnoDB's tables (manual, "InnoDB Limits" and "Limits on Table Column Count and Row Size").
enum TableLimits {
    static let columns = 1017
    static let indexes = 64
    static let keyParts = 16
    static let keyBytes = 3072
    static let rowBytes = 65535
    static let enumerationMembers = 65535
    static let setMembers = 64
}
