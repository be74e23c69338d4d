import Platform

/// How a text is to be read.
public struct ParserOptions: Sendable {
    /// From `sql_mode`.
    public var mode: ParserMode
    /// The server's version, as `/*!90704 ... */` compares with it.
    public var version: Int
    /// The client may send several statements separated by `;` (CLIENT_MULTI_STATEMENTS).
    public var allowsMultipleStatements: Bool
    /// Offsets of the literals that ``StatementShape`` lifted out, ascending: they become parameters.
    public var liftedLiterals: [Int]

    public init(
        mode: ParserMode = [], version: Int = MySQLVersion.dialect.number, allowsMultipleStatements: Bool = false,
        liftedLiterals: [Int] = []
    ) {
        self.mode = mode
        self.version = version
        self.allowsMultipleStatements = allowsMultipleStatements
        self.liftedLiterals = liftedLiterals
    }
}

/// One statement of a text.
public struct ParsedStatement: Sendable {
    public var statement: Statement
    /// Where the statement starts (after spaces and comments) and ends (before its `;`).
    public var range: SourceRange
    /// Offset at which the next statement is to be read; nil when nothing follows.
    public var next: Int?
    /// How many `?` and lifted literals there are.
    public var parameterCount: Int
    /// How many of ``ParserOptions/liftedLiterals`` became parameters: where this is not all, the shape must not be reused.
    public var liftedCount: Int
}

/// Reads MySQL's dialect. Pure: any thread, no shared state.
public enum SQLParser {
    /// Reads the statement that starts at `start`. A text without a statement is error 1065.
    public static func parse(
        _ bytes: [UInt8], from start: Int = 0, options: ParserOptions = ParserOptions()
    ) throws(ParseError) -> ParsedStatement {
        var parser = Parser(bytes, from: start, options: options)
        if parser.at(.endOfInput) {
            guard parser.lexer.hasSkippedComment else { throw ParseError(code: 1065, message: "Query was empty") }
            // Nothing but comments does nothing, and succeeds: clients send such texts out of dumps.
            let nothing = Expression(.literal(.integer(0)))
            return ParsedStatement(
                statement: .do([nothing]), range: SourceRange(start: start, end: parser.lexer.limit), next: nil,
                parameterCount: 0, liftedCount: 0)
        }
        let first = parser.current.start
        let statement = try parser.statement()
        let range = parser.range(from: first)
        var next: Int?
        if parser.at(.semicolon) {
            let end = parser.current.end
            parser.advance()
            if !parser.at(.endOfInput) {
                guard options.allowsMultipleStatements else { throw parser.syntaxError() }
                next = end
            }
        } else if !parser.at(.endOfInput) {
            throw parser.syntaxError()
        }
        return ParsedStatement(
            statement: statement, range: range, next: next, parameterCount: parser.parameterCount,
            liftedCount: parser.liftedCount)
    }

    /// Reads a statement given as text.
    public static func parse(_ text: String, options: ParserOptions = ParserOptions()) throws(ParseError) -> ParsedStatement {
        try parse(Array(text.utf8), options: options)
    }

    /// Reads an expression by itself: a stored default, generated column or check.
    public static func parseExpression(
        _ text: String, options: ParserOptions = ParserOptions()
    ) throws(ParseError) -> Expression {
        var parser = Parser(Array(text.utf8), from: 0, options: options)
        let expression = try parser.expression()
        guard parser.at(.endOfInput) else { throw parser.syntaxError() }
        return expression
    }

    /// Reads a query by itself: a view's.
    public static func parseQuery(
        _ text: String, options: ParserOptions = ParserOptions()
    ) throws(ParseError) -> QueryExpression {
        var parser = Parser(Array(text.utf8), from: 0, options: options)
        let query = try parser.queryExpression()
        guard parser.at(.endOfInput) else { throw parser.syntaxError() }
        return query
    }

    /// Reads a column type by itself.
    public static func parseDataType(_ text: String) throws(ParseError) -> DataTypeSyntax {
        var parser = Parser(Array(text.utf8), from: 0, options: ParserOptions())
        let type = try parser.dataType()
        guard parser.at(.endOfInput) else { throw parser.syntaxError() }
        return type
    }

    /// Reads a stored program's body.
    public static func parseProgramBody(
        _ text: String, options: ParserOptions = ParserOptions()
    ) throws(ParseError) -> Statement {
        var parser = Parser(Array(text.utf8), from: 0, options: options)
        parser.isInStoredProgram = true
        let body = try parser.programStatement()
        guard parser.at(.endOfInput) else { throw parser.syntaxError() }
        return body
    }

    /// Reserved words cannot be names without quotes.
    public static func isReserved(_ word: String) -> Bool {
        KeywordTable.shared.keyword(Array(word.utf8)[...])?.isReserved ?? false
    }
}
