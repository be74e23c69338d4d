import MySQLTypes
import Storage

/// Whether the rows of a table, as they are stored, are the rows of another definition of it too: then the dictionary
/// alone changes, in no time whatever the table's size.
package enum StoredForm {
    /// More columns than this SQLite's table does not get by instant changes: dropped ones keep their places. (SQLite's own
    /// limit is 2,000.)
    package static let maximumStoredColumns = 1_800

    package static func mustRebuild(_ old: TableDefinition, _ new: TableDefinition, _ sources: [AlteredTable.Source]) -> Bool {
        if new.storedColumns.count > maximumStoredColumns { return true }
        if key(old) != key(new) { return true }
        for (column, source) in zip(new.columns, sources) {
            switch source {
            case .old(let place):
                let before = old.columns[place]
                // Rows with NULL are to be refused; whoever was never NULL is not.
                if before.isNullable && !column.isNullable { return true }
                if before.generated?.expression != column.generated?.expression { return true }
                if !keepsValues(before.type, as: column.type) { return true }
                if column.isAutoIncrement && !before.isAutoIncrement { return true }
            case .added:
                if column.generated != nil || column.isAutoIncrement { return true }
                if case .expression = column.defaultValue { return true }
            }
        }
        return false
    }

    /// The primary key by its columns' numbers.
    private static func key(_ table: TableDefinition) -> [String] {
        table.primaryKey?.parts.map { part in
            "\(part.column.map { table.columns[$0].id } ?? 0) \(part.prefixLength ?? 0) \(part.isDescending) \(part.expression ?? "")"
        } ?? []
    }

    /// Whether each stored value of one type is, as it is, the same value of the other.
    package static func keepsValues(_ old: MySQLType, as new: MySQLType) -> Bool {
        if old == new { return true }
        switch (old.kind, new.kind) {
        case (.varChar, .varChar): return old.collation == new.collation && new.length >= old.length
        case (.varBinary, .varBinary): return new.length >= old.length
        case (.enumeration, .enumeration), (.set, .set):
            return old.collation == new.collation && new.members.count >= old.members.count
                && zip(old.members, new.members).allSatisfy { Identifier.isSame($0, $1) }
        default: break
        }
        if let before = rank(old.kind, integers), let after = rank(new.kind, integers) {
            // The upper half of BIGINT UNSIGNED is carried otherwise.
            return after >= before && old.isUnsigned == new.isUnsigned && !(new.kind == .bigInt && new.isUnsigned && before != after)
        }
        if let before = rank(old.kind, texts), let after = rank(new.kind, texts) {
            return after >= before && old.collation == new.collation
        }
        if let before = rank(old.kind, blobs), let after = rank(new.kind, blobs) { return after >= before }
        return false
    }

    private static let integers: [MySQLType.Kind] = [.tinyInt, .smallInt, .mediumInt, .int, .bigInt]
    private static let texts: [MySQLType.Kind] = [.tinyText, .text, .mediumText, .longText]
    private static let blobs: [MySQLType.Kind] = [.tinyBlob, .blob, .mediumBlob, .longBlob]

    private static func rank(_ kind: MySQLType.Kind, _ kinds: [MySQLType.Kind]) -> Int? { kinds.firstIndex(of: kind) }
}
