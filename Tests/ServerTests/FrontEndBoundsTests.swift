import MySQLConnection
import MySQLProtocol
import Network
import Platform
import Testing

@testable import Server

/// Who may take a place, and for how long.
@Suite struct FrontEndBoundsTests {
    private let backend = TinyBackend()

    private func start(administration: Bool = false) throws -> FrontEnd {
        var endpoints = FrontEnd.Endpoints(addresses: ["127.0.0.1"], port: 0, socketPath: "")
        if administration { endpoints.administration = ("127.0.0.1", 0) }
        let frontEnd = try FrontEnd(
            backend: backend, endpoints: endpoints, keys: KeyMaterial(tls: nil, passwordKey: nil))
        frontEnd.start()
        return frontEnd
    }

    private func connect(_ port: UInt16, _ user: String = "root") throws -> MySQLClient {
        try MySQLClient.connect(ConnectionSettings(endpoint: .tcp(host: "127.0.0.1", port: port), user: user))
    }

    private func code(_ body: () throws -> Void) -> UInt16 {
        do {
            try body()
            return 0
        } catch {
            return (error as? SQLError)?.code ?? 1
        }
    }

    @Test func connectionsThatSayNothingKeepNobodyOut() throws {
        backend.settings.maxConnections = 3
        backend.settings.connectTimeout = .seconds(60)
        let frontEnd = try start()
        let silent = try (0..<12).map { _ in
            try Socket.connect(host: "127.0.0.1", port: frontEnd.port, deadline: .now() + .seconds(5))
        }
        let client = try connect(frontEnd.port)
        #expect(try client.query("x").firstValue == "x")
        client.close()
        for socket in silent { socket.close() }
        #expect(frontEnd.stop(deadline: .now() + .seconds(10)) == 0)
    }

    @Test func theAdminInterfaceIsForServiceAdministratorsAndHasNoLimit() throws {
        backend.settings.maxConnections = 1
        backend.accounts["root"]?.mayUseAdministration = true
        backend.accounts["locked"]?.isLocked = false
        let frontEnd = try start(administration: true)
        let ordinary = [try connect(frontEnd.port), try connect(frontEnd.port)]
        #expect(code { _ = try connect(frontEnd.port) } == 1040)
        let administrators = try (0..<3).map { _ in try connect(frontEnd.administrationPort) }
        #expect(try administrators[2].query("x").firstValue == "x")
        #expect(code { _ = try connect(frontEnd.administrationPort, "locked") } == 1227)
        for client in ordinary + administrators { client.close() }
        #expect(frontEnd.stop(deadline: .now() + .seconds(10)) == 0)
    }

    @Test func aPacketThatDripsInIsGivenUp() throws {
        backend.limits.netReadTimeout = .milliseconds(200)
        let frontEnd = try start()
        let socket = try Socket.connect(host: "127.0.0.1", port: frontEnd.port, deadline: .now() + .seconds(5))
        socket.startBuffering()
        let channel = PacketChannel(socket: socket)
        _ = try #require(try channel.read(maximum: 1000))
        try channel.send(
            HandshakeResponse(
                capabilities: Capabilities.server.subtracting(.connectWithDatabase), user: "root",
                authenticationData: [], plugin: "caching_sha2_password"
            ).encode())
        #expect(try channel.read(maximum: 1000)?.first == 0)
        try socket.write([200, 0, 0, 0, 3])
        let start = MonotonicTime.now()
        var isEnded = false
        while !isEnded, MonotonicTime.now() - start < .seconds(10) {
            Thread.sleep(.milliseconds(50))
            do { try socket.write([0x20]) } catch { isEnded = true }
        }
        #expect(isEnded)
        #expect(MonotonicTime.now() - start < .seconds(3))
        socket.close()
        #expect(frontEnd.stop(deadline: .now() + .seconds(10)) == 0)
    }
}
