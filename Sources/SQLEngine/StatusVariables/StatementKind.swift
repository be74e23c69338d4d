import MySQLParser

/// The kinds of statements that `Com_...` counts; the raw value is the variable's name after `Com_`.
enum StatementKind: String, CaseIterable {
    case adminCommands = "admin_commands"
    case alterDatabase = "alter_db"
    case alterEvent = "alter_event"
    case alterFunction = "alter_function"
    case alterInstance = "alter_instance"
    case alterProcedure = "alter_procedure"
    case alterTable = "alter_table"
    case alterUser = "alter_user"
    case alterUserDefaultRole = "alter_user_default_role"
    case analyze
    case begin
    case binlog
    case call = "call_procedure"
    case changeDatabase = "change_db"
    case changeFilter = "change_repl_filter"
    case changeSource = "change_replication_source"
    case check, checksum, clone, commit
    case createDatabase = "create_db"
    case createEvent = "create_event"
    case createFunction = "create_function"
    case createIndex = "create_index"
    case createProcedure = "create_procedure"
    case createRole = "create_role"
    case createTable = "create_table"
    case createTrigger = "create_trigger"
    case createLoadable = "create_udf"
    case createUser = "create_user"
    case createView = "create_view"
    case deallocate = "dealloc_sql"
    case delete
    case deleteMultiple = "delete_multi"
    case `do`
    case dropDatabase = "drop_db"
    case dropEvent = "drop_event"
    case dropFunction = "drop_function"
    case dropIndex = "drop_index"
    case dropProcedure = "drop_procedure"
    case dropRole = "drop_role"
    case dropTable = "drop_table"
    case dropTrigger = "drop_trigger"
    case dropUser = "drop_user"
    case dropView = "drop_view"
    case execute = "execute_sql"
    case explain = "explain_other"
    case flush
    case getDiagnostics = "get_diagnostics"
    case grant
    case grantRoles = "grant_roles"
    case handlerClose = "ha_close"
    case handlerOpen = "ha_open"
    case handlerRead = "ha_read"
    case help
    case importTable = "import"
    case insert
    case insertSelect = "insert_select"
    case installComponent = "install_component"
    case installPlugin = "install_plugin"
    case kill, load
    case lockInstance = "lock_instance"
    case lockTables = "lock_tables"
    case optimize
    case prepare = "prepare_sql"
    case purge
    case purgeBefore = "purge_before_date"
    case releaseSavepoint = "release_savepoint"
    case renameTable = "rename_table"
    case renameUser = "rename_user"
    case repair, replace
    case replaceSelect = "replace_select"
    case reset, resignal, restart, revoke
    case revokeAll = "revoke_all"
    case revokeRoles = "revoke_roles"
    case rollback
    case rollbackTo = "rollback_to_savepoint"
    case savepoint, select
    case set = "set_option"
    case setPassword = "set_password"
    case setResourceGroup = "set_resource_group"
    case setRole = "set_role"
    case signal
    case showBinlogEvents = "show_binlog_events"
    case showBinlogs = "show_binlogs"
    case showCharsets = "show_charsets"
    case showCollations = "show_collations"
    case showCreateDatabase = "show_create_db"
    case showCreateEvent = "show_create_event"
    case showCreateFunction = "show_create_func"
    case showCreateProcedure = "show_create_proc"
    case showCreateTable = "show_create_table"
    case showCreateTrigger = "show_create_trigger"
    case showDatabases = "show_databases"
    case showEngineLogs = "show_engine_logs"
    case showEngineMutex = "show_engine_mutex"
    case showEngineStatus = "show_engine_status"
    case showEvents = "show_events"
    case showErrors = "show_errors"
    case showFields = "show_fields"
    case showFunctionCode = "show_function_code"
    case showFunctionStatus = "show_function_status"
    case showGrants = "show_grants"
    case showKeys = "show_keys"
    case showBinaryLogStatus = "show_binary_log_status"
    case showOpenTables = "show_open_tables"
    case showParseTree = "show_parse_tree"
    case showPlugins = "show_plugins"
    case showPrivileges = "show_privileges"
    case showProcedureCode = "show_procedure_code"
    case showProcedureStatus = "show_procedure_status"
    case showProcessList = "show_processlist"
    case showProfile = "show_profile"
    case showProfiles = "show_profiles"
    case showRelayLogEvents = "show_relaylog_events"
    case showReplicas = "show_replicas"
    case showReplicaStatus = "show_replica_status"
    case showStatus = "show_status"
    case showEngines = "show_storage_engines"
    case showTableStatus = "show_table_status"
    case showTables = "show_tables"
    case showTriggers = "show_triggers"
    case showVariables = "show_variables"
    case showWarnings = "show_warnings"
    case showCreateUser = "show_create_user"
    case shutdown
    case startReplica = "replica_start"
    case stopReplica = "replica_stop"
    case startGroupReplication = "group_replication_start"
    case stopGroupReplication = "group_replication_stop"
    case truncate
    case uninstallComponent = "uninstall_component"
    case uninstallPlugin = "uninstall_plugin"
    case unlockInstance = "unlock_instance"
    case unlockTables = "unlock_tables"
    case update
    case updateMultiple = "update_multi"
    case xaCommit = "xa_commit"
    case xaEnd = "xa_end"
    case xaPrepare = "xa_prepare"
    case xaRecover = "xa_recover"
    case xaRollback = "xa_rollback"
    case xaStart = "xa_start"

    private static let places: [StatementKind: Int] = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

    var place: Int { Self.places[self] ?? 0 }

    init?(_ statement: Statement) {
        switch statement {
        case .query: self = .select
        case .insert(let insert):
            if case .query = insert.source {
                self = insert.isReplace ? .replaceSelect : .insertSelect
            } else {
                self = insert.isReplace ? .replace : .insert
            }
        case .update(let update):
            if update.tables.count == 1, case .table = update.tables[0] { self = .update } else { self = .updateMultiple }
        case .delete(let delete):
            if case .single = delete.target { self = .delete } else { self = .deleteMultiple }
        case .load: self = .load
        case .call: self = .call
        case .do: self = .do
        case .handler(let handler):
            switch handler.action {
            case .open: self = .handlerOpen
            case .close: self = .handlerClose
            case .read: self = .handlerRead
            }
        case .importTable: self = .importTable
        case .createDatabase: self = .createDatabase
        case .alterDatabase: self = .alterDatabase
        case .dropDatabase: self = .dropDatabase
        case .createTable: self = .createTable
        case .alterTable: self = .alterTable
        case .dropTable: self = .dropTable
        case .truncateTable: self = .truncate
        case .renameTable: self = .renameTable
        case .createIndex: self = .createIndex
        case .dropIndex: self = .dropIndex
        case .createView: self = .createView
        case .dropView: self = .dropView
        case .createRoutine(let routine): self = routine.kind == .function ? .createFunction : .createProcedure
        case .alterRoutine(let kind, _, _): self = kind == .function ? .alterFunction : .alterProcedure
        case .dropRoutine(let kind, _, _): self = kind == .function ? .dropFunction : .dropProcedure
        case .createLoadableFunction: self = .createLoadable
        case .createTrigger: self = .createTrigger
        case .dropTrigger: self = .dropTrigger
        case .createEvent: self = .createEvent
        case .alterEvent: self = .alterEvent
        case .dropEvent: self = .dropEvent
        case .startTransaction: self = .begin
        case .commit: self = .commit
        case .rollback: self = .rollback
        case .rollbackTo: self = .rollbackTo
        case .savepoint: self = .savepoint
        case .releaseSavepoint: self = .releaseSavepoint
        case .setTransaction, .set, .resetPersist: self = .set
        case .xa(let xa):
            switch xa {
            case .start: self = .xaStart
            case .end: self = .xaEnd
            case .prepare: self = .xaPrepare
            case .commit: self = .xaCommit
            case .rollback: self = .xaRollback
            case .recover: self = .xaRecover
            }
        case .lockTables: self = .lockTables
        case .unlockTables: self = .unlockTables
        case .lockInstance: self = .lockInstance
        case .unlockInstance: self = .unlockInstance
        case .setPassword: self = .setPassword
        case .setRole: self = .setRole
        case .setDefaultRole: self = .alterUserDefaultRole
        case .setResourceGroup: self = .setResourceGroup
        case .show(let show): self.init(show)
        case .use: self = .changeDatabase
        case .explain: self = .explain
        case .describeTable: self = .showFields
        case .help: self = .help
        case .prepare: self = .prepare
        case .execute: self = .execute
        case .deallocate: self = .deallocate
        case .createUser: self = .createUser
        case .alterUser: self = .alterUser
        case .dropUser: self = .dropUser
        case .renameUser: self = .renameUser
        case .createRole: self = .createRole
        case .dropRole: self = .dropRole
        case .grant, .grantProxy: self = .grant
        case .grantRoles: self = .grantRoles
        case .revoke(let revoke):
            switch revoke.what {
            case .privileges, .proxy: self = .revoke
            case .everything: self = .revokeAll
            case .roles: self = .revokeRoles
            }
        case .changeSource: self = .changeSource
        case .changeReplicationFilter: self = .changeFilter
        case .startReplica: self = .startReplica
        case .stopReplica: self = .stopReplica
        case .startGroupReplication: self = .startGroupReplication
        case .stopGroupReplication: self = .stopGroupReplication
        case .reset: self = .reset
        case .purgeBinaryLogs(let target):
            if case .to = target { self = .purge } else { self = .purgeBefore }
        case .binlog: self = .binlog
        case .tableMaintenance(let maintenance):
            switch maintenance.operation {
            case .analyze: self = .analyze
            case .check: self = .check
            case .checksum: self = .checksum
            case .optimize: self = .optimize
            case .repair: self = .repair
            }
        case .flush: self = .flush
        case .kill: self = .kill
        case .installPlugin: self = .installPlugin
        case .uninstallPlugin: self = .uninstallPlugin
        case .installComponent: self = .installComponent
        case .uninstallComponent: self = .uninstallComponent
        case .clone: self = .clone
        case .alterInstance: self = .alterInstance
        case .shutdown: self = .shutdown
        case .restart: self = .restart
        case .signal: self = .signal
        case .resignal: self = .resignal
        case .getDiagnostics: self = .getDiagnostics
        case .unsupported, .compound: return nil
        }
    }

    private init?(_ show: ShowStatement) {
        switch show {
        case .databases: self = .showDatabases
        case .tables: self = .showTables
        case .tableStatus: self = .showTableStatus
        case .openTables: self = .showOpenTables
        case .triggers: self = .showTriggers
        case .events: self = .showEvents
        case .columns: self = .showFields
        case .indexes: self = .showKeys
        case .createTable, .createView: self = .showCreateTable
        case .createDatabase: self = .showCreateDatabase
        case .createRoutine(let kind, _): self = kind == .function ? .showCreateFunction : .showCreateProcedure
        case .createTrigger: self = .showCreateTrigger
        case .createEvent: self = .showCreateEvent
        case .createUser: self = .showCreateUser
        case .routineStatus(let kind, _): self = kind == .function ? .showFunctionStatus : .showProcedureStatus
        case .routineCode(let kind, _): self = kind == .function ? .showFunctionCode : .showProcedureCode
        case .variables: self = .showVariables
        case .status: self = .showStatus
        case .warnings, .warningCount: self = .showWarnings
        case .errors, .errorCount: self = .showErrors
        case .processList: self = .showProcessList
        case .plugins: self = .showPlugins
        case .engines: self = .showEngines
        case .engineStatus(_, let what):
            switch what {
            case .status: self = .showEngineStatus
            case .mutex: self = .showEngineMutex
            case .logs: self = .showEngineLogs
            }
        case .privileges: self = .showPrivileges
        case .grants: self = .showGrants
        case .characterSets: self = .showCharsets
        case .collations: self = .showCollations
        case .profiles: self = .showProfiles
        case .profile: self = .showProfile
        case .binaryLogs: self = .showBinlogs
        case .binaryLogStatus: self = .showBinaryLogStatus
        case .binaryLogEvents: self = .showBinlogEvents
        case .relayLogEvents: self = .showRelayLogEvents
        case .replicas: self = .showReplicas
        case .replicaStatus: self = .showReplicaStatus
        case .parseTree: self = .showParseTree
        }
    }
}
