/// CREATE, ALTER and DROP of everything but tables: the choice, databases and views.
extension Parser {
    mutating func createStatement() throws(ParseError) -> Statement {
        advance()
        switch current.keyword {
        case .database, .schema:
            advance()
            let ifNotExists = try ifNotExists()
            let name = try tableName()
            return .createDatabase(
                CreateDatabaseStatement(name: name, ifNotExists: ifNotExists, options: try databaseOptions(isAlter: false)))
        case .temporary:
            advance()
            try expect(.table)
            return try createTable(isTemporary: true)
        case .table:
            advance()
            return try createTable(isTemporary: false)
        case .index, .unique, .fulltext:
            return try createIndex()
        case .spatial:
            if peek().keyword == .reference {
                skipToEnd()
                return .unsupported(.createSpatialReferenceSystem)
            }
            return try createIndex()
        case .user: return try createUser()
        case .role:
            advance()
            let ifNotExists = try ifNotExists()
            return .createRole(try accounts(), ifNotExists: ifNotExists)
        case .aggregate:
            advance()
            return try createFunction(definer: nil, isAggregate: true)
        case .server, .tablespace, .logfile, .undo, .resource:
            return try unsupported(
                server: .createServer, tablespace: .createTablespace, logfile: .createLogfileGroup, undo: .createUndoTablespace,
                resource: .createResourceGroup)
        case .or:
            advance()
            try expect(.replace)
            if at(.spatial) {
                skipToEnd()
                return .unsupported(.replaceSpatialReferenceSystem)
            }
            return try createView(orReplace: true, isAlter: false, definer: nil, algorithm: nil)
        case .algorithm, .view, .sql:
            return try createView(orReplace: false, isAlter: false, definer: nil, algorithm: nil)
        case .definer:
            let definer = try definerClause()
            switch current.keyword {
            case .view, .sql: return try createView(orReplace: false, isAlter: false, definer: definer, algorithm: nil)
            default: return try createProgram(definer)
            }
        default:
            return try createProgram(nil)
        }
    }

    private mutating func createProgram(_ definer: AccountName?) throws(ParseError) -> Statement {
        switch current.keyword {
        case .procedure: return try createProcedure(definer: definer)
        case .function: return try createFunction(definer: definer, isAggregate: false)
        case .trigger: return try createTrigger(definer: definer)
        case .event: return try createEvent(definer: definer)
        default: throw syntaxError()
        }
    }

    mutating func definerClause() throws(ParseError) -> AccountName {
        try expect(.definer)
        try expect(.equal)
        return try account()
    }

    mutating func alterStatement() throws(ParseError) -> Statement {
        advance()
        switch current.keyword {
        case .table:
            advance()
            return try alterTable()
        case .database, .schema:
            advance()
            var databaseName: String?
            if isName, !isDatabaseOption || peek().kind == .word { databaseName = try tableName() }
            return .alterDatabase(name: databaseName, try databaseOptions(isAlter: true))
        case .user: return try alterUser()
        case .instance: return try alterInstance()
        case .procedure, .function:
            let kind: RoutineKind = at(.procedure) ? .procedure : .function
            advance()
            let name = try objectName()
            return .alterRoutine(kind: kind, name: name, try routineCharacteristics())
        case .event: return try alterEvent(definer: nil)
        case .view, .algorithm, .sql:
            return try createView(orReplace: false, isAlter: true, definer: nil, algorithm: nil)
        case .definer:
            let definer = try definerClause()
            if at(.event) { return try alterEvent(definer: definer) }
            return try createView(orReplace: false, isAlter: true, definer: definer, algorithm: nil)
        case .server, .tablespace, .logfile, .undo, .resource:
            return try unsupported(
                server: .alterServer, tablespace: .alterTablespace, logfile: .alterLogfileGroup, undo: .alterUndoTablespace,
                resource: .alterResourceGroup)
        default:
            throw syntaxError()
        }
    }

    /// At the keyword that says which of them it is.
    private mutating func unsupported(
        server: UnsupportedStatement, tablespace: UnsupportedStatement, logfile: UnsupportedStatement,
        undo: UnsupportedStatement, resource: UnsupportedStatement
    ) throws(ParseError) -> Statement {
        let keyword = current.keyword
        skipToEnd()
        switch keyword {
        case .server: return .unsupported(server)
        case .tablespace: return .unsupported(tablespace)
        case .logfile: return .unsupported(logfile)
        case .undo: return .unsupported(undo)
        case .resource: return .unsupported(resource)
        default: throw syntaxError()
        }
    }

    mutating func dropStatement() throws(ParseError) -> Statement {
        advance()
        guard let keyword = current.keyword else { throw syntaxError() }
        advance()
        switch keyword {
        case .database, .schema:
            let ifExists = ifExists()
            return .dropDatabase(name: try tableName(), ifExists: ifExists)
        case .table, .tables:
            return try dropTables(isTemporary: false)
        case .temporary:
            if !accept(.table) { try expect(.tables) }
            return try dropTables(isTemporary: true)
        case .index:
            let name = try accept(.primary) ? "PRIMARY" : name()
            try expect(.on)
            var statement = DropIndexStatement(table: try objectName(), name: name)
            try algorithmAndLock(&statement.algorithm, &statement.lock)
            return .dropIndex(statement)
        case .view:
            let ifExists = ifExists()
            let names = try objectNames()
            if !accept(.restrict) { _ = accept(.cascade) }
            return .dropView(names: names, ifExists: ifExists)
        case .procedure, .function:
            let ifExists = ifExists()
            return .dropRoutine(
                kind: keyword == .procedure ? .procedure : .function, name: try objectName(), ifExists: ifExists)
        case .trigger:
            let ifExists = ifExists()
            return .dropTrigger(name: try objectName(), ifExists: ifExists)
        case .event:
            let ifExists = ifExists()
            return .dropEvent(name: try objectName(), ifExists: ifExists)
        case .user:
            let ifExists = ifExists()
            return .dropUser(try accounts(), ifExists: ifExists)
        case .role:
            let ifExists = ifExists()
            return .dropRole(try accounts(), ifExists: ifExists)
        case .prepare:
            return .deallocate(name: try name())
        case .spatial:
            skipToEnd()
            return .unsupported(.dropSpatialReferenceSystem)
        case .server, .tablespace, .logfile, .undo, .resource:
            rewind(to: index - 1)
            return try unsupported(
                server: .dropServer, tablespace: .dropTablespace, logfile: .dropLogfileGroup, undo: .dropUndoTablespace,
                resource: .dropResourceGroup)
        default:
            rewind(to: index - 1)
            throw syntaxError()
        }
    }

    private mutating func dropTables(isTemporary: Bool) throws(ParseError) -> Statement {
        let ifExists = ifExists()
        let names = try objectNames()
        if !accept(.restrict) { _ = accept(.cascade) }
        return .dropTable(DropTableStatement(isTemporary: isTemporary, ifExists: ifExists, names: names))
    }

    // MARK: Databases

    private var isDatabaseOption: Bool {
        switch current.keyword {
        case .default, .character, .charset, .char, .collate, .encryption, .read: true
        default: false
        }
    }

    private mutating func databaseOptions(isAlter: Bool) throws(ParseError) -> DatabaseOptions {
        var options = DatabaseOptions()
        if isAlter, !isDatabaseOption { throw syntaxError() }
        while isDatabaseOption {
            if at(.read) {
                guard isAlter else { throw syntaxError() }
                advance()
                try expect(.only)
                skipEqual()
                options.isReadOnly = try accept(.default) ? false : unsigned() != 0
                continue
            }
            _ = accept(.default)
            if accept(.collate) {
                skipEqual()
                options.collation = try collationName()
            } else if accept(.encryption) {
                skipEqual()
                options.encryption = try text().uppercased() == "Y"
            } else {
                guard acceptCharacterSet() else { throw syntaxError() }
                skipEqual()
                if accept(.default) {
                    options.usesDefaultCharset = true
                } else {
                    options.charset = try charsetName()
                }
            }
        }
        return options
    }

    // MARK: Views

    /// From OR REPLACE, ALGORITHM, DEFINER, SQL SECURITY or VIEW on.
    private mutating func createView(
        orReplace: Bool, isAlter: Bool, definer given: AccountName?, algorithm: CreateViewStatement.Algorithm?
    ) throws(ParseError) -> Statement {
        var algorithm = CreateViewStatement.Algorithm.undefined
        if accept(.algorithm) {
            try expect(.equal)
            if accept(.merge) {
                algorithm = .merge
            } else if accept(.temptable) {
                algorithm = .tempTable
            } else {
                try expect(.undefined)
            }
        }
        var definer = given
        if definer == nil, at(.definer) { definer = try definerClause() }
        var isInvoker: Bool?
        if accept(.sql) {
            try expect(.security)
            isInvoker = at(.invoker)
            guard accept(.invoker) || accept(.definer) else { throw syntaxError() }
        }
        try expect(.view)
        let ifNotExists = isAlter ? false : try ifNotExists()
        let name = try objectName()
        let columns = at(.openParenthesis) ? try parenthesizedNames() : []
        try expect(.as)
        var view = CreateViewStatement(name: name, query: try queryExpression())
        view.orReplace = orReplace
        view.isAlter = isAlter
        view.ifNotExists = ifNotExists
        view.algorithm = algorithm
        view.definer = definer
        view.isInvoker = isInvoker
        view.columns = columns
        if accept(.with) {
            view.checkOption = at(.local) ? .local : .cascaded
            if !accept(.local) { _ = accept(.cascaded) }
            try expect(.check)
            try expect(.option)
        }
        return .createView(view)
    }
}
