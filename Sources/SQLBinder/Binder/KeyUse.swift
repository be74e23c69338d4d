import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// Whether the rows of a table that a statement changes are found by a key: what `sql_safe_updates` asks (error 1175).
///
/// MySQL asks its optimizer; this asks the statement, so that the answer does not change with the table's size: a condition that
/// must hold compares the first column of an index with something else than itself.
struct KeyUse {
    let binder: Binder
    let scope: Scope
    let source: TableSource

    func isUsed(by condition: Expression) -> Bool {
        switch condition.kind {
        case .and(let operands): return operands.contains { isUsed(by: $0) }
        case .binary(let operation, let left, let right) where operation.isComparison:
            return isKey(left) && !names(right) || isKey(right) && !names(left)
        case .between(let x, let low, let high, let isNegated): return !isNegated && isKey(x) && !names(low) && !names(high)
        case .inList(let x, let list, let isNegated): return !isNegated && isKey(x) && !list.contains { names($0) }
        case .inSubquery(let x, _, let isNegated): return !isNegated && isKey(x)
        case .isNull(let x, let isNegated): return !isNegated && isKey(x)
        case .like(let x, let pattern, _, let isNegated): return !isNegated && isKey(x) && !names(pattern)
        default: return false
        }
    }

    func isUsed(by reference: TableReference) -> Bool {
        guard case .join(let join) = reference else { return false }
        if case .on(let condition)? = join.condition, isUsed(by: condition) { return true }
        if case .using(let names)? = join.condition, names.contains(where: { isKey(Expression(.column(ColumnName(name: $0)))) }) {
            return true
        }
        return isUsed(by: join.left) || isUsed(by: join.right)
    }

    /// The first column of an index.
    private func isKey(_ expression: Expression) -> Bool {
        guard case .column(let name) = expression.kind, let table = source.table, let found = try? binder.resolve(name, in: scope),
            found.depth == 0, found.source === source
        else { return false }
        return table.indexes.contains { !$0.isInvisible && $0.parts.first?.column == found.index }
            || table.primaryKey?.parts.first?.column == found.index
    }

    /// It depends on a row of the table itself.
    private func names(_ expression: Expression) -> Bool {
        expression.contains { node in
            guard case .column(let name) = node.kind, let found = try? binder.resolve(name, in: scope) else { return false }
            return found.depth == 0 && found.source === source
        }
    }
}
