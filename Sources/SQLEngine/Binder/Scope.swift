import MySQLProtocol
import MySQLTypes
import Storage

/// Where a result column comes from: what a client is told besides its type.
struct ColumnOrigin: Sendable {
    var schema: String
    /// The table's alias.
    var table: String
    var originalTable: String
    var originalName: String
    /// Key and default flags; NOT_NULL and type flags are added from the type.
    var flags: ColumnFlags
    /// Base table columns only: the definition's place, for default values and dependencies.
    var sourceID: Int
    var columnIndex: Int
}

/// One column of a table source.
struct SourceColumn: Sendable {
    var name: String
    var type: MySQLType
    var isNullable: Bool
    var isInvisible: Bool = false
    var originalName: String
    var flags: ColumnFlags = []
    /// SQLite's name of the column, as it stands in SQL.
    var sqliteName: String
    /// Set where the value does not come from the SQLite column as it stands: functions of it.
    var coercibility: Coercibility = .implicit
}

/// A table, view, derived table or CTE in a FROM clause, under the alias that makes it unique in the whole SQLite text.
final class TableSource {
    let id: Int
    /// MySQL's name for it: the alias, else the table's name.
    let alias: String
    /// nil for derived tables.
    let schema: String?
    /// The base table's name; empty for derived tables.
    let originalTable: String
    /// The base table, where it is one.
    let table: TableDefinition?
    let columns: [SourceColumn]
    /// On the inner side of an outer join: every column may be NULL.
    var isOuterNullable = false
    /// A view's columns point at base tables; updates go through to them.
    var isView = false
    /// The session's time zone is not UTC: TIMESTAMP columns, which hold UTC, are converted.
    var convertsTimestamps = false
    /// What a use of a column is a use of, for privileges: a table or view of the statement, and what a view that is
    /// merged reads in its turn. Empty for derived tables and what is the session's own.
    var uses: [Use] = []
    /// What the columns of a merged derived table need when they are used.
    var deferred: [[RequiredPrivileges.Column]] = []

    struct Use {
        /// A place in ``RequiredPrivileges/tables``.
        var table: Int
        /// The columns' names there; nil for their own.
        var names: [String?]?
    }

    /// `t1`, `t2`, ...: SQLite's alias.
    /// Empty where names must stand alone: in an index's expressions.
    var sqliteAlias: String

    init(
        id: Int, alias: String, schema: String?, originalTable: String, table: TableDefinition?, columns: [SourceColumn]
    ) {
        self.id = id
        self.alias = alias
        self.schema = schema
        self.originalTable = originalTable
        self.table = table
        self.columns = columns
        sqliteAlias = "t" + String(id)
    }

    func index(of name: String) -> Int? {
        columns.firstIndex { Identifier.equal($0.name, name) }
    }

    /// The column's value as an expression.
    func typed(_ index: Int) -> TypedSQL {
        let column = columns[index]
        var typed = TypedSQL.column(
            sqliteAlias.isEmpty ? column.sqliteName : sqliteAlias + "." + column.sqliteName, column.type,
            isNullable: column.isNullable || isOuterNullable)
        typed.coercibility = column.type.isStringLike ? column.coercibility : .numeric
        typed.isColumn = table != nil
        if convertsTimestamps, column.type.kind == .timestamp {
            typed.sql = "m_fromutc(" + typed.sql + ")"
            typed.isColumn = false
        }
        return typed
    }

    func origin(_ index: Int) -> ColumnOrigin {
        let column = columns[index]
        return ColumnOrigin(
            schema: schema ?? "", table: alias, originalTable: originalTable, originalName: column.originalName,
            flags: column.flags, sourceID: id, columnIndex: index)
    }
}

/// A column as an unqualified name and `*` see it: a source's column, or the one that USING made of two.
struct VisibleColumn {
    var name: String
    var source: TableSource
    var index: Int
    /// For a coalesced column of a join.
    var merged: TypedSQL?
    /// The other columns that USING or NATURAL hid behind this one.
    var hidden: [(source: TableSource, index: Int)] = []

    var typed: TypedSQL { merged ?? source.typed(index) }
}

/// A name's meaning.
struct ResolvedColumn {
    var typed: TypedSQL
    var origin: ColumnOrigin
    var source: TableSource
    var index: Int
    /// How many queries out the column was found: 0 in the query itself.
    var depth: Int
}

/// The names that one query block (or one ON clause) sees.
final class Scope {
    let parent: Scope?
    var columns: [VisibleColumn]
    var sources: [TableSource]
    /// Names of the select list, for GROUP BY, HAVING and ORDER BY; empty while the list itself is bound.
    var aliases: [(name: String, typed: TypedSQL, origin: ColumnOrigin?)] = []
    /// Named windows.
    var windows: [ExactName: WindowDefinition] = [:]
    /// The block aggregates: aggregates may be bound.
    var isAggregated = false
    /// Columns of an outer query were used: the subquery is correlated.
    var usesOuter = false

    init(parent: Scope?, columns: [VisibleColumn] = [], sources: [TableSource] = []) {
        self.parent = parent
        self.columns = columns
        self.sources = sources
    }
}

/// The part of a statement that a name stands in: MySQL's messages name it.
enum Clause: String {
    case fieldList = "field list"
    case from = "from clause"
    case on = "on clause"
    case `where` = "where clause"
    case group = "group statement"
    case having = "having clause"
    case order = "order clause"
    case window = "window order by"
    case partition = "window partition by"
    case values = "values list"
}

extension MySQLType {
    /// A character string or a binary one: a column of it brings its collation into comparisons.
    var isStringLike: Bool { isNonBinaryString || carrier == .blob }
}
