import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage
import SystemCatalog

extension DefinitionPlanner {
    /// The names of a table's or view's columns, which GRANT may name; nil where there is no such table.
    package func columnNames(_ schema: String, _ name: String) -> [String]? {
        if let table = dictionary.table(schema, name) { return table.definition.columns.map(\.name) }
        guard let view = dictionary.view(schema, name) else {
            return SystemTableText.columnNames(schema: schema, name: name)
        }
        if !view.columns.isEmpty { return view.columns }
        guard let query = try? parseQuery(view.query) else { return [] }
        return nameCompletion(schema: view.schema).output(of: query).map(\.name)
    }
}
