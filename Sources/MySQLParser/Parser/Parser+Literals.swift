extension Parser {
    /// A literal; one that ``StatementShape`` lifted is a parameter.
    mutating func literalExpression() throws(ParseError) -> Expression {
        let start = current.start
        if isLifted(start) {
            // Adjacent strings are one literal: the shape lifts none of them, so this is a whole one.
            advance()
            liftedCount += 1
            defer { parameterCount += 1 }
            return Expression(.parameter(parameterCount), range(from: start))
        }
        let literal = try literal()
        return Expression(.literal(literal), range(from: start))
    }

    private func isLifted(_ offset: Int) -> Bool {
        guard !liftedLiterals.isEmpty else { return false }
        var low = 0
        var high = liftedLiterals.count
        while low < high {
            let middle = (low + high) / 2
            if liftedLiterals[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low < liftedLiterals.count && liftedLiterals[low] == offset
    }

    /// A number or string without sign.
    mutating func literal() throws(ParseError) -> Literal {
        let token = current
        switch token.kind {
        case .integerNumber:
            advance()
            if let value = lexer.integerValue(token) { return .integer(value) }
            return .decimal(source(token))
        case .decimalNumber:
            advance()
            return .decimal(source(token))
        case .floatNumber:
            advance()
            return .float(source(token))
        case .quotedText, .nationalString:
            advance()
            return .string(continued(lexer.stringValue(token)), introducer: token.kind == .quotedText ? nil : "utf8mb3")
        case .hexNumber, .hexString:
            advance()
            return .hex(lexer.hexValue(token), introducer: nil)
        case .bitNumber, .bitString:
            advance()
            return .bits(lexer.bitValue(token), introducer: nil)
        case .word:
            if accept(.true) { return .boolean(true) }
            if accept(.false) { return .boolean(false) }
            if accept(.null) { return .null }
            throw syntaxError()
        default:
            throw syntaxError()
        }
    }

    /// `'a' 'b'` is one string.
    private mutating func continued(_ first: [UInt8]) -> [UInt8] {
        var value = first
        while current.kind == .quotedText {
            value += lexer.stringValue(current)
            advance()
        }
        return value
    }

    /// `_utf8mb4'..'`, `_binary 0x41`.
    mutating func introducedLiteral() throws(ParseError) -> Expression {
        let start = current.start
        let charset = String(lexer.name(current).dropFirst()).lowercased()
        advance()
        let token = current
        advance()
        let literal: Literal
        switch token.kind {
        case .quotedText: literal = .string(continued(lexer.stringValue(token)), introducer: charset)
        case .hexNumber, .hexString: literal = .hex(lexer.hexValue(token), introducer: charset)
        default: literal = .bits(lexer.bitValue(token), introducer: charset)
        }
        return Expression(.literal(literal), range(from: start))
    }

    func source(_ token: Token) -> String {
        String(decoding: lexer.bytes[token.start..<token.end], as: UTF8.self)
    }

    /// A literal with an optional sign, as DEFAULT takes it.
    mutating func signedLiteral() throws(ParseError) -> Expression {
        let start = current.start
        if at(.minus) || at(.plus) {
            let isMinus = at(.minus)
            advance()
            guard at(.integerNumber) || at(.decimalNumber) || at(.floatNumber) else { throw syntaxError() }
            let literal = Expression(.literal(try literal()), range(from: start))
            return isMinus ? Expression(.unary(.minus, literal), range(from: start)) : literal
        }
        if at(.charsetIntroducer) { return try introducedLiteral() }
        if at(.date) || at(.time) || at(.timestamp), peek().kind == .quotedText { return try temporalLiteral() }
        return Expression(.literal(try literal()), range(from: start))
    }

    /// `DATE '..'`.
    mutating func temporalLiteral() throws(ParseError) -> Expression {
        let start = current.start
        let kind: Literal.TemporalKind = at(.date) ? .date : at(.time) ? .time : .timestamp
        advance()
        return Expression(.literal(.temporal(kind, try string())), range(from: start))
    }
}
