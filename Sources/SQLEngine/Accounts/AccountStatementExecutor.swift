import MySQLParser
import MySQLProtocol

/// Executes account statements on a catalog: CREATE/ALTER/DROP/RENAME USER, roles, GRANT, REVOKE, SET PASSWORD.
///
/// The session runs it once on a copy, to check the statement and to learn its warnings; the applier of each member runs
/// it again on the statement's rewritten text (``AccountStatementRewriter``), at the statement's place in the order. It
/// is deterministic: passwords have become hashes by then.
struct AccountStatementExecutor {
    /// A note that the statement leaves in the diagnostics area.
    struct Note {
        var code: ErrorCode
        var message: String
    }

    /// What the statement may ask about tables.
    typealias ColumnsOfTable = (_ schema: String, _ table: String) -> [String]?

    var catalog: AccountCatalog
    /// CURRENT_USER, and the database of `ON *`.
    let currentAccount: AuthorizationID
    let currentSchema: String?
    let columnsOfTable: ColumnsOfTable
    /// The statement's time, in seconds since 1970: when passwords are set.
    var timestamp: UInt64 = 0
    private(set) var notes: [Note] = []

    init(
        catalog: AccountCatalog, currentAccount: AuthorizationID, currentSchema: String?,
        columnsOfTable: @escaping ColumnsOfTable
    ) {
        self.catalog = catalog
        self.currentAccount = currentAccount
        self.currentSchema = currentSchema
        self.columnsOfTable = columnsOfTable
    }

    mutating func execute(_ statement: Statement) throws(SQLError) {
        switch statement {
        case .createUser(let create): try createUser(create)
        case .alterUser(let alter): try alterUser(alter)
        case .dropUser(let names, let ifExists): try drop(names, ifExists: ifExists, operation: "DROP USER")
        case .renameUser(let renames): try rename(renames)
        case .createRole(let names, let ifNotExists): try createRoles(names, ifNotExists: ifNotExists)
        case .dropRole(let names, let ifExists): try drop(names, ifExists: ifExists, operation: "DROP ROLE")
        case .grant(let grant): try self.grant(grant)
        case .grantRoles(let roles, let accounts, let withAdminOption):
            try grantRoles(roles, to: accounts, withAdminOption: withAdminOption)
        case .revoke(let revoke): try self.revoke(revoke)
        case .setPassword(let set): try setPassword(set)
        case .setDefaultRole(let choice, let accounts): try setDefaultRole(choice, of: accounts)
        default: throw SQLError(.notSupportedYet, "This account statement")
        }
    }

    func resolve(_ name: AccountName) -> AuthorizationID {
        if name.isCurrentUser { return currentAccount }
        return AuthorizationID(user: name.user, host: (name.host ?? "%").lowercasedASCII)
    }

    private mutating func note(_ code: ErrorCode, _ message: String) {
        notes.append(Note(code: code, message: message))
    }

    private func failed(_ operation: String, _ names: [AuthorizationID], _ why: String) -> SQLError {
        let quoted = names.map(\.quoted).joined(separator: ",")
        return SQLError(.cannotUser, message: "Operation \(operation) failed for \(quoted)\(why)")
    }

    // MARK: - Users and roles

    private mutating func createUser(_ create: CreateUserStatement) throws(SQLError) {
        var existing: [AuthorizationID] = []
        var created: [Account] = []
        for user in create.users {
            let name = resolve(user.account)
            if catalog[name] != nil || created.contains(where: { $0.name == name }) {
                existing.append(name)
                continue
            }
            var account = Account(name: name)
            if let authentication = user.authentication { try apply(authentication, to: &account) }
            account.passwordChanged = timestamp
            try apply(create.options, to: &account)
            account.defaultRoles = create.defaultRoles.map(resolve)
            created.append(account)
        }
        if !existing.isEmpty && !create.ifNotExists {
            throw failed("CREATE USER", existing, " (User account already exists)")
        }
        for name in existing { note(.userAlreadyExists, "Authorization ID \(name.quoted) already exists.") }
        for account in created { catalog[account.name] = account }
    }

    private mutating func alterUser(_ alter: AlterUserStatement) throws(SQLError) {
        var missing: [AuthorizationID] = []
        var altered: [Account] = []
        for user in alter.users {
            let name = resolve(user.account)
            guard var account = catalog[name] else {
                missing.append(name)
                continue
            }
            guard user.furtherFactors.isEmpty && user.factorChanges.isEmpty else {
                throw SQLError(.notSupportedYet, "multi-factor authentication")
            }
            if let authentication = user.authentication {
                try apply(authentication, to: &account)
                account.isPasswordExpired = false
                account.passwordChanged = timestamp
            }
            try apply(alter.options, to: &account)
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
        if let plugin = authentication.plugin {
            guard AuthenticationPlugins.names.contains(plugin) else { throw SQLError(.pluginIsNotLoaded, plugin) }
            account.plugin = plugin
            account.authenticationString = []
        }
        guard !authentication.retainsCurrent else { throw SQLError(.notSupportedYet, "RETAIN CURRENT PASSWORD") }
        switch authentication.secret {
        case .none: break
        case .hash(let bytes): account.authenticationString = bytes
        // The rewriter has turned passwords into hashes; on the session's trial run any value does.
        case .password(let password): account.authenticationString = password.isEmpty ? [] : Array("*".utf8)
        case .random: throw SQLError(.notSupportedYet, "RANDOM PASSWORD")
        }
    }

    private func apply(_ options: UserOptions, to account: inout Account) throws(SQLError) {
        switch options.requirement {
        case nil: break
        case .none?: account.tlsRequirement = .none
        case .ssl?: account.tlsRequirement = .ssl
        case .x509?: account.tlsRequirement = .x509
        case .specified?: throw SQLError(.notSupportedYet, "REQUIRE SUBJECT, ISSUER or CIPHER")
        }
        if [options.maxQueriesPerHour, options.maxUpdatesPerHour, options.maxConnectionsPerHour].contains(where: {
            ($0 ?? 0) != 0
        }) {
            throw SQLError(.notSupportedYet, "MAX_QUERIES_PER_HOUR, MAX_UPDATES_PER_HOUR and MAX_CONNECTIONS_PER_HOUR")
        }
        if let limit = options.maxUserConnections { account.maximumUserConnections = UInt32(clamping: limit) }
        switch options.passwordExpiry {
        case nil: break
        case .now?: account.isPasswordExpired = true
        case .default?: account.passwordLifetime = nil
        case .never?: account.passwordLifetime = 0
        case .days(let days)?: account.passwordLifetime = UInt32(clamping: days)
        }
        if let isLocked = options.isLocked { account.isLocked = isLocked }
        if let attribute = options.attribute { account.attribute = String(decoding: attribute, as: UTF8.self) }
        if let comment = options.comment {
            account.attribute = "{\"comment\": \"\(jsonEscaped(String(decoding: comment, as: UTF8.self)))\"}"
        }
    }

    private func jsonEscaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private mutating func createRoles(_ names: [AccountName], ifNotExists: Bool) throws(SQLError) {
        let ids = names.map(resolve)
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

    private mutating func drop(_ names: [AccountName], ifExists: Bool, operation: String) throws(SQLError) {
        let ids = names.map(resolve)
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

    private mutating func rename(_ renames: [AccountRename]) throws(SQLError) {
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

    private mutating func setPassword(_ set: SetPasswordStatement) throws(SQLError) {
        let name = set.account.map(resolve) ?? currentAccount
        guard var account = catalog[name] else { throw SQLError(.passwordNoMatch) }
        guard let password = set.password else { throw SQLError(.notSupportedYet, "RANDOM PASSWORD") }
        account.authenticationString = password.isEmpty ? [] : Array("*".utf8)
        account.isPasswordExpired = false
        account.passwordChanged = timestamp
        catalog[name] = account
    }

    private mutating func setDefaultRole(_ choice: RoleChoice, of accounts: [AccountName]) throws(SQLError) {
        for name in accounts.map(resolve) {
            guard var account = catalog[name] else {
                throw failed("SET DEFAULT ROLE", [name], "")
            }
            account.defaultRoles = try roles(choice, of: account)
            catalog[name] = account
        }
    }

    /// The roles that a choice means for an account; error 3530 names one that was not granted.
    func roles(_ choice: RoleChoice, of account: Account) throws(SQLError) -> [AuthorizationID] {
        switch choice {
        case .none: return []
        case .default: return account.defaultRoles
        case .all: return account.roles.keys.sorted()
        case .allExcept(let names):
            let excluded = Set(names.map(resolve))
            return account.roles.keys.filter { !excluded.contains($0) }.sorted()
        case .roles(let names):
            let ids = names.map(resolve)
            for id in ids where account.roles[id] == nil {
                throw SQLError(.roleNotGranted, id.user, id.host, account.name.user, account.name.host)
            }
            return ids
        }
    }

    // MARK: - Privileges

    /// A privilege list with names resolved.
    private struct Resolved {
        var privileges: Privileges = []
        var columns: [(Privileges, [String])] = []
        var dynamic: [String] = []
    }

    private func resolve(_ granted: GrantedPrivileges, all: Privileges, global: Bool) throws(SQLError) -> Resolved {
        var result = Resolved()
        switch granted {
        case .all:
            result.privileges = all
            if global { result.dynamic = Privileges.dynamicNames }
        case .list(let list):
            for item in list {
                if item.name == "USAGE" { continue }
                if item.name == "GRANT OPTION" {
                    result.privileges.insert(.grantOption)
                } else if let privilege = Privileges.named(item.name) {
                    if item.columns.isEmpty {
                        result.privileges.insert(privilege)
                    } else {
                        result.columns.append((privilege, item.columns))
                    }
                } else if Privileges.dynamicNames.contains(item.name) {
                    guard global else { throw SQLError(.illegalPrivilegeLevel, item.name) }
                    result.dynamic.append(item.name)
                } else {
                    throw SQLError(.syntaxError)
                }
            }
        }
        return result
    }

    private enum Target {
        case global
        case schema(String)
        case table(Account.TableKey)
    }

    private func target(_ level: PrivilegeLevel) throws(SQLError) -> Target {
        switch level {
        case .global: return .global
        case .currentSchema:
            guard let currentSchema else { return .global }
            return .schema(currentSchema)
        case .schema(let name): return .schema(name)
        case .object(.table, let name):
            guard let schema = name.schema ?? currentSchema else { throw SQLError(.noDbError) }
            return .table(.init(schema: schema, table: name.name))
        case .object: throw SQLError(.notSupportedYet, "privileges on stored routines")
        }
    }

    private mutating func grant(_ grant: GrantStatement) throws(SQLError) {
        guard grant.asAccount == nil else { throw SQLError(.notSupportedYet, "GRANT ... AS") }
        let target = try target(grant.level)
        let option: Privileges = grant.withGrantOption ? .grantOption : []
        var accounts: [Account] = []
        for name in grant.grantees.map(resolve) {
            guard let account = catalog[name] else { throw SQLError(.cantCreateUserWithGrant) }
            accounts.append(account)
        }
        switch target {
        case .global:
            let resolved = try resolve(grant.privileges, all: .allGlobal, global: true)
            guard resolved.columns.isEmpty else { throw SQLError(.wrongUsage, "COLUMN GRANT", "GLOBAL PRIVILEGES") }
            for index in accounts.indices {
                accounts[index].privileges.formUnion(resolved.privileges.union(resolved.privileges.isEmpty ? [] : option))
                for name in resolved.dynamic {
                    accounts[index].dynamicPrivileges[name] =
                        grant.withGrantOption || accounts[index].dynamicPrivileges[name] == true
                }
                if resolved.dynamic.isEmpty { accounts[index].privileges.formUnion(option) }
            }
        case .schema(let schema):
            let resolved = try resolve(grant.privileges, all: .allDatabase, global: false)
            guard resolved.columns.isEmpty else { throw SQLError(.wrongUsage, "COLUMN GRANT", "GLOBAL PRIVILEGES") }
            guard resolved.privileges.subtracting([.allDatabase, .grantOption]).isEmpty else {
                throw SQLError(.wrongUsage, "DB GRANT", "GLOBAL PRIVILEGES")
            }
            for index in accounts.indices {
                let privileges = resolved.privileges.union(option)
                if !privileges.isEmpty { accounts[index].databaseGrants[schema, default: []].formUnion(privileges) }
            }
        case .table(let key):
            let resolved = try resolve(grant.privileges, all: .allTable, global: false)
            guard resolved.privileges.subtracting([.allTable, .grantOption]).isEmpty,
                resolved.columns.allSatisfy({ Privileges.allColumn.contains($0.0) })
            else { throw SQLError(.illegalGrantForTable) }
            let found = columnsOfTable(key.schema, key.table)
            // Who may create the table may be told so before there is one.
            guard found != nil || resolved.columns.isEmpty && resolved.privileges.contains(.create) else {
                throw SQLError(.noSuchTable, key.schema, key.table)
            }
            let columns = found ?? []
            for (_, names) in resolved.columns {
                for name in names where !columns.contains(where: { $0.lowercasedASCII == name.lowercasedASCII }) {
                    throw SQLError(.badFieldError, name, key.table)
                }
            }
            for index in accounts.indices {
                var entry = accounts[index].tableGrants[key] ?? .init()
                entry.privileges.formUnion(resolved.privileges.union(option))
                for (privilege, names) in resolved.columns {
                    for name in names { entry.columns[name, default: []].formUnion(privilege) }
                }
                if !entry.isEmpty { accounts[index].tableGrants[key] = entry }
            }
        }
        for account in accounts { catalog[account.name] = account }
    }

    private mutating func grantRoles(
        _ roles: [AccountName], to accounts: [AccountName], withAdminOption: Bool
    ) throws(SQLError) {
        let roleIDs = roles.map(resolve)
        for id in roleIDs + accounts.map(resolve) where catalog[id] == nil {
            throw SQLError(.unknownAuthid, id.user, id.host)
        }
        for name in accounts.map(resolve) {
            guard var account = catalog[name] else { continue }
            for id in roleIDs { account.roles[id] = withAdminOption || account.roles[id] == true }
            catalog[name] = account
        }
    }

    private mutating func revoke(_ revoke: RevokeStatement) throws(SQLError) {
        var accounts: [Account] = []
        for name in revoke.accounts.map(resolve) {
            if let account = catalog[name] {
                accounts.append(account)
            } else if revoke.ignoresUnknownUser {
                note(.userDoesNotExist, "Authorization ID \(name.quoted) does not exist.")
            } else {
                throw SQLError(.nonexistingGrant, name.user, name.host)
            }
        }
        for index in accounts.indices {
            do {
                try self.revoke(revoke.what, from: &accounts[index])
            } catch {
                guard revoke.ifExists else { throw error }
                notes.append(Note(code: .nonexistingGrant, message: error.message))
            }
        }
        for account in accounts { catalog[account.name] = account }
    }

    private func revoke(_ what: RevokeStatement.What, from account: inout Account) throws(SQLError) {
        switch what {
        case .everything: account.revokeEverything()
        case .proxy: throw SQLError(.notSupportedYet, "PROXY privileges")
        case .roles(let names):
            for id in names.map(resolve) {
                guard account.roles[id] != nil else {
                    throw SQLError(.roleNotGranted, id.user, id.host, account.name.user, account.name.host)
                }
                account.roles[id] = nil
                account.defaultRoles.removeAll { $0 == id }
            }
        case .privileges(let granted, let level):
            let noGrant = SQLError(.nonexistingGrant, account.name.user, account.name.host)
            switch try target(level) {
            case .global:
                let resolved = try resolve(granted, all: .allGlobal, global: true)
                account.privileges.subtract(resolved.privileges)
                for name in resolved.dynamic { account.dynamicPrivileges[name] = nil }
            case .schema(let schema):
                let resolved = try resolve(granted, all: .allDatabase, global: false)
                guard let held = account.databaseGrants[schema] else { throw noGrant }
                let left = held.subtracting(resolved.privileges)
                account.databaseGrants[schema] = left.isEmpty ? nil : left
            case .table(let key):
                let resolved = try resolve(granted, all: .allTable, global: false)
                guard var entry = account.tableGrants[key],
                    resolved.privileges.isEmpty || !entry.privileges.intersection(resolved.privileges).isEmpty
                        || entry.columns.values.contains(where: { !$0.intersection(resolved.privileges).isEmpty })
                else { throw SQLError(.nonexistingTableGrant, account.name.user, account.name.host, key.table) }
                entry.privileges.subtract(resolved.privileges)
                let fromColumns = resolved.columns.flatMap { privilege, names in names.map { ($0, privilege) } }
                for (name, privilege) in fromColumns { entry.columns[name]?.subtract(privilege) }
                entry.columns = entry.columns.mapValues { $0.subtracting(resolved.privileges) }
                    .filter { !$0.value.isEmpty }
                account.tableGrants[key] = entry.isEmpty ? nil : entry
            }
        }
    }
}

/// The authentication plugins that accounts may name.
enum AuthenticationPlugins {
    static let names = ["caching_sha2_password", "mysql_native_password"]
}
