import ArgumentParser
import Glibc
import Platform

/// `grouplite sandbox`: a group of several members on 127.0.0.1, in the foreground, to try things with.
struct SandboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Runs a group of several members on this machine until Ctrl-C.",
        discussion: """
            Each member is a process of its own with a data directory below --dir. Run again on the same directory, it
            brings the same group and its data back.
            """)

    @Option(help: "How many members the group has (1 to 9).")
    var members = 3

    @Option(help: "The directory of the members' data and logs; made where it does not exist.")
    var dir = "grouplite-sandbox"

    @Option(help: "SQL ports count from here; group ports from here + 100.")
    var basePort = 24801

    @Flag(help: "Every member takes writes. By default one does, the primary.")
    var multiPrimary = false

    func validate() throws {
        guard (1...9).contains(members) else { throw ValidationError("--members takes 1 to 9") }
        guard (1024...65000).contains(basePort) else { throw ValidationError("--base-port takes 1024 to 65000") }
    }

    func run() throws {
        var sandbox = try Sandbox(
            directory: dir, memberCount: members, basePort: basePort, isMultiPrimary: multiPrimary)
        try sandbox.run()
    }
}
