import Storage

/// TABLE_CONSTRAINTS, KEY_COLUMN_USAGE, REFERENTIAL_CONSTRAINTS and CHECK_CONSTRAINTS of information_schema.
enum ConstraintsTables {
    static let tableConstraints: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        try context.forEachTable { published in
            let table = published.definition
            func add(_ name: String, _ type: SystemValue, _ isEnforced: Bool = true) {
                result.append(
                    ["def", .text(table.schema), .text(name), .text(table.schema), .text(table.name), type, .yesNo(isEnforced)])
            }
            for index in table.indexes where index.kind == .primary { add("PRIMARY", "PRIMARY KEY") }
            for index in table.indexes where index.kind == .unique { add(index.name, "UNIQUE") }
            for key in table.foreignKeys { add(key.name, "FOREIGN KEY") }
            for check in table.checks { add(check.name, "CHECK", check.isEnforced) }
        }
        return result
    }

    static let extensions: SystemTableRows = { context in
        try tableConstraints(context).map { row in [row[0], row[1], row[2], row[4], nil, nil] }
    }

    static let keyColumnUsage: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        try context.forEachTable { published in
            let table = published.definition
            func isVisible(_ column: Int) -> Bool {
                !context.columnPrivileges(table.columns[column].name, of: table.name, in: table.schema).isEmpty
            }
            for index in table.indexes where index.kind == .primary || index.kind == .unique {
                for (place, part) in index.parts.enumerated() {
                    guard let column = part.column, isVisible(column) else { continue }
                    result.append(
                        [
                            "def", .text(table.schema), .text(index.name), "def", .text(table.schema), .text(table.name),
                            .text(table.columns[column].name), .count(place + 1), nil, nil, nil, nil,
                        ])
                }
            }
            for key in table.foreignKeys {
                for (place, column) in key.columns.enumerated() where isVisible(column) {
                    result.append(
                        [
                            "def", .text(table.schema), .text(key.name), "def", .text(table.schema), .text(table.name),
                            .text(table.columns[column].name), .count(place + 1), .count(place + 1),
                            .text(key.referencedSchema), .text(key.referencedTable), .text(key.referencedColumns[place]),
                        ])
                }
            }
        }
        return result
    }

    static let referentialConstraints: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        try context.forEachTable { published in
            let table = published.definition
            for key in table.foreignKeys {
                let parent = context.dictionary.table(key.referencedSchema, key.referencedTable)?.definition
                result.append(
                    [
                        "def", .text(table.schema), .text(key.name), "def", .text(key.referencedSchema),
                        .text(orNull: uniqueKey(of: parent, key)), "NONE", .text(key.onUpdate.rawValue),
                        .text(key.onDelete.rawValue), .text(table.name), .text(key.referencedTable),
                    ])
            }
        }
        return result
    }

    /// The parent's key that a foreign key points at.
    private static func uniqueKey(of parent: TableDefinition?, _ key: ForeignKeyDefinition) -> String? {
        guard let parent else { return nil }
        let wanted = key.referencedColumns.map { $0.lowercased() }
        return parent.indexes.first { index in
            guard index.kind == .primary || index.kind == .unique else { return false }
            let names = index.parts.prefix(wanted.count).map { $0.column.map { parent.columns[$0].name.lowercased() } ?? "" }
            return names == wanted
        }?.name
    }

    static let checkConstraints: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        try context.forEachTable { published in
            let table = published.definition
            for check in table.checks {
                result.append(["def", .text(table.schema), .text(check.name), .text(check.expression)])
            }
        }
        return result
    }
}
