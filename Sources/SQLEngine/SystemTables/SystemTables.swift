import CSQLite
import MySQLProtocol
import MySQLTypes
import Platform
import Storage
import SystemCatalog

/// Makes a system table's rows, in the order of its columns.
typealias SystemTableRows = @Sendable (SystemTableContext) throws(SQLError) -> [[SystemValue]]

/// information_schema, performance_schema, mysql and sys: virtual tables over the server's state. One value per server.
///
/// Safe: immutable after `init`.
public final class SystemTables: SystemTableCatalog, @unchecked Sendable {
    public let sources: SystemTableSources
    private let tables: [String: SystemTableDefinition]
    private let allDefinitions: [SystemTableDefinition]
    var definitions: [SystemTableDefinition] { allDefinitions.filter { sources.hasTable($0.schema, $0.name) } }
    private let rows: [String: SystemTableRows]

    /// Schemas that every server has and no statement creates.
    static let schemaNames = ["information_schema", "mysql", "performance_schema", "sys"]

    /// information_schema and performance_schema show themselves to everybody.
    static func isVisibleToAll(_ schema: String) -> Bool {
        schema == "information_schema" || schema == "performance_schema"
    }

    public init(sources: SystemTableSources) {
        self.sources = sources
        allDefinitions =
            SystemTableText.parse(SystemTableText.informationSchema, schema: "information_schema")
            + SystemTableText.parse(SystemTableText.performanceSchema, schema: "performance_schema")
            + SystemTableText.parse(SystemTableText.mysql, schema: "mysql")
            + SystemTableText.parse(SystemTableText.sys, schema: "sys")
        tables = Dictionary(
            allDefinitions.map { (Self.key($0.schema, $0.name), $0) }, uniquingKeysWith: { first, _ in first })
        rows = Dictionary(
            Self.providers.map { (Self.key($0.schema, $0.name), $0.rows) }, uniquingKeysWith: { first, _ in first })
        for provider in Self.providers {
            precondition(
                tables[Self.key(provider.schema, provider.name)] != nil, "no columns for \(provider.schema).\(provider.name)")
        }
    }

    /// Names in information_schema are found in any case.
    private static func key(_ schema: String, _ name: String) -> String {
        schema + "." + (schema == "information_schema" ? Identifier.folded(name) : name)
    }

    public func isSystemSchema(_ name: String) -> Bool {
        Identifier.equal(name, "information_schema")
            || ["mysql", "performance_schema", "sys"].contains { Identifier.isSame(name, $0) }
    }

    /// performance_schema's tables that MySQL opens to everybody: they show nothing of others.
    private static let worldReadable: Set<String> = [
        "global_status", "global_variable_attributes", "global_variables", "persisted_variables", "processlist",
        "session_account_connect_attrs", "session_status", "session_variables", "variables_info", "variables_metadata",
    ]

    /// information_schema's tables of the storage engine show what is everybody's: error 1227 without PROCESS, also for
    /// those that do not exist here.
    public static func needsProcess(schema: String, table: String) -> Bool {
        guard schema == "information_schema" else { return false }
        let name = table.uppercased()
        return name == "FILES" || (name.hasPrefix("INNODB_") && name != "INNODB_FT_DEFAULT_STOPWORD")
    }

    /// information_schema filters its rows by what each may see; mysql, sys and most of performance_schema need SELECT.
    public func isReadableByAll(schema: String, table: String) -> Bool {
        switch schema {
        case "information_schema": true
        case "performance_schema": Self.worldReadable.contains(table)
        default: false
        }
    }

    public func table(schema: String, name: String) -> (sqliteName: String, columns: [ColumnDefinition])? {
        guard let found = definition(schema: schema, name: name) else { return nil }
        // Columns that are always NULL have no type in a result.
        let columns = found.columns.map { column in
            guard column.type.kind == .varBinary, column.type.length == 0 else { return column }
            var untyped = column
            untyped.type = MySQLType(.null)
            return untyped
        }
        return (found.sqliteName, columns)
    }

    func definition(schema: String, name: String) -> SystemTableDefinition? {
        guard let found = tables[Self.key(schema, name)], sources.hasTable(found.schema, found.name) else { return nil }
        return found
    }

    /// A system table as SHOW CREATE TABLE shows it.
    public func tableDefinition(schema: String, name: String) -> TableDefinition? {
        definition(schema: schema, name: name)?.tableDefinition
    }

    func rows(of table: SystemTableDefinition, in context: SystemTableContext) throws(SQLError) -> [[SystemValue]] {
        if Self.needsProcess(schema: table.schema, table: table.name), !context.privileges.global.contains(.process) {
            throw SQLError(.specificAccessDeniedError, "PROCESS")
        }
        if table.schema == "performance_schema", table.name == "log_status",
            !context.privileges.hasDynamic("BACKUP_ADMIN")
        {
            throw SQLError(.specificAccessDeniedError, "BACKUP_ADMIN")
        }
        guard let make = rows[Self.key(table.schema, table.name)] else { return [] }
        return try make(context)
    }

    /// Makes the tables known to a session's connection, for as long as that is open. Costs no I/O.
    public func register(on connection: OpaquePointer, for session: Session) {
        let context = SystemTableContext(session: session, catalog: self)
        for definition in allDefinitions {
            VirtualTableModule.register(definition, context: context, on: connection)
        }
    }
}
