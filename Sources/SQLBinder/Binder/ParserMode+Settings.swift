import MySQLParser
import MySQLTypes
import SQLExpressions

extension ParserMode {
    /// What of `sql_mode` and `lower_case_table_names` the parser needs.
    package init(_ sqlMode: SQLMode, _ tableNameCase: TableNameCase) {
        self = tableNameCase == .lowered ? .lowersTableNames : []
        if sqlMode.contains(.ansiQuotes) { insert(.ansiQuotes) }
        if sqlMode.contains(.pipesAsConcat) { insert(.pipesAsConcat) }
        if sqlMode.contains(.noBackslashEscapes) { insert(.noBackslashEscapes) }
        if sqlMode.contains(.highNotPrecedence) { insert(.highNotPrecedence) }
        if sqlMode.contains(.ignoreSpace) { insert(.ignoreSpace) }
    }
}
