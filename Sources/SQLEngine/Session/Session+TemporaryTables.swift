import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLDefinitions
import Storage

/// CREATE, DROP and TRUNCATE of temporary tables. They are the session's own: nothing of them is ordered or logged, they
/// may be made and changed on a member that is read only, and they end no transaction.
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
        case .alterTable(let alter): try refuse(alter.name, "ALTER TABLE of a temporary table")
        case .createIndex(let create): try refuse(create.table, "CREATE INDEX on a temporary table")
        case .dropIndex(let drop): try refuse(drop.table, "DROP INDEX on a temporary table")
        default: break
        }
        return statement
    }

    private func temporaryTable(_ name: ObjectName) -> Table? {
        guard storage.hasTemporaryTables, let schema = name.schema ?? currentDatabase else { return nil }
        return storage.temporaryTable(schema, name.name)
    }

    /// The base table that it hides must not be changed instead.
    private func refuse(_ name: ObjectName, _ what: String) throws(SQLError) {
        if temporaryTable(name) != nil { throw SQLError(.notSupportedYet, what) }
    }

    /// Statements that read only members allow.
    func changesTemporaryTablesOnly(_ statement: MySQLParser.Statement) -> Bool {
        switch statement {
        case .createTable(let create): return create.isTemporary
        case .dropTable(let drop): return drop.isTemporary || drop.names.allSatisfy { temporaryTable($0) != nil }
        case .truncateTable(let name): return temporaryTable(name) != nil
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
        let planner = DefinitionPlanner(
            dictionary: storage.dictionary, settings: definitionSettings, context: context, text: statementText
        ) { [storage, context] (sql) throws(SQLError) in
            try DefinitionExecutor.evaluate(sql, on: storage.connection, context)
        }
        planner.temporaryTable = { [storage] in storage.temporaryTable($0, $1) }
        let definition = try planner.definition(of: create, in: schema)
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
        plans.removeAll()
    }
}
