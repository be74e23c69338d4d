import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// What an ALTER TABLE makes of a table: the new definition, and where each of its columns comes from.
package struct AlteredTable {
    /// Where the values of a column of the new table come from.
    package enum Source: Equatable {
        /// A column of the old table, by its place.
        case old(Int)
        /// A new column: its default for every row.
        case added
    }

    package var definition: TableDefinition
    /// One for each column of the new definition.
    package var sources: [Source]
    /// Whether the stored rows change: otherwise the dictionary (and SQLite's indexes) suffice.
    package var rebuildsRows: Bool

    package init(definition: TableDefinition, sources: [Source], rebuildsRows: Bool) {
        self.definition = definition
        self.sources = sources
        self.rebuildsRows = rebuildsRows
    }
}

/// Plans ALTER TABLE, CREATE INDEX and DROP INDEX on a definition. Pure; the applier of each member runs it at the
/// statement's place in the order.
///
/// The statement is judged as a whole, in MySQL's order: first what becomes of each column that there is, then the new and
/// moved ones as they are written, then indexes and constraints, and all of that as if the table were made so.
package struct AlterTablePlanner {
    package let environment: DDLEnvironment

    /// A column as the new table lists it.
    private struct Entry {
        var column: ColumnDefinition
        var old: Int?
    }

    /// ADD, CHANGE and MODIFY, in the statement's order.
    private struct Definition {
        /// The column's present name; nil for a new one.
        var old: String?
        var syntax: ColumnSyntax
        var position: AlterTableAction.Position?
        /// The column of that name.
        var place: Int?
    }

    /// ALTER COLUMN and RENAME COLUMN.
    private struct ColumnChange {
        enum Kind {
            case setDefault(ColumnSyntax.Default)
            case dropDefault
            case setVisible(Bool)
            case rename(String)
        }

        var name: String
        var kind: Kind
    }

    /// DROP COLUMN, DROP INDEX: those that find nothing are error 1091, the first one written first.
    private struct Drop {
        var name: String
        var isColumn: Bool
        var isDone = false
    }

    package func plan(_ statement: AlterTableStatement, on table: TableDefinition) throws(SQLError) -> AlteredTable {
        var alteration = AlterAlgorithm.Request()
        for action in statement.actions { try alteration.read(action) }
        try alteration.check()
        var builder = TableDefinitionBuilder(environment: environment, altering: table)
        var definitions: [Definition] = []
        var changes: [ColumnChange] = []
        var drops: [Drop] = []
        for action in statement.actions {
            switch action {
            case .addColumn(let syntax, let position):
                definitions.append(Definition(old: nil, syntax: syntax, position: position))
            case .changeColumn(let old, let syntax, let position):
                definitions.append(Definition(old: old, syntax: syntax, position: position))
            case .modifyColumn(let syntax, let position):
                definitions.append(Definition(old: syntax.name, syntax: syntax, position: position))
            case .renameColumn(let from, let to): changes.append(ColumnChange(name: from, kind: .rename(to)))
            case .setColumnDefault(let name, let value): changes.append(ColumnChange(name: name, kind: .setDefault(value)))
            case .dropColumnDefault(let name): changes.append(ColumnChange(name: name, kind: .dropDefault))
            case .setColumnVisible(let name, let isVisible):
                changes.append(ColumnChange(name: name, kind: .setVisible(isVisible)))
            case .dropColumn(let name): drops.append(Drop(name: name, isColumn: true))
            case .dropIndex(let name): drops.append(Drop(name: name, isColumn: false))
            case .dropForeignKey(let name), .dropConstraint(let name):
                builder.droppedForeignKeys.insert(Identifier.key(name))
            case .dropPrimaryKey: drops.append(Drop(name: "PRIMARY", isColumn: false))
            default: break
            }
        }
        let entries = try columns(of: table, &definitions, &changes, &drops, &builder)
        for place in drops.indices where !drops[place].isColumn {
            drops[place].isDone = builder.removeIndex(drops[place].name)
        }
        try checkDropped(table, entries, statement)
        guard !entries.isEmpty else { throw SQLError(.cantRemoveAllFields) }
        try indexChanges(statement, &builder)
        if let missing = drops.first(where: { !$0.isDone }) { throw SQLError(.cantDropFieldOrKey, missing.name) }
        try builder.replaceColumns(entries.map(\.column), from: entries.map(\.old))
        try constraints(statement, &builder)
        try builder.finish()
        var definition = builder.table
        let sources: [AlteredTable.Source] = entries.map { entry in entry.old.map { .old($0) } ?? .added }
        for (place, source) in sources.enumerated() {
            guard case .old(let old) = source else { continue }
            definition.columns[place].id = table.columns[old].id
            definition.columns[place].olderRowsValue = table.columns[old].olderRowsValue
        }
        definition.numberParts()
        try checkForeignKeys(table, definition)
        try alteration.check(
            AlterAlgorithm.support(
                of: statement, from: table, to: definition, sources, checksForeignKeys: environment.checksForeignKeys))
        return AlteredTable(
            definition: definition, sources: sources,
            rebuildsRows: forces(statement) || StoredForm.mustRebuild(table, definition, sources))
    }

    /// CREATE INDEX as the ALTER TABLE that it is.
    package static func alteration(_ create: CreateIndexStatement) -> AlterTableStatement {
        AlterTableStatement(
            name: create.table, actions: [.addIndex(create.index)] + options(create.algorithm, create.lock))
    }

    /// DROP INDEX as the ALTER TABLE that it is.
    package static func alteration(_ drop: DropIndexStatement) -> AlterTableStatement {
        AlterTableStatement(name: drop.table, actions: [.dropIndex(drop.name)] + options(drop.algorithm, drop.lock))
    }

    private static func options(_ algorithm: String?, _ lock: String?) -> [AlterTableAction] {
        (algorithm.map { [.algorithm($0)] } ?? []) + (lock.map { [.lock($0)] } ?? [])
    }

    private func forces(_ statement: AlterTableStatement) -> Bool {
        statement.actions.contains { action in
            switch action {
            case .force: true
            case .options(let options): options.engine != nil
            default: false
            }
        }
    }

    // MARK: Columns

    private func columns(
        of table: TableDefinition, _ definitions: inout [Definition], _ changes: inout [ColumnChange],
        _ drops: inout [Drop], _ builder: inout TableDefinitionBuilder
    ) throws(SQLError) -> [Entry] {
        var entries: [Entry] = []
        for (place, column) in table.columns.enumerated() {
            if let drop = drops.firstIndex(where: { $0.isColumn && !$0.isDone && Identifier.equal($0.name, column.name) }) {
                drops[drop].isDone = true
                continue
            }
            if let found = definitions.firstIndex(where: { definition in
                definition.place == nil && definition.old.map { Identifier.equal($0, column.name) } ?? false
            }) {
                definitions[found].place = place
                if definitions[found].position == nil {
                    entries.append(Entry(column: try builder.column(definitions[found].syntax), old: place))
                }
                continue
            }
            var kept = column
            if let change = changes.firstIndex(where: { Identifier.equal($0.name, column.name) }) {
                switch changes[change].kind {
                case .setDefault(let value): try builder.setDefault(of: &kept, to: value)
                case .dropDefault: kept.defaultValue = .none
                case .setVisible(let isVisible): kept.isInvisible = !isVisible
                case .rename(let name):
                    try builder.check(columnName: name)
                    kept.name = name
                }
                changes.remove(at: change)
            }
            entries.append(Entry(column: kept, old: place))
        }
        for definition in definitions {
            if let old = definition.old, definition.place == nil { throw SQLError(.badFieldError, old, table.name) }
            switch definition.position {
            case nil:
                if definition.old == nil {
                    entries.append(Entry(column: try builder.column(definition.syntax), old: nil))
                }
            case .first?:
                entries.insert(Entry(column: try builder.column(definition.syntax), old: definition.place), at: 0)
            case .after(let name)?:
                let entry = Entry(column: try builder.column(definition.syntax), old: definition.place)
                guard let found = entries.firstIndex(where: { Identifier.equal($0.column.name, name) }) else {
                    throw SQLError(.badFieldError, name, table.name)
                }
                entries.insert(entry, at: found + 1)
            }
        }
        if let change = changes.first { throw SQLError(.badFieldError, change.name, table.name) }
        return entries
    }

    // MARK: Dependencies

    /// A column that an expression mentions can be neither dropped nor renamed.
    private func checkDropped(
        _ table: TableDefinition, _ entries: [Entry], _ statement: AlterTableStatement
    ) throws(SQLError) {
        let droppedChecks = statement.actions.compactMap { action -> String? in
            switch action {
            case .dropCheck(let name), .dropConstraint(let name): name
            default: nil
            }
        }
        for (place, column) in table.columns.enumerated() {
            let entry = entries.first { $0.old == place }
            if let entry, Identifier.equal(entry.column.name, column.name) { continue }
            let name = column.name
            if entry != nil { try checkChecks(table, name, isRenamed: true, droppedChecks) }
            for other in entries {
                guard let old = other.old, old != place else { continue }
                let definition = table.columns[old]
                if let generated = definition.generated, try mentions(generated.expression, name) {
                    throw SQLError(.dependentByGeneratedColumn, name)
                }
            }
            for other in entries {
                guard let old = other.old, case .expression(let text) = table.columns[old].defaultValue else { continue }
                if try mentions(text, name) { throw SQLError(.dependentByDefaultGeneratedValue, name, table.name) }
            }
            for index in table.indexes where !drops(index, statement) {
                for part in index.parts {
                    guard let text = part.expression, try mentions(text, name) else { continue }
                    throw SQLError(.dependentByFunctionalIndex, name)
                }
            }
            if entry == nil { try checkChecks(table, name, isRenamed: false, droppedChecks) }
        }
    }

    private func drops(_ index: IndexDefinition, _ statement: AlterTableStatement) -> Bool {
        statement.actions.contains { action in
            if case .dropIndex(let name) = action { return Identifier.equal(name, index.name) }
            return false
        }
    }

    /// A check of the dropped column alone goes with it.
    private func checkChecks(
        _ table: TableDefinition, _ name: String, isRenamed: Bool, _ dropped: [String]
    ) throws(SQLError) {
        for check in table.checks where !dropped.contains(where: { Identifier.equal($0, check.name) }) {
            let columns = try referencedColumns(check.expression)
            guard columns.contains(where: { Identifier.equal($0, name) }), isRenamed || columns.count > 1 else { continue }
            throw SQLError(.dependentByCheckConstraint, check.name, name)
        }
    }

    private func mentions(_ expression: String, _ column: String) throws(SQLError) -> Bool {
        try referencedColumns(expression).contains { Identifier.equal($0, column) }
    }

    private func referencedColumns(_ expression: String) throws(SQLError) -> [String] {
        try StatementParsing.expression(Array(expression.utf8)).referencedColumns
    }

    // MARK: Indexes and constraints

    private func indexChanges(
        _ statement: AlterTableStatement, _ builder: inout TableDefinitionBuilder
    ) throws(SQLError) {
        var renames: [(from: String, to: String)] = []
        for action in statement.actions {
            switch action {
            case .renameIndex(let from, let to): renames.append((from, to))
            case .setIndexVisible(let name, let isVisible): try builder.setIndexVisible(name, isVisible)
            default: break
            }
        }
        try builder.renameIndexes(renames)
    }

    private func constraints(
        _ statement: AlterTableStatement, _ builder: inout TableDefinitionBuilder
    ) throws(SQLError) {
        for action in statement.actions {
            switch action {
            case .addColumn, .changeColumn, .modifyColumn, .renameColumn, .setColumnDefault, .dropColumnDefault,
                .setColumnVisible, .dropColumn, .dropIndex, .dropPrimaryKey, .renameIndex, .setIndexVisible, .algorithm,
                .lock:
                break
            case .dropForeignKey(let name): try builder.dropForeignKey(name)
            case .dropCheck(let name): try builder.dropCheck(name)
            case .dropConstraint(let name):
                if builder.table.checks.contains(where: { Identifier.equal($0.name, name) }) {
                    try builder.dropCheck(name)
                } else if builder.table.foreignKeys.contains(where: { Identifier.equal($0.name, name) }) {
                    try builder.dropForeignKey(name)
                } else if let index = builder.table.indexes.first(where: { Identifier.equal($0.name, name) }),
                    index.kind != .secondary
                {
                    _ = builder.removeIndex(name)
                } else {
                    throw SQLError(.constraintNotFound, name)
                }
            case .addIndex(let index): builder.add(index)
            case .addForeignKey(let key): builder.add(key)
            case .addCheck(let check): builder.add(check)
            case .setCheckEnforced(let name, let isEnforced): try builder.setCheckEnforced(name, isEnforced)
            case .renameTable(let name):
                try builder.rename(toSchema: name.schema ?? builder.table.schema, name: name.name)
            case .convertCharset(let charset, let collation):
                builder.convert(
                    to: try CollationChoice.resolve(
                        charset: charset, collation: collation, isBinary: false,
                        default: environment.databaseCollation, warn: environment.warn))
            case .options(let options): try builder.apply(options)
            case .orderBy, .enableKeys, .disableKeys, .validation, .force: break
            case .partitionBy, .removePartitioning, .addPartitions, .dropPartitions, .truncatePartitions,
                .coalescePartitions, .reorganizePartitions, .exchangePartition, .maintainPartitions:
                throw SQLError(.notSupportedYet, "partitioned tables")
            case .tablespace: throw SQLError(.notSupportedYet, "tablespaces")
            }
        }
    }

    /// Keys that foreign keys need stay, on both sides; so do the types of their columns.
    private func checkForeignKeys(_ old: TableDefinition, _ new: TableDefinition) throws(SQLError) {
        for key in new.foreignKeys {
            guard !new.hasIndex(startingWith: key.columns) else { continue }
            let gone = old.indexes.first { index in !new.indexes.contains { Identifier.equal($0.name, index.name) } }
            throw SQLError(.dropIndexFk, gone?.name ?? key.columns.first.map { new.columns[$0].name } ?? key.name)
        }
        guard environment.checksForeignKeys else { return }
        for key in new.foreignKeys where old.foreignKeys.contains(where: { Identifier.isSame($0.name, key.name) }) {
            let isOwn = key.refers(to: old.schema, old.name)
            guard let parent = isOwn ? new : environment.table(key.referencedSchema, key.referencedTable) else { continue }
            try checkTypes(key, new, parent)
        }
        for child in environment.children(old.schema, old.name) where child.id != old.id {
            for key in child.foreignKeys where key.refers(to: old.schema, old.name) {
                var places: [Int] = []
                for name in key.referencedColumns {
                    let before = old.columns.first { Identifier.equal($0.name, name) }
                    guard let before else { continue }
                    guard let place = new.columns.firstIndex(where: { $0.id == before.id }) else {
                        throw SQLError(.fkColumnCannotDropChild, before.name, key.name, child.name)
                    }
                    try checkTypes(key, child, new, parentColumn: (before.name, place))
                    places.append(place)
                }
                let isKept = new.indexes.contains { index in
                    (index.kind == .primary || index.kind == .unique) && index.parts.count == places.count
                        && index.parts.allSatisfy { part in part.column.map { places.contains($0) } ?? false }
                }
                if !isKept, let gone = old.indexes.first(where: { index in
                    !new.indexes.contains { Identifier.equal($0.name, index.name) }
                }) {
                    throw SQLError(.dropIndexFk, gone.name)
                }
            }
        }
    }

    /// Error 3780.
    private func checkTypes(
        _ key: ForeignKeyDefinition, _ child: TableDefinition, _ parent: TableDefinition,
        parentColumn: (name: String, place: Int)? = nil
    ) throws(SQLError) {
        for (place, name) in zip(key.columns, key.referencedColumns) {
            if let parentColumn, !Identifier.equal(parentColumn.name, name) { continue }
            guard let found = parentColumn?.place ?? parent.columns.firstIndex(where: { Identifier.equal($0.name, name) })
            else { continue }
            guard TableDefinitionBuilder.areCompatible(child.columns[place].type, parent.columns[found].type) else {
                throw SQLError(
                    .fkIncompatibleColumns, child.columns[place].name, parent.columns[found].name, key.name)
            }
        }
    }

    package init(environment: DDLEnvironment) {
        self.environment = environment
    }
}
