/// CHANGE REPLICATION SOURCE TO, CHANGE MASTER TO.
public struct ChangeSourceStatement: Sendable {
    public enum Value: Hashable, Sendable {
        case string([UInt8])
        case number(UInt64)
        /// A fractional number: its text.
        case decimal(String)
        case null
        /// ON, OFF, STREAM, GENERATE, LOCAL, ...; upper case.
        case word(String)
        /// IGNORE_SERVER_IDS = (1, 2).
        case numbers([UInt64])
        /// PRIVILEGE_CHECKS_USER.
        case account(AccountName)
    }

    public struct Option: Sendable {
        /// With the SOURCE spelling whichever was written, e.g. `SOURCE_HOST` for MASTER_HOST.
        public var name: String
        public var value: Value

        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    public var options: [Option]
    public var channel: String?
    /// CHANGE MASTER TO.
    public var isOldSyntax: Bool

    public init(options: [Option], channel: String?, isOldSyntax: Bool) {
        self.options = options
        self.channel = channel
        self.isOldSyntax = isOldSyntax
    }
}

/// START REPLICA, STOP REPLICA.
public struct ReplicaThreadsStatement: Sendable {
    public enum Thread: Hashable, Sendable {
        case receiver, applier
    }

    /// Empty: both.
    public var threads: Set<Thread>
    /// UNTIL ...: option names (SOURCE spelling) and values.
    public var until: [ChangeSourceStatement.Option]
    public var user: [UInt8]?
    public var password: [UInt8]?
    public var defaultAuthentication: [UInt8]?
    public var pluginDirectory: [UInt8]?
    public var channel: String?

    public init() {
        threads = []
        until = []
        user = nil
        password = nil
        defaultAuthentication = nil
        pluginDirectory = nil
        channel = nil
    }
}

/// START GROUP_REPLICATION [USER = ..] [, PASSWORD = ..] [, DEFAULT_AUTH = ..].
public struct StartGroupReplicationStatement: Sendable {
    public var user: [UInt8]?
    public var password: [UInt8]?
    public var defaultAuthentication: [UInt8]?

    public init() {}
}

/// A target of RESET.
public enum ResetTarget: Sendable {
    /// RESET BINARY LOGS AND GTIDS [TO n].
    case binaryLogsAndGTIDs(to: UInt64?)
    case replica(all: Bool, channel: String?)
}

public enum PurgeTarget: Sendable {
    case to([UInt8])
    case before(Expression)
}

public enum CloneStatement: Sendable {
    case local(directory: [UInt8])
    case remote(user: AccountName, port: UInt64, password: [UInt8], directory: [UInt8]?, requiresSSL: Bool?)
}
