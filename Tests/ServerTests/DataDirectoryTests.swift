import Glibc
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
