import MySQLTypes

/// How a table is kept in SQLite: every object there is named by a number of the dictionary's, never by a word of a
/// user's. So no name can be broken out of, none collides with another (`a.b`.`c` and `a`.`b.c`, T1 and t1, rowid), and
/// a change of a name changes the dictionary alone.
extension TableDefinition {
    /// The SQLite table that holds the rows: `t17`; a session's temporary table, which is in SQLite's temporary
    /// database, `x3`.
    public var sqliteName: String {
        isTemporary ? "x" + String(temporaryNumber) : "t" + String(id)
    }

    /// `i17_2`: an index of table 17.
    public func sqliteName(of index: IndexDefinition) -> String {
        (isTemporary ? "j" + String(temporaryNumber) : "i" + String(id)) + "_" + String(index.id)
    }

    /// Gives numbers to the columns and indexes that have none yet: never one that the table had before. New columns are
    /// stored behind the others.
    public mutating func numberParts() {
        for place in columns.indices where columns[place].id == 0 {
            lastColumnID += 1
            columns[place].id = lastColumnID
        }
        for place in indexes.indices where indexes[place].id == 0 {
            lastIndexID += 1
            indexes[place].id = lastIndexID
        }
        for column in columns where !storedColumns.contains(column.id) { storedColumns.append(column.id) }
    }

    /// The table is made (or made anew) in one piece: SQLite's columns are its columns, in their order.
    public mutating func storeAsListed() {
        numberParts()
        storedColumns = columns.map(\.id)
        for place in columns.indices { columns[place].olderRowsValue = nil }
    }

    /// A copy to be made as a table of its own.
    public mutating func forgetNumbers() {
        id = 0
        temporaryNumber = 0
        lastColumnID = 0
        lastIndexID = 0
        storedColumns = []
        for place in columns.indices {
            columns[place].id = 0
            columns[place].olderRowsValue = nil
        }
        for place in indexes.indices { indexes[place].id = 0 }
    }

    /// Where SQLite has the columns, in the table's order.
    var storedPlaces: [Int] {
        columns.map { column in storedColumns.firstIndex(of: column.id) ?? -1 }
    }

    /// The column that SQLite calls so.
    public func column(sqliteName: String) -> ColumnDefinition? {
        columns.first { $0.sqliteName == sqliteName }
    }

    /// The unique index that refused a row, from what SQLite says: the columns' names, or the index's where it is one over
    /// expressions.
    public func index(refusing columns: [String], index name: String?) -> IndexDefinition? {
        if let name { return indexes.first { sqliteName(of: $0) == name } }
        let refused = Set(columns)
        return indexes.first { index in
            (index.kind == .primary || index.kind == .unique)
                && Set(index.parts.compactMap { part in part.column.map { self.columns[$0].sqliteName } }) == refused
        }
    }

    /// SQLite's names of the columns that a foreign key refers to, when they are together a unique key of this table.
    func sqliteNames(ofKey names: [String]) -> [String]? {
        var places: [Int] = []
        for name in names {
            guard let place = columns.firstIndex(where: { Identifier.equal($0.name, name) }) else { return nil }
            places.append(place)
        }
        let isUnique = indexes.contains { index in
            (index.kind == .primary || index.kind == .unique) && index.parts.count == places.count
                && index.parts.allSatisfy { part in
                    part.prefixLength == nil && part.column.map { places.contains($0) } ?? false
                }
        }
        return isUnique ? places.map { columns[$0].sqliteName } : nil
    }
}

extension ColumnDefinition {
    /// `c5`.
    public var sqliteName: String { "c" + String(id) }
}
