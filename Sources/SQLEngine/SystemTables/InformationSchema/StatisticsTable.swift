import Storage

/// `information_schema.STATISTICS`: a row for each part of each index.
enum StatisticsTable {
    static let rows: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        for definition in context.catalog.definitions {
            var sequence: Int64 = 0
            for (place, key) in definition.keys.enumerated() where key == "PRI" {
                sequence += 1
                result.append(
                    [
                        "def", .text(definition.schema), .text(definition.name), 0, .text(definition.schema), "PRIMARY",
                        .integer(sequence), .text(definition.columns[place].name), "A", nil, nil, nil, "", "BTREE", "", "",
                        "YES", nil,
                    ])
            }
        }
        try context.forEachTable { table in
            for index in ordered(table.definition) {
                for (sequence, part) in index.parts.enumerated() {
                    result.append(row(part, sequence, index, table.definition))
                }
            }
        }
        return result
    }

    /// The primary key, unique keys, the others.
    private static func ordered(_ table: TableDefinition) -> [IndexDefinition] {
        table.indexes.filter { $0.kind == .primary } + table.indexes.filter { $0.kind == .unique }
            + table.indexes.filter { $0.kind != .primary && $0.kind != .unique }
    }

    private static func row(
        _ part: IndexDefinition.Part, _ sequence: Int, _ index: IndexDefinition, _ table: TableDefinition
    ) -> [SystemValue] {
        let isUnique = index.kind == .primary || index.kind == .unique
        let isNullable = part.column.map { table.columns[$0].isNullable } ?? true
        let type: SystemValue =
            switch index.kind {
            case .fullText: "FULLTEXT"
            case .spatial: "SPATIAL"
            default: "BTREE"
            }
        return [
            "def", .text(table.schema), .text(table.name), isUnique ? 0 : 1, .text(table.schema), .text(index.name),
            .count(sequence + 1), .text(orNull: part.column.map { table.columns[$0].name }),
            index.kind == .fullText ? nil : .text(part.isDescending ? "D" : "A"), 0,
            part.prefixLength.map { .count($0) } ?? nil, nil, .text(isNullable ? "YES" : ""), type, "",
            .text(index.comment), .yesNo(!index.isInvisible), .text(orNull: part.expression),
        ]
    }
}
