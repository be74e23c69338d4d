import Glibc
import Network
import Testing

@testable import Server

@Suite struct DataDirectoryTests {
    private func temporary() throws -> String {
        var template = Array("/tmp/grouplite-data-XXXXXX".utf8CString)
        return String(cString: try #require(mkdtemp(&template)))
    }

    private func remove(_ path: String) {
        for name in ["auto.cnf", "grouplite.lock", "x.pid", "s.sock.lock"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    @Test func aSecondServerIsRefused() throws {
        let path = try temporary()
        defer { remove(path) }
        do {
            let first = try DataDirectory(path: path, create: false)
            var message = ""
            do { _ = try DataDirectory(path: path, create: false) } catch { message = "\(error)" }
            #expect(message == "Another server is running with the data directory '\(path)'")
            withExtendedLifetime(first) {}
        }
        _ = try DataDirectory(path: path, create: false)
    }

    @Test func theUUIDIsMadeOnceAndKept() throws {
        let path = try temporary()
        defer { remove(path) }
        let directory = try DataDirectory(path: path, create: false)
        #expect(try directory.isEmpty())
        let uuid = try directory.serverUUID()
        #expect(try directory.serverUUID() == uuid)
        #expect(try !directory.isEmpty())
        if let file = fopen("\(path)/auto.cnf", "w") {
            fputs("[auto]\nserver-uuid=nonsense\n", file)
            fclose(file)
        }
        #expect(throws: DataDirectory.Failure.self) { try directory.serverUUID() }
    }

    @Test func directoriesAreMadeOnlyWhenAskedFor() throws {
        let path = try temporary()
        defer {
            remove("\(path)/a/b")
            rmdir("\(path)/a")
            remove(path)
        }
        #expect(throws: DataDirectory.Failure.self) { try DataDirectory(path: "\(path)/a/b", create: false) }
        #expect(try DataDirectory(path: "\(path)/a/b", create: true).resolve("x") == "\(path)/a/b/x")
    }

    @Test func theFileWithTheProcessNumberGoesWithTheServer() throws {
        let path = try temporary()
        defer { remove(path) }
        let directory = try DataDirectory(path: path, create: false)
        try directory.writePIDFile("x.pid")
        #expect(access("\(path)/x.pid", F_OK) == 0)
        directory.removePIDFile()
        #expect(access("\(path)/x.pid", F_OK) != 0)
    }

    @Test func aUnixSocketHasOneOwner() throws {
        let path = try temporary()
        defer { remove(path) }
        do {
            let first = try SocketFile(path: "\(path)/s.sock")
            #expect(throws: OptionError("Another process with pid \(getpid()) is using unix socket file '\(path)/s.sock'")) {
                try SocketFile(path: "\(path)/s.sock")
            }
            withExtendedLifetime(first) {}
        }
        _ = try SocketFile(path: "\(path)/s.sock")
    }
}

@Suite struct KeyMaterialTests {
    @Test func whatIsMissingIsMadeForWhoAsksAndReadTheNextTime() throws {
        var template = Array("/tmp/grouplite-material-XXXXXX".utf8CString)
        let path = String(cString: try #require(mkdtemp(&template)))
        defer { system("rm -r \(path)") }
        var configuration = TLSConfiguration()
        configuration.certificateFile = path + "/server-cert.pem"
        configuration.keyFile = path + "/server-key.pem"
        func material() -> KeyMaterial {
            KeyMaterial(
                directory: path, version: "9.7.4", makesCertificates: true, makesPasswordKey: true,
                configuration: configuration)
        }
        let first = material()
        #expect(first.offersTLS)
        let key = try #require(first.passwordKey())
        #expect(first.tlsContext() != nil)
        let second = material()
        #expect(second.offersTLS)
        #expect(try second.passwordKey()?.publicPEM() == key.publicPEM())
        // A run that was interrupted while it wrote begins again.
        unlink(path + "/ca.pem")
        unlink(path + "/server-cert.pem")
        if let file = fopen(path + "/server-cert.pem.new", "w") { fclose(file) }
        #expect(material().tlsContext() != nil)
    }

    @Test func filesThatAreNoneLeaveTheServerWithoutTLS() throws {
        var template = Array("/tmp/grouplite-material-XXXXXX".utf8CString)
        let path = String(cString: try #require(mkdtemp(&template)))
        defer { system("rm -r \(path)") }
        for name in ["ca.pem", "server-cert.pem", "server-key.pem", "private_key.pem"] {
            if let file = fopen("\(path)/\(name)", "w") {
                fputs("garbage", file)
                fclose(file)
            }
        }
        var configuration = TLSConfiguration()
        configuration.certificateFile = path + "/server-cert.pem"
        configuration.keyFile = path + "/server-key.pem"
        let material = KeyMaterial(
            directory: path, version: "9.7.4", makesCertificates: true, makesPasswordKey: false,
            configuration: configuration)
        #expect(!material.offersTLS)
        #expect(material.tlsContext() == nil)
        #expect(material.passwordKey() == nil)
    }
}
