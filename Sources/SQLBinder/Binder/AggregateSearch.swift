import MySQLParser

/// Looks through an expression's tree, without entering its subqueries.
package enum AggregateSearch {
    /// An aggregate that is no window function stands in it.
    package static func contains(_ expression: Expression) -> Bool {
        var found = false
        visit(expression) { node in
            if case .aggregate(let call) = node.kind, call.over == nil { found = true }
            return !found
        }
        return found
    }

    /// Calls `body` for the expression and, while it returns true, for the parts of it.
    package static func visit(_ expression: Expression, _ body: (Expression) -> Bool) {
        guard body(expression) else { return }
        for child in children(expression.kind) { visit(child, body) }
    }

    package static func children(_ kind: ExpressionKind) -> [Expression] {
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
            return call.arguments + call.orderBy.map(\.expression) + (call.over.map(windowParts) ?? [])
        case .window(let call): return call.arguments + windowParts(call.over)
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

    private static func windowParts(_ reference: WindowReference) -> [Expression] {
        guard case .inline(let specification) = reference else { return [] }
        return specification.partitionBy + specification.orderBy.map(\.expression)
    }
}
