import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// An UPDATE or DELETE, bound: a query finds the rows (their keys, old and new values), then each row is changed by its
/// key. So rows are counted as matched and as changed, locked before they are changed, and joins work alike.
package final class ChangePlan {
    /// One table whose rows are changed.
    package struct Target {
        package var table: Table
        /// The name that the statement knows it by.
        package var alias: String
        package var access: TableAccess
        /// Columns assigned, in order; empty for DELETE.
        package var columns: [Int]
        /// The first of the identifying key's columns in the query's rows; nil when the table has no such key.
        package var firstLockColumn: Int?
        /// The first of the access key's columns.
        package var firstKeyColumn: Int
        /// All the table's old values start here (UPDATE).
        package var firstOldColumn: Int
        /// The new values of ``columns`` start here.
        package var firstNewColumn: Int
        package var finisher: RowFinisher?
        /// ON UPDATE CURRENT_TIMESTAMP columns that are not assigned, and their places in the query's row.
        package var timestamps: [(column: Int, place: Int)]

        package init(
            table: Table, alias: String, access: TableAccess, columns: [Int], firstLockColumn: Int? = nil,
            firstKeyColumn: Int, firstOldColumn: Int, firstNewColumn: Int, finisher: RowFinisher? = nil,
            timestamps: [(column: Int, place: Int)]
        ) {
            self.table = table
            self.alias = alias
            self.access = access
            self.columns = columns
            self.firstLockColumn = firstLockColumn
            self.firstKeyColumn = firstKeyColumn
            self.firstOldColumn = firstOldColumn
            self.firstNewColumn = firstNewColumn
            self.finisher = finisher
            self.timestamps = timestamps
        }
    }

    package let isDelete: Bool
    package let isIgnore: Bool
    package let text: StatementText
    package let targets: [Target]
    /// The tables that are only read.
    package let tables: [TableUse: TableDefinition]
    package var parameterValues: [LiteralValue?]
    package let required: RequiredPrivileges
    package let isReusable: Bool
    /// The one row that is changed, where the statement's form says so.
    package var lookup: PointLookup?
    package var sources: [String: ExplainedSource] = [:]
    /// It changes few rows by its form: it finds them by a key, or has a LIMIT. Others are refused under `sql_safe_updates`.
    package var isKeyed = true

    package var sql: String { text.sql }

    package init(
        isDelete: Bool, isIgnore: Bool, sql: String, targets: [Target], tables: [TableUse: TableDefinition],
        parameterValues: [LiteralValue?], required: RequiredPrivileges, isReusable: Bool
    ) {
        self.required = required
        self.isDelete = isDelete
        self.isIgnore = isIgnore
        text = StatementText(sql)
        self.targets = targets
        self.tables = tables
        self.parameterValues = parameterValues
        self.isReusable = isReusable
    }
}

/// Binds UPDATE and DELETE.
package struct ChangeBinder {
    package let environment: any BindingEnvironment
    package let builder: ExpressionBuilder
    package let parameters: [StatementParameter]
    package let table: (String, String) -> Table?
    package let required = RequiredPrivileges()

    package func bind(_ statement: UpdateStatement) throws(SQLError) -> ChangePlan {
        let binder = Binder(environment: environment, builder: builder, parameters: parameters)
        binder.required = required
        builder.context.isDataChange = true
        builder.context.isIgnore = statement.isIgnore
        var prefix = ""
        if let with = statement.with { prefix = try binder.bindWith(with, parent: nil) }
        let scope = Scope(parent: nil)
        binder.clause = .from
        var isJoin = true
        if statement.tables.count == 1, case .table = statement.tables[0] { isJoin = false }
        binder.mergesView = !isJoin
        // Of several tables each must be readable or changeable, and its columns what they are used for.
        binder.fromAccess =
            isJoin ? RequiredPrivileges.Access(needed: .select, suffices: .update) : RequiredPrivileges.Access(needed: .update)
        let from = try binder.bindFromItem(statement.tables, in: scope)
        binder.mergesView = false
        binder.fromAccess = .select
        binder.useJoinColumns()
        let isMultiple = scope.sources.count > 1
        if isMultiple, !statement.orderBy.isEmpty || statement.limit != nil {
            throw SQLError(.wrongUsage, "UPDATE", statement.orderBy.isEmpty ? "LIMIT" : "ORDER BY")
        }
        binder.defaultValue = { [unowned binder] (name) throws(SQLError) -> TypedSQL in
            let found = try binder.resolve(name, in: scope)
            guard let table = found.source.table else { throw SQLError(.badFieldError, Binder.text(name), "field list") }
            return try ColumnDefault.call(found.index, of: table, builder: builder, environment: environment)
        }
        let conditions = try condition(statement.where, binder, scope)
        // Assignments, in order: later ones see the new values of the same table (of single-table updates only).
        var assigned: [Int: [(column: Int, sql: String)]] = [:]
        var order: [TableSource] = []
        for assignment in statement.assignments {
            binder.clause = .fieldList
            if let merged = binder.mergedView,
                merged.columns.contains(where: { $0.place == nil && Identifier.equal($0.name, assignment.column.name) })
            {
                throw SQLError(.nonupdateableColumn, assignment.column.name)
            }
            binder.columnPrivilege = .update
            let found = try binder.resolve(assignment.column, in: scope)
            binder.columnPrivilege = .select
            guard let table = found.source.table else {
                throw SQLError(.nonUpdatableTable, found.source.alias, "UPDATE")
            }
            let column = table.columns[found.index]
            let value: TypedSQL
            if case .defaultValue(nil) = assignment.value.kind {
                if column.generated != nil {
                    if !order.contains(where: { $0 === found.source }) { order.append(found.source) }
                    continue
                }
                value = try ColumnDefault.bind(found.index, of: table, builder: builder, environment: environment)
            } else {
                if column.generated != nil {
                    throw SQLError(.nonDefaultValueForGeneratedColumn, column.name, table.name)
                }
                value = try binder.bindScalar(assignment.value, in: scope)
            }
            try refuseSubquery(assignment.value, of: table, binder)
            let target = try builder.store(
                value, in: AssignmentTarget(column: column.name, of: table.name, type: column.type, isNullable: true))
            assigned[found.source.id, default: []].append((found.index, target.sql))
            if !order.contains(where: { $0 === found.source }) { order.append(found.source) }
            if !isMultiple {
                binder.replacedColumns.append(
                    Binder.ReplacedColumn(
                        sourceID: found.source.id, index: found.index, typed: builder.seen(target, as: column.type)))
            }
        }
        binder.replacedColumns = []
        var cells: [String] = []
        var targets: [ChangePlan.Target] = []
        for source in order {
            guard let definition = source.table, let table = table(definition.schema, definition.name) else { continue }
            let assignments = assigned[source.id] ?? []
            var target = try self.target(table, source, &cells)
            target.columns = assignments.map(\.column)
            target.firstOldColumn = cells.count
            cells += definition.columns.map { source.sqliteAlias + "." + $0.sqliteName }
            target.firstNewColumn = cells.count
            cells += assignments.map(\.sql)
            for (index, column) in definition.columns.enumerated() {
                guard let digits = column.onUpdateCurrentTimestamp, !target.columns.contains(index) else { continue }
                let now = try builder.function("NOW", digits > 0 ? [builder.integer(String(digits))] : [])
                target.timestamps.append((index, cells.count))
                cells.append(
                    try builder.store(
                        now, in: AssignmentTarget(column: column.name, type: column.type, isNullable: true)
                    ).sql)
            }
            target.finisher = try RowFinisher(
                definition, environment: environment, builder: builder, views: binder.mergedView?.checks ?? [])
            targets.append(target)
        }
        let lookup = isMultiple || order.isEmpty || binder.mergedView != nil ? nil : try binder.pointLookup(statement.where, order[0], in: scope)
        let rest = try tail(statement.orderBy, statement.limit, binder, scope)
        let plan = ChangePlan(
            isDelete: false, isIgnore: statement.isIgnore,
            sql: prefix + "SELECT " + cells.joined(separator: ", ") + " FROM " + from + conditions + rest,
            targets: targets, tables: binder.tables, parameterValues: binder.parameterValues,
            required: required, isReusable: !binder.usesVariables && builder.consultedLiterals.isEmpty)
        plan.lookup = binder.hasOneSource ? lookup : nil
        plan.isKeyed = statement.limit != nil || isKeyed(order, statement.where, statement.tables, binder, scope)
        plan.sources = binder.explained
        return plan
    }

    package func bind(_ statement: DeleteStatement) throws(SQLError) -> ChangePlan {
        let binder = Binder(environment: environment, builder: builder, parameters: parameters)
        binder.required = required
        builder.context.isDataChange = true
        builder.context.isIgnore = statement.isIgnore
        var prefix = ""
        if let with = statement.with { prefix = try binder.bindWith(with, parent: nil) }
        let scope = Scope(parent: nil)
        binder.clause = .from
        let from: String
        var sources: [TableSource] = []
        switch statement.target {
        case .single(let factor):
            binder.mergesView = true
            binder.fromAccess = RequiredPrivileges.Access(needed: .delete)
            from = try binder.bindFromItem([.table(factor)], in: scope)
            binder.fromAccess = .select
            binder.mergesView = false
            sources = scope.sources
        case .multiple(let names, let references):
            from = try binder.bindFromItem(references, in: scope)
            binder.useJoinColumns()
            for name in names {
                guard
                    let source = scope.sources.first(where: {
                        binder.matches($0, schema: nil, table: name.name)
                            && (name.schema == nil || TableName($0.schema ?? "", "") == TableName(name.schema ?? "", ""))
                    })
                else { throw SQLError(.unknownTable, name.name, "MULTI DELETE") }
                sources.append(source)
            }
        }
        // Those that lose rows need more than to be read.
        if case .multiple = statement.target {
            for source in sources {
                guard let use = source.uses.first else { continue }
                let read = required.tables[use.table]
                _ = required.use(
                    read.schema, read.name, RequiredPrivileges.Access(needed: .delete), context: read.context)
            }
        }
        let conditions = try condition(statement.where, binder, scope)
        var cells: [String] = []
        var targets: [ChangePlan.Target] = []
        for source in sources {
            guard let definition = source.table, let table = table(definition.schema, definition.name) else {
                throw SQLError(.nonUpdatableTable, source.alias, "DELETE")
            }
            if let condition = statement.where { try refuseSubquery(condition, of: definition, binder) }
            let target = try self.target(table, source, &cells)
            targets.append(target)
        }
        let lookup = sources.count == 1 && binder.mergedView == nil ? try binder.pointLookup(statement.where, sources[0], in: scope) : nil
        let rest = try tail(statement.orderBy, statement.limit, binder, scope)
        let plan = ChangePlan(
            isDelete: true, isIgnore: statement.isIgnore,
            sql: prefix + "SELECT " + cells.joined(separator: ", ") + " FROM " + from + conditions + rest,
            targets: targets, tables: binder.tables, parameterValues: binder.parameterValues,
            required: required, isReusable: !binder.usesVariables && builder.consultedLiterals.isEmpty)
        plan.lookup = binder.hasOneSource ? lookup : nil
        var references: [TableReference] = []
        if case .multiple(_, let joined) = statement.target { references = joined }
        plan.isKeyed = statement.limit != nil || isKeyed(sources, statement.where, references, binder, scope)
        plan.sources = binder.explained
        return plan
    }

    private func isKeyed(
        _ sources: [TableSource], _ condition: Expression?, _ references: [TableReference], _ binder: Binder, _ scope: Scope
    ) -> Bool {
        sources.allSatisfy { source in
            let use = KeyUse(binder: binder, scope: scope, source: source)
            return condition.map { use.isUsed(by: $0) } ?? false || references.contains { use.isUsed(by: $0) }
        }
    }

    private func target(
        _ table: Table, _ source: TableSource, _ cells: inout [String]
    ) throws(SQLError) -> ChangePlan.Target {
        let access = TableAccess(table.definition)
        var target = ChangePlan.Target(
            table: table, alias: source.alias, access: access, columns: [], firstLockColumn: nil, firstKeyColumn: cells.count,
            firstOldColumn: 0, firstNewColumn: 0, finisher: nil, timestamps: [])
        cells += access.keyColumns.map { source.sqliteAlias + "." + $0 }
        if let identifying = table.identifyingColumns {
            if identifying == access.keyIndexes {
                target.firstLockColumn = target.firstKeyColumn
            } else {
                target.firstLockColumn = cells.count
                cells += identifying.map { source.sqliteAlias + "." + table.definition.columns[$0].sqliteName }
            }
        }
        return target
    }

    private func condition(_ expression: Expression?, _ binder: Binder, _ scope: Scope) throws(SQLError) -> String {
        var conditions: [String] = []
        if let merged = binder.mergedView, let row = scope.sources.first {
            for (place, level) in merged.levels.enumerated() {
                let uses = RequiredPrivileges.uses(row.uses, of: place)
                if let text = try binder.condition(level, over: row, merged.base.definition, uses: uses) {
                    conditions.append("(\(text))")
                }
            }
        }
        if let expression {
            binder.clause = .where
            conditions.append("(\(try builder.condition(binder.bindScalar(expression, in: scope))))")
        }
        return conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    }

    private func tail(
        _ orderBy: [OrderItem], _ limit: LimitClause?, _ binder: Binder, _ scope: Scope
    ) throws(SQLError) -> String {
        var text = ""
        if !orderBy.isEmpty {
            binder.clause = .order
            var keys: [String] = []
            for item in orderBy {
                keys.append(binder.direction(binder.sortTerm(try binder.bindScalar(item.expression, in: scope)), item))
            }
            text += " ORDER BY " + keys.joined(separator: ", ")
        }
        if let limit { text += try binder.limitText(limit, in: scope) }
        return text
    }

    /// Error 1093: the changed table is read by a subquery that is not a derived table.
    private func refuseSubquery(_ expression: Expression, of table: TableDefinition, _ binder: Binder) throws(SQLError) {
        let changed = TableName(table.schema, table.name)
        let isRead = expression.contains { node in
            node.subquery?.body.containsTable(entersDerived: false) {
                TableName($0.schema ?? environment.currentDatabase ?? "", $0.name) == changed
            } ?? false
        }
        if isRead { throw SQLError(.updateTableUsed, table.name) }
    }

    package init(
        environment: any BindingEnvironment, builder: ExpressionBuilder, parameters: [StatementParameter],
        table: @escaping (String, String) -> Table?
    ) {
        self.environment = environment
        self.builder = builder
        self.parameters = parameters
        self.table = table
    }
}
