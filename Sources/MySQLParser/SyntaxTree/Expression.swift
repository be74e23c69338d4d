/// An expression and where it was written. Two expressions are equal when their trees are, wherever they stand.
public struct Expression: Hashable, Sendable {
    public var kind: ExpressionKind
    public var range: SourceRange

    public init(_ kind: ExpressionKind, _ range: SourceRange = .none) {
        self.kind = kind
        self.range = range
    }

    public static func == (left: Expression, right: Expression) -> Bool {
        left.kind == right.kind
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
    }
}

/// The kinds of expressions. Names of functions and operators that are synonyms in MySQL are one case here; forms that
/// print differently are not merged.
public indirect enum ExpressionKind: Hashable, Sendable {
    case literal(Literal)
    case column(ColumnName)
    /// `?`, or a literal lifted out by ``StatementShape``: counted from 0.
    case parameter(Int)
    /// `@name`.
    case userVariable(String)
    /// `@@name`.
    case systemVariable(SystemVariableName)
    /// `@name := value`.
    case assignment(variable: String, value: Expression)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// AND of two or more, flattened.
    case and([Expression])
    /// OR of two or more, flattened.
    case or([Expression])
    /// `left op ANY|ALL (query)`; `op` is a comparison.
    case quantified(BinaryOperator, Expression, Quantifier, QueryExpression)
    case isNull(Expression, negated: Bool)
    /// `x IS [NOT] TRUE|FALSE|UNKNOWN`.
    case isTruth(Expression, TruthValue, negated: Bool)
    case between(Expression, low: Expression, high: Expression, negated: Bool)
    case inList(Expression, [Expression], negated: Bool)
    case inSubquery(Expression, QueryExpression, negated: Bool)
    case like(Expression, pattern: Expression, escape: Expression?, negated: Bool)
    case regexp(Expression, pattern: Expression, negated: Bool)
    case soundsLike(Expression, Expression)
    case memberOf(Expression, array: Expression)
    /// `column -> '$.path'`, `column ->> '$.path'` (unquoted).
    case jsonPath(ColumnName, path: [UInt8], unquoted: Bool)
    case caseWhen(operand: Expression?, branches: [CaseBranch], otherwise: Expression?)
    /// CAST(x AS type [ARRAY]) and CONVERT(x, type).
    case cast(Expression, CastType, isArray: Bool)
    /// CAST(x AT TIME ZONE [INTERVAL] 'zone' AS DATETIME(n)).
    case castAtTimeZone(Expression, zone: [UInt8], fractionalDigits: Int)
    /// CONVERT(x USING charset).
    case convertUsing(Expression, charset: String)
    case collate(Expression, collation: String)
    /// `x + INTERVAL n unit`, `x - INTERVAL n unit`, DATE_ADD, DATE_SUB, ADDDATE, SUBDATE.
    case dateArithmetic(Expression, interval: Interval, isSubtraction: Bool)
    /// An ordinary call; special forms whose arguments are plain (SUBSTRING FROM FOR, POSITION, NOW, ...) too.
    case function(FunctionCall)
    case aggregate(AggregateCall)
    case window(WindowCall)
    case extract(TimeUnit, Expression)
    case timestampAdd(TimeUnit, amount: Expression, Expression)
    case timestampDiff(TimeUnit, Expression, Expression)
    /// GET_FORMAT(DATE|TIME|DATETIME, x).
    case getFormat(GetFormatKind, Expression)
    case trim(TrimMode, remove: Expression?, from: Expression)
    /// CHAR(1, 2 USING charset).
    case char([Expression], charset: String?)
    /// WEIGHT_STRING(x [AS CHAR(n)|BINARY(n)]).
    case weightString(Expression, asBinary: Bool, length: Int?)
    case match([ColumnName], against: Expression, MatchMode)
    /// JSON_VALUE(document, path [RETURNING type] [on empty] [on error]).
    case jsonValue(Expression, path: Expression, returning: CastType?, onEmpty: JSONResponse?, onError: JSONResponse?)
    /// `(a, b)` or ROW(a, b): two or more.
    case row([Expression])
    case subquery(QueryExpression)
    case exists(QueryExpression)
    /// DEFAULT(column), or DEFAULT alone as a value of INSERT, UPDATE or SET.
    case defaultValue(ColumnName?)
    /// VALUES(column) in ON DUPLICATE KEY UPDATE.
    case insertedValue(ColumnName)
}

public enum UnaryOperator: Hashable, Sendable {
    case minus, bitNot
    /// The parser drops it.
    case plus
    /// NOT, and `!` which binds tighter.
    case not
    /// BINARY x.
    case binary
}

public enum BinaryOperator: Hashable, Sendable {
    case add, subtract, multiply, divide, integerDivide, modulo
    case bitOr, bitAnd, bitXor, shiftLeft, shiftRight
    case equal, nullSafeEqual, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case logicalXor
    /// `||` under PIPES_AS_CONCAT.
    case concat

    /// `=`, `<=>`, `<>`, `<`, `<=`, `>`, `>=`.
    public var isComparison: Bool {
        switch self {
        case .equal, .nullSafeEqual, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }
}

public enum Quantifier: Hashable, Sendable {
    /// ANY or SOME.
    case any
    case all
}

public enum TruthValue: Hashable, Sendable {
    case `true`, `false`, unknown
}

public struct CaseBranch: Hashable, Sendable {
    public var when: Expression
    public var then: Expression

    public init(when: Expression, then: Expression) {
        self.when = when
        self.then = then
    }
}

/// `INTERVAL amount unit`.
public struct Interval: Hashable, Sendable {
    public var amount: Expression
    public var unit: TimeUnit

    public init(amount: Expression, unit: TimeUnit) {
        self.amount = amount
        self.unit = unit
    }
}

/// A unit of INTERVAL, EXTRACT, TIMESTAMPADD and TIMESTAMPDIFF; the raw value is MySQL's spelling.
public enum TimeUnit: String, Hashable, Sendable, CaseIterable {
    case microsecond = "MICROSECOND"
    case second = "SECOND"
    case minute = "MINUTE"
    case hour = "HOUR"
    case day = "DAY"
    case week = "WEEK"
    case month = "MONTH"
    case quarter = "QUARTER"
    case year = "YEAR"
    case secondMicrosecond = "SECOND_MICROSECOND"
    case minuteMicrosecond = "MINUTE_MICROSECOND"
    case minuteSecond = "MINUTE_SECOND"
    case hourMicrosecond = "HOUR_MICROSECOND"
    case hourSecond = "HOUR_SECOND"
    case hourMinute = "HOUR_MINUTE"
    case dayMicrosecond = "DAY_MICROSECOND"
    case daySecond = "DAY_SECOND"
    case dayMinute = "DAY_MINUTE"
    case dayHour = "DAY_HOUR"
    case yearMonth = "YEAR_MONTH"
}

public enum TrimMode: Hashable, Sendable {
    case both, leading, trailing
}

public enum GetFormatKind: Hashable, Sendable {
    case date, time, dateTime
}

public enum MatchMode: Hashable, Sendable {
    case naturalLanguage, naturalLanguageWithExpansion, boolean, withExpansion
}

/// What JSON_VALUE and JSON_TABLE give for a missing or wrong value.
public enum JSONResponse: Hashable, Sendable {
    case null, error
    case value(Expression)
}
