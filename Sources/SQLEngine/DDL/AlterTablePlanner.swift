import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// What an ALTER TABLE makes of a table: the new definition, and where each of its columns comes from.
struct AlteredTable {
    /// Where the values of a column of the new table come from.
    enum Source: Equatable {
        /// A column of the old table, by its place.
        case old(Int)
        /// A new column: its default for every row.
        case added
    }

    var definition: TableDefinition
    /// One for each column of the new definition.
    var sources: [Source]
    /// Whether the stored rows change: otherwise the dictionary (and SQLite's indexes) suffice.
    var rebuildsRows: Bool
}

/// Plans ALTER TABLE, CREATE INDEX and DROP INDEX on a definition. Pure; the applier of each member runs it at the
/// statement's place in the order.
struct AlterTablePlanner {
    let environment: DDLEnvironment

    func plan(_ statement: AlterTableStatement, on table: TableDefinition) throws(SQLError) -> AlteredTable {
        // Dropped and changed columns are named as the old table has them, however the statement's parts are ordered.
        var builder = TableDefinitionBuilder(environment: environment, altering: table)
        var sources = Dictionary(
            uniqueKeysWithValues: table.columns.enumerated().map { ($0.element.name.lowercasedASCII, $0.offset) })
        var rebuildsRows = false

        for action in statement.actions {
            if case .dropColumn(let name) = action {
                guard let position = builder.position(of: name) else { throw SQLError(.cantDropFieldOrKey, name) }
                guard builder.table.columns.count > 1 || addsColumn(statement) else {
                    throw SQLError(.cantRemoveAllFields)
                }
                try checkNotUsed(name, in: builder.table)
                try builder.drop(column: position)
                sources[name.lowercasedASCII] = nil
                rebuildsRows = true
            }
        }
        for action in statement.actions {
            switch action {
            case .dropColumn: break
            case .addColumn(let column, let position):
                try builder.add(column, at: position)
                sources[column.name.lowercasedASCII] = nil
                rebuildsRows = true
            case .changeColumn(let old, let column, let position):
                try change(old, to: column, position, &builder, &sources)
                rebuildsRows = true
            case .modifyColumn(let column, let position):
                try change(column.name, to: column, position, &builder, &sources)
                rebuildsRows = true
            case .renameColumn(let from, let to):
                guard let position = builder.position(of: from) else { throw SQLError(.badFieldError, from, table.name) }
                try builder.rename(column: position, to: to)
                let source = sources.removeValue(forKey: from.lowercasedASCII)
                sources[to.lowercasedASCII] = source
                rebuildsRows = true
            case .setColumnDefault(let name, let value):
                guard let position = builder.position(of: name) else { throw SQLError(.badFieldError, name, table.name) }
                try builder.setDefault(of: position, to: value)
            case .dropColumnDefault(let name):
                guard let position = builder.position(of: name) else { throw SQLError(.badFieldError, name, table.name) }
                builder.dropDefault(of: position)
            case .setColumnVisible(let name, let isVisible):
                guard let position = builder.position(of: name) else { throw SQLError(.badFieldError, name, table.name) }
                builder.setVisible(column: position, isVisible)
            case .dropIndex(let name):
                if name.lowercasedASCII == "primary" { rebuildsRows = true }
                try builder.dropIndex(name)
            case .dropPrimaryKey:
                guard builder.table.primaryKey != nil else { throw SQLError(.cantDropFieldOrKey, "PRIMARY") }
                try builder.dropIndex("PRIMARY")
                rebuildsRows = true
            case .dropForeignKey(let name):
                try builder.dropForeignKey(name)
                rebuildsRows = true
            case .dropCheck(let name): try builder.dropCheck(name)
            case .dropConstraint(let name):
                if builder.table.checks.contains(where: { Identifier.equal($0.name, name) }) {
                    try builder.dropCheck(name)
                } else if builder.table.foreignKeys.contains(where: { Identifier.equal($0.name, name) }) {
                    try builder.dropForeignKey(name)
                    rebuildsRows = true
                } else if builder.table.indexes.contains(where: { Identifier.equal($0.name, name) && $0.kind != .secondary }) {
                    try builder.dropIndex(name)
                    if name.lowercasedASCII == "primary" { rebuildsRows = true }
                } else {
                    throw SQLError(.constraintNotFound, name)
                }
            case .addIndex(let index):
                builder.add(index)
                if index.kind == .primary { rebuildsRows = true }
            case .addForeignKey(let key):
                builder.add(key)
                rebuildsRows = true
            case .addCheck(let check): builder.add(check)
            case .setIndexVisible(let name, let isVisible): try builder.setIndexVisible(name, isVisible)
            case .setCheckEnforced(let name, let isEnforced): try builder.setCheckEnforced(name, isEnforced)
            case .renameIndex(let from, let to): try builder.renameIndex(from, to: to)
            case .renameTable(let name):
                try builder.rename(toSchema: name.schema ?? table.schema, name: name.name)
            case .convertCharset(let charset, let collation):
                builder.convert(
                    to: try CollationChoice.resolve(
                        charset: charset, collation: collation, isBinary: false,
                        default: environment.databaseCollation, warn: environment.warn))
                rebuildsRows = true
            case .options(let options): try builder.apply(options)
            case .orderBy, .enableKeys, .disableKeys, .validation: break
            case .force: rebuildsRows = true
            case .algorithm(let name):
                guard ["default", "inplace", "copy", "instant"].contains(name.lowercasedASCII) else {
                    throw SQLError(.unknownAlterAlgorithm, name)
                }
            case .lock(let name):
                guard ["default", "none", "shared", "exclusive"].contains(name.lowercasedASCII) else {
                    throw SQLError(.unknownAlterLock, name)
                }
            case .partitionBy, .removePartitioning, .addPartitions, .dropPartitions, .truncatePartitions,
                .coalescePartitions, .reorganizePartitions, .exchangePartition, .maintainPartitions:
                throw SQLError(.notSupportedYet, "partitioned tables")
            case .tablespace: throw SQLError(.notSupportedYet, "tablespaces")
            }
        }
        let hadPrimaryKey = table.primaryKey != nil
        try builder.finish()
        try checkForeignKeysHaveIndexes(builder.table)
        if hadPrimaryKey != (builder.table.primaryKey != nil) { rebuildsRows = true }
        return AlteredTable(
            definition: builder.table,
            sources: builder.table.columns.map { column in
                sources[column.name.lowercasedASCII].map { .old($0) } ?? .added
            },
            rebuildsRows: rebuildsRows)
    }

    /// CREATE INDEX as the ALTER TABLE that it is.
    static func alteration(_ create: CreateIndexStatement) -> AlterTableStatement {
        AlterTableStatement(name: create.table, actions: [.addIndex(create.index)])
    }

    /// DROP INDEX as the ALTER TABLE that it is.
    static func alteration(_ drop: DropIndexStatement) -> AlterTableStatement {
        AlterTableStatement(name: drop.table, actions: [.dropIndex(drop.name)])
    }

    private func addsColumn(_ statement: AlterTableStatement) -> Bool {
        statement.actions.contains { action in
            if case .addColumn = action { true } else { false }
        }
    }

    private func change(
        _ old: String, to column: ColumnSyntax, _ position: AlterTableAction.Position?,
        _ builder: inout TableDefinitionBuilder, _ sources: inout [String: Int]
    ) throws(SQLError) {
        guard let place = builder.position(of: old) else { throw SQLError(.badFieldError, old, builder.table.name) }
        try builder.change(place, to: column, position: position)
        let source = sources.removeValue(forKey: old.lowercasedASCII)
        sources[column.name.lowercasedASCII] = source
    }

    /// A column that a check or a generated column mentions stays.
    private func checkNotUsed(_ name: String, in table: TableDefinition) throws(SQLError) {
        func mentions(_ expression: String) throws(SQLError) -> Bool {
            try StatementParsing.expression(Array(expression.utf8)).referencedColumns.contains { Identifier.equal($0, name) }
        }
        for column in table.columns {
            if let generated = column.generated, try mentions(generated.expression) {
                throw SQLError(.dependentByGeneratedColumn, name)
            }
        }
        for check in table.checks where try mentions(check.expression) {
            throw SQLError(.dependentByCheckConstraint, check.name, name)
        }
    }

    private func checkForeignKeysHaveIndexes(_ table: TableDefinition) throws(SQLError) {
        for key in table.foreignKeys {
            let isIndexed = table.indexes.contains { index in
                index.parts.count >= key.columns.count && zip(index.parts, key.columns).allSatisfy { $0.column == $1 }
            }
            guard isIndexed else {
                let name = key.columns.first.map { table.columns[$0].name } ?? key.name
                throw SQLError(.dropIndexFk, name)
            }
        }
    }
}
