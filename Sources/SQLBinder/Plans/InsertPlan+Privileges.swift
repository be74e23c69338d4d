import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// What an INSERT or REPLACE needs: its table's columns, what its values and ON DUPLICATE KEY UPDATE read.
extension InsertBinder {
    /// What the statement does to the table as a whole.
    package static func access(_ statement: InsertStatement) -> RequiredPrivileges.Access {
        var needed: Privileges = .insert
        if statement.isReplace { needed.insert(.delete) }
        if !statement.onDuplicateKeyUpdate.isEmpty { needed.insert(.update) }
        return RequiredPrivileges.Access(needed: needed)
    }

    /// What of a statement's needs is known before it is bound.
    package func required(_ statement: InsertStatement, _ table: Table) -> RequiredPrivileges {
        let definition = table.definition
        let names = (statement.columns ?? []).compactMap { name in
            definition.columns.firstIndex { Identifier.equal($0.name, name.name) }
        }
        note(statement, names, uses(statement, definition), definition)
        return required
    }

    /// What a use of the table's columns is a use of.
    package func uses(_ statement: InsertStatement, _ table: TableDefinition) -> [TableSource.Use] {
        if let view { return required.uses(of: view, Self.access(statement), context: 0) }
        if table.isTemporary { return [] }
        return [TableSource.Use(table: required.use(table.schema, table.name, Self.access(statement), context: 0))]
    }

    /// The columns that get values; all of them where the statement names none.
    package func note(_ statement: InsertStatement, _ columns: [Int], _ uses: [TableSource.Use], _ table: TableDefinition) {
        guard !uses.isEmpty else { return }
        var isNamed = statement.columns.map { !$0.isEmpty } ?? false
        if case .set = statement.source { isNamed = true }
        let places = isNamed ? columns : Array(table.columns.indices)
        for place in places {
            for use in uses {
                guard let name = use.names.map({ $0[place] }) ?? table.columns[place].name else { continue }
                required.use(
                    RequiredPrivileges.Column(table: use.table, name: name, privilege: .insert, isWildcard: !isNamed))
            }
        }
    }

    /// Values that read columns or tables. They are bound when the rows are made, and here for what they read.
    package func noteReads(_ rows: [[Expression]], _ uses: [TableSource.Use], _ table: TableDefinition) throws(SQLError) {
        var binder: Binder?
        var scope: Scope?
        for row in rows {
            for value in row where Self.reads(value) {
                if binder == nil {
                    let made = Binder(environment: environment, builder: builder, parameters: parameters)
                    made.required = required
                    let source = made.baseSource(table, alias: table.name)
                    source.uses = uses
                    made.defaultValue = { [unowned made] (name) throws(SQLError) -> TypedSQL in
                        let index = try place(name, in: table)
                        made.use(index, of: source)
                        return try ColumnDefault.call(index, of: table, builder: builder, environment: environment)
                    }
                    (binder, scope) = (made, Scope(parent: nil, columns: made.visible(source), sources: [source]))
                }
                guard let binder, let scope else { continue }
                let warnings = builder.context.warnings
                _ = try binder.bindScalar(value, in: scope)
                builder.context.warnings = warnings
            }
        }
    }

    private static func reads(_ value: Expression) -> Bool {
        switch value.kind {
        case .literal, .parameter, .defaultValue(nil): return false
        default: break
        }
        var found = false
        value.visit { node in
            switch node.kind {
            case .column, .defaultValue, .jsonPath, .subquery, .exists, .inSubquery, .quantified: found = true
            default: break
            }
            return !found
        }
        return found
    }

    /// The conditions of views WITH CHECK OPTION are read as the views' definers.
    package func noteChecks(_ uses: [TableSource.Use], _ table: TableDefinition) throws(SQLError) {
        guard let view, !view.checks.isEmpty else { return }
        let binder = Binder(environment: environment, builder: builder)
        binder.required = required
        let row = binder.baseSource(table, alias: table.name)
        for (place, level) in view.levels.enumerated() {
            _ = try binder.condition(level, over: row, table, uses: RequiredPrivileges.uses(uses, of: place))
        }
    }
}
