/// A call of a function by name.
public struct FunctionCall: Hashable, Sendable {
    /// `schema.name(...)`: a stored function.
    public var schema: String?
    /// Lower case, synonyms resolved (`substring` and `mid` are `substr`, CURRENT_TIMESTAMP and LOCALTIME are `now`, ...).
    public var name: String
    /// As written, for messages.
    public var spelling: String
    public var arguments: [Expression]
    /// The name is a keyword that was not meant as one: quoted, or apart from its parenthesis. As a word it would begin
    /// another call.
    public var needsQuotes = false

    public init(schema: String? = nil, name: String, spelling: String? = nil, arguments: [Expression]) {
        self.schema = schema
        self.name = name
        self.spelling = spelling ?? name
        self.arguments = arguments
    }
}

public enum AggregateFunction: String, Hashable, Sendable {
    case count, sum, avg, min, max
    case groupConcat = "group_concat"
    case bitAnd = "bit_and"
    case bitOr = "bit_or"
    case bitXor = "bit_xor"
    /// STD, STDDEV, STDDEV_POP.
    case stddevPop = "std"
    case stddevSamp = "stddev_samp"
    /// VARIANCE, VAR_POP.
    case varPop = "variance"
    case varSamp = "var_samp"
    case jsonArrayAgg = "json_arrayagg"
    case jsonObjectAgg = "json_objectagg"
    case stCollect = "st_collect"
}

/// A call of an aggregate function; with ``over`` it is a window function.
public struct AggregateCall: Hashable, Sendable {
    public var function: AggregateFunction
    public var isDistinct: Bool
    /// Empty for COUNT(*).
    public var arguments: [Expression]
    /// GROUP_CONCAT's ORDER BY.
    public var orderBy: [OrderItem]
    /// GROUP_CONCAT's SEPARATOR.
    public var separator: [UInt8]?
    public var over: WindowReference?

    public init(_ function: AggregateFunction, _ arguments: [Expression]) {
        self.function = function
        self.arguments = arguments
        isDistinct = false
        orderBy = []
        separator = nil
        over = nil
    }
}

public enum WindowFunction: String, Hashable, Sendable {
    case rowNumber = "row_number"
    case rank
    case denseRank = "dense_rank"
    case cumeDist = "cume_dist"
    case percentRank = "percent_rank"
    case ntile, lead, lag
    case firstValue = "first_value"
    case lastValue = "last_value"
    case nthValue = "nth_value"
}

/// A call of a function that exists only as a window function.
public struct WindowCall: Hashable, Sendable {
    public var function: WindowFunction
    public var arguments: [Expression]
    /// IGNORE NULLS (which MySQL refuses with error 1235).
    public var ignoresNulls: Bool
    /// NTH_VALUE ... FROM LAST (which MySQL refuses with error 1235).
    public var isFromLast: Bool
    public var over: WindowReference

    public init(_ function: WindowFunction, _ arguments: [Expression], over: WindowReference) {
        self.function = function
        self.arguments = arguments
        ignoresNulls = false
        isFromLast = false
        self.over = over
    }
}

/// OVER name, or OVER (specification).
public enum WindowReference: Hashable, Sendable {
    case named(String)
    case inline(WindowSpecification)
}

public struct WindowSpecification: Hashable, Sendable {
    /// The window it is based on.
    public var base: String?
    public var partitionBy: [Expression]
    public var orderBy: [OrderItem]
    public var frame: WindowFrame?

    public init(base: String? = nil, partitionBy: [Expression] = [], orderBy: [OrderItem] = [], frame: WindowFrame? = nil) {
        self.base = base
        self.partitionBy = partitionBy
        self.orderBy = orderBy
        self.frame = frame
    }
}

public struct WindowFrame: Hashable, Sendable {
    public enum Unit: Hashable, Sendable {
        case rows, range, groups
    }

    public enum Bound: Hashable, Sendable {
        case unboundedPreceding, unboundedFollowing, currentRow
        case preceding(Expression)
        case following(Expression)
        case intervalPreceding(Interval)
        case intervalFollowing(Interval)
    }

    public enum Exclusion: Hashable, Sendable {
        case currentRow, group, ties, noOthers
    }

    public var unit: Unit
    public var start: Bound
    /// nil: CURRENT ROW, written without BETWEEN.
    public var end: Bound?
    public var exclusion: Exclusion?

    public init(unit: Unit, start: Bound, end: Bound?, exclusion: Exclusion? = nil) {
        self.unit = unit
        self.start = start
        self.end = end
        self.exclusion = exclusion
    }
}
