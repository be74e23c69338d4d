/// A query: SELECT, VALUES, TABLE, or a combination of them, with the clauses that hold for the whole.
public struct QueryExpression: Hashable, Sendable {
    public var with: WithClause?
    public var body: QueryBody
    public var orderBy: [OrderItem]
    public var limit: LimitClause?
    public var locking: [LockingClause]
    public var into: IntoClause?
    public var range: SourceRange

    public init(with: WithClause? = nil, body: QueryBody, range: SourceRange = .none) {
        self.with = with
        self.body = body
        orderBy = []
        limit = nil
        locking = []
        into = nil
        self.range = range
    }

    public static func == (left: QueryExpression, right: QueryExpression) -> Bool {
        left.with == right.with && left.body == right.body && left.orderBy == right.orderBy
            && left.limit == right.limit && left.locking == right.locking && left.into == right.into
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(body)
        hasher.combine(orderBy)
    }
}

public indirect enum QueryBody: Hashable, Sendable {
    case select(SelectBlock)
    /// VALUES ROW(...), ROW(...).
    case values([[Expression]])
    /// TABLE name.
    case table(ObjectName)
    /// A query in parentheses with clauses of its own.
    case nested(QueryExpression)
    case setOperation(SetOperator, isDistinct: Bool, left: QueryBody, right: QueryBody)
}

public enum SetOperator: Hashable, Sendable {
    case union, intersect, except
}

/// One SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW.
public struct SelectBlock: Hashable, Sendable {
    public var isDistinct: Bool
    /// STRAIGHT_JOIN, SQL_NO_CACHE, ...
    public var options: Set<SelectOption>
    /// The text inside `/*+ */`.
    public var hints: String?
    public var items: [SelectItem]
    /// What commas separate; empty without FROM and for FROM DUAL.
    public var from: [TableReference]
    public var `where`: Expression?
    public var groupBy: GroupByClause?
    public var having: Expression?
    public var windows: [NamedWindow]
    public var qualify: Expression?

    public init(items: [SelectItem]) {
        isDistinct = false
        options = []
        hints = nil
        self.items = items
        from = []
        self.where = nil
        groupBy = nil
        having = nil
        windows = []
        qualify = nil
    }
}

public enum SelectOption: Hashable, Sendable {
    case all, highPriority, straightJoin, smallResult, bigResult, bufferResult, noCache, calcFoundRows
}

/// One item of a select list.
public enum SelectItem: Hashable, Sendable {
    /// `*`, `table.*`, `schema.table.*`.
    case wildcard(schema: String?, table: String?)
    /// `name` is the result column's name: the alias, else as MySQL derives it from the expression's text.
    case expression(Expression, alias: String?, name: String)
}

public struct GroupByClause: Hashable, Sendable {
    public var items: [OrderItem]
    public var withRollup: Bool

    public init(items: [OrderItem], withRollup: Bool) {
        self.items = items
        self.withRollup = withRollup
    }
}

public struct OrderItem: Hashable, Sendable {
    public enum Direction: Hashable, Sendable {
        case unspecified, ascending, descending
    }

    public var expression: Expression
    public var direction: Direction

    public init(_ expression: Expression, _ direction: Direction = .unspecified) {
        self.expression = expression
        self.direction = direction
    }
}

/// LIMIT: literals, parameters, or a stored program's variables.
public struct LimitClause: Hashable, Sendable {
    public var count: Expression
    public var offset: Expression?

    public init(count: Expression, offset: Expression?) {
        self.count = count
        self.offset = offset
    }
}

public struct LockingClause: Hashable, Sendable {
    public enum Strength: Hashable, Sendable {
        case update, share
    }

    public enum Wait: Hashable, Sendable {
        case wait, noWait, skipLocked
    }

    public var strength: Strength
    public var tables: [ObjectName]
    public var wait: Wait
    /// LOCK IN SHARE MODE.
    public var isOldSyntax: Bool

    public init(strength: Strength, tables: [ObjectName] = [], wait: Wait = .wait, isOldSyntax: Bool = false) {
        self.strength = strength
        self.tables = tables
        self.wait = wait
        self.isOldSyntax = isOldSyntax
    }
}

/// SELECT ... INTO.
public enum IntoClause: Hashable, Sendable {
    case variables([IntoTarget])
    case outFile(path: [UInt8], charset: String?, FileFormat)
    case dumpFile(path: [UInt8])
}

public enum IntoTarget: Hashable, Sendable {
    case userVariable(String)
    /// A stored program's variable.
    case localVariable(String)
}

/// FIELDS and LINES clauses of LOAD DATA and SELECT ... INTO OUTFILE.
public struct FileFormat: Hashable, Sendable {
    public var fieldTerminator: [UInt8]?
    public var enclosedBy: [UInt8]?
    public var isOptionallyEnclosed = false
    public var escapedBy: [UInt8]?
    public var lineStarter: [UInt8]?
    public var lineTerminator: [UInt8]?

    public init() {}
}

public struct WithClause: Hashable, Sendable {
    public var isRecursive: Bool
    public var tables: [CommonTableExpression]

    public init(isRecursive: Bool, tables: [CommonTableExpression]) {
        self.isRecursive = isRecursive
        self.tables = tables
    }
}

public struct CommonTableExpression: Hashable, Sendable {
    public var name: String
    public var columns: [String]
    public var query: QueryExpression

    public init(name: String, columns: [String], query: QueryExpression) {
        self.name = name
        self.columns = columns
        self.query = query
    }
}

public struct NamedWindow: Hashable, Sendable {
    public var name: String
    public var specification: WindowSpecification

    public init(name: String, specification: WindowSpecification) {
        self.name = name
        self.specification = specification
    }
}
