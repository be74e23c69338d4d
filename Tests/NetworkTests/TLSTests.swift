import Cryptography
import Glibc
import Network
import Platform
import Testing

@Suite struct TLSTests {
    private static let directory: String = {
        var template = Array("/tmp/grouplite-tls-XXXXXX".utf8CString)
        let path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
        _ = try? ServerKeyFiles.makeCertificates(directory: path, version: "9.7.4")
        return path
    }()

    private func serverConfiguration() -> TLSConfiguration {
        var configuration = TLSConfiguration()
        configuration.certificateFile = Self.directory + "/server-cert.pem"
        configuration.keyFile = Self.directory + "/server-key.pem"
        configuration.authorityFile = Self.directory + "/ca.pem"
        return configuration
    }

    /// Runs both handshakes and an echo; returns what each side said of its failure.
    private func meet(
        server: TLSConfiguration, client: TLSConfiguration, host: String = "localhost"
    ) throws -> (client: TLSInfo?, clientFailure: (any Error)?) {
        let (left, right) = try Socket.pair()
        left.setReadTimeout(.seconds(10))
        right.setReadTimeout(.seconds(10))
        let context = try TLSContext.server(server)
        let thread = Thread.start(name: "tls-server") {
            do {
                try right.acceptTLS(context)
                var bytes = [UInt8](repeating: 0, count: 100_000)
                let got = try bytes.withUnsafeMutableBytes { try right.readExactly(into: $0) }
                if got { try right.write(bytes) }
            } catch {}
            right.close()
        }
        defer { thread?.join() }
        do {
            try left.connectTLS(try TLSContext.client(client), host: host)
            let sent = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
            try left.write(sent)
            var bytes = [UInt8](repeating: 0, count: 100_000)
            let got = try bytes.withUnsafeMutableBytes { try left.readExactly(into: $0) }
            let info = left.tlsInfo
            left.close()
            guard got && bytes == sent else { return (nil, NetworkError.closed) }
            return (info, nil)
        } catch {
            left.close()
            return (nil, error)
        }
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func bothSidesAgreeOnAVersion(version: String) throws {
        var client = TLSConfiguration()
        client.versions = version
        let result = try meet(server: serverConfiguration(), client: client)
        #expect(result.client?.version == version)
        #expect(result.client?.peerSubject?.contains("Auto_Generated_Server_Certificate") == true)
    }

    @Test func theAuthorityIsVerified() throws {
        var client = TLSConfiguration()
        client.verification = .authority
        #expect(try meet(server: serverConfiguration(), client: client).client == nil)
        client.authorityFile = Self.directory + "/ca.pem"
        #expect(try meet(server: serverConfiguration(), client: client).client != nil)
        client.verification = .identity
        #expect(try meet(server: serverConfiguration(), client: client).client == nil)
    }

    @Test func aServerMayDemandAClientCertificate() throws {
        var server = serverConfiguration()
        server.verification = .authority
        var client = TLSConfiguration()
        #expect(try meet(server: server, client: client).client == nil)
        client.certificateFile = Self.directory + "/client-cert.pem"
        client.keyFile = Self.directory + "/client-key.pem"
        #expect(try meet(server: server, client: client).client != nil)
    }

    @Test func wrongFilesAndNamesAreErrors() {
        var configuration = serverConfiguration()
        configuration.keyFile = Self.directory + "/client-key.pem"
        #expect(throws: NetworkError.self) { try TLSContext.server(configuration) }
        configuration = serverConfiguration()
        configuration.versions = "SSLv3"
        #expect(throws: NetworkError.self) { try TLSContext.server(configuration) }
        configuration = serverConfiguration()
        configuration.cipherList = "no-such-cipher"
        #expect(throws: NetworkError.self) { try TLSContext.server(configuration) }
        #expect(throws: NetworkError.self) { try TLSContext.server(TLSConfiguration()) }
    }

    @Test func garbageInsteadOfAHandshakeIsAnError() throws {
        let (left, right) = try Socket.pair()
        try left.write(Array("GET / HTTP/1.0\r\n\r\n".utf8))
        let context = try TLSContext.server(serverConfiguration())
        #expect(throws: NetworkError.self) { try right.acceptTLS(context) }
    }

    /// A client that sends a byte now and then must not hold its place longer than the login may take.
    @Test func aHandshakeThatDripsInEndsAtItsDeadline() throws {
        let (left, right) = try Socket.pair()
        let context = try TLSContext.server(serverConfiguration())
        right.setReadDeadline(.now() + .milliseconds(400))
        let thread = Thread.start(name: "drip") {
            // The head of a record of 16 KB, then its bytes one by one: 16 seconds of them.
            var bytes: [UInt8] = [0x16, 0x03, 0x01, 0x40, 0x00]
            for _ in 0..<800 {
                guard (try? left.write(bytes)) != nil else { return }
                bytes = [1]
                Thread.sleep(.milliseconds(20))
            }
        }
        #expect(throws: NetworkError.timedOut) { try right.acceptTLS(context) }
        right.close()
        thread?.join()
        left.close()
    }
}
