import MySQLParser
import MySQLProtocol

/// What LOCK TABLES (or FLUSH TABLES ... WITH READ LOCK) locked for a session: it may use these tables and no others, by
/// the names that it locked them with.
struct LockedTables {
    struct Entry {
        var schema: String
        var name: String
        /// The name that statements must use, the table's own when no alias was given. Nil for a table that was locked
        /// because a view or a foreign key needs it: any name will do.
        var alias: String?
        var isWrite: Bool
    }

    var entries: [Entry] = []

    /// Nothing may be changed: all statements read one snapshot, also of what replication brings meanwhile.
    var isReadOnly: Bool { !entries.contains { $0.isWrite } }

    private func entry(_ schema: String, _ name: String, alias: String, isImplicit: Bool) -> Entry? {
        func find(_ fits: (Entry) -> Bool) -> Entry? {
            let found = entries.filter { $0.schema == schema && $0.name == name && fits($0) }
            return found.first { $0.isWrite } ?? found.first
        }
        return find { $0.alias == alias } ?? (isImplicit ? find { _ in true } : nil)
    }

    /// Error 1100 for a table that was not locked under this name.
    func checkUse(_ schema: String, _ name: String, alias: String, isImplicit: Bool) throws(SQLError) {
        guard entry(schema, name, alias: alias, isImplicit: isImplicit) != nil else {
            throw SQLError(.tableNotLocked, alias)
        }
    }

    /// Errors 1100 and 1099 for a table that was not locked for writing.
    func checkChange(_ schema: String, _ name: String, alias: String) throws(SQLError) {
        // A view's table is locked for it under no name.
        let implicit = entries.first { $0.schema == schema && $0.name == name && $0.alias == nil && $0.isWrite }
        guard let entry = entry(schema, name, alias: alias, isImplicit: false) ?? implicit else {
            throw SQLError(.tableNotLocked, alias)
        }
        guard entry.isWrite else { throw SQLError(.tableNotLockedForWrite, alias) }
    }

    /// Errors 1100 and 1099 for a DDL about tables.
    func check(_ statement: MySQLParser.Statement, currentSchema: String?) throws(SQLError) {
        func change(_ name: ObjectName) throws(SQLError) {
            let schema = name.schema ?? currentSchema ?? ""
            guard let entry = entries.filter({ $0.schema == schema && $0.name == name.name }).max(by: { !$0.isWrite && $1.isWrite })
            else { throw SQLError(.tableNotLocked, name.name) }
            guard entry.isWrite else { throw SQLError(.tableNotLockedForWrite, name.name) }
        }
        switch statement {
        case .createTable(let create): if !create.isTemporary { throw SQLError(.tableNotLocked, create.name.name) }
        case .alterTable(let alter): try change(alter.name)
        case .createIndex(let create): try change(create.table)
        case .dropIndex(let drop): try change(drop.table)
        case .truncateTable(let name): try change(name)
        case .dropTable(let drop): for name in drop.names { try change(name) }
        case .renameTable(let renames): for rename in renames { try change(rename.from) }
        default: break
        }
    }
}
