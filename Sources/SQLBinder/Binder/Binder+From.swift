import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// A FROM clause, or a part of it, turned into SQLite's SQL.
package struct FromItem {
    package var sql: String
    package var sources: [TableSource]
    package var columns: [VisibleColumn]

    package init(sql: String, sources: [TableSource], columns: [VisibleColumn]) {
        self.sql = sql
        self.sources = sources
        self.columns = columns
    }
}

extension Binder {
    /// The whole clause: what commas separate.
    package func bindFrom(_ references: [TableReference], in scope: Scope) throws(SQLError) {
        _ = try bindFromItem(references, in: scope)
    }

    /// Binds the clause, adds its names to `scope` and returns its SQL.
    package func bindFromItem(_ references: [TableReference], in scope: Scope) throws(SQLError) -> String {
        var parts: [String] = []
        let outer = lateral
        defer { lateral = outer }
        for (index, reference) in references.enumerated() {
            lateral = Scope(parent: scope.parent, columns: scope.columns, sources: scope.sources)
            let item = try bindReference(reference, parent: scope.parent)
            for source in item.sources {
                for other in scope.sources where isSameName(other, source) {
                    throw SQLError(.nonuniqTable, source.alias)
                }
            }
            scope.sources += item.sources
            scope.columns += item.columns
            if index > 0, case .join = reference { parts.append("(" + item.sql + ")") } else { parts.append(item.sql) }
        }
        return parts.joined(separator: ", ")
    }

    private func isSameName(_ left: TableSource, _ right: TableSource) -> Bool {
        guard Identifier.isSame(left.alias, right.alias) else { return false }
        guard let one = left.schema, let other = right.schema else { return true }
        return Identifier.isSame(one, other)
    }

    private func bindReference(_ reference: TableReference, parent: Scope?) throws(SQLError) -> FromItem {
        switch reference {
        case .table(let factor): return try bindTable(factor, parent: parent)
        case .derived(let derived): return try bindDerived(derived, parent: parent)
        case .jsonTable(let table): return try bindJSONTable(table, parent: parent)
        case .join(let join): return try bindJoin(join, parent: parent)
        }
    }

    // MARK: Tables

    private func bindTable(_ factor: TableFactor, parent: Scope?) throws(SQLError) -> FromItem {
        if factor.name.schema == nil,
            let common = commonTables.last(where: { Identifier.isSame($0.name, factor.name.name) })
        {
            common.isUsed = true
            let source = derivedSource(factor.alias ?? common.name, common.columns, schema: nil)
            common.references += 1
            if common.isBeingDefined { recursionDepthColumn = source.sqliteAlias }
            return FromItem(
                sql: "\(common.sqliteName) AS \(source.sqliteAlias)", sources: [source],
                columns: visible(source))
        }
        let resolved = try resolve(factor)
        if !factor.partitions.isEmpty { throw SQLError(.partitionClauseOnNonpartitioned) }
        switch resolved {
        case .base(let table):
            if table.isTemporary { try openOnce(table, as: factor.alias ?? table.name) }
            for hint in factor.indexHints {
                for name in hint.indexes
                where !table.indexes.contains(where: { Identifier.equal($0.name, name) }) {
                    throw SQLError(.keyDoesNotExits, name, factor.alias ?? factor.name.name)
                }
            }
            let source = baseSource(table, alias: factor.alias ?? table.name)
            if !table.isTemporary { source.uses = [use(table.schema, table.name)] }
            return FromItem(
                sql: "\(table.sqliteName) AS \(source.sqliteAlias)", sources: [source],
                columns: visible(source))
        case .system(let schema, let name, let sqliteName, let columns):
            readsSystemTables = true
            switch schema.lowercased() {
            case "performance_schema", "sys": break
            case "information_schema" where name.lowercased() == "processlist": break
            default: readsHeldSystemTables = true
            }
            let source = TableSource(
                id: nextSourceID(), alias: factor.alias ?? name, schema: schema, originalTable: name, table: nil,
                columns: columns.map { column in
                    SourceColumn(
                        name: column.name, type: column.type, isNullable: column.isNullable,
                        originalName: column.name, sqliteName: Identifier.sqlite(column.name))
                })
            if !environment.isOpenToAll(schema: schema, table: name) { source.uses = [use(schema, name)] }
            return FromItem(
                sql: "\(Identifier.sqlite(sqliteName)) AS \(source.sqliteAlias)", sources: [source], columns: visible(source))
        case .view(let view):
            if mergesView, viewDepth == 0, let merged = try environment.mergedView(view) {
                mergedView = merged
                let table = merged.base.definition
                let source = self.source(
                    of: table, alias: factor.alias ?? view.name, schema: view.schema, names: merged.names)
                source.uses = uses(of: merged, fromAccess)
                return FromItem(
                    sql: "\(table.sqliteName) AS \(source.sqliteAlias)", sources: [source],
                    columns: visible(source))
            }
            return try bindView(view, alias: factor.alias ?? view.name)
        }
    }

    /// A statement reads a temporary table once (1137).
    private func openOnce(_ table: TableDefinition, as alias: String) throws(SQLError) {
        if let first = openTemporaryTables[table.sqliteName] { throw SQLError(.cantReopenTable, first) }
        openTemporaryTables[table.sqliteName] = alias
    }

    /// What the name stands for. What the statement would need of a table that there is not counts too: who may not see a
    /// table does not learn whether it exists.
    private func resolve(_ factor: TableFactor) throws(SQLError) -> ResolvedTable {
        do throws(SQLError) {
            try environment.willUse(factor.name, alias: factor.alias ?? factor.name.name, isImplicit: viewDepth > 0)
            return try environment.resolveTable(factor.name)
        } catch {
            if let schema = factor.name.schema ?? environment.currentDatabase, schema.lowercased() != "information_schema" {
                _ = use(schema, factor.name.name)
            }
            throw error
        }
    }

    /// The source of a base table's columns; remembers that the statement uses it.
    package func baseSource(_ table: TableDefinition, alias: String) -> TableSource {
        tables[TableUse(schema: table.schema, name: table.name)] = table
        var columns: [SourceColumn] = []
        columns.reserveCapacity(table.columns.count)
        for (index, column) in table.columns.enumerated() {
            columns.append(
                SourceColumn(
                    name: column.name, type: column.type, isNullable: column.isNullable,
                    isInvisible: column.isInvisible, originalName: column.name,
                    flags: ColumnFlags.of(column, at: index, in: table), sqliteName: column.sqliteName))
        }
        let source = TableSource(
            id: nextSourceID(), alias: alias, schema: table.schema, originalTable: table.name, table: table,
            columns: columns)
        source.convertsTimestamps = builder.convertsTimestamps
        explained[source.sqliteAlias] = ExplainedSource(alias: alias, table: table)
        return source
    }

    /// `*` leaves invisible columns out, names find them: they are kept, and skipped by the wildcard.
    package func visible(_ source: TableSource) -> [VisibleColumn] {
        source.columns.indices.map { VisibleColumn(name: source.columns[$0].name, source: source, index: $0) }
    }

    package func derivedSource(
        _ alias: String, _ columns: [OutputColumn], schema: String?, originalTable: String = "", names: [String] = []
    ) -> TableSource {
        var sourceColumns: [SourceColumn] = []
        for (index, column) in columns.enumerated() {
            let name = index < names.count ? names[index] : column.name
            sourceColumns.append(
                SourceColumn(
                    name: name, type: column.typed.type, isNullable: column.typed.isNullable,
                    originalName: column.origin?.originalName ?? name, flags: [], sqliteName: "c\(index + 1)"))
        }
        let source = TableSource(
            id: nextSourceID(), alias: alias, schema: schema, originalTable: originalTable, table: nil,
            columns: sourceColumns)
        source.deferred = columns.map(\.reads)
        explained[source.sqliteAlias] = ExplainedSource(alias: alias, table: nil)
        return source
    }

    private func bindDerived(_ derived: DerivedTable, parent: Scope?) throws(SQLError) -> FromItem {
        if derived.isLateral { throw SQLError(.notSupportedYet, "LATERAL") }
        if derived.alias.isEmpty { throw SQLError(.derivedMustHaveAlias) }
        let bound = try isolated { () throws(SQLError) -> BoundQuery in
            defersColumns = true
            return try bindQuery(derived.query, parent: parent)
        }
        if !derived.columns.isEmpty && derived.columns.count != bound.columns.count {
            throw SQLError(.viewWrongList)
        }
        try checkDuplicates(derived.columns.isEmpty ? bound.columns.map(\.name) : derived.columns)
        let source = derivedSource(
            derived.alias, bound.isMaterialized ? Self.stored(bound.columns) : bound.columns, schema: nil,
            names: derived.columns)
        return FromItem(
            sql: "(\(bound.sql)) AS \(source.sqliteAlias)", sources: [source], columns: visible(source))
    }

    package static func stored(_ columns: [OutputColumn]) -> [OutputColumn] {
        columns.map { column in
            var column = column
            column.typed.type = stored(column)
            return column
        }
    }

    package func checkDuplicates(_ names: [String]) throws(SQLError) {
        var seen: Set<ExactName> = []
        for name in names {
            guard seen.insert(Identifier.key(name)).inserted else { throw SQLError(.dupFieldname, name) }
        }
    }

    private func bindView(_ view: ViewDefinition, alias: String) throws(SQLError) -> FromItem {
        guard viewDepth < 32 else { throw SQLError(.viewRecursive, view.schema, view.name) }
        viewDepth += 1
        defer { viewDepth -= 1 }
        let query = try environment.parseQuery(view.query)
        let use = use(view.schema, view.name)
        let outer = securityContext
        securityContext = required.enter(view, used: use.table, in: outer)
        defer { securityContext = outer }
        let savedTables = commonTables
        commonTables = []
        defer { commonTables = savedTables }
        let bound: BoundQuery
        do throws(SQLError) {
            bound = try isolated { () throws(SQLError) -> BoundQuery in
                defersColumns = view.algorithm != "TEMPTABLE"
                return try bindQuery(query, parent: nil)
            }
        } catch {
            switch error.code {
            case ErrorCode.noSuchTable.rawValue, ErrorCode.badFieldError.rawValue, ErrorCode.badDbError.rawValue,
                ErrorCode.viewInvalid.rawValue:
                throw SQLError(.viewInvalid, view.schema, view.name)
            default: throw error
            }
        }
        let source = derivedSource(
            alias, bound.columns, schema: view.schema, originalTable: view.name, names: view.columns)
        source.isView = true
        source.uses = [use]
        return FromItem(
            sql: "(\(bound.sql)) AS \(source.sqliteAlias)", sources: [source], columns: visible(source))
    }

    // MARK: Joins

    private func bindJoin(_ join: JoinSyntax, parent: Scope?) throws(SQLError) -> FromItem {
        let outer = lateral
        let left = try bindReference(join.left, parent: parent)
        lateral = Scope(
            parent: parent, columns: (outer?.columns ?? []) + left.columns, sources: (outer?.sources ?? []) + left.sources)
        let right = try bindReference(join.right, parent: parent)
        lateral = outer
        for source in right.sources {
            for other in left.sources where isSameName(other, source) { throw SQLError(.nonuniqTable, source.alias) }
        }
        let isLeft = join.kind == .left || join.kind == .naturalLeft
        let isRight = join.kind == .right || join.kind == .naturalRight
        let keyword = isLeft ? "LEFT JOIN" : isRight ? "RIGHT JOIN" : join.kind == .straight ? "CROSS JOIN" : "JOIN"
        var shared: [(left: VisibleColumn, right: VisibleColumn)] = []
        switch join.condition {
        case .using(let names)?:
            for name in names { shared.append(try pair(name, left, right)) }
        default:
            if join.kind == .naturalInner || join.kind == .naturalLeft || join.kind == .naturalRight {
                for column in left.columns where !isInvisible(column) {
                    let matches = right.columns.filter { Identifier.equal($0.name, column.name) && !isInvisible($0) }
                    guard !matches.isEmpty else { continue }
                    if left.columns.filter({ Identifier.equal($0.name, column.name) }).count > 1 || matches.count > 1 {
                        throw SQLError(.nonUniqError, column.name, Clause.from.rawValue)
                    }
                    shared.append((column, matches[0]))
                }
            }
        }
        var condition = ""
        let savedClause = clause
        defer { clause = savedClause }
        if !shared.isEmpty {
            clause = .on
            var parts: [String] = []
            for pair in shared {
                use(pair.left.index, of: pair.left.source)
                use(pair.right.index, of: pair.right.source)
                parts.append(try builder.condition(builder.compare(.equal, pair.left.typed, pair.right.typed)))
            }
            condition = parts.joined(separator: " AND ")
        } else if case .on(let expression)? = join.condition {
            clause = .on
            let scope = Scope(parent: parent, columns: left.columns + right.columns, sources: left.sources + right.sources)
            let saved = (allowsAggregates, allowsWindows)
            (allowsAggregates, allowsWindows) = (false, false)
            defer { (allowsAggregates, allowsWindows) = saved }
            let (bound, needed) = try required.deferring { () throws(SQLError) in
                try builder.condition(bindScalar(expression, in: scope))
            }
            condition = bound
            joinColumns += needed
        }
        if isLeft { for source in right.sources { source.isOuterNullable = true } }
        if isRight { for source in left.sources { source.isOuterNullable = true } }
        var sql = left.sql + " " + keyword + " "
        if case .join = join.right { sql += "(" + right.sql + ")" } else { sql += right.sql }
        if !condition.isEmpty { sql += " ON " + condition } else if isLeft || isRight { sql += " ON 1" }
        return FromItem(
            sql: sql, sources: left.sources + right.sources, columns: merge(left, right, shared, isRight: isRight))
    }

    private func isInvisible(_ column: VisibleColumn) -> Bool {
        column.source.columns[column.index].isInvisible
    }

    private func pair(
        _ name: String, _ left: FromItem, _ right: FromItem
    ) throws(SQLError) -> (left: VisibleColumn, right: VisibleColumn) {
        let lefts = left.columns.filter { Identifier.equal($0.name, name) }
        let rights = right.columns.filter { Identifier.equal($0.name, name) }
        guard let leftColumn = lefts.first, let rightColumn = rights.first else {
            throw SQLError(.badFieldError, name, Clause.from.rawValue)
        }
        if lefts.count > 1 || rights.count > 1 { throw SQLError(.nonUniqError, name, Clause.from.rawValue) }
        return (leftColumn, rightColumn)
    }

    /// The columns of `left JOIN right USING (...)`: the shared ones first and once.
    private func merge(
        _ left: FromItem, _ right: FromItem, _ shared: [(left: VisibleColumn, right: VisibleColumn)], isRight: Bool
    ) -> [VisibleColumn] {
        guard !shared.isEmpty else { return left.columns + right.columns }
        func isShared(_ column: VisibleColumn) -> Bool {
            shared.contains { Identifier.equal($0.left.name, column.name) }
        }
        // A RIGHT join is the mirrored LEFT join: its columns come first, and the shared ones from it.
        let (first, second) = isRight ? (right, left) : (left, right)
        var columns: [VisibleColumn] = []
        if isRight {
            for column in first.columns {
                if let pair = shared.first(where: { Identifier.equal($0.right.name, column.name) }) {
                    columns.append(pair.right)
                }
            }
        } else {
            columns = shared.map(\.left)
        }
        columns += first.columns.filter { !isShared($0) }
        columns += second.columns.filter { !isShared($0) }
        return columns
    }
}

extension ColumnFlags {
    /// The flags that come from a column's keys and default.
    package static func of(_ column: ColumnDefinition, at index: Int, in table: TableDefinition) -> ColumnFlags {
        var flags: ColumnFlags = []
        for key in table.indexes {
            for (position, part) in key.parts.enumerated() where part.column == index {
                flags.insert(.partOfKey)
                guard position == 0 else {
                    if key.kind == .primary { flags.insert(.primaryKey) }
                    continue
                }
                switch key.kind {
                case .primary: flags.insert(.primaryKey)
                case .unique where key.parts.count == 1: flags.insert(.uniqueKey)
                default: flags.insert(.multipleKey)
                }
            }
        }
        if flags.contains(.primaryKey) { flags.remove(.multipleKey) }
        if column.isAutoIncrement { flags.insert(.autoIncrement) }
        if !column.isNullable, !column.isAutoIncrement, column.defaultValue == .none, column.generated == nil {
            flags.insert(.noDefaultValue)
        }
        if column.onUpdateCurrentTimestamp != nil { flags.insert(.onUpdateNow) }
        return flags
    }
}
