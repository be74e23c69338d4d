import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

extension Binder {
    /// A whole query with its WITH, ORDER BY and LIMIT. `parent` is the query around it.
    package func bindQuery(
        _ query: QueryExpression, parent: Scope?, isExists: Bool = false, lockColumns: LockColumns? = nil
    ) throws(SQLError) -> BoundQuery {
        queryDepth += 1
        defer { queryDepth -= 1 }
        guard queryDepth <= Self.maximumQueryDepth else { throw .tooDeep }
        let outerTables = commonTables.count
        defer { commonTables.removeLast(commonTables.count - outerTables) }
        let defers = defersColumns
        defersColumns = false
        var prefix = ""
        if let with = query.with { prefix = try bindWith(with, parent: parent) }
        var bound: BoundQuery
        switch query.body {
        case .select(let block):
            (defersColumns, pendingLocking) = (defers, query.locking)
            bound = try bindSelect(
                block, orderBy: query.orderBy, limit: query.limit, parent: parent, isExists: isExists,
                lockColumns: lockColumns)
        case .table(let name):
            (defersColumns, pendingLocking) = (defers, query.locking)
            bound = try bindSelect(
                Self.everything(of: name), orderBy: query.orderBy, limit: query.limit, parent: parent,
                isExists: isExists, lockColumns: lockColumns)
        default:
            bound = try bindBody(query.body, parent: parent)
            if !query.orderBy.isEmpty || query.limit != nil {
                bound = try ordered(bound, query.orderBy, query.limit, parent: parent)
            }
        }
        bound.sql = prefix + bound.sql
        return bound
    }

    package static func everything(of name: ObjectName) -> SelectBlock {
        var block = SelectBlock(items: [.wildcard(schema: nil, table: nil)])
        block.from = [.table(TableFactor(name: name))]
        return block
    }

    /// ORDER BY and LIMIT over a set operation or VALUES: they see the result's columns only.
    private func ordered(
        _ bound: BoundQuery, _ orderBy: [OrderItem], _ limit: LimitClause?, parent: Scope?
    ) throws(SQLError) -> BoundQuery {
        let source = derivedSource("", bound.columns, schema: nil)
        let scope = Scope(parent: parent, columns: visible(source), sources: [source])
        var sql = "SELECT "
        sql += bound.columns.indices.map { "\(source.sqliteAlias).c\($0 + 1) AS c\($0 + 1)" }.joined(separator: ", ")
        sql += " FROM (\(bound.sql)) AS \(source.sqliteAlias)"
        if !orderBy.isEmpty {
            clause = .order
            var keys: [String] = []
            for item in orderBy {
                if let position = Self.position(item.expression) {
                    guard position >= 1, position <= bound.columns.count else {
                        throw SQLError(.badFieldError, String(position), Clause.order.rawValue)
                    }
                    keys.append(direction(builder.sortKey(source.typed(position - 1)), item))
                } else {
                    keys.append(direction(sortTerm(try bindScalar(item.expression, in: scope)), item))
                }
            }
            sql += " ORDER BY " + keys.joined(separator: ", ")
        }
        if let limit { sql += try limitText(limit, in: scope) }
        var result = bound
        result.sql = sql
        if isOne(limit) { result.isSingleRow = true }
        return result
    }

    /// `ORDER BY 2`: the second column.
    package static func position(_ expression: Expression) -> Int? {
        guard case .literal(.integer(let value)) = expression.kind else { return nil }
        return Int(exactly: value) ?? 0
    }

    /// A key of ORDER BY or GROUP BY. SQLite takes an integer for a column's position, however it came to be one; a constant
    /// orders and groups nothing.
    package func sortTerm(_ typed: TypedSQL) -> String {
        let isNumber = typed.sql.utf8.allSatisfy { "0123456789()+- ".utf8.contains($0) }
        return typed.literal != nil || isNumber ? "NULL" : builder.sortKey(typed)
    }

    package func direction(_ key: String, _ item: OrderItem) -> String {
        item.direction == .descending ? key + " DESC" : key
    }

    package func limitText(_ limit: LimitClause, in scope: Scope) throws(SQLError) -> String {
        var text = " LIMIT " + (try limitValue(limit.count, in: scope))
        if let offset = limit.offset { text += " OFFSET " + (try limitValue(offset, in: scope)) }
        return text
    }

    private func limitValue(_ expression: Expression, in scope: Scope) throws(SQLError) -> String {
        if case .column(let name) = expression.kind { throw SQLError(.spUndeclaredVar, name.name) }
        let typed = try bind(expression, in: scope)
        switch typed.literal {
        // A parameter's next value may be another one.
        case .integer(let value)? where value >= 0:
            return typed.sql.hasPrefix("?") ? ExpressionBuilder.call("m_limit", typed.sql) : typed.sql
        case .integer?: throw SQLError(.dataOutOfRange, "unsigned integer", "EXECUTE")
        case .null?, .real?: throw SQLError(.wrongArguments, "EXECUTE")
        case .blob?: return ExpressionBuilder.call("m_limit", typed.sql)
        case .text(let digits)?:
            guard let value = Int64(String(decoding: digits, as: UTF8.self)), value >= 0 else {
                throw SQLError(.wrongArguments, "EXECUTE")
            }
            return "CAST(\(typed.sql) AS INTEGER)"
        case nil: return ExpressionBuilder.call("m_limit", typed.sql)
        }
    }

    package func isOne(_ limit: LimitClause?) -> Bool {
        guard let limit, case .literal(.integer(let count)) = limit.count.kind else { return false }
        return count <= 1
    }

    // MARK: Bodies

    package func bindBody(_ body: QueryBody, parent: Scope?) throws(SQLError) -> BoundQuery {
        switch body {
        case .select(let block): return try bindSelect(block, orderBy: [], limit: nil, parent: parent)
        case .table(let name): return try bindSelect(Self.everything(of: name), orderBy: [], limit: nil, parent: parent)
        case .nested(let query):
            if query.locking.isEmpty == false { locksRows = true }
            return try bindQuery(query, parent: parent)
        case .values(let rows): return try bindValues(rows, parent: parent)
        case .setOperation(let op, let isDistinct, let left, let right):
            return try bindSetOperation(op, isDistinct, left, right, parent: parent)
        }
    }

    private func bindValues(_ rows: [[Expression]], parent: Scope?) throws(SQLError) -> BoundQuery {
        let scope = Scope(parent: parent)
        var table: [[TypedSQL]] = []
        for row in rows {
            guard row.count == rows[0].count, !row.isEmpty else { throw SQLError(.wrongValueCountOnRow, table.count + 1) }
            table.append(try bind(row, in: scope))
        }
        var columns: [OutputColumn] = []
        var types: [MySQLType] = []
        for index in rows[0].indices {
            let cells = table.map { $0[index] }
            var typed = cells[0]
            let type = rows.count == 1 ? typed.type : try builder.mergedType(of: cells, for: "VALUES")
            types.append(type)
            typed = TypedSQL(sql: "c\(index + 1)", type: type, isNullable: cells.contains { $0.isNullable })
            columns.append(OutputColumn(name: "column_\(index)", typed: typed, origin: nil))
        }
        var lines: [String] = []
        for row in table {
            var cells: [String] = []
            for (index, cell) in row.enumerated() { cells.append(try builder.convert(cell, to: types[index]).sql) }
            lines.append("(" + cells.joined(separator: ", ") + ")")
        }
        let names = columns.indices.map { "column\($0 + 1) AS c\($0 + 1)" }.joined(separator: ", ")
        return BoundQuery(
            sql: "SELECT \(names) FROM (VALUES \(lines.joined(separator: ", ")))", columns: columns,
            isSingleRow: rows.count == 1)
    }

    /// A tree of set operations: its leaves are bound first, since the types of all of them are merged at once.
    private indirect enum Compound {
        case leaf(BoundQuery)
        case operation(SetOperator, isDistinct: Bool, Compound, Compound)

        var leaves: [BoundQuery] {
            switch self {
            case .leaf(let bound): [bound]
            case .operation(_, _, let left, let right): left.leaves + right.leaves
            }
        }
    }

    private func bindSetOperation(
        _ op: SetOperator, _ isDistinct: Bool, _ left: QueryBody, _ right: QueryBody, parent: Scope?
    ) throws(SQLError) -> BoundQuery {
        try combine(
            .operation(op, isDistinct: isDistinct, compound(left, parent: parent), compound(right, parent: parent)))
    }

    private func compound(_ body: QueryBody, parent: Scope?) throws(SQLError) -> Compound {
        if case .setOperation(let op, let isDistinct, let left, let right) = body {
            return .operation(
                op, isDistinct: isDistinct, try compound(left, parent: parent), try compound(right, parent: parent))
        }
        return .leaf(
            try isolated { () throws(SQLError) -> BoundQuery in try bindBody(body, parent: parent) })
    }

    /// Two queries combined.
    package func combine(
        _ op: SetOperator, _ isDistinct: Bool, _ left: BoundQuery, _ right: BoundQuery
    ) throws(SQLError) -> BoundQuery {
        try combine(.operation(op, isDistinct: isDistinct, .leaf(left), .leaf(right)))
    }

    /// Merges the columns' types and joins the queries with SQLite's operators.
    private func combine(_ compound: Compound) throws(SQLError) -> BoundQuery {
        let leaves = compound.leaves
        guard let first = leaves.first else { throw SQLError(.wrongNumberOfColumnsInSelect) }
        for leaf in leaves where leaf.columns.count != first.columns.count {
            throw SQLError(.wrongNumberOfColumnsInSelect)
        }
        var columns: [OutputColumn] = []
        for (index, column) in first.columns.enumerated() {
            let cells = leaves.map { $0.columns[index].typed }
            let type = try builder.mergedType(of: cells, for: "UNION")
            var typed = TypedSQL(
                sql: "c\(index + 1)", type: type, isNullable: isNullable(compound, index))
            typed.coercibility = type.isStringLike ? cells.map(\.coercibility).min() ?? .implicit : .numeric
            columns.append(OutputColumn(name: column.name, typed: typed, origin: nil))
        }
        return BoundQuery(
            sql: try text(compound, columns), columns: columns, isSingleRow: false,
            isCorrelated: leaves.contains(where: \.isCorrelated))
    }

    private func isNullable(_ compound: Compound, _ index: Int) -> Bool {
        switch compound {
        case .leaf(let bound): bound.columns[index].typed.isNullable
        case .operation(.union, _, let left, let right): isNullable(left, index) || isNullable(right, index)
        case .operation(.except, _, let left, _): isNullable(left, index)
        case .operation(.intersect, _, let left, let right): isNullable(left, index) && isNullable(right, index)
        }
    }

    /// A SELECT with columns `c1`, `c2`, ... of the merged types. SQLite's own UNION keeps the last of equal rows where
    /// MySQL keeps the first, so DISTINCT does it.
    private func text(_ compound: Compound, _ columns: [OutputColumn], numbered: Bool = false) throws(SQLError) -> String {
        switch compound {
        case .leaf(let bound): return try side(bound, columns, numbered: numbered)
        case .operation(.union, let isDistinct, let left, let right):
            let parts =
                try unionParts(left, columns, isAbsorbed: isDistinct) + unionParts(right, columns, isAbsorbed: isDistinct)
            let all = parts.joined(separator: " UNION ALL ")
            guard isDistinct || numbered else {
                return "SELECT \(Self.names(columns)) FROM (\(all))"
            }
            let id = nextSourceID()
            let keys = keys(columns, "q\(id)")
            var cells = keys.enumerated().map { "\($1) AS c\($0 + 1)" }
            if numbered { cells.append(Self.counter(keys)) }
            return "SELECT \(isDistinct ? "DISTINCT " : "")\(cells.joined(separator: ", ")) FROM (\(all)) AS q\(id)"
        case .operation(let op, let isDistinct, let left, let right):
            let keyword = op == .intersect ? "INTERSECT" : "EXCEPT"
            let both =
                try text(left, columns, numbered: !isDistinct) + " \(keyword) "
                + text(right, columns, numbered: !isDistinct)
            guard numbered else { return "SELECT \(Self.names(columns)) FROM (\(both))" }
            let id = nextSourceID()
            let keys = keys(columns, "q\(id)")
            let cells = keys.enumerated().map { "\($1) AS c\($0 + 1)" } + [Self.counter(keys)]
            return "SELECT \(cells.joined(separator: ", ")) FROM (\(both)) AS q\(id)"
        }
    }

    /// The members of a chain of unions side by side, not one within the other: SQLite bounds the nesting of queries.
    /// A DISTINCT around them (`isAbsorbed`) makes any DISTINCT among them superfluous.
    private func unionParts(
        _ compound: Compound, _ columns: [OutputColumn], isAbsorbed: Bool
    ) throws(SQLError) -> [String] {
        if case .operation(.union, let isDistinct, let left, let right) = compound, isAbsorbed || !isDistinct {
            return try unionParts(left, columns, isAbsorbed: isAbsorbed)
                + unionParts(right, columns, isAbsorbed: isAbsorbed)
        }
        return [try text(compound, columns)]
    }

    private static func names(_ columns: [OutputColumn]) -> String {
        columns.indices.map { "c\($0 + 1) AS c\($0 + 1)" }.joined(separator: ", ")
    }

    /// INTERSECT ALL and EXCEPT ALL: equal rows are told apart by counting them.
    private static func counter(_ keys: [String]) -> String {
        "row_number() OVER (PARTITION BY \(keys.joined(separator: ", "))) AS n"
    }

    private func keys(_ columns: [OutputColumn], _ alias: String) -> [String] {
        columns.enumerated().map { index, column in
            var cell = column.typed
            cell.sql = "\(alias).c\(index + 1)"
            return column.typed.type.kind == .json ? cell.sql : builder.sortKey(cell)
        }
    }

    /// One leaf with its columns converted to the merged types, and compared as these are.
    private func side(_ bound: BoundQuery, _ columns: [OutputColumn], numbered: Bool) throws(SQLError) -> String {
        let id = nextSourceID()
        var cells: [String] = []
        var keys: [String] = []
        for (index, column) in columns.enumerated() {
            let name = "q\(id).c\(index + 1)"
            var cell = try builder.convert(derivedColumn(bound.columns[index], name), to: column.typed.type)
            cell.type = column.typed.type
            cell.literal = nil
            let text = column.typed.type.kind == .json ? cell.sql : builder.sortKey(cell)
            cells.append("\(text) AS c\(index + 1)")
            keys.append(text)
        }
        if numbered { cells.append(Self.counter(keys)) }
        return "SELECT \(cells.joined(separator: ", ")) FROM (\(bound.sql)) AS q\(id)"
    }
}
