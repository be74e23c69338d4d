/// `sql_mode` as flags, with MySQL's bit values.
public struct SQLMode: OptionSet, Sendable, Hashable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static let realAsFloat = SQLMode(rawValue: 1)
    public static let pipesAsConcat = SQLMode(rawValue: 2)
    public static let ansiQuotes = SQLMode(rawValue: 4)
    public static let ignoreSpace = SQLMode(rawValue: 8)
    public static let onlyFullGroupBy = SQLMode(rawValue: 32)
    public static let noUnsignedSubtraction = SQLMode(rawValue: 64)
    public static let noDirInCreate = SQLMode(rawValue: 128)
    public static let ansi = SQLMode(rawValue: 1 << 18)
    public static let noAutoValueOnZero = SQLMode(rawValue: 1 << 19)
    public static let noBackslashEscapes = SQLMode(rawValue: 1 << 20)
    public static let strictTransTables = SQLMode(rawValue: 1 << 21)
    public static let strictAllTables = SQLMode(rawValue: 1 << 22)
    public static let noZeroInDate = SQLMode(rawValue: 1 << 23)
    public static let noZeroDate = SQLMode(rawValue: 1 << 24)
    public static let allowInvalidDates = SQLMode(rawValue: 1 << 25)
    public static let errorForDivisionByZero = SQLMode(rawValue: 1 << 26)
    public static let traditional = SQLMode(rawValue: 1 << 27)
    public static let highNotPrecedence = SQLMode(rawValue: 1 << 29)
    public static let noEngineSubstitution = SQLMode(rawValue: 1 << 30)
    public static let padCharToFullLength = SQLMode(rawValue: 1 << 31)
    public static let timeTruncateFractional = SQLMode(rawValue: 1 << 32)

    /// What changes how a text is parsed.
    package static let ofParser: SQLMode = [.ansiQuotes, .pipesAsConcat, .noBackslashEscapes, .highNotPrecedence, .ignoreSpace]

    /// MySQL's default.
    public static let `default`: SQLMode = [
        .onlyFullGroupBy, .strictTransTables, .noZeroInDate, .noZeroDate, .errorForDivisionByZero,
        .noEngineSubstitution,
    ]

    /// Names in the order that MySQL prints them.
    package static let names: [(String, SQLMode)] = [
        ("REAL_AS_FLOAT", .realAsFloat), ("PIPES_AS_CONCAT", .pipesAsConcat), ("ANSI_QUOTES", .ansiQuotes),
        ("IGNORE_SPACE", .ignoreSpace), ("ONLY_FULL_GROUP_BY", .onlyFullGroupBy),
        ("NO_UNSIGNED_SUBTRACTION", .noUnsignedSubtraction), ("NO_DIR_IN_CREATE", .noDirInCreate), ("ANSI", .ansi),
        ("NO_AUTO_VALUE_ON_ZERO", .noAutoValueOnZero), ("NO_BACKSLASH_ESCAPES", .noBackslashEscapes),
        ("STRICT_TRANS_TABLES", .strictTransTables), ("STRICT_ALL_TABLES", .strictAllTables),
        ("NO_ZERO_IN_DATE", .noZeroInDate), ("NO_ZERO_DATE", .noZeroDate),
        ("ALLOW_INVALID_DATES", .allowInvalidDates), ("ERROR_FOR_DIVISION_BY_ZERO", .errorForDivisionByZero),
        ("TRADITIONAL", .traditional), ("HIGH_NOT_PRECEDENCE", .highNotPrecedence),
        ("NO_ENGINE_SUBSTITUTION", .noEngineSubstitution), ("PAD_CHAR_TO_FULL_LENGTH", .padCharToFullLength),
        ("TIME_TRUNCATE_FRACTIONAL", .timeTruncateFractional),
    ]

    /// Parses a comma-separated list; the first unknown name is given back as a failure. ANSI and TRADITIONAL bring the
    /// modes that they stand for.
    public static func parse(_ text: String) -> Result<SQLMode, UnknownMode> {
        var mode: SQLMode = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let name = part.uppercased()
            guard let flag = names.first(where: { $0.0 == name })?.1 else {
                return .failure(UnknownMode(name: String(part)))
            }
            mode.insert(flag)
        }
        if mode.contains(.ansi) {
            mode.formUnion([.realAsFloat, .pipesAsConcat, .ansiQuotes, .ignoreSpace, .onlyFullGroupBy])
        }
        if mode.contains(.traditional) {
            mode.formUnion([
                .strictTransTables, .strictAllTables, .noZeroInDate, .noZeroDate, .errorForDivisionByZero,
                .noEngineSubstitution,
            ])
        }
        return .success(mode)
    }

    /// A name that is no SQL mode.
    public struct UnknownMode: Error {
        public var name: String

        package init(name: String) {
            self.name = name
        }
    }

    /// As `@@sql_mode` shows it.
    public var text: String {
        Self.names.filter { contains($0.1) }.map(\.0).joined(separator: ",")
    }
}
