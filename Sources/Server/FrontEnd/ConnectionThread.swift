import Cryptography
import MySQLConnection
import MySQLProtocol
import Network
import Platform

/// One client's connection from the greeting to the end. Lives on its own thread, which alone touches it.
final class ConnectionThread {
    let frontEnd: FrontEnd
    let channel: PacketChannel
    let connectionID: UInt32
    private let connectionNumber: Int
    /// The account that this connection counts for.
    private var countedAccount: LoginAccount?

    /// How a client's login ends before there is a session.
    private enum LoginFailure: Error {
        /// It is gone, or speaks another language: nothing to answer.
        case silent(String)
        /// It hears why.
        case answered(SQLError)
    }

    init(frontEnd: FrontEnd, socket: Socket, connectionID: UInt32, connectionNumber: Int) {
        self.frontEnd = frontEnd
        self.connectionID = connectionID
        self.connectionNumber = connectionNumber
        channel = PacketChannel(socket: socket)
    }

    private var socket: Socket { channel.socket }
    private var counters: FrontEndCounters { frontEnd.counters }

    func run() {
        defer {
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
                ErrorLog.shared.log(
                    .note, code: 10_914, "Aborted connection \(connectionID) (\(socket.peer)) before login: \(reason)")
            case .answered(let error):
                answer(error)
            }
            return
        }
        defer { if let countedAccount { frontEnd.leave(countedAccount) } }
        guard count(client.account) else {
            return answer(SQLError(.tooManyUserConnections, client.account.user))
        }
        serve(client, schema, settings)
    }

    private func answer(_ error: SQLError) {
        try? channel.send(ErrorPacket.encode(error, capabilities: .protocol41))
    }

    /// Counts this connection for `account`, and no longer for the one before; false when that has too many already.
    private func count(_ account: LoginAccount) -> Bool {
        guard frontEnd.enter(account) else { return false }
        if let countedAccount { frontEnd.leave(countedAccount) }
        countedAccount = account
        return true
    }

    // MARK: Login

    /// Who the client may be for accounts: loopback addresses are `localhost`. Names are not looked up
    /// (skip_name_resolve): a slow name server would hold up every login.
    private var hosts: [String] {
        let host = socket.peer.host
        return host == "127.0.0.1" || host == "::1" ? ["localhost", host] : [host]
    }

    private func login(
        _ settings: FrontEndSettings
    ) throws(LoginFailure) -> (client: ClientIdentity, schema: String?) {
        socket.setReadDeadline(.now() + settings.connectTimeout)
        socket.setWriteTimeout(settings.netWriteTimeout)
        channel.readTimeout = settings.netReadTimeout
        let challenge = SecureRandom.printableSalt(HandshakeGreeting.challengeByteCount)
        var offered = Capabilities.server
        if frontEnd.keys.offersTLS { offered.insert(.tls) }
        let greeting = HandshakeGreeting(
            serverVersion: settings.serverVersion, connectionID: connectionID, challenge: challenge,
            capabilities: offered, collation: settings.collation, plugin: settings.defaultPlugin.name)
        try send(greeting.encode())
        var payload = try read()
        if HandshakeResponse.isTLSRequest(payload) {
            guard let tls = frontEnd.keys.tlsContext() else { throw .answered(SQLError(.handshakeError)) }
            do throws(NetworkError) {
                try socket.acceptTLS(tls)
            } catch {
                throw .silent("\(error)")
            }
            payload = try read()
        }
        socket.startBuffering()
        let response: HandshakeResponse
        do throws(SQLError) {
            response = try HandshakeResponse.decode(payload, offered: offered)
        } catch {
            throw .answered(error)
        }
        if settings.requireSecureTransport && !socket.isTLS && !socket.peer.isUnix {
            throw .answered(SQLError(.secureTransportRequired))
        }
        let account = try authenticate(
            user: response.user,
            plugin: response.plugin.isEmpty ? AuthenticationPlugin.nativePassword.name : response.plugin,
            data: response.authenticationData, challenge: challenge)
        try check(account, settings)
        let client = ClientIdentity(
            connectionID: connectionID, account: account, user: response.user, host: hosts[0], address: socket.peer,
            capabilities: response.capabilities, collation: UInt16(response.collation), attributes: response.attributes,
            tls: socket.tlsInfo)
        return (client, response.schema)
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
                for payload in payloads { try send(payload) }
                guard let account else { throw .silent("an unknown user was accepted") }
                return account
            case .rejected:
                throw .answered(SQLError(.accessDeniedError, user, hosts[0], exchange.usedPassword ? "YES" : "NO"))
            }
        }
    }

    /// What an account must satisfy beyond the right password.
    private func check(_ account: LoginAccount, _ settings: FrontEndSettings) throws(LoginFailure) {
        if account.isLocked { throw .answered(SQLError(.accountHasBeenLocked, account.user, hosts[0])) }
        let isSatisfied =
            switch account.tlsRequirement {
            case .none: true
            case .any: socket.isTLS
            case .certificate: socket.tlsInfo?.peerSubject != nil
            }
        guard isSatisfied else { throw .answered(SQLError(.accessDeniedError, account.user, hosts[0], "YES")) }
        if account.isConnectionAdministrator { return }
        if connectionNumber > settings.maxConnections {
            counters.refusedForNumber.wrappingAdd(1, ordering: .relaxed)
            throw .answered(SQLError(.conCountError))
        }
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
        defer { session.close() }
        let writer = ResultWriter(packets: channel.packets, capabilities: client.capabilities)
        if let schema {
            do throws(SQLError) {
                try session.use(schema)
            } catch {
                return answer(error)
            }
            writer.track(.schema(schema))
        }
        session.setMultiStatements(client.capabilities.contains(.multiStatements))
        writer.ok(status: session.status)
        channel.packets.flush()
        socket.setReadDeadline(nil)
        let loop = CommandLoop(connection: self, session: session, writer: writer, client: client)
        while loop.runOneCommand() {}
        if !loop.endedOrderly { counters.abortedClients.wrappingAdd(1, ordering: .relaxed) }
    }

    /// COM_CHANGE_USER: proves the new user on the open connection. A failure is what the client hears before it is cut
    /// off; nil when it is gone.
    func changeUser(_ request: ChangeUserRequest, _ client: ClientIdentity) -> Result<ClientIdentity, SQLError>? {
        do throws(LoginFailure) {
            let account = try authenticate(user: request.user, plugin: nil, data: request.authenticationData, challenge: [])
            try check(account, frontEnd.backend.settings)
            guard count(account) else { throw .answered(SQLError(.tooManyUserConnections, account.user)) }
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
