import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// An expression in a table's definition: what may stand in it, and MySQL's error for what may not. Every member evaluates such
/// expressions for itself, so nothing passes that reads the session, another table or the clock, that waits, or that has another
/// value each time; where a default may, the session that inserts computes it.
package struct DefinitionExpression {
    package enum Place {
        case defaultValue(column: String)
        case generatedColumn(column: String)
        case check(name: String)
        case functionalIndex(name: String)
    }

    package let place: Place
    package let expression: Expression

    /// Functions, subqueries, variables, parameters, rows and aggregates, whatever comes first.
    package func checkParts() throws(SQLError) {
        if case .check(let name) = place, !expression.isPredicate { throw SQLError(.nonBooleanExprForCheckConstraint, name) }
        if case .row = expression.kind { throw rowValue }
        try check(expression)
    }

    /// Error 1674: ALTER TABLE gives the rows that there are a value which each member would compute for itself.
    package func checkForExistingRows() throws(SQLError) {
        var isUnsafe = false
        expression.visit { node in
            if case .function(let call) = node.kind, let entry = FunctionCatalog.entry(call.name),
                !entry.places.contains(.existingRows)
            {
                isUnsafe = true
            }
            return !isUnsafe
        }
        if isUnsafe { throw SQLError(.binlogUnsafeSystemFunction) }
    }

    /// The same for a check that the rows that there are have to pass: MySQL takes SYSDATE() and RANDOM_BYTES() there, and its
    /// replicas may then differ. Encrypting is as good as any other function of the row.
    package func checkForRowsOfEachMember() throws(SQLError) {
        var isUnsafe = false
        expression.visit { node in
            if case .function(let call) = node.kind, let entry = FunctionCatalog.entry(call.name) {
                switch entry.determinism {
                case .constant, .statement: break
                case .session, .volatile, .sideEffect: isUnsafe = true
                }
            }
            return !isUnsafe
        }
        if isUnsafe { throw SQLError(.binlogUnsafeSystemFunction) }
    }

    /// Operands before what is made of them, from left to right.
    private func check(_ node: Expression) throws(SQLError) {
        for child in node.operands { try check(child) }
        switch node.kind {
        case .function(let call):
            if call.schema == nil, call.name == "grouping" { throw SQLError(.invalidGroupFuncUse) }
            guard call.schema == nil, let entry = FunctionCatalog.entry(call.name) else {
                let name = Identifier.mysql(call.spelling)
                throw named(call.schema.map { Identifier.mysql($0) + "." + name } ?? name)
            }
            guard !entry.places.contains(allowed) else { return }
            throw entry.countsAsSubquery ? unnamed : named(entry.printedName)
        case .subquery, .exists, .inSubquery, .quantified, .parameter: throw unnamed
        case .userVariable, .systemVariable, .assignment: throw variables
        case .aggregate(let call):
            if call.over != nil { throw SQLError(.windowInvalidWindowFuncUse, call.function.rawValue) }
            throw SQLError(.invalidGroupFuncUse)
        case .window(let call): throw SQLError(.windowInvalidWindowFuncUse, call.function.rawValue)
        case .insertedValue: throw named("values")
        case .match: throw named("match")
        case .defaultValue:
            if case .functionalIndex = place { throw unnamed }
        case .literal, .column, .unary, .binary, .and, .or, .isNull, .isTruth, .between, .inList, .like, .regexp, .soundsLike,
            .memberOf, .jsonPath, .caseWhen, .cast, .castAtTimeZone, .convertUsing, .collate, .dateArithmetic, .extract,
            .timestampAdd, .timestampDiff, .getFormat, .trim, .char, .weightString, .jsonValue, .row:
            break
        }
    }

    /// Columns that it may not refer to: counters, and what is computed after it.
    package func checkColumns(of table: TableDefinition) throws(SQLError) {
        for name in expression.referencedColumns {
            guard let index = table.columns.firstIndex(where: { Identifier.equal($0.name, name) }) else { throw unknown(name) }
            let column = table.columns[index]
            if column.isAutoIncrement { throw counter }
            switch place {
            case .generatedColumn(let own):
                if column.generated != nil, !precedes(index, own, table) { throw SQLError(.generatedColumnNonPrior) }
            case .defaultValue(let own):
                var isComputed = column.generated != nil
                if case .expression = column.defaultValue { isComputed = true }
                if isComputed, !precedes(index, own, table) { throw SQLError(.defaultValGeneratedNonPrior, own) }
            case .check, .functionalIndex: break
            }
        }
    }

    private func precedes(_ index: Int, _ column: String, _ table: TableDefinition) -> Bool {
        table.columns[..<index].allSatisfy { !Identifier.equal($0.name, column) } && !Identifier.equal(table.columns[index].name, column)
    }

    // MARK: What each place says

    private var allowed: ExpressionPlaces {
        switch place {
        case .defaultValue: .defaultValue
        case .generatedColumn: .generatedColumn
        case .check: .check
        case .functionalIndex: .functionalIndex
        }
    }

    private func named(_ function: String) -> SQLError {
        switch place {
        case .defaultValue(let column): SQLError(.defaultValGeneratedNamedFunctionIsNotAllowed, column, function)
        case .generatedColumn(let column): SQLError(.generatedColumnNamedFunctionIsNotAllowed, column, function)
        case .check(let name): SQLError(.checkConstraintNamedFunctionIsNotAllowed, name, function)
        case .functionalIndex(let name): SQLError(.functionalIndexFunctionIsNotAllowed, name)
        }
    }

    private var unnamed: SQLError {
        switch place {
        case .defaultValue(let column): SQLError(.defaultValGeneratedFunctionIsNotAllowed, column)
        case .generatedColumn(let column): SQLError(.generatedColumnFunctionIsNotAllowed, column)
        case .check(let name): SQLError(.checkConstraintFunctionIsNotAllowed, name)
        case .functionalIndex(let name): SQLError(.functionalIndexFunctionIsNotAllowed, name)
        }
    }

    private var variables: SQLError {
        switch place {
        case .defaultValue(let column), .generatedColumn(let column): SQLError(.defaultValGeneratedVariables, column)
        case .check(let name): SQLError(.checkConstraintVariables, name)
        case .functionalIndex(let name): SQLError(.defaultValGeneratedVariables, name)
        }
    }

    private var rowValue: SQLError {
        switch place {
        case .defaultValue(let column): SQLError(.defaultValGeneratedRowValue, column)
        case .generatedColumn(let column): SQLError(.generatedColumnRowValue, column)
        case .check: SQLError(.operandColumns, 1)
        case .functionalIndex(let name): SQLError(.functionalIndexRowValueIsNotAllowed, name)
        }
    }

    private var counter: SQLError {
        switch place {
        case .defaultValue(let column): SQLError(.defaultValGeneratedRefAutoInc, column)
        case .generatedColumn(let column): SQLError(.generatedColumnRefAutoInc, column)
        case .check(let name): SQLError(.checkConstraintRefersAutoIncrementColumn, name)
        case .functionalIndex(let name): SQLError(.functionalIndexRefAutoIncrement, name)
        }
    }

    private func unknown(_ column: String) -> SQLError {
        switch place {
        case .defaultValue: SQLError(.badFieldError, column, "default value expression")
        case .generatedColumn: SQLError(.badFieldError, column, "generated column function")
        case .check(let name): SQLError(.checkConstraintRefersUnknownColumn, name, column)
        case .functionalIndex: SQLError(.badFieldError, column, "functional index")
        }
    }

    package init(place: Place, expression: Expression) {
        self.place = place
        self.expression = expression
    }
}

extension Expression {
    /// Whether MySQL takes it for a truth value: a CHECK must be one (error 3812).
    package var isPredicate: Bool {
        switch kind {
        case .and, .or, .isNull, .isTruth, .between, .inList, .inSubquery, .quantified, .exists, .like, .regexp, .soundsLike, .memberOf,
            .literal(.boolean):
            true
        case .unary(let op, _): op == .not
        case .binary(let op, _, _): Binder.comparison(op) != nil || op == .logicalXor
        case .function(let call): call.schema == nil && FunctionCatalog.entry(call.name)?.isPredicate == true
        default: false
        }
    }
}
