import Storage

/// A table of a bound statement as EXPLAIN names it.
struct ExplainedSource {
    var alias: String
    var table: TableDefinition?
}
