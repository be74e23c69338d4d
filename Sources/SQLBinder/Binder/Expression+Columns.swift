import MySQLParser
import MySQLTypes

extension Expression {
    /// The names of the columns that the expression mentions, in the order of their first mention. Stored expressions
    /// (checks, generated columns, key parts) have no subqueries, which are not looked into.
    package var referencedColumns: [String] {
        var names: [String] = []
        func add(_ name: String) {
            if !names.contains(where: { Identifier.equal($0, name) }) { names.append(name) }
        }
        visit { node in
            switch node.kind {
            case .column(let name), .defaultValue(let name?), .insertedValue(let name): add(name.name)
            case .jsonPath(let name, _, _): add(name.name)
            case .match(let columns, _, _): columns.forEach { add($0.name) }
            default: break
            }
            return true
        }
        return names
    }
}
