import MySQLProtocol

/// Everything there is to know of one of MySQL's functions: how it is called, typed and run, what its value depends on, and where
/// it may stand. Registration, binder, the checks of definitions and the tests that call every function read it here.
struct FunctionEntry: Sendable {
    typealias Build = @Sendable (ExpressionBuilder, [TypedSQL]) throws(SQLError) -> TypedSQL

    /// As MySQL prints it: an alias has its function's.
    var printedName: String
    var arity: ClosedRange<Int>
    var determinism: Determinism
    var places: ExpressionPlaces
    /// The SQLite functions that compute it, see ``FunctionRegistrar``. What converts arguments is not named.
    var code: [String]
    /// Its value is a truth value: it may be a CHECK by itself.
    var isPredicate = false
    /// Where functions are refused, it is refused as subqueries are.
    var countsAsSubquery = false
    var build: Build
}

/// What the value of a function depends on beside its arguments.
enum Determinism: Sendable {
    /// Nothing.
    case constant
    /// The moment at which the statement began: NOW().
    case statement
    /// The session that runs it: CONNECTION_ID(), USER().
    case session
    /// Each call has another: RAND(), UUID(), SYSDATE().
    case volatile
    /// It waits, takes locks or changes the session: SLEEP(), GET_LOCK(), LAST_INSERT_ID(x).
    case sideEffect

    /// Within a statement the same arguments give the same value: SQLite may compute it once.
    var isRepeatable: Bool {
        switch self {
        case .constant, .statement: true
        case .session, .volatile, .sideEffect: false
        }
    }

    /// Where a function of this kind may stand unless its entry says otherwise.
    var places: ExpressionPlaces {
        switch self {
        case .constant: [.defaultValue, .generatedColumn, .check, .functionalIndex, .view, .existingRows]
        case .statement, .session: [.defaultValue, .view, .existingRows]
        case .volatile: [.defaultValue, .view]
        case .sideEffect: [.view]
        }
    }
}

/// Expressions of definitions that a function may stand in. What MySQL takes where is recorded in
/// `Tests/Acceptance/recordings/expression_rules.tsv`.
struct ExpressionPlaces: OptionSet, Sendable {
    let rawValue: UInt8

    static let defaultValue = ExpressionPlaces(rawValue: 1)
    static let generatedColumn = ExpressionPlaces(rawValue: 2)
    static let check = ExpressionPlaces(rawValue: 4)
    static let functionalIndex = ExpressionPlaces(rawValue: 8)
    static let partition = ExpressionPlaces(rawValue: 16)
    static let view = ExpressionPlaces(rawValue: 32)
    /// The default of a column that ALTER TABLE adds: each member computes it, for rows that there are (error 1674).
    static let existingRows = ExpressionPlaces(rawValue: 64)
}
