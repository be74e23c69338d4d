import Glibc
import Network
import Platform
import SQLEngine
import Synchronization

/// Runs a server process: `grouplite server OPTIONS`. Returns its exit status when it has stopped.
public func runServer(options: [String]) -> Int32 {
    SignalThread.block()
    Memory.giveBackLargeBlocks()
    Memory.limitHeaps(to: 4)
    let stop = StopRequest()
    do {
        let variables = GlobalVariables()
        let line = try ServerCommandLine(arguments: options)
        let choice = try NodeOptions.apply(line, to: variables)
        if choice.isHelp {
            ErrorLog.shared.log(.system, "Options are the system variables: --name=value; see README.")
            return 0
        }
        let logFile = variables.text("log_error")
        let path = variables.text("datadir")
        guard !path.isEmpty else {
            throw OptionError("--datadir is missing: name the directory in which this server keeps its data")
        }
        let directory = try DataDirectory(path: path, create: true)
        if !logFile.isEmpty && logFile != "stderr" {
            let status = ErrorLog.shared.open(path: directory.resolve(logFile))
            guard status == 0 else {
                throw OptionError("Could not open file '\(logFile)' for error logging: \(String(cString: strerror(status)))")
            }
        }
        ErrorLog.shared.setVerbosity(Int(clamping: variables.number("log_error_verbosity")))
        let isNew = try directory.isEmpty()
        if choice.initializes && !isNew {
            throw OptionError("--initialize specified but the data directory has files in it. Aborting.")
        }
        try directory.settleFormat(isNew: isNew, lowerCaseTableNames: variables.number("lower_case_table_names"))
        let persisted = try PersistedVariables(directory: directory.path)
        for (name, value) in persisted.all {
            do throws(GlobalVariables.OptionError) {
                try variables.setOption(name, value, origin: .persisted)
            } catch {
                ErrorLog.shared.log(.warning, "mysqld-auto.cnf: \(error.description)")
            }
        }
        ErrorLog.shared.log(
            .system, code: 10116, "grouplite (GroupLite \(variables.text("version"))) starting as process \(getpid())")
        if isNew { ErrorLog.shared.log(.system, code: 13576, "Initializing the data directory '\(directory.path)'") }
        let node = try Node(
            variables: variables, persisted: persisted, directory: directory,
            groupReplication: choice.groupReplication, groupSecretFile: choice.groupSecretFile, requestStop: { stop.request(reason: $0) })
        if choice.initializes { return try initialize(node, setsRootPassword: choice.setsRootPassword) }
        guard SignalThread.start({ if $0 == .stop { stop.request(reason: nil) } }) != nil else {
            throw OptionError("Can't create the thread that receives signals")
        }
        try node.start()
        let reason = stop.wait()
        if let reason { ErrorLog.shared.log(.error, "The server stops: \(reason)") }
        node.stop()
        return reason == nil ? 0 : 1
    } catch {
        ErrorLog.shared.log(.error, code: 10119, "\(error)")
        ErrorLog.shared.log(.error, "Aborting")
        return 1
    }
}

/// `--initialize-insecure`: root has no password, as in the manual's tutorial.
private func initialize(_ node: Node, setsRootPassword: Bool) throws -> Int32 {
    if setsRootPassword {
        throw OptionError("--initialize is not supported: use --initialize-insecure, then set root's password")
    }
    ErrorLog.shared.log(
        .warning, code: 10453,
        "root@localhost is created with an empty password ! Please consider switching off the --initialize-insecure option.")
    node.keys.wait()
    return 0
}

/// That the server shall stop, and why.
private final class StopRequest: Sendable {
    private let lock = Lock()
    private let requested = Condition()
    // Safe: guarded by `lock`.
    private nonisolated(unsafe) var isRequested = false
    private nonisolated(unsafe) var reason: String?

    func request(reason: String?) {
        lock.withLock {
            if !isRequested { self.reason = reason }
            isRequested = true
            requested.broadcast()
        }
    }

    func wait() -> String? {
        lock.withLock {
            while !isRequested { requested.wait(lock) }
            return reason
        }
    }
}
