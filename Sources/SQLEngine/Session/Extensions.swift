import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// Executes statements that are no queries and no data changes: SHOW, SET, replication, ... Folders of their own
/// implement it and the server registers them in ``ServerContext/statementHandlers``.
public protocol StatementHandler: Sendable {
    /// Executes the statement and answers into `writer`; false when it is none of this handler's.
    func execute(_ statement: MySQLParser.Statement, in session: Session, into writer: ResultWriter) throws(SQLError) -> Bool
}

/// The virtual tables of information_schema, performance_schema, mysql and sys.
public protocol SystemTableCatalog: Sendable {
    /// The SQLite virtual table and its columns, nil when there is none of that name.
    func table(schema: String, name: String) -> (sqliteName: String, columns: [ColumnDefinition])?
    func isSystemSchema(_ name: String) -> Bool
    /// Whether everybody may read the table, in lower case; the others need the SELECT privilege.
    func isReadableByAll(schema: String, table: String) -> Bool
    /// Makes the tables known to a session's connection.
    func register(on connection: OpaquePointer, for session: Session)
}

/// System variables as expressions read them.
public protocol SystemVariableAccess: Sendable {
    /// The value and type of `@@[scope.]name`; error 1193 for an unknown one, 1238 for the wrong scope.
    func value(_ name: SystemVariableName, in session: Session) throws(SQLError) -> (LiteralValue, MySQLType)
}
