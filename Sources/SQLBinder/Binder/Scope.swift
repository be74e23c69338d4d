import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// Where a result column comes from: what a client is told besides its type.
package struct ColumnOrigin: Sendable {
    package var schema: String
    /// The table's alias.
    package var table: String
    package var originalTable: String
    package var originalName: String
    /// Key and default flags; NOT_NULL and type flags are added from the type.
    package var flags: ColumnFlags
    /// Base table columns only: the definition's place, for default values and dependencies.
    package var sourceID: Int
    package var columnIndex: Int

    package init(
        schema: String, table: String, originalTable: String, originalName: String, flags: ColumnFlags, sourceID: Int,
        columnIndex: Int
    ) {
        self.schema = schema
        self.table = table
        self.originalTable = originalTable
        self.originalName = originalName
        self.flags = flags
        self.sourceID = sourceID
        self.columnIndex = columnIndex
    }
}

/// One column of a table source.
package struct SourceColumn: Sendable {
    package var name: String
    package var type: MySQLType
    package var isNullable: Bool
    package var isInvisible: Bool = false
    package var originalName: String
    package var flags: ColumnFlags = []
    /// SQLite's name of the column, as it stands in SQL.
    package var sqliteName: String
    /// What stands for the column instead: JSON_TABLE's columns are expressions.
    package var expression: String?
    /// Set where the value does not come from the SQLite column as it stands: functions of it.
    package var coercibility: Coercibility = .implicit

    package init(
        name: String, type: MySQLType, isNullable: Bool, isInvisible: Bool = false, originalName: String,
        flags: ColumnFlags = [], sqliteName: String, coercibility: Coercibility = .implicit
    ) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.isInvisible = isInvisible
        self.originalName = originalName
        self.flags = flags
        self.sqliteName = sqliteName
        self.coercibility = coercibility
    }
}

/// A table, view, derived table or CTE in a FROM clause, under the alias that makes it unique in the whole SQLite text.
package final class TableSource {
    package let id: Int
    /// MySQL's name for it: the alias, else the table's name.
    package let alias: String
    /// nil for derived tables.
    package let schema: String?
    /// The base table's name; empty for derived tables.
    package let originalTable: String
    /// The base table, where it is one.
    package let table: TableDefinition?
    package let columns: [SourceColumn]
    /// On the inner side of an outer join: every column may be NULL.
    package var isOuterNullable = false
    /// A view's columns point at base tables; updates go through to them.
    package var isView = false
    /// The session's time zone is not UTC: TIMESTAMP columns, which hold UTC, are converted.
    package var convertsTimestamps = false
    /// What a use of a column is a use of, for privileges: a table or view of the statement, and what a view that is
    /// merged reads in its turn. Empty for derived tables and what is the session's own.
    package var uses: [Use] = []
    /// What the columns of a merged derived table need when they are used.
    package var deferred: [[RequiredPrivileges.Column]] = []

    package struct Use {
        /// A place in ``RequiredPrivileges/tables``.
        package var table: Int
        /// The columns' names there; nil for their own.
        package var names: [String?]?

        package init(table: Int, names: [String?]? = nil) {
            self.table = table
            self.names = names
        }
    }

    /// `t1`, `t2`, ...: SQLite's alias.
    /// Empty where names must stand alone: in an index's expressions.
    package var sqliteAlias: String

    package init(
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

    package func index(of name: String) -> Int? {
        columns.firstIndex { Identifier.equal($0.name, name) }
    }

    /// The column's value as an expression.
    package func typed(_ index: Int) -> TypedSQL {
        let column = columns[index]
        var typed = TypedSQL.column(
            column.expression ?? (sqliteAlias.isEmpty ? column.sqliteName : sqliteAlias + "." + column.sqliteName), column.type,
            isNullable: column.isNullable || isOuterNullable)
        typed.coercibility = column.type.isStringLike ? column.coercibility : .numeric
        typed.isColumn = table != nil
        typed.isDerivedColumn = table == nil
        if convertsTimestamps, column.type.kind == .timestamp {
            typed.sql = "m_fromutc(" + typed.sql + ")"
            typed.isColumn = false
        }
        return typed
    }

    package func origin(_ index: Int) -> ColumnOrigin {
        let column = columns[index]
        return ColumnOrigin(
            schema: schema ?? "", table: alias, originalTable: originalTable, originalName: column.originalName,
            flags: column.flags, sourceID: id, columnIndex: index)
    }
}

/// A column as an unqualified name and `*` see it: a source's column, or the one that USING made of two.
package struct VisibleColumn {
    package var name: String
    package var source: TableSource
    package var index: Int
    /// For a coalesced column of a join.
    package var merged: TypedSQL?
    /// The other columns that USING or NATURAL hid behind this one.
    package var hidden: [(source: TableSource, index: Int)] = []

    package var typed: TypedSQL { merged ?? source.typed(index) }

    package init(
        name: String, source: TableSource, index: Int, merged: TypedSQL? = nil,
        hidden: [(source: TableSource, index: Int)] = []
    ) {
        self.name = name
        self.source = source
        self.index = index
        self.merged = merged
        self.hidden = hidden
    }
}

/// A name's meaning.
package struct ResolvedColumn {
    package var typed: TypedSQL
    package var origin: ColumnOrigin
    package var source: TableSource
    package var index: Int
    /// How many queries out the column was found: 0 in the query itself.
    package var depth: Int

    package init(typed: TypedSQL, origin: ColumnOrigin, source: TableSource, index: Int, depth: Int) {
        self.typed = typed
        self.origin = origin
        self.source = source
        self.index = index
        self.depth = depth
    }
}

/// The names that one query block (or one ON clause) sees.
package final class Scope {
    package let parent: Scope?
    package var columns: [VisibleColumn]
    package var sources: [TableSource]
    /// Names of the select list, for GROUP BY, HAVING and ORDER BY; empty while the list itself is bound.
    package var aliases: [(name: String, typed: TypedSQL, origin: ColumnOrigin?)] = []
    /// Named windows.
    package var windows: [ExactName: WindowDefinition] = [:]
    /// The block aggregates: aggregates may be bound.
    package var isAggregated = false
    /// Columns of an outer query were used: the subquery is correlated.
    package var usesOuter = false

    package init(parent: Scope?, columns: [VisibleColumn] = [], sources: [TableSource] = []) {
        self.parent = parent
        self.columns = columns
        self.sources = sources
    }
}

/// The part of a statement that a name stands in: MySQL's messages name it.
package enum Clause: String {
    case fieldList = "field list"
    case from = "from clause"
    case tableFunction = "a table function argument"
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
    package var isStringLike: Bool { isNonBinaryString || carrier == .blob }
}
