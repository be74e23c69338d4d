/// Aggregate and window functions.
extension Parser {
    static let aggregates: [Keyword: AggregateFunction] = [
        .count: .count, .sum: .sum, .avg: .avg, .min: .min, .max: .max, .groupConcat: .groupConcat, .bitAnd: .bitAnd,
        .bitOr: .bitOr, .bitXor: .bitXor, .std: .stddevPop, .stddev: .stddevPop, .stddevPop: .stddevPop,
        .stddevSamp: .stddevSamp, .variance: .varPop, .varPop: .varPop, .varSamp: .varSamp,
        .jsonArrayagg: .jsonArrayAgg, .jsonObjectagg: .jsonObjectAgg, .stCollect: .stCollect,
    ]

    static let windowFunctions: [Keyword: WindowFunction] = [
        .rowNumber: .rowNumber, .rank: .rank, .denseRank: .denseRank, .cumeDist: .cumeDist, .percentRank: .percentRank,
        .ntile: .ntile, .lead: .lead, .lag: .lag, .firstValue: .firstValue, .lastValue: .lastValue,
        .nthValue: .nthValue,
    ]

    mutating func aggregateCall(_ function: AggregateFunction) throws(ParseError) -> Expression {
        let start = current.start
        advance()
        try expect(.openParenthesis)
        var call = AggregateCall(function, [])
        switch function {
        case .count:
            if accept(.distinct) {
                call.isDistinct = true
                call.arguments = try expressionList()
            } else {
                _ = accept(.all)
                if !accept(.star) { call.arguments = [try expression()] }
            }
        case .groupConcat:
            call.isDistinct = accept(.distinct)
            call.arguments = try expressionList()
            if at(.order) { call.orderBy = try orderByClause() }
            if accept(.separator) { call.separator = try anyText() }
        case .jsonObjectAgg:
            _ = accept(.all)
            call.arguments = [try expression()]
            try expect(.comma)
            _ = accept(.all)
            call.arguments.append(try expression())
        case .sum, .avg, .min, .max, .stCollect:
            call.isDistinct = accept(.distinct)
            if !call.isDistinct { _ = accept(.all) }
            call.arguments = [try expression()]
        case .bitAnd, .bitOr, .bitXor, .stddevPop, .stddevSamp, .varPop, .varSamp, .jsonArrayAgg:
            _ = accept(.all)
            call.arguments = [try expression()]
        }
        try expect(.closeParenthesis)
        if at(.over) { call.over = try overClause() }
        return Expression(.aggregate(call), range(from: start))
    }

    mutating func windowCall(_ function: WindowFunction) throws(ParseError) -> Expression {
        let start = current.start
        advance()
        try expect(.openParenthesis)
        var arguments: [Expression] = []
        switch function {
        case .rowNumber, .rank, .denseRank, .cumeDist, .percentRank:
            break
        case .ntile:
            arguments = [try stableInteger()]
        case .lead, .lag:
            arguments = [try expression()]
            if accept(.comma) {
                arguments.append(try stableInteger())
                if accept(.comma) { arguments.append(try expression()) }
            }
        case .firstValue, .lastValue:
            arguments = [try expression()]
        case .nthValue:
            arguments = [try expression()]
            try expect(.comma)
            arguments.append(try simpleExpression())
        }
        try expect(.closeParenthesis)
        var isFromLast = false
        if function == .nthValue, accept(.from) {
            isFromLast = at(.last)
            guard accept(.first) || accept(.last) else { throw syntaxError() }
        }
        var ignoresNulls = false
        if !arguments.isEmpty, function != .ntile, at(.respect) || at(.ignore) {
            ignoresNulls = at(.ignore)
            advance()
            try expect(.nulls)
        }
        var call = WindowCall(function, arguments, over: try overClause())
        call.isFromLast = isFromLast
        call.ignoresNulls = ignoresNulls
        return Expression(.window(call), range(from: start))
    }

    /// An integer literal, a parameter or a variable.
    private mutating func stableInteger() throws(ParseError) -> Expression {
        guard at(.integerNumber) || at(.hexNumber) || at(.parameter) || at(.userVariable) || isName else { throw syntaxError() }
        return try simpleExpression()
    }

    private mutating func overClause() throws(ParseError) -> WindowReference {
        try expect(.over)
        if isName { return .named(try name()) }
        return .inline(try windowSpecification())
    }

    mutating func windowSpecification() throws(ParseError) -> WindowSpecification {
        try expect(.openParenthesis)
        var specification = WindowSpecification()
        if isName { specification.base = try name() }
        if accept(.partition) {
            try expect(.by)
            specification.partitionBy = try expressionList()
        }
        if at(.order) { specification.orderBy = try orderByClause() }
        if at(.rows) || at(.range) || at(.groups) { specification.frame = try windowFrame() }
        try expect(.closeParenthesis)
        return specification
    }

    private mutating func windowFrame() throws(ParseError) -> WindowFrame {
        let unit: WindowFrame.Unit = at(.rows) ? .rows : at(.range) ? .range : .groups
        advance()
        let start: WindowFrame.Bound
        var end: WindowFrame.Bound?
        if accept(.between) {
            start = try frameBound()
            try expect(.and)
            end = try frameBound()
        } else {
            start = try frameBound()
        }
        var exclusion: WindowFrame.Exclusion?
        if accept(.exclude) {
            if accept(.current, .row) {
                exclusion = .currentRow
            } else if accept(.group) {
                exclusion = .group
            } else if accept(.ties) {
                exclusion = .ties
            } else {
                try expect(.no)
                try expect(.others)
                exclusion = .noOthers
            }
        }
        return WindowFrame(unit: unit, start: start, end: end, exclusion: exclusion)
    }

    private mutating func frameBound() throws(ParseError) -> WindowFrame.Bound {
        if accept(.current) {
            try expect(.row)
            return .currentRow
        }
        if accept(.unbounded) {
            if accept(.preceding) { return .unboundedPreceding }
            try expect(.following)
            return .unboundedFollowing
        }
        if at(.interval), isIntervalAmount() {
            let interval = try intervalAfterKeyword()
            if accept(.preceding) { return .intervalPreceding(interval) }
            try expect(.following)
            return .intervalFollowing(interval)
        }
        guard at(.integerNumber) || at(.decimalNumber) || at(.floatNumber) || at(.parameter) || at(.userVariable) || isName else {
            throw syntaxError()
        }
        let offset = try simpleExpression()
        if accept(.preceding) { return .preceding(offset) }
        try expect(.following)
        return .following(offset)
    }
}
