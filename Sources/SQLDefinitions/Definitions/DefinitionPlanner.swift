import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// Makes a ``DefinitionPlan`` of a DDL statement. Deterministic: it depends on the dictionary, the statement's text and
/// the settings that travel with it.
package final class DefinitionPlanner: BindingEnvironment {
    package let dictionary: DataDictionary
    package let settings: DefinitionSettings
    package let context: ExpressionContext
    /// Evaluates an SQLite expression without tables.
    package let evaluate: (String) throws(SQLError) -> StoredValue
    /// The statement's text, for views.
    package let text: [UInt8]
    package var plan = DefinitionPlan()
    /// The session's temporary tables, for CREATE TEMPORARY TABLE only: the others must mean the same to all members.
    package var temporaryTable: (String, String) -> Table? = { _, _ in nil }

    package init(
        dictionary: DataDictionary, settings: DefinitionSettings, context: ExpressionContext, text: [UInt8],
        evaluate: @escaping (String) throws(SQLError) -> StoredValue
    ) {
        self.dictionary = dictionary
        self.settings = settings
        self.context = context
        self.text = text
        self.evaluate = evaluate
    }

    package var currentDatabase: String? { settings.currentDatabase }
    package var sqlMode: SQLMode { settings.sqlMode }
    package var builder: ExpressionBuilder { ExpressionBuilder(context: context) }

    package func plan(_ statement: MySQLParser.Statement) throws(SQLError) -> DefinitionPlan {
        switch statement {
        case .createDatabase(let create): try createDatabase(create)
        case .alterDatabase(let name, let options): try alterDatabase(name, options)
        case .dropDatabase(let name, let ifExists): try dropDatabase(name, ifExists: ifExists)
        case .createTable(let create): try createTable(create)
        case .alterTable(let alter): try alterTable(alter)
        case .createIndex(let create): try alterTable(AlterTablePlanner.alteration(create))
        case .dropIndex(let drop): try alterTable(AlterTablePlanner.alteration(drop))
        case .dropTable(let drop): try dropTables(drop)
        case .truncateTable(let name): try truncate(name)
        case .renameTable(let renames): try rename(renames)
        case .createView(let create): try createView(create)
        case .dropView(let names, let ifExists): try dropViews(names, ifExists: ifExists)
        default: throw SQLError(.notSupportedYet, "this statement")
        }
        return plan
    }

    // MARK: Names

    package func schema(of name: ObjectName) throws(SQLError) -> String {
        guard let schema = name.schema ?? settings.currentDatabase else { throw SQLError(.noDbError) }
        return schema
    }

    package func existingSchema(of name: ObjectName) throws(SQLError) -> String {
        let schema = try schema(of: name)
        guard dictionary.schema(schema) != nil else { throw SQLError(.badDbError, schema) }
        return schema
    }

    package func existingTable(_ name: ObjectName) throws(SQLError) -> Table {
        let schema = try schema(of: name)
        if let table = temporaryTable(schema, name.name) ?? dictionary.table(schema, name.name) { return table }
        if dictionary.view(schema, name.name) != nil {
            throw SQLError(.wrongObject, schema, name.name, "BASE TABLE")
        }
        guard dictionary.schema(schema) != nil else { throw SQLError(.badDbError, schema) }
        throw SQLError(.noSuchTable, schema, name.name)
    }

    // MARK: BindingEnvironment

    package func resolveTable(_ name: ObjectName) throws(SQLError) -> ResolvedTable {
        let schema = try schema(of: name)
        if let table = temporaryTable(schema, name.name) { return .base(table.definition) }
        if let table = dictionary.table(schema, name.name) { return .base(table.definition) }
        if let view = dictionary.view(schema, name.name) { return .view(view) }
        guard dictionary.schema(schema) != nil else { throw SQLError(.badDbError, schema) }
        throw SQLError(.noSuchTable, schema, name.name)
    }

    package func systemVariable(_ name: SystemVariableName) throws(SQLError) -> TypedSQL {
        throw SQLError(.viewSelectVariable, "VIEW")
    }

    package func parseQuery(_ text: String) throws(SQLError) -> QueryExpression {
        try StatementParsing.query(Array(text.utf8))
    }

    package func parseExpression(_ text: String) throws(SQLError) -> Expression {
        try StatementParsing.expression(Array(text.utf8))
    }

    // MARK: Databases

    private func createDatabase(_ create: CreateDatabaseStatement) throws(SQLError) {
        try Identifier.check(create.name, .wrongDbName)
        if create.options.isReadOnly == true { throw SQLError(.notSupportedYet, "READ ONLY databases") }
        plan.affectedRows = 1
        plan.writes.insert(SchemaObject.hash(schema: create.name))
        if dictionary.schema(create.name) != nil {
            guard create.ifNotExists else { throw SQLError(.dbCreateExists, create.name) }
            plan.note(.dbCreateExists, SQLError(.dbCreateExists, create.name).message)
            return
        }
        plan.steps.append(
            .putSchema(
                SchemaDefinition(
                    name: create.name, collation: try collation(create.options) ?? settings.serverCollation,
                    isReadOnly: create.options.isReadOnly ?? false)))
    }

    private func collation(_ options: DatabaseOptions) throws(SQLError) -> CollationID? {
        var chosen: CollationID?
        if let charset = options.charset {
            guard let known = CharacterSet.named(charset) else { throw SQLError(.unknownCharacterSet, charset) }
            chosen = known.defaultCollation
        }
        if let name = options.collation {
            guard let known = Collation.named(name) else { throw SQLError(.unknownCollation, name) }
            if let charset = options.charset, known.characterSet.name != CharacterSet.named(charset)?.name {
                throw SQLError(.collationCharsetMismatch, name, charset)
            }
            chosen = known.id
        }
        return chosen
    }

    private func alterDatabase(_ name: String?, _ options: DatabaseOptions) throws(SQLError) {
        guard let name = name ?? settings.currentDatabase else { throw SQLError(.noDbError) }
        guard var schema = dictionary.schema(name) else { throw SQLError(.badDbError, name) }
        if let collation = try collation(options) { schema.collation = collation }
        if options.isReadOnly == true { throw SQLError(.notSupportedYet, "READ ONLY databases") }
        if options.isReadOnly == false { schema.isReadOnly = false }
        plan.affectedRows = 1
        plan.writes.insert(SchemaObject.hash(schema: name))
        plan.steps.append(.putSchema(schema))
    }

    private func dropDatabase(_ name: String, ifExists: Bool) throws(SQLError) {
        plan.writes.insert(SchemaObject.hash(schema: name))
        guard dictionary.schema(name) != nil else {
            guard ifExists else { throw SQLError(.dbDropExists, name) }
            plan.note(.dbDropExists, SQLError(.dbDropExists, name).message)
            return
        }
        let tables = dictionary.tableNames(in: name).compactMap { dictionary.table(name, $0) }
        for table in tables {
            for child in dictionary.children(of: table)
            where !Identifier.isSame(child.schema, name) && settings.checksForeignKeys {
                throw SQLError(
                    .fkCannotDropParent, table.name, child.definition.foreignKeys.first?.name ?? "", child.name)
            }
        }
        for view in dictionary.viewNames(in: name) {
            plan.steps.append(.removeView(schema: name, name: view))
            plan.writes.insert(SchemaObject.hash(schema: name, table: view))
        }
        // Children first, so that nothing refers to a table that is gone.
        for table in tables {
            plan.steps.append(.dropTable(table.definition))
            plan.writes.insert(table.schemaObjectHash)
        }
        plan.affectedRows = UInt64(tables.count + dictionary.viewNames(in: name).count)
        plan.steps.append(.removeSchema(name))
    }

    // MARK: Tables

    /// What the pure part of table definitions asks.
    package func environment(_ schema: String) -> DDLEnvironment {
        let dictionary = dictionary
        return DDLEnvironment(
            databaseCollation: dictionary.schema(schema)?.collation ?? settings.serverCollation,
            checksForeignKeys: settings.checksForeignKeys,
            table: { dictionary.table($0, $1)?.definition },
            children: { schema, name in
                dictionary.table(schema, name).map { dictionary.children(of: $0).map(\.definition) } ?? []
            },
            print: { SyntaxPrinter.print($0, omitsTables: true) },
            coerceDefault: { [self] (expression, type) throws(SQLError) in try coerce(expression, to: type) },
            warn: { [self] code, message in plan.note(code, message, level: .warning) })
    }

    /// A default's literal as the column holds it.
    private func coerce(_ expression: Expression, to type: MySQLType) throws(SQLError) -> ColumnDefinition.Default {
        if type.kind == .bit || type.carrier == .blob, case .literal(let literal) = expression.kind {
            switch literal {
            case .bits(let bytes, _):
                let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                return .bits("b'" + String(value, radix: 2) + "'")
            case .hex(let bytes, _) where type.kind != .bit:
                return .bits("0x" + LiteralValue.hex(bytes))
            case .integer(let value) where type.kind == .bit:
                return .bits("b'" + String(value, radix: 2) + "'")
            default: break
            }
        }
        let binder = Binder(environment: self, builder: builder)
        let bound = try binder.bindScalar(expression, in: Scope(parent: nil))
        context.isDataChange = true
        context.isIgnore = false
        defer { context.isDataChange = false }
        // A TIMESTAMP's is a moment of the session's time zone: kept in UTC, as the column's values are.
        let assigned = try builder.store(
            bound, in: AssignmentTarget(column: "default", type: type, isNullable: true))
        let value = try evaluate(assigned.sql)
        return value == .null ? .null : .literal(value.display(type))
    }

    private func createTable(_ create: CreateTableStatement) throws(SQLError) {
        let schema = try existingSchema(of: create.name)
        plan.writes(table: create.name.name, in: schema)
        if dictionary.table(schema, create.name.name) != nil || dictionary.view(schema, create.name.name) != nil {
            guard create.ifNotExists else { throw SQLError(.tableExistsError, create.name.name) }
            plan.note(.tableExistsError, SQLError(.tableExistsError, create.name.name).message)
            return
        }
        let definition = try definition(of: create, in: schema)
        try checkConstraintNames(of: definition, named: definition.name, in: schema, insteadOf: nil)
        plan.steps.append(.createTable(definition))
    }

    /// The table that the statement describes.
    package func definition(of create: CreateTableStatement, in schema: String) throws(SQLError) -> TableDefinition {
        var definition: TableDefinition
        if let like = create.like {
            let original = try existingTable(like)
            definition = original.definition
            definition.forgetNumbers()
            definition.schema = schema
            definition.name = create.name.name
            definition.foreignKeys = []
            definition.autoIncrementStart = 1
            for index in definition.checks.indices {
                definition.checks[index].name = "\(create.name.name)_chk_\(index + 1)"
            }
            plan.reads.insert(original.schemaObjectHash)
        } else {
            definition = try TableDefinitionBuilder.definition(
                of: create, schema: schema, environment: environment(schema),
                selectedColumns: create.query.map { (query) throws(SQLError) in try selectedColumns(query) } ?? [])
        }
        definition.createTime = settings.timestamp / 1_000_000
        definition.storeAsListed()
        try checkExpressions(definition)
        for key in definition.foreignKeys {
            plan.reads.insert(SchemaObject.hash(schema: key.referencedSchema, table: key.referencedTable))
        }
        return definition
    }

    /// The columns that CREATE TABLE ... SELECT makes of its query's.
    private func selectedColumns(_ query: QueryExpression) throws(SQLError) -> [ColumnDefinition] {
        let binder = Binder(environment: self, builder: builder)
        let bound = try binder.bindQuery(query, parent: nil)
        try binder.checkDuplicates(bound.columns.map(\.name))
        return bound.columns.map { column in
            let type = column.origin == nil ? column.typed.storedType : column.typed.type
            var definition = ColumnDefinition(name: column.name, type: type, isNullable: column.typed.isNullable)
            if !definition.isNullable {
                definition.defaultValue =
                    (column.origin.map({ $0.flags.contains(.autoIncrement) }) ?? !Self.isTemporal(type)) ? Self.storedDefault(type, sqlMode) : .none
            }
            return definition
        }
    }

    /// The default of a NOT NULL column of CREATE TABLE ... SELECT: zero, where that is allowed.
    private static func storedDefault(_ type: MySQLType, _ mode: SQLMode) -> ColumnDefinition.Default {
        if type.hasDate && mode.contains(.noZeroDate) { return .none }
        if type.kind == .time { return .literal(String(decoding: TimeValue.text(0, decimals: type.decimals), as: UTF8.self)) }
        if type.isReal && type.decimals < MySQLType.notFixedDecimals {
            return .literal(String(decoding: RealText.fixed(0, decimals: type.decimals), as: UTF8.self))
        }
        return .literal(TableDefinition.implicitDefault(type).display(type))
    }

    private static func isTemporal(_ type: MySQLType) -> Bool {
        type.kind == .date || type.kind == .dateTime || type.kind == .timestamp
    }

    private func dropTables(_ drop: DropTableStatement) throws(SQLError) {
        if drop.isTemporary {
            guard drop.ifExists else {
                throw SQLError(.badTableError, drop.names.map(qualified).joined(separator: ","))
            }
            for name in drop.names { plan.note(.badTableError, SQLError(.badTableError, qualified(name)).message) }
            return
        }
        var missing: [String] = []
        var dropped: [Table] = []
        for name in drop.names {
            let schema = try schema(of: name)
            plan.writes(table: name.name, in: schema)
            guard let table = dictionary.table(schema, name.name) else {
                missing.append("\(schema).\(name.name)")
                continue
            }
            dropped.append(table)
        }
        if !missing.isEmpty {
            guard drop.ifExists else { throw SQLError(.badTableError, missing.joined(separator: ",")) }
            for name in missing { plan.note(.badTableError, SQLError(.badTableError, name).message) }
        }
        for table in dropped {
            for child in dictionary.children(of: table)
            where settings.checksForeignKeys && child.sqliteName != table.sqliteName
                && !dropped.contains(where: { $0.sqliteName == child.sqliteName })
            {
                let key = child.definition.foreignKeys.first {
                    $0.refers(to: table.schema, table.name)
                }
                throw SQLError(.fkCannotDropParent, table.name, key?.name ?? "", child.name)
            }
            plan.steps.append(.dropTable(table.definition))
        }
    }

    private func qualified(_ name: ObjectName) -> String {
        "\(name.schema ?? settings.currentDatabase ?? "").\(name.name)"
    }

    private func truncate(_ name: ObjectName) throws(SQLError) {
        let schema = try schema(of: name)
        if dictionary.view(schema, name.name) != nil { throw SQLError(.noSuchTable, schema, name.name) }
        let table = try existingTable(name)
        plan.writes(table: table.name, in: table.schema)
        for child in dictionary.children(of: table)
        where settings.checksForeignKeys && child.sqliteName != table.sqliteName {
            guard
                let key = child.definition.foreignKeys.first(where: {
                    $0.refers(to: table.schema, table.name)
                })
            else { continue }
            throw SQLError(
                .truncateIllegalFk,
                Identifier.mysql(child.schema) + "." + Identifier.mysql(child.name) + ", CONSTRAINT "
                    + Identifier.mysql(key.name))
        }
        plan.steps.append(.truncateTable(table.definition))
    }

    // MARK: Views

    private func createView(_ create: CreateViewStatement) throws(SQLError) {
        let schema = try existingSchema(of: create.name)
        try Identifier.check(create.name.name, .wrongTableName)
        plan.writes(table: create.name.name, in: schema)
        if dictionary.table(schema, create.name.name) != nil {
            if create.orReplace || create.isAlter {
                throw SQLError(.wrongObject, schema, create.name.name, "VIEW")
            }
            throw SQLError(.tableExistsError, create.name.name)
        }
        let existing = dictionary.view(schema, create.name.name)
        if existing != nil, !create.orReplace, !create.isAlter {
            guard create.ifNotExists else { throw SQLError(.tableExistsError, create.name.name) }
            plan.note(.tableExistsError, SQLError(.tableExistsError, create.name.name).message)
            return
        }
        if existing == nil, create.isAlter { throw SQLError(.noSuchTable, schema, create.name.name) }
        if try reads(create.query, schema, create.name.name) { throw SQLError(.noSuchTable, schema, create.name.name) }
        let binder = Binder(environment: self, builder: builder)
        let bound = try binder.bindQuery(create.query, parent: nil)
        if binder.usesVariables { throw SQLError(.viewSelectVariable, "VIEW") }
        if !create.columns.isEmpty && create.columns.count != bound.columns.count { throw SQLError(.viewWrongList) }
        let names = create.columns.isEmpty ? bound.columns.map(\.name) : create.columns
        try binder.checkDuplicates(names)
        for name in names where Identifier.flaw(in: name) != nil { throw SQLError(.wrongColumnName, name) }
        for use in binder.tables.keys { plan.reads.insert(SchemaObject.hash(schema: use.schema, table: use.name)) }
        var view = ViewDefinition(
            schema: schema, name: create.name.name, query: try completed(create.query, columns: bound.columns.map(\.name)))
        view.columns = create.columns
        view.clientCharset = settings.binding.clientCharset.name
        view.connectionCollation = CollationChoice.name(of: settings.binding.connectionCollation)
        let definer = create.definer.flatMap { $0.isCurrentUser ? nil : $0 }
        // ALTER VIEW leaves what it does not name.
        let kept = create.isAlter ? existing : nil
        view.definer =
            definer.map { "\($0.user)@\(($0.host ?? "%").lowercasedASCII)" }
            ?? (create.definer == nil ? kept?.definer : nil) ?? "\(settings.account.user)@\(settings.account.host)"
        view.algorithm =
            switch create.algorithm {
            case .undefined: kept?.algorithm ?? "UNDEFINED"
            case .merge: "MERGE"
            case .tempTable: "TEMPTABLE"
            }
        view.security = create.isInvoker.map { $0 ? "INVOKER" : "DEFINER" } ?? kept?.security ?? "DEFINER"
        view.checkOption =
            switch create.checkOption {
            case .none: "NONE"
            case .cascaded: "CASCADED"
            case .local: "LOCAL"
            }
        if view.checkOption != "NONE", !Self.mayBeUpdatable(create.query) {
            throw SQLError(.viewNonupdCheck, schema, create.name.name)
        }
        plan.steps.append(.putView(view))
    }

    /// Whether a view's query reads the view that it is to become, itself or through other views.
    private func reads(_ query: QueryExpression, _ schema: String, _ name: String, depth: Int = 0) throws(SQLError) -> Bool {
        var views: [ViewDefinition] = []
        let isRead = query.body.containsTable(entersDerived: true) { table in
            let place = table.schema ?? (depth == 0 ? settings.currentDatabase ?? "" : "")
            if TableName(place, table.name) == TableName(schema, name) { return true }
            if let view = dictionary.view(place, table.name) { views.append(view) }
            return false
        }
        if isRead { return true }
        guard depth < 32 else { throw SQLError(.viewRecursive, schema, name) }
        for view in views where try reads(parseQuery(view.query), schema, name, depth: depth + 1) { return true }
        return false
    }

    /// Rows of the query stand for rows of a table: no aggregates, groups, DISTINCT, LIMIT or set operation.
    private static func mayBeUpdatable(_ query: QueryExpression) -> Bool {
        guard case .select(let block) = query.body, query.limit == nil else { return false }
        return !block.isDistinct && block.groupBy == nil && block.having == nil && !block.from.isEmpty
            && !block.items.contains { item in
                guard case .expression(let expression, _, _) = item else { return false }
                return expression.containsAggregate
            }
    }

    /// The query as it is stored: it means the same in any current database, and after columns were added to its tables.
    private func completed(_ query: QueryExpression, columns: [String]) throws(SQLError) -> String {
        let text = SyntaxPrinter.print(query, names: nameCompletion(schema: settings.currentDatabase ?? ""))
        // What is stored is read again by the same parser: it must be the same query.
        let binder = Binder(environment: self, builder: builder)
        guard let again = try? parseQuery(text), let bound = try? binder.bindQuery(again, parent: nil),
            bound.columns.map(\.name) == columns
        else { throw SQLError(.notSupportedYet, "a view with this query") }
        return text
    }

    package func nameCompletion(schema: String, depth: Int = 0) -> NameCompletion {
        NameCompletion(schema: schema) { [self] name in
            guard depth < 32, let found = try? resolveTable(name) else { return nil }
            switch found {
            case .base(let table): return table.columns.map { .init(name: $0.name, isInvisible: $0.isInvisible) }
            case .system(_, _, _, let columns): return columns.map { .init(name: $0.name) }
            case .view(let view):
                if !view.columns.isEmpty { return view.columns.map { .init(name: $0) } }
                guard let query = try? parseQuery(view.query) else { return nil }
                return nameCompletion(schema: view.schema, depth: depth + 1).output(of: query)
            }
        }
    }

    private func dropViews(_ names: [ObjectName], ifExists: Bool) throws(SQLError) {
        var missing: [String] = []
        for name in names {
            let schema = try schema(of: name)
            plan.writes(table: name.name, in: schema)
            if dictionary.table(schema, name.name) != nil { throw SQLError(.wrongObject, schema, name.name, "VIEW") }
            guard dictionary.view(schema, name.name) != nil else {
                missing.append("\(schema).\(name.name)")
                continue
            }
            plan.steps.append(.removeView(schema: schema, name: name.name))
        }
        guard !missing.isEmpty else { return }
        guard ifExists else { throw SQLError(.badTableError, missing.joined(separator: ",")) }
        for name in missing { plan.note(.badTableError, SQLError(.badTableError, name).message) }
    }
}
