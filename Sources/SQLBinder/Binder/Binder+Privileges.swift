import MySQLParser
import MySQLProtocol
import Storage

/// What the binder notes of a statement's needs; see ``RequiredPrivileges``.
extension Binder {
    /// The statement uses a table or view of the FROM clause being bound.
    package func use(_ schema: String, _ name: String) -> TableSource.Use {
        TableSource.Use(table: required.use(schema, name, fromAccess, context: securityContext))
    }

    /// The statement uses a column of a source.
    package func use(_ index: Int, of source: TableSource, isWildcard: Bool = false) {
        for use in source.uses {
            var name: String? = source.columns[index].name
            if let names = use.names { name = names.indices.contains(index) ? names[index] : nil }
            guard let name else { continue }
            required.use(
                RequiredPrivileges.Column(table: use.table, name: name, privilege: columnPrivilege, isWildcard: isWildcard))
        }
        guard source.deferred.indices.contains(index) else { return }
        for column in source.deferred[index] { required.use(column) }
    }

    /// `*` stands for the column.
    package func use(_ column: VisibleColumn) {
        use(column.index, of: column.source, isWildcard: true)
        for hidden in column.hidden { use(hidden.index, of: hidden.source, isWildcard: true) }
    }

    /// What ON conditions need, now that what comes before it has been said.
    package func useJoinColumns() {
        for column in joinColumns { required.use(column) }
        joinColumns.removeAll()
    }

    /// FOR UPDATE of the block's tables, or of those that are named.
    package func lock(_ names: [ObjectName], in scope: Scope) {
        for source in scope.sources where names.isEmpty || names.contains(where: { $0.name == source.alias }) {
            if let use = source.uses.first { required.lock(use.table) }
        }
    }

    /// A name that nothing in the scope has.
    package func note(unresolved name: ColumnName, in scope: Scope) {
        guard columnPrivilege == .select else { return }
        var tables: [Int] = []
        var current: Scope? = scope
        while let here = current {
            for source in here.sources where name.table == nil || name.table == source.alias {
                tables += source.uses.prefix(1).map(\.table)
            }
            current = here.parent
        }
        required.unresolved = (name.name, tables)
    }

    /// What a use of a merged view's columns is a use of: the view as the statement uses it, then what each view reads, as
    /// its own security has it.
    package func uses(of merged: MergedView, _ access: RequiredPrivileges.Access) -> [TableSource.Use] {
        required.uses(of: merged, access, context: securityContext)
    }
}

extension RequiredPrivileges {
    package func uses(of merged: MergedView, _ access: Access, context: Int) -> [TableSource.Use] {
        var context = context
        var uses = [TableSource.Use(table: use(merged.schema, merged.name, access, context: context), names: merged.names)]
        for level in merged.levels.reversed() {
            context = enter(level.definition, used: uses[uses.count - 1].table, in: context)
            let table = use(level.sourceSchema, level.sourceName, access, context: context)
            uses.append(TableSource.Use(table: table, names: level.names))
        }
        return uses
    }

    /// Of these uses, what the view of a level reads: the innermost level's is the table alone.
    package static func uses(_ uses: [TableSource.Use], of level: Int) -> [TableSource.Use] {
        Array(uses.suffix(level + 1))
    }
}
