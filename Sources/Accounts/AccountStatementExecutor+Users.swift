import MySQLParser
import MySQLProtocol
import MySQLTypes

/// CREATE USER, ALTER USER, DROP USER, RENAME USER.
extension AccountStatementExecutor {
    package mutating func createUser(_ create: CreateUserStatement) throws(SQLError) {
        var existing: [AuthorizationID] = []
        var created: [Account] = []
        let defaults = create.defaultRoles.map(resolve)
        for role in defaults where catalog[role] == nil {
            throw SQLError(.userDoesNotExist, role.backquoted)
        }
        for user in create.users {
            let name = resolve(user.account)
            if catalog[name] != nil || created.contains(where: { $0.name == name }) {
                existing.append(name)
                continue
            }
            var account = Account(name: name)
            try apply(create.options, to: &account)
            if let authentication = user.authentication { try apply(authentication, to: &account) }
            account.passwordChanged = timestamp / 1_000_000
            account.defaultRoles = defaults
            for role in defaults { account.roles[role] = false }
            created.append(account)
        }
        if !existing.isEmpty && !create.ifNotExists {
            throw failed("CREATE USER", existing, " (User account already exists)")
        }
        for name in existing { note(.userAlreadyExists, "Authorization ID \(name.quoted) already exists.") }
        for account in created { catalog[account.name] = account }
    }

    package mutating func alterUser(_ alter: AlterUserStatement) throws(SQLError) {
        var missing: [AuthorizationID] = []
        var altered: [Account] = []
        for user in alter.users {
            let name = resolve(user.account)
            guard var account = catalog[name] else {
                missing.append(name)
                continue
            }
            try apply(alter.options, to: &account)
            if let authentication = user.authentication {
                try apply(authentication, to: &account)
                if authentication.setsPassword {
                    account.isPasswordExpired = alter.options.passwordExpiry == .now
                    account.passwordChanged = timestamp / 1_000_000
                } else if authentication.plugin != nil {
                    // The credentials were the old plugin's: new ones must be chosen.
                    account.isPasswordExpired = true
                }
            }
            if let choice = alter.defaultRole { account.defaultRoles = try roles(choice, of: account) }
            altered.append(account)
        }
        if !missing.isEmpty && !alter.ifExists {
            throw failed("ALTER USER", missing, " (User account does not exist)")
        }
        for name in missing { note(.userDoesNotExist, "Authorization ID \(name.quoted) does not exist.") }
        for account in altered { catalog[account.name] = account }
    }

    private func apply(_ authentication: AuthenticationSyntax, to account: inout Account) throws(SQLError) {
        if authentication.discardsOld {
            account.secondaryAuthenticationString = []
            return
        }
        if let plugin = authentication.plugin {
            guard AuthenticationPlugin(rawValue: plugin) != nil else { throw SQLError(.pluginIsNotLoaded, plugin) }
            if account.plugin != plugin {
                account.secondaryAuthenticationString = []
                account.pastPasswords = []
            }
            if account.plugin != plugin || !authentication.setsPassword { account.authenticationString = [] }
            account.plugin = plugin
        }
        guard case .hash(let bytes) = authentication.secret else {
            // Passwords have become hashes before; what is left has none.
            guard case .none = authentication.secret else { throw SQLError(.passwordFormat) }
            return
        }
        if authentication.retainsCurrent {
            account.secondaryAuthenticationString = account.authenticationString
        } else if bytes.isEmpty {
            account.secondaryAuthenticationString = []
        }
        account.authenticationString = bytes
        remember(bytes, of: &account)
    }

    /// Keeps what the rules on reuse need to know, and no more.
    private func remember(_ password: [UInt8], of account: inout Account) {
        let count = Int(account.passwordRules.history ?? settings.passwordHistory)
        let days = UInt64(account.passwordRules.reuseIntervalDays ?? settings.passwordReuseIntervalDays)
        guard count > 0 || days > 0 else {
            account.pastPasswords = []
            return
        }
        if !password.isEmpty {
            account.pastPasswords.insert(
                PastPassword(plugin: account.plugin, authenticationString: password, changed: timestamp), at: 0)
        }
        let age = days * 86_400_000_000
        account.pastPasswords = account.pastPasswords.enumerated()
            .filter { $0.offset < count || (days > 0 && $0.element.changed + age > timestamp) }.map(\.element)
    }

    private func apply(_ options: UserOptions, to account: inout Account) throws(SQLError) {
        func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
        switch options.requirement {
        case nil: break
        case .none?: account.tlsRequirement = .none
        case .ssl?: account.tlsRequirement = .ssl
        case .x509?: account.tlsRequirement = .x509
        case .specified(let subject, let issuer, let cipher)?:
            account.tlsRequirement = .specified(subject: text(subject), issuer: text(issuer), cipher: text(cipher))
        }
        if let limit = options.maxQueriesPerHour { account.limits.queriesPerHour = UInt32(clamping: limit) }
        if let limit = options.maxUpdatesPerHour { account.limits.updatesPerHour = UInt32(clamping: limit) }
        if let limit = options.maxConnectionsPerHour { account.limits.connectionsPerHour = UInt32(clamping: limit) }
        if let limit = options.maxUserConnections { account.limits.userConnections = UInt32(clamping: limit) }
        try apply(options, to: &account.passwordRules)
        if options.passwordExpiry == .now { account.isPasswordExpired = true }
        if options.failedLoginAttempts != nil || options.passwordLockTime != nil || options.isLocked == false {
            account.forgivenLogins &+= 1
        }
        if let isLocked = options.isLocked { account.isLocked = isLocked }
        if let attribute = options.attribute {
            guard case .success(let patch) = JSONParser.parse(attribute), case .object = patch else {
                throw SQLError(.invalidUserAttributeJson)
            }
            merge(patch, into: &account)
        }
        if let comment = options.comment {
            merge(.object([JSONMember(key: Array("comment".utf8), value: .string(comment))]), into: &account)
        }
    }

    private func apply(_ options: UserOptions, to rules: inout PasswordRules) throws(SQLError) {
        func bounded(_ value: UInt64, _ range: ClosedRange<UInt64>, _ name: String) throws(SQLError) -> UInt32 {
            guard range.contains(value) else { throw SQLError(.wrongValue, name, value) }
            return UInt32(value)
        }
        switch options.passwordExpiry {
        case nil, .now?: break
        case .default?: rules.lifetimeDays = nil
        case .never?: rules.lifetimeDays = 0
        case .days(let days)?: rules.lifetimeDays = try bounded(days, 1...65_535, "DAY")
        }
        switch options.passwordHistory {
        case nil: break
        case .default?: rules.history = nil
        case .count(let count)?: rules.history = UInt32(clamping: count)
        }
        switch options.passwordReuseInterval {
        case nil: break
        case .default?: rules.reuseIntervalDays = nil
        case .count(let days)?: rules.reuseIntervalDays = UInt32(clamping: days)
        }
        switch options.passwordRequireCurrent {
        case nil: break
        case .default?: rules.requiresCurrent = nil
        case .always?: rules.requiresCurrent = true
        case .optional?: rules.requiresCurrent = false
        }
        if let attempts = options.failedLoginAttempts {
            rules.failedLoginAttempts = try bounded(attempts, 0...32_767, "FAILED_LOGIN_ATTEMPTS")
        }
        switch options.passwordLockTime {
        case nil: break
        case .unbounded?: rules.lockTime = .unbounded
        case .days(let days)?: rules.lockTime = .days(try bounded(days, 0...32_767, "PASSWORD_LOCK_TIME"))
        }
    }

    /// ATTRIBUTE and COMMENT are merged into what is there, as by JSON_MERGE_PATCH.
    private func merge(_ patch: JSONValue, into account: inout Account) {
        var present = JSONValue.object([])
        if let text = account.attribute, case .success(let value) = JSONParser.parse(Array(text.utf8)) { present = value }
        account.attribute = String(decoding: present.mergingPatch(patch).text, as: UTF8.self)
    }

    package mutating func drop(_ names: [AccountName], ifExists: Bool, operation: String) throws(SQLError) {
        let ids = names.map(resolve)
        try checkNotMandatory(ids)
        let missing = ids.filter { catalog[$0] == nil }
        if !missing.isEmpty && !ifExists {
            throw failed(operation, missing, " (User account does not exist)")
        }
        for name in missing { note(.userDoesNotExist, "Authorization ID \(name.quoted) does not exist.") }
        for name in ids {
            catalog[name] = nil
            forget(role: name)
        }
    }

    private mutating func forget(role: AuthorizationID) {
        for name in catalog.accounts.keys {
            guard var account = catalog[name], account.roles[role] != nil || account.defaultRoles.contains(role) else {
                continue
            }
            account.roles[role] = nil
            account.defaultRoles.removeAll { $0 == role }
            catalog[name] = account
        }
    }

    package mutating func rename(_ renames: [AccountRename]) throws(SQLError) {
        for rename in renames {
            let from = resolve(rename.from)
            let to = resolve(rename.to)
            guard var account = catalog[from], catalog[to] == nil else { throw failed("RENAME USER", [from], "") }
            catalog[from] = nil
            account.name = to
            catalog[to] = account
            for name in catalog.accounts.keys {
                guard var holder = catalog[name], let withAdminOption = holder.roles[from] else { continue }
                holder.roles[from] = nil
                holder.roles[to] = withAdminOption
                holder.defaultRoles = holder.defaultRoles.map { $0 == from ? to : $0 }
                catalog[name] = holder
            }
        }
    }
}

extension AuthenticationSyntax {
    /// Whether a new password is given, if an empty one.
    package var setsPassword: Bool {
        if case .none = secret { return false }
        return true
    }
}
