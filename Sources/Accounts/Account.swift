import MySQLTypes

/// A user and the host it connects from, as in `'user'@'host'`.
public struct AuthorizationID: Hashable, Comparable, Sendable {
    public var user: String
    /// A host name or address, with the wildcards `%` and `_`; lower case.
    public var host: String

    public init(user: String, host: String) {
        self.user = user
        self.host = host
    }

    /// `'user'@'host'`, as error messages quote it.
    public var quoted: String { "'\(user)'@'\(host)'" }

    /// `` `user`@`host` ``, as SHOW GRANTS prints it.
    public var backquoted: String { "\(Identifier.mysql(user))@\(Identifier.mysql(host))" }

    public static func < (left: AuthorizationID, right: AuthorizationID) -> Bool {
        (left.user, left.host) < (right.user, right.host)
    }
}

/// An account or a role (a role is an account that is created locked and without a password).
public struct Account: Sendable {
    /// Column privileges and table privileges on one table.
    public struct TableGrant: Sendable, Equatable {
        public var privileges: Privileges = []
        public var columns: [String: Privileges] = [:]

        package var isEmpty: Bool { privileges.isEmpty && columns.isEmpty }

        package init(privileges: Privileges = [], columns: [String: Privileges] = [:]) {
            self.privileges = privileges
            self.columns = columns
        }
    }

    /// A table, by database and name.
    public struct TableKey: Hashable, Comparable, Sendable {
        public var schema: String
        public var table: String

        public static func < (left: TableKey, right: TableKey) -> Bool {
            (left.schema, left.table) < (right.schema, right.table)
        }

        package init(schema: String, table: String) {
            self.schema = schema
            self.table = table
        }
    }

    public var name: AuthorizationID
    /// The authentication plugin, one of ``MySQLProtocol/AuthenticationPlugin``.
    public var plugin = "caching_sha2_password"
    /// What the plugin stores: empty for an account without a password.
    public var authenticationString: [UInt8] = []
    /// The password before, which still opens the account (RETAIN CURRENT PASSWORD); empty for none.
    public var secondaryAuthenticationString: [UInt8] = []
    /// Passwords that the rules on reuse look at, the newest first: the present one is among them.
    public var pastPasswords: [PastPassword] = []
    public var isLocked = false
    public var isPasswordExpired = false
    /// When the password was set, in seconds since 1970; zero when that is not known, and then it does not age.
    public var passwordChanged: UInt64 = 0
    public var passwordRules = PasswordRules()
    /// Grows with each statement that forgives failed logins: every member forgets those that it counted before.
    public var forgivenLogins: UInt64 = 0
    public var tlsRequirement = TLSRequirement.none
    public var limits = AccountLimits()
    /// The JSON text of the ATTRIBUTE, with a COMMENT under the key `comment`.
    public var attribute: String?

    public var privileges: Privileges = []
    /// Name -> with grant option.
    public var dynamicPrivileges: [String: Bool] = [:]
    /// Database name, with wildcards -> privileges.
    public var databaseGrants: [String: Privileges] = [:]
    public var tableGrants: [TableKey: TableGrant] = [:]
    /// Role -> with admin option.
    public var roles: [AuthorizationID: Bool] = [:]
    public var defaultRoles: [AuthorizationID] = []
    /// Partial revokes: database -> what of the global privileges does not hold there.
    public var restrictions: [String: Privileges] = [:]
    /// Accounts that this one may be a proxy for -> with grant option.
    public var proxied: [AuthorizationID: Bool] = [:]

    public init(name: AuthorizationID) {
        self.name = name
    }

    /// Whether the session may only set a new password: it was expired, or it is older than the account's lifetime (or the
    /// server's `default_password_lifetime`; 0: never), in days.
    package func mustChangePassword(now seconds: UInt64, defaultLifetime: UInt32) -> Bool {
        if isPasswordExpired { return true }
        let lifetime = UInt64(passwordRules.lifetimeDays ?? defaultLifetime)
        guard lifetime > 0, passwordChanged > 0 else { return false }
        return seconds >= passwordChanged + lifetime * 86_400
    }

    package mutating func revokeEverything() {
        privileges = []
        dynamicPrivileges = [:]
        databaseGrants = [:]
        tableGrants = [:]
        roles = [:]
        defaultRoles = []
        restrictions = [:]
        proxied = [:]
    }
}
