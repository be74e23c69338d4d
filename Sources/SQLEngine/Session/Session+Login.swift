import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLDefinitions
import SQLExpressions

extension ServerContext {
    /// Has root run statements before there are clients: to make a data directory.
    public func runAsRoot(_ statements: [String]) throws(SQLError) {
        let root = AuthorizationID(user: "root", host: "localhost")
        let session = try Session(
            server: self, connectionID: 1, account: root, userName: root.user, clientHost: root.host)
        defer { session.close() }
        session.begin(collation: CollationID.utf8mb4_0900_ai_ci.rawValue, isInteractive: false, attributes: [])
        try session.run(statements)
    }
}

extension Session {
    /// After login and COM_CHANGE_USER: the client's character set, its timeout, the default roles.
    public func begin(collation: UInt16, isInteractive: Bool, attributes: [(name: String, value: String)]) {
        let announced = Collation(CollationID(rawValue: collation))
        let id = announced?.characterSet.isAllowedForClients == true ? announced?.id ?? .utf8mb4_0900_ai_ci : .utf8mb4_0900_ai_ci
        let charset = VariableValue.text(CollationChoice.charsetName(of: id))
        store("character_set_client", charset)
        store("character_set_results", charset)
        store("character_set_connection", charset)
        store("collation_connection", .text(CollationChoice.name(of: id)))
        if isInteractive { store("wait_timeout", variables["interactive_timeout"]) }
        storage.refreshDictionary()
        activateRolesOfLogin()
        mustChangePassword = hasOldPassword
        handle.update { $0.attributes = attributes }
        applySettings()
        tracker.variables.removeAll()
    }

    /// CLIENT_IGNORE_SPACE: as if `sql_mode` had IGNORE_SPACE.
    public func ignoreSpace() {
        let mode = SQLModeText.expanded("IGNORE_SPACE,\(variables["sql_mode"].text)")
        store("sql_mode", .text(mode))
        applySettings()
    }

    /// The roles that are active when a session begins, or is as if it began; and its account's own limit.
    func activateRolesOfLogin() {
        let catalog = server.accounts(of: storage.dictionary)
        let account = catalog[account]
        store("max_user_connections", maximumUserConnections(account))
        guard let account else { return activate(roles: []) }
        let granted = server.grantedRoles(of: account, in: catalog)
        activate(
            roles: server.globals.isOn("activate_all_roles_on_login")
                ? granted : account.defaultRoles.filter { granted.contains($0) })
    }

    /// The account's own limit, or the server's: what `@@max_user_connections` shows.
    private func maximumUserConnections(_ account: Account?) -> VariableValue {
        guard let account, account.limits.userConnections > 0 else { return server.globals["max_user_connections"] }
        return .number(UInt64(account.limits.userConnections))
    }

    /// A connection of the account that logged in: error 1226 where MAX_CONNECTIONS_PER_HOUR is exceeded. `proxy` is that
    /// account where the session's is another.
    public func countConnection(as login: AuthorizationID) throws(SQLError) {
        proxyUser = login == account ? nil : login.quoted
        guard let account = server.accounts(of: storage.refreshDictionary())[login] else { return }
        usage = try server.usage.connect(account)
    }

    /// `init_connect`, for those who administer no connections. What the client is told when it fails.
    public func runInitialStatements() -> SQLError? {
        let text = server.globals.text("init_connect")
        guard !text.isEmpty, !mustChangePassword, !privileges.hasDynamic("CONNECTION_ADMIN") else { return nil }
        let allowed = allowsMultipleStatements
        allowsMultipleStatements = true
        defer { allowsMultipleStatements = allowed }
        let sink = ResultWriter.discarding()
        execute(Array(text.utf8), into: sink)
        guard let error = diagnostics.conditions.last(where: { $0.level == .error }) else { return nil }
        let connection = "Aborted connection \(connectionID) to db: '\(currentDatabase ?? "unconnected")' "
            + "user: '\(userName)' host: '\(clientHost)'"
        ErrorLog.shared.log(
            .warning, code: 13_130,
            "\(connection) (init_connect command failed; diagnostics area: MY-\(error.code) - \(error.message))")
        return SQLError(
            .newAbortingConnection, connectionID, currentDatabase ?? "unconnected", userName, clientHost,
            "init_connect command failed")
    }

    /// Runs statements of the server's own, in order; throws the first error.
    func run(_ statements: [String]) throws(SQLError) {
        let sink = ResultWriter.discarding()
        for text in statements {
            execute(Array(text.utf8), into: sink)
            if let error = sink.sentError { throw error }
            sink.beginCommand(sequence: 0)
        }
    }

    /// Whether the account's password has expired.
    var hasOldPassword: Bool {
        guard let account = server.accounts(of: storage.dictionary)[account] else { return false }
        return account.mustChangePassword(
            now: UInt64(clamping: WallClock.microseconds() / 1_000_000),
            defaultLifetime: UInt32(clamping: server.globals.number("default_password_lifetime")))
    }

    /// Error 1045 of an account that lacks what a command needs, as MySQL words it.
    public var accountDenied: SQLError {
        let hasPassword = server.accounts(of: storage.dictionary)[account]?.authenticationString.isEmpty == false
        return SQLError(.accessDeniedError, account.user, account.host, hasPassword ? "YES" : "NO")
    }

    /// Error 1820 for statements about the password of others, and for those that set none.
    func checkOwnPasswordOnly(_ statement: MySQLParser.Statement) throws(SQLError) {
        func isOwn(_ name: AccountName) -> Bool {
            name.isCurrentUser || (name.user == account.user && (name.host ?? "%").lowercased() == account.host)
        }
        switch statement {
        case .setPassword(let set) where set.account.map(isOwn) ?? true: return
        case .alterUser(let alter) where alter.users.allSatisfy({ isOwn($0.account) && $0.authentication != nil }): return
        default: throw SQLError(.mustChangePassword)
        }
    }

    /// A user variable as text, the first of these names that is set: what replicas tell of themselves.
    public func userVariableText(_ names: String...) -> String? {
        for name in names {
            guard let variable = context.userVariables[name] else { continue }
            switch variable.value {
            case .null: continue
            case .integer(let number): return String(number)
            case .real(let number): return String(number)
            case .text(let bytes), .blob(let bytes): return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }
}
