import MySQLParser
import MySQLProtocol
import MySQLTypes

/// A privilege that a kind of statement needs whatever tables it names, and the error of who lacks it.
struct StaticPrivilege: Sendable {
    /// How MySQL says no.
    enum Refusal: Sendable {
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
    enum Scope: Sendable {
        case global
        /// nil: the current database.
        case database(String?)
    }

    var scope = Scope.global
    /// Any one of these suffices,
    var anyOf: Privileges
    /// or any one of these dynamic ones.
    var dynamic: [String] = []
    var refusal: Refusal

    private static func specific(_ anyOf: Privileges, _ dynamic: [String], _ names: String) -> StaticPrivilege {
        StaticPrivilege(anyOf: anyOf, dynamic: dynamic, refusal: .specific(names))
    }

    static let reload = specific(.reload, "RELOAD")
    static let flushTables = specific(.reload, ["FLUSH_TABLES"], "RELOAD or FLUSH_TABLES")
    static let flushStatus = specific(.reload, ["FLUSH_STATUS"], "RELOAD or FLUSH_STATUS")
    static let flushPrivileges = specific(.reload, ["FLUSH_PRIVILEGES"], "RELOAD or FLUSH_PRIVILEGES")
    static let flushUserResources = specific(.reload, ["FLUSH_USER_RESOURCES"], "RELOAD or FLUSH_USER_RESOURCES")
    static let flushOptimizerCosts = specific(.reload, ["FLUSH_OPTIMIZER_COSTS"], "RELOAD or FLUSH_OPTIMIZER_COSTS")
    static let shutdown = specific(.shutdown, "SHUTDOWN")
    static let process = specific(.process, "PROCESS")
    static let `super` = specific(.super, "SUPER")
    static let createTablespace = specific(.createTablespace, "CREATE TABLESPACE")
    static let replicationClient = specific([.super, .replicationClient], "SUPER, REPLICATION CLIENT")
    static let replicationSlave = specific(.replicationSlave, "REPLICATION SLAVE")
    static let groupReplicationAdmin = specific(
        .super, ["GROUP_REPLICATION_ADMIN"], "SUPER or GROUP_REPLICATION_ADMIN")
    static let replicationSlaveAdmin = specific(
        .super, ["REPLICATION_SLAVE_ADMIN"], "SUPER or REPLICATION_SLAVE_ADMIN")
    static let systemVariablesAdmin = specific(
        .super, ["SYSTEM_VARIABLES_ADMIN"], "SUPER or SYSTEM_VARIABLES_ADMIN")
    static let binlogAdmin = specific(.super, ["BINLOG_ADMIN"], "SUPER or BINLOG_ADMIN")
    static let binlogReplay = specific(
        .super, ["BINLOG_ADMIN", "REPLICATION_APPLIER"], "SUPER, BINLOG_ADMIN or REPLICATION_APPLIER")
    static let backupAdmin = specific([], ["BACKUP_ADMIN"], "BACKUP_ADMIN")
    static let cloneAdmin = specific([], ["CLONE_ADMIN"], "CLONE_ADMIN")
    static let connectionAdmin = specific([], ["CONNECTION_ADMIN"], "CONNECTION_ADMIN")
    static let optimizeLocalTable = specific([], ["OPTIMIZE_LOCAL_TABLE"], "OPTIMIZE_LOCAL_TABLE")
    static let keyringReload = specific([], ["ENCRYPTION_KEY_ADMIN"], "ENCRYPTION_KEY_ADMIN")
    static let encryptionKeyAdmin = specific(.super, ["ENCRYPTION_KEY_ADMIN"], "SUPER or ENCRYPTION_KEY_ADMIN")
    static let binlogEncryptionAdmin = specific(
        .super, ["BINLOG_ENCRYPTION_ADMIN"], "SUPER or BINLOG_ENCRYPTION_ADMIN")
    static let redoLogEnable = specific([], ["INNODB_REDO_LOG_ENABLE"], "INNODB_REDO_LOG_ENABLE")
    static let resourceGroupAdmin = specific([], ["RESOURCE_GROUP_ADMIN"], "RESOURCE_GROUP_ADMIN")
    static let resourceGroupUser = specific(
        [], ["RESOURCE_GROUP_ADMIN", "RESOURCE_GROUP_USER"], "RESOURCE_GROUP_ADMIN OR RESOURCE_GROUP_USER")
    static let intoFile = specific(.file, "FILE")
    /// LOAD DATA INFILE and SHOW ENGINE LOGS say less.
    static let file = StaticPrivilege(anyOf: .file, refusal: .account)

    private static func specific(_ anyOf: Privileges, _ names: String) -> StaticPrivilege {
        specific(anyOf, [], names)
    }

    /// Rows are written to a table of the database mysql.
    static func systemTable(_ privilege: Privileges, _ command: String, _ table: String) -> StaticPrivilege {
        StaticPrivilege(scope: .database("mysql"), anyOf: privilege, refusal: .table(table, command: command))
    }

    /// Something of a database; nil is the current one.
    static func database(_ privilege: Privileges, _ name: String?) -> StaticPrivilege {
        StaticPrivilege(scope: .database(name), anyOf: privilege, refusal: .database(name ?? ""))
    }

    /// Events and loadable functions: also of the system's databases.
    static func anyDatabase(_ privilege: Privileges, _ name: String?) -> StaticPrivilege {
        StaticPrivilege(scope: .database(name), anyOf: privilege, refusal: .anyDatabase(name ?? ""))
    }

    static func routine(_ privilege: Privileges, _ name: ObjectName, _ command: String) -> StaticPrivilege {
        StaticPrivilege(scope: .database(name.schema), anyOf: privilege, refusal: .routine(name, command: command))
    }

    static func spatialReferenceSystem(_ statement: String) -> StaticPrivilege {
        StaticPrivilege(
            anyOf: .super, dynamic: ["CREATE_SPATIAL_REFERENCE_SYSTEM"], refusal: .spatialReferenceSystem(statement))
    }
}

extension Session {
    /// Refuses the statement for which one of these is not held.
    func checkPrivileges(_ required: [StaticPrivilege]) throws(SQLError) {
        if required.isEmpty { return }
        let mine = privileges
        for privilege in required { try check(privilege, mine) }
    }

    private func check(_ required: StaticPrivilege, _ mine: EffectivePrivileges) throws(SQLError) {
        var held = mine.global
        var database = ""
        if case .database(let name) = required.scope {
            guard let name = name ?? currentDatabase else { throw SQLError(.noDbError) }
            database = name
            held = mine.privileges(onDatabase: name)
            // Nobody makes, changes or drops the system's schemas, nor one that is called like this in another case.
            if isSystemSchema(name) || Identifier.equal(name, "performance_schema"), case .database = required.refusal {
                if name.lowercasedASCII == "mysql", !held.isDisjoint(with: required.anyOf) {
                    throw SQLError(.noSystemSchemaAccess, "mysql")
                }
                throw SQLError(.dbaccessDeniedError, account.user, account.host, name)
            }
        }
        if !held.isDisjoint(with: required.anyOf) { return }
        if required.dynamic.contains(where: { mine.holds(dynamic: $0) }) { return }
        switch required.refusal {
        case .specific(let names): throw SQLError(.specificAccessDeniedError, names)
        case .persistOnly(let names): throw SQLError(.persistOnlyAccessDeniedError, names)
        case .account: throw accountDenied
        case .database, .anyDatabase: throw SQLError(.dbaccessDeniedError, account.user, account.host, database)
        case .table(let table, let command):
            throw SQLError(.tableaccessDeniedError, command, userName, clientHost, table)
        case .routine(let name, let command):
            throw SQLError(.procaccessDeniedError, command, account.user, account.host, "\(database).\(name.name)")
        case .spatialReferenceSystem(let statement): throw SQLError(.cmdNeedSuperOrCreateSpatialReferenceSystem, statement)
        }
    }
}
