import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

extension Session: BindingEnvironment {
    package var hasQueryAttributes: Bool { server.components.isInstalled(.queryAttributes) }

    package var sqlMode: SQLMode { settings.sqlMode }

    package func resolveTable(_ name: ObjectName) throws(SQLError) -> ResolvedTable {
        guard let schema = name.schema ?? currentDatabase else { throw SQLError(.noDbError) }
        if let table = storage.temporaryTable(schema, name.name) { return .base(table.definition) }
        let dictionary = storage.dictionary
        if let table = dictionary.table(schema, name.name) { return .base(table.definition) }
        if let view = dictionary.view(schema, name.name) { return .view(view) }
        if let catalog = server.systemTables, catalog.isSystemSchema(schema) {
            if let found = catalog.table(schema: schema.lowercased(), name: name.name) {
                return .system(
                    schema: schema.lowercased(), name: name.name, sqliteName: found.sqliteName, columns: found.columns)
            }
            if schema.lowercased() == "information_schema" {
                throw SQLError(.unknownTable, name.name.uppercased(), "information_schema")
            }
            throw SQLError(.noSuchTable, schema, name.name)
        }
        guard dictionary.schema(schema) != nil else { throw SQLError(.badDbError, schema) }
        throw SQLError(.noSuchTable, schema, name.name)
    }

    package func isOpenToAll(schema: String, table: String) -> Bool {
        server.systemTables?.isReadableByAll(schema: schema.lowercased(), table: table.lowercased()) ?? false
    }

    package func missingRoutine(_ kind: String, _ schema: String, _ name: String) -> SQLError {
        if privileges.privileges(onDatabase: schema).contains(.execute) {
            return SQLError(.spDoesNotExist, kind, "\(schema).\(name)")
        }
        return SQLError(.procaccessDeniedError, "execute", account.user, account.host, "\(schema).\(name)")
    }

    package func currentRole(of definer: AuthorizationID) -> String {
        let roles = server.accounts(of: storage.dictionary)[definer]?.defaultRoles ?? []
        return roles.isEmpty ? "NONE" : roles.map(\.backquoted).joined(separator: ",")
    }

    /// The session's temporary table, which hides the base table of the same name, or that.
    func table(_ schema: String, _ name: String) -> Table? {
        storage.temporaryTable(schema, name) ?? storage.dictionary.table(schema, name)
    }

    /// A base table to be changed; errors 1046, 1049, 1146, 1288 for views.
    func baseTable(_ name: ObjectName, for operation: String) throws(SQLError) -> Table {
        guard let schema = name.schema ?? currentDatabase else { throw SQLError(.noDbError) }
        let dictionary = storage.dictionary
        if let table = table(schema, name.name) { return table }
        if dictionary.view(schema, name.name) != nil {
            throw SQLError(operation == "INSERT" ? .nonInsertableTable : .nonUpdatableTable, name.name, operation)
        }
        try refuseSystemTable(schema, name.name, operation)
        guard dictionary.schema(schema) != nil else { throw SQLError(.badDbError, schema) }
        throw SQLError(.noSuchTable, schema, name.name)
    }

    /// Nobody changes system tables by statements on tables: error 1044 in information_schema, 1142 elsewhere.
    func refuseSystemTable(_ schema: String, _ table: String, _ command: String) throws(SQLError) {
        guard isSystemSchema(schema) else { return }
        if schema.lowercased() == "information_schema" {
            throw SQLError(.dbaccessDeniedError, account.user, account.host, "information_schema")
        }
        if schema.lowercased() == "performance_schema", command.contains("CREATE") {
            throw SQLError(.dbaccessDeniedError, account.user, account.host, "performance_schema")
        }
        throw SQLError(.tableaccessDeniedError, command, account.user, clientHost, table)
    }

    package func systemVariable(_ name: SystemVariableName) throws(SQLError) -> TypedSQL {
        switch name.name.lowercased() {
        case "warning_count" where name.scope != .global:
            return try builder.integer(String(previousDiagnostics.count))
        case "error_count" where name.scope != .global:
            return try builder.integer(String(previousDiagnostics.errorCount))
        case "last_insert_id", "identity":
            return try builder.integer(String(lastInsertID))
        default: break
        }
        switch name.scope {
        case .persist: throw SQLError(.unknownSystemVariable, "persist." + name.name)
        case .persistOnly: throw SQLError(.unknownSystemVariable, "persist_only." + name.name)
        case .global, .session, nil: break
        }
        guard let variables = server.variables else {
            throw SQLError(.unknownSystemVariable, name.name)
        }
        let (value, type) = try variables.value(name, in: self)
        return TypedSQL(
            sql: value.sql, type: type, isNullable: value == .null,
            coercibility: type.isNonBinaryString ? .systemConstant : .numeric, literal: value, isConstant: true)
    }

    package func parseQuery(_ text: String) throws(SQLError) -> QueryExpression {
        try StatementParsing.query(Array(text.utf8))
    }

    /// The builder of one statement's expressions.
    var builder: ExpressionBuilder { ExpressionBuilder(context: context) }
}
