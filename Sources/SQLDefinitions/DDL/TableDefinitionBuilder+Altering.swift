import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// What ALTER TABLE does with a table's columns and the names of its indexes.
extension TableDefinitionBuilder {
    /// The columns of an altered table, each with the place that it had, nil for a new one. Indexes and foreign keys name
    /// columns by their place: they follow; parts of indexes whose column is gone go, and indexes without parts.
    package mutating func replaceColumns(_ columns: [ColumnDefinition], from old: [Int?]) throws(SQLError) {
        var names: Set<ExactName> = []
        for column in columns {
            guard names.insert(Identifier.key(column.name)).inserted else { throw SQLError(.dupFieldname, column.name) }
        }
        guard columns.count <= TableLimits.columns else { throw SQLError(.tooManyFields) }
        let before = table.columns
        func present(_ place: Int) -> Int? { old.firstIndex(of: place) }
        for key in table.foreignKeys.indices {
            var places: [Int] = []
            for place in table.foreignKeys[key].columns {
                // A key that is dropped too is gone before its columns are looked at.
                guard let found = present(place) else {
                    guard droppedForeignKeys.contains(Identifier.key(table.foreignKeys[key].name)) else {
                        throw SQLError(.fkColumnCannotDrop, before[place].name, table.foreignKeys[key].name)
                    }
                    continue
                }
                places.append(found)
            }
            table.foreignKeys[key].columns = places
        }
        for index in table.indexes.indices {
            var isChanged = false
            var parts: [IndexDefinition.Part] = []
            for part in table.indexes[index].parts {
                var moved = part
                guard let place = part.column else {
                    parts.append(part)
                    continue
                }
                if let found = present(place) {
                    moved.column = found
                    parts.append(moved)
                    continue
                }
                isChanged = true
                // DROP COLUMN a, ADD COLUMN a: the index is on the new one.
                moved.column = columns.indices.first { old[$0] == nil && Identifier.equal(columns[$0].name, before[place].name) }
                guard let column = moved.column else { continue }
                if let length = moved.prefixLength {
                    moved.prefixLength = try prefixLength(UInt64(clamping: length), of: columns[column], .secondary)
                }
                parts.append(moved)
            }
            table.indexes[index].parts = parts
            // It is another index from here on.
            if isChanged { table.indexes[index].id = 0 }
        }
        table.indexes.removeAll { $0.parts.isEmpty }
        table.columns = columns
    }

    /// All at once: swaps are renames like any others.
    package mutating func renameIndexes(_ renames: [(from: String, to: String)]) throws(SQLError) {
        var names = table.indexes.map(\.name)
        for (from, to) in renames {
            guard let position = table.indexes.firstIndex(where: { Identifier.equal($0.name, from) }) else {
                throw SQLError(.keyDoesNotExits, from, table.name)
            }
            guard table.indexes[position].kind != .primary, !Identifier.equal(to, "primary") else {
                throw SQLError(.wrongNameForIndex, to)
            }
            try Identifier.check(to, .wrongNameForIndex)
            names[position] = to
        }
        for (position, name) in names.enumerated() {
            if names[..<position].contains(where: { Identifier.equal($0, name) }) { throw SQLError(.dupKeyname, name) }
            table.indexes[position].name = name
        }
    }
}

extension TableDefinition {
    /// Whether an index serves a foreign key on these columns.
    package func hasIndex(startingWith places: [Int]) -> Bool {
        indexes.contains { index in
            index.parts.count >= places.count
                && zip(index.parts, places).allSatisfy { $0.column == $1 && $0.prefixLength == nil }
        }
    }
}
