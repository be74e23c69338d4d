import MySQLParser

extension StatementTraits {
    /// The row of a statement's kind.
    package init(_ statement: Statement) {
        switch statement {
        // MARK: Data
        case .query(let query):
            self = .listing("SELECT", .select)
            tableLocks = .byTables
            switch query.into {
            case nil: break
            case .variables?: programs = .everywhere
            case .outFile?, .dumpFile?:
                programs = .everywhere
                privileges = [.intoFile]
            }
        case .insert(let insert):
            let name = insert.isReplace ? "REPLACE" : "INSERT"
            if case .query = insert.source {
                self = .rows("\(name) ... SELECT", insert.isReplace ? .replaceSelect : .insertSelect)
            } else {
                self = .rows(name, insert.isReplace ? .replace : .insert)
            }
        case .update(let update):
            if update.tables.count == 1, case .table = update.tables[0] {
                self = .rows("UPDATE", .update)
            } else {
                self = .rows("UPDATE", .updateMultiple)
            }
        case .delete(let delete):
            if case .single = delete.target {
                self = .rows("DELETE", .delete)
            } else {
                self = .rows("DELETE", .deleteMultiple)
            }
        case .load(let load):
            let name = load.isXML ? "LOAD XML" : "LOAD DATA"
            self = .rows(name, .load)
            isPreparable = false
            programs = .nowhere(.badStatement(name))
            if !load.isLocal { privileges = [.file] }
        case .call(let name, _):
            self = .plain("CALL", .call, [.routine(.execute, name, "execute")])
            tableLocks = .byTables
            isHeldByConsistency = true
        case .do: self = .plain("DO", .do)
        case .handler(let handler):
            switch handler.action {
            case .open: self = .plain("HANDLER", .handlerOpen)
            case .close: self = .plain("HANDLER", .handlerClose)
            case .read: self = .plain("HANDLER", .handlerRead)
            }
            tableLocks = .refused
            isPreparable = false
            programs = .nowhere(.badStatement("HANDLER"))
            isHeldByConsistency = true
        case .importTable:
            self = .definition("IMPORT TABLE", .importTable, locks: .byTables)
            readOnlyServer = .refusedAfterPrivileges
            isPreparable = false
            programs = .everywhere
        // MARK: Definitions
        case .createDatabase(let create):
            self = .definition("CREATE DATABASE", .createDatabase, locks: .refused, [.database(.create, create.name)])
        case .alterDatabase(let name, _):
            self = .definition("ALTER DATABASE", .alterDatabase, locks: .refused, [.database(.alter, name)])
            readOnlyServer = .refusedAfterPrivileges
            isPreparable = false
        case .dropDatabase(let name, _):
            self = .definition("DROP DATABASE", .dropDatabase, locks: .refused, [.database(.drop, name)])
        case .createTable(let create):
            self = .definition("CREATE TABLE", .createTable, locks: .byTables)
            if create.isTemporary { becomeTemporary() }
        case .alterTable: self = .definition("ALTER TABLE", .alterTable, locks: .byTables)
        case .dropTable(let drop):
            self = .definition("DROP TABLE", .dropTable, locks: .byTables)
            if drop.isTemporary { becomeTemporary() }
        case .truncateTable: self = .definition("TRUNCATE TABLE", .truncate, locks: .byTables)
        case .renameTable: self = .definition("RENAME TABLE", .renameTable, locks: .byTables)
        case .createIndex: self = .definition("CREATE INDEX", .createIndex, locks: .byTables)
        case .dropIndex: self = .definition("DROP INDEX", .dropIndex, locks: .byTables)
        case .createView(let create):
            self = .definition(create.isAlter ? "ALTER VIEW" : "CREATE VIEW", .createView, locks: .refused)
            if create.isAlter {
                isPreparable = false
                programs = .nowhere(.badStatement("ALTER VIEW"))
            }
        case .dropView: self = .definition("DROP VIEW", .dropView, locks: .refused)
        case .createRoutine(let routine):
            let what = routine.kind.name
            self = .program(
                "CREATE \(what)", routine.kind == .function ? .createFunction : .createProcedure, .nowhere(.creates(what)),
                [.database(.createRoutine, routine.name.schema)])
        case .alterRoutine(let routine, let name, _):
            self = .program(
                "ALTER \(routine.name)", routine == .function ? .alterFunction : .alterProcedure,
                .nowhere(.alters(routine.name)), [.routine(.alterRoutine, name, "alter routine")])
        case .dropRoutine(let routine, let name, _):
            self = .program(
                "DROP \(routine.name)", routine == .function ? .dropFunction : .dropProcedure,
                .nowhere(.alters(routine.name)), [.routine(.alterRoutine, name, "alter routine")])
        case .createLoadableFunction:
            self = .loadable("CREATE FUNCTION", .createLoadable, table: "func", .anyDatabase(.insert, "mysql"))
            isPreparable = false
            programs = .everywhere
        case .createTrigger:
            self = .definition("CREATE TRIGGER", .createTrigger, locks: .byTables)
            isPreparable = false
            programs = .nowhere(.creates("TRIGGER"))
        case .dropTrigger:
            self = .definition("DROP TRIGGER", .dropTrigger, locks: .byTables)
            isPreparable = false
        case .createEvent(let event):
            self = .program(
                "CREATE EVENT", .createEvent, .nowhere(.createsEvent), [.anyDatabase(.event, event.name.schema)])
            isPreparable = true
        case .alterEvent(let event):
            self = .program(
                "ALTER EVENT", .alterEvent, .notInFunctions(.commits), [.anyDatabase(.event, event.name.schema)])
            isPreparable = true
        case .dropEvent(let name, _):
            self = .program("DROP EVENT", .dropEvent, .notInFunctions(.commits), [.anyDatabase(.event, name.schema)])
            isPreparable = true
        case .unsupported(let unsupported, _): self = StatementTraits(unsupported)
        // MARK: Transactions
        case .startTransaction:
            self = .plain("START TRANSACTION", .begin)
            // It ends the one before, which MySQL does without leaving READ ONLY to the next: see its handler.
            isPreparable = false
            programs = .notInFunctions(.commits)
            isHeldByConsistency = true
        case .commit:
            self = .plain("COMMIT", .commit)
            programs = .notInFunctions(.commits)
        case .rollback:
            self = .plain("ROLLBACK", .rollback)
            programs = .notInFunctions(.commits)
        case .rollbackTo: self = .plain("ROLLBACK TO SAVEPOINT", .rollbackTo).with { $0.isPreparable = false }
        case .savepoint: self = .plain("SAVEPOINT", .savepoint).with { $0.isPreparable = false }
        case .releaseSavepoint: self = .plain("RELEASE SAVEPOINT", .releaseSavepoint).with { $0.isPreparable = false }
        case .setTransaction(let scope, _, _):
            self = .plain("SET TRANSACTION", .set)
            switch scope {
            case nil, .session?: break
            case .global?, .persist?, .persistOnly?: privileges = [.systemVariablesAdmin]
            }
        case .xa(let xa):
            switch xa {
            case .start: self = .plain("XA START", .xaStart)
            case .end: self = .plain("XA END", .xaEnd)
            case .prepare: self = .plain("XA PREPARE", .xaPrepare)
            case .commit: self = .plain("XA COMMIT", .xaCommit)
            case .rollback: self = .plain("XA ROLLBACK", .xaRollback)
            case .recover: self = .plain("XA RECOVER", .xaRecover)
            }
            isPreparable = false
        case .lockTables(let locks):
            self = .plain("LOCK TABLES", .lockTables)
            transaction = .commits
            isRefusedUnderGlobalReadLock = locks.contains { $0.kind == .write }
            isPreparable = false
            programs = .nowhere(.badStatement("LOCK"))
            isHeldByConsistency = true
        case .unlockTables:
            self = .plain("UNLOCK TABLES", .unlockTables)
            isPreparable = false
            programs = .nowhere(.badStatement("UNLOCK"))
        case .lockInstance:
            self = .server("LOCK INSTANCE FOR BACKUP", .lockInstance, .keeps, [.backupAdmin])
            isPreparable = false
        case .unlockInstance:
            self = .server("UNLOCK INSTANCE", .unlockInstance, .keeps, [.backupAdmin])
            isPreparable = false
        // MARK: Variables
        case .set: self = .plain("SET", .set)
        case .setPassword:
            self = .account("SET PASSWORD", .setPassword)
            isAllowedWithExpiredPassword = true
            programs = .notInFunctions(.setsAutocommit)
        case .setRole: self = .plain("SET ROLE", .setRole)
        case .setDefaultRole: self = .defaultRole("SET DEFAULT ROLE")
        case .setResourceGroup: self = .plain("SET RESOURCE GROUP", .setResourceGroup, [.resourceGroupUser])
        case .resetPersist:
            self = .server("RESET PERSIST", .reset, .keeps, [])
            programs = .notInFunctions(.statement("RESET"))
        // MARK: Information
        case .show(let show): self = StatementTraits(show)
        case .use:
            self = .plain("USE", .changeDatabase)
            isPreparable = false
            programs = .nowhere(.badStatement("USE"))
        case .explain(let explain):
            switch explain.subject {
            case .statement(let inner):
                // Judged as what it explains, which is not run.
                self = StatementTraits(inner)
                name = "EXPLAIN"
                transaction = .keeps
                programs = .notInFunctions(.returnsRows)
                binaryLog = .nothing
                keepsDiagnostics = false
            case .connection:
                self = .listing("EXPLAIN FOR CONNECTION", .explain)
                isPreparable = false
                programs = .nowhere(.unsupported("non-standalone EXPLAIN FOR CONNECTION"))
            }
        case .describeTable:
            self = .listing("DESCRIBE", .showFields)
        case .help:
            self = .listing("HELP", .help)
            isPreparable = false
            programs = .nowhere(.badStatement("HELP"))
        // MARK: Prepared statements
        case .prepare: self = .dynamicSQL("PREPARE", .prepare)
        case .execute: self = .dynamicSQL("EXECUTE", .execute)
        case .deallocate: self = .dynamicSQL("DEALLOCATE PREPARE", .deallocate)
        // MARK: Accounts
        case .createUser: self = .account("CREATE USER", .createUser)
        case .alterUser(let alter):
            if alter.defaultRole == nil {
                self = .account("ALTER USER", .alterUser)
                isAllowedWithExpiredPassword = true
            } else {
                self = .defaultRole("ALTER USER")
            }
        case .dropUser: self = .account("DROP USER", .dropUser)
        case .renameUser: self = .account("RENAME USER", .renameUser)
        case .createRole: self = .account("CREATE ROLE", .createRole).with { $0.isPreparable = false }
        case .dropRole: self = .account("DROP ROLE", .dropRole).with { $0.isPreparable = false }
        case .grant(let grant):
            self = .account("GRANT", .grant)
            if case .object = grant.level { readOnlyServer = .refused }
            if case .list(let list) = grant.privileges, list.allSatisfy(\.isDynamic) { readOnlyServer = .refused }
        case .grantProxy: self = .account("GRANT", .grant)
        case .grantRoles: self = .account("GRANT", .grantRoles)
        case .revoke(let revoke):
            switch revoke.what {
            case .privileges, .proxy: self = .account("REVOKE", .revoke)
            case .everything: self = .account("REVOKE", .revokeAll)
            case .roles: self = .account("REVOKE", .revokeRoles)
            }
        // MARK: Replication
        case .changeSource:
            self = .server("CHANGE REPLICATION SOURCE", .changeSource, .commits, [.replicationSlaveAdmin])
        case .changeReplicationFilter:
            self = .server("CHANGE REPLICATION FILTER", .changeFilter, .commits, [.replicationSlaveAdmin])
        case .startReplica: self = .server("START REPLICA", .startReplica, .commits, [.replicationSlaveAdmin])
        case .stopReplica:
            self = .server("STOP REPLICA", .stopReplica, .commits, [.replicationSlaveAdmin])
            tableLocks = .refused
        case .startGroupReplication:
            self = .server("START GROUP_REPLICATION", .startGroupReplication, .refusedInside, [.groupReplicationAdmin])
            tableLocks = .refused
            isPreparable = false
        case .stopGroupReplication:
            self = .server("STOP GROUP_REPLICATION", .stopGroupReplication, .refusedInside, [.groupReplicationAdmin])
            tableLocks = .refused
            isPreparable = false
        case .reset(let targets):
            self = .server("RESET", .reset, .commits, [])
            programs = .notInFunctions(.statement("RESET"))
            privileges = targets.map { target in
                switch target {
                case .binaryLogsAndGTIDs: .flushTables
                case .replica: .reload
                }
            }
        case .purgeBinaryLogs(let target):
            switch target {
            case .to: self = .server("PURGE BINARY LOGS", .purge, .keeps, [.binlogAdmin])
            case .before: self = .server("PURGE BINARY LOGS", .purgeBefore, .keeps, [.binlogAdmin])
            }
            isPreparable = false
        case .binlog: self = .plain("BINLOG", .binlog, [.binlogReplay])
        // MARK: Administration
        case .tableMaintenance(let maintenance): self = StatementTraits(maintenance)
        case .flush(let flush): self = StatementTraits(flush)
        case .kill: self = .plain("KILL", .kill)
        case .installPlugin:
            self = .loadable("INSTALL PLUGIN", .installPlugin, table: "plugin", .systemTable(.insert, "INSERT", "plugin"))
        case .uninstallPlugin:
            self = .loadable(
                "UNINSTALL PLUGIN", .uninstallPlugin, table: "plugin", .systemTable(.delete, "DELETE", "plugin"))
        case .installComponent:
            self = .loadable(
                "INSTALL COMPONENT", .installComponent, table: "component", .systemTable(.insert, "INSERT", "component"))
            isPreparable = false
            programs = .everywhere
        case .uninstallComponent:
            self = .loadable(
                "UNINSTALL COMPONENT", .uninstallComponent, table: "component",
                .systemTable(.delete, "DELETE", "component"))
            isPreparable = false
            programs = .everywhere
        case .clone(let clone):
            switch clone {
            case .local: self = .server("CLONE LOCAL DATA", .clone, .commits, [.backupAdmin])
            case .remote: self = .server("CLONE INSTANCE", .clone, .commits, [.cloneAdmin])
            }
            isPreparable = false
            programs = .everywhere
        case .alterInstance(let action): self = StatementTraits(action)
        case .shutdown:
            self = .server("SHUTDOWN", .shutdown, .keeps, [.shutdown])
            isPreparable = false
        case .restart:
            self = .server("RESTART", .restart, .commits, [.shutdown])
            isPreparable = false
            programs = .everywhere
        // MARK: Diagnostics and programs
        case .signal: self = .plain("SIGNAL", .signal).with { $0.isPreparable = false }
        case .resignal: self = .plain("RESIGNAL", .resignal).with { $0.isPreparable = false }
        case .getDiagnostics:
            self = .plain("GET DIAGNOSTICS", .getDiagnostics)
            isPreparable = false
            keepsDiagnostics = true
        case .compound:
            self = .plain("BEGIN ... END", nil)
            isPreparable = false
        }
    }

    /// Of the session's own tables: nothing of it is ordered or logged, and no transaction ends.
    private mutating func becomeTemporary() {
        transaction = .keeps
        readOnlyServer = .allowed
        tableLocks = .allowed
        isRefusedUnderGlobalReadLock = false
        programs = .everywhere
        isHeldByConsistency = false
        binaryLog = .nothing
    }

    private static func dynamicSQL(_ name: String, _ kind: StatementKind) -> StatementTraits {
        plain(name, kind).with {
            $0.isPreparable = false
            $0.programs = .notInFunctions(.statement("Dynamic SQL"))
        }
    }

    /// MySQL treats these as unlike the other account statements in some ways.
    private static func defaultRole(_ name: String) -> StatementTraits {
        account(name, .alterUserDefaultRole).with {
            $0.isRefusedInReadOnlyTransaction = false
            $0.readOnlyServer = .refused
            $0.programs = .everywhere
        }
    }
}

extension RoutineKind {
    package var name: String { self == .function ? "FUNCTION" : "PROCEDURE" }
}
