import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions

extension Binder {
    /// A query inside an expression: its own names first, then those around it.
    package func bindSubquery(
        _ query: QueryExpression, in scope: Scope, isExists: Bool = false
    ) throws(SQLError) -> BoundQuery {
        if query.into != nil { throw SQLError(.wrongUsage, "INTO", "subquery") }
        return try isolated { () throws(SQLError) -> BoundQuery in try bindQuery(query, parent: scope, isExists: isExists) }
    }

    /// Runs `body` with the context of a fresh query.
    package func isolated<Result>(_ body: () throws(SQLError) -> Result) throws(SQLError) -> Result {
        let saved = (clause, allowsAggregates, allowsWindows, aggregateDepth, rollup)
        let step = recursiveStep
        recursiveStep = nil
        defer { recursiveStep = step }
        let outer = (fromAccess, columnPrivilege, joinColumns)
        (fromAccess, columnPrivilege, joinColumns) = (makesView && viewDepth == 0 ? .view : .select, .select, [])
        defer { (fromAccess, columnPrivilege, joinColumns) = outer }
        rollup = nil
        aggregateDepth = 0
        defer { (clause, allowsAggregates, allowsWindows, aggregateDepth, rollup) = saved }
        return try body()
    }

    /// `(SELECT ...)` as a value: one column, at most one row (error 1242).
    package func bindScalarSubquery(_ query: QueryExpression, in scope: Scope) throws(SQLError) -> TypedSQL {
        let bound = try bindSubquery(query, in: scope)
        guard bound.columns.count == 1, let column = bound.columns.first else { throw SQLError(.operandColumns, 1) }
        var typed = derivedColumn(column, "c1")
        typed.isNullable = !(bound.isSingleRow && query.limit == nil && !column.typed.isNullable && isUnconditional(query))
        typed.coercibility = column.typed.coercibility
        typed.sql =
            bound.isSingleRow
            ? "(\(bound.sql))" : "(SELECT engine_single(q.c1) FROM (\(bound.sql)) AS q)"
        return typed
    }

    /// No WHERE or HAVING can make it empty: `(SELECT 1)`.
    private func isUnconditional(_ query: QueryExpression) -> Bool {
        guard case .select(let block) = query.body else { return false }
        return block.where == nil && block.having == nil && block.from.isEmpty
    }

    /// A result column as the query around it sees it.
    package func derivedColumn(_ column: OutputColumn, _ sql: String) -> TypedSQL {
        var typed = TypedSQL.column(sql, column.typed.type, isNullable: column.typed.isNullable)
        typed.isColumn = false
        typed.coercibility = column.typed.type.isStringLike ? .implicit : .numeric
        typed.isBoolean = column.typed.isBoolean
        return typed
    }

    package func bindIn(
        _ x: Expression, _ query: QueryExpression, _ negated: Bool, in scope: Scope
    ) throws(SQLError) -> TypedSQL {
        let bound = try bindSubquery(query, in: scope)
        var items = [x]
        if case .row(let row) = x.kind { items = row }
        guard bound.columns.count == items.count else { throw SQLError(.operandColumns, items.count) }
        if query.limit != nil { throw SQLError(.notSupportedYet, "LIMIT & IN/ALL/ANY/SOME subquery") }
        let id = nextSourceID()
        var left: [String] = []
        var right: [String] = []
        var isPlain = true
        var isNullable = false
        for (index, item) in items.enumerated() {
            let name = "q\(id).c\(index + 1)"
            let column = derivedColumn(bound.columns[index], name)
            let pair = try builder.comparable(bind(item, in: scope), column)
            left.append(pair.left.sql)
            right.append(pair.right.sql)
            if pair.right.sql != name && !pair.right.sql.hasPrefix("(" + name + " COLLATE ")
                && !pair.right.sql.hasPrefix(name + " COLLATE ")
            {
                isPlain = false
            }
            if pair.left.isNullable || pair.right.isNullable { isNullable = true }
        }
        let operand = items.count == 1 ? left[0] : "(" + left.joined(separator: ", ") + ")"
        let source =
            isPlain ? bound.sql : "SELECT \(right.joined(separator: ", ")) FROM (\(bound.sql)) AS q\(id)"
        return truth("(\(operand) \(negated ? "NOT IN" : "IN") (\(source)))", isNullable: isNullable)
    }

    /// `x op ANY (query)`, `x op ALL (query)`.
    package func bindQuantified(
        _ op: MySQLParser.BinaryOperator, _ x: Expression, _ quantifier: Quantifier, _ query: QueryExpression,
        in scope: Scope
    ) throws(SQLError) -> TypedSQL {
        if op == .equal, quantifier == .any { return try bindIn(x, query, false, in: scope) }
        if op == .notEqual, quantifier == .all { return try bindIn(x, query, true, in: scope) }
        guard let comparison = Self.comparison(op) else { throw SQLError(.notSupportedYet, "this comparison") }
        let bound = try bindSubquery(query, in: scope)
        guard bound.columns.count == 1, let first = bound.columns.first else { throw SQLError(.operandColumns, 1) }
        let left = try bindScalar(x, in: scope)
        let id = nextSourceID()
        let compared = try builder.compare(comparison, left, derivedColumn(first, "q\(id).c1"))
        let from = "FROM (\(bound.sql)) AS q\(id) WHERE"
        let wanted = quantifier == .any ? compared.sql : "NOT \(compared.sql)"
        let (hit, miss) = quantifier == .any ? ("1", "0") : ("0", "1")
        let unknown = compared.isNullable ? " WHEN EXISTS (SELECT 1 \(from) \(compared.sql) IS NULL) THEN NULL" : ""
        return truth(
            "(CASE WHEN EXISTS (SELECT 1 \(from) \(wanted)) THEN \(hit)\(unknown) ELSE \(miss) END)",
            isNullable: compared.isNullable)
    }
}
