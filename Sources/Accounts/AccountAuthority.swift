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
        case .dropRole(let names, _):
            guard mayCreateUsers || effective.global.contains(.dropRole) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER, DROP ROLE")
            }
            try checkSystemUsers(statement)
            // An account that somebody can log in with is no role.
            let users = names.compactMap { catalog[$0.id(currentAccount: effective.account)] }.filter { !$0.isLocked }
            guard mayCreateUsers || users.isEmpty else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
        case .createUser(let create):
            try requireCreateUser(or: .insert)
            // A default role is active from the login on: who names it must be able to grant it.
            if !create.defaultRoles.isEmpty { try requireAdministration(of: create.defaultRoles) }
        case .dropUser: try requireCreateUser(or: .delete)
        case .renameUser: try requireCreateUser(or: .update)
        case .alterUser(let alter):
            if !changesOwnOnly(alter) { try requireCreateUser(or: .update) }
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
            guard mayCreateUsers || mayUpdateAccounts || accounts.allSatisfy(isOwn) else {
                throw SQLError(.specificAccessDeniedError, "CREATE USER")
            }
        case .grant(let grant): try checkGrant(grant.level, privileges: grant.privileges)
        case .grantRoles(let roles, _, _): try requireAdministration(of: roles)
        case .grantProxy(let proxied, _, _): try requireProxy(on: proxied)
        case .revoke(let revoke):
            switch revoke.what {
            case .privileges(.all, .global), .everything:
                guard mayCreateUsers || mayUpdateAccounts else { throw SQLError(.specificAccessDeniedError, "CREATE USER") }
            case .privileges(let privileges, let level):
                try checkSystemUsers(statement)
                try checkGrant(level, privileges: privileges, isRevoke: true)
            case .roles(let roles): try requireAdministration(of: roles)
            case .proxy(let proxied): try requireProxy(on: proxied)
            }
        default: break
        }
        try checkSystemUsers(statement)
    }

    /// Who may change the rows of `mysql.user` by hand may do by statement what comes to the same.
    private func mayChangeAccounts(_ privilege: Privileges) -> Bool {
        effective.privileges(onDatabase: "mysql").contains(privilege)
    }

    private var mayUpdateAccounts: Bool { mayChangeAccounts(.update) }

    private func requireCreateUser(or privilege: Privileges) throws(SQLError) {
        guard effective.global.contains(.createUser) || mayChangeAccounts(privilege) else {
            throw SQLError(.specificAccessDeniedError, "CREATE USER")
        }
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
        guard effective.global.contains(.createUser) || mayUpdateAccounts || effective.hasDynamic("APPLICATION_PASSWORD_ADMIN")
        else {
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
            case .grant(let grant): mayUpdateAccounts ? [] : grant.grantees
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
        _ level: PrivilegeLevel, privileges: GrantedPrivileges, isRevoke: Bool = false
    ) throws(SQLError) {
        var wanted: Privileges = [.grantOption]
        var wantedDynamic: [String] = []
        var hasColumns = false
        switch privileges {
        case .all:
            switch level {
            case .global:
                wanted.formUnion(.allGlobal)
                // MySQL hands on here what the grantor itself has not, SYSTEM_USER too.
                wantedDynamic = Privileges.dynamicNames
            case .currentSchema, .schema: wanted.formUnion(currentSchema == nil && level == .currentSchema ? .allGlobal : .allDatabase)
            case .object: wanted.formUnion(.allTable)
            }
        case .list(let list):
            for item in list {
                if !item.columns.isEmpty { hasColumns = true }
                if let privilege = Privileges.named(item.name) {
                    wanted.formUnion(privilege)
                } else if Privileges.dynamicNames.contains(item.name) {
                    wantedDynamic.append(item.name)
                }
            }
        }
        // Dynamic ones alone have their own option.
        if wantedDynamic.isEmpty || wanted != .grantOption {
            try checkStatic(wanted, level, privileges, isRevoke: isRevoke, hasColumns: hasColumns)
        }
        for name in wantedDynamic where !effective.mayGrant(dynamic: name) && (privileges == .all || !mayUpdateAccounts) {
            throw SQLError(.specificAccessDeniedError, "GRANT OPTION")
        }
    }

    private func checkStatic(
        _ wanted: Privileges, _ level: PrivilegeLevel, _ privileges: GrantedPrivileges, isRevoke: Bool, hasColumns: Bool
    ) throws(SQLError) {
        switch level {
        case .global:
            guard effective.global.isSuperset(of: wanted) else { throw denied }
        case .currentSchema, .schema:
            let schema: String
            if case .schema(let name) = level { schema = name } else { schema = currentSchema ?? "" }
            // `ON *` without a current database is the global level.
            if schema.isEmpty {
                guard effective.global.isSuperset(of: wanted) else { throw denied }
                return
            }
            // Nobody hands on what information_schema shows.
            guard schema.lowercasedASCII != "information_schema", effective.privileges(onDatabase: schema).isSuperset(of: wanted) else {
                throw SQLError(.dbaccessDeniedError, effective.account.user, effective.account.host, schema)
            }
        case .object(_, let name):
            let schema = name.schema ?? currentSchema ?? ""
            let missing = wanted.subtracting(effective.privileges(onTable: name.name, in: schema))
            if missing.isEmpty { return }
            // What is held on columns is enough for these columns, and to take something back.
            let lacking = missing.subtracting(effective.privilegesOnAnyPart(ofTable: name.name, in: schema))
            if lacking.isEmpty, isRevoke { return }
            if lacking.isEmpty, hasColumns { return try checkColumns(privileges, of: name.name, in: schema) }
            throw SQLError(
                .tableaccessDeniedError, Self.commands(lacking.isEmpty ? missing : lacking), effective.account.user,
                clientHost, name.name)
        }
    }

    /// Error 1045.
    private var denied: SQLError {
        let hasPassword = catalog[effective.account]?.authenticationString.isEmpty == false
        return SQLError(.accessDeniedError, effective.account.user, effective.account.host, hasPassword ? "YES" : "NO")
    }

    /// Error 1143 for a column that the grantor holds the privilege on neither by itself nor by its table.
    private func checkColumns(
        _ granted: GrantedPrivileges, of table: String, in schema: String
    ) throws(SQLError) {
        guard case .list(let list) = granted else { return }
        for item in list {
            guard let privilege = Privileges.named(item.name) else { continue }
            for column in item.columns
            where !effective.privileges(onColumn: column, of: table, in: schema).isSuperset(of: privilege) {
                throw SQLError(
                    .columnaccessDeniedError, item.name, effective.account.user, clientHost, column, table)
            }
        }
    }

    /// The names of privileges as error 1142 lists them: GRANT stands before REFERENCES.
    private static func commands(_ privileges: Privileges) -> String {
        var names = privileges.names
        if privileges.contains(.grantOption) {
            let before = privileges.intersection([
                .select, .insert, .update, .delete, .create, .drop, .reload, .shutdown, .process, .file,
            ]).names.count
            names.insert("GRANT", at: before)
        }
        return names.joined(separator: ", ")
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
