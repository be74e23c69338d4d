import MySQLProtocol
import MySQLTypes

/// Makes typed SQLite SQL of MySQL's literals, operators, functions and casts: the binder walks the syntax tree and
/// calls this at each node with what it got for the children. All of MySQL's typing rules (result types, lengths,
/// decimals, collations, implicit conversions) are here and nowhere else.
///
/// Fragments that come out are complete: conversions are inserted, names are of SQLite functions that
/// `registerFunctions(on:context:)` registers. Errors are MySQL's (1305 unknown function, 1582 parameter count, 1267
/// collation mix...). Bind-time values of literals are looked at only where a type depends on them; the literals that
/// were are in ``consultedLiterals``.
public final class ExpressionBuilder {
    public let context: ExpressionContext
    /// The database named in "FUNCTION db.f does not exist".
    public var currentDatabase: String { context.currentDatabase ?? "" }
    /// SQL of the literals whose value (not only whose type) decided something: a cached statement shape must keep
    /// them equal.
    public internal(set) var consultedLiterals: Set<String> = []

    public init(context: ExpressionContext) {
        self.context = context
    }
}

/// MySQL's unary operators.
public enum UnaryOperator: Sendable {
    case minus, plus, bitNot, not
}

/// MySQL's binary operators that are no comparisons.
public enum BinaryOperator: Sendable {
    case add, subtract, multiply, divide, integerDivide, modulo
    case bitAnd, bitOr, bitXor, shiftLeft, shiftRight
    case and, or, xor
}

/// Comparisons; `nullSafeEqual` is `<=>`.
public enum ComparisonOperator: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, nullSafeEqual
}

/// `expression IS [NOT] ...`
public enum IsPredicate: Sendable {
    case null, isTrue, isFalse, unknown
}

/// Units of INTERVAL, EXTRACT, TIMESTAMPADD, TIMESTAMPDIFF.
public enum IntervalUnit: String, Sendable, CaseIterable {
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

/// What CAST can make.
public enum CastTarget: Sendable, Hashable {
    case signed, unsigned
    case decimal(precision: Int, scale: Int)
    case float, double
    /// Length in characters, nil unlimited; collation nil: that of the connection.
    case char(length: Int?, collation: CollationID?)
    case binary(length: Int?)
    case date
    case time(decimals: Int)
    case dateTime(decimals: Int)
    case year
    case json
}

/// A column that a value is assigned to: names and type for the coercion and its errors.
public struct AssignmentTarget: Sendable {
    public var column: String
    /// The table, where there is one: a JSON column is named with it.
    public var table: String?
    public var type: MySQLType
    public var isNullable: Bool

    public init(column: String, of table: String? = nil, type: MySQLType, isNullable: Bool) {
        self.column = column
        self.table = table
        self.type = type
        self.isNullable = isNullable
    }

    /// As errors name it.
    package var printedName: String {
        if type.kind == .json, let table { return table + "." + column }
        return column
    }
}
