import MySQLTypes

extension SyntaxPrinter {
    mutating func write(_ query: QueryExpression) {
        let commonTables = query.with.flatMap { names?.begin($0) }
        defer { if let commonTables { names?.end(commonTablesBefore: commonTables) } }
        if let with = query.with { write(with) }
        // ORDER BY sees what the one block sees.
        if case .select(let block) = query.body {
            names?.begin(block)
            write(block)
        } else {
            write(query.body)
        }
        if !query.orderBy.isEmpty {
            write(" order by ")
            names?.prefersAliases = true
            write(query.orderBy)
            names?.prefersAliases = false
        }
        if case .select = query.body { names?.endBlock() }
        if let limit = query.limit {
            write(" limit ")
            if let offset = limit.offset {
                write(offset)
                write(",")
            }
            write(limit.count)
        }
        for clause in query.locking {
            if clause.isOldSyntax {
                write(" lock in share mode")
                continue
            }
            write(clause.strength == .update ? " for update" : " for share")
            if !clause.tables.isEmpty {
                write(" of ")
                for (index, table) in clause.tables.enumerated() {
                    if index > 0 { write(",") }
                    write(table)
                }
            }
            switch clause.wait {
            case .wait: break
            case .noWait: write(" nowait")
            case .skipLocked: write(" skip locked")
            }
        }
    }

    private mutating func write(_ with: WithClause) {
        write(with.isRecursive ? "with recursive " : "with ")
        for (index, table) in with.tables.enumerated() {
            if index > 0 { write(",") }
            writeName(table.name)
            if !table.columns.isEmpty {
                write(" (")
                writeNames(table.columns)
                write(")")
            }
            write(" as (")
            write(table.query)
            write(")")
        }
        write(" ")
    }

    private mutating func write(_ body: QueryBody) {
        switch body {
        case .select(let block):
            names?.begin(block)
            write(block)
            names?.endBlock()
        case .values(let rows):
            write("values ")
            for (index, row) in rows.enumerated() {
                if index > 0 { write(",") }
                write("row(")
                write(list: row)
                write(")")
            }
        case .table(let name):
            write("table ")
            write(name)
        case .nested(let query):
            write("(")
            write(query)
            write(")")
        case .setOperation(let operation, let isDistinct, let left, let right):
            write(left)
            switch operation {
            case .union: write(" union ")
            case .intersect: write(" intersect ")
            case .except: write(" except ")
            }
            if !isDistinct { write("all ") }
            write(right)
        }
    }

    private mutating func write(_ block: SelectBlock) {
        write("select ")
        if block.isDistinct { write("distinct ") }
        if block.options.contains(.straightJoin) { write("straight_join ") }
        if block.options.contains(.calcFoundRows) { write("sql_calc_found_rows ") }
        for (index, item) in block.items.enumerated() {
            if index > 0 { write(",") }
            switch item {
            case .wildcard(_, let table) where names != nil:
                for (place, column) in (names?.expand(table: table) ?? []).enumerated() {
                    if place > 0 { write(",") }
                    writeAsIs(column)
                    write(" AS ")
                    writeName(column.name)
                }
            case .wildcard(let schema, let table):
                if let schema { write(Identifier.mysql(schema) + ".") }
                if let table { write(Identifier.mysql(table) + ".") }
                write("*")
            case .expression(let expression, _, let name):
                write(expression)
                write(" AS ")
                writeName(name)
            }
        }
        if !block.from.isEmpty {
            write(" from ")
            write(block.from)
        }
        if let condition = block.where {
            write(" where ")
            write(condition)
        }
        if let groupBy = block.groupBy {
            write(" group by ")
            write(groupBy.items)
            if groupBy.withRollup { write(" with rollup") }
        }
        if let having = block.having {
            write(" having ")
            write(having)
        }
        for (index, window) in block.windows.enumerated() {
            write(index == 0 ? " window " : ",")
            writeName(window.name)
            write(" AS (")
            write(window.specification)
            write(")")
        }
    }

    /// A comma list prints as joins.
    private mutating func write(_ tables: [TableReference]) {
        guard tables.count > 1 else {
            if let only = tables.first { write(only) }
            return
        }
        for _ in 1..<tables.count { write("(") }
        write(tables[0])
        for table in tables.dropFirst() {
            write(" join ")
            write(table)
            write(")")
        }
    }

    private mutating func write(_ reference: TableReference) {
        switch reference {
        case .table(let table):
            write(table.name)
            if !table.partitions.isEmpty {
                write(" PARTITION (")
                writeNames(table.partitions)
                write(")")
            }
            if let alias = table.alias { write(" " + Identifier.mysql(alias)) }
            for hint in table.indexHints { write(hint) }
        case .derived(let derived):
            if derived.isLateral { write("lateral ") }
            write("(")
            write(derived.query)
            write(") " + Identifier.mysql(derived.alias))
            if !derived.columns.isEmpty {
                write(" (")
                writeNames(derived.columns)
                write(")")
            }
        case .jsonTable(let table): write(table)
        case .join(let join): write(join)
        }
    }

    private mutating func write(_ hint: IndexHint) {
        switch hint.action {
        case .use: write(" USE INDEX")
        case .ignore: write(" IGNORE INDEX")
        case .force: write(" FORCE INDEX")
        }
        switch hint.purpose {
        case .all: break
        case .join: write(" FOR JOIN")
        case .orderBy: write(" FOR ORDER BY")
        case .groupBy: write(" FOR GROUP BY")
        }
        write(" (")
        writeNames(hint.indexes)
        write(")")
    }

    private mutating func write(_ join: JoinSyntax) {
        write("(")
        write(join.left)
        switch join.kind {
        case .inner: write(" join ")
        case .straight: write(" straight_join ")
        case .left: write(" left join ")
        case .right: write(" right join ")
        case .naturalInner: write(" natural join ")
        case .naturalLeft: write(" natural left join ")
        case .naturalRight: write(" natural right join ")
        }
        write(join.right)
        switch join.condition {
        case .on(let condition):
            write(" on(")
            write(condition)
            write(")")
        case .using(let names):
            write(" using (")
            writeNames(names)
            write(")")
        case nil: break
        }
        write(")")
    }

    private mutating func write(_ table: JSONTableSyntax) {
        write("json_table(")
        write(table.document)
        write(", " + TextLiteral.mysql(table.path, quotes: .escaped) + " columns (")
        write(table.columns)
        write(")) " + Identifier.mysql(table.alias))
    }

    private mutating func write(_ columns: [JSONTableSyntax.Column]) {
        for (index, column) in columns.enumerated() {
            if index > 0 { write(", ") }
            switch column {
            case .ordinality(let name): write(Identifier.mysql(name) + " for ordinality")
            case .path(let name, let type, let path, let onEmpty, let onError):
                write(Identifier.mysql(name) + " " + type.textWithCollation + " path " + TextLiteral.mysql(path, quotes: .escaped))
                write(onEmpty, "empty")
                write(onError, "error")
            case .exists(let name, let type, let path):
                write(Identifier.mysql(name) + " " + type.textWithCollation + " exists path " + TextLiteral.mysql(path, quotes: .escaped))
            case .nested(let path, let inner):
                write("nested path " + TextLiteral.mysql(path, quotes: .escaped) + " columns (")
                write(inner)
                write(")")
            }
        }
    }
}

extension DataTypeSyntax {
    /// ``text`` with the character set and the collation that were given.
    fileprivate var textWithCollation: String {
        text + (charset.map { " character set " + $0 } ?? "") + (collation.map { " collate " + $0 } ?? "")
    }

    /// The type as SHOW CREATE writes it, without character set.
    public var text: String {
        let word: String
        switch kind {
        case .tinyInt: word = "tinyint"
        case .smallInt: word = "smallint"
        case .mediumInt: word = "mediumint"
        case .int: word = "int"
        case .bigInt, .serial: word = "bigint"
        case .boolean: return "tinyint(1)"
        case .decimal: word = "decimal"
        case .float: word = "float"
        case .double: word = "double"
        case .bit: word = "bit"
        case .year: word = "year"
        case .date: word = "date"
        case .time: word = "time"
        case .dateTime: word = "datetime"
        case .timestamp: word = "timestamp"
        case .char: word = "char"
        case .varChar: word = "varchar"
        case .tinyText: word = "tinytext"
        case .text: word = "text"
        case .mediumText: word = "mediumtext"
        case .longText: word = "longtext"
        case .binary: word = "binary"
        case .varBinary: word = "varbinary"
        case .tinyBlob: word = "tinyblob"
        case .blob: word = "blob"
        case .mediumBlob: word = "mediumblob"
        case .longBlob: word = "longblob"
        case .enumeration: word = "enum"
        case .set: word = "set"
        case .json: word = "json"
        case .geometry(let name): word = name
        case .vector: word = "vector"
        }
        var result = word
        if !members.isEmpty {
            result += "(" + members.map { TextLiteral.mysql($0, quotes: .escaped) }.joined(separator: ",") + ")"
        } else if let length {
            result += "(\(length)" + (decimals.map { ",\($0)" } ?? "") + ")"
        }
        if isUnsigned { result += " unsigned" }
        if isZeroFill { result += " zerofill" }
        return result
    }
}
