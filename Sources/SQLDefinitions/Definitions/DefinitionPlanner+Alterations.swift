import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// RENAME TABLE and ALTER TABLE.
extension DefinitionPlanner {
    /// Each part sees what those before it made of the names: swaps and cycles are renames like any others.
    package func rename(_ renames: [TableRename]) throws(SQLError) {
        enum Occupant {
            case table
            case view(ViewDefinition)
            case nobody
        }
        var moved: [TableName: Occupant] = [:]
        func occupant(_ schema: String, _ name: String) -> Occupant {
            if let known = moved[TableName(schema, name)] { return known }
            if dictionary.table(schema, name) != nil { return .table }
            return dictionary.view(schema, name).map { .view($0) } ?? .nobody
        }
        for rename in renames {
            let toSchema = try existingSchema(of: rename.to)
            let fromSchema = try schema(of: rename.from)
            plan.writes(table: rename.from.name, in: fromSchema)
            plan.writes(table: rename.to.name, in: toSchema)
            if case .nobody = occupant(toSchema, rename.to.name) {} else {
                throw SQLError(.tableExistsError, rename.to.name)
            }
            try TableDefinitionBuilder.check(tableName: rename.to.name)
            switch occupant(fromSchema, rename.from.name) {
            case .nobody:
                guard dictionary.schema(fromSchema) != nil else { throw SQLError(.badDbError, fromSchema) }
                throw SQLError(.noSuchTable, fromSchema, rename.from.name)
            case .view(var view):
                guard Identifier.isSame(fromSchema, toSchema) else {
                    throw SQLError(.forbidSchemaChange, fromSchema, toSchema)
                }
                plan.steps.append(.removeView(schema: fromSchema, name: view.name))
                view.name = rename.to.name
                plan.steps.append(.putView(view))
                moved[TableName(toSchema, rename.to.name)] = .view(view)
            case .table:
                plan.steps.append(
                    .renameTable(
                        schema: fromSchema, name: rename.from.name, toSchema: toSchema, toName: rename.to.name))
                moved[TableName(toSchema, rename.to.name)] = .table
            }
            moved[TableName(fromSchema, rename.from.name)] = .nobody
        }
    }

    package func alterTable(_ alter: AlterTableStatement) throws(SQLError) {
        let table = try existingTable(alter.name)
        plan.writes(table: table.name, in: table.schema)
        let altered = try AlterTablePlanner(environment: environment(table.schema)).plan(alter, on: table.definition)
        var definition = altered.definition
        definition.createTime = settings.timestamp / 1_000_000
        try checkExpressions(definition)
        try checkForExistingRows(altered, table.definition)
        let renamed = (definition.schema, definition.name)
        try checkConstraintNames(of: definition, named: renamed.1, in: renamed.0, insteadOf: table)
        let isRenamed = TableName(renamed.0, renamed.1) != TableName(table.schema, table.name)
        if isRenamed {
            guard dictionary.schema(renamed.0) != nil else { throw SQLError(.badDbError, renamed.0) }
            if dictionary.table(renamed.0, renamed.1) != nil || dictionary.view(renamed.0, renamed.1) != nil {
                throw SQLError(.tableExistsError, renamed.1)
            }
            plan.writes(table: renamed.1, in: renamed.0)
        }
        // The change first, under the old name; then the name.
        definition.schema = table.schema
        definition.name = table.name
        if altered.rebuildsRows {
            plan.steps.append(
                .rebuildTable(
                    table.definition, as: definition, values: try values(altered, table.definition, definition),
                    checksForeignKeys: settings.checksForeignKeys))
        } else {
            for (place, source) in altered.sources.enumerated() where source == .added {
                let value = try evaluate(addedValue(place, of: definition).sql)
                definition.columns[place].olderRowsValue = value == .null ? nil : value
            }
            plan.steps.append(
                .redefineTable(table.definition, as: definition, checksForeignKeys: settings.checksForeignKeys))
        }
        if definition.autoIncrementStart != table.definition.autoIncrementStart {
            plan.steps.append(.setAutoIncrement(definition, definition.autoIncrementStart))
        }
        if isRenamed {
            plan.steps.append(
                .renameTable(schema: table.schema, name: table.name, toSchema: renamed.0, toName: renamed.1))
        }
        plan.info = "Records: 0  Duplicates: 0  Warnings: 0"
    }

    /// Error 1292, where there are rows: they would get a zero date, which sql_mode does not allow.
    package func refusalOfZeroDates(_ old: TableDefinition, _ new: TableDefinition) -> SQLError? {
        guard sqlMode.contains(.noZeroDate), !sqlMode.isDisjoint(with: [.strictTransTables, .strictAllTables]) else { return nil }
        let added = new.columns.first { column in
            guard case .none = column.defaultValue, column.generated == nil, !column.isNullable,
                column.type.kind == .date || column.type.kind == .dateTime
            else { return false }
            return !old.columns.contains { $0.id == column.id }
        }
        guard let added else { return nil }
        let (what, zero) = added.type.kind == .date ? ("date", "0000-00-00") : ("datetime", "0000-00-00 00:00:00")
        return SQLError(
            .truncatedWrongValue, message: "Incorrect \(what) value: '\(zero)' for column '\(added.name)' at row 1")
    }

    /// ALTER TABLE of a session's temporary table, which is always made anew: what it becomes, and the new columns as SQLite
    /// expressions over the old row.
    package func alteration(
        _ alter: AlterTableStatement, ofTemporary table: Table
    ) throws(SQLError) -> (definition: TableDefinition, values: [String], refusalOfRows: SQLError?) {
        for case .addForeignKey in alter.actions { throw SQLError(.cannotAddForeign) }
        let altered = try AlterTablePlanner(environment: environment(table.schema)).plan(alter, on: table.definition)
        var definition = altered.definition
        definition.createTime = settings.timestamp / 1_000_000
        try checkExpressions(definition)
        try checkForExistingRows(altered, table.definition)
        let values = try values(altered, table.definition, definition)
        let refusalOfRows = refusalOfZeroDates(table.definition, definition)
        definition.forgetNumbers()
        definition.storeAsListed()
        return (definition, values, refusalOfRows)
    }

    /// The names of checks and foreign keys are unique in a schema: errors 3822 and 1826.
    package func checkConstraintNames(
        of definition: TableDefinition, named name: String, in schema: String, insteadOf old: Table?
    ) throws(SQLError) {
        if definition.checks.isEmpty, definition.foreignKeys.isEmpty { return }
        for other in dictionary.tableNames(in: schema) where !Identifier.isSame(other, name) && other != old?.name {
            guard let other = dictionary.table(schema, other)?.definition else { continue }
            for check in definition.checks where other.checks.contains(where: { Identifier.equal($0.name, check.name) }) {
                throw SQLError(.checkConstraintDupName, check.name)
            }
            for key in definition.foreignKeys
            where other.foreignKeys.contains(where: { Identifier.equal($0.name, key.name) }) {
                throw SQLError(.fkDupName, key.name)
            }
        }
    }

    /// What a new column holds in the rows that there are: its default.
    package func addedValue(_ place: Int, of table: TableDefinition) throws(SQLError) -> TypedSQL {
        let column = table.columns[place]
        if case .none = column.defaultValue, !column.isNullable {
            return TypedSQL(sql: LiteralValue(TableDefinition.implicitDefault(column.type)).sql, type: column.type)
        }
        context.isDataChange = true
        context.isIgnore = false
        defer { context.isDataChange = false }
        let bound = try ColumnDefault.bind(place, of: table, builder: builder, environment: self)
        let target = AssignmentTarget(column: column.name, of: table.name, type: column.type, isNullable: column.isNullable)
        return try builder.store(bound, in: target)
    }
}
