import MySQLParser

extension StatementTraits {
    package init(_ maintenance: TableMaintenanceStatement) {
        switch maintenance.operation {
        case .analyze: self = .maintenance("ANALYZE TABLE", .analyze, maintenance)
        case .check:
            self = .maintenance("CHECK TABLE", .check, maintenance)
            isPreparable = false
            programs = .nowhere(.badStatement("CHECK"))
            binaryLog = .nothing
        case .checksum:
            self = .maintenance("CHECKSUM TABLE", .checksum, maintenance)
            transaction = .keeps
            binaryLog = .nothing
        case .optimize:
            self = .maintenance("OPTIMIZE TABLE", .optimize, maintenance)
            isRefusedInReadOnlyTransaction = true
            readOnlyServer = .refused
            if maintenance.isLocal { privileges = [.optimizeLocalTable] }
        case .repair:
            self = .maintenance("REPAIR TABLE", .repair, maintenance)
            isRefusedInReadOnlyTransaction = true
            readOnlyServer = .refusedAfterPrivileges
        }
    }

    private static func maintenance(
        _ name: String, _ kind: StatementKind, _ maintenance: TableMaintenanceStatement
    ) -> StatementTraits {
        listing(name, kind).with {
            $0.transaction = .commits
            $0.tableLocks = .byTables
            $0.isHeldByConsistency = true
            $0.binaryLog = maintenance.isLocal ? .nothing : .text
        }
    }

    package init(_ flush: FlushStatement) {
        self = .server("FLUSH", .flush, .commits, [])
        programs = .notInFunctions(.statement("FLUSH"))
        binaryLog = flush.isLocal ? .nothing : .text
        for target in flush.targets {
            switch target {
            case .binaryLogs, .logs:
                privileges.append(.reload)
                binaryLog = .nothing
            case .engineLogs, .errorLogs, .generalLogs, .slowLogs, .relayLogs: privileges.append(.reload)
            case .privileges:
                privileges.append(.flushPrivileges)
                tableLocks = .needsSystemTable("user")
            case .status: privileges.append(.flushStatus)
            case .userResources: privileges.append(.flushUserResources)
            case .optimizerCosts: privileges.append(.flushOptimizerCosts)
            case .tables: privileges.append(.flushTables)
            case .tablesWithReadLock, .tablesForExport:
                privileges.append(.flushTables)
                tableLocks = .refused
                binaryLog = .nothing
            }
        }
    }

    package init(_ action: AlterInstanceAction) {
        self = .server("ALTER INSTANCE", .alterInstance, .commits, [])
        isRefusedInReadOnlyTransaction = true
        switch action {
        case .rotateInnoDBMasterKey: privileges = [.encryptionKeyAdmin]
        case .rotateBinlogMasterKey: privileges = [.binlogEncryptionAdmin]
        case .reloadTLS: privileges = [.connectionAdmin]
        case .reloadKeyring: privileges = [.keyringReload]
        case .setRedoLog: privileges = [.redoLogEnable]
        }
    }

    package init(_ unsupported: UnsupportedStatement) {
        let name = unsupported.rawValue
        switch unsupported {
        case .createServer: self = .foreignServer(name, .createServer)
        case .alterServer: self = .foreignServer(name, .alterServer)
        case .dropServer: self = .foreignServer(name, .dropServer)
        case .createTablespace, .alterTablespace, .dropTablespace, .createLogfileGroup, .alterLogfileGroup, .dropLogfileGroup,
            .createUndoTablespace, .alterUndoTablespace, .dropUndoTablespace:
            self = .program(name, .alterTablespace, .notInFunctions(.commits), [.createTablespace])
        case .createResourceGroup: self = .resourceGroup(name, .createResourceGroup)
        case .alterResourceGroup: self = .resourceGroup(name, .alterResourceGroup)
        case .dropResourceGroup: self = .resourceGroup(name, .dropResourceGroup)
        case .createSpatialReferenceSystem, .replaceSpatialReferenceSystem: self = .spatial(name, .createSpatialReferenceSystem)
        case .dropSpatialReferenceSystem: self = .spatial(name, .dropSpatialReferenceSystem)
        case .cacheIndex: self = .listing(name, .assignToKeyCache)
        case .loadIndex: self = .listing(name, .preloadKeys)
        }
    }

    private static func foreignServer(_ name: String, _ kind: StatementKind) -> StatementTraits {
        program(name, kind, .notInFunctions(.commits), [.super]).with {
            $0.tableLocks = .needsSystemTable("servers")
            $0.binaryLog = .nothing
        }
    }

    private static func resourceGroup(_ name: String, _ kind: StatementKind) -> StatementTraits {
        program(name, kind, .notInFunctions(.commits), [.resourceGroupAdmin]).with {
            $0.isRefusedInReadOnlyTransaction = false
            $0.readOnlyServer = .refused
            $0.tableLocks = .allowed
            $0.binaryLog = .nothing
        }
    }

    private static func spatial(_ name: String, _ kind: StatementKind) -> StatementTraits {
        program(name, kind, .notInFunctions(.commits), [.spatialReferenceSystem(name)]).with { $0.tableLocks = .allowed }
    }
}
