extension Parser {
    /// CHANGE REPLICATION SOURCE TO, CHANGE MASTER TO, CHANGE REPLICATION FILTER.
    mutating func changeStatement() throws(ParseError) -> Statement {
        advance()
        let isOld = accept(.master)
        if !isOld {
            try expect(.replication)
            if accept(.filter) {
                while !at(.endOfInput), !at(.semicolon), !(at(.for) && peek().keyword == .channel) {
                    if at(.invalid) { throw syntaxError() }
                    advance()
                }
                return .changeReplicationFilter(channel: try channel())
            }
            try expect(.source)
        }
        try expect(.to)
        var options: [ChangeSourceStatement.Option] = []
        repeat {
            options.append(try sourceOption())
        } while accept(.comma)
        return .changeSource(ChangeSourceStatement(options: options, channel: try channel(), isOldSyntax: isOld))
    }

    private static let sourceOptions: Set<String> = [
        "BIND", "HOST", "USER", "PASSWORD", "PORT", "CONNECT_RETRY", "RETRY_COUNT", "DELAY", "HEARTBEAT_PERIOD",
        "LOG_FILE", "LOG_POS", "AUTO_POSITION", "SSL", "SSL_CA", "SSL_CAPATH", "SSL_CERT", "SSL_CRL", "SSL_CRLPATH",
        "SSL_KEY", "SSL_CIPHER", "SSL_VERIFY_SERVER_CERT", "TLS_VERSION", "TLS_CIPHERSUITES", "PUBLIC_KEY_PATH",
        "COMPRESSION_ALGORITHMS", "ZSTD_COMPRESSION_LEVEL", "CONNECTION_AUTO_FAILOVER",
    ]

    private static let otherOptions: Set<String> = [
        "NETWORK_NAMESPACE", "IGNORE_SERVER_IDS", "GET_SOURCE_PUBLIC_KEY", "RELAY_LOG_FILE", "RELAY_LOG_POS",
        "PRIVILEGE_CHECKS_USER", "REQUIRE_ROW_FORMAT", "REQUIRE_TABLE_PRIMARY_KEY_CHECK",
        "ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS", "GTID_ONLY",
    ]

    /// The option's name with its SOURCE spelling.
    private func sourceOptionName() -> String? {
        guard current.kind == .word else { return nil }
        let word = lexer.name(current).uppercased()
        if word == "GET_MASTER_PUBLIC_KEY" { return "GET_SOURCE_PUBLIC_KEY" }
        if Self.otherOptions.contains(word) { return word }
        for prefix in ["SOURCE_", "MASTER_"] where word.hasPrefix(prefix) {
            let rest = String(word.dropFirst(7))
            if Self.sourceOptions.contains(rest) { return "SOURCE_" + rest }
        }
        return nil
    }

    private mutating func sourceOption() throws(ParseError) -> ChangeSourceStatement.Option {
        guard let name = sourceOptionName() else { throw syntaxError() }
        advance()
        try expect(.equal)
        if name == "IGNORE_SERVER_IDS" {
            try expect(.openParenthesis)
            var numbers: [UInt64] = []
            if !at(.closeParenthesis) {
                repeat {
                    numbers.append(try unsigned())
                } while accept(.comma)
            }
            try expect(.closeParenthesis)
            return ChangeSourceStatement.Option(name: name, value: .numbers(numbers))
        }
        if accept(.null) { return ChangeSourceStatement.Option(name: name, value: .null) }
        if name == "PRIVILEGE_CHECKS_USER" {
            return ChangeSourceStatement.Option(name: name, value: .account(try account()))
        }
        switch current.kind {
        case .quotedText:
            return ChangeSourceStatement.Option(name: name, value: .string(try string()))
        case .integerNumber, .hexNumber:
            return ChangeSourceStatement.Option(name: name, value: .number(try unsigned()))
        case .decimalNumber, .floatNumber:
            let text = source(current)
            advance()
            return ChangeSourceStatement.Option(name: name, value: .decimal(text))
        default:
            guard at(.on) || isName else { throw syntaxError() }
            let word = lexer.name(current).uppercased()
            advance()
            return ChangeSourceStatement.Option(name: name, value: .word(word))
        }
    }

    /// After START or STOP REPLICA.
    mutating func replicaThreads(isStart: Bool) throws(ParseError) -> ReplicaThreadsStatement {
        var statement = ReplicaThreadsStatement()
        while at(.ioThread) || at(.relayThread) || at(.sqlThread) {
            statement.threads.insert(at(.sqlThread) ? .applier : .receiver)
            advance()
            if !accept(.comma) { break }
        }
        if isStart, accept(.until) {
            repeat {
                statement.until.append(try untilOption())
            } while accept(.comma)
        }
        while isStart, let keyword = current.keyword, at(.user) || at(.password) || at(.defaultAuth) || at(.pluginDir) {
            advance()
            try expect(.equal)
            let value = try string()
            switch keyword {
            case .user: statement.user = value
            case .password: statement.password = value
            case .defaultAuth: statement.defaultAuthentication = value
            default: statement.pluginDirectory = value
            }
        }
        statement.channel = try channel()
        return statement
    }

    private mutating func untilOption() throws(ParseError) -> ChangeSourceStatement.Option {
        if accept(.sqlAfterMtsGaps) { return ChangeSourceStatement.Option(name: "SQL_AFTER_MTS_GAPS", value: .null) }
        if at(.sqlBeforeGtids) || at(.sqlAfterGtids) {
            let name = at(.sqlBeforeGtids) ? "SQL_BEFORE_GTIDS" : "SQL_AFTER_GTIDS"
            advance()
            try expect(.equal)
            return ChangeSourceStatement.Option(name: name, value: .string(try string()))
        }
        return try sourceOption()
    }

    /// After START GROUP_REPLICATION.
    mutating func groupReplicationOptions() throws(ParseError) -> StartGroupReplicationStatement {
        var statement = StartGroupReplicationStatement()
        guard at(.user) || at(.password) || at(.defaultAuth) else { return statement }
        repeat {
            guard let keyword = current.keyword else { throw syntaxError() }
            switch keyword {
            case .user, .password, .defaultAuth: advance()
            default: throw syntaxError()
            }
            try expect(.equal)
            let value = try string()
            switch keyword {
            case .user: statement.user = value
            case .password: statement.password = value
            default: statement.defaultAuthentication = value
            }
        } while accept(.comma)
        return statement
    }

    mutating func purgeStatement() throws(ParseError) -> Statement {
        advance()
        if !accept(.binary) { try expect(.master) }
        try expect(.logs)
        if accept(.to) { return .purgeBinaryLogs(.to(try string())) }
        try expect(.before)
        return .purgeBinaryLogs(.before(try expression()))
    }

    mutating func cloneStatement() throws(ParseError) -> Statement {
        advance()
        if accept(.local) {
            try expect(.data)
            try expect(.directory)
            skipEqual()
            return .clone(.local(directory: try string()))
        }
        try expect(.instance)
        try expect(.from)
        let user = try account()
        try expect(.colon)
        let port = try unsigned()
        try expect(.identified)
        try expect(.by)
        let password = try string()
        var directory: [UInt8]?
        if accept(.data) {
            try expect(.directory)
            skipEqual()
            directory = try string()
        }
        var requiresSSL: Bool?
        if accept(.require) {
            requiresSSL = !accept(.no)
            try expect(.ssl)
        }
        return .clone(.remote(user: user, port: port, password: password, directory: directory, requiresSSL: requiresSSL))
    }
}
