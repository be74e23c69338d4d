import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes

/// A privilege that a kind of statement needs whatever tables it names, and the error of who lacks it.
package struct StaticPrivilege: Sendable {
    /// How MySQL says no.
    package enum Refusal: Sendable {
        /// Error 1227 with these names.
        case specific(String)
        /// Error 3630 with these names.
        case persistOnly(String)
        /// Error 1045.
        case account
        /// Error 1044 for this database; error 3552 and 1044 for the system's, whoever asks.
        case database(String)
        /// Error 1044 for this database.
        case anyDatabase(String)
        /// Error 1142: a system table that the statement writes.
        case table(String, command: String)
        /// Error 1370.
        case routine(ObjectName, command: String)
        /// Error 6427.
        case spatialReferenceSystem(String)
    }

    /// Where it may be held: everywhere, or also for one database.
    package enum Scope: Sendable {
        case global
        /// nil: the current database.
        case database(String?)
        /// A table of `mysql`.
        case systemTable(String)
    }

    package var scope = Scope.global
    /// Any one of these suffices,
    package var anyOf: Privileges
    /// or any one of these dynamic ones.
    package var dynamic: [String] = []
    package var refusal: Refusal

    private static func specific(_ anyOf: Privileges, _ dynamic: [String], _ names: String) -> StaticPrivilege {
        StaticPrivilege(anyOf: anyOf, dynamic: dynamic, refusal: .specific(names))
    }

    package static let reload = specific(.reload, "RELOAD")
    package static let flushTables = specific(.reload, ["FLUSH_TABLES"], "RELOAD or FLUSH_TABLES")
    package static let flushStatus = specific(.reload, ["FLUSH_STATUS"], "RELOAD or FLUSH_STATUS")
    package static let flushPrivileges = specific(.reload, ["FLUSH_PRIVILEGES"], "RELOAD or FLUSH_PRIVILEGES")
    package static let flushUserResources = specific(.reload, ["FLUSH_USER_RESOURCES"], "RELOAD or FLUSH_USER_RESOURCES")
    package static let flushOptimizerCosts = specific(.reload, ["FLUSH_OPTIMIZER_COSTS"], "RELOAD or FLUSH_OPTIMIZER_COSTS")
    package static let shutdown = specific(.shutdown, "SHUTDOWN")
    package static let process = specific(.process, "PROCESS")
    package static let `super` = specific(.super, "SUPER")
    package static let createTablespace = specific(.createTablespace, "CREATE TABLESPACE")
    package static let replicationClient = specific([.super, .replicationClient], "SUPER, REPLICATION CLIENT")
    package static let replicationSlave = specific(.replicationSlave, "REPLICATION SLAVE")
    package static let groupReplicationAdmin = specific(
        .super, ["GROUP_REPLICATION_ADMIN"], "SUPER or GROUP_REPLICATION_ADMIN")
    package static let replicationSlaveAdmin = specific(
        .super, ["REPLICATION_SLAVE_ADMIN"], "SUPER or REPLICATION_SLAVE_ADMIN")
    package static let systemVariablesAdmin = specific(
        .super, ["SYSTEM_VARIABLES_ADMIN"], "SUPER or SYSTEM_VARIABLES_ADMIN")
    package static let binlogAdmin = specific(.super, ["BINLOG_ADMIN"], "SUPER or BINLOG_ADMIN")
    package static let binlogReplay = specific(
        .super, ["BINLOG_ADMIN", "REPLICATION_APPLIER"], "SUPER, BINLOG_ADMIN or REPLICATION_APPLIER")
    package static let backupAdmin = specific([], ["BACKUP_ADMIN"], "BACKUP_ADMIN")
    package static let cloneAdmin = specific([], ["CLONE_ADMIN"], "CLONE_ADMIN")
    package static let connectionAdmin = specific([], ["CONNECTION_ADMIN"], "CONNECTION_ADMIN")
    package static let optimizeLocalTable = specific([], ["OPTIMIZE_LOCAL_TABLE"], "OPTIMIZE_LOCAL_TABLE")
    package static let keyringReload = specific([], ["ENCRYPTION_KEY_ADMIN"], "ENCRYPTION_KEY_ADMIN")
    package static let encryptionKeyAdmin = specific(.super, ["ENCRYPTION_KEY_ADMIN"], "SUPER or ENCRYPTION_KEY_ADMIN")
    package static let binlogEncryptionAdmin = specific(
        .super, ["BINLOG_ENCRYPTION_ADMIN"], "SUPER or BINLOG_ENCRYPTION_ADMIN")
    package static let redoLogEnable = specific([], ["INNODB_REDO_LOG_ENABLE"], "INNODB_REDO_LOG_ENABLE")
    package static let resourceGroupAdmin = specific([], ["RESOURCE_GROUP_ADMIN"], "RESOURCE_GROUP_ADMIN")
    package static let resourceGroupUser = specific(
        [], ["RESOURCE_GROUP_ADMIN", "RESOURCE_GROUP_USER"], "RESOURCE_GROUP_ADMIN OR RESOURCE_GROUP_USER")
    package static let intoFile = specific(.file, "FILE")
    /// LOAD DATA INFILE and SHOW ENGINE LOGS say less.
    package static let file = StaticPrivilege(anyOf: .file, refusal: .account)

    private static func specific(_ anyOf: Privileges, _ names: String) -> StaticPrivilege {
        specific(anyOf, [], names)
    }

    /// Rows are written to a table of the database mysql.
    package static func systemTable(_ privilege: Privileges, _ command: String, _ table: String) -> StaticPrivilege {
        StaticPrivilege(scope: .systemTable(table), anyOf: privilege, refusal: .table(table, command: command))
    }

    /// Something of a database; nil is the current one.
    package static func database(_ privilege: Privileges, _ name: String?) -> StaticPrivilege {
        StaticPrivilege(scope: .database(name), anyOf: privilege, refusal: .database(name ?? ""))
    }

    /// Events and loadable functions: also of the system's databases.
    package static func anyDatabase(_ privilege: Privileges, _ name: String?) -> StaticPrivilege {
        StaticPrivilege(scope: .database(name), anyOf: privilege, refusal: .anyDatabase(name ?? ""))
    }

    package static func routine(_ privilege: Privileges, _ name: ObjectName, _ command: String) -> StaticPrivilege {
        StaticPrivilege(scope: .database(name.schema), anyOf: privilege, refusal: .routine(name, command: command))
    }

    package static func spatialReferenceSystem(_ statement: String) -> StaticPrivilege {
        StaticPrivilege(
            anyOf: .super, dynamic: ["CREATE_SPATIAL_REFERENCE_SYSTEM"], refusal: .spatialReferenceSystem(statement))
    }

    package init(scope: Scope = Scope.global, anyOf: Privileges, dynamic: [String] = [], refusal: Refusal) {
        self.scope = scope
        self.anyOf = anyOf
        self.dynamic = dynamic
        self.refusal = refusal
    }
}
