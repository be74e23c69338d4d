import ArgumentParser
import Glibc
import Server

/// `grouplite server`: one node, started the way mysqld starts.
struct ServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Runs one node; takes mysqld's options.",
        discussion: """
            --defaults-file=F (first) names an option file with a [mysqld] group; every system variable is an option:
            --name=value, with - or _ in its name. --initialize-insecure makes a data directory and exits. An unknown
            option is an error, with --loose- before its name a warning.
            """)

    @Argument(parsing: .captureForPassthrough, help: "mysqld's options.")
    var options: [String] = []

    func run() throws {
        // Nothing of `exit`: it would clean OpenSSL up under threads that may still be within it.
        _exit(runServer(options: options))
    }
}
