import BinaryLog
import Cryptography
import Glibc
import GroupCommunication
import GroupReplication
import MySQLProtocol
import Network
import Platform
import SQLEngine
import Storage
import SystemCatalog

/// One node from its start to its stop: everything that a server is made of, put together.
///
/// Safe: its parts are immutable references, each safe on its own; `start` and `stop` are called by the main thread.
public final class Node: @unchecked Sendable {
    /// What keeps a node from starting: a message for the error log.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    public let variables: GlobalVariables
    private let directory: DataDirectory
    private let uuid: UUID
    /// The path of the group's secret; empty: members prove nothing to each other.
    private let groupSecretFile: String
    private let database: Database
    private let checkpointer: Checkpointer
    private let scrubber: Scrubber
    private let log: BinaryLogWriter
    private let context: ServerContext
    private let communication: GroupCommunicationShell
    private let group: GroupReplication
    private let control: NodeServerControl
    private let plugin: PluginState
    private let frontEnd: FrontEnd
    /// TLS certificates and the RSA pair, perhaps still in the making.
    let keys: KeyMaterial
    private let backend: NodeBackend
    private let isRebuilding: Bool
    /// What waits while the disk is full, but for the group's log, which ends with its group.
    private let space: SpaceWait

    /// The name of the SQLite file with all rows, in the data directory.
    static let databaseFileName = "grouplite.db"
    private static let stopPatience = Duration.seconds(10)

    /// Opens everything and recovers it after a crash; nobody is answered before ``start()``. `requestStop` is called on
    /// any thread when the server shall stop (SHUTDOWN, exit_state_action, damage). `listens`: ports and sockets are bound; not to
    /// make a data directory. `rebuild`: the data are being made anew. `onSpace` is told what may wait for space on the disk, here
    /// too.
    init(
        variables: GlobalVariables, persisted: PersistedVariables, directory: DataDirectory,
        keys: KeyMaterial, listens: Bool, groupReplication: PluginState.Installation, groupSecretFile: String = "",
        rebuild: RebuildRecord? = nil, mayRebuild: @escaping @Sendable () -> Bool = { false },
        onSpace: (SpaceWait) -> Void = { _ in }, requestStop: @escaping @Sendable (ServerEnding) -> Void
    ) throws {
        self.variables = variables
        self.directory = directory
        self.groupSecretFile = groupSecretFile.isEmpty ? "" : directory.resolve(groupSecretFile)
        uuid = try directory.serverUUID()
        self.keys = keys
        Node.fillComputed(variables, directory: directory, uuid: uuid)
        var configuration = Database.Configuration(path: directory.resolve(Node.databaseFileName))
        EngineDatabase.configure(&configuration)
        configuration.temporaryDirectory = variables.text("tmpdir")
        // A directory that is only made fails when the disk is full.
        let space = SpaceWait()
        if !listens { space.cancel() }
        self.space = space
        onSpace(space)
        configuration.space = space
        database = try Database.open(configuration)
        checkpointer = Checkpointer(database)
        let store = try NodeStore(
            database: database, tableNameCase: variables.tableNameCase, rebuild: rebuild, space: space)
        isRebuilding = rebuild != nil
        log = try Node.openLog(
            variables, directory: directory, executed: try store.loadState().gtidExecuted, space: space)

        scrubber = Scrubber(database: database, log: log, groupLog: directory.resolve("group_log")) { [variables] in
            variables.number("grouplite_scrub_rate")
        }
        let committer = NodeCommitter()
        context = ServerContext(
            database: database, committer: committer, uuid: uuid,
            serverID: UInt32(clamping: variables.number("server_id")), version: variables.text("version"),
            globals: variables)
        let channel = RecoveryChannelAccount(directory: directory.path)
        let rebuilt = RebuiltHook()
        control = NodeServerControl(
            context: context, variables: variables, persisted: persisted, channel: channel, mayRebuild: mayRebuild,
            rebuilt: rebuilt.action(rebuild), requestStop: requestStop)
        var communicationSettings = try Node.communicationSettings(
            variables, directory, uuid, keys, secret: self.groupSecretFile)
        communicationSettings.storedMark = { (try? store.loadState())?.logMark }
        let trace = GroupTrace(directory: directory.path)
        trace.set(variables.text("group_replication_communication_debug_options"))
        variables.onChange("group_replication_communication_debug_options") { trace.set($0.text) }
        communicationSettings.trace = trace
        communication = GroupCommunicationShell(communicationSettings)
        let hostName = Node.hostName()
        group = try GroupReplication(
            configuration: GroupReplicationConfiguration(
                variables: variables, serverUUID: uuid, stateDirectory: directory.path, hostName: hostName,
                holdsSecret: !self.groupSecretFile.isEmpty),
            communication: communication, store: store,
            log: NodeTransactionLog(writer: log, serverID: UInt32(clamping: variables.number("server_id"))),
            server: control)
        committer.transactions = group.transactions
        plugin = PluginState(groupReplication)
        NodeFunctions.install(in: context, group: group, plugin: plugin, log: log)

        let dump = BinlogDumpSender(
            log: log, serverID: UInt32(clamping: variables.number("server_id")), serverUUID: uuid)
        backend = NodeBackend(context: context, dump: dump)
        let tls = ServerTLS(variables: variables, directory: directory, keys: keys)
        frontEnd = try FrontEnd(
            backend: backend,
            endpoints: listens
                ? try Node.endpoints(variables, directory) : FrontEnd.Endpoints(addresses: [], port: 0, socketPath: ""),
            keys: keys, administrationKeys: { tls.administrationKeys })
        backend.frontEnd = frontEnd
        variables.store("port", .integer(Int64(frontEnd.port)), origin: variables.origin(SystemVariable.place(of: "port") ?? 0))
        if variables.number("report_port") == 0 {
            variables.store("report_port", .integer(Int64(frontEnd.port)), origin: .compiled)
        }

        let variableStatements = VariableStatements(globals: variables, persisted: persisted)
        context.variables = variableStatements
        context.systemTables = NodeSystemTables.make(
            context: context, persisted: persisted, group: group, plugin: plugin, channel: channel,
            frontEnd: frontEnd, tls: tls)
        NodeSystemTables.fill(context.status, scrubber)
        tls.register(on: context.status)
        context.registerAccountVariables()
        context.components.open(directory: directory.path)
        context.instance = InstanceStatements { isAdministration, rollsBack throws(SQLError) in
            try tls.reload(administration: isAdministration, rollsBack: rollsBack)
        }
        context.replication = ReplicationStatements(
            group: group, log: log, channel: channel, plugin: plugin, requestShutdown: { requestStop(.stopped) })
        rebuilt.node = self
        database.damage.setHandler { [weak group] in group?.storeIsDamaged($0.description) }
        registerHooks(hostName: hostName)
    }

    // MARK: - Parts

    /// Variables that say where and what this server is.
    private static func fillComputed(_ variables: GlobalVariables, directory: DataDirectory, uuid: UUID) {
        variables.store("datadir", .text(directory.path + "/"), origin: .compiled)
        variables.store("server_uuid", .text(uuid.description), origin: .compiled)
        variables.store("hostname", .text(hostName()), origin: .compiled)
        if variables.text("socket").isEmpty {
            variables.store("socket", .text(directory.resolve("mysql.sock")), origin: .compiled)
        }
        if variables.text("pid_file").isEmpty {
            variables.store("pid_file", .text(directory.resolve("\(hostName()).pid")), origin: .compiled)
        } else {
            variables.store("pid_file", .text(directory.resolve(variables.text("pid_file"))), origin: .compiled)
        }
        variables.store("log_bin_basename", .text(directory.resolve("binlog")), origin: .compiled)
        variables.store("log_bin_index", .text(directory.resolve("binlog.index")), origin: .compiled)
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "localhost" }
    }

    private static func openLog(
        _ variables: GlobalVariables, directory: DataDirectory, executed: GTIDSet, space: SpaceWait
    ) throws -> BinaryLogWriter {
        var configuration = BinaryLogConfiguration(
            directory: directory.path, serverID: UInt32(clamping: variables.number("server_id")),
            serverVersion: variables.text("version"), serverVersionNumber: UInt32(MySQLVersion.dialect.number))
        configuration.maximumFileSize = variables.number("max_binlog_size")
        configuration.space = space
        configuration.checksum = variables.text("binlog_checksum") == "NONE" ? .none : .crc32
        return try BinaryLogWriter(
            configuration: configuration, timestamp: UInt32(truncatingIfNeeded: WallClock.microseconds() / 1_000_000),
            executed: executed)
    }

    private static func communicationSettings(
        _ variables: GlobalVariables, _ directory: DataDirectory, _ uuid: UUID, _ keys: KeyMaterial,
        secret path: String
    ) throws -> GroupCommunicationSettings {
        var settings = GroupCommunicationSettings(directory: directory.resolve("group_log"), serverUUID: uuid)
        func number(_ name: String) -> Int { Int(clamping: variables.number("group_replication_" + name)) }
        settings.compressionThreshold = number("compression_threshold")
        settings.maximumMessageSize = number("communication_max_message_size")
        settings.expelTimeout = .seconds(number("member_expel_timeout"))
        settings.maximumLogBytes = variables.number("group_replication_message_cache_size")
        settings.pollSpinLoops = number("poll_spin_loops")
        settings.makeTLS = { () throws(CommunicationFailure) in
            try GroupLinkTLS.make(variables, directory, keys)
        }
        settings.readSecret = { () throws(CommunicationFailure) in
            path.isEmpty ? nil : try GroupSecret.read(path: path)
        }
        let allowlist = variables.text("group_replication_ip_allowlist")
        // One that is none keeps the group from being entered, not the server from starting.
        if allowlist != "AUTOMATIC" { settings.allowlist = IPAllowlist(allowlist) }
        return settings
    }

    private static func endpoints(
        _ variables: GlobalVariables, _ directory: DataDirectory
    ) throws -> FrontEnd.Endpoints {
        let addresses =
            variables.isOn("skip_networking")
            ? [] : variables.text("bind_address").split(separator: ",").map { $0.filter { $0 != " " } }
        var endpoints = FrontEnd.Endpoints(
            addresses: addresses, port: UInt16(clamping: variables.number("port")),
            socketPath: directory.resolve(variables.text("socket")),
            backlog: Int32(clamping: max(50, min(variables.number("back_log"), 65535))))
        let administration = variables.text("admin_address")
        if !administration.isEmpty, !variables.isOn("skip_networking") {
            guard !["*", "0.0.0.0", "::"].contains(administration), !administration.contains(",") else {
                throw Failure("Invalid value for admin_address: '\(administration)'. It is one address of this host")
            }
            endpoints.administration = (administration, UInt16(clamping: variables.number("admin_port")))
        }
        return endpoints
    }

    // MARK: - What variables change

    private func registerHooks(hostName: String) {
        database.setApplyDemand { [transactions = group.transactions] in transactions.hurryApplier() }
        database.setNewerVersionLookup { [transactions = group.transactions] hash, snapshot in
            transactions.newerWriter(of: hash, than: LogPosition(rawValue: snapshot))?.rawValue
        }
        database.globalReadLock.setApplierGate(
            GlobalReadLock.ApplierGate(
                hold: { [group] deadline, interrupted in group.freezeApplier(until: deadline, interrupted: interrupted) },
                release: { [group] in group.thawApplier() }))
        variables.onCheck("gtid_purged") { [log, group] value throws(SQLError) in
            try GroupVariableChecks.checkPurged(value.text, log: log, group: group)
        }
        variables.setSource("gtid_executed") { [log] in .text(log.executedGTIDs.description) }
        variables.setSource("gtid_purged") { [log] in .text(log.purgedGTIDs.description) }
        variables.onChange("super_read_only") { [context] value in
            context.isSuperReadOnly.store(value.isOn, ordering: .relaxed)
            if value.isOn { context.globals.store("read_only", .boolean(true)) }
        }
        variables.onChange("read_only") { [context] value in
            context.isReadOnly.store(value.isOn, ordering: .relaxed)
            if !value.isOn && context.globals.isOn("super_read_only") {
                context.globals.store("super_read_only", .boolean(false))
            }
        }
        variables.onChange("offline_mode") { [context] value in
            context.isOffline.store(value.isOn, ordering: .relaxed)
            if value.isOn { context.disconnectOrdinarySessions() }
        }
        variables.onChange("group_replication_enforce_update_everywhere_checks") { [context] value in
            context.enforcesUpdateEverywhereChecks.store(value.isOn, ordering: .relaxed)
        }
        variables.onChange("log_error_verbosity") { value in ErrorLog.shared.setVerbosity(Int(clamping: value.number)) }
        variables.onChange("global_connection_memory_limit") { [database] value in
            database.memory.setLimit(Int(clamping: value.number))
        }
        variables.onChange("group_replication_transaction_size_limit") { [context] _ in context.limitTransactions() }
        for name in ["binlog_cache_size", "max_binlog_cache_size"] {
            variables.onChange(name) { [context] _ in context.limitCapture() }
        }
        variables.onChange("max_binlog_size") { [log] value in log.setMaximumFileSize(value.number) }
        variables.onChange("group_replication_member_expel_timeout") { [group] value in
            group.setExpelTimeout(.seconds(Int64(clamping: value.number)))
        }
        variables.onCheck("group_replication_force_members") { [group] value throws(SQLError) in
            if !value.text.isEmpty { try group.forceMembers(value.text) }
        }
        GroupVariableChecks.register(on: variables, group: group)
        for name in GroupReplicationConfiguration.variableNames {
            variables.onChange(name) { [weak self] _ in self?.reconfigure(hostName: hostName) }
        }
    }

    private func reconfigure(hostName: String) {
        group.reconfigure(
            GroupReplicationConfiguration(
                variables: variables, serverUUID: uuid, stateDirectory: directory.path, hostName: hostName,
                holdsSecret: !self.groupSecretFile.isEmpty))
        if let settings = try? Node.communicationSettings(variables, directory, uuid, keys, secret: self.groupSecretFile) {
            communication.reconfigure(settings)
        }
    }

    // MARK: - Life

    /// Makes the data directory whole (`--initialize`): root gets `rootPassword`, which is expired from the start, and there
    /// is no binary log yet, so that the first start begins with the first file.
    func initialize(rootPassword: String?) throws {
        if let rootPassword {
            try checkpointer.start()
            context.limitTransactions()
            try group.open(startsGroup: false)
            try context.runAsRoot([
                "SET SQL_LOG_BIN = 0", "ALTER USER 'root'@'localhost' IDENTIFIED BY '\(rootPassword)' PASSWORD EXPIRE",
            ])
            group.close()
            communication.stop()
            checkpointer.stop()
        }
        try log.remove(timestamp: UInt32(truncatingIfNeeded: WallClock.microseconds() / 1_000_000))
    }

    /// Brings the data up to date, goes back into the group where it was in one, and answers clients.
    func start() throws {
        try checkpointer.start()
        // As `SET GLOBAL super_read_only = ON` does.
        if variables.isOn("super_read_only") { variables.store("read_only", .boolean(true)) }
        scrubber.start()
        context.isReadOnly.store(variables.isOn("read_only"), ordering: .relaxed)
        context.isSuperReadOnly.store(variables.isOn("super_read_only"), ordering: .relaxed)
        context.isOffline.store(variables.isOn("offline_mode"), ordering: .relaxed)
        context.enforcesUpdateEverywhereChecks.store(
            variables.isOn("group_replication_enforce_update_everywhere_checks"), ordering: .relaxed)
        database.memory.setLimit(Int(clamping: variables.number("global_connection_memory_limit")))
        context.limitTransactions()
        context.limitCapture()
        try group.open(
            startsGroup: plugin.isInstalled && (variables.isOn("group_replication_start_on_boot") || isRebuilding))
        // While the data are made anew nobody is answered: there are no accounts yet, or those of an empty server.
        if !isRebuilding { frontEnd.start() }
        try directory.writePIDFile(variables.text("pid_file"))
        ErrorLog.shared.log(
            .system, code: 10931,
            "grouplite: ready for connections. Version: '\(variables.text("version"))'  socket: "
                + "'\(variables.text("socket"))'  port: \(frontEnd.port)  GroupLite.")
    }

    /// The new copy of the data is whole. On a thread of its own.
    fileprivate func isRebuilt(_ record: RebuildRecord) {
        RebuildRecord.remove(directory.path)
        ErrorLog.shared.log(
            .system, subsystem: "Repl",
            "This server's data were made anew from its group. The damaged files are kept in '\(directory.resolve(record.aside))'.")
        frontEnd.start()
    }

    /// Answers nobody new, leaves the group's log in order, and brings everything to the disk. The member stays in the
    /// group's configuration: when it starts again it goes on from its log.
    func stop() {
        // Whoever waits (for a lock, for the group) ends too; a commit that is under way in the group goes on there.
        for session in context.sessions.all { session.killConnection() }
        frontEnd.stop(deadline: .now() + Node.stopPatience)
        group.close()
        communication.stop()
        space.cancel()
        scrubber.stop()
        checkpointer.stop()
        do {
            try log.close(timestamp: UInt32(truncatingIfNeeded: WallClock.microseconds() / 1_000_000))
        } catch {
            ErrorLog.shared.log(.error, "The binary log was not closed properly: \(error)")
        }
        directory.removePIDFile()
        ErrorLog.shared.log(.system, code: 10910, "grouplite: Shutdown complete (GroupLite \(variables.text("version"))).")
    }
}

/// What hears of the end of a rebuild is made before the node.
///
/// Safe: `node` is set once, by the node's initialiser, before the group is opened; weak references are read atomically.
private final class RebuiltHook: @unchecked Sendable {
    weak var node: Node?

    /// Nil while nothing is made anew.
    func action(_ record: RebuildRecord?) -> (@Sendable () -> Void)? {
        guard let record else { return nil }
        return { [self] in node?.isRebuilt(record) }
    }
}
