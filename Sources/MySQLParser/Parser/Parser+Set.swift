/// SET and RESET.
extension Parser {
    mutating func setStatement() throws(ParseError) -> Statement {
        try expect(.set)
        switch current.keyword {
        case .password where peek().kind != .period: return try setPassword()
        case .default where peek().keyword == .role:
            advance()
            advance()
            let choice = try roleChoice(allowsExcept: false)
            try expect(.to)
            return .setDefaultRole(choice, to: try accounts())
        case .role where peek().kind != .equal && peek().kind != .colonEqual:
            advance()
            return .setRole(try roleChoice(allowsExcept: true))
        case .resource where peek().keyword == .group:
            advance()
            advance()
            let name = try name()
            if accept(.for) {
                repeat {
                    _ = try unsigned()
                } while accept(.comma)
            }
            return .setResourceGroup(name: name)
        case .transaction where peek().kind != .equal && peek().kind != .colonEqual:
            advance()
            return try setTransaction(scope: nil)
        case .global, .session, .local:
            if peek().keyword == .transaction, peek(2).kind != .equal, peek(2).kind != .colonEqual {
                let scope: VariableScope = at(.global) ? .global : .session
                advance()
                advance()
                return try setTransaction(scope: scope)
            }
        default:
            break
        }
        var list: [SetAssignment] = []
        repeat {
            list.append(try setAssignment())
        } while accept(.comma)
        return .set(list)
    }

    private mutating func setAssignment() throws(ParseError) -> SetAssignment {
        if at(.userVariable) {
            let name = try userVariableName()
            advance()
            try expectAssign()
            return .userVariable(name, try expression())
        }
        if at(.doubleAt) {
            let name = try systemVariable()
            try expectAssign()
            return .systemVariable(name, try setValue())
        }
        if accept(.names) {
            if at(.equal) { throw syntaxError() }
            if accept(.default) { return .names(charset: nil, collation: nil) }
            let charset = try charsetName()
            return .names(charset: charset, collation: accept(.collate) ? try collationName() : nil)
        }
        if acceptCharacterSet() {
            if accept(.default) { return .characterSet(nil) }
            return .characterSet(try charsetName())
        }
        var scope: VariableScope?
        switch current.keyword {
        case .global: scope = .global
        case .session, .local: scope = .session
        case .persist: scope = .persist
        case .persistOnly: scope = .persistOnly
        default: break
        }
        if scope != nil, peek().kind == .word || peek().kind == .quotedName || peek().kind == .doubleAt {
            advance()
        } else {
            scope = nil
        }
        let first = try name()
        if accept(.period) {
            let second = try nameAfterPeriod()
            try expectAssign()
            if isInStoredProgram, first.uppercased() == "NEW" || first.uppercased() == "OLD" {
                return .newColumn(row: first.uppercased(), column: second, try expression())
            }
            return .systemVariable(SystemVariableName(scope: scope, prefix: first, name: second), try setValue())
        }
        try expectAssign()
        return .systemVariable(SystemVariableName(scope: scope, name: first), try setValue())
    }

    private mutating func expectAssign() throws(ParseError) {
        guard accept(.equal) || accept(.colonEqual) else { throw syntaxError() }
    }

    /// A value, DEFAULT (nil), or one of the reserved words that are values.
    private mutating func setValue() throws(ParseError) -> Expression? {
        let start = current.start
        if at(.default), peek().kind != .openParenthesis {
            advance()
            return nil
        }
        if at(.on) || at(.all) || at(.binary) || at(.row) || at(.system) {
            let follower = peek().kind
            if follower == .endOfInput || follower == .comma || follower == .semicolon {
                let word = lexer.name(current)
                advance()
                return Expression(.column(ColumnName(name: word)), range(from: start))
            }
        }
        return try expression()
    }

    private mutating func setPassword() throws(ParseError) -> Statement {
        advance()
        var account: AccountName?
        if accept(.for) { account = try self.account() }
        var statement: SetPasswordStatement
        if accept(.to) {
            try expect(.random)
            statement = SetPasswordStatement(account: account, password: nil)
        } else {
            guard accept(.equal) || accept(.colonEqual) else { throw syntaxError() }
            statement = SetPasswordStatement(account: account, password: try string())
        }
        if accept(.replace) { statement.currentPassword = try string() }
        if accept(.retain) {
            try expect(.current)
            try expect(.password)
            statement.retainsCurrent = true
        }
        return .setPassword(statement)
    }

    /// NONE, DEFAULT, ALL [EXCEPT roles], or roles.
    mutating func roleChoice(allowsExcept: Bool) throws(ParseError) -> RoleChoice {
        if at(.none), peek().kind != .userVariable {
            advance()
            return .none
        }
        if allowsExcept, accept(.default) { return .default }
        if accept(.all) {
            guard allowsExcept, accept(.except) else { return .all }
            return .allExcept(try accounts())
        }
        return .roles(try accounts())
    }

    mutating func resetStatement() throws(ParseError) -> Statement {
        advance()
        if accept(.persist) {
            let ifExists = ifExists()
            if !ifExists, at(.endOfInput) || at(.semicolon) { return .resetPersist(name: nil, ifExists: false) }
            var name = try self.name()
            if accept(.period) { name += "." + (try nameAfterPeriod()) }
            return .resetPersist(name: name, ifExists: ifExists)
        }
        var targets: [ResetTarget] = []
        repeat {
            if accept(.binary) {
                try expect(.logs)
                try expect(.and)
                try expect(.gtids)
                targets.append(.binaryLogsAndGTIDs(to: accept(.to) ? try unsigned() : nil))
            } else if accept(.replica) || accept(.slave) {
                let all = accept(.all)
                targets.append(.replica(all: all, channel: try channel()))
            } else {
                throw syntaxError()
            }
        } while accept(.comma)
        return .reset(targets)
    }
}
