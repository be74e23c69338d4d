/// Operands that start with a keyword, and calls with their special forms.
extension Parser {
    mutating func keywordExpression(_ keyword: Keyword) throws(ParseError) -> Expression {
        let start = current.start
        let isCall = peek().kind == .openParenthesis
        switch keyword {
        case .null, .true, .false:
            return Expression(.literal(try literal()), range(from: start))
        case .case:
            return try caseExpression()
        case .exists:
            advance()
            let query = try parenthesizedQuery()
            return Expression(.exists(query), range(from: start))
        case .cast:
            return try castCall()
        case .convert:
            return try convertCall()
        case .row where isCall:
            advance()
            advance()
            let first = try expression()
            try expect(.comma)
            let rest = try expressionList()
            try expect(.closeParenthesis)
            return Expression(.row([first] + rest), range(from: start))
        case .default:
            guard isCall else { throw syntaxError() }
            advance()
            advance()
            let column = try columnName()
            try expect(.closeParenthesis)
            return Expression(.defaultValue(column), range(from: start))
        case .values:
            advance()
            try expect(.openParenthesis)
            let column = try columnName()
            try expect(.closeParenthesis)
            return Expression(.insertedValue(column), range(from: start))
        case .interval:
            return try intervalExpression()
        case .match:
            return try matchExpression()
        case .date, .time, .timestamp:
            if peek().kind == .quotedText { return try temporalLiteral() }
            return isCall ? try fixedCall(keyword) : try nameExpression()
        default:
            break
        }
        if let function = Self.aggregates[keyword], isCall { return try aggregateCall(function) }
        if let function = Self.windowFunctions[keyword] { return try windowCall(function) }
        if let special = try specialCall(keyword, isCall: isCall) { return special }
        if isCall, Self.fixedArguments[keyword] != nil { return try fixedCall(keyword) }
        return try nameExpression()
    }

    /// Functions whose grammar fixes the number of arguments: name in the tree, least and most.
    private static let fixedArguments: [Keyword: (name: String, least: Int, most: Int)] = [
        .ascii: ("ascii", 1, 1), .charset: ("charset", 1, 1), .coalesce: ("coalesce", 1, Int.max),
        .collation: ("collation", 1, 1), .database: ("database", 0, 0), .schema: ("database", 0, 0),
        .date: ("date", 1, 1), .day: ("dayofmonth", 1, 1), .hour: ("hour", 1, 1), .if: ("if", 3, 3),
        .insert: ("insert", 4, 4), .left: ("left", 2, 2), .microsecond: ("microsecond", 1, 1),
        .minute: ("minute", 1, 1), .mod: ("mod", 2, 2), .month: ("month", 1, 1), .quarter: ("quarter", 1, 1),
        .repeat: ("repeat", 2, 2), .replace: ("replace", 3, 3), .reverse: ("reverse", 1, 1), .right: ("right", 2, 2),
        .rowCount: ("row_count", 0, 0), .second: ("second", 1, 1), .time: ("time", 1, 1),
        .timestamp: ("timestamp", 1, 2), .truncate: ("truncate", 2, 2), .user: ("user", 0, 0), .week: ("week", 1, 2),
        .year: ("year", 1, 1), .format: ("format", 2, 3), .grouping: ("grouping", 1, Int.max), .point: ("point", 2, 2),
        .linestring: ("linestring", 1, Int.max), .polygon: ("polygon", 1, Int.max),
        .multipoint: ("multipoint", 1, Int.max), .multilinestring: ("multilinestring", 1, Int.max),
        .multipolygon: ("multipolygon", 1, Int.max), .geometrycollection: ("geomcollection", 0, Int.max),
        .geomcollection: ("geomcollection", 0, Int.max), .sessionUser: ("user", 0, 0), .systemUser: ("user", 0, 0),
        .password: ("password", 1, 1),
    ]

    private mutating func fixedCall(_ keyword: Keyword) throws(ParseError) -> Expression {
        guard let form = Self.fixedArguments[keyword] else { throw syntaxError() }
        let start = current.start
        let spelling = lexer.name(current)
        advance()
        try expect(.openParenthesis)
        var arguments: [Expression] = []
        if form.most > 0, !(form.least == 0 && at(.closeParenthesis)) {
            repeat {
                if arguments.count == form.most { throw syntaxError() }
                arguments.append(try expression())
                if arguments.count < form.least && !at(.comma) { throw syntaxError() }
                if arguments.count == form.most && at(.comma) { throw syntaxError() }
            } while accept(.comma)
        }
        try expect(.closeParenthesis)
        if keyword == .mod { return Expression(.binary(.modulo, arguments[0], arguments[1]), range(from: start)) }
        return call(form.name, spelling, arguments, start)
    }

    private func call(_ name: String, _ spelling: String, _ arguments: [Expression], _ start: Int) -> Expression {
        Expression(.function(FunctionCall(name: name, spelling: spelling, arguments: arguments)), range(from: start))
    }

    /// Functions by other names.
    private static let synonyms: [String: String] = [
        "lcase": "lower", "ucase": "upper", "ceil": "ceiling", "power": "pow", "character_length": "char_length",
        "octet_length": "length", "sha": "sha1", "dayofmonth": "dayofmonth", "lastval": "lastval",
        "st_geomfromtxt": "st_geomfromtext", "st_astext": "st_aswkt",
    ]

    /// `name(...)` of a function that is no keyword of the grammar; nil when it is a column after all.
    mutating func genericCall(schema: String?, start: Int) throws(ParseError) -> Expression? {
        let spelling = schema == nil ? try name() : try nameAfterPeriod()
        try expect(.openParenthesis)
        var arguments: [Expression] = []
        if !at(.closeParenthesis) {
            repeat {
                arguments.append(try expression())
                // Arguments of loadable functions may have aliases.
                if schema == nil, accept(.as) { _ = try nameOrText() }
            } while accept(.comma)
        }
        try expect(.closeParenthesis)
        let lowered = spelling.lowercased()
        let name = schema == nil ? Self.synonyms[lowered] ?? lowered : lowered
        var call = FunctionCall(schema: schema, name: name, spelling: spelling, arguments: arguments)
        call.needsQuotes = KeywordTable.shared.keyword(Array(name.utf8)[...]) != nil
        return Expression(.function(call), range(from: start))
    }

    // MARK: Special forms

    private mutating func specialCall(_ keyword: Keyword, isCall: Bool) throws(ParseError) -> Expression? {
        let start = current.start
        let spelling = lexer.name(current)
        switch keyword {
        case .currentUser:
            advance()
            if accept(.openParenthesis) { try expect(.closeParenthesis) }
            return call("current_user", spelling, [], start)
        case .currentTimestamp, .localtime, .localtimestamp, .now:
            return try clockCall("now", takesDigits: true)
        case .currentTime, .curtime: return try clockCall("curtime", takesDigits: true)
        case .currentDate, .curdate: return try clockCall("curdate", takesDigits: false)
        case .utcTimestamp: return try clockCall("utc_timestamp", takesDigits: true)
        case .utcTime: return try clockCall("utc_time", takesDigits: true)
        case .utcDate: return try clockCall("utc_date", takesDigits: false)
        case .sysdate: return try clockCall("sysdate", takesDigits: true)
        default:
            break
        }
        guard isCall else { return nil }
        switch keyword {
        case .char: return try charCall()
        case .dateAdd, .dateSub, .adddate, .subdate: return try dateArithmeticCall(keyword)
        case .extract:
            advance()
            advance()
            let unit = try unit()
            try expect(.from)
            let operand = try expression()
            try expect(.closeParenthesis)
            return Expression(.extract(unit, operand), range(from: start))
        case .timestampadd, .timestampdiff:
            advance()
            advance()
            let unit = try unit()
            try expect(.comma)
            let first = try expression()
            try expect(.comma)
            let second = try expression()
            try expect(.closeParenthesis)
            let kind: ExpressionKind =
                keyword == .timestampadd ? .timestampAdd(unit, amount: first, second) : .timestampDiff(unit, first, second)
            return Expression(kind, range(from: start))
        case .position:
            advance()
            advance()
            let needle = try bitExpression(0)
            try expect(.in)
            let haystack = try expression()
            try expect(.closeParenthesis)
            return call("locate", spelling, [needle, haystack], start)
        case .substring, .substr, .mid: return try substringCall(spelling)
        case .trim: return try trimCall()
        case .weightString: return try weightStringCall()
        case .getFormat: return try getFormatCall()
        case .jsonValue: return try jsonValueCall()
        default: return nil
        }
    }

    private mutating func unit() throws(ParseError) -> TimeUnit {
        guard let unit = timeUnit(current) else { throw syntaxError() }
        advance()
        return unit
    }

    /// NOW and its kin: with or without parentheses, maybe with fractional digits.
    private mutating func clockCall(_ name: String, takesDigits: Bool) throws(ParseError) -> Expression {
        let start = current.start
        let spelling = lexer.name(current)
        advance()
        var arguments: [Expression] = []
        if accept(.openParenthesis) {
            if takesDigits, at(.integerNumber) { arguments.append(Expression(.literal(try literal()), range(from: start))) }
            try expect(.closeParenthesis)
        }
        return call(name, spelling, arguments, start)
    }

    private mutating func charCall() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        advance()
        let arguments = try expressionList()
        let charset = accept(.using) ? try charsetName() : nil
        try expect(.closeParenthesis)
        return Expression(.char(arguments, charset: charset), range(from: start))
    }

    private mutating func dateArithmeticCall(_ keyword: Keyword) throws(ParseError) -> Expression {
        let start = current.start
        advance()
        advance()
        let date = try expression()
        try expect(.comma)
        let interval: Interval
        if at(.interval), isIntervalAmount() {
            interval = try intervalAfterKeyword()
        } else if keyword == .adddate || keyword == .subdate {
            interval = Interval(amount: try expression(), unit: .day)
        } else {
            throw syntaxError()
        }
        try expect(.closeParenthesis)
        let isSubtraction = keyword == .dateSub || keyword == .subdate
        return Expression(.dateArithmetic(date, interval: interval, isSubtraction: isSubtraction), range(from: start))
    }

    /// INTERVAL amount unit + date, or the function INTERVAL(n, a, b, ...).
    private mutating func intervalExpression() throws(ParseError) -> Expression {
        let start = current.start
        guard isIntervalAmount() else {
            advance()
            advance()
            let first = try expression()
            try expect(.comma)
            let rest = try expressionList()
            try expect(.closeParenthesis)
            return call("interval", "interval", [first] + rest, start)
        }
        let interval = try intervalAfterKeyword()
        try expect(.plus)
        let date = try expression()
        return Expression(.dateArithmetic(date, interval: interval, isSubtraction: false), range(from: start))
    }

    private mutating func substringCall(_ spelling: String) throws(ParseError) -> Expression {
        let start = current.start
        advance()
        advance()
        let text = try expression()
        var arguments = [text]
        if accept(.from) {
            arguments.append(try expression())
            if accept(.for) { arguments.append(try expression()) }
        } else {
            try expect(.comma)
            arguments.append(try expression())
            if accept(.comma) { arguments.append(try expression()) }
        }
        try expect(.closeParenthesis)
        return call("substr", spelling, arguments, start)
    }

    private mutating func trimCall() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        advance()
        var mode: TrimMode?
        if accept(.both) {
            mode = .both
        } else if accept(.leading) {
            mode = .leading
        } else if accept(.trailing) {
            mode = .trailing
        }
        var remove: Expression?
        if mode == nil || !at(.from) {
            let first = try expression()
            if mode == nil, accept(.closeParenthesis) {
                return Expression(.trim(.both, remove: nil, from: first), range(from: start))
            }
            remove = first
        }
        try expect(.from)
        let text = try expression()
        try expect(.closeParenthesis)
        return Expression(.trim(mode ?? .both, remove: remove, from: text), range(from: start))
    }

    private mutating func weightStringCall() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        advance()
        let text = try expression()
        var isBinary = false
        var length: Int?
        if accept(.as) {
            isBinary = at(.binary)
            guard accept(.binary) || accept(.char) || accept(.character) else { throw syntaxError() }
            try expect(.openParenthesis)
            length = try integer()
            try expect(.closeParenthesis)
        }
        try expect(.closeParenthesis)
        return Expression(.weightString(text, asBinary: isBinary, length: length), range(from: start))
    }

    private mutating func getFormatCall() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        advance()
        let kind: GetFormatKind
        if accept(.date) {
            kind = .date
        } else if accept(.time) {
            kind = .time
        } else if accept(.datetime) || accept(.timestamp) {
            kind = .dateTime
        } else {
            throw syntaxError()
        }
        try expect(.comma)
        let format = try expression()
        try expect(.closeParenthesis)
        return Expression(.getFormat(kind, format), range(from: start))
    }

    private mutating func jsonValueCall() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        advance()
        let document = try simpleExpression()
        try expect(.comma)
        guard at(.quotedText) || at(.charsetIntroducer) || at(.userVariable) || at(.parameter) else { throw syntaxError() }
        let path = try simpleExpression()
        let type = accept(.returning) ? try castType() : nil
        let (onEmpty, onError) = try jsonResponses()
        try expect(.closeParenthesis)
        return Expression(
            .jsonValue(document, path: path, returning: type, onEmpty: onEmpty, onError: onError), range(from: start))
    }

    /// `... ON EMPTY ... ON ERROR`.
    mutating func jsonResponses() throws(ParseError) -> (JSONResponse?, JSONResponse?) {
        var onEmpty: JSONResponse?
        var onError: JSONResponse?
        while at(.null) || at(.error) || at(.default) {
            let response: JSONResponse
            if accept(.null) {
                response = .null
            } else if accept(.error) {
                response = .error
            } else {
                advance()
                response = .value(try signedLiteral())
            }
            try expect(.on)
            if accept(.empty), onEmpty == nil, onError == nil {
                onEmpty = response
            } else if accept(.error), onError == nil {
                onError = response
            } else {
                throw syntaxError()
            }
        }
        return (onEmpty, onError)
    }

    private mutating func matchExpression() throws(ParseError) -> Expression {
        let start = current.start
        advance()
        let hasParenthesis = accept(.openParenthesis)
        var columns: [ColumnName] = []
        repeat {
            columns.append(try columnName())
        } while accept(.comma)
        if hasParenthesis { try expect(.closeParenthesis) }
        try expect(.against)
        try expect(.openParenthesis)
        let text = try bitExpression(0)
        var mode = MatchMode.naturalLanguage
        if accept(.in) {
            if accept(.boolean) {
                mode = .boolean
            } else {
                try expect(.natural)
                try expect(.language)
            }
            try expect(.mode)
        }
        if mode != .boolean, accept(.with) {
            try expect(.query)
            try expect(.expansion)
            mode = .withExpansion
        }
        try expect(.closeParenthesis)
        return Expression(.match(columns, against: text, mode), range(from: start))
    }
}
