import BinaryLog
import GroupReplication
import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import Synchronization

/// Statements that steer replication: group replication, the recovery channel's account, the plugin, the binary log.
public final class ReplicationStatements: ReplicationStatementHandling {
    private let group: GroupReplication
    private let log: BinaryLogWriter
    private let channel: RecoveryChannelAccount
    private let plugin: PluginState
    private let requestShutdown: @Sendable () -> Void

    public init(
        group: GroupReplication, log: BinaryLogWriter, channel: RecoveryChannelAccount, plugin: PluginState,
        requestShutdown: @escaping @Sendable () -> Void
    ) {
        self.group = group
        self.log = log
        self.channel = channel
        self.plugin = plugin
        self.requestShutdown = requestShutdown
    }

    public func execute(
        _ statement: MySQLParser.Statement, in session: Session, into writer: ResultWriter
    ) throws(SQLError) {
        switch statement {
        case .startGroupReplication(let start): try startGroup(start, in: session)
        case .stopGroupReplication:
            guard plugin.isInstalled else { throw SQLError(.groupReplicationConfiguration) }
            try group.stop()
        case .changeSource(let change): try changeSource(change, in: session)
        case .startReplica(let threads), .stopReplica(let threads): try steerChannel(threads, statement, in: session)
        case .installPlugin(let name, let library): try install(name, String(decoding: library, as: UTF8.self), in: session)
        case .uninstallPlugin(let name): try uninstall(name, in: session)
        case .reset(let targets): try reset(targets, in: session)
        case .purgeBinaryLogs(let target): try purge(target, in: session)
        case .flush(let flush): try self.flush(flush, in: session)
        case .shutdown:
            session.ok(writer)
            session.wantsToDisconnect = true
            // The stop ends this connection too: the answer goes first.
            writer.packets.flush()
            return requestShutdown()
        case .show(.binaryLogs): return try showBinaryLogs(in: session, writer)
        case .show(.binaryLogStatus): return try showBinaryLogStatus(in: session, writer)
        case .show(.binaryLogEvents(let file, let position, let limit)):
            return try showEvents(file, position, limit, in: session, writer)
        case .show(.replicaStatus(let channel)): return try showReplicaStatus(channel, in: session, writer)
        case .show(.replicas):
            return session.answer(writer, ReplicaColumns.replicas, [])
        case .clone: throw SQLError(.notSupportedYet, "CLONE")
        case .restart: throw SQLError(.restartServerFailed, "mysqld is not managed by supervisor process.")
        // No other is sent here.
        default: throw SQLError(.notSupportedYet, StatementTraits(statement).name)
        }
        session.ok(writer)
    }

    // MARK: - Group replication

    private func startGroup(_ start: StartGroupReplicationStatement, in session: Session) throws(SQLError) {
        guard plugin.isInstalled else { throw SQLError(.groupReplicationConfiguration) }
        var options = StartOptions()
        if start.user != nil || start.password != nil {
            guard let user = start.user else { throw SQLError(.groupReplicationUserMandatoryMsg) }
            options.credentials = RecoveryCredentials(
                user: String(decoding: user, as: UTF8.self), password: String(decoding: start.password ?? [], as: UTF8.self))
        }
        let warning = group.membershipWarning
        try group.start(options)
        if let warning { session.diagnostics.warn(.unknownError, warning) }
    }

    /// Only the recovery channel's account can be set: there is no replication from elsewhere here.
    private func changeSource(_ change: ChangeSourceStatement, in session: Session) throws(SQLError) {
        let name = change.channel ?? ""
        let verb = change.isOldSyntax ? "CHANGE MASTER" : "CHANGE REPLICATION SOURCE"
        if name.lowercasedASCII == "group_replication_applier" {
            throw SQLError(.replicaChannelOperationNotAllowed, "\(verb) with the given parameters", name)
        }
        guard name.lowercasedASCII == RecoveryChannelAccount.channelName else {
            throw SQLError(.notSupportedYet, "replication from a server outside of the group")
        }
        var (user, password) = channel.credentials.map { ($0.user, $0.password) } ?? ("", "")
        for option in change.options {
            switch (option.name, option.value) {
            case ("SOURCE_USER", .string(let bytes)): user = String(decoding: bytes, as: UTF8.self)
            case ("SOURCE_PASSWORD", .string(let bytes)): password = String(decoding: bytes, as: UTF8.self)
            default: throw SQLError(.replicaChannelOperationNotAllowed, "\(verb) with the given parameters", name)
            }
        }
        guard password.utf8.count <= 32 else { throw SQLError(.groupReplicationPasswordLength) }
        try channel.set(RecoveryCredentials(user: user, password: password))
        if change.isOldSyntax {
            session.diagnostics.warn(
                .warnDeprecatedSyntax,
                "'CHANGE MASTER' is deprecated and will be removed in a future release. Please use CHANGE REPLICATION SOURCE instead")
        }
    }

    /// The group's applier can be stopped and started; the rest of its channels is the group's own affair.
    private func steerChannel(
        _ threads: ReplicaThreadsStatement, _ statement: MySQLParser.Statement, in session: Session
    ) throws(SQLError) {
        var isStart = true
        if case .stopReplica = statement { isStart = false }
        let verb = isStart ? "START REPLICA" : "STOP REPLICA"
        guard let channel = threads.channel, !channel.isEmpty else {
            if isStart { throw SQLError(.badReplica) }
            return session.diagnostics.note(SQLError(.replicaChannelWasNotRunning, ""))
        }
        if channel.lowercasedASCII == "group_replication_applier", threads.threads == [.applier], threads.until.isEmpty {
            return try group.setApplierRunning(isStart)
        }
        if channel.lowercasedASCII.hasPrefix("group_replication_") {
            throw SQLError(.replicaChannelOperationNotAllowed, "\(verb) FOR CHANNEL", channel)
        }
        throw SQLError(.replicaChannelDoesNotExist, channel)
    }

    private func install(_ name: String, _ library: String, in session: Session) throws(SQLError) {
        guard library == "group_replication.so", name.lowercasedASCII == "group_replication" else {
            throw SQLError(.cantOpenLibrary, library, 2, "there are no loadable plugins here")
        }
        guard plugin.install() else { throw SQLError(.udfExists, "group_replication") }
    }

    private func uninstall(_ name: String, in session: Session) throws(SQLError) {
        guard name.lowercasedASCII == "group_replication", plugin.isInstalled else {
            throw SQLError(.spDoesNotExist, "PLUGIN", name)
        }
        if group.isRunning { try group.stop() }
        plugin.uninstall()
    }

    // MARK: - The binary log

    private func reset(_ targets: [ResetTarget], in session: Session) throws(SQLError) {
        for target in targets {
            switch target {
            case .binaryLogsAndGTIDs:
                if group.isRunning { throw SQLError(.cantResetSource, "Group Replication is running") }
                throw SQLError(.notSupportedYet, "RESET BINARY LOGS AND GTIDS")
            case .replica(_, let channel):
                if let channel, channel.lowercasedASCII == "group_replication_applier" {
                    throw SQLError(.replicaChannelOperationNotAllowed, "RESET REPLICA [ALL] FOR CHANNEL", channel)
                }
                guard let channel, !channel.isEmpty else { continue }
                guard channel.lowercasedASCII == RecoveryChannelAccount.channelName else {
                    throw SQLError(.replicaChannelDoesNotExist, channel)
                }
                try self.channel.clear()
            }
        }
    }

    private func purge(_ target: PurgeTarget, in session: Session) throws(SQLError) {
        do throws(BinaryLogError) {
            switch target {
            case .to(let name): _ = try log.purge(to: String(decoding: name, as: UTF8.self))
            case .before(let expression):
                guard let seconds = try evaluateSeconds(expression, in: session) else { return }
                _ = try log.purge(before: seconds)
            }
        } catch {
            throw ReplicationStatements.error(error)
        }
    }

    private func evaluateSeconds(_ expression: Expression, in session: Session) throws(BinaryLogError) -> Int64? {
        let call = FunctionCall(name: "UNIX_TIMESTAMP", arguments: [expression])
        guard let result = try? session.evaluate(Expression(.function(call))) else { return nil }
        switch result.value {
        case .integer(let seconds): return seconds
        case .text(let bytes): return Double(String(decoding: bytes, as: UTF8.self)).map { Int64(saturating: $0) }
        default: return nil
        }
    }

    private func flush(_ flush: FlushStatement, in session: Session) throws(SQLError) {
        for target in flush.targets {
            switch target {
            case .binaryLogs, .logs:
                do throws(BinaryLogError) {
                    try log.rotate(timestamp: UInt32(truncatingIfNeeded: WallClock.microseconds() / 1_000_000))
                } catch {
                    throw ReplicationStatements.error(error)
                }
            case .privileges:
                session.diagnostics.warn(
                    .warnDeprecatedSyntaxNoReplacement, "'FLUSH PRIVILEGES' is deprecated and will be removed in a future release.")
                session.server.failedLogins.removeAll()
                session.server.usage.reset()
            case .userResources: session.server.usage.reset()
            case .tables, .engineLogs, .errorLogs, .generalLogs, .slowLogs, .status, .optimizerCosts, .relayLogs:
                // Nothing is cached that these would have to bring to the disk or forget.
                break
            case .tablesWithReadLock(let tables): try session.flushTablesWithReadLock(tables)
            case .tablesForExport(let tables):
                try session.demandTableLocks(on: tables)
                // There are no tablespace files to export.
                throw SQLError(.illegalHa, tables.first?.name ?? "")
            }
        }
    }

    static func error(_ error: BinaryLogError) -> SQLError {
        if case .unknownFile = error { return SQLError(.unknownTargetBinlog) }
        return SQLError(.errorWhenExecutingCommand, "SHOW BINLOG EVENTS", error.description)
    }

    private func showBinaryLogs(in session: Session, _ writer: ResultWriter) throws(SQLError) {
        do throws(BinaryLogError) {
            let rows = try log.files().map { file in
                [ResultCell.text(file.name), .number(file.size), .text("No")]
            }
            session.answer(writer, ReplicaColumns.binaryLogs, rows)
        } catch {
            throw ReplicationStatements.error(error)
        }
    }

    private func showBinaryLogStatus(in session: Session, _ writer: ResultWriter) throws(SQLError) {
        let position = log.position
        session.answer(
            writer, ReplicaColumns.binaryLogStatus,
            [[
                .text(position.fileName), .number(position.offset), .text(""), .text(""),
                .text(log.executedGTIDs.description),
            ]])
    }

    private func showEvents(
        _ file: [UInt8]?, _ position: UInt64?, _ limit: LimitClause?, in session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        var (offset, count): (UInt64, UInt64) = (0, .max)
        if let limit {
            if case .integer(let number) = try session.evaluate(limit.count).value { count = UInt64(max(0, number)) }
            if let skip = limit.offset, case .integer(let number) = try session.evaluate(skip).value {
                offset = UInt64(max(0, number))
            }
        }
        do throws(BinaryLogError) {
            let lines = try log.eventLines(
                in: file.map { String(decoding: $0, as: UTF8.self) }, from: position ?? 4, skipping: offset, limit: count)
            session.answer(
                writer, ReplicaColumns.events,
                lines.map { line in
                    [
                        .text(line.logName), .number(line.position), .text(line.eventType), .number(UInt64(line.serverID)),
                        .number(line.endPosition), .text(line.info),
                    ]
                })
        } catch {
            if case .unknownFile = error {
                throw SQLError(.errorWhenExecutingCommand, "SHOW BINLOG EVENTS", "Could not find target log")
            }
            throw ReplicationStatements.error(error)
        }
    }

    private func showReplicaStatus(
        _ channel: String?, in session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        if channel?.lowercasedASCII == "group_replication_applier" {
            throw SQLError(.replicaChannelOperationNotAllowed, "SHOW REPLICA STATUS", "group_replication_applier")
        }
        if let channel, !channel.isEmpty, channel.lowercasedASCII != RecoveryChannelAccount.channelName {
            throw SQLError(.replicaChannelDoesNotExist, channel)
        }
        let status = group.monitoring().recoveryChannel
        let isKnown = channel?.isEmpty != true && self.channel.credentials != nil
        session.answer(
            writer, ReplicaColumns.replicaStatus,
            isKnown ? [ReplicaColumns.statusRow(status, user: self.channel.credentials?.user ?? "")] : [])
    }
}

/// Whether group replication counts as an installed plugin: it is always there, but MySQL's statements and options say
/// when it may be used.
public final class PluginState: Sendable {
    public enum Installation: UInt8, AtomicRepresentable, Sendable {
        case none
        /// Its variables were set without `plugin_load_add`: it works, and INSTALL PLUGIN still may be said.
        case implied
        /// By `plugin_load_add` or INSTALL PLUGIN.
        case installed
    }

    private let state: Atomic<Installation>

    public init(_ installation: Installation) {
        state = Atomic(installation)
    }

    public var isInstalled: Bool { state.load(ordering: .relaxed) != .none }

    /// False when it was installed already.
    public func install() -> Bool {
        state.exchange(.installed, ordering: .relaxed) != .installed
    }

    public func uninstall() {
        state.store(.none, ordering: .relaxed)
    }
}
