import Cryptography
import Glibc
import MySQLConnection
import MySQLProtocol
import Network
import Platform
import Testing

/// The client against a server of a few lines that logs in and answers every query with one row.
@Suite struct MySQLClientTests {
    private static let key = try? RSAKey.generate()

    private func serve(password: String, queries: Int) throws -> (port: UInt16, thread: Thread?) {
        let listener = try Listener()
        let port = try listener.listen(address: "127.0.0.1", port: 0)
        let stored = try AuthenticationPlugin.cachingSHA2.authenticationString(for: Array(password.utf8))
        let thread = Thread.start(name: "tiny-server") {
            guard let socket = try? listener.accept() else { return }
            let channel = PacketChannel(socket: socket)
            let challenge = SecureRandom.printableSalt(20)
            let greeting = HandshakeGreeting(
                serverVersion: "9.7.4-test", connectionID: 1, challenge: challenge, capabilities: .server)
            try? channel.send(greeting.encode())
            guard let payload = try? channel.read(maximum: 100_000),
                let response = try? HandshakeResponse.decode(payload, offered: .server)
            else { return }
            var exchange = ServerAuthentication(
                credentials: .init(plugin: .cachingSHA2, authenticationString: stored), challenge: challenge,
                isSecureTransport: false, key: { Self.key }, cache: AuthenticationCache())
            var step = exchange.begin(plugin: response.plugin, response: response.authenticationData)
            let writer = ResultWriter(packets: channel.packets, capabilities: response.capabilities)
            while case .exchange(let payload) = step {
                try? channel.send(payload)
                guard let answer = try? channel.read(maximum: 100_000) else { return }
                step = exchange.receive(answer)
            }
            guard case .accepted(let payloads) = step else {
                writer.error(SQLError(.accessDeniedError, response.user, "localhost", "YES"))
                channel.packets.flush()
                return
            }
            for payload in payloads { try? channel.send(payload) }
            writer.ok(status: .autocommit)
            channel.packets.flush()
            for _ in 0..<queries {
                channel.packets.sequence = 0
                guard let command = try? channel.read(maximum: 100_000), command.count > 1 else { return }
                writer.beginCommand(sequence: channel.packets.sequence)
                if command.last == UInt8(ascii: "!") {
                    writer.error(SQLError(.parseError, "!", 1))
                } else {
                    writer.columns([ColumnMetadata(name: "a", type: .longLong, length: 20)])
                    writer.beginRow()
                    writer.writeInteger(Int64(command.count))
                    try? writer.endRow()
                    writer.endOfRows(status: .autocommit)
                }
                channel.packets.flush()
            }
        }
        return (port, thread)
    }

    private func settings(_ port: UInt16, password: String) -> ConnectionSettings {
        var settings = ConnectionSettings(
            endpoint: .tcp(host: "127.0.0.1", port: port), user: "u", password: Array(password.utf8))
        settings.mayAskForPublicKey = true
        return settings
    }

    @Test func statementsAreAnsweredAndErrorsThrown() throws {
        let (port, thread) = try serve(password: "secret", queries: 3)
        let client = try MySQLClient.connect(settings(port, password: "secret"))
        #expect(client.greeting.serverVersion == "9.7.4-test")
        #expect(try client.query("abc").firstValue == "4")
        #expect(throws: SQLError(.parseError, "!", 1)) { try client.query("!") }
        #expect(try client.query("ab").rows.count == 1)
        thread?.join()
        #expect(throws: SQLError.self) { try client.query("gone") }
    }

    @Test func aWrongPasswordIsTheServersError() throws {
        let (port, thread) = try serve(password: "secret", queries: 0)
        #expect(throws: SQLError(.accessDeniedError, "u", "localhost", "YES")) {
            try MySQLClient.connect(settings(port, password: "wrong"))
        }
        thread?.join()
    }

    @Test func requiredTLSIsNotGivenUp() throws {
        let (port, thread) = try serve(password: "secret", queries: 0)
        var settings = settings(port, password: "secret")
        settings.tlsMode = .required
        #expect(throws: SQLError.self) { try MySQLClient.connect(settings) }
        thread?.join()
    }

    @Test func nobodyListeningIsError2003() throws {
        let listener = try Listener()
        let port = try listener.listen(address: "127.0.0.1", port: 0)
        listener.stop()
        var settings = settings(port == 1 ? 2 : 1, password: "")
        settings.connectTimeout = .seconds(2)
        #expect { try MySQLClient.connect(settings) } throws: { ($0 as? SQLError)?.code == 2003 }
    }

    /// GROUPLITE_REAL_MYSQL=port:user:password names a real server, when there is one.
    @Test(.enabled(if: getenv("GROUPLITE_REAL_MYSQL") != nil))
    func aRealServerIsUnderstood() throws {
        let parts = String(cString: getenv("GROUPLITE_REAL_MYSQL")).split(separator: ":", omittingEmptySubsequences: false)
        let port = try #require(UInt16(parts[0]))
        for mode in [ConnectionSettings.TLSMode.disabled, .required, .disabled] {
            var settings = settings(port, password: String(parts[2]))
            settings.user = String(parts[1])
            settings.tlsMode = mode
            let client = try MySQLClient.connect(settings)
            #expect(client.isTLS == (mode == .required))
            #expect(try client.query("SELECT 6*7").firstValue == "42")
            #expect(throws: SQLError.self) { try client.query("SELECT nope") }
            let dump = try MySQLClient.connect(settings)
            try dump.register(RegisterReplicaRequest(serverID: 99, host: "x", port: 1))
            try dump.query("SET @source_binlog_checksum='NONE'")
            try dump.requestBinlog(
                BinlogDumpRequest(flags: 1, serverID: 99, file: "", position: 4, gtidSet: nil))
            var events = 0
            while let event = try dump.nextBinlogEvent() {
                #expect(event.count >= 19)
                events += 1
            }
            #expect(events > 2)
            client.close()
        }
    }
}
