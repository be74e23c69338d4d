extension Parser {
    /// A statement; what follows it is the caller's to judge.
    mutating func statement() throws(ParseError) -> Statement {
        if at(.openParenthesis) {
            guard atQuery() else {
                while at(.openParenthesis) {
                    advance()
                }
                throw syntaxError()
            }
            return .query(try queryExpression(allowsInto: true))
        }
        guard at(.word), let keyword = current.keyword else { throw syntaxError() }
        switch keyword {
        case .select, .values, .table: return .query(try queryExpression(allowsInto: true))
        case .with: return try withStatement()
        case .insert, .replace: return try insertStatement()
        case .update: return try updateStatement(with: nil)
        case .delete: return try deleteStatement(with: nil)
        case .load: return try loadStatement()
        case .call: return try callStatement()
        case .do: return try doStatement()
        case .handler: return try handlerStatement()
        case .create: return try createStatement()
        case .alter: return try alterStatement()
        case .drop: return try dropStatement()
        case .truncate:
            advance()
            _ = accept(.table)
            return .truncateTable(try objectName())
        case .rename: return try renameStatement()
        case .start, .stop: return try startOrStop()
        case .begin, .commit, .rollback, .savepoint, .release: return try transactionStatement(keyword)
        case .xa: return try xaStatement()
        case .lock, .unlock: return try lockStatement()
        case .set: return try setStatement()
        case .reset: return try resetStatement()
        case .show: return try showStatement()
        case .use:
            advance()
            return .use(try tableName())
        case .explain, .describe, .desc: return try explainStatement()
        case .help:
            advance()
            return .help(at(.quotedText) ? try string() : Array(try name().utf8))
        case .prepare, .execute, .deallocate: return try preparedStatement(keyword)
        case .grant: return try grantStatement()
        case .revoke: return try revokeStatement()
        case .change: return try changeStatement()
        case .purge: return try purgeStatement()
        case .binlog:
            advance()
            return .binlog(try string())
        case .analyze, .check, .checksum, .optimize, .repair: return try maintenanceStatement()
        case .flush: return try flushStatement()
        case .kill: return try killStatement()
        case .install, .uninstall: return try installStatement()
        case .clone: return try cloneStatement()
        case .import:
            advance()
            try expect(.table)
            try expect(.from)
            var files: [[UInt8]] = []
            repeat {
                files.append(try string())
            } while accept(.comma)
            return .importTable(files: files)
        case .cache:
            advance()
            try expect(.index)
            return .unsupported(.cacheIndex, tables: try keyCacheTables())
        case .shutdown:
            advance()
            return .shutdown
        case .restart:
            advance()
            return .restart
        case .signal: return try signalStatement(isResignal: false)
        case .resignal: return try signalStatement(isResignal: true)
        case .get: return try getDiagnosticsStatement()
        default: throw syntaxError()
        }
    }

    private mutating func withStatement() throws(ParseError) -> Statement {
        // Look past the tables for what the clause belongs to.
        let mark = index
        let with = try withClause()
        if at(.update) { return try updateStatement(with: with) }
        if at(.delete) { return try deleteStatement(with: with) }
        rewind(to: mark)
        parameterCount = 0
        liftedCount = 0
        return .query(try queryExpression(allowsInto: true))
    }

    /// Skips what is left of a statement that is refused anyway.
    /// The tables of CACHE INDEX and LOAD INDEX INTO CACHE; what follows each name is passed over.
    mutating func keyCacheTables() throws(ParseError) -> [ObjectName] {
        var tables: [ObjectName] = []
        repeat {
            tables.append(try objectName())
            while !at(.comma), !at(.endOfInput), !at(.semicolon), !at(.invalid) {
                guard at(.openParenthesis) else {
                    advance()
                    continue
                }
                while !at(.closeParenthesis), !at(.endOfInput), !at(.semicolon), !at(.invalid) { advance() }
            }
        } while accept(.comma)
        return tables
    }

    mutating func skipToEnd() {
        while !at(.endOfInput), !at(.semicolon), !at(.invalid) {
            advance()
        }
    }

    private mutating func preparedStatement(_ keyword: Keyword) throws(ParseError) -> Statement {
        advance()
        if keyword == .deallocate { try expect(.prepare) }
        let name = try name()
        switch keyword {
        case .prepare:
            try expect(.from)
            if at(.userVariable) {
                let variable = try userVariableName()
                advance()
                return .prepare(name: name, .userVariable(variable))
            }
            return .prepare(name: name, .text(try string()))
        case .execute:
            var variables: [String] = []
            if accept(.using) {
                repeat {
                    guard at(.userVariable) else { throw syntaxError() }
                    variables.append(try userVariableName())
                    advance()
                } while accept(.comma)
            }
            return .execute(name: name, using: variables)
        default:
            return .deallocate(name: name)
        }
    }

    private mutating func renameStatement() throws(ParseError) -> Statement {
        advance()
        if accept(.user) {
            var renames: [AccountRename] = []
            repeat {
                let from = try account()
                try expect(.to)
                renames.append(AccountRename(from: from, to: try account()))
            } while accept(.comma)
            return .renameUser(renames)
        }
        guard accept(.table) || accept(.tables) else { throw syntaxError() }
        var renames: [TableRename] = []
        repeat {
            let from = try objectName()
            try expect(.to)
            renames.append(TableRename(from: from, to: try objectName()))
        } while accept(.comma)
        return .renameTable(renames)
    }
}
