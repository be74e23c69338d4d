/// FROM clauses.
extension Parser {
    /// Table references separated by commas.
    mutating func tableReferences() throws(ParseError) -> [TableReference] {
        var list: [TableReference] = []
        repeat {
            list.append(try tableReference())
        } while accept(.comma)
        return list
    }

    /// A table with the joins that follow it.
    mutating func tableReference() throws(ParseError) -> TableReference {
        if at(.openBrace) {
            // ODBC: { OJ joins }
            advance()
            _ = try name()
            let inner = try tableReference()
            try expect(.closeBrace)
            return try joins(after: inner)
        }
        return try joins(after: try tableFactor())
    }

    private enum JoinWord {
        case inner, straight, outer(JoinSyntax.Kind), natural(JoinSyntax.Kind)
    }

    private mutating func joinWord() throws(ParseError) -> JoinWord? {
        switch current.keyword {
        case .join:
            advance()
            return .inner
        case .inner, .cross:
            advance()
            try expect(.join)
            return .inner
        case .straightJoin:
            advance()
            return .straight
        case .left, .right:
            let kind: JoinSyntax.Kind = at(.left) ? .left : .right
            advance()
            _ = accept(.outer)
            try expect(.join)
            return .outer(kind)
        case .natural:
            advance()
            var kind = JoinSyntax.Kind.naturalInner
            if at(.left) || at(.right) {
                kind = at(.left) ? .naturalLeft : .naturalRight
                advance()
                _ = accept(.outer)
            } else {
                _ = accept(.inner)
            }
            try expect(.join)
            return .natural(kind)
        default:
            return nil
        }
    }

    /// The joins after a table.
    private mutating func joins(after first: TableReference) throws(ParseError) -> TableReference {
        let outerHeight = treeHeight
        treeHeight = 0
        let tree = try joinChain(after: first).tree
        treeHeight = max(treeHeight, outerHeight)
        return tree
    }

    /// `a JOIN b JOIN c ON x ON y` nests to the right: an ON belongs to the nearest join without one. An inner join left
    /// without a condition goes to the left end: `a JOIN b JOIN c ON x` is `(a JOIN b) JOIN c ON x`. `spine` counts the joins
    /// on the way to the first table.
    private mutating func joinChain(
        after first: TableReference
    ) throws(ParseError) -> (tree: TableReference, spine: Int) {
        var left = first
        var spine = 0
        while let word = try joinWord() {
            try growTree()
            if case .natural(let kind) = word {
                left = .join(JoinSyntax(kind: kind, left: left, right: try tableFactor(), condition: nil))
                spine += 1
                continue
            }
            var right = try tableFactor()
            var rightSpine = 0
            if atJoin {
                try enter()
                (right, rightSpine) = try joinChain(after: right)
                leave()
            }
            let condition = try joinCondition()
            let kind: JoinSyntax.Kind
            switch word {
            case .inner: kind = .inner
            case .straight: kind = .straight
            case .outer(let side), .natural(let side):
                if condition == nil { throw syntaxError() }
                kind = side
            }
            if condition == nil {
                left = Self.inserting(left, kind, into: right, spine: rightSpine)
                spine += rightSpine + 1
            } else {
                left = .join(JoinSyntax(kind: kind, left: left, right: right, condition: condition))
                spine += 1
            }
        }
        return (left, spine)
    }

    private static func inserting(
        _ left: TableReference, _ kind: JoinSyntax.Kind, into tree: TableReference, spine: Int
    ) -> TableReference {
        if spine > 0, case .join(var join) = tree {
            join.left = inserting(left, kind, into: join.left, spine: spine - 1)
            return .join(join)
        }
        return .join(JoinSyntax(kind: kind, left: left, right: tree, condition: nil))
    }

    private var atJoin: Bool {
        at(.join) || at(.inner) || at(.cross) || at(.straightJoin) || at(.left) || at(.right) || at(.natural)
    }

    private mutating func joinCondition() throws(ParseError) -> JoinSyntax.Condition? {
        if accept(.on) { return .on(try expression()) }
        if accept(.using) { return .using(try parenthesizedNames()) }
        return nil
    }

    // MARK: Factors

    /// A table, a derived table, JSON_TABLE, or joins in parentheses.
    mutating func tableFactor() throws(ParseError) -> TableReference {
        if at(.openParenthesis) { return try parenthesizedTables() }
        if at(.openBrace) { return try tableReference() }
        if accept(.lateral) {
            let query = try parenthesizedQuery()
            return try derivedTable(query, isLateral: true)
        }
        if at(.jsonTable) { return .jsonTable(try jsonTable()) }
        return .table(try plainTable())
    }

    /// A table by name, with PARTITION, alias and index hints.
    mutating func plainTable() throws(ParseError) -> TableFactor {
        let start = current.start
        var table = TableFactor(name: try objectName())
        if accept(.partition) { table.partitions = try parenthesizedNames() }
        table.alias = try tableAlias()
        while at(.use) || at(.ignore) || at(.force), peek().keyword == .index || peek().keyword == .key {
            table.indexHints.append(try indexHint())
            _ = at(.comma) && (peek().keyword == .use || peek().keyword == .ignore || peek().keyword == .force)
                && peek(2).keyword.map { $0 == .index || $0 == .key } == true && accept(.comma)
        }
        table.range = range(from: start)
        return table
    }

    mutating func tableAlias() throws(ParseError) -> String? {
        if accept(.as) || accept(.equal) { return try tableName() }
        return isName ? try tableName() : nil
    }

    private mutating func indexHint() throws(ParseError) -> IndexHint {
        let action: IndexHint.Action = at(.use) ? .use : at(.ignore) ? .ignore : .force
        advance()
        advance()
        var purpose = IndexHint.Purpose.all
        if accept(.for) {
            if accept(.join) {
                purpose = .join
            } else {
                purpose = at(.order) ? .orderBy : .groupBy
                if !accept(.order) { try expect(.group) }
                try expect(.by)
            }
        }
        try expect(.openParenthesis)
        var names: [String] = []
        if !(action == .use && at(.closeParenthesis)) {
            repeat {
                names.append(accept(.primary) ? "PRIMARY" : try name())
            } while accept(.comma)
        }
        try expect(.closeParenthesis)
        return IndexHint(action: action, purpose: purpose, indexes: names)
    }

    private mutating func derivedTable(_ query: QueryExpression, isLateral: Bool) throws(ParseError) -> TableReference {
        guard let alias = try tableAlias() else {
            throw ParseError(code: 1248, message: "Every derived table must have its own alias")
        }
        let columns = at(.openParenthesis) ? try parenthesizedNames() : []
        return .derived(DerivedTable(query: query, alias: alias, columns: columns, isLateral: isLateral))
    }

    private enum Parenthesized {
        case query(QueryExpression)
        case tables(TableReference)
    }

    private mutating func parenthesizedTables() throws(ParseError) -> TableReference {
        switch try tablesOrQuery() {
        case .query(let query): return try derivedTable(query, isLateral: false)
        case .tables(let tables): return tables
        }
    }

    /// `(` starts a derived table's query or a list of joins.
    private mutating func tablesOrQuery() throws(ParseError) -> Parenthesized {
        if isQueryInParentheses { return .query(try parenthesizedQuery()) }
        try expect(.openParenthesis)
        try enter()
        defer { leave() }
        var first: TableReference
        if at(.openParenthesis) {
            switch try tablesOrQuery() {
            case .query(let query):
                if at(.closeParenthesis) {
                    advance()
                    return .query(query)
                }
                if atQueryTail {
                    let whole = try queryTail(of: query)
                    try expect(.closeParenthesis)
                    return .query(whole)
                }
                first = try joins(after: try derivedTable(query, isLateral: false))
            case .tables(let tables):
                first = try joins(after: tables)
            }
        } else {
            first = try tableReference()
        }
        while accept(.comma) {
            try growTree()
            first = .join(JoinSyntax(kind: .inner, left: first, right: try tableReference(), condition: nil))
        }
        try expect(.closeParenthesis)
        return .tables(first)
    }

    // MARK: JSON_TABLE

    private mutating func jsonTable() throws(ParseError) -> JSONTableSyntax {
        try expect(.jsonTable)
        try expect(.openParenthesis)
        let document = try expression()
        try expect(.comma)
        let path = try string()
        let columns = try jsonColumns()
        try expect(.closeParenthesis)
        guard let alias = try tableAlias() else {
            throw ParseError(code: 3667, message: "Every table function must have an alias")
        }
        return JSONTableSyntax(document: document, path: path, columns: columns, alias: alias)
    }

    private mutating func jsonColumns() throws(ParseError) -> [JSONTableSyntax.Column] {
        try expect(.columns)
        try expect(.openParenthesis)
        try enter()
        defer { leave() }
        var columns: [JSONTableSyntax.Column] = []
        repeat {
            columns.append(try jsonColumn())
        } while accept(.comma)
        try expect(.closeParenthesis)
        return columns
    }

    private mutating func jsonColumn() throws(ParseError) -> JSONTableSyntax.Column {
        if at(.nested) {
            advance()
            _ = accept(.path)
            let path = try string()
            return .nested(path: path, columns: try jsonColumns())
        }
        let name = try name()
        if accept(.for) {
            try expect(.ordinality)
            return .ordinality(name: name)
        }
        var type = try dataType()
        if accept(.collate) { type.collation = try self.name() }
        if accept(.exists) {
            try expect(.path)
            return .exists(name: name, type: type, path: try string())
        }
        try expect(.path)
        let path = try string()
        let (onEmpty, onError) = try jsonResponses()
        return .path(name: name, type: type, path: path, onEmpty: onEmpty, onError: onError)
    }
}
