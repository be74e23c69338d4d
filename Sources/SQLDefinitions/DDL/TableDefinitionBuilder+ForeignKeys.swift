import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// Foreign keys of a table that is being defined.
extension TableDefinitionBuilder {
    package mutating func build(_ syntax: ForeignKeySyntax) throws(SQLError) {
        var columns: [Int] = []
        for name in syntax.columns {
            guard let position = position(of: name) else { throw SQLError(.keyColumnDoesNotExits, name) }
            columns.append(position)
        }
        let name = syntax.name ?? freeForeignKeyName()
        try Identifier.checkLength(name)
        guard !table.foreignKeys.contains(where: { Identifier.equal($0.name, name) }) else {
            throw SQLError(.fkDupName, name)
        }
        let parentSchema = syntax.referencedTable.schema ?? table.schema
        // REFERENCES without columns means the primary key.
        var referenced = syntax.referencedColumns
        if referenced.isEmpty {
            let isSelf = parentSchema == table.schema && syntax.referencedTable.name == table.name
            let parent = isSelf ? table : environment.table(parentSchema, syntax.referencedTable.name)
            let primary = parent?.indexes.first { $0.kind == .primary }
            referenced = primary?.parts.compactMap { part in part.column.flatMap { parent?.columns[$0].name } } ?? []
        }
        guard syntax.columns.count == referenced.count else {
            let shown = syntax.name ?? "foreign key without name"
            throw SQLError(.wrongFkDef, shown, "Key reference and table reference don't match")
        }
        let key = ForeignKeyDefinition(
            name: name, columns: columns, referencedSchema: parentSchema, referencedTable: syntax.referencedTable.name,
            referencedColumns: referenced,
            onDelete: .init(rawValue: (syntax.onDelete ?? .noAction).rawValue) ?? .noAction,
            onUpdate: .init(rawValue: (syntax.onUpdate ?? .noAction).rawValue) ?? .noAction)
        for column in columns where table.columns[column].generated.map({ !$0.isStored }) ?? false {
            throw SQLError(.fkCannotUseVirtualColumn, name, table.columns[column].name)
        }
        if key.onDelete == .setDefault || key.onUpdate == .setDefault { throw SQLError(.cannotAddForeign) }
        for column in columns where key.onDelete == .setNull || key.onUpdate == .setNull {
            guard table.columns[column].isNullable else {
                throw SQLError(.fkColumnNotNull, table.columns[column].name, name)
            }
        }
        if environment.checksForeignKeys { try checkParent(of: key) }
        if !table.hasIndex(startingWith: columns) {
            var index = IndexDefinition(
                name: freeIndexName(syntax.name ?? syntax.indexName ?? table.columns[columns[0]].name), kind: .secondary,
                parts: columns.map { .init(column: $0) })
            index.isImplicit = true
            table.indexes.append(index)
        }
        table.foreignKeys.append(key)
    }

    private func freeForeignKeyName() -> String {
        let taken = table.foreignKeys.compactMap { key -> Int? in
            Self.number(of: key.name, after: table.name + "_ibfk_")
        }
        return "\(table.name)_ibfk_\((taken.max() ?? 0) + 1)"
    }

    /// Whether a foreign key's column may refer to one of that type.
    package static func areCompatible(_ mine: MySQLType, _ theirs: MySQLType) -> Bool {
        if mine.kind == .char || mine.kind == .varChar {
            return (theirs.kind == .char || theirs.kind == .varChar) && mine.collation == theirs.collation
        }
        return mine.kind == theirs.kind && mine.isUnsigned == theirs.isUnsigned && mine.decimals == theirs.decimals
    }

    private func checkParent(of key: ForeignKeyDefinition) throws(SQLError) {
        let isSelf = key.refers(to: table.schema, table.name)
        guard let parent = isSelf ? table : environment.table(key.referencedSchema, key.referencedTable) else {
            throw SQLError(.fkCannotOpenParent, key.referencedTable)
        }
        var positions: [Int] = []
        for (child, name) in zip(key.columns, key.referencedColumns) {
            guard let position = parent.columns.firstIndex(where: { Identifier.equal($0.name, name) }) else {
                throw SQLError(.fkNoColumnParent, name, key.name, key.referencedTable)
            }
            let (mine, theirs) = (table.columns[child].type, parent.columns[position].type)
            guard Self.areCompatible(mine, theirs) else {
                throw SQLError(.fkIncompatibleColumns, table.columns[child].name, name, key.name)
            }
            positions.append(position)
        }
        let isIndexed = parent.indexes.contains { index in
            (index.kind == .primary || index.kind == .unique) && index.parts.count == positions.count
                && zip(index.parts, positions).allSatisfy { $0.column == $1 && $0.prefixLength == nil }
        }
        // MySQL also takes a non-unique parent key (deprecated); SQLite does not.
        guard isIndexed else { throw SQLError(.fkNoIndexParent, key.name, key.referencedTable) }
    }
}
