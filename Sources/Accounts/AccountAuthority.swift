import MySQLParser
import MySQLProtocol
import MySQLTypes

/// Which account statements an account may execute (manual, "Access Control and Account Management").
package struct AccountAuthority {
    package let catalog: AccountCatalog
    package let effective: EffectivePrivileges
    /// The client's address as error 1142 names it, e.g. `localhost`.
    package let clientHost: String
    package let currentSchema: String?

    package func check(_ statement: Statement) throws(SQLError) {
        let mayCreateUsers = effective.global.contains(.createUser)
        switch statement {
        case .createRole:
            guard mayCreateUsers || effective.global.contains(.createRole) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER, CREATE ROLE")
            }
        case .dropRole:
            guard mayCreateUsers || effective.global.contains(.dropRole) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER, DROP ROLE")
            }
        case .createUser(let create):
            guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
            // A default role is active from the login on: who names it must be able to grant it.
            if !create.defaultRoles.isEmpty { try requireAdministration(of: create.defaultRoles) }
        case .dropUser, .renameUser:
            guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
        case .alterUser(let alter):
            guard mayCreateUsers || changesOwnOnly(alter) else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
            for user in alter.users { try checkSecondPassword(user.authentication) }
        case .setPassword(let set):
            guard set.account.map(isOwn) ?? true else {
                guard effective.privileges(onDatabase: "mysql").contains(.update) else {
                    throw SQLError(.dbaccessDeniedError, effective.account.user, effective.account.host, "mysql")
                }
                break
            }
            if set.retainsCurrent { try requireSecondPasswords() }
        case .setDefaultRole(_, let accounts):
            guard mayCreateUsers || effective.hasDynamic("ROLE_ADMIN") || accounts.allSatisfy(isOwn) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER")
            }
        case .grant(let grant): try checkGrant(grant.level, verb: "GRANT", privileges: grant.privileges)
        case .grantRoles(let roles, _, _): try requireAdministration(of: roles)
        case .grantProxy(let proxied, _, _): try requireProxy(on: proxied)
        case .revoke(let revoke):
            switch revoke.what {
            case .privileges(let privileges, let level): try checkGrant(level, verb: "REVOKE", privileges: privileges)
            case .everything:
                guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
            case .roles(let roles): try requireAdministration(of: roles)
            case .proxy(let proxied): try requireProxy(on: proxied)
            }
        default: break
        }
        try checkSystemUsers(statement)
    }

    /// Error 1698.
    private func requireProxy(on name: AccountName) throws(SQLError) {
        guard effective.mayGrantProxy(on: name.id(currentAccount: effective.account)) else {
            throw SQLError(.accessDeniedNoPasswordError, effective.account.user, clientHost)
        }
    }

    /// Two passwords at a time are for administrators, and for those who may have them.
    private func checkSecondPassword(_ authentication: AuthenticationSyntax?) throws(SQLError) {
        guard let authentication, authentication.retainsCurrent || authentication.discardsOld else { return }
        try requireSecondPasswords()
    }

    private func requireSecondPasswords() throws(SQLError) {
        guard effective.global.contains(.createUser) || effective.hasDynamic("APPLICATION_PASSWORD_ADMIN") else {
            throw SQLError(.specificAccessDeniedError, "CREATE USER or APPLICATION_PASSWORD_ADMIN")
        }
    }

    /// ROLE_ADMIN, or each role WITH ADMIN OPTION.
    private func requireAdministration(of roles: [AccountName]) throws(SQLError) {
        guard effective.hasDynamic("ROLE_ADMIN")
            || roles.allSatisfy({ effective.mayAdminister($0.id(currentAccount: effective.account)) })
        else { throw SQLError(.specificAccessDeniedError, "WITH ADMIN, ROLE_ADMIN, SUPER") }
    }

    /// Of one's own account the password and the default roles need no privilege; everything else does.
    private func changesOwnOnly(_ alter: AlterUserStatement) -> Bool {
        guard alter.users.count == 1, let user = alter.users.first, isOwn(user.account), alter.options.isEmpty,
            user.furtherFactors.isEmpty, user.factorChanges.isEmpty
        else { return false }
        if alter.defaultRole != nil { return true }
        guard let authentication = user.authentication, authentication.plugin == nil else { return false }
        if authentication.discardsOld { return true }
        switch authentication.secret {
        case .password, .random: return true
        case .none, .hash: return false
        }
    }

    // MARK: - SYSTEM_USER

    /// An account with SYSTEM_USER is changed only by one that has it too: CREATE USER alone must not suffice to become
    /// root (manual, "SYSTEM_USER and account categories").
    private func checkSystemUsers(_ statement: Statement) throws(SQLError) {
        guard !effective.hasDynamic("SYSTEM_USER") else { return }
        let names: [AccountName] =
            switch statement {
            case .dropUser(let names, _), .dropRole(let names, _): names
            case .renameUser(let renames): renames.flatMap { [$0.from, $0.to] }
            case .createRole(let names, _): names
            case .alterUser(let alter): alter.users.map(\.account)
            case .setPassword(let set): set.account.map { [$0] } ?? []
            case .setDefaultRole(_, let accounts): accounts
            case .grant(let grant): grant.grantees
            case .grantRoles(let roles, let accounts, _): roles + accounts
            case .revoke(let revoke):
                if case .roles(let roles) = revoke.what { roles + revoke.accounts } else { revoke.accounts }
            case .createUser(let create): create.users.map(\.account) + create.defaultRoles
            case .grantProxy(let proxied, let accounts, _): [proxied] + accounts
            default: []
            }
        for name in names where !name.isCurrentUser && !isOwn(name) {
            guard let account = catalog[name.id(currentAccount: effective.account)] else { continue }
            // As MySQL: what it has through roles does not protect it.
            guard account.dynamicPrivileges["SYSTEM_USER"] == nil else {
                throw SQLError(.specificAccessDeniedError, "SYSTEM_USER")
            }
        }
    }

    private func isOwn(_ name: AccountName) -> Bool {
        name.isCurrentUser
            || (name.user == effective.account.user && (name.host ?? "%").lowercasedASCII == effective.account.host)
    }

    /// A grantor needs GRANT OPTION at the level and every privilege that it hands on.
    private func checkGrant(
        _ level: PrivilegeLevel, verb: String, privileges: GrantedPrivileges
    ) throws(SQLError) {
        var wanted: Privileges = [.grantOption]
        var wantedDynamic: [String] = []
        switch privileges {
        case .all:
            switch level {
            case .global:
                wanted.formUnion(.allGlobal)
                wantedDynamic = Privileges.dynamicNames
            case .currentSchema, .schema: wanted.formUnion(currentSchema == nil && level == .currentSchema ? .allGlobal : .allDatabase)
            case .object: wanted.formUnion(.allTable)
            }
        case .list(let list):
            for item in list {
                if let privilege = Privileges.named(item.name) {
                    wanted.formUnion(privilege)
                } else if Privileges.dynamicNames.contains(item.name) {
                    wantedDynamic.append(item.name)
                }
            }
        }
        for name in wantedDynamic where !effective.mayGrant(dynamic: name) {
            throw SQLError(.specificAccessDeniedError, "GRANT OPTION")
        }
        switch level {
        case .global:
            guard effective.global.isSuperset(of: wanted) else {
                throw SQLError(.accessDeniedError, effective.account.user, effective.account.host, "YES")
            }
        case .currentSchema, .schema:
            let schema: String
            if case .schema(let name) = level { schema = name } else { schema = currentSchema ?? "" }
            // `ON *` without a current database is the global level.
            if schema.isEmpty {
                guard effective.global.isSuperset(of: wanted) else {
                    throw SQLError(.accessDeniedError, effective.account.user, effective.account.host, "YES")
                }
                return
            }
            guard effective.privileges(onDatabase: schema).isSuperset(of: wanted) else {
                throw SQLError(.dbaccessDeniedError, effective.account.user, effective.account.host, schema)
            }
        case .object(_, let name):
            let held = effective.privileges(onTable: name.name, in: name.schema ?? currentSchema ?? "")
            guard held.isSuperset(of: wanted) else {
                throw SQLError(.tableaccessDeniedError, verb, effective.account.user, clientHost, name.name)
            }
        }
    }

    package init(
        catalog: AccountCatalog, effective: EffectivePrivileges, clientHost: String, currentSchema: String?
    ) {
        self.catalog = catalog
        self.effective = effective
        self.clientHost = clientHost
        self.currentSchema = currentSchema
    }
}

extension UserOptions {
    /// None is given.
    package var isEmpty: Bool {
        requirement == nil && maxQueriesPerHour == nil && maxUpdatesPerHour == nil && maxConnectionsPerHour == nil
            && maxUserConnections == nil && passwordExpiry == nil && passwordHistory == nil
            && passwordReuseInterval == nil && passwordRequireCurrent == nil && failedLoginAttempts == nil
            && passwordLockTime == nil && isLocked == nil && comment == nil && attribute == nil
    }
}
