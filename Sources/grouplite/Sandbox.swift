import Cryptography
import Glibc
import MySQLConnection
import MySQLProtocol
import Platform

/// A whole group on this machine: starts the members, forms the group where there is none, and stops it on a signal.
struct Sandbox {
    private var members: [SandboxMember]
    private let directory: String
    private let isMultiPrimary: Bool
    private let binary: String

    private static let recoveryUser = "grouplite_recovery"
    private static let startSeconds = 60

    init(directory: String, memberCount: Int, basePort: Int, isMultiPrimary: Bool) throws(SandboxError) {
        try makeDirectory(directory)
        guard let absolute = realpath(directory, nil) else {
            throw SandboxError("cannot use \(directory): \(String(cString: strerror(errno)))")
        }
        defer { free(absolute) }
        self.directory = String(cString: absolute)
        self.isMultiPrimary = isMultiPrimary
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else {
            throw SandboxError("cannot find the path of this program")
        }
        binary = path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        members = (1...memberCount).map { number in
            SandboxMember(number: number, directory: "\(String(cString: absolute))/s\(number)", basePort: basePort)
        }
    }

    /// Runs until SIGINT or SIGTERM.
    mutating func run() throws(SandboxError) {
        // Waited for below; the members' processes start with none blocked.
        var stopSignals = sigset_t()
        sigemptyset(&stopSignals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&stopSignals, number) }
        pthread_sigmask(SIG_BLOCK, &stopSignals, nil)
        signal(SIGPIPE, SIG_IGN)

        let started = MonotonicTime.now()
        do {
            try startMembers()
            try formGroup()
            try waitUntilOnline()
        } catch {
            stopMembers()
            throw error
        }
        let seconds = Double((MonotonicTime.now() - started).inNanoseconds) / 1e9
        say("\(members.count) members ONLINE after \(Int(seconds * 1000)) ms.")
        printMembers()
        waitForSignal(&stopSignals)
        say("Stopping all members ...")
        stopMembers()
        say("Stopped. The data is in \(directory); run the sandbox on it again to go on.")
    }

    // MARK: - Start

    private mutating func startMembers() throws(SandboxError) {
        let groupName = try groupName()
        let secretFile = try secretFile()
        let seeds = members.map { "127.0.0.1:\($0.groupPort)" }.joined(separator: ",")
        for index in members.indices {
            try members[index].writeOptionFile(
                groupName: groupName, secretFile: secretFile, seeds: seeds, isMultiPrimary: isMultiPrimary)
            try members[index].start(binary: binary)
        }
        say("Starting \(members.count) members below \(directory) ...")
    }

    /// The group's UUID, made at the first start.
    private func groupName() throws(SandboxError) -> String {
        let path = directory + "/group_name"
        var buffer = [UInt8](repeating: 0, count: 36)
        let existing = open(path, O_RDONLY | O_CLOEXEC)
        if existing >= 0 {
            defer { close(existing) }
            guard read(existing, &buffer, 36) == 36, let uuid = UUID(String(decoding: buffer, as: UTF8.self)) else {
                throw SandboxError("\(path) holds no UUID")
            }
            return uuid.description
        }
        let name = UUID.random().description
        try writeNew(name, path)
        return name
    }

    /// What the members prove to each other, made at the first start.
    private func secretFile() throws(SandboxError) -> String {
        let path = directory + "/group_secret"
        if access(path, F_OK) == 0 { return path }
        let digits = Array("0123456789abcdef".utf8)
        let secret = SecureRandom.bytes(32).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        try writeNew(String(decoding: secret, as: UTF8.self) + "\n", path)
        return path
    }

    private func writeNew(_ text: String, _ path: String) throws(SandboxError) {
        do throws(FileError) {
            try File(path, .makingNew(.secret)).write(Array(text.utf8), at: 0)
        } catch {
            throw SandboxError("cannot write \(path): \(error.reason)")
        }
    }

    /// Bootstraps on the first member and lets the others join, where they were not members before.
    private mutating func formGroup() throws(SandboxError) {
        for index in members.indices where !members[index].hasJoinedBefore {
            let client = try connect(index)
            defer { client.close() }
            try statements(
                client, index,
                [
                    "SET SQL_LOG_BIN=0",
                    "CREATE USER IF NOT EXISTS '\(Sandbox.recoveryUser)'@'%' IDENTIFIED BY 'sandbox'",
                    "GRANT REPLICATION SLAVE, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO '\(Sandbox.recoveryUser)'@'%'",
                    "SET SQL_LOG_BIN=1",
                    "CHANGE REPLICATION SOURCE TO SOURCE_USER='\(Sandbox.recoveryUser)', SOURCE_PASSWORD='sandbox' "
                        + "FOR CHANNEL 'group_replication_recovery'",
                ])
            if index == 0 {
                try statements(
                    client, index,
                    [
                        "SET GLOBAL group_replication_bootstrap_group=ON", "START GROUP_REPLICATION",
                        "SET GLOBAL group_replication_bootstrap_group=OFF",
                    ])
            } else {
                try statements(client, index, ["START GROUP_REPLICATION"])
            }
            members[index].markJoined()
        }
    }

    private mutating func waitUntilOnline() throws(SandboxError) {
        let deadline = MonotonicTime.now() + .seconds(Sandbox.startSeconds)
        for index in members.indices {
            let client = try connect(index)
            defer { client.close() }
            while true {
                let sql = "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'"
                let online: String?
                do {
                    online = try client.query(sql).firstValue
                } catch {
                    throw SandboxError("member s\(members[index].number): \(error.message)")
                }
                if online == String(members.count) { break }
                guard MonotonicTime.now() < deadline else {
                    throw SandboxError(
                        "member s\(members[index].number) sees \(online ?? "0") of \(members.count) members ONLINE after "
                            + "\(Sandbox.startSeconds) s; see \(members[index].logFile):\n\(members[index].lastLogLines())")
                }
                Thread.sleep(.milliseconds(5))
            }
        }
    }

    /// Connects to a member, waiting until it listens.
    private mutating func connect(_ index: Int) throws(SandboxError) -> MySQLClient {
        var settings = ConnectionSettings(endpoint: .unix(path: members[index].socket), user: "root")
        settings.tlsMode = .disabled
        let deadline = MonotonicTime.now() + .seconds(Sandbox.startSeconds)
        while true {
            do {
                return try MySQLClient.connect(settings)
            } catch {
                if members[index].hasEnded() {
                    throw SandboxError(
                        "member s\(members[index].number) did not start; see \(members[index].logFile):\n"
                            + members[index].lastLogLines())
                }
                guard MonotonicTime.now() < deadline else {
                    throw SandboxError("member s\(members[index].number) does not answer: \(error.message)")
                }
            }
            Thread.sleep(.milliseconds(5))
        }
    }

    private func statements(_ client: MySQLClient, _ index: Int, _ statements: [String]) throws(SandboxError) {
        for statement in statements {
            do {
                _ = try client.query(statement)
            } catch {
                throw SandboxError(
                    "member s\(members[index].number): \(error.message) (\(statement)); see \(members[index].logFile):\n"
                        + members[index].lastLogLines())
            }
        }
    }

    // MARK: - What the user sees

    private func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    private mutating func printMembers() {
        var lines = ["", "member  state    role       SQL port  group port  pid", ]
        let roles = memberRoles()
        for member in members {
            let (state, role) = roles[member.port] ?? ("?", "?")
            lines.append(
                "s\(member.number)".padded(8) + state.padded(9) + role.padded(11) + String(member.port).padded(10)
                    + String(member.groupPort).padded(12) + String(member.process))
        }
        lines.append("")
        lines.append("Connect (root has no password):")
        for member in members {
            lines.append("  mysql -h 127.0.0.1 -P \(member.port) -u root        # s\(member.number)")
        }
        lines.append("  with MariaDB's client: mariadb --skip-ssl -h 127.0.0.1 -P \(members[0].port) -u root")
        lines.append("Logs: \(directory)/s*/error.log. A member that was killed starts again with, for example:")
        lines.append("  \(binary) server --defaults-file=\(members[0].directory)/my.cnf")
        lines.append("Ctrl-C stops all members.")
        say(lines.joined(separator: "\n"))
    }

    private mutating func memberRoles() -> [Int: (String, String)] {
        guard let client = try? connect(0) else { return [:] }
        defer { client.close() }
        let sql = "SELECT MEMBER_PORT, MEMBER_STATE, MEMBER_ROLE FROM performance_schema.replication_group_members"
        guard let result = try? client.query(sql) else { return [:] }
        var roles: [Int: (String, String)] = [:]
        for row in result.rows where row.count == 3 {
            let texts = row.map { String(decoding: $0 ?? [], as: UTF8.self) }
            if let port = Int(texts[0]) { roles[port] = (texts[1], texts[2]) }
        }
        return roles
    }

    // MARK: - Stop

    /// Waits for Ctrl-C or SIGTERM; a member that ends meanwhile is reported.
    private mutating func waitForSignal(_ signals: inout sigset_t) {
        while true {
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { continue }
            if number != SIGCHLD { return }
            for index in members.indices where members[index].process > 0 && members[index].hasEnded() {
                say(
                    "Member s\(members[index].number) has ended (log: \(members[index].logFile)). Start it again with:\n"
                        + "  \(binary) server --defaults-file=\(members[index].directory)/my.cnf")
            }
        }
    }

    /// SIGTERM to one after the other, the first member last: each leaves in order, and the last one keeps the group, to
    /// which the others come back at the next start. SIGKILL to who does not go.
    private mutating func stopMembers() {
        for index in members.indices.reversed() {
            members[index].adoptProcessStartedByHand()
            members[index].signal(SIGTERM)
            let deadline = MonotonicTime.now() + .seconds(20)
            while !members[index].hasEnded() {
                if MonotonicTime.now() > deadline {
                    say("Member s\(members[index].number) does not stop; it is killed.")
                    members[index].signal(SIGKILL)
                }
                Thread.sleep(.milliseconds(5))
            }
        }
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
