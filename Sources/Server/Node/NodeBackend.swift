import BinaryLog
import MySQLProtocol
import Network
import Platform
import SQLEngine

/// The server behind the front end: accounts, sessions, the binary log.
final class NodeBackend: FrontEndBackend, @unchecked Sendable {
    private let context: ServerContext
    private let variables: GlobalVariables
    private let dump: BinlogDumpSender
    private let started = MonotonicTime.now()
    /// Set once, before the first connection.
    weak var frontEnd: FrontEnd?

    init(context: ServerContext, dump: BinlogDumpSender) {
        self.context = context
        variables = context.globals
        self.dump = dump
    }

    var settings: FrontEndSettings {
        var settings = FrontEndSettings()
        settings.serverVersion = variables.text("version")
        settings.maxConnections = Int(clamping: variables.number("max_connections"))
        settings.connectTimeout = .seconds(Int64(clamping: variables.number("connect_timeout")))
        settings.netReadTimeout = .seconds(Int64(clamping: variables.number("net_read_timeout")))
        settings.netWriteTimeout = .seconds(Int64(clamping: variables.number("net_write_timeout")))
        settings.requireSecureTransport = variables.isOn("require_secure_transport")
        settings.isOffline = variables.isOn("offline_mode")
        return settings
    }

    func login(user: String, hosts: [String]) -> LoginAccount? {
        let catalog = context.accounts(of: context.database.dictionary)
        for host in hosts {
            guard let account = catalog.account(user: user, from: host) else { continue }
            var login = LoginAccount(
                user: account.name.user, host: account.name.host,
                credentials: .init(
                    plugin: AuthenticationPlugin(rawValue: account.plugin) ?? .cachingSHA2,
                    authenticationString: account.authenticationString))
            login.isLocked = account.isLocked
            login.maxUserConnections = account.maximumUserConnections
            switch account.tlsRequirement {
            case .none: login.tlsRequirement = .none
            case .ssl: login.tlsRequirement = .any
            case .x509: login.tlsRequirement = .certificate
            }
            let effective = EffectivePrivileges(catalog: catalog, account: account.name, activeRoles: account.defaultRoles)
            login.isConnectionAdministrator = effective.hasDynamic("CONNECTION_ADMIN")
            return login
        }
        return nil
    }

    func makeSession(
        _ client: ClientIdentity, disconnect: @escaping @Sendable () -> Void
    ) throws(SQLError) -> any FrontEndSession {
        try NodeSession(context, client, disconnect: disconnect)
    }

    func statistics() -> String {
        let uptime = (MonotonicTime.now() - started).components.seconds
        let questions = frontEnd?.counters.questions.load(ordering: .relaxed) ?? 0
        return "Uptime: \(uptime)  Threads: \(context.sessions.all.count)  Questions: \(questions)  Slow queries: 0  "
            + "Opens: 0  Flush tables: 1  Open tables: 0  Queries per second avg: "
            + "\(Double(questions * 1000 / UInt64(max(1, uptime))) / 1000)"
    }

    func dumpBinlog(
        _ request: BinlogDumpRequest, for session: any FrontEndSession, to stream: BinlogStream
    ) throws(SQLError) {
        guard let session = session as? NodeSession else { throw SQLError(.unknownComError) }
        try dump.send(request, for: session.session, to: stream)
    }
}
