/// Operands: literals, names, variables, parentheses, CASE, casts, and the operators that bind most tightly.
extension Parser {
    /// An operand with its postfix operators: COLLATE, `->` and, under PIPES_AS_CONCAT, `||`.
    mutating func simpleExpression() throws(ParseError) -> Expression {
        let start = current.start
        let first = try collated()
        return at(.doubleBar) && lexer.mode.contains(.pipesAsConcat) ? try concatTail(first, start) : first
    }

    private mutating func concatTail(_ first: Expression, _ start: Int) throws(ParseError) -> Expression {
        var left = first
        while at(.doubleBar) {
            advance()
            let right = try collated()
            try growTree()
            left = Expression(.binary(.concat, left, right), range(from: start))
        }
        return left
    }

    private mutating func collated() throws(ParseError) -> Expression {
        let start = current.start
        let operand = try unary()
        return at(.collate) ? try collateTail(operand, start) : operand
    }

    private mutating func collateTail(_ first: Expression, _ start: Int) throws(ParseError) -> Expression {
        var operand = first
        while accept(.collate) {
            let collation = try collationName()
            try growTree()
            operand = Expression(.collate(operand, collation: collation), range(from: start))
        }
        return operand
    }

    private mutating func unary() throws(ParseError) -> Expression {
        let operation: UnaryOperator
        switch current.kind {
        case .minus: operation = .minus
        case .plus: operation = .plus
        case .tilde: operation = .bitNot
        case .exclamation: operation = .not
        case .word where at(.binary): operation = .binary
        case .word where at(.not) && lexer.mode.contains(.highNotPrecedence): operation = .not
        default: return try primary()
        }
        return try unaryOperation(operation)
    }

    private mutating func unaryOperation(_ operation: UnaryOperator) throws(ParseError) -> Expression {
        let start = current.start
        advance()
        try enter()
        let operand = operation == .binary || operation == .not ? try collated() : try unary()
        try growTree()
        leave()
        // Unary plus leaves no trace: `+1` names its column `1`.
        if operation == .plus { return operand }
        return Expression(.unary(operation, operand), range(from: start))
    }

    private mutating func primary() throws(ParseError) -> Expression {
        switch current.kind {
        case .integerNumber, .decimalNumber, .floatNumber, .quotedText, .nationalString, .hexNumber, .hexString, .bitNumber, .bitString:
            return try literalExpression()
        case .charsetIntroducer:
            switch peek().kind {
            case .quotedText, .hexNumber, .hexString, .bitNumber, .bitString: return try introducedLiteral()
            default: return try nameExpression()
            }
        case .parameter:
            return parameter()
        case .userVariable:
            return try userVariable()
        case .doubleAt:
            return try systemVariableExpression()
        case .openParenthesis:
            return try parenthesized()
        case .openBrace:
            return try odbcEscape()
        case .quotedName, .period:
            return try nameExpression()
        case .word:
            guard let keyword = current.keyword else { return try nameExpression() }
            return try keywordExpression(keyword)
        default:
            throw syntaxError()
        }
    }

    /// At `?`.
    mutating func parameter() -> Expression {
        let start = current.start
        advance()
        parameterCount += 1
        return Expression(.parameter(parameterCount - 1), range(from: start))
    }

    // MARK: Variables

    private mutating func systemVariableExpression() throws(ParseError) -> Expression {
        let start = current.start
        return Expression(.systemVariable(try systemVariable()), range(from: start))
    }

    private mutating func userVariable() throws(ParseError) -> Expression {
        let start = current.start
        let name = try userVariableName()
        advance()
        guard accept(.colonEqual) else { return Expression(.userVariable(name), range(from: start)) }
        let value = try expression()
        return Expression(.assignment(variable: name, value: value), range(from: start))
    }

    /// `@@[scope.]name`.
    mutating func systemVariable() throws(ParseError) -> SystemVariableName {
        try expect(.doubleAt)
        var scope: VariableScope?
        if peek().kind == .period {
            switch current.keyword {
            case .global: scope = .global
            case .session, .local: scope = .session
            case .persist: scope = .persist
            case .persistOnly: scope = .persistOnly
            default: break
            }
            if scope != nil {
                advance()
                advance()
            }
        }
        let first = try scope == nil ? variableWord() : nameAfterPeriod()
        guard accept(.period) else { return SystemVariableName(scope: scope, name: first) }
        return SystemVariableName(scope: scope, prefix: first, name: try nameAfterPeriod())
    }

    private mutating func variableWord() throws(ParseError) -> String {
        // DEFAULT.key_buffer_size is the default key cache.
        if at(.default), peek().kind == .period { return try nameAfterPeriod() }
        return try name()
    }

    // MARK: Parentheses

    /// The current token is `(` and a query starts right after it.
    var isQueryInParentheses: Bool {
        mutating get { at(.openParenthesis) && isQueryStart(peek()) }
    }

    func isQueryStart(_ token: Token) -> Bool {
        token.keyword == .select || token.keyword == .with || token.keyword == .table || token.keyword == .values
    }

    private mutating func parenthesized() throws(ParseError) -> Expression {
        let start = current.start
        if isQueryInParentheses { return try scalarSubquery() }
        advance()
        let first = try expression()
        return accept(.closeParenthesis) ? first : try parenthesizedTail(first, start)
    }

    private mutating func scalarSubquery() throws(ParseError) -> Expression {
        let start = current.start
        let query = try parenthesizedQuery()
        return Expression(.subquery(query), range(from: start))
    }

    /// After `(x`: the rest of a row, or of a query that began with one in parentheses.
    private mutating func parenthesizedTail(_ first: Expression, _ start: Int) throws(ParseError) -> Expression {
        if case .subquery(let query) = first.kind, atQueryTail {
            let whole = try queryTail(of: query)
            try expect(.closeParenthesis)
            return Expression(.subquery(whole), range(from: start))
        }
        try expect(.comma)
        let rest = try expressionList()
        try expect(.closeParenthesis)
        return Expression(.row([first] + rest), range(from: start))
    }

    /// `{d '2024-01-01'}` and `{name expression}`.
    private mutating func odbcEscape() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        let word = try name().lowercased()
        let kind: Literal.TemporalKind? =
            switch word {
            case "d": .date
            case "t": .time
            case "ts": .timestamp
            default: nil
            }
        if let kind, at(.quotedText), peek().kind == .closeBrace {
            let text = try string()
            advance()
            return Expression(.literal(.temporal(kind, text)), range(from: start))
        }
        let inner = try expression()
        try expect(.closeBrace)
        return Expression(inner.kind, range(from: start))
    }

    // MARK: Names

    /// A column, `column -> path`, or a call of a function that is no keyword.
    mutating func nameExpression() throws(ParseError) -> Expression {
        let start = current.start
        if at(.period) {
            return Expression(.column(try columnName()), range(from: start))
        }
        if peek().kind == .openParenthesis {
            guard isName else { throw syntaxError() }
            if let call = try genericCall(schema: nil, start: start) { return call }
        }
        let first = try name()
        guard accept(.period) else { return try column(ColumnName(name: first), start) }
        if peek().kind == .openParenthesis, at(.word) || at(.quotedName) {
            if let call = try genericCall(schema: first, start: start) { return call }
        }
        let second = try nameAfterPeriod()
        let table = tableNameCase.read(first)
        guard accept(.period) else { return try column(ColumnName(table: table, name: second), start) }
        return try column(
            ColumnName(schema: table, table: tableNameCase.read(second), name: try nameAfterPeriod()), start)
    }

    private mutating func column(_ name: ColumnName, _ start: Int) throws(ParseError) -> Expression {
        guard at(.arrow) || at(.doubleArrow) else { return Expression(.column(name), range(from: start)) }
        let unquoted = at(.doubleArrow)
        advance()
        let path = try string()
        return Expression(.jsonPath(name, path: path, unquoted: unquoted), range(from: start))
    }

    // MARK: CASE and casts

    mutating func caseExpression() throws(ParseError) -> Expression {
        let start = current.start
        try expect(.case)
        let operand = at(.when) ? nil : try expression()
        var branches: [CaseBranch] = []
        repeat {
            try expect(.when)
            let condition = try expression()
            try expect(.then)
            branches.append(CaseBranch(when: condition, then: try expression()))
        } while at(.when)
        let otherwise = accept(.else) ? try expression() : nil
        try expect(.end)
        return Expression(.caseWhen(operand: operand, branches: branches, otherwise: otherwise), range(from: start))
    }

    mutating func castCall() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        try expect(.openParenthesis)
        let operand = try expression()
        if at(Keyword.at) {
            try expect(Keyword.at)
            try expect(.time)
            try expect(.zone)
            _ = accept(.interval)
            let zone = try string()
            try expect(.as)
            try expect(.datetime)
            let digits = try fractionalDigits()
            try expect(.closeParenthesis)
            return Expression(.castAtTimeZone(operand, zone: zone, fractionalDigits: digits), range(from: start))
        }
        try expect(.as)
        let type = try castType()
        let isArray = accept(.array)
        try expect(.closeParenthesis)
        return Expression(.cast(operand, type, isArray: isArray), range(from: start))
    }

    mutating func convertCall() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        try expect(.openParenthesis)
        let operand = try expression()
        if accept(.using) {
            let charset = try charsetName()
            try expect(.closeParenthesis)
            return Expression(.convertUsing(operand, charset: charset), range(from: start))
        }
        try expect(.comma)
        let type = try castType()
        try expect(.closeParenthesis)
        return Expression(.cast(operand, type, isArray: false), range(from: start))
    }

    /// `(n)` after a temporal type or function: 0 where not written.
    mutating func fractionalDigits() throws(ParseError) -> Int {
        guard accept(.openParenthesis) else { return 0 }
        let digits = try integer()
        try expect(.closeParenthesis)
        return digits
    }

    mutating func castType() throws(ParseError) -> CastType {
        let token = current
        switch token.keyword {
        case .binary:
            advance()
            return .binary(length: try optionalLength())
        case .char, .character, .nchar, .national:
            return try characterCast()
        case .signed, .unsigned:
            advance()
            if !accept(.int) { _ = accept(.integer) }
            return token.keyword == .signed ? .signed : .unsigned
        case .date:
            advance()
            return .date
        case .year:
            advance()
            return .year
        case .time:
            advance()
            return .time(try fractionalDigits())
        case .datetime:
            advance()
            return .dateTime(try fractionalDigits())
        case .decimal, .dec:
            advance()
            guard accept(.openParenthesis) else { return .decimal(precision: nil, scale: nil) }
            let precision = try unsigned()
            let scale = accept(.comma) ? try unsigned() : nil
            try expect(.closeParenthesis)
            return .decimal(precision: precision, scale: scale)
        case .json:
            advance()
            return .json
        case .float:
            advance()
            return .float(precision: try optionalLength())
        case .real:
            advance()
            return .real
        case .double:
            advance()
            _ = accept(.precision)
            return .double
        case .vector:
            advance()
            return .vector(length: try optionalLength())
        case .point, .linestring, .polygon, .multipoint, .multilinestring, .multipolygon, .geometrycollection,
            .geomcollection:
            advance()
            return .geometry(lexer.name(token).lowercased())
        default:
            throw syntaxError()
        }
    }

    private mutating func characterCast() throws(ParseError) -> CastType {
        let isNational = at(.nchar) || at(.national)
        if accept(.national) {
            if !accept(.char) { try expect(.character) }
        } else {
            advance()
        }
        let length = try optionalLength()
        if isNational { return .char(length: length, charset: "utf8mb3", isBinaryCollation: false) }
        var charset: String?
        var isBinary = false
        if accept(.ascii) {
            charset = "latin1"
        } else if accept(.unicode) {
            charset = "ucs2"
        } else if accept(.byte) {
            charset = "binary"
        } else if accept(.binary) {
            isBinary = true
        }
        if charset == nil, acceptCharacterSet() { charset = try charsetName() }
        if !isBinary { isBinary = accept(.binary) }
        return .char(length: length, charset: charset, isBinaryCollation: isBinary)
    }

    /// `(n)`.
    mutating func optionalLength() throws(ParseError) -> UInt64? {
        guard accept(.openParenthesis) else { return nil }
        let length = try unsigned()
        try expect(.closeParenthesis)
        return length
    }
}
