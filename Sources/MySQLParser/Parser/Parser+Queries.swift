/// SELECT, VALUES, TABLE and what combines them.
extension Parser {
    /// `(query)`.
    mutating func parenthesizedQuery() throws(ParseError) -> QueryExpression {
        try expect(.openParenthesis)
        try enter()
        let query = try queryExpression()
        leave()
        try expect(.closeParenthesis)
        return query
    }

    /// The current token starts a query, maybe inside parentheses.
    mutating func atQuery() -> Bool {
        var distance = 0
        while peek(distance).kind == .openParenthesis {
            distance += 1
        }
        return isQueryStart(peek(distance))
    }

    /// WITH, set operations, ORDER BY, LIMIT, locking, INTO. `into` is allowed at a statement's top only.
    mutating func queryExpression(allowsInto: Bool = false) throws(ParseError) -> QueryExpression {
        let start = current.start
        let with = at(.with) ? try withClause() : nil
        var into: IntoClause?
        let body = try queryBody(&into, allowsInto: allowsInto)
        var query = QueryExpression(with: with, body: body)
        query.into = into
        try queryClauses(&query, allowsInto: allowsInto)
        query.range = range(from: start)
        return unwrapped(query)
    }

    /// After a query in parentheses comes what makes it a part of a larger one.
    var atQueryTail: Bool {
        at(.union) || at(.intersect) || at(.except) || at(.order) || at(.limit)
    }

    /// The rest of a query that began with the parenthesised `first`.
    mutating func queryTail(of first: QueryExpression, allowsInto: Bool = false) throws(ParseError) -> QueryExpression {
        var into: IntoClause?
        let body = try setOperations(.nested(first), &into, allowsInto: allowsInto)
        var query = QueryExpression(body: body, range: SourceRange(start: first.range.start, end: previousEnd))
        query.into = into
        try queryClauses(&query, allowsInto: allowsInto)
        query.range.end = previousEnd
        return unwrapped(query)
    }

    /// `(query)` without clauses of its own is the query.
    private func unwrapped(_ query: QueryExpression) -> QueryExpression {
        guard case .nested(var inner) = query.body, query.with == nil, query.orderBy.isEmpty, query.limit == nil,
            query.locking.isEmpty
        else { return query }
        if query.into != nil { inner.into = query.into }
        return inner
    }

    private mutating func queryClauses(_ query: inout QueryExpression, allowsInto: Bool) throws(ParseError) {
        if at(.order) { query.orderBy = try orderByClause() }
        if accept(.limit) { query.limit = try limitClause() }
        if at(.procedure) { throw syntaxError() }
        if allowsInto, at(.into), query.into == nil { query.into = try intoClause() }
        while at(.for) || at(.lock) {
            if at(.lock) {
                guard peek().keyword == .in else { return }
                advance()
                try expect(.in)
                try expect(.share)
                try expect(.mode)
                query.locking.append(LockingClause(strength: .share, isOldSyntax: true))
                break
            }
            guard peek().keyword == .update || peek().keyword == .share else { return }
            advance()
            var clause = LockingClause(strength: at(.update) ? .update : .share)
            advance()
            if accept(.of) { clause.tables = try objectNames() }
            if accept(.nowait) {
                clause.wait = .noWait
            } else if accept(.skip) {
                try expect(.locked)
                clause.wait = .skipLocked
            }
            query.locking.append(clause)
        }
        if allowsInto, at(.into), query.into == nil { query.into = try intoClause() }
    }

    // MARK: Set operations

    private mutating func queryBody(_ into: inout IntoClause?, allowsInto: Bool) throws(ParseError) -> QueryBody {
        let first = try queryPrimary(&into, allowsInto: allowsInto)
        return try setOperations(first, &into, allowsInto: allowsInto)
    }

    private mutating func setOperations(
        _ first: QueryBody, _ into: inout IntoClause?, allowsInto: Bool
    ) throws(ParseError) -> QueryBody {
        var left = try intersections(first, &into, allowsInto: allowsInto)
        while at(.union) || at(.except) {
            let operation: SetOperator = at(.union) ? .union : .except
            advance()
            let isDistinct = setQuantifier()
            let operand = try queryPrimary(&into, allowsInto: allowsInto)
            let right = try intersections(operand, &into, allowsInto: allowsInto)
            try growTree()
            left = .setOperation(operation, isDistinct: isDistinct, left: left, right: right)
        }
        return left
    }

    private mutating func intersections(
        _ first: QueryBody, _ into: inout IntoClause?, allowsInto: Bool
    ) throws(ParseError) -> QueryBody {
        var left = first
        while accept(.intersect) {
            let isDistinct = setQuantifier()
            let right = try queryPrimary(&into, allowsInto: allowsInto)
            try growTree()
            left = .setOperation(.intersect, isDistinct: isDistinct, left: left, right: right)
        }
        return left
    }

    /// DISTINCT (the default) or ALL.
    private mutating func setQuantifier() -> Bool {
        if accept(.all) { return false }
        _ = accept(.distinct)
        return true
    }

    private mutating func queryPrimary(_ into: inout IntoClause?, allowsInto: Bool) throws(ParseError) -> QueryBody {
        switch current.keyword {
        case .select:
            return .select(try selectBlock(&into, allowsInto: allowsInto))
        case .values:
            advance()
            var rows: [[Expression]] = []
            repeat {
                try expect(.row)
                rows.append(try valueRow())
            } while accept(.comma)
            return .values(rows)
        case .table:
            advance()
            return .table(try objectName())
        default:
            guard at(.openParenthesis) else { throw syntaxError() }
            let query = try parenthesizedQuery()
            return .nested(query)
        }
    }

    /// `(a, DEFAULT, b)`; `()` is an empty row.
    mutating func valueRow() throws(ParseError) -> [Expression] {
        try expect(.openParenthesis)
        var row: [Expression] = []
        if !at(.closeParenthesis) {
            repeat {
                row.append(try valueOrDefault())
            } while accept(.comma)
        }
        try expect(.closeParenthesis)
        return row
    }

    mutating func valueOrDefault() throws(ParseError) -> Expression {
        if at(.default), peek().kind != .openParenthesis {
            let start = current.start
            advance()
            return Expression(.defaultValue(nil), range(from: start))
        }
        return try expression()
    }

    // MARK: SELECT

    private mutating func selectBlock(_ into: inout IntoClause?, allowsInto: Bool) throws(ParseError) -> SelectBlock {
        try expect(.select)
        var block = SelectBlock(items: [])
        block.hints = hintText()
        try selectOptions(&block)
        repeat {
            if at(.star), block.items.isEmpty {
                advance()
                block.items.append(.wildcard(schema: nil, table: nil))
            } else {
                block.items.append(try selectItem())
            }
        } while accept(.comma)
        if allowsInto, at(.into), into == nil { into = try intoClause() }
        if accept(.from) {
            if accept(.dual) {
                block.from = []
            } else {
                block.from = try tableReferences()
            }
        }
        if accept(.where) { block.where = try expression() }
        if accept(.group) {
            try expect(.by)
            block.groupBy = try groupByClause()
        }
        if accept(.having) { block.having = try expression() }
        if accept(.window) {
            repeat {
                let name = try name()
                try expect(.as)
                block.windows.append(NamedWindow(name: name, specification: try windowSpecification()))
            } while accept(.comma)
        }
        if accept(.qualify) { block.qualify = try expression() }
        return block
    }

    /// An optimizer hint's text, at its token.
    mutating func hintText() -> String? {
        guard at(.hint) else { return nil }
        let text = source(current)
        advance()
        return text
    }

    private mutating func selectOptions(_ block: inout SelectBlock) throws(ParseError) {
        while true {
            switch current.keyword {
            case .all:
                if block.isDistinct { throw .wrongUsage("ALL", "DISTINCT") }
                block.options.insert(.all)
            case .distinct, .distinctrow:
                if block.options.contains(.all) { throw .wrongUsage("ALL", "DISTINCT") }
                block.isDistinct = true
            case .highPriority: block.options.insert(.highPriority)
            case .straightJoin: block.options.insert(.straightJoin)
            case .sqlSmallResult: block.options.insert(.smallResult)
            case .sqlBigResult: block.options.insert(.bigResult)
            case .sqlBufferResult: block.options.insert(.bufferResult)
            case .sqlNoCache: block.options.insert(.noCache)
            case .sqlCalcFoundRows: block.options.insert(.calcFoundRows)
            default: return
            }
            advance()
        }
    }

    private mutating func selectItem() throws(ParseError) -> SelectItem {
        if let wildcard = qualifiedWildcard() { return wildcard }
        let firstToken = index
        let start = current.start
        let expression = try expression()
        let end = previousEnd
        if let alias = try selectAlias() { return .expression(expression, alias: alias, name: alias) }
        return .expression(
            expression, alias: nil, name: columnTitle(of: expression, firstToken: firstToken, start: start, end: end))
    }

    /// `t.*` or `schema.t.*`.
    private mutating func qualifiedWildcard() -> SelectItem? {
        guard isName, peek().kind == .period else { return nil }
        if peek(2).kind == .star {
            let table = tableNameCase.read(lexer.name(current))
            for _ in 0..<3 { advance() }
            return .wildcard(schema: nil, table: table)
        }
        let isPart = peek(2).kind == .word || peek(2).kind == .quotedName
        guard isPart, peek(3).kind == .period, peek(4).kind == .star else { return nil }
        let schema = tableNameCase.read(lexer.name(current))
        let table = tableNameCase.read(lexer.name(peek(2)))
        for _ in 0..<5 { advance() }
        return .wildcard(schema: schema, table: table)
    }

    private mutating func selectAlias() throws(ParseError) -> String? {
        if accept(.as) { return try nameOrText() }
        if isName || at(.quotedText) { return try nameOrText() }
        return nil
    }

    func isAlias() -> Bool {
        isName
    }

    // MARK: Clauses

    private mutating func groupByClause() throws(ParseError) -> GroupByClause {
        if at(.word), current.keyword == .rollup, peek().kind == .openParenthesis {
            advance()
            try expect(.openParenthesis)
            let items = try expressionList().map { OrderItem($0) }
            try expect(.closeParenthesis)
            return GroupByClause(items: items, withRollup: true)
        }
        let items = try expressionList().map { OrderItem($0) }
        var withRollup = false
        if at(.with), peek().keyword == .rollup {
            advance()
            advance()
            withRollup = true
        }
        return GroupByClause(items: items, withRollup: withRollup)
    }

    mutating func orderByClause() throws(ParseError) -> [OrderItem] {
        try expect(.order)
        try expect(.by)
        return try orderItems()
    }

    mutating func orderItems() throws(ParseError) -> [OrderItem] {
        var items: [OrderItem] = []
        repeat {
            let expression = try expression()
            items.append(OrderItem(expression, direction()))
        } while accept(.comma)
        return items
    }

    mutating func direction() -> OrderItem.Direction {
        if accept(.asc) { return .ascending }
        if accept(.desc) { return .descending }
        return .unspecified
    }

    /// After LIMIT.
    mutating func limitClause() throws(ParseError) -> LimitClause {
        let first = try limitValue()
        if accept(.comma) { return LimitClause(count: try limitValue(), offset: first) }
        if accept(.offset) { return LimitClause(count: first, offset: try limitValue()) }
        return LimitClause(count: first, offset: nil)
    }

    private mutating func limitValue() throws(ParseError) -> Expression {
        let start = current.start
        switch current.kind {
        case .integerNumber:
            return try literalExpression()
        case .parameter:
            return parameter()
        default:
            return Expression(.column(ColumnName(name: try name())), range(from: start))
        }
    }

    mutating func withClause() throws(ParseError) -> WithClause {
        try expect(.with)
        let isRecursive = accept(.recursive)
        var tables: [CommonTableExpression] = []
        repeat {
            let name = try tableName()
            let columns = at(.openParenthesis) ? try parenthesizedNames() : []
            try expect(.as)
            tables.append(CommonTableExpression(name: name, columns: columns, query: try parenthesizedQuery()))
        } while accept(.comma)
        return WithClause(isRecursive: isRecursive, tables: tables)
    }

    /// INTO variables, OUTFILE or DUMPFILE.
    mutating func intoClause() throws(ParseError) -> IntoClause {
        try expect(.into)
        if accept(.outfile) {
            let path = try string()
            let charset = acceptCharacterSet() ? try charsetName() : nil
            return .outFile(path: path, charset: charset, try fileFormat())
        }
        if accept(.dumpfile) { return .dumpFile(path: try string()) }
        var targets: [IntoTarget] = []
        repeat {
            targets.append(try intoTarget())
        } while accept(.comma)
        return .variables(targets)
    }

    mutating func intoTarget() throws(ParseError) -> IntoTarget {
        if at(.userVariable) {
            let name = try userVariableName()
            advance()
            return .userVariable(name)
        }
        return .localVariable(try name())
    }

    /// FIELDS and LINES.
    mutating func fileFormat() throws(ParseError) -> FileFormat {
        var format = FileFormat()
        if accept(.columns) || accept(.fields) {
            repeat {
                if accept(.terminated) {
                    try expect(.by)
                    format.fieldTerminator = try anyText()
                } else if accept(.optionally) {
                    try expect(.enclosed)
                    try expect(.by)
                    format.enclosedBy = try anyText()
                    format.isOptionallyEnclosed = true
                } else if accept(.enclosed) {
                    try expect(.by)
                    format.enclosedBy = try anyText()
                } else {
                    try expect(.escaped)
                    try expect(.by)
                    format.escapedBy = try anyText()
                }
            } while at(.terminated) || at(.optionally) || at(.enclosed) || at(.escaped)
        }
        if accept(.lines) {
            repeat {
                if accept(.terminated) {
                    try expect(.by)
                    format.lineTerminator = try anyText()
                } else {
                    try expect(.starting)
                    try expect(.by)
                    format.lineStarter = try anyText()
                }
            } while at(.terminated) || at(.starting)
        }
        return format
    }
}
