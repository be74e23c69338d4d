@testable import Network
@testable import Server

/// Option files, command lines and addresses.
let serverTargets: [FuzzTarget] = [
    FuzzTarget("option-file", seeds: optionSeeds) { bytes in
        var bytes = bytes
        // An include reads what is on this machine, which may be endless.
        for index in bytes.indices where bytes[index] == UInt8(ascii: "!") { bytes[index] = UInt8(ascii: ";") }
        var reader = OptionFileReader(groups: ["mysqld", "server"])
        guard (try? reader.parse(String(decoding: bytes, as: UTF8.self), path: "my.cnf")) != nil else { return }
        var resolver = OptionResolver(NodeOptions())
        _ = try? resolver.resolve(reader.assignments)
    },
    FuzzTarget("socket-address", seeds: { ["127.0.0.1:33061", "[::1]:1", "host:99999", ":"].map { Array($0.utf8) } }) { bytes in
        _ = SocketAddress.parse(String(decoding: bytes, as: UTF8.self))
    },
]

@Sendable private func optionSeeds() -> [[UInt8]] {
    [
        "# c\n[mysqld]\nserver-id=1\nloose-group_replication_group_name=\"aaaa\" # x\nskip_networking\nmax_allowed_packet=64M\n[client]\nx=1",
        "[mysqld]\ngroup_replication_group_seeds='a:1,b:2'\nplugin_load_add=a\\tb\\s\\\\\nport = 3306\n;\n[x",
    ].map { Array($0.utf8) }
}
