import MySQLProtocol
import Network
import Platform

/// What the front end needs of the server behind it: the real one over SQLEngine, or a small one in tests.
public protocol FrontEndBackend: AnyObject, Sendable {
    /// The present values of the variables that concern connections. Called for each new connection.
    var settings: FrontEndSettings { get }

    /// The account that a client is which comes from one of `hosts` (its name and its address); nil for nobody.
    func login(user: String, hosts: [String]) -> LoginAccount?

    /// Opens a session for a client that proved who it is. The caller's thread owns it; `disconnect` may be called on any
    /// thread and ends the connection.
    func makeSession(
        _ client: ClientIdentity, disconnect: @escaping @Sendable () -> Void
    ) throws(SQLError) -> any FrontEndSession

    /// The one line that COM_STATISTICS answers.
    func statistics() -> String

    /// Sends binlog events until the client or the server ends it. Throws what the client shall hear.
    func dumpBinlog(
        _ request: BinlogDumpRequest, for session: any FrontEndSession, to stream: BinlogStream
    ) throws(SQLError)
}

/// The variables that concern connections, as they are now.
public struct FrontEndSettings: Sendable {
    public var serverVersion = MySQLVersion.server
    public var maxConnections = 151
    public var connectTimeout = Duration.seconds(10)
    public var netReadTimeout = Duration.seconds(30)
    public var netWriteTimeout = Duration.seconds(60)
    public var requireSecureTransport = false
    public var isOffline = false
    public var defaultPlugin = AuthenticationPlugin.cachingSHA2
    /// The low byte of `collation_server`'s number.
    public var collation: UInt8 = 255

    public init() {}
}

/// What logging in needs to know of an account.
public struct LoginAccount: Sendable {
    /// What an account demands of the connection.
    public enum TLSRequirement: Sendable {
        case none, any, certificate
    }

    /// The account's own user and host, e.g. `root` and `%`.
    public var user: String
    public var host: String
    public var credentials: ServerAuthentication.Credentials
    public var isLocked = false
    public var tlsRequirement = TLSRequirement.none
    /// 0: no limit of its own.
    public var maxUserConnections: UInt32 = 0
    /// CONNECTION_ADMIN or SUPER: one connection above the limit, and in offline mode.
    public var isConnectionAdministrator = false

    public init(user: String, host: String, credentials: ServerAuthentication.Credentials) {
        self.user = user
        self.host = host
        self.credentials = credentials
    }
}

/// A client that logged in.
public struct ClientIdentity: Sendable {
    public var connectionID: UInt32
    public var account: LoginAccount
    /// The name that the client gave, and where it comes from as accounts see it.
    public var user: String
    public var host: String
    public var address: SocketAddress
    public var capabilities: Capabilities
    /// The collation that the client wants to speak in.
    public var collation: UInt16
    public var attributes: [(name: String, value: String)]
    public var tls: TLSInfo?
}

/// Limits of one session, which SET may change at any time.
public struct SessionLimits: Equatable, Sendable {
    public var waitTimeout = Duration.seconds(28_800)
    public var netReadTimeout = Duration.seconds(30)
    public var netWriteTimeout = Duration.seconds(60)
    public var maxAllowedPacket = 64 << 20

    public init() {}
}

/// One client's session in the engine. Owned by the connection's thread, which alone calls it.
public protocol FrontEndSession: AnyObject {
    var status: ServerStatus { get }
    var limits: SessionLimits { get }
    /// Set when the connection shall end after the present answer (SHUTDOWN, RELEASE).
    var wantsToDisconnect: Bool { get }
    /// Set by KILL CONNECTION on any thread.
    var isKilled: Bool { get }

    // Each of these four answers into the writer, errors too.
    func execute(_ text: [UInt8], attributes: [QueryAttribute], into writer: ResultWriter)
    func prepare(_ text: [UInt8], into writer: ResultWriter)
    func executePrepared(
        _ statementID: UInt32, parameters: [ParameterValue], attributes: [QueryAttribute], into writer: ResultWriter)
    func listFields(table: String, wildcard: String, into writer: ResultWriter)

    /// How many parameters a prepared statement has; nil when there is no such statement.
    func parameterCount(of statementID: UInt32) -> Int?
    func closePrepared(_ statementID: UInt32)
    func use(_ schema: String) throws(SQLError)
    /// Whether nothing but a new password may be set: see ``CommandCode/isAllowedWithExpiredPassword``.
    var mustChangePassword: Bool { get }
    /// COM_DEBUG: error 1227.
    func checkMayDebug() throws(SQLError)
    func setMultiStatements(_ isAllowed: Bool)
    func reset()
    func change(to client: ClientIdentity) throws(SQLError)
    func registerReplica(_ request: RegisterReplicaRequest) throws(SQLError)
    func close()
}
