import Cryptography

/// The client's side of proving a password: bytes in, a step out.
public struct ClientAuthentication: Sendable {
    /// What the client does next.
    public enum Step: Sendable {
        /// Send this payload and read the next packet.
        case send([UInt8])
        /// Read the next packet.
        case wait
        /// The server is satisfied; the OK packet's payload.
        case accepted([UInt8])
    }

    private let password: [UInt8]
    private var plugin: AuthenticationPlugin
    private var challenge: [UInt8]
    private let isSecureTransport: Bool
    /// The server's key, when the user gave one (`group_replication_recovery_public_key_path`).
    private var serverKey: RSAKey?
    /// Whether an unknown key may be asked for (`group_replication_recovery_get_public_key`).
    private let mayAskForKey: Bool
    private var isAwaitingKey = false
    private var exchanges = 0

    private static let exchangesMax = 8

    public init(
        password: [UInt8], greeting: HandshakeGreeting, isSecureTransport: Bool, serverKey: RSAKey? = nil,
        mayAskForKey: Bool
    ) {
        self.password = password
        plugin = AuthenticationPlugin(rawValue: greeting.plugin) ?? .cachingSHA2
        challenge = greeting.challenge
        self.isSecureTransport = isSecureTransport
        self.serverKey = serverKey
        self.mayAskForKey = mayAskForKey
    }

    public var pluginName: String { plugin.name }

    /// What the handshake's response carries.
    public var firstResponse: [UInt8] {
        guard plugin == .sha256Password, !password.isEmpty else {
            return plugin.response(password: password, challenge: challenge)
        }
        if isSecureTransport { return password + [0] }
        if let serverKey, let secret = try? encrypted(serverKey) { return secret }
        return plugin.response(password: password, challenge: challenge)
    }

    /// Takes the server's next packet; throws what the server says against us, or why we do not go on.
    public mutating func receive(_ payload: [UInt8], capabilities: Capabilities) throws(SQLError) -> Step {
        exchanges += 1
        guard exchanges <= Self.exchangesMax, let header = payload.first else { throw SQLError(.clientMalformedPacket) }
        switch header {
        case 0x00:
            return .accepted(payload)
        case 0xFF:
            throw ErrorPacket.decode(payload)
        case AuthenticationSwitch.header:
            let request = try AuthenticationSwitch.decode(payload)
            guard let wanted = AuthenticationPlugin(rawValue: request.plugin) else {
                throw SQLError(.clientAuthPluginErr, request.plugin, "the plugin is not known here")
            }
            plugin = wanted
            challenge = request.challenge
            return .send(firstResponse)
        case AuthenticationSwitch.moreDataHeader where plugin == .sha256Password:
            // The key that the first response asked for.
            guard mayAskForKey, !isSecureTransport else {
                throw SQLError(.clientAuthPluginErr, plugin.name, "Authentication requires secure connection.")
            }
            isAwaitingKey = true
            return try moreData(Array(payload.dropFirst()))
        case AuthenticationSwitch.moreDataHeader where plugin == .cachingSHA2:
            return try moreData(Array(payload.dropFirst()))
        default:
            throw SQLError(.clientMalformedPacket)
        }
    }

    private mutating func moreData(_ data: [UInt8]) throws(SQLError) -> Step {
        if isAwaitingKey {
            isAwaitingKey = false
            guard let key = try? RSAKey.publicKey(pem: data) else {
                throw SQLError(.clientAuthPluginErr, plugin.name, "the server sent no public key")
            }
            serverKey = key
            return .send(try encrypted(key))
        }
        switch data {
        case [3]:
            return .wait
        case [4]:
            if isSecureTransport { return .send(password + [0]) }
            if let serverKey { return .send(try encrypted(serverKey)) }
            guard mayAskForKey else {
                throw SQLError(.clientAuthPluginErr, plugin.name, "Authentication requires secure connection.")
            }
            isAwaitingKey = true
            return .send([2])
        default:
            throw SQLError(.clientMalformedPacket)
        }
    }

    private func encrypted(_ key: RSAKey) throws(SQLError) -> [UInt8] {
        let masked = (password + [0]).enumerated().map { $1 ^ challenge[$0 % challenge.count] }
        guard let secret = try? key.encryptOAEP(masked) else {
            throw SQLError(.clientAuthPluginErr, plugin.name, "the password cannot be encrypted with the server's key")
        }
        return secret
    }
}
