import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLDefinitions
import Storage

/// CREATE, ALTER, DROP and TRUNCATE of temporary tables. They are the session's own: nothing of them is ordered or logged, and
/// they may be made and changed on a member that is read only. Only ALTER TABLE and its kin end the transaction.
extension Session {
    /// Executes what of a definition is about temporary tables. Returns what is left to do for all members.
    func runTemporaryDefinition(
        _ statement: MySQLParser.Statement, into writer: ResultWriter
    ) throws -> MySQLParser.Statement? {
        switch statement {
        case .createTable(let create) where create.isTemporary:
            try createTemporaryTable(create, into: writer)
            return nil
        case .dropTable(let drop): return try dropTemporaryTables(drop, into: writer)
        case .truncateTable(let name):
            guard let table = temporaryTable(name) else { return statement }
            try truncate(table)
            ok(writer)
            return nil
        case .alterTable(let alter): if try alterTemporaryTable(alter, into: writer) { return nil }
        case .createIndex(let create):
            if try alterTemporaryTable(AlterTablePlanner.alteration(create), into: writer) { return nil }
        case .dropIndex(let drop):
            if try alterTemporaryTable(AlterTablePlanner.alteration(drop), into: writer) { return nil }
        default: break
        }
        return statement
    }

    private func temporaryTable(_ name: ObjectName) -> Table? {
        guard storage.hasTemporaryTables, let schema = name.schema ?? currentDatabase else { return nil }
        return storage.temporaryTable(schema, name.name)
    }

    /// ALTER TABLE, CREATE INDEX and DROP INDEX; false where the table is no temporary one.
    private func alterTemporaryTable(_ alter: AlterTableStatement, into writer: ResultWriter) throws -> Bool {
        guard let table = temporaryTable(alter.name) else { return false }
        for case .renameTable(let name) in alter.actions { try demand([.create, .insert], on: name) }
        try commitImplicitly()
        let planner = temporaryPlanner()
        let (definition, values, refusalOfRows) = try planner.alteration(alter, ofTemporary: table)
        try checkPrimaryKey(definition)
        if !Identifier.isSame(definition.name, table.name) || !Identifier.isSame(definition.schema, table.schema) {
            guard storage.dictionary.schema(definition.schema) != nil else { throw SQLError(.badDbError, definition.schema) }
            guard storage.temporaryTable(definition.schema, definition.name) == nil else {
                throw SQLError(.tableExistsError, definition.name)
            }
        }
        if let refusalOfRows, try firstRow("SELECT 1 FROM temp.\(table.sqliteName) LIMIT 1", []) != nil { throw refusalOfRows }
        for warning in planner.plan.warnings { diagnostics.add(warning) }
        let expressions = try DefinitionExecutor.expressions(of: definition, environment: planner, builder: planner.builder)
        // What a value would lose is an error where sql_mode is strict, as for INSERT.
        context.isDataChange = true
        context.rowNumber = 0
        defer { context.isDataChange = false }
        let rows = try remake(table, as: definition, values, expressions)
        temporaryTablesChanged()
        ok(writer, affectedRows: UInt64(max(0, rows)), info: "Records: \(rows)  Duplicates: 0  Warnings: 0")
        return true
    }

    private func remake(
        _ table: Table, as definition: TableDefinition, _ values: [String], _ expressions: TableExpressions
    ) throws -> Int64 {
        do throws(StorageError) {
            return try storage.alterTemporaryTable(
                table, as: definition, values: values, eachRow: "m_next_row()", expressions: expressions)
        } catch {
            if let pending = context.pendingError, pending.is(.badNullError), let column = try nullColumn(table, definition) {
                context.pendingError = nil
                throw SQLError(.warnDataTruncated, column, context.rowNumber)
            }
            guard case .duplicateKey(_, let columns, let index) = error else { throw error }
            let key = definition.index(refusing: columns, index: index)?.name ?? "PRIMARY"
            throw SQLError(.dupEntry, "", "\(definition.name).\(key)")
        }
    }

    /// A column that becomes NOT NULL though it has a NULL.
    private func nullColumn(_ table: Table, _ definition: TableDefinition) throws -> String? {
        for before in table.definition.columns where before.isNullable {
            guard let column = definition.columns.first(where: { Identifier.equal($0.name, before.name) }), !column.isNullable,
                try firstRow("SELECT 1 FROM temp.\(table.sqliteName) WHERE \(before.sqliteName) IS NULL LIMIT 1", []) != nil
            else { continue }
            return column.name
        }
        return nil
    }

    private func temporaryPlanner() -> DefinitionPlanner {
        let planner = DefinitionPlanner(
            dictionary: storage.dictionary, settings: definitionSettings, context: context, text: statementText
        ) { [storage, context] (sql) throws(SQLError) in
            try DefinitionExecutor.evaluate(sql, on: storage.connection, context)
        }
        planner.temporaryTable = { [storage] in storage.temporaryTable($0, $1) }
        return planner
    }

    /// Statements that read only members allow.
    func changesTemporaryTablesOnly(_ statement: MySQLParser.Statement) -> Bool {
        switch statement {
        case .createTable(let create): return create.isTemporary
        case .dropTable(let drop): return drop.isTemporary || drop.names.allSatisfy { temporaryTable($0) != nil }
        case .truncateTable(let name): return temporaryTable(name) != nil
        case .alterTable(let alter): return temporaryTable(alter.name) != nil
        case .createIndex(let create): return temporaryTable(create.table) != nil
        case .dropIndex(let drop): return temporaryTable(drop.table) != nil
        case .insert(let insert): return temporaryTable(insert.table) != nil
        case .update(let update):
            guard update.tables.count == 1, case .table(let factor) = update.tables[0] else { return false }
            return temporaryTable(factor.name) != nil
        case .delete(let delete):
            guard case .single(let factor) = delete.target else { return false }
            return temporaryTable(factor.name) != nil
        default: return false
        }
    }

    private func createTemporaryTable(_ create: CreateTableStatement, into writer: ResultWriter) throws {
        guard let schema = create.name.schema ?? currentDatabase else { throw SQLError(.noDbError) }
        let mine = privileges
        guard !isSystemSchema(schema), mine.privileges(onDatabase: schema).contains(.createTemporaryTables) else {
            throw SQLError(.dbaccessDeniedError, account.user, account.host, schema)
        }
        try checkSources(of: create)
        guard storage.dictionary.schema(schema) != nil else { throw SQLError(.badDbError, schema) }
        if storage.temporaryTable(schema, create.name.name) != nil {
            let error = SQLError(.tableExistsError, create.name.name)
            guard create.ifNotExists else { throw error }
            diagnostics.note(error)
            return ok(writer)
        }
        let planner = temporaryPlanner()
        let definition = try planner.definition(of: create, in: schema)
        if let keyed = try withInvisiblePrimaryKey(create, definition) { return try createTemporaryTable(keyed, into: writer) }
        try checkPrimaryKey(definition)
        for warning in planner.plan.warnings { diagnostics.add(warning) }
        guard definition.foreignKeys.isEmpty else { throw SQLError(.cannotAddForeign) }
        if create.query != nil { try prepareToRead() }
        let table = try storage.createTemporaryTable(
            definition,
            expressions: DefinitionExecutor.expressions(
                of: definition, environment: planner, builder: planner.builder))
        temporaryTablesChanged()
        var affected: UInt64 = 0
        if let query = create.query {
            do {
                affected = try fill(create, from: query)
            } catch {
                try storage.dropTemporaryTable(table)
                temporaryTablesChanged()
                throw error
            }
        }
        ok(writer, affectedRows: affected, info: create.query == nil ? "" : "Records: \(affected)  Duplicates: 0  Warnings: 0")
    }

    private func dropTemporaryTables(
        _ drop: DropTableStatement, into writer: ResultWriter
    ) throws -> MySQLParser.Statement? {
        let found = drop.names.compactMap(temporaryTable)
        var left = drop
        left.names = drop.names.filter { temporaryTable($0) == nil }
        if drop.isTemporary, !left.names.isEmpty {
            let missing = left.names.map { "\($0.schema ?? currentDatabase ?? "").\($0.name)" }
            guard drop.ifExists else { throw SQLError(.badTableError, missing.joined(separator: ",")) }
            for name in missing { diagnostics.note(SQLError(.badTableError, name)) }
            left.names = []
        }
        guard !found.isEmpty || drop.isTemporary else { return .dropTable(drop) }
        for table in found { try storage.dropTemporaryTable(table) }
        temporaryTablesChanged()
        guard !left.names.isEmpty else {
            ok(writer)
            return nil
        }
        // The members are told of the others only.
        let names = left.names.map { Identifier.mysql($0.schema ?? currentDatabase ?? "") + "." + Identifier.mysql($0.name) }
        frame.text = Array(("DROP TABLE " + (drop.ifExists ? "IF EXISTS " : "") + names.joined(separator: ",")).utf8)
        return .dropTable(left)
    }

    /// A new table in place of the old one: not undone by ROLLBACK.
    private func truncate(_ table: Table) throws {
        let environment = DefinitionPlanner(
            dictionary: storage.dictionary, settings: definitionSettings, context: context, text: []
        ) { _ in .null }
        let expressions = try DefinitionExecutor.expressions(
            of: table.definition, environment: environment, builder: environment.builder)
        try storage.dropTemporaryTable(table)
        try storage.createTemporaryTable(table.definition, expressions: expressions)
        temporaryTablesChanged()
    }

    private func temporaryTablesChanged() {
        temporaryTablesVersion += 1
        trackState()
        plans.removeAll()
    }
}
