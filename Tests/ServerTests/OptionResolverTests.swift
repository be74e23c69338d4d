import Glibc
import SQLEngine
import Testing

@testable import Server

@Suite struct OptionResolverTests {
    private struct Catalog: OptionCatalog {
        let forms: [String: OptionForm] = [
            "port": .value, "read_only": .boolean, "skip_name_resolve": .boolean, "log_bin": .optionalValue,
            "group_replication_group_name": .value, "max_connections": .value, "max_connect_errors": .value,
        ]

        func form(of name: String) -> OptionForm? { forms[name] }
        var optionNames: [String] { Array(forms.keys) }
    }

    private func resolve(_ arguments: String...) throws -> (options: [ResolvedOption], warnings: [String]) {
        let line = try ServerCommandLine(arguments: ["--no-defaults"] + arguments)
        var resolver = OptionResolver(Catalog())
        return (try resolver.resolve(line.assignments), resolver.warnings)
    }

    private func message(_ arguments: String...) -> String? {
        do {
            let line = try ServerCommandLine(arguments: ["--no-defaults"] + arguments)
            var resolver = OptionResolver(Catalog())
            _ = try resolver.resolve(line.assignments)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func whatTheHostsPackagesSayOfAServerDoesNotKeepADirectoryFromBeingMade() throws {
        var template = Array("/tmp/grouplite-test-XXXXXX".utf8CString)
        let home = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp"
        }
        let file = home + "/.my.cnf"
        defer {
            unlink(file)
            rmdir(home)
        }
        let text = "[mysqld]\nport=3311\nplugin_maturity=beta\nmax_connections=many\n"
        let descriptor = open(file, O_CREAT | O_WRONLY, 0o600)
        #expect(text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) } == text.utf8.count)
        close(descriptor)
        func apply(_ arguments: String...) throws -> NodeOptions.Result {
            let variables = GlobalVariables()
            let result = try NodeOptions.apply(ServerCommandLine(arguments: arguments, home: home), to: variables)
            #expect(variables.number("port") == 3311)
            return result
        }
        #expect(try apply("--help").isHelp)
        #expect(try apply("--initialize-insecure", "--datadir=/x").initializes)
        #expect(throws: OptionError.self) { try apply("--datadir=/x") }
        #expect(throws: OptionError.self) { try apply("--help", "--plugin_maturity=beta") }
    }

    @Test func dashesAndUnderscoresAreTheSame() throws {
        let options = try resolve("--max-connections=5", "--max_connections=6", "--read-only", "--skip-log-bin").options
        #expect(options.map(\.name) == ["max_connections", "max_connections", "read_only", "log_bin"])
        #expect(options.map(\.value) == ["5", "6", "ON", "OFF"])
    }

    @Test func prefixesTurnBooleansOnAndOff() throws {
        let options = try resolve("--skip-read-only", "--disable-read-only", "--enable-read-only", "--skip-name-resolve").options
        #expect(options.map(\.name) == ["read_only", "read_only", "read_only", "skip_name_resolve"])
        #expect(options.map(\.value) == ["OFF", "OFF", "ON", "ON"])
    }

    @Test func unknownOptionsAreNamedAndLooseOnesAreWarnings() throws {
        #expect(message("--nope=1") == "unknown variable 'nope=1' (the command line)")
        #expect(message("--skip-nope") == "unknown option '--skip-nope' (the command line)")
        #expect(message("--port") == "option '--port' requires an argument (the command line)")
        #expect(message("stray")?.contains("first extra is 'stray'") == true)
        let loose = try resolve("--loose-nope=1", "--loose-group-replication-group-name=x")
        #expect(loose.options.map(\.name) == ["group_replication_group_name"])
        #expect(loose.warnings.count == 1)
    }

    @Test func shortenedNamesCountWhileTheyAreUnambiguous() throws {
        let result = try resolve("--max-connections=1", "--log=x")
        #expect(result.options.map(\.name) == ["max_connections", "log_bin"])
        #expect(result.warnings.count == 1)
        #expect(message("--max-conn=1")?.hasPrefix("ambiguous option") == true)
    }

    @Test("sizes have suffixes", arguments: [
        ("10", 10), ("1K", 1024), ("16m", 16 << 20), ("2G", 2 << 30), ("-1", -1), ("18446744073709551615", Int128(UInt64.max)),
    ] as [(String, Int128)])
    func sizes(text: String, value: Int128) throws {
        #expect(try OptionValue.integer(text, option: "x") == value)
    }

    @Test("what is no number is refused", arguments: ["", "x", "1X", "1.5", "K", "5ß", "99999999999999999999"])
    func noNumbers(text: String) {
        #expect(throws: OptionError.self) { try OptionValue.integer(text, option: "x") }
    }

    @Test func booleansHaveManyNames() {
        for text in ["ON", "on", "1", "True"] { #expect(OptionValue.boolean(text) == true) }
        for text in ["OFF", "0", "false"] { #expect(OptionValue.boolean(text) == false) }
        #expect(OptionValue.boolean("maybe") == nil)
    }
}

