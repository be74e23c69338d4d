import MySQLParser
import MySQLTypes

extension Expression {
    /// The names of the columns that the expression mentions, in the order of their first mention. Stored expressions
    /// (checks, generated columns, key parts) have no subqueries, which are not looked into.
    package var referencedColumns: [String] {
        var names: [String] = []
        collectColumns(into: &names)
        return names
    }

    private func collectColumns(into names: inout [String]) {
        func add(_ name: String) {
            if !names.contains(where: { Identifier.equal($0, name) }) { names.append(name) }
        }
        switch kind {
        case .column(let name): add(name.name)
        case .jsonPath(let name, _, _): add(name.name)
        case .defaultValue(let name?), .insertedValue(let name): add(name.name)
        case .match(let columns, let against, _):
            columns.forEach { add($0.name) }
            against.collectColumns(into: &names)
        default:
            for child in children { child.collectColumns(into: &names) }
        }
    }

    /// The expression's direct operands.
    private var children: [Expression] {
        switch kind {
        case .literal, .column, .parameter, .userVariable, .systemVariable, .jsonPath, .match, .defaultValue,
            .insertedValue, .subquery, .exists:
            return []
        case .assignment(_, let value): return [value]
        case .unary(_, let operand): return [operand]
        case .binary(_, let left, let right): return [left, right]
        case .and(let operands), .or(let operands), .row(let operands): return operands
        case .quantified(_, let left, _, _): return [left]
        case .isNull(let operand, _), .isTruth(let operand, _, _): return [operand]
        case .between(let operand, let low, let high, _): return [operand, low, high]
        case .inList(let operand, let list, _): return [operand] + list
        case .inSubquery(let operand, _, _): return [operand]
        case .like(let operand, let pattern, let escape, _): return [operand, pattern] + (escape.map { [$0] } ?? [])
        case .regexp(let operand, let pattern, _): return [operand, pattern]
        case .soundsLike(let left, let right): return [left, right]
        case .memberOf(let operand, let array): return [operand, array]
        case .caseWhen(let operand, let branches, let otherwise):
            return (operand.map { [$0] } ?? []) + branches.flatMap { [$0.when, $0.then] }
                + (otherwise.map { [$0] } ?? [])
        case .cast(let operand, _, _), .castAtTimeZone(let operand, _, _), .convertUsing(let operand, _),
            .collate(let operand, _), .extract(_, let operand), .getFormat(_, let operand),
            .weightString(let operand, _, _):
            return [operand]
        case .dateArithmetic(let operand, let interval, _): return [operand, interval.amount]
        case .function(let call): return call.arguments
        case .aggregate, .window: return []
        case .timestampAdd(_, let amount, let operand): return [amount, operand]
        case .timestampDiff(_, let left, let right): return [left, right]
        case .trim(_, let remove, let from): return (remove.map { [$0] } ?? []) + [from]
        case .char(let operands, _): return operands
        case .jsonValue(let operand, let path, _, _, _): return [operand, path]
        }
    }
}
