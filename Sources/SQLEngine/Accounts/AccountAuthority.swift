import MySQLParser
import MySQLProtocol

/// Which account statements an account may execute (manual, "Access Control and Account Management").
struct AccountAuthority {
    let catalog: AccountCatalog
    let effective: EffectivePrivileges
    /// The client's address as error 1142 names it, e.g. `localhost`.
    let clientHost: String
    let currentSchema: String?

    func check(_ statement: Statement) throws(SQLError) {
        try checkSystemUsers(statement)
        let mayCreateUsers = effective.global.contains(.createUser)
        switch statement {
        case .createRole:
            guard mayCreateUsers || effective.global.contains(.createRole) else {
                throw SQLError(.specificAccessDeniedError, "CREATE ROLE, CREATE USER")
            }
        case .dropRole:
            guard mayCreateUsers || effective.global.contains(.dropRole) else {
                throw SQLError(.specificAccessDeniedError, "DROP ROLE, CREATE USER")
            }
        case .createUser(let create):
            guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
            // A default role is active from the login on: who names it must be able to grant it.
            if !create.defaultRoles.isEmpty { try requireRoleAdministration() }
        case .dropUser, .renameUser:
            guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
        case .alterUser(let alter):
            guard mayCreateUsers || changesOwnPasswordOnly(alter) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER")
            }
        case .setPassword(let set):
            guard mayCreateUsers || set.account.map(isOwn) ?? true else {
                throw SQLError(.dbaccessDeniedError, effective.account.user, effective.account.host, "mysql")
            }
        case .setDefaultRole(_, let accounts):
            guard mayCreateUsers || effective.hasDynamic("ROLE_ADMIN") || accounts.allSatisfy(isOwn) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER")
            }
        case .grant(let grant): try checkGrant(grant.level, verb: "GRANT", privileges: grant.privileges)
        case .grantRoles, .grantProxy: try requireRoleAdministration()
        case .revoke(let revoke):
            switch revoke.what {
            case .privileges(let privileges, let level): try checkGrant(level, verb: "REVOKE", privileges: privileges)
            case .everything:
                guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
            case .roles, .proxy: try requireRoleAdministration()
            }
        default: break
        }
    }

    private func requireRoleAdministration() throws(SQLError) {
        guard effective.hasDynamic("ROLE_ADMIN") else {
            throw SQLError(.specificAccessDeniedError, "WITH ADMIN, ROLE_ADMIN, SUPER")
        }
    }

    /// A new password of one's own needs nothing; everything else about an account does.
    private func changesOwnPasswordOnly(_ alter: AlterUserStatement) -> Bool {
        guard alter.users.count == 1, let user = alter.users.first, user.account.isCurrentUser || isOwn(user.account),
            let authentication = user.authentication, authentication.plugin == nil, alter.defaultRole == nil,
            user.furtherFactors.isEmpty, user.factorChanges.isEmpty, alter.options.isEmpty
        else { return false }
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
            case .renameUser(let renames): renames.map(\.from)
            case .alterUser(let alter): alter.users.map(\.account)
            case .setPassword(let set): set.account.map { [$0] } ?? []
            case .setDefaultRole(_, let accounts): accounts
            case .grant(let grant): grant.grantees
            case .grantRoles(let roles, let accounts, _): roles + accounts
            case .revoke(let revoke): revoke.accounts
            case .createUser(let create): create.defaultRoles
            default: []
            }
        for name in names where !name.isCurrentUser && !isOwn(name) {
            let id = AuthorizationID(user: name.user, host: (name.host ?? "%").lowercasedASCII)
            guard let account = catalog[id] else { continue }
            let grantees = catalog.grantees(id, activeRoles: Array(account.roles.keys))
            guard grantees.allSatisfy({ $0.dynamicPrivileges["SYSTEM_USER"] == nil }) else {
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
}

extension UserOptions {
    /// None is given.
    var isEmpty: Bool {
        requirement == nil && maxQueriesPerHour == nil && maxUpdatesPerHour == nil && maxConnectionsPerHour == nil
            && maxUserConnections == nil && passwordExpiry == nil && passwordHistory == nil
            && passwordReuseInterval == nil && passwordRequireCurrent == nil && failedLoginAttempts == nil
            && passwordLockTime == nil && isLocked == nil && comment == nil && attribute == nil
    }
}
