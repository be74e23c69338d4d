import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// What a DDL statement does, worked out against a dictionary: the session makes the plan to learn of errors before the
/// statement is ordered; each member's applier makes it again at the statement's place in the order, and carries it out.
struct DefinitionPlan {
    enum Step {
        case putSchema(SchemaDefinition)
        case removeSchema(String)
        case createTable(TableDefinition)
        case dropTable(TableDefinition)
        case truncateTable(TableDefinition)
        case renameTable(schema: String, name: String, toSchema: String, toName: String)
        /// `values` are SQLite expressions over the old row.
        case rebuildTable(TableDefinition, as: TableDefinition, values: [String], checksForeignKeys: Bool)
        /// Only the dictionary and indexes change.
        case redefineTable(TableDefinition, as: TableDefinition, checksForeignKeys: Bool)
        case setAutoIncrement(TableDefinition, UInt64)
        case putView(ViewDefinition)
        case removeView(schema: String, name: String)
        case putObject(kind: String, schema: String, name: String, body: [UInt8])
        case removeObject(kind: String, schema: String, name: String)
    }

    var steps: [Step] = []
    var warnings: [ExpressionWarning] = []
    /// Hashes of the schema objects that the statement writes, and of those it relies on.
    var writes: Set<UInt64> = []
    var reads: Set<UInt64> = []
    /// What the OK packet reports.
    var affectedRows: UInt64 = 0
    var info = ""

    mutating func note(_ code: ErrorCode, _ message: String, level: ExpressionWarning.Level = .note) {
        warnings.append(ExpressionWarning(level: level, code: code.rawValue, message: message))
    }

    mutating func writes(table: String, in schema: String) {
        writes.insert(SchemaObject.hash(schema: schema, table: table))
        reads.insert(SchemaObject.hash(schema: schema))
    }
}

/// What a DDL statement depends on besides its text: the whole of its session's settings, the moment, who says it. It
/// travels with the statement.
struct DefinitionSettings {
    var binding: BindingSettings
    /// Microseconds since 1970.
    var timestamp: Int64
    /// Other members execute the statement too (`sql_log_bin`). Asked where it begins.
    var isReplicated = false
    /// The definer of views.
    var account: AuthorizationID
    /// Of account statements.
    var accounts = AccountStatementSettings()

    var currentDatabase: String? { binding.database }
    var sqlMode: SQLMode { binding.sqlMode }
    var serverCollation: CollationID { binding.serverCollation }
    var checksForeignKeys: Bool { binding.foreignKeyChecks }
}
