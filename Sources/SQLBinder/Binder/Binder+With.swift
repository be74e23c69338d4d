import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions

extension Binder {
    /// `WITH a AS (...), b AS (...) ` in SQLite's words; the names stay in scope until the caller removes them.
    package func bindWith(_ with: WithClause, parent: Scope?) throws(SQLError) -> String {
        var texts: [String] = []
        var names: Set<ExactName> = []
        var isRecursive = false
        for table in with.tables {
            guard names.insert(ExactName(table.name)).inserted else { throw SQLError(.nonuniqTable, table.name) }
            let sqliteName = "w\(nextSourceID())"
            let reads = with.isRecursive && Self.reads(table.name, in: table.query)
            let (bound, sql) = try isolated { () throws(SQLError) -> ([OutputColumn], String) in
                if reads { return try bindRecursive(table, sqliteName: sqliteName, parent: parent) }
                defersColumns = true
                let bound =
                    with.isRecursive
                    ? try bindNamingNotItself(table, sqliteName, parent) : try bindQuery(table.query, parent: parent)
                return (bound.isMaterialized ? Self.stored(bound.columns) : bound.columns, bound.sql)
            }
            if reads { isRecursive = true }
            if !table.columns.isEmpty && table.columns.count != bound.count { throw SQLError(.viewWrongList) }
            let columns = bound.enumerated().map { index, column in
                OutputColumn(
                    name: index < table.columns.count ? table.columns[index] : column.name, typed: column.typed,
                    origin: nil, reads: column.reads)
            }
            try checkDuplicates(columns.map(\.name))
            commonTables.append(CommonTable(name: table.name, sqliteName: sqliteName, columns: columns))
            let list = columns.indices.map { "c\($0 + 1)" }.joined(separator: ", ")
            texts.append("\(sqliteName)(\(list)\(reads ? ", depth" : "")) AS (\(sql))")
        }
        return (isRecursive ? "WITH RECURSIVE " : "WITH ") + texts.joined(separator: ", ") + " "
    }

    /// A query under WITH RECURSIVE whose FROM clauses do not name the table itself: nor may its subqueries.
    private func bindNamingNotItself(
        _ table: CommonTableExpression, _ sqliteName: String, _ parent: Scope?
    ) throws(SQLError) -> BoundQuery {
        let own = CommonTable(name: table.name, sqliteName: sqliteName, columns: [])
        own.isBeingDefined = true
        commonTables.append(own)
        defer { commonTables.removeAll { $0 === own } }
        var isUnion = false
        if case .setOperation(.union, _, _, _) = table.query.body { isUnion = true }
        let refusal = SQLError(isUnion ? .cteRecursiveRequiresSingleReference : .cteRecursiveRequiresUnion, table.name)
        let bound: BoundQuery
        do throws(SQLError) {
            bound = try bindQuery(table.query, parent: parent)
        } catch {
            // It has no columns yet: what is not found in it says less than that it was named.
            throw own.references > 0 ? refusal : error
        }
        guard own.references == 0 else { throw refusal }
        return bound
    }

    /// A recursive CTE: the first branches give types and rows to start with, the others read the table itself.
    private func bindRecursive(
        _ table: CommonTableExpression, sqliteName: String, parent: Scope?
    ) throws(SQLError) -> ([OutputColumn], String) {
        var seeds: [QueryBody] = []
        var steps: [QueryBody] = []
        var isDistinct = false
        guard try Self.flatten(table.query.body, &seeds, &steps, &isDistinct, name: table.name) else {
            throw SQLError(.cteRecursiveRequiresUnion, table.name)
        }
        guard let firstSeed = seeds.first else { throw SQLError(.cteRecursiveRequiresNonrecursiveFirst, table.name) }
        for step in steps { try checkRecursive(step, table.name) }
        var seed = try bindBody(firstSeed, parent: parent)
        if seeds.count > 1 {
            // A branch that reads the table in a subquery alone is a recursive one too, which may not.
            let own = CommonTable(name: table.name, sqliteName: sqliteName, columns: seed.columns)
            own.isBeingDefined = true
            commonTables.append(own)
            defer { commonTables.removeAll { $0 === own } }
            for other in seeds.dropFirst() {
                let bound = try bindBody(other, parent: parent)
                guard own.references == 0 else { throw SQLError(.cteRecursiveRequiresSingleReference, table.name) }
                seed = try combine(.union, isDistinct, seed, bound)
            }
        }
        // Types are those of the seeds; every column may become NULL.
        let columns = seed.columns.enumerated().map { index, column in
            var typed = TypedSQL(sql: "c\(index + 1)", type: column.typed.type, isNullable: true)
            typed.coercibility = column.typed.type.isStringLike ? .implicit : .numeric
            return OutputColumn(
                name: index < table.columns.count ? table.columns[index] : column.name, typed: typed, origin: nil)
        }
        let own = CommonTable(name: table.name, sqliteName: sqliteName, columns: columns)
        own.isBeingDefined = true
        commonTables.append(own)
        defer { commonTables.removeAll { $0 === own } }
        let seedID = nextSourceID()
        let seedCells = columns.indices.map { "q\(seedID).c\($0 + 1)" }.joined(separator: ", ")
        // UNION DISTINCT must not see the depth: all depths are equal by this collation.
        let depth = isDistinct ? "'0' COLLATE engine_equal" : "0"
        var sql = "SELECT \(seedCells), \(depth) FROM (\(seed.sql)) AS q\(seedID)"
        for step in steps {
            recursionDepthColumn = nil
            guard case .select(let block) = step else {
                throw SQLError(.notSupportedYet, "this form of recursive query block")
            }
            own.references = 0
            recursiveStep = RecursiveStep(columns: columns, isDistinct: isDistinct)
            defer { recursiveStep = nil }
            let bound = try bindBody(step, parent: parent)
            guard own.references == 1, Self.directReads(table.name, in: block) == 1 else {
                throw SQLError(.cteRecursiveRequiresSingleReference, table.name)
            }
            sql += " \(isDistinct ? "UNION" : "UNION ALL") \(bound.sql)"
        }
        if !table.query.orderBy.isEmpty {
            throw SQLError(.notSupportedYet, "ORDER BY over UNION in recursive Common Table Expression")
        }
        if let limit = table.query.limit { sql += try limitText(limit, in: Scope(parent: parent)) }
        return (columns, sql)
    }

    /// The recursive part's value in the seed's type: too long a string is an error in strict mode.
    package func recursiveCell(_ cell: TypedSQL, to type: MySQLType, name: String) throws(SQLError) -> String {
        if type.isNonBinaryString, type.length > 0, cell.type.carrier == .text,
            environment.sqlMode.contains(.strictTransTables) || environment.sqlMode.contains(.strictAllTables)
        {
            let text = try builder.convert(cell, to: type).sql
            return "engine_fit(\(text), \(type.length), \(LiteralValue.text(Array(name.utf8)).sql))"
        }
        return try builder.convert(cell, to: type).sql
    }

    private func checkRecursive(_ step: QueryBody, _ name: String) throws(SQLError) {
        guard case .select(let block) = step else { return }
        if block.from.contains(where: { Self.readsOptionally(name, in: $0) }) {
            throw SQLError(.cteRecursiveForbiddenJoinOrder, name)
        }
        var aggregates = block.groupBy != nil
        for item in block.items {
            guard case .expression(let expression, _, _) = item else { continue }
            expression.visit { node in
                switch node.kind {
                case .aggregate, .window: aggregates = true
                default: break
                }
                return true
            }
        }
        if aggregates { throw SQLError(.cteRecursiveForbidsAggregation, name) }
        if block.isDistinct { throw Self.orderedStep }
    }

    private static var orderedStep: SQLError {
        SQLError(
            .notSupportedYet, "ORDER BY / LIMIT / SELECT DISTINCT in recursive query block of Common Table Expression")
    }

    /// Splits a chain of UNIONs into branches that do not and that do read the table.
    private static func flatten(
        _ body: QueryBody, _ seeds: inout [QueryBody], _ steps: inout [QueryBody], _ isDistinct: inout Bool, name: String
    ) throws(SQLError) -> Bool {
        guard case .setOperation(.union, let distinct, let left, let right) = body else { return false }
        if distinct { isDistinct = true }
        for branch in [try withoutParentheses(left, name), try withoutParentheses(right, name)] {
            if case .setOperation(.union, _, _, _) = branch {
                guard try flatten(branch, &seeds, &steps, &isDistinct, name: name) else { return false }
            } else if reads(name, in: branch) {
                steps.append(branch)
            } else {
                guard steps.isEmpty else { throw SQLError(.cteRecursiveRequiresNonrecursiveFirst, name) }
                seeds.append(branch)
            }
        }
        return true
    }

    /// A branch in parentheses that add nothing to it.
    private static func withoutParentheses(_ body: QueryBody, _ name: String) throws(SQLError) -> QueryBody {
        guard case .nested(let query) = body else { return body }
        if query.with == nil, query.orderBy.isEmpty, query.limit == nil { return try withoutParentheses(query.body, name) }
        guard reads(name, in: body) else { return body }
        // Read by a WITH of its own, it is read in a subquery.
        if let with = query.with, with.tables.contains(where: { reads(name, in: $0.query) }) {
            throw SQLError(.cteRecursiveRequiresSingleReference, name)
        }
        if !query.orderBy.isEmpty || query.limit != nil { throw orderedStep }
        return body
    }

    /// How often a block's FROM names the table itself, not inside of derived tables.
    private static func directReads(_ name: String, in block: SelectBlock) -> Int {
        func count(_ reference: TableReference) -> Int {
            switch reference {
            case .table(let factor): isCommonTable(factor.name, name) ? 1 : 0
            case .derived, .jsonTable: 0
            case .join(let join): count(join.left) + count(join.right)
            }
        }
        return block.from.reduce(0) { $0 + count($1) }
    }

    /// Whether the table is on the side of an outer join that may be missing.
    private static func readsOptionally(_ name: String, in reference: TableReference) -> Bool {
        guard case .join(let join) = reference else { return false }
        switch join.kind {
        case .left, .naturalLeft:
            if directlyReads(name, in: join.right) { return true }
        case .right, .naturalRight:
            if directlyReads(name, in: join.left) { return true }
        default: break
        }
        return readsOptionally(name, in: join.left) || readsOptionally(name, in: join.right)
    }

    private static func directlyReads(_ name: String, in reference: TableReference) -> Bool {
        reference.containsTable(entersDerived: false) { isCommonTable($0, name) }
    }

    // MARK: Whether a query reads a table of that name

    package static func reads(_ name: String, in query: QueryExpression) -> Bool {
        reads(name, in: query.body)
    }

    private static func reads(_ name: String, in body: QueryBody) -> Bool {
        body.containsTable(entersDerived: true) { isCommonTable($0, name) }
    }

    private static func isCommonTable(_ table: ObjectName, _ name: String) -> Bool {
        table.schema == nil && Identifier.isSame(table.name, name)
    }
}
