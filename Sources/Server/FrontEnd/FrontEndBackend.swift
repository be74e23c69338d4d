import Accounts
import MySQLConnection
import MySQLProtocol
import Network
import Platform

/// What the front end needs of the server behind it: the real one over SQLEngine, or a small one in tests.
public protocol FrontEndBackend: AnyObject, Sendable {
    /// The present values of the variables that concern connections. Called for each new connection.
    var settings: FrontEndSettings { get }

    /// The account that a client is which comes from one of `hosts` (its name and its address); nil for nobody.
    func login(user: String, hosts: [String]) -> LoginAccount?

    /// Counts a login with the right password or a wrong one: error 3955 when the account is blocked for failed ones.
    func record(_ account: LoginAccount, host: String, isRightPassword: Bool) -> SQLError?

    /// Whether connections from an address are refused: error 1129.
    func isBlocked(_ host: String) -> Bool
    /// A connection of the address ended before it said who it is, or a login succeeded.
    func recordConnection(from host: String, succeeded: Bool)

    /// How long the answer to a login waits; `account` is nil for a user that does not exist.
    func delay(_ account: LoginAccount?, user: String, host: String, succeeded: Bool) -> Duration

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

extension FrontEndBackend {
    public func record(_ account: LoginAccount, host: String, isRightPassword: Bool) -> SQLError? { nil }
    public func isBlocked(_ host: String) -> Bool { false }
    public func recordConnection(from host: String, succeeded: Bool) {}
    public func delay(_ account: LoginAccount?, user: String, host: String, succeeded: Bool) -> Duration { .zero }
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
    /// `max_user_connections`; 0: no limit.
    public var maxUserConnections = 0
    public var defaultPlugin = AuthenticationPlugin.cachingSHA2
    /// `protocol_compression_algorithms`: of `zlib`, `zstd`, `uncompressed`.
    public var compression: Set<String> = ["zlib", "zstd", "uncompressed"]
    /// The low byte of `collation_server`'s number.
    public var collation: UInt8 = 255

    public init() {}
}

/// What logging in needs to know of an account.
public struct LoginAccount: Sendable {
    /// What an account demands of the connection.
    public enum TLSRequirement: Equatable, Sendable {
        case none, any, certificate
        /// Empty texts demand nothing.
        case specified(subject: String, issuer: String, cipher: String)

        /// Whether a connection is what is demanded. A certificate that is there was verified in the handshake.
        func isSatisfied(by tls: TLSInfo?) -> Bool {
            switch self {
            case .none: return true
            case .any: return tls != nil
            case .certificate: return tls?.peerSubject != nil
            case .specified(let subject, let issuer, let cipher):
                guard let tls, cipher.isEmpty || cipher == tls.cipher else { return false }
                return (subject.isEmpty || subject == tls.peerSubject) && (issuer.isEmpty || issuer == tls.peerIssuer)
            }
        }
    }

    /// The account's own user and host, e.g. `root` and `%`.
    public var user: String
    public var host: String
    public var credentials: ServerAuthentication.Credentials
    public var isLocked = false
    /// The account that this one stands for, by GRANT PROXY.
    public var proxied: (user: String, host: String)?
    /// It stands for an account that does not exist.
    public var lacksProxied = false
    public var tlsRequirement = TLSRequirement.none
    /// 0: no limit of its own.
    public var maxUserConnections: UInt32 = 0
    /// CONNECTION_ADMIN or SUPER: one connection above the limit, and in offline mode.
    public var isConnectionAdministrator = false
    /// SERVICE_CONNECTION_ADMIN: may come by the admin interface.
    public var mayUseAdministration = false

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
    public var compression: CompressionAlgorithm?
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
public protocol FrontEndSession: AnsweringSession {
    /// Warnings and errors of the last statement, and of the commands after it.
    var warningCount: UInt16 { get }
    /// A command other than COM_QUERY failed.
    func commandFailed(_ error: SQLError)
    /// A command about a prepared statement begins: warnings and errors before it are forgotten.
    func forgetDiagnostics()
    /// The present database.
    var schema: String? { get }
    var limits: SessionLimits { get }
    /// Set when the connection shall end after the present answer (SHUTDOWN, RELEASE).
    var wantsToDisconnect: Bool { get }
    /// Set by KILL CONNECTION on any thread.
    var isKilled: Bool { get }
    /// Ends what the session does, as KILL CONNECTION: may be called on any thread, also when the session has ended.
    var killer: @Sendable () -> Void { get }

    /// `init_connect`, after the login: what the client hears instead of an answer to its first command when that fails.
    func runInitialStatements() -> SQLError?

    // Each of these five answers into the writer, errors too.
    func execute(_ text: [UInt8], attributes: [QueryAttribute], into writer: ResultWriter)
    func prepare(_ text: [UInt8], into writer: ResultWriter)
    func executePrepared(
        _ statementID: UInt32, parameters: [ParameterValue], attributes: [QueryAttribute], withCursor: Bool,
        into writer: ResultWriter)
    func fetch(_ statementID: UInt32, rows: UInt32, into writer: ResultWriter)
    func listFields(table: String, wildcard: String, into writer: ResultWriter)

    /// How many parameters a prepared statement has; nil when there is no such statement.
    func parameterCount(of statementID: UInt32) -> Int?
    /// Ends the statement's cursor: error 1243 when there is no such statement.
    func resetPrepared(_ statementID: UInt32) throws(SQLError)
    func closePrepared(_ statementID: UInt32)
    func use(_ schema: String) throws(SQLError)
    /// Whether nothing but a new password may be set: see ``CommandCode/isAllowedWithExpiredPassword``.
    var mustChangePassword: Bool { get }
    /// COM_DEBUG: error 1227.
    func checkMayDebug() throws(SQLError)
    /// What the protocol keeps between packets counts as the session's memory; negative gives back. False: too much.
    func charge(_ bytes: Int) -> Bool
    func setMultiStatements(_ isAllowed: Bool)
    func reset()
    func change(to client: ClientIdentity) throws(SQLError)
    func registerReplica(_ request: RegisterReplicaRequest) throws(SQLError)
    func close()
}

extension FrontEndSession {
    public func runInitialStatements() -> SQLError? { nil }
    public var sendsMetadata: Bool { true }
    public func takeStateChanges() -> [SessionStateChange]? { nil }
    public var warningCount: UInt16 { 0 }
    public func commandFailed(_ error: SQLError) {}
    public func forgetDiagnostics() {}
}
