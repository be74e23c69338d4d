extension SystemTables {
    struct Provider: Sendable {
        let schema: String
        let name: String
        let rows: SystemTableRows
    }

    /// The tables that have rows; a table that is not here is always empty.
    static let providers: [Provider] =
        make("information_schema", informationSchema) + make("performance_schema", performanceSchema)
        + make("mysql", mysql) + make("sys", [("version", SysTables.version)])

    private static func make(_ schema: String, _ tables: [(String, SystemTableRows)]) -> [Provider] {
        tables.map { Provider(schema: schema, name: $0.0, rows: $0.1) }
    }

    private static let informationSchema: [(String, SystemTableRows)] = [
        ("APPLICABLE_ROLES", RoleTables.applicable),
        ("CHARACTER_SETS", CharacterSetTables.characterSets),
        ("CHECK_CONSTRAINTS", ConstraintsTables.checkConstraints),
        ("COLLATIONS", CharacterSetTables.collations),
        ("COLLATION_CHARACTER_SET_APPLICABILITY", CharacterSetTables.applicability),
        ("COLUMNS", ColumnsTable.rows),
        ("COLUMNS_EXTENSIONS", ColumnsTable.extensions),
        ("COLUMN_PRIVILEGES", PrivilegesTables.column),
        ("ENABLED_ROLES", RoleTables.enabled),
        ("ENGINES", EnginesAndPluginsTables.engines),
        ("KEYWORDS", KeywordsTable.rows),
        ("KEY_COLUMN_USAGE", ConstraintsTables.keyColumnUsage),
        ("PARTITIONS", TablesTable.partitions),
        ("PLUGINS", EnginesAndPluginsTables.plugins),
        ("PROCESSLIST", ProcessListTable.informationSchema),
        ("REFERENTIAL_CONSTRAINTS", ConstraintsTables.referentialConstraints),
        ("RESOURCE_GROUPS", ResourceGroupsTable.rows),
        ("SCHEMATA", SchemataTable.rows),
        ("SCHEMATA_EXTENSIONS", SchemataTable.extensions),
        ("SCHEMA_PRIVILEGES", PrivilegesTables.schema),
        ("STATISTICS", StatisticsTable.rows),
        ("TABLES", TablesTable.rows),
        ("TABLES_EXTENSIONS", TablesTable.extensions),
        ("TABLE_CONSTRAINTS", ConstraintsTables.tableConstraints),
        ("TABLE_CONSTRAINTS_EXTENSIONS", ConstraintsTables.extensions),
        ("TABLE_PRIVILEGES", PrivilegesTables.table),
        ("USER_ATTRIBUTES", PrivilegesTables.attributes),
        ("USER_PRIVILEGES", PrivilegesTables.user),
        ("VIEWS", ViewsTables.views),
    ]

    private static let performanceSchema: [(String, SystemTableRows)] = [
        ("accounts", ThreadsTable.accounts),
        ("error_log", ErrorLogTable.rows),
        ("events_stages_current", StagesAndMemoryTables.current),
        ("events_stages_history", StagesAndMemoryTables.history),
        ("events_stages_history_long", StagesAndMemoryTables.historyLong),
        ("events_stages_summary_global_by_event_name", StagesAndMemoryTables.summary),
        ("global_status", StatusTables.global),
        ("global_variables", VariablesTables.global),
        ("hosts", ThreadsTable.hosts),
        ("log_status", LogStatusTable.rows),
        ("memory_summary_global_by_event_name", StagesAndMemoryTables.memory),
        ("performance_timers", SetupTables.timers),
        ("persisted_variables", VariablesTables.persisted),
        ("processlist", ProcessListTable.performanceSchema),
        ("replication_applier_configuration", ReplicationChannelTables.applierConfiguration),
        ("replication_applier_status", ReplicationChannelTables.applierStatus),
        ("replication_applier_status_by_coordinator", ReplicationChannelTables.byCoordinator),
        ("replication_applier_status_by_worker", ReplicationChannelTables.byWorker),
        ("replication_connection_configuration", ReplicationChannelTables.connectionConfiguration),
        ("replication_connection_status", ReplicationChannelTables.connectionStatus),
        ("replication_group_communication_information", ReplicationGroupTables.communication),
        ("replication_group_configuration_version", ReplicationGroupTables.configurationVersion),
        ("replication_group_member_actions", ReplicationGroupTables.actions),
        ("replication_group_member_stats", ReplicationGroupTables.statistics),
        ("replication_group_members", ReplicationGroupTables.members),
        ("connection_control_failed_login_attempts", FailedLoginAttemptsTable.rows),
        ("session_account_connect_attrs", ConnectAttributesTables.ownAccount),
        ("session_connect_attrs", ConnectAttributesTables.all),
        ("session_status", StatusTables.session),
        ("session_variables", VariablesTables.session),
        ("setup_actors", SetupTables.actors),
        ("setup_consumers", SetupTables.consumers),
        ("setup_instruments", SetupTables.instruments),
        ("status_by_thread", StatusTables.byThread),
        ("threads", ThreadsTable.threads),
        ("tls_channel_status", TLSChannelStatusTable.rows),
        ("user_defined_functions", SetupTables.functions),
        ("user_variables_by_thread", UserVariablesTable.rows),
        ("users", ThreadsTable.users),
        ("variables_by_thread", VariablesTables.byThread),
        ("variables_info", VariablesTables.info),
        ("variables_metadata", VariablesTables.metadata),
    ]

    private static let mysql: [(String, SystemTableRows)] = [
        ("columns_priv", GrantTables.columns),
        ("component", GrantTables.components),
        ("db", GrantTables.database),
        ("default_roles", GrantTables.defaultRoles),
        ("global_grants", GrantTables.globalGrants),
        ("gtid_executed", GTIDExecutedTable.rows),
        ("password_history", GrantTables.passwordHistory),
        ("plugin", GrantTables.plugins),
        ("proxies_priv", GrantTables.proxies),
        ("replication_group_configuration_version", ReplicationGroupTables.configurationVersion),
        ("replication_group_member_actions", ReplicationGroupTables.actions),
        ("role_edges", GrantTables.roleEdges),
        ("tables_priv", GrantTables.tables),
        ("user", GrantTables.user),
    ]
}
