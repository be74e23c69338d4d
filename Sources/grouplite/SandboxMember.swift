import CPlatform
import Glibc
import Platform
import Server

/// One member of the sandbox: its directory, its option file and its process.
struct SandboxMember {
    let number: Int
    let directory: String
    let port: Int
    let groupPort: Int
    private(set) var process: pid_t = 0

    init(number: Int, directory: String, basePort: Int) {
        self.number = number
        self.directory = directory
        // A member that is there keeps the ports of its option file: what is printed is where it runs.
        let present = SandboxMember.ports(optionFile: directory + "/my.cnf")
        port = present.port ?? basePort + number - 1
        groupPort = present.groupPort ?? basePort + 100 + number - 1
    }

    private static func ports(optionFile: String) -> (port: Int?, groupPort: Int?) {
        var reader = OptionFileReader(groups: ["mysqld"])
        do throws(OptionError) { try reader.read(optional: optionFile) } catch { return (nil, nil) }
        func last(_ name: String) -> String? { reader.assignments.last { $0.name == name }?.value }
        return (
            last("port").flatMap { Int($0) },
            last("group_replication_local_address")?.split(separator: ":").last.flatMap { Int($0) }
        )
    }

    var dataDirectory: String { directory + "/data" }
    var pidFile: String { directory + "/member.pid" }
    var socket: String { dataDirectory + "/mysql.sock" }
    var logFile: String { directory + "/error.log" }

    /// Whether the member has been part of the group before: then it goes on by itself when it starts.
    var hasJoinedBefore: Bool { access(directory + "/joined", F_OK) == 0 }

    func markJoined() {
        let file = FileAccess.open(directory + "/joined", O_WRONLY, .secret)
        if file >= 0 { close(file) }
    }

    /// Writes the option file; what an operator changed in it since is kept by leaving an existing file alone.
    func writeOptionFile(
        groupName: String, secretFile: String, seeds: String, isMultiPrimary: Bool
    ) throws(SandboxError) {
        try makeDirectory(directory)
        let path = directory + "/my.cnf"
        if access(path, F_OK) == 0 { return }
        let text = """
            # Member \(number) of the sandbox.
            [mysqld]
            datadir=\(dataDirectory)
            socket=\(socket)
            pid_file=\(pidFile)
            bind_address=127.0.0.1
            port=\(port)
            report_host=127.0.0.1
            server_id=\(number)
            gtid_mode=ON
            enforce_gtid_consistency=ON
            group_replication_group_name="\(groupName)"
            group_replication_group_secret_file="\(secretFile)"
            group_replication_local_address="127.0.0.1:\(groupPort)"
            group_replication_group_seeds="\(seeds)"
            group_replication_single_primary_mode=\(isMultiPrimary ? "OFF" : "ON")
            group_replication_start_on_boot=ON

            """
        do throws(FileError) {
            try File(path, .makingNew(.secret)).write(Array(text.utf8), at: 0)
        } catch {
            throw SandboxError("cannot write \(path): \(error.reason)")
        }
    }

    /// Starts the member's process, its log appended to ``logFile``. A member that has not joined yet waits for START
    /// GROUP_REPLICATION.
    mutating func start(binary: String) throws(SandboxError) {
        var arguments = [binary, "server", "--defaults-file=\(directory)/my.cnf"]
        if !hasJoinedBefore { arguments.append("--group-replication-start-on-boot=OFF") }
        let log = FileAccess.open(logFile, O_WRONLY | O_APPEND, .data)
        guard log >= 0 else { throw SandboxError("cannot write \(logFile): \(String(cString: strerror(errno)))") }
        defer { close(log) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, log, 1)
        posix_spawn_file_actions_adddup2(&actions, log, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C reaches the sandbox alone, which then stops the members in order.
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        let status = posix_spawn(&process, binary, &actions, &attributes, pointers, environ)
        guard status == 0 else { throw SandboxError("cannot start \(binary): \(String(cString: strerror(status)))") }
    }

    /// Whether the process has ended; its status is collected.
    mutating func hasEnded() -> Bool {
        guard process > 0 else { return true }
        var status: Int32 = 0
        // ECHILD: started by hand, so not ours to wait for.
        let isGone =
            waitpid(process, &status, WNOHANG) == process || (errno == ECHILD && kill(process, 0) != 0 && errno == ESRCH)
        if isGone { process = 0 }
        return isGone
    }

    /// A member that was killed and started again by hand is stopped with the others: its pid file says which it is.
    mutating func adoptProcessStartedByHand() {
        guard hasEnded() else { return }
        let file = open(pidFile, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = read(file, &buffer, buffer.count)
        guard count > 0 else { return }
        let digits = String(decoding: buffer[0..<count].prefix { $0 >= 48 && $0 <= 57 }, as: UTF8.self)
        guard let number = pid_t(digits), kill(number, 0) == 0, isServer(number) else { return }
        process = number
    }

    /// Whether the process is a server on this member's option file: its number may have been given to another.
    private func isServer(_ number: pid_t) -> Bool {
        let file = open("/proc/\(number)/cmdline", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = read(file, &buffer, buffer.count)
        return count > 0 && String(decoding: buffer[0..<count], as: UTF8.self).contains(directory + "/my.cnf")
    }

    func signal(_ number: Int32) {
        if process > 0 { kill(process, number) }
    }

    /// The last lines of the member's log: for the message when it did not start.
    func lastLogLines(_ count: Int = 5) -> String {
        guard let file = fopen(logFile, "r") else { return "" }
        defer { fclose(file) }
        var lines: [String] = []
        var buffer = [CChar](repeating: 0, count: 4096)
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let length = buffer.firstIndex(of: 0) ?? buffer.count
            lines.append(String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
            if lines.count > count { lines.removeFirst() }
        }
        return lines.joined()
    }
}

/// What keeps the sandbox from running, in words for the user.
struct SandboxError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Makes `path` and its parents.
func makeDirectory(_ path: String) throws(SandboxError) {
    var made = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
        made += (made.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
        if FileAccess.makeDirectory(made) != 0 && errno != EEXIST {
            throw SandboxError("cannot make \(made): \(String(cString: strerror(errno)))")
        }
    }
}
