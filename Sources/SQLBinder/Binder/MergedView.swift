import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// A view of columns of one table, through which rows may be changed (manual, "Updatable and Insertable Views"): the
/// statement is bound to the table under the view's names, with the view's condition added.
package struct MergedView {
    /// One view's condition, with the names that it knows the table's columns by.
    package struct Level {
        package var schema: String
        package var view: String
        /// How the view's query names what it reads.
        package var alias: String
        package var sourceSchema: String
        package var sourceName: String
        /// The view itself, for its definer.
        package var definition: ViewDefinition
        /// By the table's columns; nil for one that it does not see.
        package var names: [String?]
        package var condition: Expression?

        package init(
            schema: String, view: String, alias: String, sourceSchema: String, sourceName: String,
            definition: ViewDefinition, names: [String?], condition: Expression? = nil
        ) {
            self.schema = schema
            self.view = view
            self.alias = alias
            self.sourceSchema = sourceSchema
            self.sourceName = sourceName
            self.definition = definition
            self.names = names
            self.condition = condition
        }
    }

    package let schema: String
    package let name: String
    package let base: Table
    /// The view's column names, and the table's columns that they are; nil for an expression.
    package var columns: [(name: String, place: Int?)]
    /// All conditions that its rows meet, the innermost view's first.
    package var levels: [Level]
    /// The conditions that WITH CHECK OPTION demands of changed rows.
    package var checks: [Level]

    /// Names for the statement, by the table's columns.
    package var names: [String?] {
        base.definition.columns.indices.map { place in columns.first { $0.place == place }?.name }
    }

    /// Expressions among the columns: rows may be changed and deleted, not inserted.
    package var isInsertable: Bool { columns.allSatisfy { $0.place != nil } }

    package init(
        schema: String, name: String, base: Table, columns: [(name: String, place: Int?)], levels: [Level],
        checks: [Level]
    ) {
        self.schema = schema
        self.name = name
        self.base = base
        self.columns = columns
        self.levels = levels
        self.checks = checks
    }
}

extension MergedView {
    /// nil for a view that cannot be changed.
    package init?(
        _ view: ViewDefinition, depth: Int = 0, resolve: (ObjectName) throws(SQLError) -> ResolvedTable,
        table: (String, String) -> Table?, parse: (String) throws(SQLError) -> QueryExpression
    ) throws(SQLError) {
        guard depth < 32, view.algorithm != "TEMPTABLE" else { return nil }
        let query = try parse(view.query)
        guard case .select(let block) = query.body, query.with == nil, query.limit == nil, block.from.count == 1,
            case .table(let factor) = block.from[0], !block.isDistinct, block.groupBy == nil, block.having == nil,
            block.windows.isEmpty
        else { return nil }
        let inner: [(name: String, place: Int?)]
        schema = view.schema
        name = view.name
        levels = []
        checks = []
        switch try resolve(factor.name) {
        case .base(let definition):
            guard !definition.isTemporary, let found = table(definition.schema, definition.name) else { return nil }
            base = found
            inner = definition.columns.enumerated().map { ($1.name, $0) }
        case .view(let lower):
            guard
                let merged = try MergedView(lower, depth: depth + 1, resolve: resolve, table: table, parse: parse)
            else { return nil }
            base = merged.base
            inner = merged.columns
            levels = merged.levels
            checks = merged.checks
        case .system: return nil
        }
        columns = []
        for (position, item) in block.items.enumerated() {
            guard case .expression(let expression, _, let title) = item else { return nil }
            var refused = false
            expression.visit { node in
                switch node.kind {
                case .aggregate, .window, .subquery, .exists, .inSubquery, .quantified: refused = true
                default: break
                }
                return !refused
            }
            if refused { return nil }
            var place: Int?
            if case .column(let column) = expression.kind {
                place = inner.first { Identifier.equal($0.name, column.name) }?.place
            }
            if let place, columns.contains(where: { $0.place == place }) { return nil }
            columns.append((position < view.columns.count ? view.columns[position] : title, place))
        }
        let innerNames = base.definition.columns.indices.map { place in inner.first { $0.place == place }?.name }
        let level = Level(
            schema: view.schema, view: view.name, alias: factor.alias ?? factor.name.name,
            sourceSchema: factor.name.schema ?? view.schema, sourceName: factor.name.name, definition: view,
            names: innerNames, condition: block.where)
        levels.append(level)
        switch view.checkOption {
        case "CASCADED": checks = levels.map { Self.named($0, view) }
        case "LOCAL": checks.append(level)
        default: break
        }
    }

    /// CASCADED: the error names the view that asked.
    private static func named(_ level: Level, _ view: ViewDefinition) -> Level {
        var level = level
        level.schema = view.schema
        level.view = view.name
        return level
    }
}

extension Binder {
    /// The table of a merged view as a source under other names; all sources of one table share SQLite's alias.
    package func source(
        of table: TableDefinition, alias: String, schema: String, names: [String?], sharing other: TableSource? = nil
    ) -> TableSource {
        let plain = baseSource(table, alias: alias)
        let columns = plain.columns.enumerated().map { place, column in
            var column = column
            column.name = names[place] ?? ""
            column.isInvisible = names[place] == nil
            return column
        }
        let source = TableSource(
            id: other?.id ?? plain.id, alias: alias, schema: schema, originalTable: table.name, table: table,
            columns: columns)
        source.convertsTimestamps = plain.convertsTimestamps
        source.sqliteAlias = other?.sqliteAlias ?? plain.sqliteAlias
        return source
    }

    /// A view's condition over a row of `row`, as SQLite's text; nil when it has none.
    /// `uses`: what the view reads, for privileges.
    package func condition(
        _ level: MergedView.Level, over row: TableSource, _ table: TableDefinition, uses: [TableSource.Use] = []
    ) throws(SQLError) -> String? {
        guard let condition = level.condition else { return nil }
        let source = self.source(
            of: table, alias: level.alias, schema: level.sourceSchema, names: level.names, sharing: row)
        source.uses = uses
        let scope = Scope(parent: nil, columns: visible(source), sources: [source])
        return try isolated { () throws(SQLError) -> String in
            clause = .where
            return try builder.condition(bindScalar(condition, in: scope))
        }
    }
}
