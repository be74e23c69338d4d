import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// What a name in a FROM clause stands for.
package enum ResolvedTable {
    case base(TableDefinition)
    /// A virtual table: `information_schema.tables`, ... Its SQLite name and columns.
    case system(schema: String, name: String, sqliteName: String, columns: [ColumnDefinition])
    case view(ViewDefinition)
}

/// A table that a statement uses, for locks and privileges.
package struct TableUse: Hashable {
    package var schema: String
    package var name: String

    package static func == (left: TableUse, right: TableUse) -> Bool {
        Identifier.isSame(left.name, right.name) && Identifier.isSame(left.schema, right.schema)
    }

    package func hash(into hasher: inout Hasher) {
        ExactName(schema).hash(into: &hasher)
        ExactName(name).hash(into: &hasher)
    }

    package init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }
}

/// What the binder asks of the session: names, variables, parameters.
package protocol BindingEnvironment: AnyObject {
    var currentDatabase: String? { get }
    var sqlMode: SQLMode { get }
    /// Looks a table up; errors 1046, 1049, 1146.
    func resolveTable(_ name: ObjectName) throws(SQLError) -> ResolvedTable
    /// A FROM clause names a table or view. `isImplicit`: inside of a view. LOCK TABLES's error 1100.
    func willUse(_ name: ObjectName, alias: String, isImplicit: Bool) throws(SQLError)
    /// Whether a system table needs no privilege.
    func isOpenToAll(schema: String, table: String) -> Bool
    /// What is said of a stored routine that there is not: error 1305, or 1370 to who may execute none there.
    func missingRoutine(_ kind: String, _ schema: String, _ name: String) -> SQLError
    /// `component_query_attributes` is installed.
    var hasQueryAttributes: Bool { get }
    /// CURRENT_ROLE() inside of a view with this definer.
    func currentRole(of definer: AuthorizationID) -> String
    /// The view's table for a statement that changes rows through it; nil when it cannot.
    func mergedView(_ view: ViewDefinition) throws(SQLError) -> MergedView?
    /// The value of a system variable, error 1193.
    func systemVariable(_ name: SystemVariableName) throws(SQLError) -> TypedSQL
    /// Parses a view's query.
    func parseQuery(_ text: String) throws(SQLError) -> QueryExpression
    /// Parses a generated column's, a default's or a CHECK's expression.
    func parseExpression(_ text: String) throws(SQLError) -> Expression
}

extension BindingEnvironment {
    package func willUse(_ name: ObjectName, alias: String, isImplicit: Bool) throws(SQLError) {}
    package func mergedView(_ view: ViewDefinition) throws(SQLError) -> MergedView? { nil }
    package func isOpenToAll(schema: String, table: String) -> Bool { true }
    package func missingRoutine(_ kind: String, _ schema: String, _ name: String) -> SQLError {
        SQLError(.spDoesNotExist, kind, "\(schema).\(name)")
    }
    package var hasQueryAttributes: Bool { false }
    package func currentRole(of definer: AuthorizationID) -> String { "NONE" }
}
