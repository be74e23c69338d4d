import MySQLParser
import MySQLProtocol

/// Which account statements an account may execute (manual, "Access Control and Account Management").
struct AccountAuthority {
    let effective: EffectivePrivileges
    /// The client's address as error 1142 names it, e.g. `localhost`.
    let clientHost: String
    let currentSchema: String?

    func check(_ statement: Statement) throws(SQLError) {
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
        case .createUser, .dropUser, .renameUser:
            guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
        case .alterUser(let alter):
            // One's own password needs nothing.
            let ownPassword = alter.users.allSatisfy { $0.account.isCurrentUser || isOwn($0.account) }
            guard mayCreateUsers || ownPassword else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
        case .setPassword(let set):
            guard mayCreateUsers || set.account.map(isOwn) ?? true else {
                throw SQLError(.dbaccessDeniedError, effective.account.user, effective.account.host, "mysql")
            }
        case .setDefaultRole(_, let accounts):
            guard mayCreateUsers || effective.hasDynamic("ROLE_ADMIN") || accounts.allSatisfy(isOwn) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER")
            }
        case .grant(let grant): try checkGrant(grant.level, verb: "GRANT", privileges: grant.privileges)
        case .grantRoles, .grantProxy:
            guard effective.hasDynamic("ROLE_ADMIN") else {
                throw SQLError(.specificAccessDeniedError, "WITH ADMIN, ROLE_ADMIN, SUPER")
            }
        case .revoke(let revoke):
            switch revoke.what {
            case .privileges(let privileges, let level): try checkGrant(level, verb: "REVOKE", privileges: privileges)
            case .everything:
                guard mayCreateUsers else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
            case .roles, .proxy:
                guard effective.hasDynamic("ROLE_ADMIN") else {
                    throw SQLError(.specificAccessDeniedError, "WITH ADMIN, ROLE_ADMIN, SUPER")
                }
            }
        default: break
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
        if case .list(let list) = privileges {
            for item in list {
                if let privilege = Privileges.named(item.name) { wanted.formUnion(privilege) }
            }
        }
        switch level {
        case .global:
            guard effective.global.isSuperset(of: wanted) else {
                throw SQLError(.accessDeniedError, effective.account.user, effective.account.host, "YES")
            }
        case .currentSchema, .schema:
            let schema: String
            if case .schema(let name) = level { schema = name } else { schema = currentSchema ?? "" }
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
