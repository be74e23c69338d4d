/// The static privileges of MySQL 9.7, as a set. Dynamic privileges are names, see ``Account/dynamicPrivileges``.
///
/// Source: the manual's section "Privileges Provided by MySQL"; SHOW GRANTS prints them in this order.
public struct Privileges: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static let select = Privileges(rawValue: 1 << 0)
    public static let insert = Privileges(rawValue: 1 << 1)
    public static let update = Privileges(rawValue: 1 << 2)
    public static let delete = Privileges(rawValue: 1 << 3)
    public static let create = Privileges(rawValue: 1 << 4)
    public static let drop = Privileges(rawValue: 1 << 5)
    public static let reload = Privileges(rawValue: 1 << 6)
    public static let shutdown = Privileges(rawValue: 1 << 7)
    public static let process = Privileges(rawValue: 1 << 8)
    public static let file = Privileges(rawValue: 1 << 9)
    public static let references = Privileges(rawValue: 1 << 10)
    public static let index = Privileges(rawValue: 1 << 11)
    public static let alter = Privileges(rawValue: 1 << 12)
    public static let showDatabases = Privileges(rawValue: 1 << 13)
    public static let `super` = Privileges(rawValue: 1 << 14)
    public static let createTemporaryTables = Privileges(rawValue: 1 << 15)
    public static let lockTables = Privileges(rawValue: 1 << 16)
    public static let execute = Privileges(rawValue: 1 << 17)
    public static let replicationSlave = Privileges(rawValue: 1 << 18)
    public static let replicationClient = Privileges(rawValue: 1 << 19)
    public static let createView = Privileges(rawValue: 1 << 20)
    public static let showView = Privileges(rawValue: 1 << 21)
    public static let createRoutine = Privileges(rawValue: 1 << 22)
    public static let alterRoutine = Privileges(rawValue: 1 << 23)
    public static let createUser = Privileges(rawValue: 1 << 24)
    public static let event = Privileges(rawValue: 1 << 25)
    public static let trigger = Privileges(rawValue: 1 << 26)
    public static let createTablespace = Privileges(rawValue: 1 << 27)
    public static let createRole = Privileges(rawValue: 1 << 28)
    public static let dropRole = Privileges(rawValue: 1 << 29)
    /// WITH GRANT OPTION.
    public static let grantOption = Privileges(rawValue: 1 << 30)

    /// Every privilege but GRANT OPTION: what ALL means at the global level.
    public static let allGlobal = Privileges(rawValue: (1 << 30) - 1)
    /// What ALL means for a database.
    public static let allDatabase: Privileges = [
        .select, .insert, .update, .delete, .create, .drop, .references, .index, .alter, .createTemporaryTables,
        .lockTables, .execute, .createView, .showView, .createRoutine, .alterRoutine, .event, .trigger,
    ]
    /// What ALL means for a table.
    public static let allTable: Privileges = [
        .select, .insert, .update, .delete, .create, .drop, .references, .index, .alter, .createView, .showView,
        .trigger,
    ]
    /// What may be granted on columns.
    public static let allColumn: Privileges = [.select, .insert, .update, .references]

    /// Names as GRANT takes them and SHOW GRANTS prints them, in printing order.
    package static let names: [(Privileges, String)] = [
        (.select, "SELECT"), (.insert, "INSERT"), (.update, "UPDATE"), (.delete, "DELETE"), (.create, "CREATE"),
        (.drop, "DROP"), (.reload, "RELOAD"), (.shutdown, "SHUTDOWN"), (.process, "PROCESS"), (.file, "FILE"),
        (.references, "REFERENCES"), (.index, "INDEX"), (.alter, "ALTER"), (.showDatabases, "SHOW DATABASES"),
        (.super, "SUPER"), (.createTemporaryTables, "CREATE TEMPORARY TABLES"), (.lockTables, "LOCK TABLES"),
        (.execute, "EXECUTE"), (.replicationSlave, "REPLICATION SLAVE"), (.replicationClient, "REPLICATION CLIENT"),
        (.createView, "CREATE VIEW"), (.showView, "SHOW VIEW"), (.createRoutine, "CREATE ROUTINE"),
        (.alterRoutine, "ALTER ROUTINE"), (.createUser, "CREATE USER"), (.event, "EVENT"), (.trigger, "TRIGGER"),
        (.createTablespace, "CREATE TABLESPACE"), (.createRole, "CREATE ROLE"), (.dropRole, "DROP ROLE"),
    ]

    /// The privilege that an upper-case name stands for; nil when it is no static privilege.
    public static func named(_ name: String) -> Privileges? {
        names.first { $0.1 == name }?.0
    }

    /// The names of the set's members, without GRANT OPTION.
    public var names: [String] {
        Privileges.names.filter { contains($0.0) }.map(\.1)
    }

    /// The dynamic privileges that were once part of SUPER, and for which SUPER still does (MySQL's error 1227 names it with
    /// them). For the others it does not.
    package static let superStandsInFor: Set<String> = [
        "ALLOW_NONEXISTENT_DEFINER", "BINLOG_ADMIN", "BINLOG_ENCRYPTION_ADMIN", "CONNECTION_ADMIN", "ENCRYPTION_KEY_ADMIN",
        "GROUP_REPLICATION_ADMIN", "REPLICATION_APPLIER", "REPLICATION_SLAVE_ADMIN", "RESOURCE_GROUP_ADMIN",
        "RESOURCE_GROUP_USER", "ROLE_ADMIN", "SESSION_VARIABLES_ADMIN", "SET_ANY_DEFINER", "SYSTEM_VARIABLES_ADMIN",
        "TABLE_ENCRYPTION_ADMIN",
    ]

    /// The dynamic privileges that exist, as SHOW GRANTS of an administrator lists them.
    public static let dynamicNames: [String] = [
        "ALLOW_NONEXISTENT_DEFINER", "APPLICATION_PASSWORD_ADMIN", "AUDIT_ABORT_EXEMPT", "AUDIT_ADMIN",
        "AUTHENTICATION_POLICY_ADMIN", "BACKUP_ADMIN", "BINLOG_ADMIN", "BINLOG_ENCRYPTION_ADMIN", "CLONE_ADMIN",
        "CONNECTION_ADMIN", "CREATE_SPATIAL_REFERENCE_SYSTEM", "ENCRYPTION_KEY_ADMIN", "FIREWALL_EXEMPT",
        "FLUSH_OPTIMIZER_COSTS", "FLUSH_PRIVILEGES", "FLUSH_STATUS", "FLUSH_TABLES", "FLUSH_USER_RESOURCES",
        "GROUP_REPLICATION_ADMIN", "GROUP_REPLICATION_STREAM", "INNODB_REDO_LOG_ARCHIVE", "INNODB_REDO_LOG_ENABLE",
        "MANAGE_DATA_MASKING_POLICY", "OPTIMIZE_LOCAL_TABLE", "PASSWORDLESS_USER_ADMIN", "PERSIST_RO_VARIABLES_ADMIN",
        "REPLICATION_APPLIER", "REPLICATION_SLAVE_ADMIN", "RESOURCE_GROUP_ADMIN", "RESOURCE_GROUP_USER", "ROLE_ADMIN",
        "SENSITIVE_VARIABLES_OBSERVER", "SERVICE_CONNECTION_ADMIN", "SESSION_VARIABLES_ADMIN", "SET_ANY_DEFINER",
        "SHOW_ROUTINE", "SYSTEM_USER", "SYSTEM_VARIABLES_ADMIN", "TABLE_ENCRYPTION_ADMIN", "TELEMETRY_LOG_ADMIN",
        "TRANSACTION_GTID_TAG", "XA_RECOVER_ADMIN",
    ]
}
