import CSQLite
import MySQLProtocol
import MySQLTypes

// The interface in outline: the bodies move into files of their own as they are written.

extension ExpressionBuilder {
    static func missing(_ what: String) -> SQLError { SQLError(.notSupportedYet, what) }

    // MARK: Literals. `sql` is the placeholder ("?3") of a literal that was lifted out, nil to inline it. The carrier to bind is in `.literal`.

    public func null(sql: String? = nil) -> TypedSQL { TypedSQL(sql: sql ?? "NULL", type: MySQLType(.null), literal: .null) }
    /// TRUE and FALSE.
    public func boolean(_ value: Bool) -> TypedSQL { TypedSQL(sql: value ? "1" : "0", type: MySQLType(.bigInt), isNullable: false) }
    /// Unsigned digits of any length: BIGINT, BIGINT UNSIGNED, or DECIMAL when too big.
    public func integer(_ digits: String, sql: String? = nil) throws(SQLError) -> TypedSQL { throw Self.missing("integer") }
    /// `1.50`, `.5`, `5.`
    public func decimal(_ text: String, sql: String? = nil) throws(SQLError) -> TypedSQL { throw Self.missing("decimal") }
    /// `1e3`; error 1367 when out of range.
    public func real(_ text: String, sql: String? = nil) throws(SQLError) -> TypedSQL { throw Self.missing("real") }
    /// A string without introducer: UTF-8, the connection's collation.
    public func string(_ bytes: [UInt8], sql: String? = nil) throws(SQLError) -> TypedSQL { throw Self.missing("string") }
    /// `_latin1'...'`, `_utf8mb4 x'...'`: error 1115 for an unknown character set.
    public func string(introducer: String, _ bytes: [UInt8], sql: String? = nil) throws(SQLError) -> TypedSQL { throw Self.missing("string") }
    /// x'..', 0x.., b'..': a binary string that is a number in numeric context.
    public func hexadecimal(_ bytes: [UInt8], sql: String? = nil) -> TypedSQL { null() }
    /// DATE'..', TIME'..', TIMESTAMP'..' (kind .date, .time, .dateTime); error 1525.
    public func temporal(_ kind: MySQLType.Kind, _ text: String, sql: String? = nil) throws(SQLError) -> TypedSQL { throw Self.missing("temporal") }
    /// A prepared statement's parameter with the type that the client gave it; `value` is in the type's carrier.
    public func parameter(_ value: LiteralValue, type: MySQLType, sql: String) -> TypedSQL { null() }

    // MARK: Operators

    public func unary(_ op: UnaryOperator, _ x: TypedSQL) throws(SQLError) -> TypedSQL { throw Self.missing("unary") }
    public func binary(_ op: BinaryOperator, _ left: TypedSQL, _ right: TypedSQL) throws(SQLError) -> TypedSQL { throw Self.missing("binary") }
    public func compare(_ op: ComparisonOperator, _ left: TypedSQL, _ right: TypedSQL) throws(SQLError) -> TypedSQL { throw Self.missing("compare") }
    /// Both sides converted so that SQLite's own `=`, `<`, IN, ORDER BY agree with MySQL: for row comparisons, `x IN (SELECT ...)`, USING.
    public func comparable(_ left: TypedSQL, _ right: TypedSQL) throws(SQLError) -> (left: TypedSQL, right: TypedSQL) { throw Self.missing("comparable") }
    public func between(_ x: TypedSQL, _ low: TypedSQL, _ high: TypedSQL, isNegated: Bool) throws(SQLError) -> TypedSQL { throw Self.missing("between") }
    public func inList(_ x: TypedSQL, _ list: [TypedSQL], isNegated: Bool) throws(SQLError) -> TypedSQL { throw Self.missing("in") }
    public func like(_ x: TypedSQL, _ pattern: TypedSQL, escape: TypedSQL?, isNegated: Bool) throws(SQLError) -> TypedSQL { throw Self.missing("like") }
    public func regexp(_ x: TypedSQL, _ pattern: TypedSQL, isNegated: Bool) throws(SQLError) -> TypedSQL { throw Self.missing("regexp") }
    public func isTest(_ x: TypedSQL, _ predicate: IsPredicate, isNegated: Bool) throws(SQLError) -> TypedSQL { throw Self.missing("is") }
    /// `x` as SQLite's truth value, for WHERE, ON, HAVING.
    public func condition(_ x: TypedSQL) throws(SQLError) -> String { x.sql }
    /// CASE [operand] WHEN ... THEN ... ELSE ... END.
    public func caseExpression(operand: TypedSQL?, branches: [(when: TypedSQL, then: TypedSQL)], otherwise: TypedSQL?) throws(SQLError) -> TypedSQL { throw Self.missing("case") }
    /// `x + INTERVAL amount unit`.
    public func addInterval(_ x: TypedSQL, _ amount: TypedSQL, _ unit: IntervalUnit, isSubtracted: Bool) throws(SQLError) -> TypedSQL { throw Self.missing("interval") }
    public func extract(_ unit: IntervalUnit, _ x: TypedSQL) throws(SQLError) -> TypedSQL { throw Self.missing("extract") }
    public func collate(_ x: TypedSQL, _ collation: String) throws(SQLError) -> TypedSQL { throw Self.missing("collate") }

    // MARK: Casts and conversions

    public func cast(_ x: TypedSQL, to target: CastTarget) throws(SQLError) -> TypedSQL { throw Self.missing("cast") }
    /// CONVERT(x USING charset).
    public func convert(_ x: TypedSQL, using characterSet: String) throws(SQLError) -> TypedSQL { throw Self.missing("convert") }
    /// The type of a UNION's column, of CASE's branches...
    public func mergedType(of expressions: [TypedSQL], for operation: String) throws(SQLError) -> MySQLType { throw Self.missing("merge") }
    /// `x` in the carrier of `type`, without range checks (UNION columns, CASE's branches).
    public func convert(_ x: TypedSQL, to type: MySQLType) throws(SQLError) -> TypedSQL { throw Self.missing("convert") }
    /// `x` coerced for storing in a column: fails or warns as MySQL does (1264, 1265, 1292, 1366, 1406, 1048).
    public func assign(_ x: TypedSQL, to target: AssignmentTarget) throws(SQLError) -> TypedSQL { throw Self.missing("assign") }
    /// What ORDER BY, GROUP BY and DISTINCT need: `x` with its COLLATE (ENUM by index, JSON by its order...).
    public func sortKey(_ x: TypedSQL) -> String { x.sql }

    // MARK: Functions

    /// A function by name. Error 1305 (or 1630) when there is none, 1582 for the wrong number of arguments.
    public func function(_ name: String, _ arguments: [TypedSQL]) throws(SQLError) -> TypedSQL { throw Self.missing(name) }
    /// A function with a unit: TIMESTAMPADD, TIMESTAMPDIFF.
    public func function(_ name: String, unit: IntervalUnit, _ arguments: [TypedSQL]) throws(SQLError) -> TypedSQL { throw Self.missing(name) }
    /// TRIM with its forms; GET_FORMAT(DATE, x) comes as function("GET_FORMAT", [string "DATE", x]).
    public func trim(_ side: TrimSide, _ removed: TypedSQL?, from x: TypedSQL) throws(SQLError) -> TypedSQL { throw Self.missing("trim") }
    /// JSON_VALUE(document, path RETURNING ... ON EMPTY ... ON ERROR).
    public func jsonValue(_ document: TypedSQL, _ path: TypedSQL, returning: CastTarget?, onEmpty: JSONValueFallback, onError: JSONValueFallback) throws(SQLError) -> TypedSQL { throw Self.missing("json_value") }
    /// `@name`, and `@name := x`.
    public func userVariable(_ name: String) -> TypedSQL { null() }
    public func assignUserVariable(_ name: String, _ x: TypedSQL) throws(SQLError) -> TypedSQL { throw Self.missing(":=") }

    public static func isAggregate(_ name: String) -> Bool { false }
    /// COUNT (arguments empty for `*`), SUM, AVG, MIN, MAX, BIT_AND/OR/XOR, STD..., GROUP_CONCAT, JSON_ARRAYAGG, JSON_OBJECTAGG, ANY_VALUE. `sql` accepts an OVER clause after it where MySQL allows one.
    public func aggregate(_ name: String, _ arguments: [TypedSQL], isDistinct: Bool, order: [AggregateOrder] = [], separator: [UInt8]? = nil) throws(SQLError) -> TypedSQL { throw Self.missing(name) }
}

/// TRIM's sides.
public enum TrimSide: Int, Sendable {
    case both = 0
    case leading = 1
    case trailing = 2
}

/// JSON_VALUE's `NULL | ERROR | DEFAULT x` ON EMPTY or ON ERROR.
public enum JSONValueFallback: Sendable {
    case null
    case error
    case `default`(TypedSQL)
}

/// Registers all functions of this folder on a connection; `context` must outlive it.
public func registerFunctions(on connection: OpaquePointer, context: ExpressionContext) {}

/// Registers MySQL's collations and `decimal` on a connection.
public func registerCollations(on connection: OpaquePointer) {}
