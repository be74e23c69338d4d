import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions

extension Binder {
    /// Types an expression and turns it into SQLite's SQL.
    package func bind(_ expression: Expression, in scope: Scope) throws(SQLError) -> TypedSQL {
        if let rollup, let place = rollup.expressions.firstIndex(of: expression), place >= rollup.kept {
            var typed = try bindKind(expression.kind, in: scope)
            typed.sql = "NULL"
            typed.isNullable = true
            typed.literal = nil
            typed.isColumn = false
            return typed
        }
        return try bindKind(expression.kind, in: scope)
    }

    package func bind(_ expressions: [Expression], in scope: Scope) throws(SQLError) -> [TypedSQL] {
        var result: [TypedSQL] = []
        result.reserveCapacity(expressions.count)
        for expression in expressions { result.append(try bind(expression, in: scope)) }
        return result
    }

    /// Binds where exactly one column is expected: error 1241 for rows.
    package func bindScalar(_ expression: Expression, in scope: Scope) throws(SQLError) -> TypedSQL {
        if case .row = expression.kind { throw SQLError(.operandColumns, 1) }
        return try bind(expression, in: scope)
    }

    private func bindKind(_ kind: ExpressionKind, in scope: Scope) throws(SQLError) -> TypedSQL {
        switch kind {
        case .literal(let literal): return try bind(literal)
        case .parameter(let index): return try bindParameter(index)
        case .column(let name): return try bindColumn(name, in: scope)
        case .userVariable(let name):
            usesVariables = true
            return builder.userVariable(name)
        case .systemVariable(let name):
            usesVariables = true
            return try environment.systemVariable(name)
        case .assignment(let variable, let value):
            usesVariables = true
            return try builder.assignUserVariable(variable, bindScalar(value, in: scope))
        case .unary(let op, let operand): return try bindUnary(op, operand, in: scope)
        case .binary(let op, let left, let right): return try bindBinary(op, left, right, in: scope)
        case .and(let operands): return try bindChain(.and, operands, in: scope)
        case .or(let operands): return try bindChain(.or, operands, in: scope)
        case .quantified(let op, let left, let quantifier, let query):
            return try bindQuantified(op, left, quantifier, query, in: scope)
        case .isNull(let operand, let negated):
            return try builder.isTest(bindScalar(operand, in: scope), .null, isNegated: negated)
        case .isTruth(let operand, let value, let negated):
            let predicate: IsPredicate =
                switch value {
                case .true: .isTrue
                case .false: .isFalse
                case .unknown: .unknown
                }
            return try builder.isTest(bindScalar(operand, in: scope), predicate, isNegated: negated)
        case .between(let x, let low, let high, let negated):
            return try builder.between(
                bindScalar(x, in: scope), bindScalar(low, in: scope), bindScalar(high, in: scope), isNegated: negated)
        case .inList(let x, let list, let negated): return try bindIn(x, list, negated, in: scope)
        case .inSubquery(let x, let query, let negated): return try bindIn(x, query, negated, in: scope)
        case .like(let x, let pattern, let escape, let negated):
            var boundEscape: TypedSQL?
            if let escape { boundEscape = try bindScalar(escape, in: scope) }
            return try builder.like(
                bindScalar(x, in: scope), bindScalar(pattern, in: scope), escape: boundEscape, isNegated: negated)
        case .regexp(let x, let pattern, let negated):
            return try builder.regexp(bindScalar(x, in: scope), bindScalar(pattern, in: scope), isNegated: negated)
        case .soundsLike(let left, let right):
            let leftSound = try builder.function("SOUNDEX", [bindScalar(left, in: scope)])
            let rightSound = try builder.function("SOUNDEX", [bindScalar(right, in: scope)])
            return try builder.compare(.equal, leftSound, rightSound)
        case .memberOf(let x, let array):
            return try builder.function("MEMBER OF", [bindScalar(x, in: scope), bindScalar(array, in: scope)])
        case .jsonPath(let column, let path, let unquoted):
            let document = try bindColumn(column, in: scope)
            let extracted = try builder.function("JSON_EXTRACT", [document, builder.string(path)])
            return unquoted ? try builder.function("JSON_UNQUOTE", [extracted]) : extracted
        case .caseWhen(let operand, let branches, let otherwise):
            var boundOperand: TypedSQL?
            if let operand { boundOperand = try bindScalar(operand, in: scope) }
            var boundBranches: [(when: TypedSQL, then: TypedSQL)] = []
            for branch in branches {
                boundBranches.append((try bindScalar(branch.when, in: scope), try bindScalar(branch.then, in: scope)))
            }
            var boundOtherwise: TypedSQL?
            if let otherwise { boundOtherwise = try bindScalar(otherwise, in: scope) }
            return try builder.caseExpression(
                operand: boundOperand, branches: boundBranches, otherwise: boundOtherwise)
        default: return try bindCall(kind, in: scope)
        }
    }

    private func bindColumn(_ name: ColumnName, in scope: Scope) throws(SQLError) -> TypedSQL {
        if name.table == nil || clause == .having || clause == .order || clause == .group {
            if let found = try aliased(name, in: scope) { return found }
        }
        if let given = givenColumns.first(where: { $0.name == name }) { return given.typed }
        if let insertedValue, let table = name.table, insertedAlias == table {
            return try insertedValue(ColumnName(name: name.name))
        }
        return try resolve(name, in: scope).typed
    }

    /// A name that is an alias of the select list, in HAVING (and ORDER BY through its own path).
    /// Error 1052 where it is the alias of two different expressions.
    private func aliased(_ name: ColumnName, in scope: Scope) throws(SQLError) -> TypedSQL? {
        guard name.table == nil, !scope.aliases.isEmpty, clause == .having || clause == .order else { return nil }
        if aggregateDepth > 0, scope.columns.contains(where: { Identifier.equal($0.name, name.name) }) { return nil }
        let found = scope.aliases.filter { Identifier.equal($0.name, name.name) }
        if let first = found.first, found.contains(where: { $0.typed.sql != first.typed.sql }) {
            throw SQLError(.nonUniqError, name.name, clause.rawValue)
        }
        return found.first?.typed
    }

    private func bindUnary(
        _ op: MySQLParser.UnaryOperator, _ operand: Expression, in scope: Scope
    ) throws(SQLError) -> TypedSQL {
        let bound = try bindScalar(operand, in: scope)
        switch op {
        case .minus: return try builder.unary(.minus, bound)
        case .plus: return try builder.unary(.plus, bound)
        case .bitNot: return try builder.unary(.bitNot, bound)
        case .not: return try builder.unary(.not, bound)
        case .binary: return try builder.cast(bound, to: .binary(length: nil))
        }
    }

    private func bindChain(
        _ op: SQLExpressions.BinaryOperator, _ operands: [Expression], in scope: Scope
    ) throws(SQLError) -> TypedSQL {
        var terms: [TypedSQL] = []
        terms.reserveCapacity(operands.count)
        for operand in operands { terms.append(try bindScalar(operand, in: scope)) }
        // Pairwise, so that thousands of terms make a tree of a dozen levels: SQLite bounds the depth of its own.
        while terms.count > 1 {
            var halves: [TypedSQL] = []
            halves.reserveCapacity(terms.count / 2 + 1)
            for index in stride(from: 0, to: terms.count, by: 2) {
                halves.append(
                    index + 1 < terms.count ? try builder.binary(op, terms[index], terms[index + 1]) : terms[index])
            }
            terms = halves
        }
        return terms.first ?? builder.boolean(op == .and)
    }

    package static func comparison(_ op: MySQLParser.BinaryOperator) -> ComparisonOperator? {
        switch op {
        case .equal: .equal
        case .nullSafeEqual: .nullSafeEqual
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        default: nil
        }
    }

    private func bindBinary(
        _ op: MySQLParser.BinaryOperator, _ left: Expression, _ right: Expression, in scope: Scope
    ) throws(SQLError) -> TypedSQL {
        if let comparison = Self.comparison(op) {
            if columnCount(left) > 1 || columnCount(right) > 1 {
                return try bindRowComparison(comparison, left, right, in: scope)
            }
            return try builder.compare(comparison, bindScalar(left, in: scope), bindScalar(right, in: scope))
        }
        var boundLeft = try bindScalar(left, in: scope)
        var boundRight = try bindScalar(right, in: scope)
        if isClientParameter(left), isClientParameter(right) {
            // Two parameters of a prepared statement: MySQL took them for DOUBLE when it was prepared.
            let double = MySQLType(.double, length: 23, decimals: MySQLType.notFixedDecimals)
            boundLeft = try builder.convert(boundLeft, to: double)
            boundRight = try builder.convert(boundRight, to: double)
        }
        switch op {
        case .add: return try builder.binary(.add, boundLeft, boundRight)
        case .subtract: return try builder.binary(.subtract, boundLeft, boundRight)
        case .multiply: return try builder.binary(.multiply, boundLeft, boundRight)
        case .divide: return try builder.binary(.divide, boundLeft, boundRight)
        case .integerDivide: return try builder.binary(.integerDivide, boundLeft, boundRight)
        case .modulo: return try builder.binary(.modulo, boundLeft, boundRight)
        case .bitOr: return try builder.binary(.bitOr, boundLeft, boundRight)
        case .bitAnd: return try builder.binary(.bitAnd, boundLeft, boundRight)
        case .bitXor: return try builder.binary(.bitXor, boundLeft, boundRight)
        case .shiftLeft: return try builder.binary(.shiftLeft, boundLeft, boundRight)
        case .shiftRight: return try builder.binary(.shiftRight, boundLeft, boundRight)
        case .logicalXor: return try builder.binary(.xor, boundLeft, boundRight)
        case .concat: return try builder.function("CONCAT", [boundLeft, boundRight])
        case .equal, .nullSafeEqual, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            throw SQLError(.notSupportedYet, "this comparison")
        }
    }

    private func isClientParameter(_ expression: Expression) -> Bool {
        guard case .parameter(let index) = expression.kind, parameters.indices.contains(index) else { return false }
        if case .literal = parameters[index] { return false }
        return true
    }

    // MARK: Rows

    private func columnCount(_ expression: Expression) -> Int {
        if case .row(let items) = expression.kind { return items.count }
        return 1
    }

    /// `(a, b) op (c, d)`: compared column by column, converted so that SQLite's row values agree with MySQL.
    private func bindRowComparison(
        _ op: ComparisonOperator, _ left: Expression, _ right: Expression, in scope: Scope
    ) throws(SQLError) -> TypedSQL {
        if case .row(let leftItems) = left.kind, case .subquery(let query) = right.kind {
            let bound = try bindSubquery(query, in: scope)
            guard bound.columns.count == leftItems.count else { throw SQLError(.operandColumns, leftItems.count) }
            let id = nextSourceID()
            var leftSQL: [String] = []
            var rightSQL: [String] = []
            for (index, item) in leftItems.enumerated() {
                let column = derivedColumn(bound.columns[index], "q\(id).c\(index + 1)")
                let pair = try builder.comparable(bindScalar(item, in: scope), column)
                leftSQL.append(pair.left.sql)
                rightSQL.append(pair.right.sql)
            }
            let sign = Self.sign(op)
            return truth(
                "((\(leftSQL.joined(separator: ", "))) \(sign) (SELECT \(rightSQL.joined(separator: ", ")) FROM (\(bound.sql)) AS q\(id)))",
                isNullable: true)
        }
        guard case .row(let leftItems) = left.kind, case .row(let rightItems) = right.kind,
            leftItems.count == rightItems.count
        else { throw SQLError(.operandColumns, columnCount(left)) }
        switch op {
        case .equal, .nullSafeEqual:
            var result: TypedSQL?
            for (leftItem, rightItem) in zip(leftItems, rightItems) {
                let one = try bindBinary(op == .equal ? .equal : .nullSafeEqual, leftItem, rightItem, in: scope)
                result = try result.map { (sofar) throws(SQLError) in try builder.binary(.and, sofar, one) } ?? one
            }
            guard let result else { throw SQLError(.operandColumns, 1) }
            return result
        case .notEqual:
            return try builder.unary(.not, bindRowComparison(.equal, left, right, in: scope))
        default:
            var leftSQL: [String] = []
            var rightSQL: [String] = []
            for (leftItem, rightItem) in zip(leftItems, rightItems) {
                let pair = try builder.comparable(bindScalar(leftItem, in: scope), bindScalar(rightItem, in: scope))
                leftSQL.append(pair.left.sql)
                rightSQL.append(pair.right.sql)
            }
            return truth(
                "((\(leftSQL.joined(separator: ", "))) \(Self.sign(op)) (\(rightSQL.joined(separator: ", "))))",
                isNullable: true)
        }
    }

    package static func sign(_ op: ComparisonOperator) -> String {
        switch op {
        case .equal: "="
        case .nullSafeEqual: "IS"
        case .notEqual: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }

    /// The result of a predicate.
    package func truth(_ sql: String, isNullable: Bool) -> TypedSQL {
        TypedSQL(sql: sql, type: MySQLType(.bigInt, length: 1), isNullable: isNullable, isBoolean: true)
    }

    private func bindIn(
        _ x: Expression, _ list: [Expression], _ negated: Bool, in scope: Scope
    ) throws(SQLError) -> TypedSQL {
        guard case .row = x.kind else {
            let bound = try bindScalar(x, in: scope)
            var items: [TypedSQL] = []
            items.reserveCapacity(list.count)
            for item in list { items.append(try bindScalar(item, in: scope)) }
            return try builder.inList(bound, items, isNegated: negated)
        }
        var result: TypedSQL?
        for item in list {
            let one = try bindRowComparison(.equal, x, item, in: scope)
            result = try result.map { (sofar) throws(SQLError) in try builder.binary(.or, sofar, one) } ?? one
        }
        guard let result else { throw SQLError(.operandColumns, 1) }
        return negated ? try builder.unary(.not, result) : result
    }
}
