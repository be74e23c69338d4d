import Accounts
import BinaryLog
import MySQLProtocol
import Network
import Platform
import SQLEngine

/// The server behind the front end: accounts, sessions, the binary log.
///
/// Safe: `frontEnd` is set once, before the first connection is accepted; the rest is immutable.
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
        settings.maxUserConnections = Int(clamping: variables.number("max_user_connections"))
        settings.connectTimeout = .seconds(Int64(clamping: variables.number("connect_timeout")))
        settings.netReadTimeout = .seconds(Int64(clamping: variables.number("net_read_timeout")))
        settings.netWriteTimeout = .seconds(Int64(clamping: variables.number("net_write_timeout")))
        settings.compression = Set(
            variables.text("protocol_compression_algorithms").lowercased().split(separator: ",").map { $0.filter { $0 != " " } })
        settings.requireSecureTransport = variables.isOn("require_secure_transport")
        settings.isOffline = variables.isOn("offline_mode")
        let policy = variables.text("authentication_policy")
        settings.defaultPlugin = AuthenticationPlugin(rawValue: AccountRules.defaultPlugin(policy)) ?? .cachingSHA2
        return settings
    }

    func login(user: String, hosts: [String]) -> LoginAccount? {
        let catalog = context.accounts(of: context.database.dictionary)
        guard let account = catalog.account(user: user, from: hosts) else { return nil }
        let plugin = AuthenticationPlugin(rawValue: account.plugin) ?? .cachingSHA2
        var login = LoginAccount(
            user: account.name.user, host: account.name.host,
            credentials: .init(
                plugin: plugin, authenticationString: account.authenticationString,
                secondaryAuthenticationString: account.secondaryAuthenticationString))
        login.isLocked = account.isLocked
        login.maxUserConnections = account.limits.userConnections
        switch account.tlsRequirement {
        case .none: login.tlsRequirement = .none
        case .ssl: login.tlsRequirement = .any
        case .x509: login.tlsRequirement = .certificate
        case .specified(let subject, let issuer, let cipher):
            login.tlsRequirement = .specified(subject: subject, issuer: issuer, cipher: cipher)
        }
        let effective = EffectivePrivileges(catalog: catalog, account: account.name, activeRoles: account.defaultRoles)
        login.isConnectionAdministrator =
            effective.hasDynamic("CONNECTION_ADMIN") || effective.global.contains(.super)
        login.mayUseAdministration = effective.hasDynamic("SERVICE_CONNECTION_ADMIN")
        if let proxied = AccountRules.proxied(by: account, plugin, variables.isOn) {
            login.proxied = (proxied.user, proxied.host)
            login.lacksProxied = catalog[proxied] == nil
        }
        return login
    }

    func isBlocked(_ host: String) -> Bool {
        context.hostErrors.isBlocked(host, maximum: variables.number("max_connect_errors"))
    }

    func recordConnection(from host: String, succeeded: Bool) {
        if succeeded { context.hostErrors.forgive(host) } else { context.hostErrors.add(host) }
    }

    func delay(_ login: LoginAccount?, user: String, host: String, succeeded: Bool) -> Duration {
        context.delay(
            account: login.map { AuthorizationID(user: $0.user, host: $0.host) }, user: user, host: host, succeeded: succeeded)
    }

    func record(_ login: LoginAccount, host: String, isRightPassword: Bool) -> SQLError? {
        let id = AuthorizationID(user: login.user, host: login.host)
        guard let account = context.accounts(of: context.database.dictionary)[id],
            let block = context.failedLogins.record(
                account, succeeded: isRightPassword, now: UInt64(clamping: WallClock.microseconds() / 1_000_000))
        else { return nil }
        return SQLError(
            .userAccessDeniedForUserAccountBlockedByPasswordLock, login.user, host, block.days, block.remaining,
            block.attempts)
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
