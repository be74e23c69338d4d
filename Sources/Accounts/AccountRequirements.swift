/// REQUIRE: what an account demands of its connections' encryption.
public enum TLSRequirement: Sendable, Equatable {
    case none
    case ssl
    case x509
    /// A certificate with this subject and issuer, and this cipher; empty texts demand nothing.
    case specified(subject: String, issuer: String, cipher: String)
}

/// WITH MAX_...: how much an account may use on each server; 0 is no limit of its own.
public struct AccountLimits: Sendable, Equatable {
    public var queriesPerHour: UInt32 = 0
    public var updatesPerHour: UInt32 = 0
    public var connectionsPerHour: UInt32 = 0
    public var userConnections: UInt32 = 0

    /// Whether statements are counted.
    public var limitsStatements: Bool { queriesPerHour > 0 || updatesPerHour > 0 }

    package init(
        queriesPerHour: UInt32 = 0, updatesPerHour: UInt32 = 0, connectionsPerHour: UInt32 = 0,
        userConnections: UInt32 = 0
    ) {
        self.queriesPerHour = queriesPerHour
        self.updatesPerHour = updatesPerHour
        self.connectionsPerHour = connectionsPerHour
        self.userConnections = userConnections
    }
}

/// What an account demands of its passwords; nil takes the server's default.
public struct PasswordRules: Sendable, Equatable {
    /// PASSWORD EXPIRE INTERVAL; 0 is NEVER.
    public var lifetimeDays: UInt32?
    /// PASSWORD HISTORY: so many newest passwords may not be taken again.
    public var history: UInt32?
    /// PASSWORD REUSE INTERVAL.
    public var reuseIntervalDays: UInt32?
    /// PASSWORD REQUIRE CURRENT.
    public var requiresCurrent: Bool?
    public var failedLoginAttempts: UInt32 = 0
    /// PASSWORD_LOCK_TIME.
    public var lockTime = LockTime.days(0)

    public enum LockTime: Sendable, Equatable {
        case days(UInt32)
        case unbounded
    }

    /// Whether failed logins are counted: both FAILED_LOGIN_ATTEMPTS and PASSWORD_LOCK_TIME are given.
    public var locksAfterFailures: Bool { failedLoginAttempts > 0 && lockTime != .days(0) }

    package init(
        lifetimeDays: UInt32? = nil, history: UInt32? = nil, reuseIntervalDays: UInt32? = nil,
        requiresCurrent: Bool? = nil, failedLoginAttempts: UInt32 = 0, lockTime: LockTime = LockTime.days(0)
    ) {
        self.lifetimeDays = lifetimeDays
        self.history = history
        self.reuseIntervalDays = reuseIntervalDays
        self.requiresCurrent = requiresCurrent
        self.failedLoginAttempts = failedLoginAttempts
        self.lockTime = lockTime
    }
}

/// A password that an account had, as its plugin stored it.
public struct PastPassword: Sendable, Equatable {
    public var plugin: String
    public var authenticationString: [UInt8]
    /// Microseconds since 1970.
    public var changed: UInt64

    package init(plugin: String, authenticationString: [UInt8], changed: UInt64) {
        self.plugin = plugin
        self.authenticationString = authenticationString
        self.changed = changed
    }
}

/// The origin's settings that an account statement depends on: they travel with it, so that all members do the same.
public struct AccountStatementSettings: Sendable, Equatable {
    /// `partial_revokes`
    public var partialRevokes = false
    /// `password_history`, `password_reuse_interval`
    public var passwordHistory: UInt32 = 0
    public var passwordReuseIntervalDays: UInt32 = 0
    /// `mandatory_roles`
    public var mandatoryRoles: [AuthorizationID] = []

    public init() {}
}
