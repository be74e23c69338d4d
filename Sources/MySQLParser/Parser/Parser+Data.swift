/// INSERT, REPLACE, UPDATE, DELETE, LOAD, CALL, DO, HANDLER.
extension Parser {
    mutating func insertStatement() throws(ParseError) -> Statement {
        let isReplace = at(.replace)
        advance()
        let hints = hintText()
        var priority = InsertStatement.Priority.normal
        if accept(.lowPriority) {
            priority = .low
        } else if accept(.delayed) {
            priority = .delayed
        } else if !isReplace, accept(.highPriority) {
            priority = .high
        }
        let isIgnore = !isReplace && accept(.ignore)
        _ = accept(.into)
        let table = try objectName()
        let partitions = accept(.partition) ? try parenthesizedNames() : []
        var statement = InsertStatement(isReplace: isReplace, table: table, source: .values([]))
        statement.hints = hints
        statement.priority = priority
        statement.isIgnore = isIgnore
        statement.partitions = partitions
        if accept(.set) {
            statement.source = .set(try assignments())
            statement.rowAlias = try rowAlias(isReplace)
        } else {
            if at(.openParenthesis), !atQuery() {
                advance()
                var columns: [ColumnName] = []
                if !at(.closeParenthesis) {
                    repeat {
                        columns.append(try columnName())
                    } while accept(.comma)
                }
                try expect(.closeParenthesis)
                statement.columns = columns
            }
            try insertSource(&statement)
        }
        if !isReplace, at(.on) {
            advance()
            try expect(.duplicate)
            try expect(.key)
            try expect(.update)
            statement.onDuplicateKeyUpdate = try assignments()
        }
        return .insert(statement)
    }

    private mutating func insertSource(_ statement: inout InsertStatement) throws(ParseError) {
        let isValues = at(.value) || (at(.values) && peek().keyword != .row)
        guard isValues else {
            guard atQuery() else { throw syntaxError() }
            statement.source = .query(try queryExpression())
            if case .query(let query) = statement.source, case .values(let rows) = query.body, query.with == nil,
                query.orderBy.isEmpty, query.limit == nil
            {
                statement.source = .values(rows)
                statement.rowAlias = try rowAlias(statement.isReplace)
            }
            return
        }
        advance()
        var rows: [[Expression]] = []
        repeat {
            rows.append(try valueRow())
        } while accept(.comma)
        statement.source = .values(rows)
        statement.rowAlias = try rowAlias(statement.isReplace)
    }

    private mutating func rowAlias(_ isReplace: Bool) throws(ParseError) -> InsertStatement.RowAlias? {
        guard !isReplace, accept(.as) else { return nil }
        let name = try tableName()
        let columns = at(.openParenthesis) ? try parenthesizedNames() : []
        return InsertStatement.RowAlias(name: name, columns: columns)
    }

    /// `column = value, ...`.
    mutating func assignments() throws(ParseError) -> [ColumnAssignment] {
        var list: [ColumnAssignment] = []
        repeat {
            let column = try columnName()
            guard accept(.equal) || accept(.colonEqual) else { throw syntaxError() }
            list.append(ColumnAssignment(column: column, value: try valueOrDefault()))
        } while accept(.comma)
        return list
    }

    mutating func updateStatement(with: WithClause?) throws(ParseError) -> Statement {
        try expect(.update)
        let hints = hintText()
        let isLowPriority = accept(.lowPriority)
        let isIgnore = accept(.ignore)
        let tables = try tableReferences()
        try expect(.set)
        var statement = UpdateStatement(tables: tables, assignments: try assignments())
        statement.with = with
        statement.hints = hints
        statement.isLowPriority = isLowPriority
        statement.isIgnore = isIgnore
        if accept(.where) { statement.where = try expression() }
        var isSingle = false
        if tables.count == 1, case .table = tables[0] { isSingle = true }
        if at(.order) {
            if !isSingle { throw .wrongUsage("UPDATE", "ORDER BY") }
            statement.orderBy = try orderByClause()
        }
        if at(.limit) {
            if !isSingle { throw .wrongUsage("UPDATE", "LIMIT") }
            advance()
            statement.limit = try rowCount()
        }
        return .update(statement)
    }

    /// LIMIT of UPDATE and DELETE: one number.
    private mutating func rowCount() throws(ParseError) -> LimitClause {
        let limit = try limitClauseWithoutOffset()
        return LimitClause(count: limit, offset: nil)
    }

    private mutating func limitClauseWithoutOffset() throws(ParseError) -> Expression {
        let mark = current
        let clause = try limitClause()
        if clause.offset != nil { throw syntaxError(at: mark.end) }
        return clause.count
    }

    mutating func deleteStatement(with: WithClause?) throws(ParseError) -> Statement {
        try expect(.delete)
        let hints = hintText()
        var isLowPriority = false
        var isQuick = false
        var isIgnore = false
        while true {
            if accept(.lowPriority) {
                isLowPriority = true
            } else if at(.quick), peek().keyword != nil || peek().kind != .period, quickIsOption() {
                advance()
                isQuick = true
            } else if accept(.ignore) {
                isIgnore = true
            } else {
                break
            }
        }
        var statement = try deleteBody()
        statement.with = with
        statement.hints = hints
        statement.isLowPriority = isLowPriority
        statement.isQuick = isQuick
        statement.isIgnore = isIgnore
        return .delete(statement)
    }

    private mutating func quickIsOption() -> Bool {
        let next = peek()
        return next.keyword == .from || next.keyword == .ignore || next.keyword == .lowPriority || next.kind == .word
            || next.kind == .quotedName
    }

    private mutating func deleteBody() throws(ParseError) -> DeleteStatement {
        if accept(.from) {
            if let targets = try usingTargets() {
                var statement = DeleteStatement(target: .multiple(targets, from: try tableReferences()))
                if accept(.where) { statement.where = try expression() }
                return statement
            }
            let start = current.start
            var table = TableFactor(name: try objectName())
            table.alias = try tableAlias()
            if accept(.partition) { table.partitions = try parenthesizedNames() }
            table.range = range(from: start)
            var statement = DeleteStatement(target: .single(table))
            if accept(.where) { statement.where = try expression() }
            if at(.order) { statement.orderBy = try orderByClause() }
            if accept(.limit) { statement.limit = try rowCount() }
            return statement
        }
        var targets: [ObjectName] = []
        repeat {
            targets.append(try deleteTarget())
        } while accept(.comma)
        try expect(.from)
        var statement = DeleteStatement(target: .multiple(targets, from: try tableReferences()))
        if accept(.where) { statement.where = try expression() }
        return statement
    }

    /// After DELETE FROM: `t1, t2 USING`, or nil where it is a single table.
    private mutating func usingTargets() throws(ParseError) -> [ObjectName]? {
        let mark = index
        var targets = [try deleteTarget()]
        while accept(.comma) {
            targets.append(try deleteTarget())
        }
        if accept(.using) { return targets }
        if targets.count > 1 { throw syntaxError() }
        rewind(to: mark)
        return nil
    }

    // MARK: Others

    mutating func loadStatement() throws(ParseError) -> Statement {
        try expect(.load)
        let isXML = at(.xml)
        guard accept(.data) || accept(.xml) else {
            // LOAD INDEX INTO CACHE
            try expect(.index)
            try expect(.into)
            try expect(.cache)
            return .unsupported(.loadIndex, tables: try keyCacheTables())
        }
        if !accept(.lowPriority) { _ = accept(.concurrent) }
        let isLocal = accept(.local)
        try expect(.infile)
        let path = try string()
        var duplicates = LoadStatement.Duplicates.error
        if accept(.replace) {
            duplicates = .replace
        } else if accept(.ignore) {
            duplicates = .ignore
        }
        try expect(.into)
        try expect(.table)
        var statement = LoadStatement(isXML: isXML, path: path, table: try objectName())
        statement.isLocal = isLocal
        statement.duplicates = duplicates
        if accept(.partition) { statement.partitions = try parenthesizedNames() }
        if acceptCharacterSet() { statement.charset = try charsetName() }
        if isXML, accept(.rows) {
            try expect(.identified)
            try expect(.by)
            statement.rowsIdentifiedBy = try string()
        }
        statement.format = try fileFormat()
        if accept(.ignore) {
            statement.ignoredLines = try unsigned()
            if !accept(.lines) { try expect(.rows) }
        }
        if accept(.openParenthesis) {
            if !at(.closeParenthesis) {
                repeat {
                    if at(.userVariable) {
                        statement.targets.append(.userVariable(try userVariableName()))
                        advance()
                    } else {
                        statement.targets.append(.column(try columnName()))
                    }
                } while accept(.comma)
            }
            try expect(.closeParenthesis)
        }
        if accept(.set) { statement.assignments = try assignments() }
        return .load(statement)
    }

    mutating func callStatement() throws(ParseError) -> Statement {
        try expect(.call)
        let name = try objectName()
        var arguments: [Expression] = []
        if accept(.openParenthesis) {
            if !at(.closeParenthesis) { arguments = try expressionList() }
            try expect(.closeParenthesis)
        }
        return .call(name, arguments)
    }

    mutating func doStatement() throws(ParseError) -> Statement {
        try expect(.do)
        var list: [Expression] = []
        repeat {
            list.append(try expression())
            if accept(.as) { _ = try nameOrText() } else if isName { _ = try name() }
        } while accept(.comma)
        return .do(list)
    }

    mutating func handlerStatement() throws(ParseError) -> Statement {
        try expect(.handler)
        let table = try objectName()
        if accept(.open) { return .handler(HandlerStatement(table: table, action: .open(alias: try tableAlias()))) }
        if accept(.close) { return .handler(HandlerStatement(table: table, action: .close)) }
        try expect(.read)
        var indexName: String?
        if !at(.first), !at(.next), isName || at(.primary) {
            indexName = accept(.primary) ? "PRIMARY" : try name()
        }
        let direction: HandlerStatement.Direction
        switch current.kind {
        case .equal, .lessOrEqual, .greaterOrEqual, .lessThan, .greater:
            let comparison: BinaryOperator =
                at(.equal) ? .equal : at(.lessOrEqual) ? .lessOrEqual : at(.greaterOrEqual) ? .greaterOrEqual
                : at(.lessThan) ? .less : .greater
            advance()
            direction = .compare(comparison, try valueRow())
        default:
            if accept(.first) {
                direction = .first
            } else if accept(.next) {
                direction = .next
            } else if indexName != nil, accept(.prev) {
                direction = .previous
            } else if indexName != nil {
                try expect(.last)
                direction = .last
            } else {
                throw syntaxError()
            }
        }
        let condition = accept(.where) ? try expression() : nil
        let limit = accept(.limit) ? try limitClause() : nil
        return .handler(
            HandlerStatement(table: table, action: .read(index: indexName, direction, where: condition, limit: limit)))
    }
}
