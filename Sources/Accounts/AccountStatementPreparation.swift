import MySQLParser
import MySQLProtocol

/// What happens to an account statement once, where the client sent it: new passwords are checked against the rules and
/// become hashes (a salt is random), random ones are made, plugins are spelled out. What is left all members execute alike.
package struct AccountStatementPreparation {
    /// A password that the server chose: the client gets it as a row.
    package struct GeneratedPassword {
        package var account: AuthorizationID
        package var password: [UInt8]

        package init(account: AuthorizationID, password: [UInt8]) {
            self.account = account
            self.password = password
        }
    }

    /// The session's and the server's settings that concern new passwords.
    package struct Rules {
        package var policy = AuthenticationPolicy.default
        package var sha2Rounds = 10_000
        package var generatedLength = 20
        package var requiresCurrent = false
        /// `validate_password`: throws error 1819.
        package var validate: (_ password: [UInt8], _ account: AuthorizationID) throws(SQLError) -> Void = {
            (_, _) throws(SQLError) in
        }

        package init(
            policy: AuthenticationPolicy = AuthenticationPolicy.default, sha2Rounds: Int = 10_000,
            generatedLength: Int = 20, requiresCurrent: Bool = false,
            validate: @escaping (_ password: [UInt8], _ account: AuthorizationID) throws(SQLError) -> Void = {
            (_, _) throws(SQLError) in
        }
        ) {
            self.policy = policy
            self.sha2Rounds = sha2Rounds
            self.generatedLength = generatedLength
            self.requiresCurrent = requiresCurrent
            self.validate = validate
        }
    }

    package let executor: AccountStatementExecutor
    package let effective: EffectivePrivileges
    package let rules: Rules
    package private(set) var generated: [GeneratedPassword] = []
    package private(set) var warnings: [SQLError] = []

    package init(executor: AccountStatementExecutor, effective: EffectivePrivileges, rules: Rules) {
        self.executor = executor
        self.effective = effective
        self.rules = rules
    }

    package mutating func prepared(_ statement: Statement) throws(SQLError) -> Statement {
        switch statement {
        case .createUser(var create):
            for index in create.users.indices { try prepareCreated(&create.users[index]) }
            return .createUser(create)
        case .alterUser(var alter):
            for index in alter.users.indices { try prepareAltered(&alter.users[index], alter.options) }
            return .alterUser(alter)
        case .createRole(let names, _):
            for name in names { try checkLength(executor.resolve(name)) }
            return statement
        case .renameUser(let renames):
            for rename in renames { try checkLength(executor.resolve(rename.to)) }
            return statement
        case .setPassword(let set):
            let id = set.account.map(executor.resolve) ?? executor.currentAccount
            guard executor.catalog[id] != nil else { throw SQLError(.passwordNoMatch) }
            var user = UserSyntax(account: AccountName(user: id.user, host: id.host))
            var authentication = AuthenticationSyntax(secret: set.password.map { .password($0) } ?? .random)
            authentication.currentPassword = set.currentPassword
            authentication.retainsCurrent = set.retainsCurrent
            user.authentication = authentication
            try prepareAltered(&user, UserOptions())
            return .alterUser(AlterUserStatement(ifExists: false, users: [user]))
        case .grant(var grant) where executor.settings.partialRevokes && grant.asAccount == nil && grant.level == .global:
            // The grantor's restrictions come through its active roles too: they travel with the statement.
            guard !effective.restrictions.isEmpty else { return statement }
            func name(_ id: AuthorizationID) -> AccountName { AccountName(user: id.user, host: id.host) }
            grant.asAccount = name(effective.account)
            grant.withRole = effective.activeRoles.isEmpty ? RoleChoice.none : .roles(effective.activeRoles.map(name))
            return .grant(grant)
        default: return statement
        }
    }

    // MARK: - CREATE USER

    private mutating func prepareCreated(_ user: inout UserSyntax) throws(SQLError) {
        let id = executor.resolve(user.account)
        try checkLength(id)
        var authentication = user.authentication ?? AuthenticationSyntax()
        let plugin = try known(authentication.plugin ?? rules.policy.defaultPlugin)
        authentication.plugin = plugin.name
        try checkFactors(user, "CREATE USER")
        try checkPolicy(plugin)
        let exists = executor.catalog[id] != nil
        switch authentication.secret {
        case .none:
            if !exists { try rules.validate([], id) }
        case .hash(let bytes): try check(bytes, plugin)
        case .password(let password):
            if !exists { try rules.validate(password, id) }
            authentication.secret = .hash(try hash(password, plugin, id, "CREATE USER"))
        case .random:
            let password = RandomPassword.make(length: rules.generatedLength)
            authentication.secret = .hash(try hash(password, plugin, id, "CREATE USER"))
            if !exists { generated.append(GeneratedPassword(account: id, password: password)) }
        }
        user.authentication = authentication
    }

    /// Error 1470.
    private func checkLength(_ id: AuthorizationID) throws(SQLError) {
        guard id.user.unicodeScalars.count <= 32 else { throw SQLError(.wrongStringLength, id.user, "user name", 32) }
        guard id.host.unicodeScalars.count <= 255 else { throw SQLError(.wrongStringLength, id.host, "host name", 255) }
    }

    private func known(_ name: String) throws(SQLError) -> AuthenticationPlugin {
        guard let plugin = AuthenticationPlugin(rawValue: name) else { throw SQLError(.pluginIsNotLoaded, name) }
        return plugin
    }

    /// Error 1827.
    private func check(_ stored: [UInt8], _ plugin: AuthenticationPlugin) throws(SQLError) {
        guard plugin.accepts(authenticationString: stored) else { throw SQLError(.passwordFormat) }
    }

    /// No plugin of this server can be a second or third factor.
    private func checkFactors(_ user: UserSyntax, _ statement: String) throws(SQLError) {
        guard let factor = user.furtherFactors.first else { return }
        guard let plugin = factor.plugin, AuthenticationPlugin(rawValue: plugin) != nil else {
            throw SQLError(.pluginIsNotLoaded, factor.plugin ?? "")
        }
        throw SQLError(.invalidMfaPluginSpecified, plugin, 2, statement)
    }

    /// Error or warning 4058: what does not agree with `authentication_policy` takes AUTHENTICATION_POLICY_ADMIN.
    private mutating func checkPolicy(_ plugin: AuthenticationPlugin) throws(SQLError) {
        guard let factor = rules.policy.mismatch(of: plugin.name) else { return }
        let error = SQLError(.authenticationPolicyMismatch, factor)
        guard effective.hasDynamic("AUTHENTICATION_POLICY_ADMIN") else { throw error }
        warnings.append(error)
    }

    // MARK: - ALTER USER, SET PASSWORD

    private mutating func prepareAltered(_ user: inout UserSyntax, _ options: UserOptions) throws(SQLError) {
        let id = executor.resolve(user.account)
        user.account = AccountName(user: id.user, host: id.host)
        try checkFactors(user, "ALTER USER")
        try checkFactorChanges(user, id)
        // A missing account is the executor's error or note; its password needs no rules.
        guard let account = executor.catalog[id] else {
            guard var authentication = user.authentication, authentication.setsPassword else { return }
            authentication.secret = .hash([])
            authentication.plugin = try known(authentication.plugin ?? rules.policy.defaultPlugin).name
            authentication.currentPassword = nil
            user.authentication = authentication
            return
        }
        guard var authentication = user.authentication, !authentication.discardsOld else { return }
        let plugin = try known(authentication.plugin ?? account.plugin)
        if authentication.plugin != nil { try checkPolicy(plugin) }
        authentication.plugin = plugin.name
        try checkCurrent(authentication, of: account)
        authentication.currentPassword = nil
        if authentication.retainsCurrent { try checkRetained(authentication, of: account, plugin) }
        switch authentication.secret {
        case .none: break
        case .hash(let bytes): try check(bytes, plugin)
        case .password(let password):
            try rules.validate(password, id)
            try checkReuse(of: password, account, plugin, options)
            authentication.secret = .hash(try hash(password, plugin, id, "ALTER USER"))
        case .random:
            let password = RandomPassword.make(length: rules.generatedLength)
            authentication.secret = .hash(try hash(password, plugin, id, "ALTER USER"))
            generated.append(GeneratedPassword(account: id, password: password))
        }
        user.authentication = authentication
    }

    private func checkFactorChanges(_ user: UserSyntax, _ id: AuthorizationID) throws(SQLError) {
        guard let change = user.factorChanges.first else { return }
        switch change {
        case .add(let number, let factor):
            guard let plugin = factor.plugin, AuthenticationPlugin(rawValue: plugin) != nil else {
                throw SQLError(.pluginIsNotLoaded, factor.plugin ?? "")
            }
            throw SQLError(.invalidMfaPluginSpecified, plugin, number, "ALTER USER")
        case .modify(let number, _), .drop(let number): throw SQLError(.mfaMethodNotExists, number, number)
        case .registration:
            guard id == executor.currentAccount else {
                throw SQLError(.invalidUserForRegistration, executor.currentAccount.user, executor.currentAccount.host)
            }
            throw SQLError(.mfaMethodNotExists, 2, 2)
        }
    }

    /// Errors 3891 to 3893: REPLACE names one's own present password, and it may have to.
    private func checkCurrent(_ authentication: AuthenticationSyntax, of account: Account) throws(SQLError) {
        guard account.name == executor.currentAccount else {
            if authentication.currentPassword != nil { throw SQLError(.currentPasswordNotRequired) }
            return
        }
        if let given = authentication.currentPassword {
            guard Self.isPassword(given, account.authenticationString, account.plugin) else {
                throw SQLError(.incorrectCurrentPassword)
            }
            return
        }
        guard authentication.setsPassword, account.passwordRules.requiresCurrent ?? rules.requiresCurrent,
            !account.authenticationString.isEmpty, !effective.global.contains(.createUser)
        else { return }
        throw SQLError(.missingCurrentPassword)
    }

    /// Errors 3878, 3894, 3895: RETAIN CURRENT PASSWORD.
    private func checkRetained(
        _ authentication: AuthenticationSyntax, of account: Account, _ plugin: AuthenticationPlugin
    ) throws(SQLError) {
        guard !account.authenticationString.isEmpty else {
            throw SQLError(.secondPasswordCannotBeEmpty, account.name.user, account.name.host)
        }
        guard account.plugin == plugin.name else {
            throw SQLError(.passwordCannotBeRetainedOnPluginChange, account.name.user, account.name.host)
        }
        let isEmpty =
            switch authentication.secret {
            case .none, .random: false
            case .password(let text), .hash(let text): text.isEmpty
            }
        if isEmpty { throw SQLError(.currentPasswordCannotBeRetained, account.name.user, account.name.host) }
    }

    /// Error 3638: PASSWORD HISTORY and PASSWORD REUSE INTERVAL, as they are after this statement.
    private func checkReuse(
        of password: [UInt8], _ account: Account, _ plugin: AuthenticationPlugin, _ options: UserOptions
    ) throws(SQLError) {
        func limit(_ given: UserOptions.Limit?, _ own: UInt32?, _ server: UInt32) -> UInt64 {
            switch given {
            case nil: UInt64(own ?? server)
            case .default?: UInt64(server)
            case .count(let count)?: count
            }
        }
        let settings = executor.settings
        let count = limit(options.passwordHistory, account.passwordRules.history, settings.passwordHistory)
        let days = limit(
            options.passwordReuseInterval, account.passwordRules.reuseIntervalDays, settings.passwordReuseIntervalDays)
        guard !password.isEmpty, count > 0 || days > 0 else { return }
        for (place, past) in account.pastPasswords.enumerated() where past.plugin == plugin.name {
            let age = executor.timestamp > past.changed ? (executor.timestamp - past.changed) / 86_400_000_000 : 0
            guard UInt64(place) < count || age < days else { continue }
            guard !Self.isPassword(password, past.authenticationString, past.plugin) else {
                throw SQLError(
                    .credentialsContradictToHistory,
                    message: "Cannot use these credentials for '\(account.name.user)@\(account.name.host)' "
                        + "because they contradict the password history policy")
            }
        }
    }

    private static func isPassword(_ password: [UInt8], _ stored: [UInt8], _ plugin: String) -> Bool {
        if password.isEmpty || stored.isEmpty { return password.isEmpty && stored.isEmpty }
        return AuthenticationPlugin(rawValue: plugin)?.verify(password: password, stored: stored) ?? false
    }

    private func hash(
        _ password: [UInt8], _ plugin: AuthenticationPlugin, _ id: AuthorizationID, _ operation: String
    ) throws(SQLError) -> [UInt8] {
        do throws(SQLError) {
            return try plugin.authenticationString(for: password, rounds: rules.sha2Rounds)
        } catch {
            throw executor.failed(operation, [id], "")
        }
    }
}
