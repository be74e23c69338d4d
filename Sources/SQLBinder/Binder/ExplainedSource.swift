import Storage

/// A table of a bound statement as EXPLAIN names it.
package struct ExplainedSource {
    package var alias: String
    package var table: TableDefinition?

    package init(alias: String, table: TableDefinition? = nil) {
        self.alias = alias
        self.table = table
    }
}
