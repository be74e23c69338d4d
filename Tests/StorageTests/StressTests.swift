import Glibc
import Testing

/// The randomised guard of speculative execution, in processes of its own: `storagebench` (see its Main.swift), which prints
/// the seed that it ran with. Longer runs are by command.
@Suite(.serialized) struct StressTests {
    /// Built beside the tests.
    private static let tool: String? = {
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        guard length > 0 else { return nil }
        let own = String(decoding: path.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // The runner may be the toolchain's own: the test bundle's place is among its arguments.
        for candidate in [own] + CommandLine.arguments {
            guard let slash = candidate.lastIndex(of: "/") else { continue }
            let tool = candidate[..<slash] + "/storagebench"
            if access(String(tool), X_OK) == 0 { return String(tool) }
        }
        return nil
    }()

    private func run(_ words: String...) throws {
        let tool = try #require(Self.tool, "storagebench was not built beside the tests")
        var template = Array("/tmp/storage-stress-XXXXXX".utf8CString)
        let directory = String(cString: try #require(mkdtemp(&template)))
        var arguments = ([tool, words[0], directory] + words.dropFirst()).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        #expect(posix_spawn(&process, tool, nil, nil, arguments, environ) == 0)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        #expect(status == 0, "storagebench \(words.joined(separator: " "))")
        for name in ["rows.db", "replica.db"] {
            for suffix in ["", "-wal", "-shm"] { unlink("\(directory)/\(name)\(suffix)") }
        }
        rmdir(directory)
    }

    @Test("Sums, integrity and a replica's rows hold under everything at once")
    func everythingAtOnce() throws {
        try run("stress", "16", "3", "\(UInt32.random(in: 1...UInt32.max))")
    }

    @Test("What was acknowledged is there after each kill -9")
    func kills() throws {
        try run("crash", "8", "3", "\(UInt32.random(in: 1...UInt32.max))")
    }
}
