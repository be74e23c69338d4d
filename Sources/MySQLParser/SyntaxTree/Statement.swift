/// One statement.
public indirect enum Statement: Sendable {
    // Data
    case query(QueryExpression)
    case insert(InsertStatement)
    case update(UpdateStatement)
    case delete(DeleteStatement)
    case load(LoadStatement)
    case call(ObjectName, [Expression])
    case `do`([Expression])
    case handler(HandlerStatement)
    case importTable(files: [[UInt8]])
    // Definitions
    case createDatabase(CreateDatabaseStatement)
    case alterDatabase(name: String?, DatabaseOptions)
    case dropDatabase(name: String, ifExists: Bool)
    case createTable(CreateTableStatement)
    case alterTable(AlterTableStatement)
    case dropTable(DropTableStatement)
    case truncateTable(ObjectName)
    case renameTable([TableRename])
    case createIndex(CreateIndexStatement)
    case dropIndex(DropIndexStatement)
    case createView(CreateViewStatement)
    case dropView(names: [ObjectName], ifExists: Bool)
    case createRoutine(CreateRoutineStatement)
    case alterRoutine(kind: RoutineKind, name: ObjectName, RoutineCharacteristics)
    case dropRoutine(kind: RoutineKind, name: ObjectName, ifExists: Bool)
    case createLoadableFunction(name: String, isAggregate: Bool, ifNotExists: Bool, library: [UInt8])
    case createTrigger(CreateTriggerStatement)
    case dropTrigger(name: ObjectName, ifExists: Bool)
    case createEvent(EventStatement)
    case alterEvent(EventStatement)
    case dropEvent(name: ObjectName, ifExists: Bool)
    /// A statement about tablespaces, servers, log file groups, resource groups, spatial reference systems, ...
    /// `tables`: of CACHE INDEX and LOAD INDEX.
    case unsupported(UnsupportedStatement, tables: [ObjectName] = [])
    // Transactions
    case startTransaction(TransactionCharacteristics)
    case commit(TransactionCompletion)
    case rollback(TransactionCompletion)
    case rollbackTo(savepoint: String)
    case savepoint(String)
    case releaseSavepoint(String)
    case setTransaction(scope: VariableScope?, isolation: IsolationLevel?, access: TransactionAccess?)
    case xa(XAStatement)
    case lockTables([TableLock])
    case unlockTables
    case lockInstance
    case unlockInstance
    // Variables
    case set([SetAssignment])
    case setPassword(SetPasswordStatement)
    case setRole(RoleChoice)
    case setDefaultRole(RoleChoice, to: [AccountName])
    case setResourceGroup(name: String)
    /// RESET PERSIST [[IF EXISTS] name].
    case resetPersist(name: String?, ifExists: Bool)
    // Information
    case show(ShowStatement)
    case use(String)
    case explain(ExplainStatement)
    /// DESCRIBE table [column | 'pattern'].
    case describeTable(ObjectName, column: String?)
    case help([UInt8])
    // Prepared statements
    case prepare(name: String, PrepareSource)
    case execute(name: String, using: [String])
    case deallocate(name: String)
    // Accounts
    case createUser(CreateUserStatement)
    case alterUser(AlterUserStatement)
    case dropUser([AccountName], ifExists: Bool)
    case renameUser([AccountRename])
    case createRole([AccountName], ifNotExists: Bool)
    case dropRole([AccountName], ifExists: Bool)
    case grant(GrantStatement)
    case grantRoles(roles: [AccountName], to: [AccountName], withAdminOption: Bool)
    case grantProxy(on: AccountName, to: [AccountName], withGrantOption: Bool)
    case revoke(RevokeStatement)
    // Replication
    case changeSource(ChangeSourceStatement)
    case changeReplicationFilter(channel: String?)
    case startReplica(ReplicaThreadsStatement)
    case stopReplica(ReplicaThreadsStatement)
    case startGroupReplication(StartGroupReplicationStatement)
    case stopGroupReplication
    case reset([ResetTarget])
    case purgeBinaryLogs(PurgeTarget)
    /// BINLOG 'base64'.
    case binlog([UInt8])
    // Administration
    case tableMaintenance(TableMaintenanceStatement)
    case flush(FlushStatement)
    case kill(connectionOnly: Bool, id: Expression)
    case installPlugin(name: String, library: [UInt8])
    case uninstallPlugin(name: String)
    /// The assignments are those of SET.
    case installComponent([[UInt8]], set: [SetAssignment])
    case uninstallComponent([[UInt8]])
    case clone(CloneStatement)
    case alterInstance(AlterInstanceAction)
    case shutdown
    case restart
    // Diagnostics and stored programs' statements that may stand alone
    case signal(SignalStatement)
    case resignal(SignalStatement)
    case getDiagnostics(GetDiagnosticsStatement)
    /// BEGIN ... END, IF, loops, RETURN, ...: only inside a stored program.
    case compound(CompoundStatement)
}
