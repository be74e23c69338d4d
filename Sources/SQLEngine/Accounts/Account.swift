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

        var isEmpty: Bool { privileges.isEmpty && columns.isEmpty }
    }

    /// A table, by database and name.
    public struct TableKey: Hashable, Comparable, Sendable {
        public var schema: String
        public var table: String

        public static func < (left: TableKey, right: TableKey) -> Bool {
            (left.schema, left.table) < (right.schema, right.table)
        }
    }

    public enum TLSRequirement: String, Sendable {
        case none = "NONE"
        case ssl = "SSL"
        case x509 = "X509"
    }

    public var name: AuthorizationID
    /// The authentication plugin: `caching_sha2_password` or `mysql_native_password`.
    public var plugin = "caching_sha2_password"
    /// What the plugin stores: empty for an account without a password.
    public var authenticationString: [UInt8] = []
    public var isLocked = false
    public var isPasswordExpired = false
    /// When the password was set, in seconds since 1970; zero when that is not known, and then it does not age.
    public var passwordChanged: UInt64 = 0
    /// Days; nil means the server's default, 0 never.
    public var passwordLifetime: UInt32?
    public var tlsRequirement = TLSRequirement.none
    public var maximumUserConnections: UInt32 = 0
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

    public init(name: AuthorizationID) {
        self.name = name
    }

    /// Whether the session may only set a new password: it was expired, or it is older than the account's lifetime (or the
    /// server's `default_password_lifetime`; 0: never), in days.
    func mustChangePassword(now seconds: UInt64, defaultLifetime: UInt32) -> Bool {
        if isPasswordExpired { return true }
        let lifetime = UInt64(passwordLifetime ?? defaultLifetime)
        guard lifetime > 0, passwordChanged > 0 else { return false }
        return seconds >= passwordChanged + lifetime * 86_400
    }

    /// Whether nothing at all is granted (but roles).
    var hasNoPrivileges: Bool {
        privileges.isEmpty && dynamicPrivileges.isEmpty && databaseGrants.isEmpty && tableGrants.isEmpty
    }

    mutating func revokeEverything() {
        privileges = []
        dynamicPrivileges = [:]
        databaseGrants = [:]
        tableGrants = [:]
        roles = [:]
        defaultRoles = []
    }
}
