import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// An INSERT or REPLACE, bound.
package final class InsertPlan {
    /// What a row gets for a column without a value.
    package enum Fill {
        case value(StoredValue)
        /// No default: error 1364 in strict mode, else the type's own.
        case missing
        case autoIncrement
        /// Computed for each row by the place in ``fillSQL``.
        case computed(Int)
        /// Filled by the ``RowFinisher``.
        case generated
    }

    /// ON DUPLICATE KEY UPDATE.
    package struct DuplicateUpdate {
        /// Columns assigned, in order.
        package var columns: [Int]
        /// Selects the key, the old row, and the new values of ``columns`` where the existing row has a given key.
        /// Parameters `?1` to `?n` are the new row; the statement's own follow, then those of the key.
        package var selectHead: String
        package var sourceAlias: String
        /// SQLite's number of the first parameter behind the statement's own.
        package var firstKeyParameter: Int

        package init(columns: [Int], selectHead: String, sourceAlias: String, firstKeyParameter: Int) {
            self.columns = columns
            self.selectHead = selectHead
            self.sourceAlias = sourceAlias
            self.firstKeyParameter = firstKeyParameter
        }
    }

    package let table: Table
    package let access: TableAccess
    /// The columns that the source gives values for, in its order.
    package let columns: [Int]
    package let source: InsertStatement.Source
    package let isReplace: Bool
    package let isIgnore: Bool
    package var fills: [Fill] = []
    package var fillSQL: [String] = []
    package var duplicateUpdate: DuplicateUpdate?
    package var finisher: RowFinisher?
    /// INSERT ... SELECT, with its columns coerced to the table's.
    package var query: String?
    /// Columns of the query's tables that ON DUPLICATE KEY UPDATE names: the query has them behind the table's own.
    package var updateSources: [(name: ColumnName, typed: TypedSQL)] = []
    package let required: RequiredPrivileges
    /// The tables that the query reads.
    package var tables: [TableUse: TableDefinition] = [:]
    package let insertSQL: String
    /// LOAD DATA: how many rows there will be is not known.
    package var isLoad = false
    package var isBulk: Bool { isLoad || query != nil }

    package init(
        table: Table, columns: [Int], source: InsertStatement.Source, isReplace: Bool, isIgnore: Bool,
        required: RequiredPrivileges
    ) {
        self.table = table
        self.required = required
        access = TableAccess(table.definition)
        self.columns = columns
        self.source = source
        self.isReplace = isReplace
        self.isIgnore = isIgnore
        insertSQL = access.insertSQL
    }

    package var definition: TableDefinition { table.definition }
}

/// Binds INSERT and REPLACE.
package struct InsertBinder {
    package let environment: any BindingEnvironment
    package let builder: ExpressionBuilder
    package let parameters: [StatementParameter]
    /// The view that the rows go through.
    package var view: MergedView?
    package let required = RequiredPrivileges()

    package func bind(_ statement: InsertStatement, into table: Table) throws(SQLError) -> InsertPlan {
        let definition = table.definition
        if !statement.partitions.isEmpty { throw SQLError(.partitionClauseOnNonpartitioned) }
        let uses = uses(statement, definition)
        var source = statement.source
        var columns: [Int] = []
        if case .set(let assignments) = statement.source {
            source = .values([assignments.map(\.value)])
            for assignment in assignments { columns.append(try place(assignment.column, in: definition)) }
        } else if let names = statement.columns, !(names.isEmpty) {
            for name in names { columns.append(try place(name, in: definition)) }
        } else if statement.columns == nil || Self.hasValues(source) {
            columns = definition.columns.indices.filter { !definition.columns[$0].isInvisible }
        }
        for (position, column) in columns.enumerated() where columns[..<position].contains(column) {
            throw SQLError(.fieldSpecifiedTwice, definition.columns[column].name)
        }
        note(statement, columns, uses, definition)
        let plan = InsertPlan(
            table: table, columns: columns, source: source, isReplace: statement.isReplace, isIgnore: statement.isIgnore,
            required: required)
        if case .values(let rows) = source { try check(rows, columns, definition) }
        let context = builder.context
        context.isDataChange = true
        context.isIgnore = statement.isIgnore
        try bindFills(plan)
        if case .values(let rows) = source { try noteReads(rows, uses, definition) }
        plan.finisher = try RowFinisher(
            definition, environment: environment, builder: builder, views: view?.checks ?? [])
        try noteChecks(uses, definition)
        if case .query(let query) = source { try bind(query, plan, outerColumns(statement, definition)) }
        if !statement.onDuplicateKeyUpdate.isEmpty { try bindDuplicateUpdate(statement, plan, uses) }
        return plan
    }

    private static func hasValues(_ source: InsertStatement.Source) -> Bool {
        if case .values(let rows) = source { return rows.contains { !$0.isEmpty } }
        return true
    }

    package func place(_ name: ColumnName, in table: TableDefinition) throws(SQLError) -> Int {
        if let qualifier = name.table, qualifier != table.name {
            throw SQLError(.badFieldError, Binder.text(name), Clause.fieldList.rawValue)
        }
        guard let place = table.columns.firstIndex(where: { Identifier.equal($0.name, name.name) }) else {
            throw SQLError(.badFieldError, Binder.text(name), Clause.fieldList.rawValue)
        }
        return place
    }

    private func check(_ rows: [[Expression]], _ columns: [Int], _ table: TableDefinition) throws(SQLError) {
        for (number, row) in rows.enumerated() {
            guard row.count == columns.count || (row.isEmpty && columns.count == table.columns.count) else {
                throw SQLError(.wrongValueCountOnRow, number + 1)
            }
            for (position, value) in row.enumerated() where table.columns[columns[position]].generated != nil {
                if case .defaultValue(nil) = value.kind { continue }
                throw SQLError(.nonDefaultValueForGeneratedColumn, table.columns[columns[position]].name, table.name)
            }
        }
    }

    /// Works out what columns without a value get.
    private func bindFills(_ plan: InsertPlan) throws(SQLError) {
        let table = plan.definition
        var computed: [String] = []
        // A default that refers to other columns needs their values first.
        var isInTurn = false
        let binder = Binder(environment: environment, builder: builder)
        let source = binder.baseSource(table, alias: table.name)
        let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
        for (index, column) in table.columns.enumerated() {
            let target = AssignmentTarget(column: column.name, of: table.name, type: column.type, isNullable: column.isNullable)
            if let generated = column.generated {
                plan.fills.append(.generated)
                // Later defaults may use it.
                let bound = try builder.store(binder.bindScalar(environment.parseExpression(generated.expression), in: scope), in: target)
                binder.replacedColumns.append(
                    Binder.ReplacedColumn(sourceID: source.id, index: index, typed: builder.seen(bound, as: column.type)))
                continue
            }
            if column.isAutoIncrement {
                plan.fills.append(.autoIncrement)
                continue
            }
            let expression: TypedSQL
            switch column.defaultValue {
            case .none:
                plan.fills.append(column.type.kind == .enumeration && !column.isNullable ? .value(.integer(1)) : .missing)
                continue
            case .null:
                plan.fills.append(.value(.null))
                continue
            case .literal(let text) where column.type.kind == .timestamp:
                // Kept as the column's values are, in UTC: in no time zone there is anything to convert.
                plan.fills.append(.value(.text(Array(text.utf8))))
                continue
            case .literal(let text):
                let typed = try builder.string(Array(text.utf8))
                if let direct = FastAssignment.value(.text(Array(text.utf8)), isText: true, to: column) {
                    plan.fills.append(.value(direct))
                    continue
                }
                if let integer = Int64(text), let direct = FastAssignment.value(.integer(integer), isText: false, to: column) {
                    plan.fills.append(.value(direct))
                    continue
                }
                expression = typed
            case .bits(let text):
                expression = try binder.bind(environment.parseExpression(text), in: scope)
            case .currentTimestamp(let digits):
                expression = try builder.function("NOW", digits > 0 ? [builder.integer(String(digits))] : [])
            case .expression(let text):
                let parsed = try environment.parseExpression(text)
                if !parsed.referencedColumns.isEmpty { isInTurn = true }
                expression = try binder.bindScalar(parsed, in: scope)
            }
            plan.fills.append(.computed(computed.count))
            computed.append(try builder.store(expression, in: target).sql)
        }
        guard !computed.isEmpty else { return }
        let values = table.columns.indices.map { "?\($0 + 1) AS \(table.columns[$0].sqliteName)" }
        let row = " FROM (SELECT \(values.joined(separator: ", "))) AS " + source.sqliteAlias
        plan.fillSQL = isInTurn ? computed.map { "SELECT " + $0 + row } : ["SELECT " + computed.joined(separator: ", ") + row]
    }

    /// What ON DUPLICATE KEY UPDATE names beside the table's columns and those of the row's alias.
    private func outerColumns(_ statement: InsertStatement, _ table: TableDefinition) -> [ColumnName] {
        var found: [ColumnName] = []
        for assignment in statement.onDuplicateKeyUpdate {
            assignment.value.visit { node in
                guard case .column(let name) = node.kind else { return node.subquery == nil }
                let isOwn =
                    name.table.map { qualifier in
                        Identifier.isSame(qualifier, table.name) && name.schema.map { Identifier.isSame($0, table.schema) } ?? true
                            || qualifier == statement.rowAlias?.name
                    }
                    ?? table.columns.contains { Identifier.equal($0.name, name.name) }
                if !isOwn, !found.contains(name) { found.append(name) }
                return false
            }
        }
        return found
    }

    /// DISTINCT rows stay the same with columns that are among them.
    private static func lists(_ names: [ColumnName], _ block: SelectBlock) -> Bool {
        names.allSatisfy { name in
            block.items.contains { item in
                guard case .expression(let expression, _, _) = item else { return false }
                return expression.kind == .column(name)
            }
        }
    }

    /// The query's columns, coerced to the table's.
    private func bind(_ query: QueryExpression, _ plan: InsertPlan, _ outer: [ColumnName]) throws(SQLError) {
        let binder = Binder(environment: environment, builder: builder, parameters: parameters)
        binder.required = required
        var query = query
        var outer = outer
        // Of a query whose rows are those of its tables; of others only its own names could be meant, and there are none.
        if !outer.isEmpty, case .select(var block) = query.body, block.groupBy == nil, !block.isDistinct || Self.lists(outer, block) {
            block.items += outer.map { .expression(Expression(.column($0)), alias: nil, name: $0.name) }
            query.body = .select(block)
        } else {
            outer = []
        }
        let bound = try binder.bindQuery(query, parent: nil)
        guard bound.columns.count == plan.columns.count + outer.count else { throw SQLError(.wrongValueCountOnRow, 1) }
        var cells: [String] = []
        for (position, column) in bound.columns.prefix(plan.columns.count).enumerated() {
            let target = plan.definition.columns[plan.columns[position]]
            if target.generated != nil {
                throw SQLError(.nonDefaultValueForGeneratedColumn, target.name, plan.definition.name)
            }
            var cell = binder.derivedColumn(column, "q.c\(position + 1)")
            cell.isHexadecimal = column.typed.isHexadecimal
            cells.append(
                try builder.store(
                    cell,
                    in: AssignmentTarget(
                        column: target.name, of: plan.definition.name, type: target.type, isNullable: true)
                ).sql)
        }
        for (position, name) in outer.enumerated() {
            let place = plan.columns.count + position
            cells.append("q.c\(place + 1)")
            plan.updateSources.append((name, binder.derivedColumn(bound.columns[place], "")))
        }
        if plan.definition.isTemporary, binder.tables.values.contains(where: { $0.sqliteName == plan.definition.sqliteName }) {
            throw SQLError(.cantReopenTable, plan.definition.name)
        }
        plan.query = "SELECT \(cells.joined(separator: ", ")) FROM (\(bound.sql)) AS q"
        plan.tables = binder.tables
        queryValues.values = binder.parameterValues
    }

    /// What to bind for the statement's parameters, found while binding INSERT ... SELECT and ON DUPLICATE KEY UPDATE.
    package final class ParameterValues {
        package var values: [LiteralValue?] = []
        package init() {}
    
    }

    package let queryValues = ParameterValues()
    package let updateValues = ParameterValues()

    private func bindDuplicateUpdate(
        _ statement: InsertStatement, _ plan: InsertPlan, _ uses: [TableSource.Use]
    ) throws(SQLError) {
        let table = plan.definition
        let binder = Binder(environment: environment, builder: builder, parameters: parameters)
        binder.required = required
        // The new row, what the update names of the query's row, the statement's own parameters, the key.
        let firstSource = table.columns.count + 1
        binder.firstParameter = firstSource + plan.updateSources.count
        binder.givenColumns = plan.updateSources.enumerated().map { place, source in
            var typed = source.typed
            typed.sql = "?\(firstSource + place)"
            return (source.name, typed)
        }
        let source = binder.baseSource(table, alias: table.name)
        source.uses = uses
        let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
        func inserted(_ index: Int) -> TypedSQL {
            binder.use(index, of: source)
            var typed = TypedSQL(
                sql: "?\(index + 1)", type: table.columns[index].type, isNullable: true)
            typed.coercibility = typed.type.isStringLike ? .implicit : .numeric
            return builder.seen(typed, as: typed.type)
        }
        let alias = statement.rowAlias
        binder.insertedAlias = alias?.name
        // It holds the binder, which holds it.
        defer { binder.insertedValue = nil }
        binder.insertedValue = { (name) throws(SQLError) -> TypedSQL in
            if let alias, !alias.columns.isEmpty,
                let position = alias.columns.firstIndex(where: { Identifier.equal($0, name.name) }),
                position < plan.columns.count
            {
                return inserted(plan.columns[position])
            }
            return inserted(try place(ColumnName(name: name.name), in: table))
        }
        binder.defaultValue = { [unowned binder] (name) throws(SQLError) -> TypedSQL in
            let index = try place(name, in: table)
            binder.use(index, of: source)
            return try ColumnDefault.call(index, of: table, builder: builder, environment: environment)
        }
        var columns: [Int] = []
        var values: [String] = []
        for assignment in statement.onDuplicateKeyUpdate {
            let index = try place(assignment.column, in: table)
            let column = table.columns[index]
            binder.columnPrivilege = .update
            binder.use(index, of: source)
            binder.columnPrivilege = .select
            if column.generated != nil {
                if case .defaultValue(nil) = assignment.value.kind { continue }
                throw SQLError(.nonDefaultValueForGeneratedColumn, column.name, table.name)
            }
            let bound: TypedSQL
            if case .defaultValue(nil) = assignment.value.kind {
                bound = try ColumnDefault.bind(index, of: table, builder: builder, environment: environment)
            } else {
                bound = try binder.bindScalar(assignment.value, in: scope)
            }
            let assigned = try builder.store(
                bound, in: AssignmentTarget(column: column.name, of: table.name, type: column.type, isNullable: true))
            columns.append(index)
            values.append(assigned.sql)
            binder.replacedColumns.append(
                Binder.ReplacedColumn(
                    sourceID: source.id, index: index, typed: builder.seen(assigned, as: column.type)))
        }
        let alias1 = source.sqliteAlias
        let keys = plan.access.keyColumns.map { alias1 + "." + $0 }
        let old = table.columns.map { alias1 + "." + $0.sqliteName }
        plan.duplicateUpdate = InsertPlan.DuplicateUpdate(
            columns: columns,
            selectHead: "SELECT \((keys + old + values).joined(separator: ", ")) FROM \(plan.access.name) AS \(alias1) WHERE ",
            sourceAlias: alias1, firstKeyParameter: binder.firstParameter + parameters.count)
        updateValues.values = binder.parameterValues
    }

    package init(
        environment: any BindingEnvironment, builder: ExpressionBuilder, parameters: [StatementParameter],
        view: MergedView? = nil
    ) {
        self.environment = environment
        self.builder = builder
        self.parameters = parameters
        self.view = view
    }
}

/// A column's default as an expression: DEFAULT, DEFAULT(column).
package enum ColumnDefault {
    /// DEFAULT(column): error 3773 where that is an expression.
    package static func call(
        _ index: Int, of table: TableDefinition, builder: ExpressionBuilder, environment: any BindingEnvironment
    ) throws(SQLError) -> TypedSQL {
        if case .expression = table.columns[index].defaultValue { throw SQLError(.defaultAsValGenerated) }
        return try bind(index, of: table, builder: builder, environment: environment)
    }

    package static func bind(
        _ index: Int, of table: TableDefinition, builder: ExpressionBuilder, environment: any BindingEnvironment
    ) throws(SQLError) -> TypedSQL {
        let column = table.columns[index]
        switch column.defaultValue {
        case .none:
            if column.isNullable { return builder.null() }
            if column.isAutoIncrement { return try builder.integer("0") }
            throw SQLError(.noDefaultForField, column.name)
        case .null: return builder.null()
        case .literal(let text) where column.type.kind == .timestamp:
            // Kept in UTC; whoever asks sees it in the session's time zone.
            let moment = try builder.convert(
                builder.string(Array(text.utf8)), to: MySQLType(.dateTime, decimals: column.type.decimals))
            return try builder.function("GROUPLITE_FROM_UTC", [moment])
        case .literal(let text):
            return try builder.convert(builder.string(Array(text.utf8)), to: column.type)
        case .currentTimestamp(let digits):
            return try builder.function("NOW", digits > 0 ? [builder.integer(String(digits))] : [])
        case .bits(let text), .expression(let text):
            let binder = Binder(environment: environment, builder: builder)
            return try binder.bindScalar(environment.parseExpression(text), in: Scope(parent: nil))
        }
    }
}
