import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

extension Binder {
    /// Finds what a column's name means, from the innermost query outwards.
    package func resolve(_ name: ColumnName, in scope: Scope) throws(SQLError) -> ResolvedColumn {
        var current: Scope? = scope
        var depth = 0
        while let here = current {
            if let found = try find(name, in: here, depth: depth) {
                if depth > 0 {
                    var inner: Scope? = scope
                    for _ in 0..<depth {
                        inner?.usesOuter = true
                        inner = inner?.parent
                    }
                }
                return found
            }
            current = here.parent
            depth += 1
        }
        note(unresolved: name, in: scope)
        throw SQLError(.badFieldError, Self.text(name), clause.rawValue)
    }

    package static func text(_ name: ColumnName) -> String {
        [name.schema, name.table, name.name].compactMap { $0 }.joined(separator: ".")
    }

    private func find(_ name: ColumnName, in scope: Scope, depth: Int) throws(SQLError) -> ResolvedColumn? {
        if let table = name.table {
            for source in scope.sources where matches(source, schema: name.schema, table: table) {
                guard let index = source.index(of: name.name) else { continue }
                return resolved(source, index, source.typed(index), depth)
            }
            return nil
        }
        var found: VisibleColumn?
        for column in scope.columns where Identifier.equal(column.name, name.name) {
            if found != nil { throw SQLError(.nonUniqError, name.name, clause.rawValue) }
            found = column
        }
        guard let found else { return nil }
        return resolved(found.source, found.index, found.typed, depth)
    }

    private func resolved(_ source: TableSource, _ index: Int, _ typed: TypedSQL, _ depth: Int) -> ResolvedColumn {
        use(index, of: source)
        var typed = typed
        for replaced in replacedColumns where replaced.sourceID == source.id && replaced.index == index {
            typed = replaced.typed
        }
        return ResolvedColumn(
            typed: typed, origin: source.origin(index), source: source, index: index, depth: depth)
    }

    package func matches(_ source: TableSource, schema: String?, table: String) -> Bool {
        // Table aliases are case sensitive on Linux (lower_case_table_names = 0).
        guard Identifier.isSame(source.alias, table) || (source.schema == "information_schema" && Identifier.equal(source.alias, table))
        else { return false }
        guard let schema else { return true }
        return source.schema.map { Identifier.isSame($0, schema) || Identifier.equal($0, schema) && $0 == "information_schema" } ?? false
    }
}
