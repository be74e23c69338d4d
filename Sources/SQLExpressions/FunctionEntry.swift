import MySQLProtocol

/// Everything there is to know of one of MySQL's functions: how it is called, typed and run, what its value depends on, and where
/// it may stand. Registration, binder, the checks of definitions and the tests that call every function read it here.
package struct FunctionEntry: Sendable {
    package typealias Build = @Sendable (ExpressionBuilder, [TypedSQL]) throws(SQLError) -> TypedSQL

    /// As MySQL prints it: an alias has its function's.
    package var printedName: String
    package var arity: ClosedRange<Int>
    package var determinism: Determinism
    package var places: ExpressionPlaces
    /// The SQLite functions that compute it, see ``FunctionRegistrar``. What converts arguments is not named.
    package var code: [String]
    /// Its value is a truth value: it may be a CHECK by itself.
    package var isPredicate = false
    /// Where functions are refused, it is refused as subqueries are.
    package var countsAsSubquery = false
    package var build: Build

    package init(
        printedName: String, arity: ClosedRange<Int>, determinism: Determinism, places: ExpressionPlaces,
        code: [String], isPredicate: Bool = false, countsAsSubquery: Bool = false, build: @escaping Build
    ) {
        self.printedName = printedName
        self.arity = arity
        self.determinism = determinism
        self.places = places
        self.code = code
        self.isPredicate = isPredicate
        self.countsAsSubquery = countsAsSubquery
        self.build = build
    }
}

/// What the value of a function depends on beside its arguments.
package enum Determinism: Sendable {
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
    package var isRepeatable: Bool {
        switch self {
        case .constant, .statement: true
        case .session, .volatile, .sideEffect: false
        }
    }

    /// Where a function of this kind may stand unless its entry says otherwise.
    package var places: ExpressionPlaces {
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
package struct ExpressionPlaces: OptionSet, Sendable {
    package let rawValue: UInt8

    package static let defaultValue = ExpressionPlaces(rawValue: 1)
    package static let generatedColumn = ExpressionPlaces(rawValue: 2)
    package static let check = ExpressionPlaces(rawValue: 4)
    package static let functionalIndex = ExpressionPlaces(rawValue: 8)
    package static let partition = ExpressionPlaces(rawValue: 16)
    package static let view = ExpressionPlaces(rawValue: 32)
    /// The default of a column that ALTER TABLE adds: each member computes it, for rows that there are (error 1674).
    package static let existingRows = ExpressionPlaces(rawValue: 64)

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }
}
