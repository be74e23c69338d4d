import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// A statement's parameter while it is bound: a literal that was lifted out of the text, or a value that the client sent.
enum StatementParameter: Sendable {
    case literal(Literal)
    case value(LiteralValue, MySQLType)
    /// At PREPARE: nothing is known of it yet.
    case unknown
}

/// A column of a query's result.
struct OutputColumn {
    var name: String
    var typed: TypedSQL
    var origin: ColumnOrigin?
    /// The columns that it is made of, where they count only when it is used: of a derived table that is merged.
    var reads: [RequiredPrivileges.Column] = []
}

/// A query turned into SQLite's SQL: its columns are named `c1`, `c2`, ...
struct BoundQuery {
    var sql: String
    var columns: [OutputColumn]
    /// MySQL keeps its rows in a temporary table when it is a derived table.
    var isMaterialized = false
    /// Never more than one row: aggregated without GROUP BY, LIMIT 1, no FROM.
    var isSingleRow = false
    /// Uses columns of an outer query.
    var isCorrelated = false
}

/// Turns a syntax tree into SQLite's SQL: names are resolved against the dictionary, each expression is typed and
/// converted by the ``ExpressionBuilder``, each table gets an alias of its own (`t1`, `t2`, ...).
///
/// One per statement. Pure: what it knows of the world comes from the ``BindingEnvironment``.
final class Binder {
    let environment: any BindingEnvironment
    let builder: ExpressionBuilder
    let parameters: [StatementParameter]
    /// What to bind for each parameter, in its carrier.
    var parameterValues: [LiteralValue?]
    /// The SQLite number of the first parameter: others may stand before the statement's own.
    var firstParameter = 1
    /// Set while a row of VALUES is bound.
    var localParameters: LocalParameters?
    var tables: [TableUse: TableDefinition] = [:]
    /// What the statement needs of the accounts that it runs as.
    lazy var required = RequiredPrivileges()
    /// Where in ``required`` the query stands that is being bound: a place in its contexts.
    var securityContext = 0
    /// How the tables of the FROM clause that is about to be bound are used as a whole.
    var fromAccess = RequiredPrivileges.Access.select
    /// What the names that are being resolved need.
    var columnPrivilege = Privileges.select
    /// The query is that of a view to be made: its columns need any privilege.
    var makesView = false
    /// The derived table that is about to be bound needs the columns of its list when they are used.
    var defersColumns = false
    /// What ON conditions of the FROM clause need: said after the select list's needs, as MySQL looks at them.
    var joinColumns: [RequiredPrivileges.Column] = []
    /// The locking clauses of the query block that is about to be bound.
    var pendingLocking: [LockingClause] = []
    /// Virtual tables and views that were read.
    var readsSystemTables = false
    /// Of these, one that does not show the server's state (performance_schema, sys, PROCESSLIST).
    var readsHeldSystemTables = false
    /// Values of variables are part of the SQL: it cannot be used again.
    var usesVariables = false
    var locksRows = false
    private var lastSourceID = 0
    /// CTEs in scope, innermost last.
    var commonTables: [CommonTable] = []
    /// The alias under which the recursive part of a CTE reads its own table.
    var recursionDepthColumn: String?
    /// The step of a recursive CTE that is about to be bound: its columns take the seed's types.
    var recursiveStep: RecursiveStep?
    /// Depth of views being expanded.
    var viewDepth = 0
    var queryDepth = 0
    /// Where the expression being bound stands, for messages.
    var clause = Clause.fieldList
    /// Aggregates are allowed where the expression being bound stands.
    var aggregateDepth = 0
    var allowsAggregates = false
    var allowsWindows = false
    /// What VALUES(column) and the row alias of ON DUPLICATE KEY UPDATE mean.
    var insertedValue: ((ColumnName) throws(SQLError) -> TypedSQL)?
    /// INSERT's row alias.
    var insertedAlias: String?
    /// What DEFAULT(column) means.
    var defaultValue: ((ColumnName) throws(SQLError) -> TypedSQL)?
    /// ROLLUP: the expressions that are NULL in the level being bound, and all of them.
    var rollup: RollupLevel?
    /// Columns that are replaced while UPDATE's assignments are bound from left to right.
    var replacedColumns: [ReplacedColumn] = []

    /// Deepest nesting of queries.
    static let maximumQueryDepth = 60

    init(environment: any BindingEnvironment, builder: ExpressionBuilder, parameters: [StatementParameter] = []) {
        self.environment = environment
        self.builder = builder
        self.parameters = parameters
        parameterValues = Array(repeating: nil, count: parameters.count)
    }

    func nextSourceID() -> Int {
        lastSourceID += 1
        return lastSourceID
    }

    /// SQLite's aliases, for EXPLAIN.
    var explained: [String: ExplainedSource] = [:]
    /// UPDATE and DELETE of one view: it is bound as its table, and found here with its condition.
    var mergesView = false
    var mergedView: MergedView?

    /// Whether the statement names one table or derived table in all, subqueries included.
    var hasOneSource: Bool { lastSourceID <= 1 }

    /// A column whose new value later assignments see.
    struct ReplacedColumn {
        var sourceID: Int
        var index: Int
        var typed: TypedSQL
    }

    struct RecursiveStep {
        var columns: [OutputColumn]
        var isDistinct: Bool
    }

    struct RollupLevel {
        /// All GROUP BY expressions.
        var expressions: [Expression]
        /// How many of them are kept in this level.
        var kept: Int
    }
}

/// A CTE in scope.
final class CommonTable {
    let name: String
    /// SQLite's name, unique in the statement.
    let sqliteName: String
    var columns: [OutputColumn]
    /// While its own recursive part is bound.
    var isBeingDefined = false
    var isUsed = false
    /// How often it was named so far.
    var references = 0
    /// The text of its definition, for the WITH clause.
    var definition = ""

    init(name: String, sqliteName: String, columns: [OutputColumn]) {
        self.name = name
        self.sqliteName = sqliteName
        self.columns = columns
    }
}
