import Cryptography
import MySQLConnection
import MySQLProtocol
import Network
import Platform

/// One client's connection from the greeting to the end. Lives on its own thread, which alone touches it.
final class ConnectionThread {
    let frontEnd: FrontEnd
    let channel: PacketChannel
    let connection: ClientConnection
    var connectionID: UInt32 { connection.id }
    /// It counts among those that `max_connections` bounds.
    private var isCounted = false
    /// The client speaks an older protocol than 4.1: it hears of errors without SQLSTATE.
    private var isOldClient = false
    /// The account that this connection counts for.
    private var countedAccount: LoginAccount?

    /// How a client's login ends before there is a session.
    private enum LoginFailure: Error {
        /// It is gone, or speaks another language: nothing to answer.
        case silent(String)
        /// It hears why.
        case answered(SQLError)
    }

    init(frontEnd: FrontEnd, connection: ClientConnection) {
        self.frontEnd = frontEnd
        self.connection = connection
        channel = PacketChannel(socket: connection.socket)
    }

    private var socket: Socket { channel.socket }
    private var counters: FrontEndCounters { frontEnd.counters }

    func run() {
        defer {
            if isCounted { counters.loggedIn.wrappingSubtract(1, ordering: .relaxed) }
            counters.bytesReceived.wrappingAdd(socket.bytesReceived, ordering: .relaxed)
            counters.bytesSent.wrappingAdd(channel.packets.bytesSent, ordering: .relaxed)
            socket.close()
        }
        let settings = frontEnd.backend.settings
        let client: ClientIdentity
        let schema: String?
        do throws(LoginFailure) {
            (client, schema) = try login(settings)
        } catch {
            counters.abortedConnects.wrappingAdd(1, ordering: .relaxed)
            switch error {
            case .silent(let reason):
                if isRemote { frontEnd.backend.recordConnection(from: socket.peer.host, succeeded: false) }
                ErrorLog.shared.log(
                    .note, code: 10_914, "Aborted connection \(connectionID) (\(socket.peer)) before login: \(reason)")
            case .answered(let error):
                answer(error)
            }
            return
        }
        if isRemote { frontEnd.backend.recordConnection(from: socket.peer.host, succeeded: true) }
        defer { if let countedAccount { frontEnd.leave(countedAccount) } }
        if let error = count(client.account, settings) { return answer(error) }
        serve(client, schema, settings)
    }

    private func answer(_ error: SQLError) {
        try? channel.send(ErrorPacket.encode(error, capabilities: isOldClient ? [] : .protocol41))
    }

    /// Counts this connection for `account`, and no longer for the one before; the error when that has too many already.
    private func count(_ account: LoginAccount, _ settings: FrontEndSettings) -> SQLError? {
        if let error = frontEnd.enter(account, serverLimit: settings.maxUserConnections) { return error }
        if let countedAccount { frontEnd.leave(countedAccount) }
        countedAccount = account
        return nil
    }

    // MARK: Login

    /// Who the client may be for accounts: loopback addresses are `localhost`. Names are not looked up
    /// (skip_name_resolve): a slow name server would hold up every login.
    private var hosts: [String] {
        let host = socket.peer.host
        return host == "127.0.0.1" || host == "::1" ? ["localhost", host] : [host]
    }

    /// Addresses of this machine are never blocked.
    private var isRemote: Bool { !socket.peer.isUnix && hosts.count == 1 }

    private func login(
        _ settings: FrontEndSettings
    ) throws(LoginFailure) -> (client: ClientIdentity, schema: String?) {
        if isRemote, frontEnd.backend.isBlocked(socket.peer.host) {
            throw .answered(SQLError(.hostIsBlocked, socket.peer.host))
        }
        socket.setReadDeadline(.now() + settings.connectTimeout)
        socket.setWriteTimeout(settings.netWriteTimeout)
        channel.readTimeout = settings.netReadTimeout
        let challenge = SecureRandom.printableSalt(HandshakeGreeting.challengeByteCount)
        var offered = Capabilities.server
        let keys = frontEnd.tlsKeys(isAdministrative: connection.isAdministrative)
        if keys.offersTLS { offered.insert(.tls) }
        if settings.compression.contains("zlib") { offered.insert(.compress) }
        if settings.compression.contains("zstd") { offered.insert(.zstdCompression) }
        let greeting = HandshakeGreeting(
            serverVersion: settings.serverVersion, connectionID: connectionID, challenge: challenge,
            capabilities: offered, collation: settings.collation, plugin: settings.defaultPlugin.name)
        try send(greeting.encode())
        var payload = try read()
        if HandshakeResponse.isTLSRequest(payload) {
            guard let tls = keys.tlsContext() else { throw .answered(SQLError(.handshakeError)) }
            do throws(NetworkError) {
                try socket.acceptTLS(tls)
            } catch {
                throw .silent("\(error)")
            }
            payload = try read()
        }
        socket.startBuffering()
        let response: HandshakeResponse
        isOldClient = !HandshakeResponse.speaksProtocol41(payload)
        do throws(SQLError) {
            response = try HandshakeResponse.decode(payload, offered: offered)
        } catch {
            throw .answered(error)
        }
        if settings.requireSecureTransport && !socket.isTLS && !socket.peer.isUnix {
            throw .answered(SQLError(.secureTransportRequired))
        }
        let account = try authenticate(
            user: response.user, plugin: response.plugin, data: response.authenticationData, challenge: challenge)
        try check(account, settings)
        let compression = try compression(of: response, settings)
        let client = ClientIdentity(
            connectionID: connectionID, account: account, user: response.user, host: hosts[0], address: socket.peer,
            capabilities: response.capabilities, collation: UInt16(response.collation), attributes: response.attributes,
            tls: socket.tlsInfo, compression: compression)
        return (client, response.schema)
    }

    /// What the client chose; error 3922 when it chose nothing and may not, 3923 for a level that there is not.
    private func compression(
        of response: HandshakeResponse, _ settings: FrontEndSettings
    ) throws(LoginFailure) -> CompressionAlgorithm? {
        if response.capabilities.contains(.compress) { return .zlib }
        if response.capabilities.contains(.zstdCompression) {
            guard CompressionAlgorithm.zstdLevels.contains(Int32(response.zstdLevel)) else {
                throw .answered(SQLError(.wrongCompressionLevelClient, "zstd"))
            }
            return .zstd(level: Int32(response.zstdLevel))
        }
        guard settings.compression.contains("uncompressed") else {
            throw .answered(SQLError(.wrongCompressionAlgorithmClient, "uncompressed"))
        }
        return nil
    }

    private func send(_ payload: [UInt8]) throws(LoginFailure) {
        do throws(SQLError) {
            try channel.send(payload)
        } catch {
            throw .silent(error.message)
        }
    }

    private func read() throws(LoginFailure) -> [UInt8] {
        do throws(PacketChannel.ReadFailure) {
            guard let payload = try channel.read(maximum: ProtocolLimits.handshakePacketBytesMax) else {
                throw .network(.closed)
            }
            return payload
        } catch {
            switch error {
            case .network(let reason): throw .silent("\(reason)")
            case .outOfOrder: throw .answered(SQLError(.handshakeError))
            case .tooLarge: throw .answered(SQLError(.netPacketTooLarge))
            }
        }
    }

    /// Runs the exchange that proves the password; a nil plugin begins with a switch.
    private func authenticate(
        user: String, plugin: String?, data: [UInt8], challenge: [UInt8]
    ) throws(LoginFailure) -> LoginAccount {
        let account = frontEnd.backend.login(user: user, hosts: hosts)
        var exchange = ServerAuthentication(
            credentials: account?.credentials, challenge: challenge,
            isSecureTransport: socket.isTLS || socket.peer.isUnix, key: frontEnd.keys.passwordKey, cache: frontEnd.cache)
        var step = exchange.begin(plugin: plugin, response: data)
        while true {
            switch step {
            case .exchange(let payload):
                try send(payload)
                step = exchange.receive(try read())
            case .accepted(let payloads):
                guard let account else { throw .silent("an unknown user was accepted") }
                wait(account, user, succeeded: true)
                if let error = frontEnd.backend.record(account, host: hosts[0], isRightPassword: true) { throw blocked(user, error) }
                for payload in payloads { try send(payload) }
                return account
            case .rejected:
                wait(account, user, succeeded: false)
                if let account, let error = frontEnd.backend.record(account, host: hosts[0], isRightPassword: false) {
                    throw blocked(user, error)
                }
                throw denied(user, usedPassword: exchange.usedPassword)
            }
        }
    }

    /// Holds the answer to a login as long as it shall wait, or until the server stops.
    private func wait(_ account: LoginAccount?, _ user: String, succeeded: Bool) {
        let delay = frontEnd.backend.delay(account, user: user, host: hosts[0], succeeded: succeeded)
        guard delay > .zero else { return }
        let deadline = MonotonicTime.now() + delay
        while !frontEnd.isStopped {
            let left = deadline - MonotonicTime.now()
            guard left > .zero else { break }
            Thread.sleep(min(left, .milliseconds(100)))
        }
        socket.setReadDeadline(.now() + frontEnd.backend.settings.connectTimeout)
    }

    /// Error 1045, which the log has too (log_error_verbosity = 3).
    private func denied(_ user: String, usedPassword: Bool) -> LoginFailure {
        let error = SQLError(.accessDeniedError, user, hosts[0], usedPassword ? "YES" : "NO")
        ErrorLog.shared.log(.note, code: 10_926, error.message)
        return .answered(error)
    }

    /// Error 3955: too many failed logins.
    private func blocked(_ user: String, _ error: SQLError) -> LoginFailure {
        ErrorLog.shared.log(
            .note, code: 13_525, error.message + " Use FLUSH PRIVILEGES or ALTER USER to reset.")
        return .answered(error)
    }

    /// What an account must satisfy beyond the right password.
    private func check(_ account: LoginAccount, _ settings: FrontEndSettings) throws(LoginFailure) {
        guard !account.lacksProxied, account.tlsRequirement.isSatisfied(by: socket.tlsInfo) else {
            throw denied(account.user, usedPassword: !account.credentials.authenticationString.isEmpty)
        }
        if account.isLocked {
            let error = SQLError(.accountHasBeenLocked, account.user, hosts[0])
            ErrorLog.shared.log(.note, code: 10_927, error.message)
            throw .answered(error)
        }
        if connection.isAdministrative {
            guard account.mayUseAdministration else {
                throw .answered(SQLError(.specificAccessDeniedError, "SERVICE_CONNECTION_ADMIN"))
            }
            return
        }
        if !isCounted {
            isCounted = true
            let number = counters.loggedIn.wrappingAdd(1, ordering: .relaxed).newValue
            // One more is kept for an administrator.
            guard number <= settings.maxConnections + (account.isConnectionAdministrator ? 1 : 0) else {
                counters.refusedForNumber.wrappingAdd(1, ordering: .relaxed)
                throw .answered(SQLError(.conCountError))
            }
        }
        if account.isConnectionAdministrator { return }
        if settings.isOffline { throw .answered(SQLError(.serverOfflineMode)) }
    }

    // MARK: Session

    private func serve(_ client: ClientIdentity, _ schema: String?, _ settings: FrontEndSettings) {
        let session: any FrontEndSession
        do throws(SQLError) {
            let socket = socket
            session = try frontEnd.backend.makeSession(client) { socket.shutdown() }
        } catch {
            return answer(error)
        }
        connection.loggedIn(hangUp: session.killer)
        defer {
            connection.endSession()
            session.close()
        }
        let writer = ResultWriter(packets: channel.packets, capabilities: client.capabilities)
        writer.session = session
        if let schema {
            do throws(SQLError) {
                try session.use(schema)
            } catch {
                return answer(error)
            }
        }
        session.setMultiStatements(client.capabilities.contains(.multiStatements))
        writer.ok(status: session.status)
        channel.packets.flush()
        if let compression = client.compression { channel.startCompression(compression) }
        socket.setReadDeadline(nil)
        let loop = CommandLoop(connection: self, session: session, writer: writer, client: client)
        loop.failure = session.runInitialStatements()
        while loop.runOneCommand() {}
        guard !loop.endedOrderly else { return }
        counters.abortedClients.wrappingAdd(1, ordering: .relaxed)
        ErrorLog.shared.log(
            .note, code: 10_914,
            "Aborted connection \(connectionID) to db: '\(session.schema ?? "unconnected")' user: '\(client.user)' "
                + "host: '\(client.host)' (\(loop.abortReason)).")
    }

    /// COM_CHANGE_USER: proves the new user on the open connection. A failure is what the client hears before it is cut
    /// off; nil when it is gone.
    func changeUser(_ request: ChangeUserRequest, _ client: ClientIdentity) -> Result<ClientIdentity, SQLError>? {
        do throws(LoginFailure) {
            let account = try authenticate(user: request.user, plugin: nil, data: request.authenticationData, challenge: [])
            let settings = frontEnd.backend.settings
            try check(account, settings)
            if let error = count(account, settings) { throw .answered(error) }
            var changed = client
            changed.account = account
            changed.user = request.user
            changed.collation = request.collation ?? client.collation
            if !request.attributes.isEmpty { changed.attributes = request.attributes }
            return .success(changed)
        } catch {
            switch error {
            case .silent: return nil
            case .answered(let error): return .failure(error)
            }
        }
    }
}
