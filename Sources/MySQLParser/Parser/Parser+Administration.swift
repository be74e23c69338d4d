extension Parser {
    /// ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR TABLE.
    mutating func maintenanceStatement() throws(ParseError) -> Statement {
        guard let keyword = current.keyword else { throw syntaxError() }
        advance()
        let operation: TableMaintenanceStatement.Operation
        switch keyword {
        case .analyze: operation = .analyze
        case .check: operation = .check
        case .checksum: operation = .checksum
        case .optimize: operation = .optimize
        default: operation = .repair
        }
        var isLocal = false
        if operation == .analyze || operation == .optimize || operation == .repair {
            isLocal = accept(.noWriteToBinlog) || accept(.local)
        }
        if !accept(.table) { try expect(.tables) }
        var statement = TableMaintenanceStatement(operation: operation, tables: try objectNames())
        statement.isLocal = isLocal
        switch operation {
        case .analyze: try histogram(&statement)
        case .check:
            while true {
                if accept(.for) {
                    try expect(.upgrade)
                    statement.options.append("FOR UPGRADE")
                } else if at(.quick) || at(.fast) || at(.medium) || at(.extended) || at(.changed) {
                    statement.options.append(lexer.name(current).uppercased())
                    advance()
                } else {
                    break
                }
            }
        case .checksum:
            if at(.quick) || at(.extended) {
                statement.options.append(lexer.name(current).uppercased())
                advance()
            }
        case .repair:
            while at(.quick) || at(.extended) || at(.useFrm) {
                statement.options.append(lexer.name(current).uppercased())
                advance()
            }
        case .optimize: break
        }
        return .tableMaintenance(statement)
    }

    private mutating func histogram(_ statement: inout TableMaintenanceStatement) throws(ParseError) {
        guard at(.update) || at(.drop) else { return }
        let isUpdate = at(.update)
        advance()
        try expect(.histogram)
        try expect(.on)
        repeat {
            statement.histogramColumns.append(try name())
        } while accept(.comma)
        statement.options.append(isUpdate ? "UPDATE HISTOGRAM" : "DROP HISTOGRAM")
        guard isUpdate else { return }
        if accept(.with) {
            _ = try unsigned()
            try expect(.buckets)
        } else if accept(.using) {
            try expect(.data)
            _ = try string()
        }
        if at(.auto) || at(.manual) {
            advance()
            try expect(.update)
        }
    }

    mutating func flushStatement() throws(ParseError) -> Statement {
        advance()
        let isLocal = accept(.noWriteToBinlog) || accept(.local)
        if at(.table) || at(.tables) { return .flush(FlushStatement(isLocal: isLocal, targets: [try flushTables()])) }
        var targets: [FlushStatement.Target] = []
        repeat {
            targets.append(try flushTarget())
        } while accept(.comma)
        return .flush(FlushStatement(isLocal: isLocal, targets: targets))
    }

    private mutating func flushTables() throws(ParseError) -> FlushStatement.Target {
        advance()
        let names = isName ? try objectNames() : []
        if accept(.with) {
            try expect(.read)
            try expect(.lock)
            return .tablesWithReadLock(names)
        }
        if !names.isEmpty, accept(.for) {
            try expect(.export)
            return .tablesForExport(names)
        }
        return .tables(names)
    }

    private mutating func flushTarget() throws(ParseError) -> FlushStatement.Target {
        guard let keyword = current.keyword else { throw syntaxError() }
        switch keyword {
        case .binary, .engine, .error, .general, .slow, .relay:
            advance()
            try expect(.logs)
            switch keyword {
            case .binary: return .binaryLogs
            case .engine: return .engineLogs
            case .error: return .errorLogs
            case .general: return .generalLogs
            case .slow: return .slowLogs
            default: return .relayLogs(channel: try channel())
            }
        case .logs:
            advance()
            return .logs
        case .privileges:
            advance()
            return .privileges
        case .status:
            advance()
            return .status
        case .userResources:
            advance()
            return .userResources
        case .optimizerCosts:
            advance()
            return .optimizerCosts
        default: throw syntaxError()
        }
    }

    mutating func killStatement() throws(ParseError) -> Statement {
        advance()
        var connectionOnly = true
        if accept(.query) { connectionOnly = false } else { _ = accept(.connection) }
        return .kill(connectionOnly: connectionOnly, id: try expression())
    }

    /// INSTALL and UNINSTALL.
    mutating func installStatement() throws(ParseError) -> Statement {
        let isInstall = at(.install)
        advance()
        if accept(.component) {
            var components: [[UInt8]] = []
            repeat {
                components.append(try string())
            } while accept(.comma)
            guard isInstall else { return .uninstallComponent(components) }
            var assignments: [SetAssignment] = []
            if accept(.set) {
                repeat {
                    let scope: VariableScope = accept(.persist) ? .persist : .global
                    _ = accept(.global)
                    let name = try objectName()
                    try expect(.equal)
                    let variable = SystemVariableName(scope: scope, prefix: name.schema, name: name.name)
                    assignments.append(.systemVariable(variable, try expression()))
                } while accept(.comma)
            }
            return .installComponent(components, set: assignments)
        }
        try expect(.plugin)
        let name = try name()
        guard isInstall else { return .uninstallPlugin(name: name) }
        try expect(.soname)
        return .installPlugin(name: name, library: try string())
    }

    /// At INSTANCE, after ALTER.
    mutating func alterInstance() throws(ParseError) -> Statement {
        advance()
        if accept(.rotate) {
            let isBinlog = at(.binlog)
            if !accept(.binlog) {
                guard try name().uppercased() == "INNODB" else { throw syntaxError(at: previousEnd) }
            }
            try expect(.master)
            try expect(.key)
            return .alterInstance(isBinlog ? .rotateBinlogMasterKey : .rotateInnoDBMasterKey)
        }
        if accept(.reload) {
            if accept(.keyring) { return .alterInstance(.reloadKeyring) }
            try expect(.tls)
            let channel = try channel()
            var noRollback = false
            if accept(.no) {
                try expect(.rollback)
                try expect(.on)
                try expect(.error)
                noRollback = true
            }
            return .alterInstance(.reloadTLS(channel: channel, noRollbackOnError: noRollback))
        }
        guard at(.enable) || at(.disable) else { throw syntaxError() }
        let isEnabled = at(.enable)
        advance()
        guard try name().uppercased() == "INNODB" else { throw syntaxError() }
        guard try name().uppercased() == "REDO_LOG" else { throw syntaxError() }
        return .alterInstance(.setRedoLog(enabled: isEnabled))
    }
}
