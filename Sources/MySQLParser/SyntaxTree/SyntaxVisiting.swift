/// Walking through syntax trees: the one place that knows what stands in what.
extension Expression {
    /// What the expression is made of, in the order of its text. The queries of subqueries are none of it (``subquery``).
    public var operands: [Expression] {
        switch kind {
        case .literal, .column, .parameter, .userVariable, .systemVariable, .subquery, .exists, .jsonPath,
            .defaultValue, .insertedValue:
            return []
        case .assignment(_, let value): return [value]
        case .unary(_, let x): return [x]
        case .binary(_, let left, let right): return [left, right]
        case .and(let operands), .or(let operands), .row(let operands): return operands
        case .quantified(_, let x, _, _): return [x]
        case .isNull(let x, _): return [x]
        case .isTruth(let x, _, _): return [x]
        case .between(let x, let low, let high, _): return [x, low, high]
        case .inList(let x, let list, _): return [x] + list
        case .inSubquery(let x, _, _): return [x]
        case .like(let x, let pattern, let escape, _): return [x, pattern] + (escape.map { [$0] } ?? [])
        case .regexp(let x, let pattern, _): return [x, pattern]
        case .soundsLike(let left, let right): return [left, right]
        case .memberOf(let x, let array): return [x, array]
        case .caseWhen(let operand, let branches, let otherwise):
            return (operand.map { [$0] } ?? []) + branches.flatMap { [$0.when, $0.then] } + (otherwise.map { [$0] } ?? [])
        case .cast(let x, _, _), .castAtTimeZone(let x, _, _), .convertUsing(let x, _), .collate(let x, _): return [x]
        case .dateArithmetic(let x, let interval, _): return [x, interval.amount]
        case .function(let call): return call.arguments
        case .aggregate(let call):
            return call.arguments + call.orderBy.map(\.expression) + (call.over.map(Self.parts) ?? [])
        case .window(let call): return call.arguments + Self.parts(call.over)
        case .extract(_, let x): return [x]
        case .timestampAdd(_, let amount, let x): return [amount, x]
        case .timestampDiff(_, let from, let to): return [from, to]
        case .getFormat(_, let x): return [x]
        case .trim(_, let remove, let x): return (remove.map { [$0] } ?? []) + [x]
        case .char(let arguments, _): return arguments
        case .weightString(let x, _, _): return [x]
        case .match(_, let against, _): return [against]
        case .jsonValue(let document, let path, _, _, _): return [document, path]
        }
    }

    private static func parts(_ reference: WindowReference) -> [Expression] {
        guard case .inline(let specification) = reference else { return [] }
        return specification.partitionBy + specification.orderBy.map(\.expression)
    }

    /// The query of a scalar subquery, EXISTS, IN or a quantified comparison.
    public var subquery: QueryExpression? {
        switch kind {
        case .subquery(let query), .exists(let query), .inSubquery(_, let query, _), .quantified(_, _, _, let query): query
        default: nil
        }
    }

    /// Calls `body` for the expression and, while it returns true, for its operands. Subqueries are not entered.
    public func visit(_ body: (Expression) -> Bool) {
        guard body(self) else { return }
        for operand in operands { operand.visit(body) }
    }

    /// Whether it or a part of it is like this; subqueries are not entered.
    public func contains(where matches: (Expression) -> Bool) -> Bool {
        matches(self) || operands.contains { $0.contains(where: matches) }
    }

    /// An aggregate that is no window function stands in it.
    public var containsAggregate: Bool {
        contains { node in
            if case .aggregate(let call) = node.kind { call.over == nil } else { false }
        }
    }
}

extension QueryBody {
    /// Whether a FROM or TABLE names a table that is like this. Subqueries in expressions are not entered; derived tables, and
    /// the WITH of queries in parentheses, with `entersDerived` alone.
    public func containsTable(entersDerived: Bool, where matches: (ObjectName) -> Bool) -> Bool {
        switch self {
        case .select(let block):
            return block.from.contains { $0.containsTable(entersDerived: entersDerived, where: matches) }
        case .values: return false
        case .table(let name): return matches(name)
        case .nested(let query):
            if query.body.containsTable(entersDerived: entersDerived, where: matches) { return true }
            guard entersDerived, let with = query.with else { return false }
            return with.tables.contains { $0.query.body.containsTable(entersDerived: true, where: matches) }
        case .setOperation(_, _, let left, let right):
            return left.containsTable(entersDerived: entersDerived, where: matches)
                || right.containsTable(entersDerived: entersDerived, where: matches)
        }
    }
}

extension TableReference {
    /// ``QueryBody/containsTable(entersDerived:where:)`` of what stands in a FROM.
    public func containsTable(entersDerived: Bool, where matches: (ObjectName) -> Bool) -> Bool {
        switch self {
        case .table(let factor): matches(factor.name)
        case .derived(let derived):
            entersDerived && derived.query.body.containsTable(entersDerived: true, where: matches)
        case .jsonTable: false
        case .join(let join):
            join.left.containsTable(entersDerived: entersDerived, where: matches)
                || join.right.containsTable(entersDerived: entersDerived, where: matches)
        }
    }
}
