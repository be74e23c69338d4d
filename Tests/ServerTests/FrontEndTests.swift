import Cryptography
import Glibc
import MySQLConnection
import MySQLProtocol
import Network
import Platform
import Testing

@testable import Server

@Suite struct FrontEndTests {
    private static let key = try? RSAKey.generate()
    private static let keyDirectory: String = {
        var template = Array("/tmp/grouplite-front-XXXXXX".utf8CString)
        let path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
        _ = try? ServerKeyFiles.makeCertificates(directory: path, version: "9.7.4")
        return path
    }()

    private let backend = TinyBackend()

    private func start(socketPath: String = "", tls: TLSContext? = nil) throws -> FrontEnd {
        let frontEnd = try FrontEnd(
            backend: backend, endpoints: .init(addresses: ["127.0.0.1"], port: 0, socketPath: socketPath),
            keys: KeyMaterial(tls: tls, passwordKey: Self.key))
        frontEnd.start()
        return frontEnd
    }

    private func tls() throws -> TLSContext {
        var configuration = TLSConfiguration()
        configuration.certificateFile = Self.keyDirectory + "/server-cert.pem"
        configuration.keyFile = Self.keyDirectory + "/server-key.pem"
        return try TLSContext.server(configuration)
    }

    private func settings(_ frontEnd: FrontEnd, _ user: String, _ password: String = "") -> ConnectionSettings {
        var settings = ConnectionSettings(
            endpoint: .tcp(host: "127.0.0.1", port: frontEnd.port), user: user, password: Array(password.utf8))
        settings.mayAskForPublicKey = true
        return settings
    }

    private func stop(_ frontEnd: FrontEnd) {
        #expect(frontEnd.stop(deadline: .now() + .seconds(10)) == 0)
        #expect(backend.sessions.load(ordering: .relaxed) == 0)
        #expect(frontEnd.counters.connected.load(ordering: .relaxed) == 0)
    }

    private func code(_ body: () throws -> Void) -> UInt16 {
        do {
            try body()
            return 0
        } catch {
            return (error as? SQLError)?.code ?? 1
        }
    }

    @Test(arguments: [false, true])
    func clientsLogInByEveryWay(tls: Bool) throws {
        let path = Self.keyDirectory + "/\(tls).sock"
        let frontEnd = try start(socketPath: path, tls: tls ? try self.tls() : nil)
        for (user, password) in [("root", ""), ("sha2", "secret"), ("sha2", "secret"), ("sha256", "secret")] {
            var settings = settings(frontEnd, user, password)
            settings.schema = "test"
            let client = try MySQLClient.connect(settings)
            #expect(client.isTLS == tls)
            #expect(try client.query("user").firstValue == "\(user) in test")
            client.close()
            settings.endpoint = .unix(path: path)
            settings.mayAskForPublicKey = false
            #expect(try MySQLClient.connect(settings).query("user").firstValue == "\(user) in test")
        }
        stop(frontEnd)
    }

    @Test func whoMayNotComeInHearsWhy() throws {
        let frontEnd = try start()
        func refusal(_ user: String, _ password: String = "", schema: String? = nil) -> UInt16 {
            var settings = settings(frontEnd, user, password)
            settings.schema = schema
            return code { _ = try MySQLClient.connect(settings) }
        }
        #expect(refusal("sha2", "wrong") == 1045)
        #expect(refusal("sha256", "wrong") == 1045)
        #expect(refusal("nobody", "x") == 1045)
        #expect(refusal("locked") == 3118)
        #expect(refusal("tls") == 1045)
        #expect(refusal("root", schema: "missing") == 1049)
        let first = try MySQLClient.connect(settings(frontEnd, "one"))
        #expect(refusal("one") == 1226)
        backend.settings.isOffline = true
        #expect(refusal("sha2", "secret") == 3032)
        #expect(refusal("root") == 0)
        backend.settings.requireSecureTransport = true
        #expect(refusal("root") == 3159)
        first.close()
        stop(frontEnd)
        #expect(frontEnd.counters.abortedConnects.load(ordering: .relaxed) >= 7)
    }

    @Test func oneConnectionAboveTheLimitIsForTheAdministrator() throws {
        backend.settings.maxConnections = 1
        let frontEnd = try start()
        let first = try MySQLClient.connect(settings(frontEnd, "root"))
        #expect(code { _ = try MySQLClient.connect(settings(frontEnd, "sha2", "secret")) } == 1040)
        while frontEnd.counters.connected.load(ordering: .relaxed) > 1 { Thread.sleep(.milliseconds(1)) }
        let second = try MySQLClient.connect(settings(frontEnd, "root"))
        #expect(code { _ = try MySQLClient.connect(settings(frontEnd, "root")) } == 1040)
        first.close()
        second.close()
        stop(frontEnd)
    }

    @Test func stoppingEndsConnectionsThatWait() throws {
        let frontEnd = try start()
        let client = try MySQLClient.connect(settings(frontEnd, "root"))
        stop(frontEnd)
        #expect(code { try client.query("x") } == 2013)
    }

    @Test func anIdleClientIsToldThatItWasDisconnected() throws {
        backend.limits.waitTimeout = .milliseconds(30)
        let frontEnd = try start()
        let client = try MySQLClient.connect(settings(frontEnd, "root"))
        while frontEnd.counters.connected.load(ordering: .relaxed) > 0 { Thread.sleep(.milliseconds(5)) }
        #expect([2013, 4031].contains(code { try client.query("x") }))
        stop(frontEnd)
    }

    // MARK: Commands

    /// A logged-in connection for packets of one's own making.
    private func raw(
        _ frontEnd: FrontEnd, _ capabilities: Capabilities = .server, user: String = "root"
    ) throws -> PacketChannel {
        let socket = try Socket.connect(host: "127.0.0.1", port: frontEnd.port, deadline: .now() + .seconds(5))
        socket.startBuffering()
        let channel = PacketChannel(socket: socket)
        channel.idleTimeout = .seconds(10)
        _ = try #require(try channel.read(maximum: 1000))
        let response = HandshakeResponse(
            capabilities: capabilities.subtracting(.connectWithDatabase), user: user, authenticationData: [],
            plugin: "caching_sha2_password")
        try channel.send(response.encode())
        #expect(try channel.read(maximum: 1000)?.first == 0)
        return channel
    }

    private func command(_ channel: PacketChannel, _ payload: [UInt8]) throws -> [UInt8] {
        channel.packets.sequence = 0
        try channel.send(payload)
        return try #require(try channel.read(maximum: 1 << 24))
    }

    private func errorCode(_ payload: [UInt8]) -> UInt16 { payload.first == 0xFF ? ErrorPacket.decode(payload).code : 0 }

    @Test func everyCommandIsAnswered() throws {
        let frontEnd = try start()
        let channel = try raw(frontEnd)
        #expect(try command(channel, [14])[0] == 0)
        #expect(try command(channel, [2] + Array("test".utf8))[0] == 0)
        #expect(errorCode(try command(channel, [2] + Array("missing".utf8))) == 1049)
        #expect(try command(channel, [9]) == Array("Uptime: 1".utf8))
        #expect(try command(channel, [27, 0, 0])[0] == 0xFE)
        #expect(errorCode(try command(channel, [27, 9, 0])) == 1047)
        #expect(errorCode(try command(channel, [99])) == 1047)
        #expect(errorCode(try command(channel, [])) == 1047)
        #expect(errorCode(try command(channel, [3, 0, 1] + Array("nothing".utf8))) == 1105)
        #expect(try command(channel, [31])[0] == 0)
        #expect(try command(channel, [4] + Array("t".utf8) + [0]).starts(with: [3] + Array("def".utf8)))
        _ = try channel.read(maximum: 1000)
        #expect(errorCode(try command(channel, [23, 9, 0, 0, 0, 0, 1, 0, 0, 0])) == 1243)
        #expect(errorCode(try command(channel, [26, 9, 0, 0, 0])) == 1243)
        #expect(errorCode(try command(channel, [28, 9, 0, 0, 0, 1, 0, 0, 0])) == 1243)
        #expect(errorCode(try command(channel, [23, 9])) == 1835)
        stop(frontEnd)
    }

    @Test(arguments: [7, 8, 10, 12]) func commandsOfOlderServersAreUnknown(code: UInt8) throws {
        let frontEnd = try start()
        let channel = try raw(frontEnd)
        #expect(errorCode(try command(channel, [code, 0, 0, 0, 0])) == 1047)
        #expect(try command(channel, [14])[0] == 0)
        stop(frontEnd)
    }

    @Test func debugIsForSuper() throws {
        let frontEnd = try start()
        #expect(try command(try raw(frontEnd), [13])[0] == 0xFE)
        #expect(errorCode(try command(try raw(frontEnd, user: "one"), [13])) == 1227)
        stop(frontEnd)
    }

    @Test func withAnExpiredPasswordOnlyStatementsMayCome() throws {
        let frontEnd = try start()
        let channel = try raw(frontEnd, user: "expired")
        for code in UInt8(0)...40 where ![1, 3, 14, 22, 23, 24, 25].contains(code) {
            #expect(errorCode(try command(channel, [code, 0, 0, 0, 0])) == 1820, "command \(code)")
        }
        #expect(try command(channel, [14])[0] == 0)
        #expect(errorCode(try command(channel, [23, 9, 0, 0, 0, 0, 1, 0, 0, 0])) == 1243)
        stop(frontEnd)
    }

    @Test func preparedStatementsRememberTypesAndLongData() throws {
        let frontEnd = try start()
        let channel = try raw(frontEnd, Capabilities.server.subtracting(.queryAttributes))
        let prepared = try command(channel, [22] + Array("?,?".utf8))
        #expect(Array(prepared.prefix(9)) == [0, 1, 0, 0, 0, 1, 0, 2, 0])
        for _ in 0..<3 { _ = try channel.read(maximum: 1000) }
        func execute(_ rest: [UInt8]) throws -> String {
            let first = try command(channel, [23, 1, 0, 0, 0, 0, 1, 0, 0, 0] + rest)
            guard first.first != 0xFF else { return "\(ErrorPacket.decode(first).code)" }
            _ = try channel.read(maximum: 1000)
            let row = try #require(try channel.read(maximum: 1000))
            _ = try channel.read(maximum: 1000)
            return String(decoding: row.dropFirst(3), as: UTF8.self)
        }
        #expect(try execute([2, 0, 5, 0]) == "1835")
        #expect(try execute([2, 1, 3, 0, 8, 0, 5, 0, 0, 0]).hasSuffix("[MySQLProtocol.ParameterValue.integer(5), MySQLProtocol.ParameterValue.null]"))
        channel.packets.sequence = 0
        try channel.send([24, 1, 0, 0, 0, 1, 0, 65])
        channel.packets.sequence = 0
        try channel.send([24, 1, 0, 0, 0, 1, 0, 66])
        #expect(try execute([0, 1, 3, 0, 253, 0, 7, 0, 0, 0]).contains("integer(7), MySQLProtocol.ParameterValue.text([65, 66])"))
        backend.limits.maxAllowedPacket = 50
        channel.packets.sequence = 0
        try channel.send([24, 1, 0, 0, 0, 1, 0] + [UInt8](repeating: 66, count: 40))
        channel.packets.sequence = 0
        try channel.send([24, 1, 0, 0, 0, 1, 0] + [UInt8](repeating: 66, count: 40))
        #expect(try execute([0, 0, 7, 0, 0, 0]) == "1105")
        #expect(try execute([2, 0, 7, 0, 0, 0]).contains("integer(7), MySQLProtocol.ParameterValue.null"))
        stop(frontEnd)
    }

    @Test func aPacketBeyondTheLimitIsError1153AndTheNextIsServed() throws {
        backend.limits.maxAllowedPacket = 1000
        let frontEnd = try start()
        let channel = try raw(frontEnd)
        #expect(errorCode(try command(channel, [UInt8](repeating: 3, count: 1001))) == 1153)
        #expect(try command(channel, [14])[0] == 0)
        stop(frontEnd)
    }

    @Test func anotherUserTakesTheConnectionOver() throws {
        let frontEnd = try start()
        let channel = try raw(frontEnd)
        func change(_ user: String, _ password: String) throws -> [UInt8] {
            let request = [17] + Array(user.utf8) + [0, 0] + Array("test".utf8) + [0, 255, 0] + Array("mysql_native_password".utf8) + [0, 0]
            let answer = try command(channel, request)
            let wanted = try AuthenticationSwitch.decode(answer)
            #expect(wanted.plugin == "caching_sha2_password")
            try channel.send(AuthenticationPlugin.cachingSHA2.response(password: Array(password.utf8), challenge: wanted.challenge))
            var answered = try #require(try channel.read(maximum: 1000))
            // The fast path's good news, or the wish for the whole password, which does not come.
            if answered == [1, 3] { answered = try #require(try channel.read(maximum: 1000)) }
            if answered == [1, 4] {
                try channel.send([0])
                answered = try #require(try channel.read(maximum: 1000))
            }
            return answered
        }
        // The password is cached since then.
        try MySQLClient.connect(settings(frontEnd, "sha2", "secret")).close()
        #expect(try change("sha2", "secret")[0] == 0)
        _ = try command(channel, [3, 0, 1] + Array("user".utf8))
        _ = try channel.read(maximum: 1000)
        #expect(try channel.read(maximum: 1000) == [12] + Array("sha2 in test".utf8))
        _ = try channel.read(maximum: 1000)
        #expect(errorCode(try change("sha2", "wrong")) == 1045)
        #expect(try channel.read(maximum: 1000) == nil)
        stop(frontEnd)
    }

    @Test func binlogEventsAreStreamed() throws {
        let frontEnd = try start()
        let client = try MySQLClient.connect(settings(frontEnd, "root"))
        try client.register(RegisterReplicaRequest(serverID: 2, host: "h", port: 1))
        try client.requestBinlog(BinlogDumpRequest(flags: 1, serverID: 2, file: "", position: 4, gtidSet: []))
        var events: [[UInt8]] = []
        while let event = try client.nextBinlogEvent() { events.append(Array(event)) }
        #expect(events == [[0], [1], [2]])
        stop(frontEnd)
    }

    // MARK: Hostile input

    @Test("garbage before and after the login harms nobody else")
    func garbage() throws {
        let frontEnd = try start(tls: try tls())
        var generator = SystemRandomNumberGenerator()
        for round in 0..<150 {
            let socket = try Socket.connect(host: "127.0.0.1", port: frontEnd.port, deadline: .now() + .seconds(5))
            let count = Int.random(in: 0...300, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if round % 2 == 0 && bytes.count >= 36 {
                // A header that fits, and now and then the wish for TLS.
                bytes[0] = round % 4 == 0 ? 32 : UInt8(truncatingIfNeeded: bytes.count - 4)
                bytes[1] = 0
                bytes[2] = 0
                bytes[3] = 1
                bytes[5] |= 0x0A
            }
            try? socket.write(bytes)
            socket.shutdown()
        }
        for _ in 0..<50 {
            let channel = try raw(frontEnd)
            for _ in 0..<10 {
                channel.packets.sequence = 0
                let code = UInt8.random(in: 0...33, using: &generator)
                let count = Int.random(in: 0...40, using: &generator)
                try? channel.send([code == 1 ? 3 : code] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
            channel.socket.shutdown()
        }
        #expect(try MySQLClient.connect(settings(frontEnd, "root")).query("alive").firstValue == "alive")
        stop(frontEnd)
    }

    @Test func aClientThatSaysNothingIsCutOff() throws {
        backend.settings.connectTimeout = .milliseconds(30)
        let frontEnd = try start()
        let socket = try Socket.connect(host: "127.0.0.1", port: frontEnd.port, deadline: .now() + .seconds(5))
        while frontEnd.counters.abortedConnects.load(ordering: .relaxed) == 0 { Thread.sleep(.milliseconds(5)) }
        withExtendedLifetime(socket) {}
        stop(frontEnd)
    }
}
