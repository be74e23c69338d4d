/// The settings that change how text is read: parts of `sql_mode`, and `lower_case_table_names`.
public struct ParserMode: OptionSet, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `"` quotes identifiers.
    public static let ansiQuotes = ParserMode(rawValue: 1)
    /// `||` concatenates.
    public static let pipesAsConcat = ParserMode(rawValue: 2)
    /// `\` is an ordinary character in strings.
    public static let noBackslashEscapes = ParserMode(rawValue: 4)
    /// NOT binds as tightly as `!`.
    public static let highNotPrecedence = ParserMode(rawValue: 8)
    /// Spaces are allowed between a function's name and its parenthesis.
    public static let ignoreSpace = ParserMode(rawValue: 16)
    /// `lower_case_table_names=1`: names of databases and tables, and aliases of tables, are lowered. (Not of `sql_mode`.)
    public static let lowersTableNames = ParserMode(rawValue: 32)
}
