import Cryptography
import Testing

@testable import MySQLProtocol

@Suite struct AuthenticationTests {
    private static let key = try? RSAKey.generate()
    private let challenge = SecureRandom.printableSalt(20)

    /// Lets both sides talk until one is done. Returns the server's verdict and the number of round trips.
    private func login(
        stored: ServerAuthentication.Credentials?, password: String, clientPlugin: AuthenticationPlugin = .cachingSHA2,
        secure: Bool = false, mayAskForKey: Bool = true, cache: AuthenticationCache = AuthenticationCache()
    ) throws -> (accepted: Bool, exchanges: Int) {
        let greeting = HandshakeGreeting(
            serverVersion: "9.7.4", connectionID: 1, challenge: challenge, capabilities: .server, plugin: clientPlugin.name)
        var client = ClientAuthentication(
            password: Array(password.utf8), greeting: greeting, isSecureTransport: secure, mayAskForKey: mayAskForKey)
        var server = ServerAuthentication(
            credentials: stored, challenge: challenge, isSecureTransport: secure, key: { Self.key }, cache: cache)
        var step = server.begin(plugin: client.pluginName, response: client.firstResponse)
        for exchange in 0..<10 {
            switch step {
            case .rejected:
                return (false, exchange)
            case .accepted(let payloads):
                for payload in payloads {
                    guard case .wait = try client.receive(payload, capabilities: .server) else { return (false, -1) }
                }
                guard case .accepted = try client.receive(hex("00000002000000"), capabilities: .server) else {
                    return (false, -1)
                }
                return (true, exchange)
            case .exchange(let payload):
                guard case .send(let answer) = try client.receive(payload, capabilities: .server) else {
                    return (false, -1)
                }
                step = server.receive(answer)
            }
        }
        return (false, -1)
    }

    private func stored(
        _ plugin: AuthenticationPlugin, _ password: String
    ) throws -> ServerAuthentication.Credentials {
        .init(plugin: plugin, authenticationString: try plugin.authenticationString(for: Array(password.utf8)))
    }

    @Test(arguments: [true, false])
    func theFirstLoginProvesThePasswordInFullTheNextIsFast(secure: Bool) throws {
        let cache = AuthenticationCache()
        let account = try stored(.cachingSHA2, "secret")
        #expect(try login(stored: account, password: "secret", secure: secure, cache: cache) == (true, secure ? 1 : 2))
        #expect(try login(stored: account, password: "secret", secure: secure, cache: cache) == (true, 0))
        #expect(try !login(stored: account, password: "wrong", secure: secure, cache: cache).accepted)
        #expect(try !login(stored: try stored(.cachingSHA2, "new"), password: "secret", secure: secure, cache: cache).accepted)
    }

    @Test func withoutTheKeyOrTLSThereIsNoFullAuthentication() throws {
        let account = try stored(.cachingSHA2, "secret")
        #expect(throws: SQLError(.clientAuthPluginErr, "caching_sha2_password", "Authentication requires secure connection.")) {
            try login(stored: account, password: "secret", mayAskForKey: false)
        }
    }

    @Test func whoBeginsByAnotherPluginIsToldToSwitch() throws {
        let account = try stored(.sha256Password, "secret")
        #expect(try login(stored: account, password: "secret").accepted)
        #expect(try !login(stored: account, password: "Secret").accepted)
        #expect(try login(stored: account, password: "secret", clientPlugin: .sha256Password).accepted)
        #expect(try login(stored: try stored(.cachingSHA2, "x"), password: "x", clientPlugin: .sha256Password).accepted)
        #expect(AuthenticationPlugin(rawValue: "mysql_native_password") == nil)
    }

    @Test(arguments: AuthenticationPlugin.allCases)
    func noPasswordMatchesOnlyNoPassword(plugin: AuthenticationPlugin) throws {
        #expect(try login(stored: try stored(plugin, ""), password: "").accepted)
        #expect(try !login(stored: try stored(plugin, ""), password: "x").accepted)
        #expect(try !login(stored: try stored(plugin, "x"), password: "").accepted)
    }

    @Test func anUnknownUserIsAskedTheSameAndRefused() throws {
        #expect(try login(stored: nil, password: "secret") == (false, 2))
    }

    @Test func aPasswordStoredByMySQLIsVerified() throws {
        let text = hex(
            """
            244124303041241C17542C7778502909125A0459694B08111E3D7C566E6D4A4D765365594E51633767314C4E6C4B4C35683171306E53726978
            71304F433630562E572E4B5431
            """)
        #expect(AuthenticationPlugin.cachingSHA2.accepts(authenticationString: text))
        #expect(!AuthenticationPlugin.cachingSHA2.accepts(authenticationString: Array(text.dropLast())))
        #expect(try login(stored: .init(plugin: .cachingSHA2, authenticationString: text), password: "secret").accepted)
    }

    @Test func passwordsBeyondTheLimitAreRefused() throws {
        #expect(throws: SQLError.self) { try stored(.cachingSHA2, String(repeating: "x", count: 257)) }
        let account = try stored(.cachingSHA2, "x")
        #expect(try !login(stored: account, password: String(repeating: "x", count: 300), secure: true).accepted)
    }
}
