/// Completes the names of a query while it is printed, so that it means the same wherever it is read again: tables get
/// their schema, columns their table, `*` becomes the columns that it stands for now.
public final class NameCompletion {
    /// A column that a FROM clause makes visible.
    public struct Column {
        public var name: String
        /// `*` leaves it out.
        public var isInvisible: Bool

        public init(name: String, isInvisible: Bool = false) {
            self.name = name
            self.isInvisible = isInvisible
        }
    }

    private struct Visible {
        var column: Column
        /// How to name it; without a table for what USING and NATURAL make one of two.
        var full: ColumnName
        /// Of which table it is, for `t.*`.
        var source: String
    }

    private struct Scope {
        var visible: [Visible]
        var aliases: [String]
    }

    private let schema: String
    private let columns: (ObjectName) -> [Column]?
    private var scopes: [Scope] = []
    private var commonTables: [(name: String, columns: [Column])] = []
    /// ORDER BY means an alias of the select list before a column.
    var prefersAliases = false

    /// `schema` is for names without one; `columns` are those of a table or view, nil when there is none.
    public init(schema: String, columns: @escaping (ObjectName) -> [Column]?) {
        self.schema = schema
        self.columns = columns
    }

    // MARK: - Scopes

    func begin(_ with: WithClause) -> Int {
        let before = commonTables.count
        for table in with.tables {
            var names = table.columns.map { Column(name: $0) }
            if names.isEmpty { names = output(of: table.query) }
            commonTables.append((table.name, names))
        }
        return before
    }

    func end(commonTablesBefore count: Int) {
        commonTables.removeLast(commonTables.count - count)
    }

    func begin(_ block: SelectBlock) {
        scopes.append(
            Scope(
                visible: visible(block.from),
                aliases: block.items.compactMap { item in
                    if case .expression(_, let alias?, _) = item { return alias }
                    return nil
                }))
    }

    func endBlock() {
        scopes.removeLast()
    }

    // MARK: - Names

    func complete(_ name: ObjectName) -> ObjectName {
        if name.schema != nil || commonTables.contains(where: { $0.name.lowercased() == name.name.lowercased() }) {
            return name
        }
        return ObjectName(schema: schema, name: name.name)
    }

    func complete(_ name: ColumnName) -> ColumnName {
        for (depth, scope) in scopes.reversed().enumerated() {
            if depth == 0, prefersAliases, name.table == nil, scope.aliases.contains(where: { isSame($0, name.name) }) {
                return name
            }
            let found = scope.visible.filter { visible in
                isSame(visible.column.name, name.name) && (name.table == nil || visible.source == name.table)
                    && (name.schema == nil || visible.full.schema == nil || visible.full.schema == name.schema)
            }
            if found.count == 1 { return found[0].full }
            if !found.isEmpty { return name }
        }
        return name
    }

    /// What `*` or `table.*` stands for in the innermost block.
    func expand(table: String?) -> [ColumnName] {
        let visible = scopes.last?.visible ?? []
        return visible.filter { !$0.column.isInvisible && (table == nil || $0.source == table) }.map(\.full)
    }

    private func isSame(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }

    // MARK: - What FROM makes visible

    private func visible(_ references: [TableReference]) -> [Visible] {
        references.flatMap(visible)
    }

    private func visible(_ reference: TableReference) -> [Visible] {
        switch reference {
        case .table(let factor):
            let alias = factor.alias ?? factor.name.name
            if factor.name.schema == nil,
                let common = commonTables.last(where: { isSame($0.name, factor.name.name) })
            {
                return named(common.columns, ColumnName(table: alias, name: ""), alias)
            }
            let name = ObjectName(schema: factor.name.schema ?? schema, name: factor.name.name)
            let prefix =
                factor.alias == nil
                ? ColumnName(schema: name.schema, table: name.name, name: "") : ColumnName(table: alias, name: "")
            return named(columns(name) ?? [], prefix, alias)
        case .derived(let derived):
            let names = derived.columns.isEmpty ? output(of: derived.query) : derived.columns.map { Column(name: $0) }
            return named(names, ColumnName(table: derived.alias, name: ""), derived.alias)
        case .jsonTable(let table):
            return named(Self.names(table.columns), ColumnName(table: table.alias, name: ""), table.alias)
        case .join(let join): return joined(join)
        }
    }

    private func named(_ columns: [Column], _ prefix: ColumnName, _ source: String) -> [Visible] {
        columns.map { column in
            var full = prefix
            full.name = column.name
            return Visible(column: column, full: full, source: source)
        }
    }

    private static func names(_ columns: [JSONTableSyntax.Column]) -> [Column] {
        columns.flatMap { column -> [Column] in
            switch column {
            case .ordinality(let name), .path(let name, _, _, _, _), .exists(let name, _, _): [Column(name: name)]
            case .nested(_, let inner): names(inner)
            }
        }
    }

    /// USING and NATURAL: the common columns once and first, then the rest of both sides.
    private func joined(_ join: JoinSyntax) -> [Visible] {
        let (left, right) = (visible(join.left), visible(join.right))
        var common: [String] = []
        switch (join.kind, join.condition) {
        case (_, .using(let names)): common = names
        case (.naturalInner, _), (.naturalLeft, _), (.naturalRight, _):
            common = left.map(\.column.name).filter { name in right.contains { isSame($0.column.name, name) } }
        default: return left + right
        }
        func isCommon(_ visible: Visible) -> Bool { common.contains { isSame($0, visible.column.name) } }
        let isRight = join.kind == .right || join.kind == .naturalRight
        let (first, second) = isRight ? (right, left) : (left, right)
        let merged = first.filter(isCommon).map { visible in
            Visible(column: visible.column, full: ColumnName(name: visible.column.name), source: "")
        }
        return merged + first.filter { !isCommon($0) } + second.filter { !isCommon($0) }
    }

    /// The names of a query's columns.
    public func output(of query: QueryExpression) -> [Column] {
        let before = query.with.map(begin)
        defer { if let before { end(commonTablesBefore: before) } }
        return output(of: query.body)
    }

    private func output(of body: QueryBody) -> [Column] {
        switch body {
        case .select(let block):
            begin(block)
            defer { endBlock() }
            return block.items.flatMap { item -> [Column] in
                switch item {
                case .wildcard(_, let table): expand(table: table).map { Column(name: $0.name) }
                case .expression(_, _, let name): [Column(name: name)]
                }
            }
        case .values(let rows): return (rows.first ?? []).indices.map { Column(name: "column_\($0)") }
        case .table(let name):
            return (columns(ObjectName(schema: name.schema ?? schema, name: name.name)) ?? []).filter { !$0.isInvisible }
        case .nested(let query): return output(of: query)
        case .setOperation(_, _, let left, _): return output(of: left)
        }
    }
}
