import Accounts
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage
import SystemCatalog

/// What a system table's rows are made from, for one session. Used on the session's thread only.
public final class SystemTableContext {
    public let sources: SystemTableSources
    /// The session outlives its connection, on which the tables are registered.
    private unowned let owner: Session
    let catalog: SystemTables

    init(session: Session, catalog: SystemTables) {
        owner = session
        self.catalog = catalog
        sources = catalog.sources
    }

    public var session: Session { owner }
    public var server: ServerContext { owner.server }
    public var dictionary: DataDictionary { owner.storage.dictionary }
    public var privileges: EffectivePrivileges { owner.privileges }

    func fail(_ error: SQLError) {
        owner.context.pendingError = error
    }

    /// A system variable as the session sees it.
    func sessionValue(_ place: Int) -> VariableValue {
        guard let statements = server.variables as? VariableStatements else { return owner.variables[place] }
        return statements.sessionValue(place, SystemVariable.all[place], in: owner)
    }

    // MARK: What the account may see

    func canSee(schema: String) -> Bool {
        SystemTables.isVisibleToAll(schema) || privileges.canSee(database: schema)
    }

    func canSee(table: String, in schema: String) -> Bool {
        catalog.isReadableByAll(schema: schema, table: table) || privileges.hasAnyPrivilege(onTable: table, in: schema)
    }

    /// What may be done with a column, as far as columns have privileges: one with none is not shown at all.
    func columnPrivileges(_ column: String, of table: String, in schema: String) -> Privileges {
        privileges.privileges(onColumn: column, of: table, in: schema).intersection(.allColumn)
    }

    /// PROCESS: sees other accounts' sessions.
    var seesAllSessions: Bool { privileges.global.contains(.process) }

    /// Whether the session may see what belongs to `user`.
    func canSee(user: String) -> Bool {
        seesAllSessions || user == owner.account.user
    }

    /// Schemas that the account may see, in MySQL's order.
    var visibleSchemas: [String] {
        (SystemTables.schemaNames + dictionary.schemaNames)
            .filter { canSee(schema: $0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Base tables that the account may see.
    func forEachTable(_ body: (Table) throws(SQLError) -> Void) throws(SQLError) {
        for schema in dictionary.schemaNames {
            for name in dictionary.tableNames(in: schema) where canSee(table: name, in: schema) {
                if let table = dictionary.table(schema, name) { try body(table) }
            }
        }
    }
}
