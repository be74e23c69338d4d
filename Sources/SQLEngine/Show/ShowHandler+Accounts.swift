import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes

// SHOW GRANTS, SHOW CREATE USER, SHOW PRIVILEGES.
extension ShowHandler {
    private func resolve(_ name: AccountName?, _ session: Session) -> AuthorizationID {
        guard let name, !name.isCurrentUser else { return session.account }
        return AuthorizationID(user: name.user, host: (name.host ?? "%").lowercasedASCII)
    }

    func grants(
        _ name: AccountName?, using roles: [AccountName], _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        let id = resolve(name, session)
        guard id == session.account || session.privileges.privileges(onTable: "user", in: "mysql").contains(.select) else {
            throw SQLError(.tableaccessDeniedError, "SELECT", session.userName, session.clientHost, "user")
        }
        let catalog = session.server.accounts(of: session.storage.dictionary)
        guard let account = catalog[id] else { throw SQLError(.nonexistingGrant, id.user, id.host) }
        // Without USING one's own roles that are active count.
        var active = roles.isEmpty && id == session.account ? session.activeRoles : []
        for role in roles {
            let role = resolve(role, session)
            guard session.server.grantedRoles(of: account, in: catalog).contains(role) else {
                throw SQLError(.roleNotGranted, role.user, role.host, id.user, id.host)
            }
            active.append(role)
        }
        let granted = catalog.grantees(id, activeRoles: active).filter { $0.name != id }
        let lines = ShowGrants(account, using: granted).lines
        try Self.send(
            [Self.text("Grants for \(id.user)@\(id.host)", session)], lines.map { [$0] }, session, writer)
    }

    func createUser(_ name: AccountName, _ session: Session, _ writer: ResultWriter) throws(SQLError) {
        let id = resolve(name, session)
        guard id == session.account || session.privileges.privileges(onDatabase: "mysql").contains(.select) else {
            throw SQLError(.dbaccessDeniedError, session.account.user, session.account.host, "mysql")
        }
        guard let account = session.server.accounts(of: session.storage.dictionary)[id] else {
            throw SQLError(
                .cannotUser, message: "Operation SHOW CREATE USER failed for \(id.quoted) (User account does not exist)")
        }
        try Self.send(
            [Self.text("CREATE USER for \(id.user)@\(id.host)", session)], [[
                Self.text(
                    of: account, hidesHash: !session.privileges.privileges(onDatabase: "mysql").contains(.select))
            ]], session, writer)
    }

    /// `hidesHash`: the account's own user may not see what is stored of the password.
    private static func text(of account: Account, hidesHash: Bool) -> String {
        func literal(_ text: String) -> String { TextLiteral.mysql(text.utf8, quotes: .escaped) }
        var text = "CREATE USER \(account.name.backquoted) IDENTIFIED WITH '\(account.plugin)'"
        if !account.authenticationString.isEmpty {
            text += hidesHash ? " AS <secret>" : " AS \(literal(String(decoding: account.authenticationString, as: UTF8.self)))"
        }
        if !account.defaultRoles.isEmpty {
            text += " DEFAULT ROLE " + account.defaultRoles.map(\.backquoted).joined(separator: ",")
        }
        switch account.tlsRequirement {
        case .none: text += " REQUIRE NONE"
        case .ssl: text += " REQUIRE SSL"
        case .x509: text += " REQUIRE X509"
        case .specified(let subject, let issuer, let cipher):
            text += " REQUIRE"
            if !subject.isEmpty { text += " SUBJECT \(literal(subject))" }
            if !issuer.isEmpty { text += " ISSUER \(literal(issuer))" }
            if !cipher.isEmpty { text += " CIPHER \(literal(cipher))" }
        }
        let limits = [
            ("MAX_QUERIES_PER_HOUR", account.limits.queriesPerHour), ("MAX_UPDATES_PER_HOUR", account.limits.updatesPerHour),
            ("MAX_CONNECTIONS_PER_HOUR", account.limits.connectionsPerHour),
            ("MAX_USER_CONNECTIONS", account.limits.userConnections),
        ].filter { $0.1 > 0 }
        if !limits.isEmpty { text += " WITH" + limits.map { " \($0.0) \($0.1)" }.joined() }
        let rules = account.passwordRules
        text += " PASSWORD EXPIRE"
        if !account.isPasswordExpired {
            switch rules.lifetimeDays {
            case nil: text += " DEFAULT"
            case 0?: text += " NEVER"
            case let days?: text += " INTERVAL \(days) DAY"
            }
        }
        text += " ACCOUNT \(account.isLocked ? "LOCK" : "UNLOCK")"
        text += " PASSWORD HISTORY \(rules.history.map(String.init) ?? "DEFAULT")"
        text += " PASSWORD REUSE INTERVAL \(rules.reuseIntervalDays.map { "\($0) DAY" } ?? "DEFAULT")"
        text += " PASSWORD REQUIRE CURRENT"
        switch rules.requiresCurrent {
        case nil: text += " DEFAULT"
        case false?: text += " OPTIONAL"
        case true?: break
        }
        if rules.failedLoginAttempts > 0 { text += " FAILED_LOGIN_ATTEMPTS \(rules.failedLoginAttempts)" }
        switch rules.lockTime {
        case .days(0): break
        case .days(let days): text += " PASSWORD_LOCK_TIME \(days)"
        case .unbounded: text += " PASSWORD_LOCK_TIME UNBOUNDED"
        }
        if let attribute = account.attribute { text += " ATTRIBUTE '\(attribute)'" }
        return text
    }

    func privileges(_ session: Session, _ writer: ResultWriter) throws(SQLError) {
        let rows = Self.staticPrivileges + Privileges.dynamicNames.map { [$0, "Server Admin", ""] }
        try Self.send(
            ["Privilege", "Context", "Comment"].map { Self.text($0, session) }, rows, session, writer)
    }

    // swift-format-ignore: one row, one line
    private static let staticPrivileges: [[String?]] = [
        ["Alter", "Tables", "To alter the table"],
        ["Alter routine", "Functions,Procedures", "To alter or drop stored functions/procedures"],
        ["Create", "Databases,Tables,Indexes", "To create new databases and tables"],
        ["Create routine", "Databases", "To use CREATE FUNCTION/PROCEDURE"],
        ["Create role", "Server Admin", "To create new roles"],
        ["Create temporary tables", "Databases", "To use CREATE TEMPORARY TABLE"],
        ["Create view", "Tables", "To create new views"],
        ["Create user", "Server Admin", "To create new users"],
        ["Delete", "Tables", "To delete existing rows"],
        ["Drop", "Databases,Tables", "To drop databases, tables, and views"],
        ["Drop role", "Server Admin", "To drop roles"],
        ["Event", "Server Admin", "To create, alter, drop and execute events"],
        ["Execute", "Functions,Procedures", "To execute stored routines"],
        ["File", "File access on server", "To read and write files on the server"],
        ["Grant option", "Databases,Tables,Functions,Procedures", "To give to other users those privileges you possess"],
        ["Index", "Tables", "To create or drop indexes"],
        ["Insert", "Tables", "To insert data into tables"],
        ["Lock tables", "Databases", "To use LOCK TABLES (together with SELECT privilege)"],
        ["Process", "Server Admin", "To view the plain text of currently executing queries"],
        ["Proxy", "Server Admin", "To make proxy user possible"],
        ["References", "Databases,Tables", "To have references on tables"],
        ["Reload", "Server Admin", "To reload or refresh tables, logs and privileges"],
        ["Replication client", "Server Admin", "To ask where the slave or master servers are"],
        ["Replication slave", "Server Admin", "To read binary log events from the master"],
        ["Select", "Tables", "To retrieve rows from table"],
        ["Show databases", "Server Admin", "To see all databases with SHOW DATABASES"],
        ["Show view", "Tables", "To see views with SHOW CREATE VIEW"],
        ["Shutdown", "Server Admin", "To shut down the server"],
        ["Super", "Server Admin", "To use KILL thread, SET GLOBAL, CHANGE REPLICATION SOURCE, etc."],
        ["Trigger", "Tables", "To use triggers"],
        ["Create tablespace", "Server Admin", "To create/alter/drop tablespaces"],
        ["Update", "Tables", "To update existing rows"],
        ["Usage", "Server Admin", "No privileges - allow connect only"],
    ]
}
