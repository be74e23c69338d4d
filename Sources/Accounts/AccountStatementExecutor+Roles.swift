import MySQLParser
import MySQLProtocol

/// CREATE ROLE, GRANT and REVOKE of roles and of PROXY, SET DEFAULT ROLE.
extension AccountStatementExecutor {
    package mutating func createRoles(_ names: [AccountName], ifNotExists: Bool) throws(SQLError) {
        let ids = names.map(resolve)
        if let anonymous = ids.first(where: { $0.user.isEmpty }) { throw failed("CREATE ROLE", [anonymous], "") }
        let existing = ids.filter { catalog[$0] != nil }
        if !existing.isEmpty && !ifNotExists {
            throw failed("CREATE ROLE", existing, " (User account already exists)")
        }
        for name in existing { note(.userAlreadyExists, "Authorization ID \(name.quoted) already exists.") }
        for name in ids where catalog[name] == nil {
            var role = Account(name: name)
            role.isLocked = true
            role.isPasswordExpired = true
            catalog[name] = role
        }
    }

    package mutating func grantRoles(
        _ roles: [AccountName], to accounts: [AccountName], withAdminOption: Bool
    ) throws(SQLError) {
        let roleIDs = roles.map(resolve)
        for id in accounts.map(resolve) + roleIDs where catalog[id] == nil {
            throw SQLError(.unknownAuthid, id.user, id.host)
        }
        for name in accounts.map(resolve) {
            for id in roleIDs {
                // Whoever has the role would have itself.
                guard id != name, !holds(id, name) else {
                    throw SQLError(.roleGrantedToItself, name.backquoted, id.backquoted)
                }
                let hadAdminOption = catalog[name]?.roles[id] == true
                catalog[name]?.roles[id] = withAdminOption || hadAdminOption
            }
        }
    }

    /// Whether `account` has `role`, through other roles too.
    private func holds(_ account: AuthorizationID, _ role: AuthorizationID) -> Bool {
        catalog.grantees(account, activeRoles: catalog[account].map { Array($0.roles.keys) } ?? [])
            .contains { $0.name == role }
    }

    package mutating func setDefaultRole(_ choice: RoleChoice, of accounts: [AccountName]) throws(SQLError) {
        for name in accounts.map(resolve) {
            guard var account = catalog[name] else {
                if case .roles(let names) = choice, let id = names.first.map(resolve) {
                    throw SQLError(.roleNotGranted, id.user, id.host, name.user, name.host)
                }
                throw failed("SET DEFAULT ROLE", [name], "")
            }
            account.defaultRoles = try roles(choice, of: account)
            catalog[name] = account
        }
    }

    /// The roles that an account may activate: those that were granted to it, and those that everybody has.
    package func grantedRoles(of account: Account) -> [AuthorizationID] {
        let mandatory = settings.mandatoryRoles.filter {
            catalog[$0] != nil && $0 != account.name && account.roles[$0] == nil
        }
        return (account.roles.keys + mandatory).sorted()
    }

    /// The roles that a choice means for an account; error 3530 names one that was not granted.
    package func roles(_ choice: RoleChoice, of account: Account) throws(SQLError) -> [AuthorizationID] {
        switch choice {
        case .none: return []
        case .default: return account.defaultRoles
        case .all: return grantedRoles(of: account)
        case .allExcept(let names):
            let excluded = Set(names.map(resolve))
            return grantedRoles(of: account).filter { !excluded.contains($0) }
        case .roles(let names):
            let ids = names.map(resolve)
            let granted = grantedRoles(of: account)
            for id in ids where !granted.contains(id) {
                throw SQLError(.roleNotGranted, id.user, id.host, account.name.user, account.name.host)
            }
            return ids
        }
    }

    package mutating func revokeRoles(_ names: [AccountName], from accounts: [AuthorizationID]) throws(SQLError) {
        let ids = names.map(resolve)
        try checkNotMandatory(ids)
        for id in ids where catalog[id] == nil { throw SQLError(.unknownAuthid, id.user, id.host) }
        for name in accounts {
            for id in ids {
                catalog[name]?.roles[id] = nil
                catalog[name]?.defaultRoles.removeAll { $0 == id }
            }
        }
    }

    // MARK: - PROXY

    package mutating func grantProxy(
        on proxied: AccountName, to accounts: [AccountName], withGrantOption: Bool
    ) throws(SQLError) {
        let id = resolve(proxied)
        let ids = accounts.map(resolve)
        for name in ids where catalog[name] == nil { throw SQLError(.cantCreateUserWithGrant) }
        for name in ids {
            let hadGrantOption = catalog[name]?.proxied[id] == true
            catalog[name]?.proxied[id] = withGrantOption || hadGrantOption
        }
    }

    package func revokeProxy(on proxied: AccountName, from account: inout Account) throws(SQLError) {
        guard account.proxied.removeValue(forKey: resolve(proxied)) != nil else {
            throw SQLError(.nonexistingGrant, account.name.user, account.name.host)
        }
    }
}
