import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// The expressions of a table's definition: what may stand in them, and the values that ALTER TABLE computes with them.
extension DefinitionPlanner {
    /// Checks what stands in generated columns, checks, defaults and functional key parts, and binds them to find other errors.
    package func checkExpressions(_ definition: TableDefinition) throws(SQLError) {
        let expressions = try definitionExpressions(of: definition)
        for expression in expressions { try expression.checkParts() }
        for expression in expressions { try expression.checkColumns(of: definition) }
        _ = try RowFinisher(definition, environment: self, builder: builder)
        _ = try DefinitionExecutor.expressions(of: definition, environment: self, builder: builder)
        try bindDefaults(of: definition)
        try checkForeignKeysOfGeneratedColumns(definition)
    }

    /// What SQLite's foreign keys would write, nobody computes: errors 3733, 3104 and 1215.
    private func checkForeignKeysOfGeneratedColumns(_ table: TableDefinition) throws(SQLError) {
        if table.foreignKeys.isEmpty { return }
        func isVirtual(_ column: ColumnDefinition) -> Bool { column.generated.map { !$0.isStored } ?? false }
        var bases: Set<ExactName> = []
        for case let generated? in table.columns.map(\.generated) where generated.isStored {
            bases.formUnion(try parseExpression(generated.expression).referencedColumns.map(Identifier.key))
        }
        for key in table.foreignKeys {
            let parent =
                key.refers(to: table.schema, table.name)
                ? table : dictionary.table(key.referencedSchema, key.referencedTable)?.definition
            let parents = parent?.columns.filter { column in
                key.referencedColumns.contains { Identifier.equal($0, column.name) }
            }
            let own = key.columns.map { table.columns[$0] }
            if let column = (own + (parents ?? [])).first(where: isVirtual) {
                throw SQLError(.fkCannotUseVirtualColumn, key.name, column.name)
            }
            let changes = [("ON UPDATE", key.onUpdate), ("ON DELETE", key.onDelete)]
            if own.contains(where: { $0.generated != nil }) {
                for (event, action) in changes where action == .setNull || event == "ON UPDATE" && action == .cascade {
                    throw SQLError(.wrongFkOptionForGeneratedColumn, "\(event) \(action.rawValue)")
                }
            }
            guard own.contains(where: { bases.contains(Identifier.key($0.name)) }) else { continue }
            if changes.contains(where: { $0.1 == .cascade || $0.1 == .setNull }) { throw SQLError(.cannotAddForeign) }
        }
    }

    package func bindDefaults(of table: TableDefinition) throws(SQLError) {
        let binder = Binder(environment: self, builder: builder)
        let source = binder.baseSource(table, alias: table.name)
        let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
        for column in table.columns {
            if case .expression(let text) = column.defaultValue { _ = try binder.bindScalar(parseExpression(text), in: scope) }
        }
    }

    package func definitionExpressions(of table: TableDefinition) throws(SQLError) -> [DefinitionExpression] {
        var result: [DefinitionExpression] = []
        for column in table.columns {
            if let generated = column.generated {
                result.append(
                    DefinitionExpression(
                        place: .generatedColumn(column: column.name), expression: try parseExpression(generated.expression)))
            } else if case .expression(let text) = column.defaultValue {
                result.append(
                    DefinitionExpression(place: .defaultValue(column: column.name), expression: try parseExpression(text)))
            }
        }
        for index in table.indexes {
            for case let text? in index.parts.map(\.expression) {
                result.append(
                    DefinitionExpression(place: .functionalIndex(name: index.name), expression: try parseExpression(text)))
            }
        }
        for check in table.checks {
            result.append(
                DefinitionExpression(place: .check(name: check.name), expression: try parseExpression(check.expression)))
        }
        return result
    }

    /// Error 1674 where the rows that there are get values, or are checked by one, that each member would compute for itself.
    package func checkForExistingRows(_ altered: AlteredTable, _ old: TableDefinition) throws(SQLError) {
        guard settings.isReplicated else { return }
        if altered.sources.contains(.added) {
            for (column, source) in zip(altered.definition.columns, altered.sources) {
                guard case .expression(let text) = column.defaultValue else { continue }
                // A default that a column had before is no value of this statement's.
                if case .old(let place) = source, old.columns[place].defaultValue == column.defaultValue { continue }
                try DefinitionExpression(place: .defaultValue(column: column.name), expression: parseExpression(text))
                    .checkForExistingRows()
            }
        }
        for check in altered.definition.checks where check.isEnforced && !old.checks.contains(where: { $0.expression == check.expression && $0.isEnforced }) {
            try DefinitionExpression(place: .check(name: check.name), expression: parseExpression(check.expression))
                .checkForRowsOfEachMember()
        }
    }

    /// The new columns as SQLite expressions over the old row.
    package func values(
        _ altered: AlteredTable, _ old: TableDefinition, _ new: TableDefinition
    ) throws(SQLError) -> [String] {
        context.isDataChange = true
        context.isIgnore = false
        defer { context.isDataChange = false }
        let binder = Binder(environment: self, builder: builder)
        // The new row's columns in terms of the old row's, for generated columns.
        let source = binder.baseSource(new, alias: new.name)
        let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
        var values = [String](repeating: "NULL", count: new.columns.count)
        func set(_ index: Int, _ typed: TypedSQL) {
            var typed = typed
            typed.type = new.columns[index].type
            typed.literal = nil
            values[index] = typed.sql
            binder.replacedColumns.append(Binder.ReplacedColumn(sourceID: source.id, index: index, typed: typed))
        }
        for (index, column) in new.columns.enumerated() where column.generated == nil {
            let target = AssignmentTarget(column: column.name, of: new.name, type: column.type, isNullable: column.isNullable)
            var typed: TypedSQL
            switch altered.sources[index] {
            case .old(let place):
                let before = old.columns[place]
                typed = TypedSQL.column(before.sqliteName, before.type, isNullable: before.isNullable)
                if before.type != column.type || before.isNullable != column.isNullable {
                    // Of what is no document its text has to be one.
                    if column.type.kind == .json, before.type.kind != .json {
                        typed = try builder.cast(typed, to: .char(length: nil, collation: .utf8mb4_bin))
                    }
                    typed = try builder.assign(typed, to: target)
                }
            case .added:
                if column.isAutoIncrement {
                    typed = TypedSQL(sql: "row_number() OVER ()", type: column.type)
                } else if case .expression = column.defaultValue {
                    continue
                } else {
                    typed = try addedValue(index, of: new)
                    context.isDataChange = true
                }
            }
            set(index, typed)
        }
        // What is computed of the others: generated columns, which are stored like any other, and default expressions. Each may use
        // those before it.
        for (index, column) in new.columns.enumerated() {
            let expression: Expression
            if let generated = column.generated {
                expression = try parseExpression(generated.expression)
            } else if case .added = altered.sources[index], case .expression(let text) = column.defaultValue, !column.isAutoIncrement {
                expression = try parseExpression(text)
            } else {
                continue
            }
            set(
                index,
                try builder.assign(
                    binder.bindScalar(expression, in: scope),
                    to: AssignmentTarget(column: column.name, of: new.name, type: column.type, isNullable: column.isNullable)))
        }
        return values
    }
}
