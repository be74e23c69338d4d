/// CREATE USER and ALTER USER.
extension Parser {
    /// At USER.
    mutating func createUser() throws(ParseError) -> Statement {
        advance()
        let ifNotExists = try ifNotExists()
        var users: [UserSyntax] = []
        repeat {
            users.append(try createdUser())
        } while accept(.comma)
        var statement = CreateUserStatement(ifNotExists: ifNotExists, users: users)
        if accept(.default) {
            try expect(.role)
            statement.defaultRoles = try accounts()
        }
        statement.options = try userOptions()
        return .createUser(statement)
    }

    private mutating func createdUser() throws(ParseError) -> UserSyntax {
        var user = UserSyntax(account: try account())
        guard at(.identified) else { return user }
        user.authentication = try identified(isAlter: false)
        if accept(.initial) {
            try expect(.authentication)
            user.furtherFactors.append(try identified(isAlter: false))
        }
        while accept(.and) {
            guard user.furtherFactors.count < 2 else { throw syntaxError() }
            user.furtherFactors.append(try identified(isAlter: false))
        }
        return user
    }

    /// IDENTIFIED BY ..., IDENTIFIED WITH plugin [BY ... | AS ...].
    private mutating func identified(isAlter: Bool) throws(ParseError) -> AuthenticationSyntax {
        try expect(.identified)
        var authentication = AuthenticationSyntax()
        if accept(.with) {
            authentication.plugin = try nameOrText()
            if accept(.by) {
                try passwordSecret(&authentication)
            } else if accept(.as) {
                authentication.secret = .hash(try anyText())
            }
        } else {
            try expect(.by)
            try passwordSecret(&authentication)
        }
        guard isAlter else { return authentication }
        if accept(.replace) { authentication.currentPassword = try string() }
        if accept(.retain) {
            try expect(.current)
            try expect(.password)
            authentication.retainsCurrent = true
        }
        return authentication
    }

    private mutating func passwordSecret(_ authentication: inout AuthenticationSyntax) throws(ParseError) {
        if accept(.random) {
            try expect(.password)
            authentication.secret = .random
        } else {
            authentication.secret = .password(try string())
        }
    }

    /// At USER.
    mutating func alterUser() throws(ParseError) -> Statement {
        advance()
        let ifExists = ifExists()
        if at(.user), peek().kind == .openParenthesis {
            advance()
            try expect(.openParenthesis)
            try expect(.closeParenthesis)
            var user = UserSyntax(account: .current)
            try alterations(&user)
            return .alterUser(AlterUserStatement(ifExists: ifExists, users: [user]))
        }
        var users: [UserSyntax] = []
        repeat {
            var user = UserSyntax(account: try account())
            if users.isEmpty, at(.default), peek().keyword == .role {
                advance()
                advance()
                var statement = AlterUserStatement(ifExists: ifExists, users: [user])
                statement.defaultRole = try roleChoice(allowsExcept: false)
                return .alterUser(statement)
            }
            try alterations(&user)
            users.append(user)
        } while accept(.comma)
        var statement = AlterUserStatement(ifExists: ifExists, users: users)
        statement.options = try userOptions()
        return .alterUser(statement)
    }

    private mutating func alterations(_ user: inout UserSyntax) throws(ParseError) {
        if at(.identified) {
            user.authentication = try identified(isAlter: true)
        } else if accept(.discard) {
            try expect(.old)
            try expect(.password)
            var authentication = AuthenticationSyntax()
            authentication.discardsOld = true
            user.authentication = authentication
        }
        while at(.add) || at(.modify) || at(.drop) {
            guard let keyword = current.keyword else { throw syntaxError() }
            advance()
            let factor = try integer()
            guard factor == 2 || factor == 3 else { throw syntaxError() }
            try expect(.factor)
            switch keyword {
            case .add: user.factorChanges.append(.add(factor, try identified(isAlter: false)))
            case .modify: user.factorChanges.append(.modify(factor, try identified(isAlter: false)))
            default: user.factorChanges.append(.drop(factor))
            }
        }
        if at(.integerNumber), peek().keyword == .factor {
            skipToEnd()
            user.factorChanges.append(.registration("FACTOR REGISTRATION"))
        }
    }

    // MARK: Options

    private mutating func userOptions() throws(ParseError) -> UserOptions {
        var options = UserOptions()
        if accept(.require) { options.requirement = try requirement() }
        if accept(.with) {
            repeat {
                try resourceOption(&options)
            } while at(.maxQueriesPerHour) || at(.maxUpdatesPerHour) || at(.maxConnectionsPerHour) || at(.maxUserConnections)
        }
        while try lockOrPasswordOption(&options) {}
        if accept(.comment) {
            options.comment = try string()
        } else if accept(.attribute) {
            options.attribute = try string()
        }
        return options
    }

    private mutating func requirement() throws(ParseError) -> UserOptions.Requirement {
        if accept(.none) { return .none }
        if accept(.ssl) { return .ssl }
        if accept(.x509) { return .x509 }
        var subject: [UInt8]?
        var issuer: [UInt8]?
        var cipher: [UInt8]?
        repeat {
            if accept(.subject) {
                subject = try once(subject, "SUBJECT")
            } else if accept(.issuer) {
                issuer = try once(issuer, "ISSUER")
            } else {
                try expect(.cipher)
                cipher = try once(cipher, "CIPHER")
            }
            _ = accept(.and)
        } while at(.subject) || at(.issuer) || at(.cipher)
        return .specified(subject: subject, issuer: issuer, cipher: cipher)
    }

    /// A text that is given once; error 1225.
    private mutating func once(_ given: [UInt8]?, _ name: String) throws(ParseError) -> [UInt8] {
        guard given == nil else { throw ParseError(code: 1225, message: "Option '\(name)' used twice in statement") }
        return try string()
    }

    private mutating func resourceOption(_ options: inout UserOptions) throws(ParseError) {
        guard let keyword = current.keyword else { throw syntaxError() }
        switch keyword {
        case .maxQueriesPerHour, .maxUpdatesPerHour, .maxConnectionsPerHour, .maxUserConnections: advance()
        default: throw syntaxError()
        }
        let value = try unsigned()
        switch keyword {
        case .maxQueriesPerHour: options.maxQueriesPerHour = value
        case .maxUpdatesPerHour: options.maxUpdatesPerHour = value
        case .maxConnectionsPerHour: options.maxConnectionsPerHour = value
        default: options.maxUserConnections = value
        }
    }

    private mutating func lockOrPasswordOption(_ options: inout UserOptions) throws(ParseError) -> Bool {
        switch current.keyword {
        case .account:
            advance()
            options.isLocked = at(.lock)
            guard accept(.lock) || accept(.unlock) else { throw syntaxError() }
        case .failedLoginAttempts:
            advance()
            options.failedLoginAttempts = try unsigned()
        case .passwordLockTime:
            advance()
            options.passwordLockTime = try accept(.unbounded) ? .unbounded : .days(unsigned())
        case .password:
            advance()
            try passwordOption(&options)
        default:
            return false
        }
        return true
    }

    private mutating func passwordOption(_ options: inout UserOptions) throws(ParseError) {
        if accept(.expire) {
            if accept(.default) {
                options.passwordExpiry = .default
            } else if accept(.never) {
                options.passwordExpiry = .never
            } else if accept(.interval) {
                options.passwordExpiry = .days(try unsigned())
                try expect(.day)
            } else {
                options.passwordExpiry = .now
            }
        } else if accept(.history) {
            options.passwordHistory = try accept(.default) ? .default : .count(unsigned())
        } else if accept(.reuse) {
            try expect(.interval)
            if accept(.default) {
                options.passwordReuseInterval = .default
            } else {
                options.passwordReuseInterval = .count(try unsigned())
                try expect(.day)
            }
        } else {
            try expect(.require)
            try expect(.current)
            if accept(.default) {
                options.passwordRequireCurrent = .default
            } else {
                options.passwordRequireCurrent = accept(.optional) ? .optional : .always
            }
        }
    }
}
