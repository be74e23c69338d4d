/// SHOW.
extension Parser {
    mutating func showStatement() throws(ParseError) -> Statement {
        advance()
        return .show(try show())
    }

    private mutating func filter() throws(ParseError) -> ShowStatement.Filter? {
        if accept(.like) { return .like(try string()) }
        if accept(.where) { return .where(try expression()) }
        return nil
    }

    /// FROM or IN and a schema.
    private mutating func fromSchema() throws(ParseError) -> String? {
        guard accept(.from) || accept(.in) else { return nil }
        return try tableName()
    }

    private mutating func show() throws(ParseError) -> ShowStatement {
        var isFull = false
        var isExtended = false
        if at(.extended) {
            advance()
            isExtended = true
            if accept(.full) { isFull = true }
            guard at(.tables) || at(.columns) || at(.fields) || (!isFull && (at(.index) || at(.indexes) || at(.keys))) else {
                throw syntaxError()
            }
        } else if at(.full) {
            advance()
            isFull = true
            guard at(.tables) || at(.columns) || at(.fields) || at(.processlist) || at(.triggers) else { throw syntaxError() }
        }
        guard at(.word), let keyword = current.keyword else { throw syntaxError() }
        switch keyword {
        case .databases, .schemas:
            advance()
            return .databases(try filter())
        case .tables:
            advance()
            let schema = try fromSchema()
            return .tables(schema: schema, isFull: isFull, isExtended: isExtended, try filter())
        case .triggers:
            advance()
            let schema = try fromSchema()
            return .triggers(schema: schema, isFull: isFull, try filter())
        case .events:
            advance()
            let schema = try fromSchema()
            return .events(schema: schema, try filter())
        case .table:
            advance()
            try expect(.status)
            let schema = try fromSchema()
            return .tableStatus(schema: schema, try filter())
        case .open:
            advance()
            try expect(.tables)
            let schema = try fromSchema()
            return .openTables(schema: schema, try filter())
        case .columns, .fields:
            advance()
            let table = try shownTable()
            return .columns(table, isFull: isFull, isExtended: isExtended, try filter())
        case .index, .indexes, .keys:
            advance()
            let table = try shownTable()
            return .indexes(table, isExtended: isExtended, where: accept(.where) ? try expression() : nil)
        case .create:
            advance()
            return try showCreate()
        case .procedure, .function:
            return try showRoutine(keyword == .procedure ? .procedure : .function)
        case .global, .session, .local:
            advance()
            return try showScoped(keyword == .global ? .global : .session)
        case .variables, .status:
            return try showScoped(nil)
        case .count:
            return try showCount()
        case .processlist:
            advance()
            return .processList(isFull: isFull)
        default:
            return try showOther(keyword)
        }
    }

    private mutating func showScoped(_ scope: VariableScope?) throws(ParseError) -> ShowStatement {
        if accept(.variables) { return .variables(scope: scope, try filter()) }
        try expect(.status)
        return .status(scope: scope, try filter())
    }

    /// SHOW COUNT(*) WARNINGS.
    private mutating func showCount() throws(ParseError) -> ShowStatement {
        advance()
        try expect(.openParenthesis)
        try expect(.star)
        try expect(.closeParenthesis)
        if accept(.warnings) { return .warningCount }
        try expect(.errors)
        return .errorCount
    }

    /// FROM table [FROM schema].
    private mutating func shownTable() throws(ParseError) -> ObjectName {
        if !accept(.from) { try expect(.in) }
        var table = try objectName()
        if let schema = try fromSchema() { table.schema = schema }
        return table
    }

    private mutating func showCreate() throws(ParseError) -> ShowStatement {
        guard let keyword = current.keyword else { throw syntaxError() }
        switch keyword {
        case .table, .view, .database, .schema, .procedure, .function, .trigger, .event, .user: advance()
        default: throw syntaxError()
        }
        switch keyword {
        case .table: return .createTable(try objectName())
        case .view: return .createView(try objectName())
        case .database, .schema:
            let ifNotExists = try ifNotExists()
            return .createDatabase(try tableName(), ifNotExists: ifNotExists)
        case .procedure: return .createRoutine(.procedure, try objectName())
        case .function: return .createRoutine(.function, try objectName())
        case .trigger: return .createTrigger(try objectName())
        case .event: return .createEvent(try objectName())
        default: return .createUser(try account())
        }
    }

    private mutating func showRoutine(_ kind: RoutineKind) throws(ParseError) -> ShowStatement {
        advance()
        if accept(.code) { return .routineCode(kind, try objectName()) }
        try expect(.status)
        return .routineStatus(kind, try filter())
    }

    private mutating func showOther(_ keyword: Keyword) throws(ParseError) -> ShowStatement {
        switch keyword {
        case .warnings, .errors:
            advance()
            let limit = accept(.limit) ? try limitClause() : nil
            return keyword == .warnings ? .warnings(limit) : .errors(limit)
        case .plugins:
            advance()
            return .plugins
        case .engines:
            advance()
            return .engines
        case .storage:
            advance()
            try expect(.engines)
            return .engines
        case .engine: return try showEngine()
        case .privileges:
            advance()
            return .privileges
        case .grants:
            advance()
            guard accept(.for) else { return .grants(for: nil, using: []) }
            let account = try account()
            return .grants(for: account, using: accept(.using) ? try accounts() : [])
        case .character, .charset, .char:
            guard acceptCharacterSet() else { throw syntaxError() }
            return .characterSets(try filter())
        case .collation:
            advance()
            return .collations(try filter())
        case .profiles:
            advance()
            return .profiles
        case .profile:
            try showProfile()
            return .profile
        case .binary: return try showBinary()
        case .master:
            advance()
            if accept(.status) { return .binaryLogStatus }
            try expect(.logs)
            return .binaryLogs
        case .binlog, .relaylog: return try showLogEvents()
        case .replicas:
            advance()
            return .replicas
        case .slave, .replica:
            advance()
            if keyword == .slave, accept(.hosts) { return .replicas }
            try expect(.status)
            return .replicaStatus(channel: try channel())
        case .parseTree:
            skipToEnd()
            return .parseTree
        default: throw syntaxError()
        }
    }

    private mutating func showBinary() throws(ParseError) -> ShowStatement {
        advance()
        if accept(.logs) { return .binaryLogs }
        try expect(.log)
        try expect(.status)
        return .binaryLogStatus
    }

    private mutating func showEngine() throws(ParseError) -> ShowStatement {
        advance()
        let engine = try accept(.all) ? "ALL" : nameOrText()
        if accept(.status) { return .engineStatus(engine: engine, what: .status) }
        if accept(.mutex) { return .engineStatus(engine: engine, what: .mutex) }
        try expect(.logs)
        return .engineStatus(engine: engine, what: .logs)
    }

    private mutating func showLogEvents() throws(ParseError) -> ShowStatement {
        let isRelay = at(.relaylog)
        advance()
        try expect(.events)
        let file = accept(.in) ? try string() : nil
        let position = accept(.from) ? try unsigned() : nil
        let limit = accept(.limit) ? try limitClause() : nil
        guard isRelay else { return .binaryLogEvents(file: file, position: position, limit) }
        return .relayLogEvents(file: file, position: position, limit, channel: try channel())
    }

    private mutating func showProfile() throws(ParseError) {
        advance()
        if !at(.for), !at(.limit), !at(.endOfInput), !at(.semicolon) {
            repeat {
                switch current.keyword {
                case .all, .cpu, .ipc, .memory, .swaps, .source:
                    advance()
                case .block:
                    advance()
                    try expect(.io)
                case .context:
                    advance()
                    try expect(.switches)
                case .page:
                    advance()
                    try expect(.faults)
                default: throw syntaxError()
                }
            } while accept(.comma)
        }
        if accept(.for) {
            try expect(.query)
            _ = try unsigned()
        }
        if accept(.limit) { _ = try limitClause() }
    }

    // MARK: EXPLAIN

    mutating func explainStatement() throws(ParseError) -> Statement {
        advance()
        if isName, !(at(.format) && peek().kind == .equal), !(at(.extended) || at(.partitions)) || peek().kind == .endOfInput {
            return try describeTable()
        }
        var statement = ExplainStatement(format: nil, isAnalyze: false, subject: .connection(0))
        if accept(.analyze) { statement.isAnalyze = true }
        if accept(.format) {
            try expect(.equal)
            statement.format = try nameOrText()
        }
        if accept(.into) {
            guard at(.userVariable) else { throw syntaxError() }
            statement.intoVariable = try userVariableName()
            advance()
        }
        if at(.for), peek().keyword == .connection {
            advance()
            advance()
            statement.subject = .connection(try unsigned())
            return .explain(statement)
        }
        if at(.for), peek().keyword == .schema || peek().keyword == .database {
            advance()
            advance()
            statement.schema = try tableName()
        }
        switch current.keyword {
        case .select, .insert, .replace, .update, .delete, .with, .table, .values: break
        default: if !at(.openParenthesis) { throw syntaxError() }
        }
        try enter()
        statement.subject = .statement(try self.statement())
        leave()
        return .explain(statement)
    }

    private mutating func describeTable() throws(ParseError) -> Statement {
        let table = try objectName()
        if at(.quotedText) { return .describeTable(table, column: try text()) }
        return .describeTable(table, column: isName ? try name() : nil)
    }
}
