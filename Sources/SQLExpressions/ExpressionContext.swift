import MySQLProtocol
import MySQLTypes
import Platform
import Synchronization

/// What functions need to know of the session that runs them, and where they leave warnings and errors.
///
/// One per session; `registerFunctions(on:context:)` gives it to each SQLite function as user data, so it must outlive
/// the connection. Used by the session's thread only; ``isKilled`` alone, an atomic, is set from others too.
///
/// Safe: the session's thread alone uses it, but for `isKilled`, which is atomic.
public final class ExpressionContext: @unchecked Sendable {
    // Set by the session when a variable changes.

    /// What evaluation depends on; changed as a whole by ``adopt(_:)``.
    package var settings = BindingSettings()

    /// The statement changes data and is not IGNORE: with a strict `sqlMode`, bad data is an error.
    public var isDataChange = false
    /// INSERT IGNORE, UPDATE IGNORE...: errors of data become warnings.
    public var isIgnore = false
    /// `time_zone`, resolved.
    public private(set) var timeZone: TimeZone = .utc

    // Set by the session at each statement's start.

    /// Microseconds since 1970, UTC: NOW(), or what `SET timestamp` fixed.
    public var statementStartMicroseconds: Int64 = 0
    /// The row of INSERT or UPDATE that is being coerced, from 1: for "at row N".
    public var rowNumber: Int = 1
    public var foundRows: UInt64 = 0
    /// ROW_COUNT(): of the previous statement.
    public var rowCount: Int64 = -1
    public var lastInsertID: UInt64 = 0
    /// Set by LAST_INSERT_ID(expression): the session reports it in the OK packet.
    public var lastInsertIDSetByFunction: UInt64?

    // Identity.

    public var connectionID: UInt64 = 0
    /// `user@host` as the client gave it.
    public var user = ""
    /// `user@host` of the account that it was matched with.
    public var currentUser = ""
    public var currentRole = "NONE"
    public var version = MySQLVersion.server
    public var serverUUID = UUID(high: 0, low: 0)
    public var serverID: UInt32 = 1

    /// Whether the session has a dynamic privilege (or SUPER): functions of other parts ask.
    public var hasPrivilege: (String) -> Bool = { _ in false }
    /// LOAD_FILE(path): nil where there is nothing to be read or shown.
    public var loadFile: ([UInt8]) throws(SQLError) -> [UInt8]? = { _ in nil }

    /// What the client sent along with the running statement.
    public var queryAttributes: [QueryAttribute] = []

    /// `@name`, by lower-cased name.
    public var userVariables: [String: UserVariable] = [:]
    public var randomState = RandomState()
    package struct RegexKey: Hashable {
        package var pattern: [UInt8]
        package var options: RegularExpression.Options

        package init(pattern: [UInt8], options: RegularExpression.Options) {
            self.pattern = pattern
            self.options = options
        }
    }

    /// Compiled patterns, a few of them.
    package var regularExpressions: [RegexKey: RegularExpression] = [:]
    /// Decoded constant arguments of `m_assign`.
    package var assignmentSpecs: [String: AssignmentSpec] = [:]
    /// The registered functions by name: for calls with more arguments than SQLite takes.
    package var functionBodies: [String: FunctionBox.Body] = [:]
    package var lastUUIDTime: UInt64 = 0
    /// UUID()'s clock sequence and node: random, with the multicast bit, as there is no network card to name.
    package let uuidNode = UUID.random().low & 0xBFFF_FFFF_FFFF_FFFF | 0x8000_0100_0000_0000
    package var shortUUID: UInt64 = 0

    /// The kill flag: SLEEP, GET_LOCK and long functions look at it. Set by the thread that kills, through the session's
    /// handle.
    private let killed = Atomic<Bool>(false)
    public var isKilled: Bool {
        get { killed.load(ordering: .relaxed) }
        set { killed.store(newValue, ordering: .relaxed) }
    }
    /// `max_execution_time`'s end of the running SELECT.
    public var deadline: MonotonicTime?
    /// What loops of functions may still do before they look whether to go on, see ``tick(_:)``.
    package var workLeft = ExpressionContext.workBetweenLooks
    /// What a definition's expressions may do in all on an applier, and what they have done: see ``limitWork(to:)``.
    package var workLimit: Int?
    package var workSpent = 0
    /// The session's account, which outlives it.
    public var memory: MemoryAccount?
    /// A loop has found that the statement must end.
    package var isStopping = false

    // Results.

    /// Where warnings go.
    public var warnings: [ExpressionWarning] = []
    /// `max_error_count` of them are kept, all are counted.
    public var maxWarnings = 1024
    public var warningCount = 0
    /// The error that a function failed with: SQLite only says SQLITE_ERROR, the session takes the true error here.
    public var pendingError: SQLError?
    /// Set while a value is made one of a column of JSON_TABLE: what does not fit is an error whatever the mode.
    package var coercesStrictly = false

    /// Functions of other parts, see ``FunctionHooks``.
    public var hooks = FunctionHooks()

    public init() {}

    /// The settings of the statements from now on. False when there is no such time zone here: nothing is changed then.
    package func adopt(_ settings: BindingSettings) -> Bool {
        if settings.timeZone != self.settings.timeZone || timeZone.name != settings.timeZone {
            guard let zone = TimeZone(name: settings.timeZone) else { return false }
            timeZone = zone
        }
        self.settings = settings
        return true
    }

    /// Takes the pending error, if a function left one.
    public func takePendingError() -> SQLError? {
        defer { pendingError = nil }
        return pendingError
    }

    /// Clears warnings, row number and pending error: at a statement's start.
    public func beginStatement(startMicroseconds: Int64) {
        statementStartMicroseconds = startMicroseconds
        warnings.removeAll(keepingCapacity: true)
        warningCount = 0
        pendingError = nil
        deadline = nil
        workLeft = Self.workBetweenLooks
        workLimit = nil
        isStopping = false
        rowNumber = 1
        isDataChange = false
        isIgnore = false
    }

    public func warn(_ error: SQLError, level: ExpressionWarning.Level = .warning) {
        warningCount += 1
        if warnings.count < maxWarnings {
            warnings.append(ExpressionWarning(level: level, code: error.code, message: error.message))
        }
    }

    // What functions read of the settings.

    public var sqlMode: SQLMode {
        get { settings.sqlMode }
        set { settings.sqlMode = newValue }
    }
    public var currentDatabase: String? {
        get { settings.database }
        set { settings.database = newValue }
    }
    package var clientCharset: CharacterSet { settings.clientCharset }
    public var connectionCollation: CollationID {
        get { settings.connectionCollation }
        set { settings.connectionCollation = newValue }
    }
    package var divPrecisionIncrement: Int { settings.divPrecisionIncrement }
    package var groupConcatMaxLength: Int { settings.groupConcatMaxLength }
    public var maxAllowedPacket: Int {
        get { settings.maxAllowedPacket }
        set { settings.maxAllowedPacket = newValue }
    }
    package var defaultWeekFormat: Int { settings.defaultWeekFormat }
    package var cteMaxRecursionDepth: Int { settings.cteMaxRecursionDepth }
    package var timeLocale: String { settings.timeLocale }
    package var blockEncryptionMode: String { settings.blockEncryptionMode }

    /// What `sql_mode` allows in dates.
    public var dateRules: DateRules {
        var rules: DateRules = []
        if sqlMode.contains(.noZeroDate) { rules.insert(.noZeroDate) }
        if sqlMode.contains(.noZeroInDate) { rules.insert(.noZeroInDate) }
        if sqlMode.contains(.allowInvalidDates) { rules.insert(.allowInvalidDates) }
        if sqlMode.contains(.timeTruncateFractional) { rules.insert(.truncateFraction) }
        return rules
    }

    /// A parsed datetime in the session's time zone: one with an offset of its own is converted. Nil out of range.
    package func local(_ parsed: TemporalParsing.ParsedDateTime) -> DateTime? {
        guard let offset = parsed.offsetSeconds else { return parsed.value }
        let utc = parsed.value.microsecondsSince1970 - offset * 1_000_000
        return DateTime(microsecondsSince1970: utc + timeZone.offset(atUTC: utc / 1_000_000) * 1_000_000)
    }

    /// NOW(): the statement's start in the session's time zone.
    package var now: DateTime {
        let utc = Int(statementStartMicroseconds)
        return DateTime(microsecondsSince1970: utc + timeZone.offset(atUTC: utc / 1_000_000) * 1_000_000)
    }

    /// Bad data fails the statement (strict mode, not IGNORE) or becomes a warning.
    public var isStrict: Bool {
        coercesStrictly || isDataChange && !isIgnore && (sqlMode.contains(.strictTransTables) || sqlMode.contains(.strictAllTables))
    }
}

/// A line of SHOW WARNINGS.
public struct ExpressionWarning: Sendable {
    public enum Level: String, Sendable {
        case note = "Note"
        case warning = "Warning"
        case error = "Error"
    }

    public var level: Level
    public var code: UInt16
    public var message: String

    public init(level: Level, code: UInt16, message: String) {
        self.level = level
        self.code = code
        self.message = message
    }
}

/// A user variable's value, in the type's carrier.
public struct UserVariable: Sendable {
    public var type: MySQLType
    public var value: LiteralValue

    public init(type: MySQLType, value: LiteralValue) {
        self.type = type
        self.value = value
    }
}

/// What RAND() goes on from.
public struct RandomState: Sendable {
    public var seed1: UInt32 = 0
    public var seed2: UInt32 = 0
    public init() {}
}

/// Functions whose work belongs to other parts of the server. A hook that is nil makes its function answer error 1235.
public struct FunctionHooks: Sendable {
    /// Blocks until the set is executed: (set, timeout in seconds, nil forever) -> 0 done, 1 timed out.
    public var waitForExecutedGTIDSet: (@Sendable (String, Double?, ExpressionContext) throws(SQLError) -> Int64)?
    /// GET_LOCK(name, timeout): 1 taken, 0 timed out.
    public var getLock: (@Sendable (String, Double, ExpressionContext) throws(SQLError) -> Int64?)?
    /// RELEASE_LOCK(name): 1 released, 0 not ours, nil no such lock.
    public var releaseLock: (@Sendable (String, ExpressionContext) -> Int64?)?
    /// VALIDATE_PASSWORD_STRENGTH(password).
    public var passwordStrength: (@Sendable ([UInt8], ExpressionContext) -> Int64)?
    public var releaseAllLocks: (@Sendable (ExpressionContext) -> Int64)?
    /// The connection that holds a lock.
    public var lockOwner: (@Sendable (String) -> UInt64?)?
    /// `group_replication_*` and other functions by (lower-case) name.
    public var other: (@Sendable (String, [LiteralValue], ExpressionContext) throws(SQLError) -> LiteralValue)?

    public init() {}
}
