/// What a FROM clause holds between its commas.
public indirect enum TableReference: Hashable, Sendable {
    case table(TableFactor)
    case derived(DerivedTable)
    case jsonTable(JSONTableSyntax)
    case join(JoinSyntax)
}

/// A table by name.
public struct TableFactor: Hashable, Sendable {
    public var name: ObjectName
    public var partitions: [String]
    public var alias: String?
    public var indexHints: [IndexHint]
    public var range: SourceRange

    public init(
        name: ObjectName, partitions: [String] = [], alias: String? = nil, indexHints: [IndexHint] = [],
        range: SourceRange = .none
    ) {
        self.name = name
        self.partitions = partitions
        self.alias = alias
        self.indexHints = indexHints
        self.range = range
    }
}

public struct IndexHint: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        case use, ignore, force
    }

    public enum Purpose: Hashable, Sendable {
        case all, join, orderBy, groupBy
    }

    public var action: Action
    public var purpose: Purpose
    /// PRIMARY is the primary key.
    public var indexes: [String]

    public init(action: Action, purpose: Purpose, indexes: [String]) {
        self.action = action
        self.purpose = purpose
        self.indexes = indexes
    }
}

/// `[LATERAL] (query) AS alias (columns)`.
public struct DerivedTable: Hashable, Sendable {
    public var query: QueryExpression
    public var alias: String
    public var columns: [String]
    public var isLateral: Bool

    public init(query: QueryExpression, alias: String, columns: [String], isLateral: Bool) {
        self.query = query
        self.alias = alias
        self.columns = columns
        self.isLateral = isLateral
    }
}

public struct JoinSyntax: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// JOIN, INNER JOIN, CROSS JOIN (the same to MySQL), and a comma inside parentheses.
        case inner
        case straight
        case left, right
        case naturalInner, naturalLeft, naturalRight
    }

    public enum Condition: Hashable, Sendable {
        case on(Expression)
        case using([String])
    }

    public var kind: Kind
    public var left: TableReference
    public var right: TableReference
    public var condition: Condition?

    public init(kind: Kind, left: TableReference, right: TableReference, condition: Condition?) {
        self.kind = kind
        self.left = left
        self.right = right
        self.condition = condition
    }
}

/// JSON_TABLE(document, path COLUMNS (...)) AS alias.
public struct JSONTableSyntax: Hashable, Sendable {
    public indirect enum Column: Hashable, Sendable {
        case ordinality(name: String)
        case path(name: String, type: DataTypeSyntax, path: [UInt8], onEmpty: JSONResponse?, onError: JSONResponse?)
        case exists(name: String, type: DataTypeSyntax, path: [UInt8])
        case nested(path: [UInt8], columns: [Column])
    }

    public var document: Expression
    public var path: [UInt8]
    public var columns: [Column]
    public var alias: String

    public init(document: Expression, path: [UInt8], columns: [Column], alias: String) {
        self.document = document
        self.path = path
        self.columns = columns
        self.alias = alias
    }
}
