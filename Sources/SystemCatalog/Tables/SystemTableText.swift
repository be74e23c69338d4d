import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLBinder
import Storage

/// The columns of all system tables, as MySQL 9.7 has them. A table is a line `#NAME|comment`, followed by a line for each
/// column: `name|type|nullable|collation|key|=default`.
package enum SystemTableText {
    /// The tables of one schema's text.
    package static func parse(_ text: StaticString, schema: String) -> [SystemTableDefinition] {
        var result: [SystemTableDefinition] = []
        for line in text.description.split(separator: "\n") {
            if line.hasPrefix("#") {
                let parts = line.dropFirst().split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
                result.append(
                    SystemTableDefinition(
                        schema: schema, name: String(parts[0]), comment: parts.count > 1 ? String(parts[1]) : ""))
            } else if !result.isEmpty {
                result[result.count - 1].add(line)
            }
        }
        return result
    }
}

/// A system table's name and columns.
package struct SystemTableDefinition: Sendable {
    package let schema: String
    package let name: String
    package let comment: String
    package private(set) var columns: [ColumnDefinition] = []
    /// `PRI`, `UNI`, `MUL` or nothing, for each column.
    package private(set) var keys: [String] = []

    package init(schema: String, name: String, comment: String) {
        self.schema = schema
        self.name = name
        self.comment = comment
    }

    /// The SQLite virtual table's name.
    package var sqliteName: String { schema + "." + name }

    fileprivate mutating func add(_ line: Substring) {
        let fields = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        precondition(fields.count == 6, "a system table's column: \(line)")
        var column = ColumnDefinition(
            name: fields[0], type: Self.type(fields[1], collation: fields[3], column: fields[0]),
            isNullable: fields[2] == "Y")
        if fields[5].hasPrefix("=") {
            let value = String(fields[5].dropFirst())
            if value.hasPrefix("CURRENT_TIMESTAMP") {
                column.defaultValue = .currentTimestamp(value.hasSuffix("(6)") ? 6 : 0)
            } else {
                column.defaultValue = .literal(value)
            }
        }
        columns.append(column)
        keys.append(fields[4])
    }

    private static func type(_ text: String, collation: String, column: String) -> MySQLType {
        do {
            let syntax = try SQLParser.parseDataType(text)
            // Collations that exist for system tables only.
            let known = Collation.named(collation) ?? Collation.named("utf8mb3_general_ci")
            if syntax.kind == .varChar, let length = syntax.length {
                // Longer than a user's table may have it.
                return MySQLType(.varChar, length: Int(length), collation: known?.id ?? .utf8mb3_general_ci)
            }
            let builder = DataTypeBuilder(
                column: column, tableCollation: known?.id ?? .utf8mb3_general_ci, warn: { _, _ in })
            return try builder.build(syntax, collation: collation.isEmpty ? nil : known?.name)
        } catch {
            // A type that only MySQL's own tables have: as text, which the tests allow for none but the known ones.
            return MySQLType(.longText, length: 0xFFFF_FFFF, collation: .utf8mb3_general_ci)
        }
    }

    /// The table as SHOW CREATE TABLE and DESCRIBE see it.
    package var tableDefinition: TableDefinition {
        var table = TableDefinition(id: 0, schema: schema, name: name, columns: columns)
        table.engine = schema == "performance_schema" ? "PERFORMANCE_SCHEMA" : "InnoDB"
        table.comment = comment
        let primary = keys.indices.filter { keys[$0] == "PRI" }
        if !primary.isEmpty {
            table.indexes = [
                IndexDefinition(name: "PRIMARY", kind: .primary, parts: primary.map { .init(column: $0) })
            ]
        }
        if schema != "performance_schema" { table.collation = .utf8mb3_general_ci }
        return table
    }
}
