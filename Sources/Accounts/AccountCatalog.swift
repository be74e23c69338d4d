import MySQLTypes
import Platform

/// All accounts and what they may do: a value, published anew after each account statement that the applier executes.
public struct AccountCatalog: Sendable {
    public private(set) var accounts: [AuthorizationID: Account]

    public init(accounts: [Account] = []) {
        self.accounts = Dictionary(accounts.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// What a fresh data directory has: `root@localhost` without a password and with every privilege, and the locked
    /// accounts that MySQL creates for itself.
    public static func initial() -> AccountCatalog {
        var root = Account(name: AuthorizationID(user: "root", host: "localhost"))
        root.privileges = [.allGlobal, .grantOption]
        for name in Privileges.dynamicNames {
            root.dynamicPrivileges[name] = true
        }
        root.proxied[AuthorizationID(user: "", host: "")] = true
        return AccountCatalog(accounts: [root] + reserved)
    }

    /// MySQL's own accounts: they own system objects and nobody logs in with them. SYSTEM_USER keeps them from whoever
    /// may only create users.
    private static var reserved: [Account] {
        func account(_ user: String, _ change: (inout Account) -> Void) -> Account {
            var account = Account(name: AuthorizationID(user: user, host: "localhost"))
            account.isLocked = true
            // A digest that no password has: these accounts cannot log in even when unlocked.
            account.authenticationString = Array("$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED".utf8)
            for name in ["AUDIT_ABORT_EXEMPT", "FIREWALL_EXEMPT", "SYSTEM_USER"] {
                account.dynamicPrivileges[name] = false
            }
            change(&account)
            return account
        }
        return [
            account("mysql.infoschema") { $0.privileges = .select },
            account("mysql.session") { account in
                account.privileges = [.shutdown, .super]
                for name in [
                    "AUTHENTICATION_POLICY_ADMIN", "BACKUP_ADMIN", "CLONE_ADMIN", "CONNECTION_ADMIN",
                    "PERSIST_RO_VARIABLES_ADMIN", "SESSION_VARIABLES_ADMIN", "SYSTEM_VARIABLES_ADMIN",
                ] {
                    account.dynamicPrivileges[name] = false
                }
                account.databaseGrants["performance_schema"] = .select
                account.tableGrants[.init(schema: "mysql", table: "user")] = .init(privileges: .select)
            },
            account("mysql.sys") { account in
                account.databaseGrants["sys"] = .trigger
                account.tableGrants[.init(schema: "sys", table: "sys_config")] = .init(privileges: .select)
            },
        ]
    }

    public subscript(name: AuthorizationID) -> Account? {
        get { accounts[name] }
        set { accounts[name] = newValue }
    }

    /// The account that a client is, by the user name it gave and the names and addresses it comes from: the most
    /// specific host first, a named user before the anonymous one (manual, "Access Control, Stage 1").
    public func account(user: String, from hosts: [String]) -> Account? {
        accounts.values
            .filter { $0.name.user == user || $0.name.user.isEmpty }
            .map { (HostPattern($0.name.host), $0) }
            .filter { $0.0.matches(hosts) }
            .max { left, right in
                (left.0, left.1.name.user.isEmpty ? 0 : 1, left.1.name)
                    < (right.0, right.1.name.user.isEmpty ? 0 : 1, right.1.name)
            }?.1
    }

    // MARK: - What an account may do

    /// The account and every role that is active through `roles`, transitively.
    public func grantees(_ name: AuthorizationID, activeRoles roles: [AuthorizationID]) -> [Account] {
        var seen: Set<AuthorizationID> = [name]
        var result: [Account] = []
        if let own = accounts[name] { result.append(own) }
        var waiting = roles
        while let role = waiting.popLast() {
            guard seen.insert(role).inserted, let account = accounts[role] else { continue }
            result.append(account)
            waiting.append(contentsOf: account.roles.keys)
        }
        return result
    }
}

/// What one session's account, with its active roles, may do. Recomputed when the catalog's version changes.
public struct EffectivePrivileges: Sendable {
    public let account: AuthorizationID
    package let activeRoles: [AuthorizationID]
    private let grantees: [Account]
    public let global: Privileges
    private let dynamic: Set<String>
    private let hasRestrictions: Bool

    public init(catalog: AccountCatalog, account: AuthorizationID, activeRoles: [AuthorizationID]) {
        self.account = account
        self.activeRoles = activeRoles
        grantees = catalog.grantees(account, activeRoles: activeRoles)
        global = grantees.reduce(into: []) { $0.formUnion($1.privileges) }
        dynamic = grantees.reduce(into: []) { $0.formUnion($1.dynamicPrivileges.keys) }
        hasRestrictions = grantees.contains { !$0.restrictions.isEmpty }
    }

    /// Whether a dynamic privilege is held, or SUPER stands in for it.
    public func hasDynamic(_ name: String) -> Bool {
        dynamic.contains(name) || (global.contains(.super) && Privileges.superStandsInFor.contains(name))
    }

    /// Whether a dynamic privilege itself is held.
    package func holds(_ name: String) -> Bool {
        dynamic.contains(name)
    }

    /// Whether a dynamic privilege is held by its own name.
    package func holds(dynamic name: String) -> Bool { dynamic.contains(name) }

    /// Whether a dynamic privilege is held WITH GRANT OPTION.
    package func mayGrant(dynamic name: String) -> Bool {
        grantees.contains { $0.dynamicPrivileges[name] == true }
    }

    /// What is partially revoked of the global privileges, by database: only where every grantee that has a privilege
    /// lacks it there.
    package var restrictions: [String: Privileges] { hasRestrictions ? Self.restrictions(of: grantees) : [:] }

    package static func restrictions(of grantees: [Account]) -> [String: Privileges] {
        let global = grantees.reduce(into: Privileges()) { $0.formUnion($1.privileges) }
        var result: [String: Privileges] = [:]
        for schema in Set(grantees.flatMap(\.restrictions.keys)) {
            let held = grantees.reduce(into: Privileges()) {
                $0.formUnion($1.privileges.subtracting($1.restrictions[schema] ?? []))
            }
            let missing = global.subtracting(held)
            if !missing.isEmpty { result[schema] = missing }
        }
        return result
    }

    /// Whether a role is held WITH ADMIN OPTION.
    package func mayAdminister(_ role: AuthorizationID) -> Bool {
        grantees.contains { $0.roles[role] == true }
    }

    /// Whether the account may let others be a proxy for `account`: for itself, and what was granted WITH GRANT OPTION.
    package func mayGrantProxy(on account: AuthorizationID) -> Bool {
        if account == self.account { return true }
        let everyone = AuthorizationID(user: "", host: "")
        return grantees.contains { $0.proxied[account] == true || $0.proxied[everyone] == true }
    }

    /// Privileges on the whole of a database.
    public func privileges(onDatabase schema: String) -> Privileges {
        // Partial revokes take from the global privileges of the account that has them.
        var result =
            hasRestrictions
            ? grantees.reduce(into: []) { $0.formUnion($1.privileges.subtracting($1.restrictions[schema] ?? [])) } : global
        let name = Array(schema.utf8)
        for grantee in grantees {
            for (pattern, privileges) in grantee.databaseGrants
            where pattern == schema || WildcardPattern.matches(name, Array(pattern.utf8)) {
                result.formUnion(privileges)
            }
        }
        return result
    }

    /// Privileges on the whole of a table.
    public func privileges(onTable table: String, in schema: String) -> Privileges {
        var result = privileges(onDatabase: schema)
        for grantee in grantees {
            if let grant = grantee.tableGrants[.init(schema: schema, table: table)] {
                result.formUnion(grant.privileges)
            }
        }
        return result
    }

    /// Privileges on one column, those on its table included.
    public func privileges(onColumn column: String, of table: String, in schema: String) -> Privileges {
        var result = privileges(onTable: table, in: schema)
        for grantee in grantees {
            if let grant = grantee.tableGrants[.init(schema: schema, table: table)] {
                for (name, privileges) in grant.columns where name.lowercasedASCII == column.lowercasedASCII {
                    result.formUnion(privileges)
                }
            }
        }
        return result
    }

    /// Privileges on the whole of a table or on any of its columns.
    package func privilegesOnAnyPart(ofTable table: String, in schema: String) -> Privileges {
        var result = privileges(onTable: table, in: schema)
        for grantee in grantees {
            guard let grant = grantee.tableGrants[.init(schema: schema, table: table)] else { continue }
            for privileges in grant.columns.values { result.formUnion(privileges) }
        }
        return result
    }

    /// Whether the table is visible: a privilege that tables can have is held on it, or anything is granted on it or on one
    /// of its columns.
    public func hasAnyPrivilege(onTable table: String, in schema: String) -> Bool {
        hasTablePrivilege(onTable: table, in: schema) || hasGrant(onTable: table, in: schema)
    }

    /// Whether a privilege that tables can have is held on the whole of the table.
    package func hasTablePrivilege(onTable table: String, in schema: String) -> Bool {
        !privileges(onTable: table, in: schema).isDisjoint(with: .allTable)
    }

    /// Whether anything is granted on the very column.
    package func hasGrant(onColumn column: String, of table: String, in schema: String) -> Bool {
        grantees.contains { grantee in
            grantee.tableGrants[.init(schema: schema, table: table)]?.columns.contains {
                $0.key.lowercasedASCII == column.lowercasedASCII && !$0.value.isEmpty
            } ?? false
        }
    }

    /// Whether anything is granted on the very table or on one of its columns.
    package func hasGrant(onTable table: String, in schema: String) -> Bool {
        grantees.contains { !($0.tableGrants[.init(schema: schema, table: table)]?.isEmpty ?? true) }
    }

    /// Whether the database is listed.
    public func canSee(database schema: String) -> Bool {
        global.contains(.showDatabases) || hasAccess(toDatabase: schema)
    }

    /// Whether the database may be used: a privilege that databases can have is held on it, or something is granted in it.
    public func hasAccess(toDatabase schema: String) -> Bool {
        if !privileges(onDatabase: schema).isDisjoint(with: .allDatabase) { return true }
        return grantees.contains { grantee in grantee.tableGrants.keys.contains { $0.schema == schema } }
    }
}

/// MySQL's `%` and `_` patterns over bytes, with `\` as escape, ASCII letters compared without case.
package enum WildcardPattern {
    package static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        var textIndex = 0
        var patternIndex = 0
        var resumePattern = -1
        var resumeText = 0
        while textIndex < text.count {
            if patternIndex < pattern.count {
                let symbol = pattern[patternIndex]
                if symbol == UInt8(ascii: "%") {
                    resumePattern = patternIndex + 1
                    resumeText = textIndex
                    patternIndex += 1
                    continue
                }
                if symbol == UInt8(ascii: "\\") && patternIndex + 1 < pattern.count {
                    if folded(pattern[patternIndex + 1]) == folded(text[textIndex]) {
                        patternIndex += 2
                        textIndex += 1
                        continue
                    }
                } else if symbol == UInt8(ascii: "_") || folded(symbol) == folded(text[textIndex]) {
                    patternIndex += 1
                    textIndex += 1
                    continue
                }
            }
            guard resumePattern >= 0 else { return false }
            resumeText += 1
            textIndex = resumeText
            patternIndex = resumePattern
        }
        while patternIndex < pattern.count && pattern[patternIndex] == UInt8(ascii: "%") { patternIndex += 1 }
        return patternIndex == pattern.count
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
    }
}
