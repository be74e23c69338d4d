import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// A statement's parameter while it is bound: a literal that was lifted out of the text, or a value that the client sent.
package enum StatementParameter: Sendable {
    case literal(Literal)
    case value(LiteralValue, MySQLType)
    /// At PREPARE: nothing is known of it yet.
    case unknown
}

/// A column of a query's result.
package struct OutputColumn {
    package var name: String
    package var typed: TypedSQL
    package var origin: ColumnOrigin?
    /// The columns that it is made of, where they count only when it is used: of a derived table that is merged.
    package var reads: [RequiredPrivileges.Column] = []

    package init(
        name: String, typed: TypedSQL, origin: ColumnOrigin? = nil, reads: [RequiredPrivileges.Column] = []
    ) {
        self.name = name
        self.typed = typed
        self.origin = origin
        self.reads = reads
    }
}

/// A query turned into SQLite's SQL: its columns are named `c1`, `c2`, ...
package struct BoundQuery {
    package var sql: String
    package var columns: [OutputColumn]
    /// MySQL keeps its rows in a temporary table when it is a derived table.
    package var isMaterialized = false
    /// Never more than one row: aggregated without GROUP BY, LIMIT 1, no FROM.
    package var isSingleRow = false
    /// Uses columns of an outer query.
    package var isCorrelated = false

    package init(
        sql: String, columns: [OutputColumn], isMaterialized: Bool = false, isSingleRow: Bool = false,
        isCorrelated: Bool = false
    ) {
        self.sql = sql
        self.columns = columns
        self.isMaterialized = isMaterialized
        self.isSingleRow = isSingleRow
        self.isCorrelated = isCorrelated
    }
}

/// Turns a syntax tree into SQLite's SQL: names are resolved against the dictionary, each expression is typed and
/// converted by the ``ExpressionBuilder``, each table gets an alias of its own (`t1`, `t2`, ...).
///
/// One per statement. Pure: what it knows of the world comes from the ``BindingEnvironment``.
package final class Binder {
    package let environment: any BindingEnvironment
    package let builder: ExpressionBuilder
    package let parameters: [StatementParameter]
    /// What to bind for each parameter, in its carrier.
    package var parameterValues: [LiteralValue?]
    /// The SQLite number of the first parameter: others may stand before the statement's own.
    package var firstParameter = 1
    /// Set while a row of VALUES is bound.
    package var localParameters: LocalParameters?
    package var tables: [TableUse: TableDefinition] = [:]
    /// What the statement needs of the accounts that it runs as.
    package lazy var required = RequiredPrivileges()
    /// Where in ``required`` the query stands that is being bound: a place in its contexts.
    package var securityContext = 0
    /// How the tables of the FROM clause that is about to be bound are used as a whole.
    package var fromAccess = RequiredPrivileges.Access.select
    /// What the names that are being resolved need.
    package var columnPrivilege = Privileges.select
    /// The query is that of a view to be made: its columns need any privilege.
    package var makesView = false
    /// The derived table that is about to be bound needs the columns of its list when they are used.
    package var defersColumns = false
    /// What ON conditions of the FROM clause need: said after the select list's needs, as MySQL looks at them.
    package var joinColumns: [RequiredPrivileges.Column] = []
    /// The locking clauses of the query block that is about to be bound.
    package var pendingLocking: [LockingClause] = []
    /// Virtual tables and views that were read.
    package var readsSystemTables = false
    /// Of these, one that does not show the server's state (performance_schema, sys, PROCESSLIST).
    package var readsHeldSystemTables = false
    /// Values of variables are part of the SQL: it cannot be used again.
    package var usesVariables = false
    package var locksRows = false
    private var lastSourceID = 0
    /// Columns that are no column of the scope, and what stands for them.
    package var givenColumns: [(name: ColumnName, typed: TypedSQL)] = []
    /// Temporary tables that the statement reads, by their names in SQLite, and what each is called there.
    package var openTemporaryTables: [String: String] = [:]
    /// What stands before a FROM item in its clause: JSON_TABLE may name it.
    package var lateral: Scope?
    /// CTEs in scope, innermost last.
    package var commonTables: [CommonTable] = []
    /// The alias under which the recursive part of a CTE reads its own table.
    package var recursionDepthColumn: String?
    /// The step of a recursive CTE that is about to be bound: its columns take the seed's types.
    package var recursiveStep: RecursiveStep?
    /// Depth of views being expanded.
    package var viewDepth = 0
    package var queryDepth = 0
    /// Where the expression being bound stands, for messages.
    package var clause = Clause.fieldList
    /// Aggregates are allowed where the expression being bound stands.
    package var aggregateDepth = 0
    package var allowsAggregates = false
    package var allowsWindows = false
    /// What VALUES(column) and the row alias of ON DUPLICATE KEY UPDATE mean.
    package var insertedValue: ((ColumnName) throws(SQLError) -> TypedSQL)?
    /// INSERT's row alias.
    package var insertedAlias: String?
    /// What DEFAULT(column) means.
    package var defaultValue: ((ColumnName) throws(SQLError) -> TypedSQL)?
    /// ROLLUP: the expressions that are NULL in the level being bound, and all of them.
    package var rollup: RollupLevel?
    /// Columns that are replaced while UPDATE's assignments are bound from left to right.
    package var replacedColumns: [ReplacedColumn] = []

    /// Deepest nesting of queries.
    package static let maximumQueryDepth = 60

    package init(environment: any BindingEnvironment, builder: ExpressionBuilder, parameters: [StatementParameter] = []) {
        self.environment = environment
        self.builder = builder
        self.parameters = parameters
        parameterValues = Array(repeating: nil, count: parameters.count)
    }

    package func nextSourceID() -> Int {
        lastSourceID += 1
        return lastSourceID
    }

    /// SQLite's aliases, for EXPLAIN.
    package var explained: [String: ExplainedSource] = [:]
    /// UPDATE and DELETE of one view: it is bound as its table, and found here with its condition.
    package var mergesView = false
    package var mergedView: MergedView?

    /// Whether the statement names one table or derived table in all, subqueries included.
    package var hasOneSource: Bool { lastSourceID <= 1 }

    /// A column whose new value later assignments see.
    package struct ReplacedColumn {
        package var sourceID: Int
        package var index: Int
        package var typed: TypedSQL

        package init(sourceID: Int, index: Int, typed: TypedSQL) {
            self.sourceID = sourceID
            self.index = index
            self.typed = typed
        }
    }

    package struct RecursiveStep {
        package var columns: [OutputColumn]
        package var isDistinct: Bool

        package init(columns: [OutputColumn], isDistinct: Bool) {
            self.columns = columns
            self.isDistinct = isDistinct
        }
    }

    package struct RollupLevel {
        /// All GROUP BY expressions.
        package var expressions: [Expression]
        /// How many of them are kept in this level.
        package var kept: Int

        package init(expressions: [Expression], kept: Int) {
            self.expressions = expressions
            self.kept = kept
        }
    }
}

/// A CTE in scope.
package final class CommonTable {
    package let name: String
    /// SQLite's name, unique in the statement.
    package let sqliteName: String
    package var columns: [OutputColumn]
    /// While its own recursive part is bound.
    package var isBeingDefined = false
    package var isUsed = false
    /// How often it was named so far.
    package var references = 0
    /// The text of its definition, for the WITH clause.
    package var definition = ""

    package init(name: String, sqliteName: String, columns: [OutputColumn]) {
        self.name = name
        self.sqliteName = sqliteName
        self.columns = columns
    }
}
