import MySQLTypes

/// A fragment of SQLite SQL together with what MySQL knows of it: its type, whether it may be NULL, how strongly its
/// collation holds. ``ExpressionBuilder`` makes bigger fragments of smaller ones; the value that SQLite computes is in
/// the type's ``Carrier``.
public struct TypedSQL: Sendable {
    /// Parenthesised where needed: may be put into any larger expression as it is.
    public var sql: String {
        didSet { chosen = nil }
    }
    public var type: MySQLType
    public var isNullable: Bool
    public var coercibility: Coercibility
    /// The value of a literal (or of a parameter whose value is known now); nil for everything else.
    public var literal: LiteralValue?
    /// A plain column of a base table: it is announced as such, and an index may serve it.
    public var isColumn: Bool {
        didSet { if !isColumn { isDerivedColumn = false } }
    }
    /// The same of a derived table or view.
    package var isDerivedColumn = false
    /// Does not depend on rows: literals, parameters, deterministic functions of these, NOW().
    public var isConstant: Bool
    /// TRUE, FALSE and the results of predicates: JSON functions print them as `true` and `false`.
    public var isBoolean: Bool
    /// x'..' and b'..': a number in numeric context.
    public package(set) var isHexadecimal = false
    /// The type of a value that CAST made JSON, where its text does not tell: JSON_TYPE() knows.
    package var knownJSONType: String?
    /// What it was chosen from, where that matters: see ``ChosenSQL``.
    package var chosen: ChosenSQL?

    public init(
        sql: String, type: MySQLType, isNullable: Bool = true, coercibility: Coercibility? = nil,
        literal: LiteralValue? = nil, isColumn: Bool = false, isConstant: Bool = false, isBoolean: Bool = false
    ) {
        self.sql = sql
        self.type = type
        self.isNullable = isNullable
        self.coercibility = coercibility ?? (type.isString ? .implicit : .numeric)
        self.literal = literal
        self.isColumn = isColumn
        self.isConstant = isConstant
        self.isBoolean = isBoolean
    }

    /// The type of the column that CREATE TABLE ... SELECT makes of this expression (a derived table's too).
    public var storedType: MySQLType {
        if isColumn { return type }
        switch type.kind {
        case .null: return MySQLType(.varBinary)
        case .bigInt:
            // Results that are known to be short are INT: literals up to 9 digits, functions up to 11 characters.
            let limit = literal == nil ? 11 : 9
            let width = literal != nil && sql.hasPrefix("-") ? type.length - 1 : type.length
            if width > 0 && width <= limit { return MySQLType(.int, isUnsigned: type.isUnsigned) }
            return MySQLType(.bigInt, isUnsigned: type.isUnsigned)
        case .char: return .string(length: type.length, collation: type.collation)
        case .mediumText, .mediumBlob: return MySQLType(type.kind, collation: type.collation)
        case .longText, .longBlob: return MySQLType(type.kind, collation: type.collation)
        case .year: return MySQLType(.year)
        default: return type
        }
    }

    /// A reference to a column: of a base table, or (`isColumn` false) of a derived table.
    public static func column(_ sql: String, _ type: MySQLType, isNullable: Bool) -> TypedSQL {
        TypedSQL(sql: sql, type: type, isNullable: isNullable, coercibility: .implicit, isColumn: true)
    }
}

/// MySQL's COERCIBILITY(): of two collations the one with the lower value wins.
public enum Coercibility: UInt8, Comparable, Sendable {
    case explicit = 0
    case implicit = 2
    case systemConstant = 3
    case coercible = 4
    case numeric = 5
    case ignorable = 6
    /// Of columns of different collations: it gives way to all.
    case none = 7

    public static func < (left: Coercibility, right: Coercibility) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The value of a literal in its carrier: what to bind when the literal was lifted out into a parameter.
public enum LiteralValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    /// UTF-8: strings, decimals, dates.
    case text([UInt8])
    /// Binary strings; a BIGINT UNSIGNED above 2^63 - 1 as 8 bytes, big-endian.
    case blob([UInt8])

    /// SQLite source text of the literal.
    public var sql: String {
        switch self {
        case .null: return "NULL"
        case .integer(let value): return value == .min ? "(-9223372036854775807 - 1)" : String(value)
        case .real(let value):
            if value.isInfinite { return value < 0 ? "-9e999" : "9e999" }
            return value.debugDescription
        case .text(let bytes): return TextLiteral.sqlite(bytes)
        case .blob(let bytes): return TextLiteral.sqlite(blob: bytes)
        }
    }

    package static func hex(_ bytes: [UInt8]) -> String {
        TextLiteral.hexadecimal(bytes)
    }
}

extension MySQLType {
    /// A character string (not a binary one): it has a collation.
    public var isNonBinaryString: Bool {
        switch kind {
        case .char, .varChar, .tinyText, .text, .mediumText, .longText, .enumeration, .set: collation != .binary
        default: false
        }
    }
}
