import MySQLParser
import MySQLProtocol
import SQLBinder
import Storage

/// LOCK TABLES, UNLOCK TABLES, FLUSH TABLES WITH READ LOCK.
///
/// The locks are this member's: other sessions of the member wait. What other members change is not held up by LOCK
/// TABLES (an applier that waited would stop the group's transactions behind it): it is applied, and a session that locked
/// for reading only goes on reading the moment of its locks. FLUSH TABLES WITH READ LOCK does hold the applier.
extension Session {
    /// LOCK TABLES.
    func lockTables(_ locks: [TableLock]) throws {
        let wantsToWrite = locks.contains { $0.kind == .write }
        for (index, lock) in locks.enumerated() {
            let alias = lock.alias ?? lock.table.name
            if locks[..<index].contains(where: { ($0.alias ?? $0.table.name) == alias && isSameSchema($0.table, lock.table) }) {
                throw SQLError(.nonuniqTable, alias)
            }
        }
        try commitImplicitly()
        unlockTables()
        if wantsToWrite { try storage.waitToWrite() }
        try take(locks)
    }

    private func isSameSchema(_ left: ObjectName, _ right: ObjectName) -> Bool {
        (left.schema ?? currentDatabase) == (right.schema ?? currentDatabase)
    }

    /// Takes the locks in one order that all sessions share, then makes sure that the tables are still what they were.
    private func take(_ locks: [TableLock]) throws {
        while true {
            let dictionary = storage.refreshDictionary()
            let locked = try resolve(locks)
            if locked.entries.contains(where: \.isWrite) { try checkWritable() }
            var modes: [UInt64: MetadataLockMode] = [:]
            for entry in locked.entries {
                let object = SchemaObject.hash(schema: entry.schema, table: entry.name)
                modes[object] = entry.isWrite || modes[object] == .noReadWrite ? .noReadWrite : .readOnly
            }
            do {
                for (object, mode) in modes.sorted(by: { $0.key < $1.key }) {
                    try storage.lockMetadata(object, mode, .explicit)
                }
            } catch {
                storage.releaseTableLocks()
                throw error
            }
            if storage.refreshDictionary().version == dictionary.version {
                lockedTables = locked
                lockedTablesVersion += 1
                try beginLockedRead()
                return
            }
            storage.releaseTableLocks()
        }
    }

    /// The tables with what their views and foreign keys need; errors 1046, 1146, 1044, 1142.
    private func resolve(_ locks: [TableLock]) throws -> LockedTables {
        var locked = LockedTables()
        for lock in locks {
            guard let schema = lock.table.schema ?? currentDatabase else { throw SQLError(.noDbError) }
            let name = lock.table.name
            let isWrite = lock.kind == .write
            // Nobody else has it.
            if storage.temporaryTable(schema, name) != nil { continue }
            try checkLockPrivilege(schema, name)
            locked.entries.append(
                LockedTables.Entry(schema: schema, name: name, alias: lock.alias ?? name, isWrite: isWrite))
            switch try resolveTable(lock.table) {
            case .base:
                if isWrite, let table = storage.dictionary.table(schema, name) { addRelated(to: table, &locked) }
            case .view:
                let binder = Binder(environment: self, builder: builder)
                // Its tables are wanted, and none of its columns.
                var block = SelectBlock(items: [.expression(Expression(.literal(.null)), alias: nil, name: "NULL")])
                block.from = [.table(TableFactor(name: ObjectName(schema: schema, name: name)))]
                _ = try binder.bindQuery(QueryExpression(body: .select(block)), parent: nil)
                binder.required.demandOfViews(.lockTables)
                try checkPrivileges(binder.required)
                for use in binder.tables.keys {
                    locked.entries.append(
                        LockedTables.Entry(schema: use.schema, name: use.name, alias: nil, isWrite: isWrite))
                }
            case .system: break
            }
        }
        return locked
    }

    /// FLUSH TABLES ... FOR EXPORT needs what LOCK TABLES ... READ does.
    func demandTableLocks(on tables: [ObjectName]) throws(SQLError) {
        for table in tables {
            guard let schema = table.schema ?? currentDatabase else { throw SQLError(.noDbError) }
            try checkLockPrivilege(schema, table.name)
        }
    }

    private func checkLockPrivilege(_ schema: String, _ name: String) throws(SQLError) {
        if schema.lowercased() == "information_schema" {
            throw SQLError(.dbaccessDeniedError, account.user, account.host, "information_schema")
        }
        let mine = privileges
        guard mine.privileges(onDatabase: schema).contains(.lockTables) else {
            throw SQLError(.dbaccessDeniedError, account.user, account.host, schema)
        }
        try demandPart(.select, schema: schema, table: name)
    }

    /// Foreign keys' checks read the parents and the children; cascades change the children.
    private func addRelated(to table: Table, _ locked: inout LockedTables) {
        for key in table.definition.foreignKeys {
            locked.entries.append(
                LockedTables.Entry(schema: key.referencedSchema, name: key.referencedTable, alias: nil, isWrite: false))
        }
        for child in storage.dictionary.children(of: table) {
            let isChanged = Self.cascades(from: table, to: child)
            let isKnown = locked.entries.contains {
                $0.schema == child.schema && $0.name == child.name && ($0.isWrite || !isChanged)
            }
            if isKnown { continue }
            locked.entries.append(
                LockedTables.Entry(schema: child.schema, name: child.name, alias: nil, isWrite: isChanged))
            if isChanged { addRelated(to: child, &locked) }
        }
    }

    /// UNLOCK TABLES, without what it commits: gives back what LOCK TABLES took.
    func unlockTables() {
        guard lockedTables != nil else { return }
        lockedTables = nil
        storage.releaseTableLocks()
        if storage.isReading, !transaction.isOpen { storage.endTransaction() }
    }

    /// At the session's end and where it starts anew.
    func releaseAllTableLocks() {
        unlockTables()
        storage.unlockGlobally()
    }

    /// FLUSH TABLES WITH READ LOCK; with names, LOCK TABLES ... READ of base tables.
    func flushTablesWithReadLock(_ tables: [ObjectName]) throws(SQLError) {
        do {
            if tables.isEmpty {
                try commitImplicitly()
                return try storage.lockGlobally()
            }
            for name in tables where storage.dictionary.view(name.schema ?? currentDatabase ?? "", name.name) != nil {
                throw SQLError(.wrongObject, name.schema ?? currentDatabase ?? "", name.name, "BASE TABLE")
            }
            try lockTables(tables.map { TableLock(table: $0, alias: nil, kind: .read) })
        } catch {
            throw sqlError(error)
        }
    }

    // MARK: - Statements that meet locks

    /// Sessions that locked for reading only read one snapshot until they unlock.
    func beginLockedRead() throws {
        guard let lockedTables, lockedTables.isReadOnly, !storage.isInTransaction else { return }
        try storage.beginReading()
    }

    /// Before the snapshot of a statement that changes `changed` and reads `read`: metadata locks, and error 1223.
    func lockForChange(
        _ changed: [(table: Table, alias: String)], read: [TableUse: TableDefinition], removesRows: Bool,
        lookup: PointLookup? = nil
    ) throws {
        let changed = changed.filter { !$0.table.definition.isTemporary }
        if !changed.isEmpty {
            if storage.holdsGlobalReadLock { throw SQLError(.cantUpdateWithReadlock) }
            try storage.waitToWrite()
        }
        if let lockedTables {
            for (table, alias) in changed { try lockedTables.checkChange(table.schema, table.name, alias: alias) }
        }
        var waited = false
        var seen: Set<UInt64> = []
        for (table, _) in changed { try lockForChange(table, removesRows, &seen, &waited) }
        if locksReads {
            let point = lookup.map { SchemaObject.hash(schema: $0.schema, table: $0.table) }
            for object in objects(read) where object != point { try storage.lockMetadata(object, .readOnly) }
            if storage.isSnapshotStale { waited = true }
        } else if storage.database.metadataLocks.mayExcludeReaders {
            for object in objects(read) where !seen.contains(object) {
                if try storage.lockMetadata(object, .read) { waited = true }
            }
        }
        if waited { try goOnAfterWait() }
    }

    private func lockForChange(
        _ table: Table, _ removesRows: Bool, _ seen: inout Set<UInt64>, _ waited: inout Bool
    ) throws {
        guard seen.insert(table.schemaObjectHash).inserted else { return }
        if try storage.lockMetadata(table.schemaObjectHash, .write) { waited = true }
        guard removesRows else { return }
        for child in storage.dictionary.children(of: table) where Self.cascades(from: table, to: child) {
            try lockForChange(child, true, &seen, &waited)
        }
    }

    static func cascades(from parent: Table, to child: Table) -> Bool {
        child.definition.foreignKeys.contains { key in
            guard key.referencedSchema == parent.schema, key.referencedTable == parent.name else { return false }
            return [.cascade, .setNull, .setDefault].contains(key.onDelete)
                || [.cascade, .setNull, .setDefault].contains(key.onUpdate)
        }
    }

    /// Before the snapshot of a query: it waits where another session holds LOCK TABLES ... WRITE.
    func lockForReading(_ tables: [TableUse: TableDefinition]) throws {
        guard storage.database.metadataLocks.mayExcludeReaders, !locksReads else { return }
        var waited = false
        for object in objects(tables) {
            if try storage.lockMetadata(object, .read) { waited = true }
        }
        if waited { try goOnAfterWait() }
    }

    func objects(_ tables: [TableUse: TableDefinition]) -> [UInt64] {
        tables.values.filter { !$0.isTemporary }.map { SchemaObject.hash(schema: $0.schema, table: $0.name) }.sorted()
    }

    /// What was waited for has changed the tables: the statement sees it, bound anew if they are others now.
    private func goOnAfterWait() throws {
        if storage.isInTransaction {
            if storage.isSnapshotStale, !keepsSnapshot { try storage.renewSnapshot() }
        } else if storage.database.dictionary.version != storage.dictionary.version {
            throw StorageError.definitionChanged
        }
    }

    /// Before a DDL or an account statement: errors 1100 and 1099.
    func checkLocks(_ statement: MySQLParser.Statement) throws {
        if let lockedTables { try lockedTables.check(statement, currentSchema: currentDatabase) }
        try storage.waitToWrite()
    }

    /// After a DDL under LOCK TABLES: dropped tables are locked no more, renamed ones under their new names.
    func adoptLocks(after statement: MySQLParser.Statement) throws {
        guard lockedTables != nil else { return }
        var renames: [(from: ObjectName, to: ObjectName)] = []
        switch statement {
        case .renameTable(let list): renames = list.map { ($0.from, $0.to) }
        case .alterTable(let alter):
            for case .renameTable(let name) in alter.actions { renames.append((alter.name, name)) }
        default: break
        }
        func place(_ name: ObjectName) -> (String, String) { (name.schema ?? currentDatabase ?? "", name.name) }
        for rename in renames {
            let (from, to) = (place(rename.from), place(rename.to))
            try storage.lockMetadata(SchemaObject.hash(schema: to.0, table: to.1), .noReadWrite, .explicit)
            guard let entries = lockedTables?.entries else { return }
            for index in entries.indices where (entries[index].schema, entries[index].name) == from {
                lockedTables?.entries[index].schema = to.0
                lockedTables?.entries[index].name = to.1
                if entries[index].alias == from.1 { lockedTables?.entries[index].alias = to.1 }
            }
        }
        let dictionary = storage.dictionary
        lockedTables?.entries.removeAll { entry in
            dictionary.table(entry.schema, entry.name) == nil && dictionary.view(entry.schema, entry.name) == nil
                && !isSystemSchema(entry.schema)
        }
        lockedTablesVersion += 1
    }

    // MARK: - BindingEnvironment

    package func willUse(_ name: ObjectName, alias: String, isImplicit: Bool) throws(SQLError) {
        guard let lockedTables, let schema = name.schema ?? currentDatabase, !isSystemSchema(schema),
            storage.temporaryTable(schema, name.name) == nil
        else { return }
        try lockedTables.checkUse(schema, name.name, alias: alias, isImplicit: isImplicit)
    }
}
