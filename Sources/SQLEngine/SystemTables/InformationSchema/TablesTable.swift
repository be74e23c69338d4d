import CSQLite
import MySQLTypes
import SQLBinder
import SQLDefinitions
import Storage
import SystemCatalog

/// `information_schema.TABLES`, `TABLES_EXTENSIONS` and `PARTITIONS`.
enum TablesTable {
    /// InnoDB's page, in whose multiples MySQL reports sizes.
    private static let pageBytes = 16_384
    /// Rows up to which TABLE_ROWS is exact.
    private static let maximumCountedRows = 1_000

    static let rows: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        for schema in context.visibleSchemas {
            for definition in context.catalog.definitions where definition.schema == schema {
                if context.canSee(table: definition.name, in: schema) { result.append(row(system: definition)) }
            }
            for name in context.dictionary.tableNames(in: schema) where context.canSee(table: name, in: schema) {
                if let table = context.dictionary.table(schema, name) { result.append(row(table, context)) }
            }
            for name in context.dictionary.viewNames(in: schema) where context.canSee(table: name, in: schema) {
                result.append(row(view: name, schema))
            }
        }
        return result
    }

    private static func row(system definition: SystemTableDefinition) -> [SystemValue] {
        let isView = definition.schema == "information_schema"
        let isMemory = definition.schema == "performance_schema"
        return [
            "def", .text(definition.schema), .text(definition.name), .text(isView ? "SYSTEM VIEW" : "BASE TABLE"),
            isView ? nil : .text(isMemory ? "PERFORMANCE_SCHEMA" : "InnoDB"), 10,
            isView ? nil : "Dynamic", 0, 0, 0, 0, 0, 0, nil, .timestamp(0), nil, nil,
            isView ? nil : .text(isMemory ? "utf8mb4_0900_ai_ci" : "utf8mb3_bin"), nil, "", .text(definition.comment),
        ]
    }

    private static func row(_ table: Table, _ context: SystemTableContext) -> [SystemValue] {
        let definition = table.definition
        let count = rowCount(of: table, context)
        let secondary = definition.indexes.count { $0.kind != .primary }
        return [
            "def", .text(definition.schema), .text(definition.name), "BASE TABLE", .text(definition.engine), 10, "Dynamic",
            .integer(count), .integer(count > 0 ? Int64(pageBytes) / max(count, 1) : 0), .count(pageBytes), 0,
            .count(pageBytes * secondary), 0,
            definition.autoIncrementColumn == nil ? nil : .unsigned(table.autoIncrement.next),
            .timestamp(definition.createTime * 1_000_000), nil, nil,
            .text(CollationChoice.name(of: definition.collation)), nil,
            .text(definition.options.joined(separator: " ").lowercased()), .text(definition.comment),
        ]
    }

    private static func row(view name: String, _ schema: String) -> [SystemValue] {
        ["def", .text(schema), .text(name), "VIEW", nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, .timestamp(0)]
            + [nil, nil, nil, nil, nil, "VIEW"]
    }

    /// Exact for small tables, else the greatest rowid: an estimate, as InnoDB's is.
    private static func rowCount(of table: Table, _ context: SystemTableContext) -> Int64 {
        let name = table.sqliteName
        let connection = context.session.storage.connection.pointer
        let limit = maximumCountedRows + 1
        let count = number("SELECT count(*) FROM (SELECT 1 FROM \(name) LIMIT \(limit))", connection) ?? 0
        guard count == Int64(limit), table.definition.rowIDColumn != nil else { return count }
        return number("SELECT max(rowid) FROM \(name)", connection) ?? count
    }

    private static func number(_ sql: String, _ connection: OpaquePointer) -> Int64? {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { return nil }
        return sqlite3_column_int64(statement, 0)
    }

    static let extensions: SystemTableRows = { context in
        try rows(context).map { row in [row[0], row[1], row[2], nil, nil] }
    }

    static let partitions: SystemTableRows = { context in
        try rows(context).map { row in
            var values: [SystemValue] = [row[0], row[1], row[2]]
            values += Array(repeating: .null, count: 10)
            values += [row[7], row[8], row[9], row[10], row[11], row[12], row[14], row[15], row[16], row[18]]
            values += ["", "", nil]
            return values
        }
    }
}
