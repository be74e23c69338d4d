import Glibc
import GroupReplication
import Network
import Platform
import SQLEngine
import Synchronization

/// Runs a server process: `grouplite server OPTIONS`. Returns its exit status when it has stopped.
public func runServer(options: [String]) -> Int32 {
    SignalThread.block()
    Memory.giveBackLargeBlocks()
    Memory.limitHeaps(to: 4)
    do {
        let variables = GlobalVariables()
        let line = try ServerCommandLine(arguments: options)
        let choice = try NodeOptions.apply(line, to: variables)
        if choice.isHelp {
            ErrorLog.shared.log(.system, "Options are the system variables: --name=value; see README.")
            return 0
        }
        try SecureFileDirectory.check(variables)
        let path = variables.text("datadir")
        guard !path.isEmpty else {
            throw OptionError("--datadir is missing: name the directory in which this server keeps its data")
        }
        if choice.initializes, try !DataDirectory.isEmpty(path) {
            throw OptionError("--initialize specified but the data directory has files in it. Aborting.")
        }
        let directory = try DataDirectory(path: path, create: true)
        return try end(runOrStartAnew(variables, choice, directory))
    } catch {
        ErrorLog.shared.log(.error, code: 10119, "\(error)")
        ErrorLog.shared.log(.error, "Aborting")
        return 1
    }
}

/// The exit status; a server that is to start anew becomes another program.
private func end(_ ending: ServerEnding) throws -> Int32 {
    switch ending {
    case .stopped: return 0
    case .failed(let reason):
        ErrorLog.shared.log(.error, "The server stops: \(reason)")
        return 1
    case .startAnew(let reason):
        ErrorLog.shared.log(.error, "The server starts again to make its data anew: \(reason)")
        // The same program with the same arguments in this process; returns only when that fails.
        execv("/proc/self/exe", CommandLine.unsafeArgv)
        throw OptionError("The server cannot start itself again: \(String(cString: strerror(errno)))")
    }
}

/// A member of a group whose files turn out to be damaged is to be made anew.
private func runOrStartAnew(
    _ variables: GlobalVariables, _ choice: NodeOptions.Result, _ directory: DataDirectory
) throws -> ServerEnding {
    let isNew = try directory.isEmpty()
    let rebuild = Rebuild(directory: directory, variables: variables, isPluginInstalled: choice.groupReplication != .none)
    do {
        return try run(variables, choice, directory, rebuild, isNew: isNew)
    } catch {
        // Once is enough: what is damaged again needs somebody to look at the disk.
        let isUnderWay = access(RebuildRecord.path(directory.path), F_OK) == 0
        guard !choice.initializes, !isNew, !isUnderWay, rebuild.isPossible, rebuild.isDamage(error, uuid: try? directory.serverUUID())
        else { throw error }
        DamageNote(directory: directory.path).write("This server's files are damaged: \(error).")
        return .startAnew("\(error)")
    }
}

/// Makes the data directory if it is empty, and serves it unless it only was to be made.
private func run(
    _ variables: GlobalVariables, _ choice: NodeOptions.Result, _ directory: DataDirectory, _ rebuild: Rebuild, isNew: Bool
) throws -> ServerEnding {
    var keys: KeyMaterial?
    defer { keys?.stop() }
    let stop = StopRequest()
    let node: Node
    do {
        let logFile = variables.text("log_error")
        if !logFile.isEmpty && logFile != "stderr" {
            let status = ErrorLog.shared.open(path: directory.resolve(logFile))
            guard status == 0 else {
                throw OptionError("Could not open file '\(logFile)' for error logging: \(String(cString: strerror(status)))")
            }
        }
        ErrorLog.shared.setVerbosity(Int(clamping: variables.number("log_error_verbosity")))
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
        guard choice.initializes || SignalThread.start({ if $0 == .stop { stop.request(.stopped) } }) != nil else {
            throw OptionError("Can't create the thread that receives signals")
        }
        let record =
            choice.initializes || isNew
            ? nil : try rebuild.prepare(databaseFile: Node.databaseFileName) { !stop.isRequested }
        let made = KeyMaterial(
            directory: directory.path, version: variables.text("version"),
            makesCertificates: variables.isOn("auto_generate_certs"),
            makesPasswordKey: variables.isOn("caching_sha2_password_auto_generate_rsa_keys"),
            configuration: TLSConfiguration(server: variables, directory: directory))
        keys = made
        node = try Node(
            variables: variables, persisted: persisted, directory: directory, keys: made, listens: !choice.initializes,
            groupReplication: choice.groupReplication, groupSecretFile: choice.groupSecretFile, rebuild: record,
            mayRebuild: { rebuild.isPossible }, onSpace: { space in stop.onRequest { space.cancel() } },
            requestStop: { stop.request($0) })
        if choice.initializes {
            try initialize(node, setsRootPassword: choice.setsRootPassword)
            made.wait()
            return .stopped
        }
    } catch {
        // Nothing half-made is left: an empty directory is empty again.
        if isNew {
            keys?.stop()
            ErrorLog.shared.useStandardError()
            directory.takeBack()
        }
        throw error
    }
    try node.start()
    stop.onRequest {}
    let ending = stop.wait()
    node.stop()
    return ending
}

/// `--initialize`: root's password is in the error log and has to be changed first; `--initialize-insecure`: it has none, as
/// in the manual's tutorial.
private func initialize(_ node: Node, setsRootPassword: Bool) throws {
    let password = setsRootPassword ? TemporaryPassword.make() : nil
    try node.initialize(rootPassword: password)
    if let password {
        // Whatever log_error_verbosity says: it is nowhere else.
        ErrorLog.shared.setVerbosity(3)
        ErrorLog.shared.log(.note, code: 10454, "A temporary password is generated for root@localhost: \(password)")
    } else {
        ErrorLog.shared.log(
            .warning, code: 10453,
            "root@localhost is created with an empty password ! Please consider switching off the --initialize-insecure option.")
    }
}
