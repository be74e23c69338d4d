import ArgumentParser

/// The one binary: `grouplite server` is one node, `grouplite sandbox` a whole group on this machine.
@main struct GroupLite: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grouplite",
        abstract: "MySQL Group Replication in one small binary.",
        version: "8.4.0-grouplite",
        subcommands: [ServerCommand.self, SandboxCommand.self])
}
