import MySQLParser

extension StatementTraits {
    package init(_ show: ShowStatement) {
        switch show {
        case .databases: self = .listing("SHOW DATABASES", .showDatabases)
        case .tables: self = .listing("SHOW TABLES", .showTables)
        case .tableStatus: self = .listing("SHOW TABLE STATUS", .showTableStatus)
        case .openTables: self = .listing("SHOW OPEN TABLES", .showOpenTables)
        case .triggers: self = .listing("SHOW TRIGGERS", .showTriggers).with { $0.programs = .everywhere }
        case .events(let schema, _):
            self = .listing("SHOW EVENTS", .showEvents, [.anyDatabase(.event, schema)])
        case .columns: self = .listing("SHOW COLUMNS", .showFields)
        case .indexes: self = .listing("SHOW INDEX", .showKeys)
        case .createTable: self = .listing("SHOW CREATE TABLE", .showCreateTable)
        case .createView: self = .listing("SHOW CREATE VIEW", .showCreateTable)
        case .createDatabase: self = .listing("SHOW CREATE DATABASE", .showCreateDatabase)
        case .createRoutine(let kind, _):
            self = .listing(
                "SHOW CREATE \(kind.name)", kind == .function ? .showCreateFunction : .showCreateProcedure)
        case .createTrigger: self = .listing("SHOW CREATE TRIGGER", .showCreateTrigger)
        case .createEvent(let name):
            self = .listing("SHOW CREATE EVENT", .showCreateEvent, [.anyDatabase(.event, name.schema)])
        case .createUser:
            self = .listing("SHOW CREATE USER", .showCreateUser)
            tableLocks = .needsSystemTable("user")
            programs = .everywhere
        case .routineStatus(let kind, _):
            self = .listing("SHOW \(kind.name) STATUS", kind == .function ? .showFunctionStatus : .showProcedureStatus)
        case .routineCode(let kind, _):
            self = .listing("SHOW \(kind.name) CODE", kind == .function ? .showFunctionCode : .showProcedureCode)
        case .variables: self = .listing("SHOW VARIABLES", .showVariables)
        case .status: self = .listing("SHOW STATUS", .showStatus)
        case .warnings: self = .conditions("SHOW WARNINGS", .showWarnings)
        case .errors: self = .conditions("SHOW ERRORS", .showErrors)
        // MySQL reads these as SELECT @@warning_count.
        case .warningCount: self = .conditions("SHOW COUNT(*) WARNINGS", .select)
        case .errorCount: self = .conditions("SHOW COUNT(*) ERRORS", .select)
        case .processList: self = .listing("SHOW PROCESSLIST", .showProcessList)
        case .plugins: self = .listing("SHOW PLUGINS", .showPlugins).with { $0.programs = .everywhere }
        case .engines: self = .listing("SHOW ENGINES", .showEngines)
        case .engineStatus(_, let what):
            switch what {
            case .status: self = .listing("SHOW ENGINE STATUS", .showEngineStatus, [.process])
            case .mutex: self = .listing("SHOW ENGINE MUTEX", .showEngineMutex, [.process])
            case .logs: self = .listing("SHOW ENGINE LOGS", .showEngineLogs, [.file])
            }
        case .privileges: self = .listing("SHOW PRIVILEGES", .showPrivileges)
        case .grants: self = .listing("SHOW GRANTS", .showGrants)
        case .characterSets: self = .listing("SHOW CHARACTER SET", .showCharsets)
        case .collations: self = .listing("SHOW COLLATION", .showCollations)
        case .profiles: self = .listing("SHOW PROFILES", .showProfiles).with { $0.programs = .everywhere }
        case .profile: self = .listing("SHOW PROFILE", .showProfile).with { $0.programs = .everywhere }
        case .binaryLogs: self = .listing("SHOW BINARY LOGS", .showBinlogs, [.replicationClient])
        case .binaryLogStatus: self = .listing("SHOW BINARY LOG STATUS", .showBinaryLogStatus, [.replicationClient])
        case .binaryLogEvents: self = .listing("SHOW BINLOG EVENTS", .showBinlogEvents, [.replicationSlave])
        case .relayLogEvents: self = .listing("SHOW RELAYLOG EVENTS", .showRelayLogEvents, [.replicationSlave])
        case .replicas: self = .listing("SHOW REPLICAS", .showReplicas, [.replicationSlave])
        case .replicaStatus: self = .listing("SHOW REPLICA STATUS", .showReplicaStatus, [.replicationClient])
        case .parseTree: self = .listing("SHOW PARSE_TREE", .showParseTree)
        }
    }

    /// What the statement before left; binding nothing of its own.
    private static func conditions(_ name: String, _ kind: StatementKind) -> StatementTraits {
        listing(name, kind).with {
            $0.isPreparable = false
            $0.keepsDiagnostics = true
        }
    }
}
