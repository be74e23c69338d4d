import MySQLParser
import MySQLProtocol
import MySQLTypes

/// The text in which an account statement is ordered and logged: passwords have become hashes (a salt is random, so the
/// hash is made once, at the origin), CURRENT_USER and missing plugins are spelled out. As MySQL rewrites it.
struct AccountStatementRewriter {
    let executor: AccountStatementExecutor
    /// The plugin of `IDENTIFIED BY` without WITH (`authentication_policy`'s first factor).
    let defaultPlugin: String
    /// Makes what `plugin` stores for a password that is not empty.
    let hash: (_ plugin: String, _ password: [UInt8]) -> [UInt8]

    /// nil: the statement's own text will do.
    func rewritten(_ statement: Statement) throws(SQLError) -> String? {
        switch statement {
        case .createUser(let create):
            var text = "CREATE USER " + (create.ifNotExists ? "IF NOT EXISTS " : "")
            text += try create.users.mapThrowing { user throws(SQLError) in try self.user(user, plugin: defaultPlugin) }
                .joined(separator: ",")
            if !create.defaultRoles.isEmpty {
                text += " DEFAULT ROLE " + create.defaultRoles.map { name($0) }.joined(separator: ",")
            }
            return text + options(create.options)
        case .alterUser(let alter) where alter.defaultRole == nil:
            var text = "ALTER USER " + (alter.ifExists ? "IF EXISTS " : "")
            text += try alter.users.mapThrowing { user throws(SQLError) in
                try self.user(user, plugin: executor.catalog[executor.resolve(user.account)]?.plugin ?? defaultPlugin)
            }.joined(separator: ",")
            return text + options(alter.options)
        case .setPassword(let set):
            let id = set.account.map(executor.resolve) ?? executor.currentAccount
            guard let account = executor.catalog[id] else { throw SQLError(.passwordNoMatch) }
            var user = UserSyntax(account: AccountName(user: id.user, host: id.host))
            user.authentication = AuthenticationSyntax(secret: .password(set.password ?? []))
            return "ALTER USER " + (try self.user(user, plugin: account.plugin))
        default:
            return nil
        }
    }

    private func name(_ account: AccountName) -> String {
        let id = executor.resolve(account)
        return "\(TextLiteral.mysql(id.user))@\(TextLiteral.mysql(id.host))"
    }

    private func user(_ user: UserSyntax, plugin: String) throws(SQLError) -> String {
        guard let authentication = user.authentication else { return name(user.account) }
        let plugin = authentication.plugin ?? plugin
        guard AuthenticationPlugins.names.contains(plugin) else { throw SQLError(.pluginIsNotLoaded, plugin) }
        var text = "\(name(user.account)) IDENTIFIED WITH \(TextLiteral.mysql(plugin))"
        switch authentication.secret {
        case .none: break
        case .password(let password):
            if !password.isEmpty { text += " AS \(TextLiteral.mysql(String(decoding: hash(plugin, password), as: UTF8.self)))" }
        case .hash(let bytes): text += " AS \(TextLiteral.mysql(String(decoding: bytes, as: UTF8.self)))"
        case .random: throw SQLError(.notSupportedYet, "RANDOM PASSWORD")
        }
        return text
    }

    private func options(_ options: UserOptions) -> String {
        var text = ""
        switch options.requirement {
        case .none?: text += " REQUIRE NONE"
        case .ssl?: text += " REQUIRE SSL"
        case .x509?: text += " REQUIRE X509"
        // Refused by the executor before this text is used.
        case .specified?, nil: break
        }
        if let limit = options.maxUserConnections { text += " WITH MAX_USER_CONNECTIONS \(limit)" }
        switch options.passwordExpiry {
        case .now?: text += " PASSWORD EXPIRE"
        case .default?: text += " PASSWORD EXPIRE DEFAULT"
        case .never?: text += " PASSWORD EXPIRE NEVER"
        case .days(let days)?: text += " PASSWORD EXPIRE INTERVAL \(days) DAY"
        case nil: break
        }
        if let isLocked = options.isLocked { text += isLocked ? " ACCOUNT LOCK" : " ACCOUNT UNLOCK" }
        if let comment = options.comment { text += " COMMENT \(TextLiteral.mysql(String(decoding: comment, as: UTF8.self)))" }
        if let attribute = options.attribute { text += " ATTRIBUTE \(TextLiteral.mysql(String(decoding: attribute, as: UTF8.self)))" }
        return text
    }
}

extension Array {
    fileprivate func mapThrowing<Result, Failure: Error>(
        _ transform: (Element) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        var result: [Result] = []
        result.reserveCapacity(count)
        for element in self { result.append(try transform(element)) }
        return result
    }
}
