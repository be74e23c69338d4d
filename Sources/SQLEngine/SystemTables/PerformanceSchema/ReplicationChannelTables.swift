import GroupReplication
import MySQLProtocol
import Platform

/// The tables of replication channels: group replication's recovery and applier channels, where they are known.
enum ReplicationChannelTables {
    /// The channels that exist: the recovery channel once configured or used, the applier channel once group replication ran.
    private static func channels(_ context: SystemTableContext) -> [ChannelStatus] {
        guard context.sources.isGroupReplicationInstalled() else { return [] }
        let monitoring = context.sources.monitoring()
        var result: [ChannelStatus] = []
        let isConfigured = context.sources.channels().contains { $0.name == monitoring.recoveryChannel.name }
        if isConfigured || monitoring.isRunning { result.append(monitoring.recoveryChannel) }
        if monitoring.isRunning || !monitoring.applierChannel.groupName.isEmpty { result.append(monitoring.applierChannel) }
        return result
    }

    private static func time(_ microseconds: UInt64) -> SystemValue {
        .timestamp(Int64(clamping: microseconds))
    }

    private static func onOff(_ isOn: Bool) -> SystemValue { isOn ? "ON" : "OFF" }

    static let connectionStatus: SystemTableRows = { context in
        channels(context).map { channel in
            [
                .text(channel.name), .text(channel.groupName), .text(channel.sourceUUID), nil, onOff(channel.isReceiving), 0,
                .timestamp(0), .text(channel.receivedTransactionSet), .count(Int(channel.lastErrorNumber)),
                .text(channel.lastErrorMessage), time(channel.lastErrorTimestamp), .text(channel.lastQueued.gtid),
                time(channel.lastQueued.originalCommit), time(channel.lastQueued.immediateCommit),
                time(channel.lastQueued.start), time(channel.lastQueued.end), "", .timestamp(0), .timestamp(0), .timestamp(0),
            ]
        }
    }

    static let applierStatus: SystemTableRows = { context in
        channels(context).map { channel in
            [.text(channel.name), onOff(channel.isApplying), nil, .unsigned(channel.transactionRetries)]
        }
    }

    static let byCoordinator: SystemTableRows = { context in
        channels(context).map { channel in
            [
                .text(channel.name), nil, onOff(channel.isApplying), .count(Int(channel.lastErrorNumber)),
                .text(channel.lastErrorMessage), time(channel.lastErrorTimestamp), .text(channel.lastApplied.gtid),
                time(channel.lastApplied.originalCommit), time(channel.lastApplied.immediateCommit),
                time(channel.lastApplied.start), time(channel.lastApplied.end), .text(channel.applying.gtid),
                time(channel.applying.originalCommit), time(channel.applying.immediateCommit), time(channel.applying.start),
            ]
        }
    }

    static let byWorker: SystemTableRows = { context in
        channels(context).map { channel in
            [
                .text(channel.name), 1, nil, onOff(channel.isApplying), .count(Int(channel.lastErrorNumber)),
                .text(channel.lastErrorMessage), time(channel.lastErrorTimestamp), .text(channel.lastApplied.gtid),
                time(channel.lastApplied.originalCommit), time(channel.lastApplied.immediateCommit),
                time(channel.lastApplied.start), time(channel.lastApplied.end), .text(channel.applying.gtid),
                time(channel.applying.originalCommit), time(channel.applying.immediateCommit), time(channel.applying.start),
                0, 0, "", .timestamp(0),
            ] + transientError(channel)
        }
    }

    /// Of the transaction that is being applied, which is tried again: the disk is full.
    private static func transientError(_ channel: ChannelStatus) -> [SystemValue] {
        guard !channel.applying.gtid.isEmpty, let waiter = DiskSpace.shared.waiters.first else {
            return [0, 0, "", .timestamp(0)]
        }
        let error = SQLError(.diskFull, waiter.path, Int(waiter.errno), waiter.reason)
        return [
            .unsigned(waiter.retries), .count(Int(error.code)), .text(error.message),
            time(UInt64(clamping: waiter.started)),
        ]
    }

    static let applierConfiguration: SystemTableRows = { context in
        channels(context).map { channel in [.text(channel.name), 0, nil, "YES", "STREAM", "OFF", nil] }
    }

    static let connectionConfiguration: SystemTableRows = { context in
        let configured = context.sources.channels()
        return channels(context).map { channel in
            if let found = configured.first(where: { $0.name == channel.name }) { return row(found) }
            var configuration = ChannelConfiguration(name: channel.name)
            if channel.name == "group_replication_applier" {
                configuration.host = "<NULL>"
                configuration.port = 0
            } else {
                configuration.host = channel.sourceHost
                configuration.port = channel.sourcePort == 0 ? 3306 : channel.sourcePort
                configuration.user = channel.sourceUser
                configuration.heartbeatSeconds = 0
            }
            return row(configuration)
        }
    }

    private static func row(_ channel: ChannelConfiguration) -> [SystemValue] {
        let milliseconds = Int64(saturating: (channel.heartbeatSeconds * 1000).rounded())
        let fraction = String(milliseconds % 1000)
        let heartbeat = "\(milliseconds / 1000)." + String(repeating: "0", count: max(0, 3 - fraction.count)) + fraction
        return [
            .text(channel.name), .text(channel.host), .count(Int(channel.port)), .text(channel.user), "", "1",
            .yesNo(channel.usesTLS), .text(channel.caFile), .text(channel.caPath), .text(channel.certificate),
            .text(channel.cipher), .text(channel.key), .yesNo(channel.verifiesCertificate), "", "",
            .count(Int(channel.connectRetry)), .unsigned(channel.retryCount), .text(heartbeat), .text(channel.tlsVersion),
            .text(channel.publicKeyPath), .yesNo(channel.getsPublicKey), "", .text(channel.compressionAlgorithms),
            .count(Int(channel.zstdLevel)), nil, "0", "1",
        ]
    }
}
