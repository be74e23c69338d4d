import Cryptography
import Glibc
import Network
import Platform
import Testing

@testable import Server

/// The front end against the command line clients that are installed here: MariaDB's, and MySQL's own where
/// GROUPLITE_MYSQL holds its command.
@Suite struct RealClientTests {
    private static let clients: [String] = {
        var clients: [String] = []
        if access("/usr/bin/mariadb", X_OK) == 0 { clients.append("/usr/bin/mariadb --no-defaults") }
        if let command = getenv("GROUPLITE_MYSQL") { clients.append(String(cString: command) + " --no-defaults") }
        return clients
    }()

    private static func run(_ command: String) -> String {
        guard let pipe = popen(command + " 2>&1", "r") else { return "" }
        defer { pclose(pipe) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, pipe)
            if count == 0 { break }
            output += chunk[..<count]
        }
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: clients)
    func aClientLogsInAndReadsRows(client: String) throws {
        var template = Array("/tmp/grouplite-client-XXXXXX".utf8CString)
        let directory = String(cString: try #require(mkdtemp(&template)))
        defer { _ = Self.run("rm -r \(directory)") }
        var configuration = TLSConfiguration()
        configuration.certificateFile = directory + "/server-cert.pem"
        configuration.keyFile = directory + "/server-key.pem"
        let backend = TinyBackend()
        let keys = KeyMaterial(
            directory: directory, version: "9.7.4", makesCertificates: true, makesPasswordKey: true,
            configuration: configuration)
        let frontEnd = try FrontEnd(
            backend: backend, endpoints: .init(addresses: ["127.0.0.1"], port: 0, socketPath: ""),
            keys: keys)
        frontEnd.start()
        let isMariaDB = client.contains("mariadb")
        let noTLS = isMariaDB ? "--skip-ssl" : "--ssl-mode=DISABLED --get-server-public-key"
        let withTLS = isMariaDB ? "--ssl --skip-ssl-verify-server-cert" : "--ssl-mode=REQUIRED"
        for tls in [withTLS, noTLS] {
            for (user, password) in [("root", ""), ("sha2", "secret"), ("sha2", "secret")] {
                let login = "\(client) \(tls) -h127.0.0.1 -P\(frontEnd.port) -u\(user) \(password.isEmpty ? "" : "-p\(password)")"
                let output = Self.run("\(login) -N -e user test")
                #expect(output.contains("\(user) in test"), "\(login): \(output)")
                #expect(Self.run("\(login) -e x missing").contains("1049"))
            }
        }
        #expect(
            Self.run("\(client) \(noTLS) -h127.0.0.1 -P\(frontEnd.port) -usha2 -pwrong -e x").contains("1045 (28000)"))
        frontEnd.stop(deadline: .now() + .seconds(10))
    }
}
