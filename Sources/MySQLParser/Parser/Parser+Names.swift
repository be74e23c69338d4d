import MySQLTypes

extension Parser {
    /// The current token is a name: a quoted one or a word that is not reserved.
    var isName: Bool {
        switch current.kind {
        case .quotedName: true
        case .word: !(current.keyword?.isReserved ?? false) && !(current.keyword?.isFunction ?? false)
        case .charsetIntroducer: true
        default: false
        }
    }

    mutating func name() throws(ParseError) -> String {
        guard isName else { throw syntaxError() }
        let name = lexer.name(current)
        advance()
        return name
    }

    /// The name of a database or table, or a table's alias.
    mutating func tableName() throws(ParseError) -> String {
        tableNameCase.read(try name())
    }

    mutating func tableNameAfterPeriod() throws(ParseError) -> String {
        tableNameCase.read(try nameAfterPeriod())
    }

    var tableNameCase: TableNameCase { lexer.mode.contains(.lowersTableNames) ? .lowered : .sensitive }

    /// The name of the user variable that is the current token: error 3061.
    func userVariableName() throws(ParseError) -> String {
        let name = lexer.userVariableName(current)
        guard Identifier.flaw(in: name) != .tooLong else {
            throw ParseError(code: 3061, message: "User variable name '\(name)' is illegal")
        }
        return name
    }

    /// A name after a period, where even reserved words are names.
    mutating func nameAfterPeriod() throws(ParseError) -> String {
        guard current.kind == .word || isName else { throw syntaxError() }
        let name = lexer.name(current)
        advance()
        return name
    }

    /// A name or a string, as aliases and charset names allow.
    mutating func nameOrText() throws(ParseError) -> String {
        if current.kind == .quotedText { return try text() }
        return try name()
    }

    /// `name` or `schema.name`.
    mutating func objectName() throws(ParseError) -> ObjectName {
        if current.kind == .period, peek().kind == .word || peek().kind == .quotedName {
            advance()
            return ObjectName(name: try tableNameAfterPeriod())
        }
        let first = try tableName()
        guard accept(.period) else { return ObjectName(name: first) }
        return ObjectName(schema: first, name: try tableNameAfterPeriod())
    }

    /// `name`, `name.*`, `schema.name`, `schema.name.*` as in a multi-table DELETE's list.
    mutating func deleteTarget() throws(ParseError) -> ObjectName {
        let first = try tableName()
        guard accept(.period) else { return ObjectName(name: first) }
        if accept(.star) { return ObjectName(name: first) }
        let second = try tableNameAfterPeriod()
        if at(.period) && peek().kind == .star {
            advance()
            advance()
        }
        return ObjectName(schema: first, name: second)
    }

    mutating func columnName() throws(ParseError) -> ColumnName {
        if at(.period) { advance() }
        let first = try name()
        guard accept(.period) else { return ColumnName(name: first) }
        let second = try nameAfterPeriod()
        let table = tableNameCase.read(first)
        guard accept(.period) else { return ColumnName(table: table, name: second) }
        return ColumnName(schema: table, table: tableNameCase.read(second), name: try nameAfterPeriod())
    }

    /// `(a, b, ...)`.
    mutating func parenthesizedNames() throws(ParseError) -> [String] {
        try expect(.openParenthesis)
        var names: [String] = []
        repeat {
            names.append(try name())
        } while accept(.comma)
        try expect(.closeParenthesis)
        return names
    }

    mutating func objectNames() throws(ParseError) -> [ObjectName] {
        var names: [ObjectName] = []
        repeat {
            names.append(try objectName())
        } while accept(.comma)
        return names
    }

    /// One string literal.
    mutating func string() throws(ParseError) -> [UInt8] {
        guard current.kind == .quotedText else { throw syntaxError() }
        let value = lexer.stringValue(current)
        advance()
        return value
    }

    /// A string, `N'..'`, hexadecimal or bit literal where only text counts.
    mutating func anyText() throws(ParseError) -> [UInt8] {
        let token = current
        switch token.kind {
        case .quotedText, .nationalString:
            advance()
            return lexer.stringValue(token)
        case .hexNumber, .hexString:
            advance()
            return lexer.hexValue(token)
        case .bitNumber, .bitString:
            advance()
            return lexer.bitValue(token)
        default:
            throw syntaxError()
        }
    }

    mutating func text() throws(ParseError) -> String {
        String(decoding: try string(), as: UTF8.self)
    }

    /// An integer literal of at most 64 bits.
    mutating func unsigned() throws(ParseError) -> UInt64 {
        guard current.kind == .integerNumber || current.kind == .hexNumber else { throw syntaxError() }
        let value: UInt64?
        if current.kind == .integerNumber {
            value = lexer.integerValue(current)
        } else {
            let bytes = lexer.hexValue(current)
            value = bytes.count > 8 ? nil : bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard let value else { throw syntaxError() }
        advance()
        return value
    }

    /// An integer literal that fits an Int.
    mutating func integer() throws(ParseError) -> Int {
        let token = current
        guard let value = Int(exactly: try unsigned()) else { throw syntaxError(at: token.start) }
        return value
    }

    /// The name of a character set: a name, a string, BINARY or ASCII.
    mutating func charsetName() throws(ParseError) -> String {
        if accept(.binary) { return "binary" }
        return try nameOrText().lowercased()
    }

    mutating func collationName() throws(ParseError) -> String {
        if accept(.binary) { return "binary" }
        return try nameOrText()
    }

    /// CHARACTER SET, CHARSET or CHAR SET.
    mutating func acceptCharacterSet() -> Bool {
        accept(.character, .set) || accept(.char, .set) || accept(.charset)
    }

    /// `IF NOT EXISTS`.
    mutating func ifNotExists() throws(ParseError) -> Bool {
        guard at(.if), peek().keyword == .not else { return false }
        advance()
        advance()
        try expect(.exists)
        return true
    }

    /// `IF EXISTS`.
    mutating func ifExists() -> Bool {
        accept(.if, .exists)
    }

    /// `user`, `'user'@'host'`, CURRENT_USER.
    mutating func account() throws(ParseError) -> AccountName {
        if accept(.currentUser) {
            if accept(.openParenthesis) { try expect(.closeParenthesis) }
            return .current
        }
        let user = try nameOrText()
        if at(.userVariable) {
            let host = lexer.userVariableName(current)
            advance()
            return AccountName(user: user, host: host)
        }
        // `user@` alone names the empty host.
        if accept(.atSign) { return AccountName(user: user, host: "") }
        return AccountName(user: user, host: nil)
    }

    mutating func accounts() throws(ParseError) -> [AccountName] {
        var list: [AccountName] = []
        repeat {
            list.append(try account())
        } while accept(.comma)
        return list
    }

    /// `FOR CHANNEL 'name'`.
    mutating func channel() throws(ParseError) -> String? {
        guard at(.for), peek().keyword == .channel else { return nil }
        advance()
        advance()
        return try nameOrText()
    }
}
