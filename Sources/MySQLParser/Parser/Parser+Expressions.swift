/// Operators, from the loosest to the tightest: OR, XOR, AND, NOT, IS, comparison, predicates, `|`, `&`, shifts, sums,
/// products, `^`, unary, `||` as concatenation, `!` BINARY COLLATE.
extension Parser {
    mutating func expression() throws(ParseError) -> Expression {
        try enter()
        let outerHeight = treeHeight
        treeHeight = 0
        let result = try orExpression()
        try growTree()
        treeHeight = max(outerHeight, treeHeight)
        leave()
        return result
    }

    mutating func expressionList() throws(ParseError) -> [Expression] {
        var list: [Expression] = []
        repeat {
            list.append(try expression())
        } while accept(.comma)
        return list
    }

    private var atOr: Bool {
        at(.or) || (at(.doubleBar) && !lexer.mode.contains(.pipesAsConcat))
    }

    private mutating func orExpression() throws(ParseError) -> Expression {
        let start = current.start
        let first = try xorExpression()
        return atOr ? try orTail(first, start) : first
    }

    private mutating func orTail(_ first: Expression, _ start: Int) throws(ParseError) -> Expression {
        var terms = [first]
        while atOr {
            advance()
            terms.append(try xorExpression())
        }
        try growTree()
        let flat = terms.flatMap { term in
            if case .or(let inner) = term.kind { inner } else { [term] }
        }
        return Expression(.or(flat), range(from: start))
    }

    private mutating func xorExpression() throws(ParseError) -> Expression {
        let start = current.start
        let first = try andExpression()
        return at(.xor) ? try xorTail(first, start) : first
    }

    private mutating func xorTail(_ first: Expression, _ start: Int) throws(ParseError) -> Expression {
        var left = first
        while accept(.xor) {
            let right = try andExpression()
            try growTree()
            left = Expression(.binary(.logicalXor, left, right), range(from: start))
        }
        return left
    }

    private mutating func andExpression() throws(ParseError) -> Expression {
        let start = current.start
        let first = try notExpression()
        return at(.and) || at(.doubleAmpersand) ? try andTail(first, start) : first
    }

    private mutating func andTail(_ first: Expression, _ start: Int) throws(ParseError) -> Expression {
        var terms = [first]
        while at(.and) || at(.doubleAmpersand) {
            advance()
            terms.append(try notExpression())
        }
        try growTree()
        let flat = terms.flatMap { term in
            if case .and(let inner) = term.kind { inner } else { [term] }
        }
        return Expression(.and(flat), range(from: start))
    }

    private mutating func notExpression() throws(ParseError) -> Expression {
        let outerHeight = treeHeight
        treeHeight = 0
        let isNot = at(.not) && !lexer.mode.contains(.highNotPrecedence)
        let result = isNot ? try negation() : try isExpression()
        treeHeight = max(outerHeight, treeHeight)
        return result
    }

    private mutating func negation() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        try enter()
        let operand = try notExpression()
        try growTree()
        leave()
        return Expression(.unary(.not, operand), range(from: start))
    }

    /// `x IS [NOT] TRUE|FALSE|UNKNOWN`, which nothing tighter may follow.
    private mutating func isExpression() throws(ParseError) -> Expression {
        let start = current.start
        let operand = try comparison()
        return at(.is) ? try truthTest(operand, start) : operand
    }

    private mutating func truthTest(_ operand: Expression, _ start: Int) throws(ParseError) -> Expression {
        advance()
        let negated = accept(.not)
        let value: TruthValue
        if accept(.true) {
            value = .true
        } else if accept(.false) {
            value = .false
        } else if accept(.unknown) {
            value = .unknown
        } else {
            throw syntaxError()
        }
        try growTree()
        return Expression(.isTruth(operand, value, negated: negated), range(from: start))
    }

    private mutating func comparison() throws(ParseError) -> Expression {
        let start = current.start
        let first = try predicate()
        return at(.is) || comparisonOperator != nil ? try comparisonTail(first, start) : first
    }

    private mutating func comparisonTail(_ first: Expression, _ start: Int) throws(ParseError) -> Expression {
        var left = first
        while true {
            if at(.is) {
                let isNegated = peek().keyword == .not
                guard peek(isNegated ? 2 : 1).keyword == .null else { return left }
                advance()
                if isNegated { advance() }
                advance()
                try growTree()
                left = Expression(.isNull(left, negated: isNegated), range(from: start))
                continue
            }
            guard let comparison = comparisonOperator else { return left }
            advance()
            if at(.any) || at(.some) || at(.all), peek().kind == .openParenthesis {
                let quantifier: Quantifier = at(.all) ? .all : .any
                advance()
                let query = try parenthesizedQuery()
                try growTree()
                left = Expression(.quantified(comparison, left, quantifier, query), range(from: start))
            } else {
                let right = try predicate()
                try growTree()
                left = Expression(.binary(comparison, left, right), range(from: start))
            }
        }
    }

    private var comparisonOperator: BinaryOperator? {
        switch current.kind {
        case .equal: .equal
        case .nullSafeEqual: .nullSafeEqual
        case .notEqual: .notEqual
        case .lessThan: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        default: nil
        }
    }

    /// IN, BETWEEN, LIKE, REGEXP, SOUNDS LIKE, MEMBER OF.
    mutating func predicate() throws(ParseError) -> Expression {
        let start = current.start
        let left = try bitExpression(0)
        switch current.keyword {
        case .not, .in, .between, .like, .regexp, .rlike, .sounds, .member: return try predicateTail(left, start)
        default: return left
        }
    }

    private mutating func predicateTail(_ left: Expression, _ start: Int) throws(ParseError) -> Expression {
        var negated = false
        if at(.not) {
            switch peek().keyword {
            case .in, .between, .like, .regexp, .rlike: break
            default: return left
            }
            advance()
            negated = true
        }
        let kind: ExpressionKind
        if accept(.in) {
            kind = try inPredicate(left, negated)
        } else if accept(.between) {
            let low = try bitExpression(0)
            try expect(.and)
            try enter()
            let high = try predicate()
            leave()
            kind = .between(left, low: low, high: high, negated: negated)
        } else if accept(.like) {
            let pattern = try simpleExpression()
            let escape = accept(.escape) ? try simpleExpression() : nil
            kind = .like(left, pattern: pattern, escape: escape, negated: negated)
        } else if accept(.regexp) || accept(.rlike) {
            kind = .regexp(left, pattern: try bitExpression(0), negated: negated)
        } else if at(.sounds) && peek().keyword == .like {
            advance()
            advance()
            kind = .soundsLike(left, try bitExpression(0))
        } else if at(.member) && (peek().keyword == .of || peek().kind == .openParenthesis) {
            advance()
            _ = accept(.of)
            try expect(.openParenthesis)
            kind = .memberOf(left, array: try simpleExpression())
            try expect(.closeParenthesis)
        } else {
            return left
        }
        try growTree()
        return Expression(kind, range(from: start))
    }

    private mutating func inPredicate(_ left: Expression, _ negated: Bool) throws(ParseError) -> ExpressionKind {
        guard at(.openParenthesis) else { throw syntaxError() }
        if isQueryInParentheses {
            return .inSubquery(left, try parenthesizedQuery(), negated: negated)
        }
        advance()
        let list = try expressionList()
        if list.count == 1, case .subquery(let query) = list[0].kind {
            if atQueryTail {
                let whole = try queryTail(of: query)
                try expect(.closeParenthesis)
                return .inSubquery(left, whole, negated: negated)
            }
            try expect(.closeParenthesis)
            return .inSubquery(left, query, negated: negated)
        }
        try expect(.closeParenthesis)
        return .inList(left, list, negated: negated)
    }

    // MARK: Arithmetic

    private func arithmeticOperator() -> (BinaryOperator, Int)? {
        switch current.kind {
        case .bar: (.bitOr, 1)
        case .ampersand: (.bitAnd, 2)
        case .shiftLeft: (.shiftLeft, 3)
        case .shiftRight: (.shiftRight, 3)
        case .plus: (.add, 4)
        case .minus: (.subtract, 4)
        case .star: (.multiply, 5)
        case .slash: (.divide, 5)
        case .percent: (.modulo, 5)
        case .caret: (.bitXor, 6)
        case .word:
            switch current.keyword {
            case .div: (.integerDivide, 5)
            case .mod: (.modulo, 5)
            default: nil
            }
        default: nil
        }
    }

    /// Left-associative binary operators that bind at least as tightly as `minimum`.
    mutating func bitExpression(_ minimum: Int) throws(ParseError) -> Expression {
        let start = current.start
        let outerHeight = treeHeight
        treeHeight = 0
        var left = try simpleExpression()
        if arithmeticOperator() != nil { left = try arithmeticTail(left, minimum, start) }
        treeHeight = max(outerHeight, treeHeight)
        return left
    }

    private mutating func arithmeticTail(
        _ first: Expression, _ minimum: Int, _ start: Int
    ) throws(ParseError) -> Expression {
        var left = first
        while let (operation, precedence) = arithmeticOperator(), precedence >= minimum {
            advance()
            if at(.interval), operation == .add || operation == .subtract, isIntervalAmount() {
                let interval = try intervalAfterKeyword()
                try growTree()
                left = Expression(
                    .dateArithmetic(left, interval: interval, isSubtraction: operation == .subtract), range(from: start))
                continue
            }
            let right = try bitExpression(precedence + 1)
            try growTree()
            left = Expression(.binary(operation, left, right), range(from: start))
        }
        return left
    }

    /// At INTERVAL: an amount with a unit follows, not the arguments of the function INTERVAL(a, b, ...).
    mutating func isIntervalAmount() -> Bool {
        guard peek().kind == .openParenthesis else { return true }
        var depth = 0
        var distance = 1
        while true {
            switch peek(distance).kind {
            case .openParenthesis: depth += 1
            case .closeParenthesis:
                depth -= 1
                if depth == 0 { return true }
            case .comma where depth == 1: return false
            case .endOfInput, .invalid: return true
            default: break
            }
            distance += 1
        }
    }

    /// `INTERVAL amount unit`, at INTERVAL.
    mutating func intervalAfterKeyword() throws(ParseError) -> Interval {
        try expect(.interval)
        let amount = try expression()
        guard let unit = timeUnit(current) else { throw syntaxError() }
        advance()
        return Interval(amount: amount, unit: unit)
    }

    /// The unit that a word is; MySQL takes `SQL_TSI_` names too.
    func timeUnit(_ token: Token) -> TimeUnit? {
        guard token.kind == .word else { return nil }
        switch token.keyword {
        case .microsecond: return .microsecond
        case .second: return .second
        case .minute: return .minute
        case .hour: return .hour
        case .day: return .day
        case .week: return .week
        case .month: return .month
        case .quarter: return .quarter
        case .year: return .year
        case .secondMicrosecond: return .secondMicrosecond
        case .minuteMicrosecond: return .minuteMicrosecond
        case .minuteSecond: return .minuteSecond
        case .hourMicrosecond: return .hourMicrosecond
        case .hourSecond: return .hourSecond
        case .hourMinute: return .hourMinute
        case .dayMicrosecond: return .dayMicrosecond
        case .daySecond: return .daySecond
        case .dayMinute: return .dayMinute
        case .dayHour: return .dayHour
        case .yearMonth: return .yearMonth
        case nil:
            let word = lexer.name(token).uppercased()
            guard word.hasPrefix("SQL_TSI_"), !word.contains("_", after: 8) else { return nil }
            return TimeUnit(rawValue: String(word.dropFirst(8)))
        default: return nil
        }
    }
}

extension String {
    fileprivate func contains(_ character: Character, after count: Int) -> Bool {
        dropFirst(count).contains(character)
    }
}
