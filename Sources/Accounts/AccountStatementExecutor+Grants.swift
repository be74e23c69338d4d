import MySQLParser
import MySQLProtocol
import MySQLTypes

/// GRANT and REVOKE of privileges, partial revokes among them.
extension AccountStatementExecutor {
    /// A privilege list with names resolved.
    private struct Resolved {
        var privileges: Privileges = []
        var columns: [(Privileges, [String])] = []
        var dynamic: [String] = []
        /// Names that no privilege has.
        var unknown: [String] = []
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
                    result.unknown.append(item.name)
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

    package mutating func grant(_ grant: GrantStatement) throws(SQLError) {
        let target = try target(grant.level)
        let option: Privileges = grant.withGrantOption ? .grantOption : []
        let named = try resolve(grant.privileges, all: [], global: true)
        guard named.unknown.isEmpty else { throw SQLError(.syntaxError) }
        var accounts: [Account] = []
        for name in grant.grantees.map(resolve) {
            guard let account = catalog[name] else { throw SQLError(.cantCreateUserWithGrant) }
            accounts.append(account)
        }
        switch target {
        case .global:
            let resolved = try resolve(grant.privileges, all: .allGlobal, global: true)
            guard resolved.columns.isEmpty else { throw SQLError(.illegalGrantForTable) }
            for index in accounts.indices where resolved.dynamic.contains("SYSTEM_USER") {
                let id = accounts[index].name
                guard !settings.mandatoryRoles.contains(id) else {
                    throw SQLError(.cannotGrantSystemPrivToMandatoryRole, id.user, id.host, "SYSTEM_USER")
                }
            }
            let missing = try restrictions(ofGrantor: grant)
            for index in accounts.indices {
                restrict(&accounts[index], granted: resolved.privileges, lackedByGrantor: missing)
                let handsOn = grant.withGrantOption || resolved.privileges.contains(.grantOption)
                let privileges = resolved.privileges.subtracting(.grantOption)
                accounts[index].privileges.formUnion(privileges)
                for name in resolved.dynamic {
                    accounts[index].dynamicPrivileges[name] = handsOn || accounts[index].dynamicPrivileges[name] == true
                }
                // The option of dynamic privileges alone is theirs.
                if handsOn, !privileges.isEmpty || resolved.dynamic.isEmpty { accounts[index].privileges.formUnion(.grantOption) }
            }
        case .schema(let schema):
            guard grant.asAccount == nil else {
                throw SQLError(.unsupportedUseOfGrantAs, "GRANT ... AS is currently supported only for global privileges.")
            }
            let resolved = try resolve(grant.privileges, all: .allDatabase, global: false)
            guard resolved.columns.isEmpty else { throw SQLError(.wrongUsage, "COLUMN GRANT", "GLOBAL PRIVILEGES") }
            guard resolved.privileges.subtracting([.allDatabase, .grantOption]).isEmpty else {
                throw SQLError(.wrongUsage, "DB GRANT", "GLOBAL PRIVILEGES")
            }
            for index in accounts.indices {
                var privileges = resolved.privileges.union(option)
                if settings.partialRevokes, let lacked = accounts[index].restrictions[schema] {
                    let left = lacked.subtracting(privileges)
                    privileges.subtract(lacked)
                    accounts[index].restrictions[schema] = left.isEmpty ? nil : left
                }
                if !privileges.isEmpty { accounts[index].databaseGrants[schema, default: []].formUnion(privileges) }
            }
        case .table(let key):
            guard grant.asAccount == nil else {
                throw SQLError(.unsupportedUseOfGrantAs, "GRANT ... AS is currently supported only for global privileges.")
            }
            try grantOnTable(grant, key, option, to: &accounts)
        }
        for account in accounts { catalog[account.name] = account }
    }

    private func grantOnTable(
        _ grant: GrantStatement, _ key: Account.TableKey, _ option: Privileges, to accounts: inout [Account]
    ) throws(SQLError) {
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

    // MARK: - Partial revokes

    /// What the grantor lacks of the global privileges, by database: it cannot hand that on.
    private func restrictions(ofGrantor grant: GrantStatement) throws(SQLError) -> [String: Privileges] {
        guard settings.partialRevokes else { return [:] }
        let grantor = grant.asAccount.map(resolve) ?? currentAccount
        guard let account = catalog[grantor] else { throw SQLError(.unknownAuthid, grantor.user, grantor.host) }
        let roles = try grant.withRole.map { choice throws(SQLError) in try self.roles(choice, of: account) } ?? []
        return EffectivePrivileges(catalog: catalog, account: grantor, activeRoles: roles).restrictions
    }

    /// A privilege is restricted in a database afterwards only if the grantor lacks it there, and the account that had it
    /// already did so too.
    private func restrict(
        _ account: inout Account, granted: Privileges, lackedByGrantor missing: [String: Privileges]
    ) {
        guard settings.partialRevokes else { return }
        for schema in Set(account.restrictions.keys).union(missing.keys) {
            let before = account.restrictions[schema] ?? []
            let lacked = granted.intersection(missing[schema] ?? [])
            let untouched = before.subtracting(granted)
            let kept = lacked.intersection(before.union(Privileges.allGlobal.subtracting(account.privileges)))
            let after = untouched.union(kept)
            account.restrictions[schema] = after.isEmpty ? nil : after
        }
    }

    // MARK: - REVOKE

    package mutating func revoke(_ revoke: RevokeStatement) throws(SQLError) {
        var accounts: [Account] = []
        for name in revoke.accounts.map(resolve) {
            if let account = catalog[name] {
                accounts.append(account)
                continue
            }
            let error: (SQLError, ErrorCode) =
                switch revoke.what {
                case .everything: (SQLError(.revokeGrants), .revokeGrants)
                case .roles: (SQLError(.unknownAuthid, name.user, name.host), .unknownAuthid)
                case .privileges(_, .object(.table, let table)):
                    (SQLError(.nonexistingTableGrant, name.user, name.host, table.name), .nonexistingTableGrant)
                case .privileges, .proxy: (SQLError(.nonexistingGrant, name.user, name.host), .nonexistingGrant)
                }
            guard revoke.ignoresUnknownUser else { throw error.0 }
            warn(SQLError(.userDoesNotExist, name.user), .userDoesNotExist)
        }
        if case .roles(let names) = revoke.what {
            do throws(SQLError) {
                try revokeRoles(names, from: accounts.map(\.name))
            } catch {
                guard revoke.ifExists, error == ErrorCode.unknownAuthid else { throw error }
                warn(error, .unknownAuthid)
            }
            return
        }
        if case .privileges(let granted, _) = revoke.what {
            for name in try resolve(granted, all: [], global: true).unknown {
                warn(SQLError(.warnDaPrivilegeNotRegistered, name), .warnDaPrivilegeNotRegistered)
            }
        }
        for index in accounts.indices {
            do throws(SQLError) {
                try self.revoke(revoke.what, from: &accounts[index])
            } catch {
                guard revoke.ifExists else { throw error }
                warn(error, error == ErrorCode.nonexistingTableGrant ? .nonexistingTableGrant : .nonexistingGrant)
            }
        }
        for account in accounts { catalog[account.name] = account }
    }

    private func revoke(_ what: RevokeStatement.What, from account: inout Account) throws(SQLError) {
        switch what {
        case .everything: account.revokeEverything()
        case .proxy(let proxied): try revokeProxy(on: proxied, from: &account)
        // All accounts at once: `revokeRoles`.
        case .roles: break
        case .privileges(let granted, let level):
            let noGrant = SQLError(.nonexistingGrant, account.name.user, account.name.host)
            switch try target(level) {
            case .global:
                let resolved = try resolve(granted, all: .allGlobal, global: true)
                account.privileges.subtract(resolved.privileges)
                for name in resolved.dynamic { account.dynamicPrivileges[name] = nil }
                account.restrictions = account.restrictions.mapValues { $0.subtracting(resolved.privileges) }
                    .filter { !$0.value.isEmpty }
            case .schema(let schema):
                let resolved = try resolve(granted, all: .allDatabase, global: false)
                let held = account.databaseGrants[schema]
                // What is held globally is taken away for this database only.
                let lacked = settings.partialRevokes ? resolved.privileges.intersection(account.privileges) : []
                guard held != nil || !lacked.isEmpty else { throw noGrant }
                if !lacked.isEmpty { account.restrictions[schema, default: []].formUnion(lacked) }
                guard let held else { return }
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
