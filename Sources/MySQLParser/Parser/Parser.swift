/// A recursive-descent parser over one statement at a time. A value: it owns its tokens and nothing else. The rules are in
/// the extensions, one file per family of statements.
struct Parser {
    /// Parentheses, subqueries, function calls and blocks within each other: bounds the parser's own recursion.
    static let maximumNesting = 100
    /// Levels of an expression's tree: bounds the recursion of whoever walks it.
    static let maximumTreeHeight = 200

    var lexer: Lexer
    private var tokens: [Token] = []
    private(set) var index = 0
    /// The token to be read next.
    private(set) var current: Token
    /// Where the token before ``current`` ended.
    private(set) var previousEnd: Int
    var nesting = 0
    /// The height of the tallest expression tree since it was last reset.
    var treeHeight = 0
    var parameterCount = 0
    /// Offsets of the literals that become parameters, ascending.
    let liftedLiterals: [Int]
    /// How many of them did.
    var liftedCount = 0
    /// Inside a routine, trigger or event: names may be local variables, and statements end at `;`.
    var isInStoredProgram = false
    let allowsMultipleStatements: Bool

    init(_ bytes: [UInt8], from start: Int, options: ParserOptions) {
        var limit = bytes.count
        while limit > start && (bytes[limit - 1].isSpace || bytes[limit - 1] == UInt8(ascii: ";") || bytes[limit - 1] == 0) {
            limit -= 1
        }
        lexer = Lexer(bytes, from: start, limit: limit, mode: options.mode, version: options.version)
        allowsMultipleStatements = options.allowsMultipleStatements
        liftedLiterals = options.liftedLiterals
        let first = lexer.next()
        tokens.reserveCapacity(64)
        tokens.append(first)
        current = first
        previousEnd = start
    }

    // MARK: Tokens

    /// The token `distance` after the current one.
    mutating func peek(_ distance: Int = 1) -> Token {
        while tokens.count <= index + distance {
            tokens.append(lexer.next())
        }
        return tokens[index + distance]
    }

    mutating func advance() {
        previousEnd = current.end
        index += 1
        if index == tokens.count {
            tokens.append(lexer.next())
        }
        current = tokens[index]
    }

    /// Goes back to a token that was current before.
    mutating func rewind(to earlier: Int) {
        index = earlier
        current = tokens[earlier]
        previousEnd = earlier > 0 ? tokens[earlier - 1].end : 0
    }

    @inline(__always)
    func at(_ keyword: Keyword) -> Bool {
        current.keyword == keyword
    }

    @inline(__always)
    func at(_ kind: Token.Kind) -> Bool {
        current.kind == kind
    }

    mutating func accept(_ keyword: Keyword) -> Bool {
        guard current.keyword == keyword else { return false }
        advance()
        return true
    }

    mutating func accept(_ kind: Token.Kind) -> Bool {
        guard current.kind == kind else { return false }
        advance()
        return true
    }

    /// Two words in a row, or neither.
    mutating func accept(_ first: Keyword, _ second: Keyword) -> Bool {
        guard current.keyword == first, peek().keyword == second else { return false }
        advance()
        advance()
        return true
    }

    mutating func expect(_ keyword: Keyword) throws(ParseError) {
        guard current.keyword == keyword else { throw syntaxError() }
        advance()
    }

    mutating func expect(_ kind: Token.Kind) throws(ParseError) {
        guard current.kind == kind else { throw syntaxError() }
        advance()
    }

    /// An optional `=`.
    mutating func skipEqual() {
        if current.kind == .equal { advance() }
    }

    /// The range from a token read earlier to the last one read.
    func range(from start: Int) -> SourceRange {
        SourceRange(start: start, end: max(start, previousEnd))
    }

    // MARK: Errors

    /// The error that MySQL gives for the current token.
    func syntaxError() -> ParseError {
        syntaxError(at: current.start)
    }

    func syntaxError(at offset: Int) -> ParseError {
        .syntax(lexer.bytes, limit: lexer.limit, offset: offset)
    }

    mutating func enter() throws(ParseError) {
        nesting += 1
        if nesting > Self.maximumNesting { throw .tooComplex }
    }

    mutating func leave() {
        nesting -= 1
    }

    /// An expression's tree grew by one level.
    mutating func growTree() throws(ParseError) {
        treeHeight += 1
        if treeHeight > Self.maximumTreeHeight { throw .tooComplex }
    }
}

extension ParseError {
    /// Bytes of the statement's text that a message shows.
    private static let nearLength = 80

    /// Error 1064 with what follows `offset`, and its line.
    static func syntax(_ bytes: [UInt8], limit: Int, offset: Int) -> ParseError {
        var end = min(limit, offset + nearLength)
        while end < limit && end > offset && bytes[end] & 0xc0 == 0x80 {
            end -= 1
        }
        let near = String(decoding: bytes[min(offset, end)..<end], as: UTF8.self)
        var line = 1
        for byte in bytes[0..<min(offset, limit)] where byte == UInt8(ascii: "\n") {
            line += 1
        }
        return ParseError(
            code: 1064,
            message: "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version "
                + "for the right syntax to use near '\(near)' at line \(line)")
    }

    /// Error 1436: the statement is nested too deeply.
    static var tooComplex: ParseError {
        ParseError(
            code: 1436,
            message: "Thread stack overrun:  the statement is nested too deeply. "
                + "Use 'mysqld --thread_stack=#' to specify a bigger stack.")
    }

    /// Error 1221.
    static func wrongUsage(_ first: String, _ second: String) -> ParseError {
        ParseError(code: 1221, message: "Incorrect usage of \(first) and \(second)")
    }

    /// Error 1235.
    static func notSupported(_ what: String) -> ParseError {
        ParseError(code: 1235, message: "This version of MySQL doesn't yet support '\(what)'")
    }
}
