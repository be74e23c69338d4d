import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// What a DDL statement does, worked out against a dictionary: the session makes the plan to learn of errors before the
/// statement is ordered; each member's applier makes it again at the statement's place in the order, and carries it out.
package struct DefinitionPlan {
    package enum Step {
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

    package var steps: [Step] = []
    package var warnings: [ExpressionWarning] = []
    /// Hashes of the schema objects that the statement writes, and of those it relies on.
    package var writes: Set<UInt64> = []
    package var reads: Set<UInt64> = []
    /// What the OK packet reports.
    package var affectedRows: UInt64 = 0
    package var info = ""

    package mutating func note(_ code: ErrorCode, _ message: String, level: ExpressionWarning.Level = .note) {
        warnings.append(ExpressionWarning(level: level, code: code.rawValue, message: message))
    }

    package mutating func writes(table: String, in schema: String) {
        writes.insert(SchemaObject.hash(schema: schema, table: table))
        reads.insert(SchemaObject.hash(schema: schema))
    }

    package init(
        steps: [Step] = [], warnings: [ExpressionWarning] = [], writes: Set<UInt64> = [], reads: Set<UInt64> = [],
        affectedRows: UInt64 = 0, info: String = ""
    ) {
        self.steps = steps
        self.warnings = warnings
        self.writes = writes
        self.reads = reads
        self.affectedRows = affectedRows
        self.info = info
    }
}

/// What a DDL statement depends on besides its text: the whole of its session's settings, the moment, who says it. It
/// travels with the statement.
package struct DefinitionSettings {
    package var binding: BindingSettings
    /// Microseconds since 1970.
    package var timestamp: Int64
    /// Other members execute the statement too (`sql_log_bin`). Asked where it begins.
    package var isReplicated = false
    /// The definer of views.
    package var account: AuthorizationID
    /// Of account statements.
    package var accounts = AccountStatementSettings()

    package var currentDatabase: String? { binding.database }
    package var sqlMode: SQLMode { binding.sqlMode }
    package var serverCollation: CollationID { binding.serverCollation }
    package var checksForeignKeys: Bool { binding.foreignKeyChecks }

    package init(
        binding: BindingSettings, timestamp: Int64, isReplicated: Bool = false, account: AuthorizationID,
        accounts: AccountStatementSettings = AccountStatementSettings()
    ) {
        self.binding = binding
        self.timestamp = timestamp
        self.isReplicated = isReplicated
        self.account = account
        self.accounts = accounts
    }
}
