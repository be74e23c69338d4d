import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

extension DefinitionPlanner {
    /// The names of a table's or view's columns, which GRANT may name; nil where there is no such table.
    func columnNames(_ schema: String, _ name: String) -> [String]? {
        if let table = dictionary.table(schema, name) { return table.definition.columns.map(\.name) }
        guard let view = dictionary.view(schema, name) else {
            return SystemTables.columnNames(schema: schema, name: name)
        }
        if !view.columns.isEmpty { return view.columns }
        guard let query = try? parseQuery(view.query) else { return [] }
        return nameCompletion(schema: view.schema).output(of: query).map(\.name)
    }
}

extension SystemTables {
    /// The same on all members, whatever tables a server brings.
    private static let allColumnNames: [String: [String]] = {
        let definitions =
            SystemTableText.parse(SystemTableText.informationSchema, schema: "information_schema")
            + SystemTableText.parse(SystemTableText.performanceSchema, schema: "performance_schema")
            + SystemTableText.parse(SystemTableText.mysql, schema: "mysql")
            + SystemTableText.parse(SystemTableText.sys, schema: "sys")
        return Dictionary(
            definitions.map { ("\($0.schema).\($0.name)".lowercased(), $0.columns.map(\.name)) },
            uniquingKeysWith: { first, _ in first })
    }()

    static func columnNames(schema: String, name: String) -> [String]? {
        allColumnNames["\(schema).\(name)".lowercased()]
    }
}
