import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// Executes what steers replication, the binary log, plugins and the server: given by the server, nil in an engine alone
/// (error 1235).
public protocol ReplicationStatementHandling: Sendable {
    /// Executes the statement and answers into `writer`. It is one of those that ``Session/perform`` sends here.
    func execute(_ statement: MySQLParser.Statement, in session: Session, into writer: ResultWriter) throws(SQLError)
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

/// System variables as expressions read them and as SET, SET ROLE and RESET PERSIST change them.
public protocol SystemVariableAccess: Sendable {
    /// Executes one of these statements and answers into `writer`.
    func execute(_ statement: MySQLParser.Statement, in session: Session, into writer: ResultWriter) throws(SQLError)
    /// The value and type of `@@[scope.]name`; error 1193 for an unknown one, 1238 for the wrong scope.
    func value(_ name: SystemVariableName, in session: Session) throws(SQLError) -> (LiteralValue, MySQLType)
}
