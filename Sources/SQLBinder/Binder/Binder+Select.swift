import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// The identifying columns that a locking read carries behind its own: filled while the query is bound.
package final class LockColumns {
    package struct Table {
        package var table: TableDefinition
        package var alias: String
        /// SQLite's expressions of the identifying index's columns.
        package var keys: [String]
        /// The place of the first key among the statement's columns.
        package var firstColumn: Int

        package init(table: TableDefinition, alias: String, keys: [String], firstColumn: Int) {
            self.table = table
            self.alias = alias
            self.keys = keys
            self.firstColumn = firstColumn
        }
    }

    package var tables: [Table] = []
    /// The query cannot carry them (DISTINCT, GROUP BY, aggregates): the rows are locked by a query of their own.
    package var separateSQL: String?
    /// Set when the query finds rows by the identifying key alone.
    package var lookup: PointLookup?
    /// Only the lookup is wanted: a plain read of a SERIALIZABLE transaction.
    package let isLookupOnly: Bool

    package init(isLookupOnly: Bool = false) {
        self.isLookupOnly = isLookupOnly
    }
}

extension Binder {
    /// One SELECT with the ORDER BY and LIMIT that belong to it.
    package func bindSelect(
        _ block: SelectBlock, orderBy: [OrderItem], limit: LimitClause?, parent: Scope?, isExists: Bool = false,
        lockColumns: LockColumns? = nil
    ) throws(SQLError) -> BoundQuery {
        if block.qualify != nil { throw SQLError(.notSupportedYet, "QUALIFY") }
        let scope = Scope(parent: parent)
        let (defers, locking) = (defersColumns, pendingLocking)
        (defersColumns, pendingLocking) = (false, [])
        clause = .from
        allowsAggregates = false
        allowsWindows = false
        let from = block.from.isEmpty ? "" : " FROM " + (try bindFromItem(block.from, in: scope))
        for clause in locking where clause.strength == .update { lock(clause.tables, in: scope) }
        try defineWindows(block.windows, in: scope)
        let items = try expand(block.items, in: scope)
        let groups = try groupExpressions(block.groupBy, items: items, in: scope)
        scope.isAggregated =
            block.groupBy != nil || items.contains { $0.expression.containsAggregate }
            || block.having?.containsAggregate ?? false
            || orderBy.contains { $0.expression.containsAggregate }
        if block.groupBy?.withRollup == true {
            return try bindRollup(
                block, items: items, groups: groups, orderBy: orderBy, limit: limit, from: from, in: scope)
        }
        let isMerged = !block.from.isEmpty && !scope.isAggregated && !block.isDistinct && limit == nil && block.windows.isEmpty
        let level = try bindLevel(
            block, items: items, groups: groups, orderBy: orderBy, from: from, in: scope, isExists: isExists,
            defersColumns: defers && isMerged && !makesView)
        var sql = level.sql
        if let lockColumns {
            if scope.sources.count == 1, let source = scope.sources.first {
                lockColumns.lookup = try pointLookup(block.where, source, in: scope)
            }
            if !lockColumns.isLookupOnly { add(lockColumns, to: &sql, level, block, from: from, scope) }
        }
        if !level.orderKeys.isEmpty { sql += " ORDER BY " + level.orderKeys.joined(separator: ", ") }
        if let limit { sql += try limitText(limit, in: scope) }
        return BoundQuery(
            sql: sql, columns: level.columns,
            isMaterialized: from.isEmpty || scope.isAggregated || block.isDistinct || limit != nil
                || !block.windows.isEmpty,
            isSingleRow: (scope.isAggregated && block.groupBy == nil) || isOne(limit) || (from.isEmpty),
            isCorrelated: scope.usesOuter)
    }

    /// An item of the select list after `*` was expanded.
    package struct ListItem {
        package var expression: Expression
        package var name: String
        package var alias: String?
        /// Set for what `*` stands for.
        package var column: VisibleColumn?

        package init(expression: Expression, name: String, alias: String? = nil, column: VisibleColumn? = nil) {
            self.expression = expression
            self.name = name
            self.alias = alias
            self.column = column
        }
    }

    /// A SELECT without ORDER BY's text and LIMIT.
    package struct SelectLevel {
        package var sql: String
        package var columns: [OutputColumn]
        package var orderKeys: [String]
        package var whereText: String
        /// The text up to the end of the select list.
        package var head: String

        package init(sql: String, columns: [OutputColumn], orderKeys: [String], whereText: String, head: String) {
            self.sql = sql
            self.columns = columns
            self.orderKeys = orderKeys
            self.whereText = whereText
            self.head = head
        }
    }

    private func expand(_ items: [SelectItem], in scope: Scope) throws(SQLError) -> [ListItem] {
        var result: [ListItem] = []
        for item in items {
            switch item {
            case .wildcard(let schema, let table):
                let before = result.count
                if let table {
                    guard let source = scope.sources.first(where: { matches($0, schema: schema, table: table) }) else {
                        throw SQLError(.badTableError, [schema, table].compactMap { $0 }.joined(separator: "."))
                    }
                    for index in source.columns.indices where !source.columns[index].isInvisible {
                        result.append(listItem(VisibleColumn(name: source.columns[index].name, source: source, index: index)))
                    }
                } else {
                    for column in scope.columns where !column.source.columns[column.index].isInvisible {
                        result.append(listItem(column))
                    }
                }
                if result.count == before && scope.sources.isEmpty { throw SQLError(.noTablesUsed) }
            case .expression(let expression, let alias, let name):
                result.append(ListItem(expression: expression, name: alias ?? name, alias: alias, column: nil))
            }
        }
        return result
    }

    private func listItem(_ column: VisibleColumn) -> ListItem {
        ListItem(
            expression: Expression(.column(ColumnName(table: column.source.alias, name: column.name))),
            name: column.name, alias: nil, column: column)
    }

    /// Binds the list, WHERE, GROUP BY, HAVING and ORDER BY (for one level of a ROLLUP).
    package func bindLevel(
        _ block: SelectBlock, items: [ListItem], groups: [Expression], orderBy: [OrderItem], from: String,
        in scope: Scope, isExists: Bool = false, defersColumns: Bool = false
    ) throws(SQLError) -> SelectLevel {
        let step = recursiveStep
        recursiveStep = nil
        scope.aliases = []
        clause = .fieldList
        allowsAggregates = true
        allowsWindows = true
        var columns: [OutputColumn] = []
        for item in items {
            guard defersColumns else {
                columns.append(try bindItem(item, in: scope, isExists: isExists))
                continue
            }
            var (column, reads) = try required.deferring { () throws(SQLError) in try bindItem(item, in: scope) }
            column.reads = reads
            columns.append(column)
        }
        useJoinColumns()
        let hidden = replacedColumns
        defer { replacedColumns = hidden }
        clause = .where
        allowsAggregates = false
        allowsWindows = false
        var conditions: [String] = []
        let level = rollup
        rollup = nil
        if let condition = block.where { conditions.append(try builder.condition(bindScalar(condition, in: scope))) }
        rollup = level
        if block.groupBy != nil {
            // The temporary table of the groups holds small integers as INT.
            for index in columns.indices where !items[index].expression.containsAggregate {
                columns[index].typed.type = Self.stored(columns[index])
            }
        }
        scope.aliases = columns.map { ($0.name, $0.typed, $0.origin) }
        clause = .group
        var groupKeys: [String] = []
        let kept = rollup?.kept ?? groups.count
        for group in groups.prefix(kept) {
            let typed = try bindScalar(group, in: scope)
            groupKeys.append(sortTerm(typed))
        }
        if block.groupBy != nil && groupKeys.isEmpty { groupKeys = ["NULL"] }
        var having = ""
        if let condition = block.having {
            clause = .having
            allowsAggregates = true
            try checkHaving(condition, items: items, groups: groups, in: scope)
            let text = try builder.condition(bindScalar(condition, in: scope))
            if scope.isAggregated { having = " HAVING " + text } else { conditions.append(text) }
        }
        if environment.sqlMode.contains(.onlyFullGroupBy) {
            try checkGrouping(block, items: items, groups: groups, orderBy: orderBy, in: scope)
        }
        clause = .order
        allowsAggregates = true
        allowsWindows = true
        let orderKeys = try bindOrder(orderBy, items: items, columns: columns, in: scope)
        // First of all: whether the row that the step begins with may have another one after it.
        if step != nil, let recursionDepthColumn {
            conditions.insert("engine_recursion(\(recursionDepthColumn).depth)", at: 0)
        }
        let whereText = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        var cells: [String] = []
        for (index, column) in columns.enumerated() {
            var text =
                block.isDistinct && column.typed.type.kind != .json ? builder.sortKey(column.typed) : column.typed.sql
            if let targets = step?.columns {
                guard targets.count == columns.count else { throw SQLError(.wrongNumberOfColumnsInSelect) }
                text = try recursiveCell(column.typed, to: targets[index].typed.type, name: targets[index].name)
            }
            cells.append("\(text) AS c\(index + 1)")
        }
        if let step {
            // Without one the reference is where it may not be, which the caller says.
            let depth = recursionDepthColumn.map { "\($0).depth + 1" } ?? "0"
            cells.append("\(step.isDistinct ? "CAST(\(depth) AS TEXT)" : depth) AS depth")
        }
        var sql = block.isDistinct ? "SELECT DISTINCT " : "SELECT "
        sql += cells.joined(separator: ", ")
        let head = sql
        sql += from + whereText
        if !groupKeys.isEmpty { sql += " GROUP BY " + groupKeys.joined(separator: ", ") }
        sql += having
        if !having.isEmpty, block.groupBy == nil, !items.contains(where: { $0.expression.containsAggregate }) {
            // SQLite wants an aggregate in the list of a query with HAVING and without GROUP BY.
            let names = columns.indices.map { "c\($0 + 1) AS c\($0 + 1)" }.joined(separator: ", ")
            sql = "SELECT \(names) FROM (\(head), count(*) AS n\(sql.dropFirst(head.count)))"
        }
        return SelectLevel(sql: sql, columns: columns, orderKeys: orderKeys, whereText: whereText, head: head)
    }

    private func bindItem(_ item: ListItem, in scope: Scope, isExists: Bool = false) throws(SQLError) -> OutputColumn {
        if makesView, viewDepth == 0, queryDepth == 1, case .column = item.expression.kind {
            columnPrivilege = RequiredPrivileges.Column.any
        }
        defer { columnPrivilege = .select }
        if let column = item.column {
            // EXISTS (SELECT * ...) asks for no value.
            if !isExists { use(column) }
            let typed = rollup == nil ? column.typed : try bind(item.expression, in: scope)
            return OutputColumn(name: item.name, typed: typed, origin: column.source.origin(column.index))
        }
        let typed = try bindScalar(item.expression, in: scope)
        var origin: ColumnOrigin?
        if case .column(let name) = item.expression.kind, insertedAlias == nil {
            origin = try? resolve(name, in: scope).origin
            // information_schema's views name their columns themselves, however a query spells them.
            if item.alias == nil, let origin, origin.schema == "information_schema" {
                return OutputColumn(name: origin.originalName, typed: typed, origin: origin)
            }
        }
        return OutputColumn(name: item.name, typed: typed, origin: origin)
    }

    private func bindOrder(
        _ orderBy: [OrderItem], items: [ListItem], columns: [OutputColumn], in scope: Scope
    ) throws(SQLError) -> [String] {
        var keys: [String] = []
        for item in orderBy {
            let typed: TypedSQL
            if let position = Self.position(item.expression) {
                guard position >= 1, position <= columns.count else {
                    throw SQLError(.badFieldError, String(position), Clause.order.rawValue)
                }
                typed = columns[position - 1].typed
            } else if case .column(let name) = item.expression.kind, name.table == nil,
                let index = columns.firstIndex(where: { Identifier.equal($0.name, name.name) })
            {
                typed = columns[index].typed
                if columns.contains(where: { Identifier.equal($0.name, name.name) && $0.typed.sql != typed.sql }) {
                    throw SQLError(.nonUniqError, name.name, Clause.order.rawValue)
                }
            } else {
                typed = try bindScalar(item.expression, in: scope)
            }
            // A level of ROLLUP selects its keys: there GROUPING's number says which level it is.
            let isSelected = rollup != nil && typed.literal == nil
            keys.append(direction(isSelected ? builder.sortKey(typed) : sortTerm(typed), item))
        }
        return keys
    }

    /// GROUP BY's expressions with positions and aliases replaced by what they stand for.
    private func groupExpressions(
        _ groupBy: GroupByClause?, items: [ListItem], in scope: Scope
    ) throws(SQLError) -> [Expression] {
        guard let groupBy else { return [] }
        var result: [Expression] = []
        for item in groupBy.items {
            var expression = item.expression
            if let position = Self.position(expression) {
                guard position >= 1, position <= items.count else {
                    throw SQLError(.badFieldError, String(position), Clause.group.rawValue)
                }
                expression = items[position - 1].expression
                if expression.containsAggregate { throw SQLError(.wrongGroupField, items[position - 1].name) }
            } else if case .column(let name) = expression.kind, name.table == nil,
                !scope.columns.contains(where: { Identifier.equal($0.name, name.name) }),
                let aliased = items.first(where: { $0.alias.map { Identifier.equal($0, name.name) } ?? false })
            {
                expression = aliased.expression
                if expression.containsAggregate { throw SQLError(.wrongGroupField, name.name) }
            } else if expression.containsAggregate {
                let name = items.first { $0.expression == expression }?.name ?? "aggregate"
                throw SQLError(.wrongGroupField, name)
            }
            result.append(expression)
        }
        return result
    }

    // MARK: ROLLUP

    /// One SELECT per level, joined: the expressions beyond a level's are NULL in it.
    private func bindRollup(
        _ block: SelectBlock, items: [ListItem], groups: [Expression], orderBy: [OrderItem], limit: LimitClause?,
        from: String, in scope: Scope
    ) throws(SQLError) -> BoundQuery {
        var selects: [String] = []
        var columns: [OutputColumn] = []
        var directions: [String] = []
        for kept in stride(from: groups.count, through: 0, by: -1) {
            rollup = RollupLevel(expressions: groups, kept: kept)
            defer { rollup = nil }
            let level = try bindLevel(block, items: items, groups: groups, orderBy: orderBy, from: from, in: scope)
            if columns.isEmpty {
                columns = level.columns
            } else {
                for index in columns.indices where level.columns[index].typed.isNullable {
                    columns[index].typed.isNullable = true
                }
            }
            var sql = level.sql
            // The order's keys ride along as columns.
            let prefix = block.isDistinct ? "SELECT DISTINCT " : "SELECT "
            var keys: [String] = []
            for (index, key) in level.orderKeys.enumerated() {
                let isDescending = key.hasSuffix(" DESC")
                let text = isDescending ? String(key.dropLast(5)) : key
                keys.append("\(text) AS o\(index + 1)")
                if kept == groups.count { directions.append("o\(index + 1)" + (isDescending ? " DESC" : "")) }
            }
            if !keys.isEmpty {
                sql = prefix + keys.joined(separator: ", ") + ", " + sql.dropFirst(prefix.count)
            }
            selects.append(sql)
        }
        let names = columns.indices.map { "c\($0 + 1) AS c\($0 + 1)" }.joined(separator: ", ")
        var sql = "SELECT \(names) FROM (\(selects.joined(separator: " UNION ALL ")))"
        if !directions.isEmpty { sql += " ORDER BY " + directions.joined(separator: ", ") }
        if let limit { sql += try limitText(limit, in: scope) }
        for index in columns.indices { columns[index].origin = nil }
        return BoundQuery(sql: sql, columns: columns, isSingleRow: isOne(limit), isCorrelated: scope.usesOuter)
    }

    // MARK: Locking reads

    /// Appends the identifying columns of the tables that are to be locked.
    private func add(
        _ lockColumns: LockColumns, to sql: inout String, _ level: SelectLevel, _ block: SelectBlock, from: String,
        _ scope: Scope
    ) {
        var texts: [String] = []
        var next = level.columns.count
        for source in scope.sources {
            guard let table = source.table, let index = table.identifyingIndex else { continue }
            let keys = index.parts.compactMap { part in
                part.column.map { source.sqliteAlias + "." + table.columns[$0].sqliteName }
            }
            lockColumns.tables.append(
                LockColumns.Table(table: table, alias: source.alias, keys: keys, firstColumn: next))
            next += keys.count
            texts += keys
        }
        guard !texts.isEmpty else { return }
        if block.isDistinct || scope.isAggregated {
            lockColumns.separateSQL = "SELECT " + texts.joined(separator: ", ") + from + level.whereText
            var first = 0
            for place in lockColumns.tables.indices {
                lockColumns.tables[place].firstColumn = first
                first += lockColumns.tables[place].keys.count
            }
        } else {
            sql = level.head + ", " + texts.joined(separator: ", ") + sql.dropFirst(level.head.count)
        }
    }

    /// The type of an expression's value in a temporary table: integers of less than ten digits are INT.
    package static func stored(_ column: OutputColumn) -> MySQLType {
        let type = column.typed.type
        guard column.origin == nil, type.kind == .bigInt, type.length > 0, type.length < 10 else { return type }
        return MySQLType(.int, isUnsigned: type.isUnsigned)
    }
}
