import ArgumentParser
import Platform

/// The one binary: `grouplite server` is one node, `grouplite sandbox` a whole group on this machine.
@main struct GroupLite: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grouplite",
        abstract: "MySQL Group Replication in one small binary.",
        version: MySQLVersion.server,
        subcommands: [ServerCommand.self, SandboxCommand.self])
}
