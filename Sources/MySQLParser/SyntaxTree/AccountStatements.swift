/// How an account authenticates: one factor of CREATE USER or ALTER USER.
public struct AuthenticationSyntax: Sendable {
    public enum Secret: Sendable {
        /// No BY or AS.
        case none
        /// BY 'password'.
        case password([UInt8])
        /// BY RANDOM PASSWORD.
        case random
        /// AS 'hash'.
        case hash([UInt8])
    }

    /// IDENTIFIED WITH plugin.
    public var plugin: String?
    public var secret: Secret
    /// REPLACE 'current password'.
    public var currentPassword: [UInt8]?
    /// RETAIN CURRENT PASSWORD.
    public var retainsCurrent: Bool
    /// DISCARD OLD PASSWORD.
    public var discardsOld: Bool

    public init(plugin: String? = nil, secret: Secret = .none) {
        self.plugin = plugin
        self.secret = secret
        currentPassword = nil
        retainsCurrent = false
        discardsOld = false
    }
}

/// One account of CREATE USER or ALTER USER.
public struct UserSyntax: Sendable {
    /// ADD, MODIFY or DROP n FACTOR of ALTER USER.
    public enum FactorChange: Sendable {
        case add(Int, AuthenticationSyntax)
        case modify(Int, AuthenticationSyntax)
        case drop(Int)
        case registration(String)
    }

    public var account: AccountName
    /// nil without an IDENTIFIED clause.
    public var authentication: AuthenticationSyntax?
    /// Second and third factor.
    public var furtherFactors: [AuthenticationSyntax]
    public var factorChanges: [FactorChange]

    public init(account: AccountName) {
        self.account = account
        authentication = nil
        furtherFactors = []
        factorChanges = []
    }
}

/// What follows the accounts of CREATE USER and ALTER USER.
public struct UserOptions: Sendable {
    public enum Requirement: Sendable {
        case none, ssl, x509
        case specified(subject: [UInt8]?, issuer: [UInt8]?, cipher: [UInt8]?)
    }

    public enum Expiry: Hashable, Sendable {
        case now, `default`, never
        case days(UInt64)
    }

    /// A number of days or of passwords; `default` takes the system variable.
    public enum Limit: Hashable, Sendable {
        case `default`
        case count(UInt64)
    }

    public enum RequireCurrent: Hashable, Sendable {
        case always, optional, `default`
    }

    public enum LockTime: Hashable, Sendable {
        case unbounded
        case days(UInt64)
    }

    public var requirement: Requirement?
    public var maxQueriesPerHour: UInt64?
    public var maxUpdatesPerHour: UInt64?
    public var maxConnectionsPerHour: UInt64?
    public var maxUserConnections: UInt64?
    public var passwordExpiry: Expiry?
    public var passwordHistory: Limit?
    public var passwordReuseInterval: Limit?
    public var passwordRequireCurrent: RequireCurrent?
    public var failedLoginAttempts: UInt64?
    public var passwordLockTime: LockTime?
    public var isLocked: Bool?
    public var comment: [UInt8]?
    public var attribute: [UInt8]?

    public init() {}
}

public struct CreateUserStatement: Sendable {
    public var ifNotExists: Bool
    public var users: [UserSyntax]
    public var defaultRoles: [AccountName]
    public var options: UserOptions

    public init(ifNotExists: Bool, users: [UserSyntax]) {
        self.ifNotExists = ifNotExists
        self.users = users
        defaultRoles = []
        options = UserOptions()
    }
}

public struct AlterUserStatement: Sendable {
    public var ifExists: Bool
    public var users: [UserSyntax]
    /// ALTER USER account DEFAULT ROLE ...
    public var defaultRole: RoleChoice?
    public var options: UserOptions

    public init(ifExists: Bool, users: [UserSyntax]) {
        self.ifExists = ifExists
        self.users = users
        defaultRole = nil
        options = UserOptions()
    }
}

public struct AccountRename: Sendable {
    public var from: AccountName
    public var to: AccountName

    public init(from: AccountName, to: AccountName) {
        self.from = from
        self.to = to
    }
}

/// One privilege, maybe for some columns only.
public struct PrivilegeSyntax: Hashable, Sendable {
    /// Upper case, e.g. `SELECT`, `CREATE TEMPORARY TABLES`, or a dynamic privilege's name.
    public var name: String
    public var columns: [String]
    /// Not one of the static privileges' keywords: a dynamic privilege or a role.
    public var isDynamic: Bool

    public init(name: String, columns: [String] = [], isDynamic: Bool = false) {
        self.name = name
        self.columns = columns
        self.isDynamic = isDynamic
    }
}

/// What a privilege is granted on.
public enum PrivilegeLevel: Hashable, Sendable {
    public enum ObjectType: Hashable, Sendable {
        case table, function, procedure
    }

    /// `*.*`.
    case global
    /// `*`: the current schema (global if there is none).
    case currentSchema
    /// `schema.*`.
    case schema(String)
    case object(ObjectType, ObjectName)
}

public enum GrantedPrivileges: Hashable, Sendable {
    /// ALL [PRIVILEGES].
    case all
    case list([PrivilegeSyntax])
}

public struct GrantStatement: Sendable {
    public var privileges: GrantedPrivileges
    public var level: PrivilegeLevel
    public var grantees: [AccountName]
    public var withGrantOption: Bool
    /// AS account [WITH ROLE ...].
    public var asAccount: AccountName?
    public var withRole: RoleChoice?

    public init(privileges: GrantedPrivileges, level: PrivilegeLevel, grantees: [AccountName]) {
        self.privileges = privileges
        self.level = level
        self.grantees = grantees
        withGrantOption = false
        asAccount = nil
        withRole = nil
    }
}

public struct RevokeStatement: Sendable {
    public enum What: Sendable {
        case privileges(GrantedPrivileges, PrivilegeLevel)
        /// ALL PRIVILEGES, GRANT OPTION.
        case everything
        case roles([AccountName])
        case proxy(on: AccountName)
    }

    public var what: What
    public var accounts: [AccountName]
    public var ifExists: Bool
    public var ignoresUnknownUser: Bool

    public init(what: What, accounts: [AccountName], ifExists: Bool, ignoresUnknownUser: Bool) {
        self.what = what
        self.accounts = accounts
        self.ifExists = ifExists
        self.ignoresUnknownUser = ignoresUnknownUser
    }
}
