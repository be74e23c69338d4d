import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

extension Binder {
    /// A whole query with its WITH, ORDER BY and LIMIT. `parent` is the query around it.
    func bindQuery(
        _ query: QueryExpression, parent: Scope?, isExists: Bool = false, lockColumns: LockColumns? = nil
    ) throws(SQLError) -> BoundQuery {
        queryDepth += 1
        defer { queryDepth -= 1 }
        guard queryDepth <= Self.maximumQueryDepth else { throw SQLError(.stackOverrunNeedMore) }
        let outerTables = commonTables.count
        defer { commonTables.removeLast(commonTables.count - outerTables) }
        var prefix = ""
        if let with = query.with { prefix = try bindWith(with, parent: parent) }
        var bound: BoundQuery
        switch query.body {
        case .select(let block):
            bound = try bindSelect(
                block, orderBy: query.orderBy, limit: query.limit, parent: parent, isExists: isExists,
                lockColumns: lockColumns)
        case .table(let name):
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

    static func everything(of name: ObjectName) -> SelectBlock {
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
                    keys.append(direction(builder.sortKey(try bindScalar(item.expression, in: scope)), item))
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
    static func position(_ expression: Expression) -> Int? {
        guard case .literal(.integer(let value)) = expression.kind else { return nil }
        return Int(exactly: value) ?? 0
    }

    func direction(_ key: String, _ item: OrderItem) -> String {
        item.direction == .descending ? key + " DESC" : key
    }

    func limitText(_ limit: LimitClause, in scope: Scope) throws(SQLError) -> String {
        var text = " LIMIT " + (try limitValue(limit.count, in: scope))
        if let offset = limit.offset { text += " OFFSET " + (try limitValue(offset, in: scope)) }
        return text
    }

    private func limitValue(_ expression: Expression, in scope: Scope) throws(SQLError) -> String {
        let typed = try bind(expression, in: scope)
        switch typed.literal {
        case .integer(let value)? where value >= 0: return typed.sql
        case .integer?, .null?, .real?: throw SQLError(.wrongArguments, "EXECUTE")
        // Above 2^63: no limit at all. SQLite's min() puts numbers before blobs.
        case .blob?: return "min(\(typed.sql), 9223372036854775807)"
        case .text(let digits)?:
            guard let value = Int64(String(decoding: digits, as: UTF8.self)), value >= 0 else {
                throw SQLError(.wrongArguments, "EXECUTE")
            }
            return "CAST(\(typed.sql) AS INTEGER)"
        case nil: return "min(\(typed.sql), 9223372036854775807)"
        }
    }

    func isOne(_ limit: LimitClause?) -> Bool {
        guard let limit, case .literal(.integer(let count)) = limit.count.kind else { return false }
        return count <= 1
    }

    // MARK: Bodies

    func bindBody(_ body: QueryBody, parent: Scope?) throws(SQLError) -> BoundQuery {
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
        var selects: [String] = []
        for row in table {
            var cells: [String] = []
            for (index, cell) in row.enumerated() {
                cells.append(try builder.convert(cell, to: types[index]).sql + " AS c\(index + 1)")
            }
            selects.append("SELECT " + cells.joined(separator: ", "))
        }
        return BoundQuery(
            sql: selects.joined(separator: " UNION ALL "), columns: columns, isSingleRow: rows.count == 1)
    }

    private func bindSetOperation(
        _ op: SetOperator, _ isDistinct: Bool, _ left: QueryBody, _ right: QueryBody, parent: Scope?
    ) throws(SQLError) -> BoundQuery {
        let leftBound = try isolated { () throws(SQLError) -> BoundQuery in try bindBody(left, parent: parent) }
        let rightBound = try isolated { () throws(SQLError) -> BoundQuery in try bindBody(right, parent: parent) }
        return try combine(op, isDistinct, leftBound, rightBound)
    }

    /// Merges the columns' types and joins the two sides with SQLite's operator.
    func combine(
        _ op: SetOperator, _ isDistinct: Bool, _ left: BoundQuery, _ right: BoundQuery
    ) throws(SQLError) -> BoundQuery {
        guard left.columns.count == right.columns.count else { throw SQLError(.wrongNumberOfColumnsInSelect) }
        var columns: [OutputColumn] = []
        for (index, column) in left.columns.enumerated() {
            let other = right.columns[index]
            let type = try builder.mergedType(of: [column.typed, other.typed], for: "UNION")
            let isNullable =
                op == .union ? column.typed.isNullable || other.typed.isNullable
                : op == .except ? column.typed.isNullable : column.typed.isNullable && other.typed.isNullable
            var typed = TypedSQL(sql: "c\(index + 1)", type: type, isNullable: isNullable)
            typed.coercibility =
                type.isNonBinaryString ? min(column.typed.coercibility, other.typed.coercibility) : .numeric
            columns.append(OutputColumn(name: column.name, typed: typed, origin: nil))
        }
        let leftSQL = try side(left, columns, numbered: op != .union && !isDistinct)
        let rightSQL = try side(right, columns, numbered: op != .union && !isDistinct)
        let keyword: String
        switch op {
        case .union: keyword = isDistinct ? "UNION" : "UNION ALL"
        case .intersect: keyword = "INTERSECT"
        case .except: keyword = "EXCEPT"
        }
        var sql = "\(leftSQL) \(keyword) \(rightSQL)"
        if op != .union && !isDistinct {
            let names = columns.indices.map { "c\($0 + 1)" }.joined(separator: ", ")
            sql = "SELECT \(names) FROM (\(sql))"
        }
        return BoundQuery(
            sql: sql, columns: columns, isSingleRow: false, isCorrelated: left.isCorrelated || right.isCorrelated)
    }

    /// One side with its columns converted to the merged types, and compared as these are.
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
        if numbered {
            // INTERSECT ALL and EXCEPT ALL: equal rows are told apart by counting them.
            cells.append("row_number() OVER (PARTITION BY \(keys.joined(separator: ", "))) AS n")
        }
        return "SELECT \(cells.joined(separator: ", ")) FROM (\(bound.sql)) AS q\(id)"
    }
}
