import MySQLParser
import MySQLProtocol
import MySQLTypes

/// CREATE USER, ALTER USER and GRANT as text: as they are ordered and logged, with all names and plugins spelled out, or as
/// they are shown to others, with `<secret>` for passwords. As MySQL rewrites them.
///
/// Members parse the ordered text again with ``mode``, whatever the session's sql_mode was.
package struct AccountStatementPrinter {
    /// The parser's mode that the text is for.
    package static let mode: ParserMode = []

    package let currentAccount: AuthorizationID

    /// nil: the statement's own text will do.
    package func text(of statement: Statement) -> String? {
        switch statement {
        case .createUser(let create):
            var text = "CREATE USER " + (create.ifNotExists ? "IF NOT EXISTS " : "")
            text += create.users.map(user).joined(separator: ",")
            if !create.defaultRoles.isEmpty {
                text += " DEFAULT ROLE " + create.defaultRoles.map(name).joined(separator: ",")
            }
            return text + options(create.options)
        case .alterUser(let alter) where alter.defaultRole == nil:
            return "ALTER USER " + (alter.ifExists ? "IF EXISTS " : "") + alter.users.map(user).joined(separator: ",")
                + options(alter.options)
        case .setPassword(let set):
            let id = set.account?.id(currentAccount: currentAccount) ?? currentAccount
            return "SET PASSWORD FOR \(id.backquoted)=<secret>" + (set.currentPassword == nil ? "" : " REPLACE <secret>")
                + (set.retainsCurrent ? " RETAIN CURRENT PASSWORD" : "")
        case .grant(let grant): return self.grant(grant)
        default: return nil
        }
    }

    private func name(_ account: AccountName) -> String {
        let id = account.id(currentAccount: currentAccount)
        return "\(literal(id.user))@\(literal(id.host))"
    }

    private func user(_ user: UserSyntax) -> String {
        guard let authentication = user.authentication else { return name(user.account) }
        if authentication.discardsOld { return name(user.account) + " DISCARD OLD PASSWORD" }
        var text = name(user.account) + " IDENTIFIED"
        if let plugin = authentication.plugin { text += " WITH \(literal(plugin))" }
        switch authentication.secret {
        case .none: break
        // An empty one is said too: without it the statement would set no password.
        case .hash(let bytes): text += " AS \(literal(bytes))"
        case .password, .random: text += " BY <secret>"
        }
        if authentication.currentPassword != nil { text += " REPLACE <secret>" }
        if authentication.retainsCurrent { text += " RETAIN CURRENT PASSWORD" }
        return text
    }

    private func options(_ options: UserOptions) -> String {
        var text = ""
        switch options.requirement {
        case nil: break
        case .none?: text += " REQUIRE NONE"
        case .ssl?: text += " REQUIRE SSL"
        case .x509?: text += " REQUIRE X509"
        case .specified(let subject, let issuer, let cipher)?:
            text += " REQUIRE"
            if let subject { text += " SUBJECT \(literal(subject))" }
            if let issuer { text += " ISSUER \(literal(issuer))" }
            if let cipher { text += " CIPHER \(literal(cipher))" }
        }
        let limits: [(String, UInt64?)] = [
            ("MAX_QUERIES_PER_HOUR", options.maxQueriesPerHour), ("MAX_UPDATES_PER_HOUR", options.maxUpdatesPerHour),
            ("MAX_CONNECTIONS_PER_HOUR", options.maxConnectionsPerHour), ("MAX_USER_CONNECTIONS", options.maxUserConnections),
        ]
        let given = limits.compactMap { name, limit in limit.map { " \(name) \($0)" } }
        if !given.isEmpty { text += " WITH" + given.joined() }
        switch options.passwordExpiry {
        case nil: break
        case .now?: text += " PASSWORD EXPIRE"
        case .default?: text += " PASSWORD EXPIRE DEFAULT"
        case .never?: text += " PASSWORD EXPIRE NEVER"
        case .days(let days)?: text += " PASSWORD EXPIRE INTERVAL \(days) DAY"
        }
        if let isLocked = options.isLocked { text += isLocked ? " ACCOUNT LOCK" : " ACCOUNT UNLOCK" }
        switch options.passwordHistory {
        case nil: break
        case .default?: text += " PASSWORD HISTORY DEFAULT"
        case .count(let count)?: text += " PASSWORD HISTORY \(count)"
        }
        switch options.passwordReuseInterval {
        case nil: break
        case .default?: text += " PASSWORD REUSE INTERVAL DEFAULT"
        case .count(let days)?: text += " PASSWORD REUSE INTERVAL \(days) DAY"
        }
        switch options.passwordRequireCurrent {
        case nil: break
        case .default?: text += " PASSWORD REQUIRE CURRENT DEFAULT"
        case .always?: text += " PASSWORD REQUIRE CURRENT"
        case .optional?: text += " PASSWORD REQUIRE CURRENT OPTIONAL"
        }
        if let attempts = options.failedLoginAttempts { text += " FAILED_LOGIN_ATTEMPTS \(attempts)" }
        switch options.passwordLockTime {
        case nil: break
        case .unbounded?: text += " PASSWORD_LOCK_TIME UNBOUNDED"
        case .days(let days)?: text += " PASSWORD_LOCK_TIME \(days)"
        }
        if let comment = options.comment { text += " COMMENT \(literal(comment))" }
        if let attribute = options.attribute { text += " ATTRIBUTE \(literal(attribute))" }
        return text
    }

    // MARK: - GRANT

    /// Only where the grantor's restrictions travel with it; else the statement's own text says all.
    private func grant(_ grant: GrantStatement) -> String? {
        guard let grantor = grant.asAccount else { return nil }
        var text = "GRANT \(privileges(grant.privileges)) ON \(level(grant.level)) TO "
            + grant.grantees.map(name).joined(separator: ",")
        if grant.withGrantOption { text += " WITH GRANT OPTION" }
        text += " AS \(name(grantor))"
        if let choice = grant.withRole { text += " WITH ROLE \(roles(choice))" }
        return text
    }

    private func privileges(_ privileges: GrantedPrivileges) -> String {
        switch privileges {
        case .all: "ALL PRIVILEGES"
        case .list(let list):
            list.map { item in
                item.columns.isEmpty ? item.name : "\(item.name) (\(item.columns.map(Identifier.mysql).joined(separator: ", ")))"
            }.joined(separator: ", ")
        }
    }

    private func level(_ level: PrivilegeLevel) -> String {
        switch level {
        case .global: "*.*"
        case .currentSchema: "*"
        case .schema(let name): "\(Identifier.mysql(name)).*"
        case .object(let type, let name):
            (type == .table ? "" : type == .function ? "FUNCTION " : "PROCEDURE ")
                + (name.schema.map { Identifier.mysql($0) + "." } ?? "") + Identifier.mysql(name.name)
        }
    }

    private func roles(_ choice: RoleChoice) -> String {
        switch choice {
        case .none: "NONE"
        case .default: "DEFAULT"
        case .all: "ALL"
        case .allExcept(let names): "ALL EXCEPT " + names.map(name).joined(separator: ",")
        case .roles(let names): names.map(name).joined(separator: ",")
        }
    }

    // MARK: - Literals

    private func literal(_ text: String) -> String { TextLiteral.mysql(text.utf8, quotes: .escaped) }
    private func literal(_ bytes: [UInt8]) -> String { TextLiteral.mysql(bytes, quotes: .escaped) }

    package init(currentAccount: AuthorizationID) {
        self.currentAccount = currentAccount
    }
}
