import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// A column of a source, as functional dependencies count it.
private struct ColumnKey: Hashable {
    var source: Int
    var index: Int
}

extension Binder {
    /// HAVING sees the columns that the select list and GROUP BY name by themselves and, in aggregates, everything.
    package func checkHaving(
        _ having: Expression, items: [ListItem], groups: [Expression], in scope: Scope
    ) throws(SQLError) {
        var known: Set<ColumnKey> = []
        for expression in items.map(\.expression) + groups {
            if case .column(let name) = expression.kind, let key = key(name, in: scope) { known.insert(key) }
        }
        var failure: SQLError?
        having.visit { node in
            if case .aggregate(let call) = node.kind, call.over == nil { return false }
            if groups.contains(node) { return false }
            guard failure == nil, case .column(let name) = node.kind else { return failure == nil }
            if name.table == nil, items.contains(where: { Identifier.equal($0.name, name.name) }) { return false }
            if let key = key(name, in: scope), !known.contains(key) {
                failure = SQLError(.badFieldError, Self.text(name), Clause.having.rawValue)
            }
            return false
        }
        if let failure { throw failure }
    }

    /// ONLY_FULL_GROUP_BY: errors 1055, 1140, 3065.
    package func checkGrouping(
        _ block: SelectBlock, items: [ListItem], groups: [Expression], orderBy: [OrderItem], in scope: Scope
    ) throws(SQLError) {
        guard scope.isAggregated else {
            if block.isDistinct { try checkDistinctOrder(items, orderBy, in: scope) }
            return
        }
        var known: Set<ColumnKey> = []
        for group in groups {
            if case .column(let name) = group.kind, let key = key(name, in: scope) { known.insert(key) }
        }
        close(&known, block, in: scope)
        let isImplicit = block.groupBy == nil
        for (index, item) in items.enumerated() {
            if let name = offender(item.expression, groups, known, items: [], in: scope) {
                throw isImplicit
                    ? SQLError(
                        code: ErrorCode.mixOfGroupFuncAndFields.rawValue,
                        sqlState: ErrorCode.mixOfGroupFuncAndFields.sqlState,
                        message:
                            "In aggregated query without GROUP BY, expression #\(index + 1) of SELECT list contains "
                            + "nonaggregated column '\(name)'; this is incompatible with sql_mode=only_full_group_by")
                    : Self.notGrouped("SELECT list", index + 1, name)
            }
        }
        if let having = block.having, let name = offender(having, groups, known, items: items, in: scope) {
            throw isImplicit
                ? SQLError(
                    code: ErrorCode.mixOfGroupFuncAndFields.rawValue,
                    sqlState: ErrorCode.mixOfGroupFuncAndFields.sqlState,
                    message:
                        "In aggregated query without GROUP BY, expression #1 of HAVING clause contains nonaggregated "
                        + "column '\(name)'; this is incompatible with sql_mode=only_full_group_by")
                : Self.notGrouped("HAVING clause", 1, name)
        }
        guard !isImplicit else { return }
        for (index, item) in orderBy.enumerated() {
            if let name = offender(item.expression, groups, known, items: items, in: scope) {
                throw Self.notGrouped("ORDER BY clause", index + 1, name)
            }
        }
    }

    private static func notGrouped(_ clause: String, _ number: Int, _ name: String) -> SQLError {
        SQLError(
            code: ErrorCode.wrongFieldWithGroup.rawValue, sqlState: ErrorCode.wrongFieldWithGroup.sqlState,
            message:
                "Expression #\(number) of \(clause) is not in GROUP BY clause and contains nonaggregated column "
                + "'\(name)' which is not functionally dependent on columns in GROUP BY clause; this is incompatible "
                + "with sql_mode=only_full_group_by")
    }

    private func checkDistinctOrder(_ items: [ListItem], _ orderBy: [OrderItem], in scope: Scope) throws(SQLError) {
        var known: Set<ColumnKey> = []
        for item in items {
            if case .column(let name) = item.expression.kind, let key = key(name, in: scope) { known.insert(key) }
        }
        for (index, item) in orderBy.enumerated() where Self.position(item.expression) == nil {
            if let name = offender(item.expression, items.map(\.expression), known, items: items, in: scope) {
                throw SQLError(
                    code: ErrorCode.fieldInOrderNotSelect.rawValue, sqlState: ErrorCode.fieldInOrderNotSelect.sqlState,
                    message:
                        "Expression #\(index + 1) of ORDER BY clause is not in SELECT list, references column '\(name)' "
                        + "which is not in SELECT list; this is incompatible with DISTINCT")
            }
        }
    }

    /// The first column in the expression that is neither grouped nor aggregated nor determined by the groups.
    private func offender(
        _ expression: Expression, _ groups: [Expression], _ known: Set<ColumnKey>, items: [ListItem], in scope: Scope
    ) -> String? {
        var result: String?
        expression.visit { node in
            if result != nil || groups.contains(node) { return false }
            switch node.kind {
            case .aggregate(let call) where call.over == nil: return false
            case .function(let call) where call.name == "any_value" || call.name == "grouping": return false
            case .column(let name):
                if name.table == nil, items.contains(where: { $0.alias.map { Identifier.equal($0, name.name) } ?? false }) {
                    return false
                }
                guard let found = try? resolve(name, in: scope), found.depth == 0 else { return false }
                if !known.contains(ColumnKey(source: found.source.id, index: found.index)) {
                    let source = found.source
                    result =
                        (source.schema.map { $0 + "." } ?? "") + source.alias + "." + source.columns[found.index].name
                }
                return false
            default: return true
            }
        }
        return result
    }

    private func key(_ name: ColumnName, in scope: Scope) -> ColumnKey? {
        guard let found = try? resolve(name, in: scope), found.depth == 0 else { return nil }
        return ColumnKey(source: found.source.id, index: found.index)
    }

    /// Adds what the known columns determine: through equalities of WHERE and of inner joins, and through unique keys.
    private func close(_ known: inout Set<ColumnKey>, _ block: SelectBlock, in scope: Scope) {
        var equalities: [(Expression, Expression)] = []
        if let condition = block.where { Self.equalities(condition, &equalities) }
        for reference in block.from { Self.equalities(reference, &equalities) }
        func side(_ expression: Expression) -> (isConstant: Bool, key: ColumnKey?) {
            switch expression.kind {
            case .literal, .parameter, .userVariable, .systemVariable: return (true, nil)
            case .column(let name): return (false, key(name, in: scope))
            default: return (false, nil)
            }
        }
        var isGrowing = true
        while isGrowing {
            let before = known.count
            for (left, right) in equalities {
                let (leftSide, rightSide) = (side(left), side(right))
                if let key = leftSide.key, rightSide.isConstant || rightSide.key.map(known.contains) ?? false {
                    known.insert(key)
                }
                if let key = rightSide.key, leftSide.isConstant || leftSide.key.map(known.contains) ?? false {
                    known.insert(key)
                }
            }
            for source in scope.sources {
                guard let table = source.table else { continue }
                for index in table.indexes where index.kind == .primary || index.kind == .unique {
                    let isDetermined = index.parts.allSatisfy { part in
                        guard let column = part.column, part.prefixLength == nil else { return false }
                        return !table.columns[column].isNullable
                            && known.contains(ColumnKey(source: source.id, index: column))
                    }
                    guard isDetermined else { continue }
                    for column in source.columns.indices { known.insert(ColumnKey(source: source.id, index: column)) }
                }
            }
            isGrowing = known.count > before
        }
    }

    private static func equalities(_ expression: Expression, _ result: inout [(Expression, Expression)]) {
        switch expression.kind {
        case .and(let operands): for operand in operands { equalities(operand, &result) }
        case .binary(.equal, let left, let right): result.append((left, right))
        default: break
        }
    }

    private static func equalities(_ reference: TableReference, _ result: inout [(Expression, Expression)]) {
        guard case .join(let join) = reference else { return }
        equalities(join.left, &result)
        equalities(join.right, &result)
        if case .on(let condition)? = join.condition { equalities(condition, &result) }
    }
}
