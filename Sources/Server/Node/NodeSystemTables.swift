import GroupReplication
import Platform
import SQLEngine

/// What a node supplies to the system tables and the status variables.
enum NodeSystemTables {
    static func make(
        context: ServerContext, persisted: PersistedVariables, group: GroupReplication, plugin: PluginState,
        channel: RecoveryChannelAccount, frontEnd: FrontEnd, tls: ServerTLS
    ) -> SystemTables {
        var sources = SystemTableSources(globals: context.globals, persisted: persisted)
        sources.monitoring = { [weak group] in group?.monitoring() ?? MonitoringSnapshot() }
        sources.memberActions = { [weak group] in
            let actions = group?.memberActions ?? MemberActions()
            let rows = MemberActions.Name.allCases.map { name in
                MemberAction(
                    name: name.rawValue, event: MemberActions.event, isEnabled: actions.isEnabled(name),
                    type: "INTERNAL", priority: name.priority, errorHandling: name.errorHandling)
            }
            return (actions.version, rows)
        }
        sources.isGroupReplicationInstalled = { plugin.isInstalled }
        sources.hasTable = { [components = context.components] schema, name in
            schema != "performance_schema"
                || Component.allCases.allSatisfy { $0.table != name || components.isInstalled($0) }
        }
        sources.administrationTLS = { [weak frontEnd] in
            frontEnd.map { $0.administrationPort != 0 } ?? false ? tls.administrationStatus : nil
        }
        sources.channels = {
            guard let credentials = channel.credentials else { return [] }
            var configuration = ChannelConfiguration(name: RecoveryChannelAccount.channelName)
            configuration.user = credentials.user
            configuration.heartbeatSeconds = 0
            return [configuration]
        }
        fill(context.status, context: context, group: group)
        fill(context.status, frontEnd.counters)
        let path = context.database.configuration.path
        context.status.setSource("Grouplite_disk_free") { String(FreeSpace.Amount(of: path)?.free ?? 0) }
        context.status.setSource("Grouplite_disk_full_waiting") { String(DiskSpace.shared.waiters.count) }
        context.status.setSource("Grouplite_disk_full_waits") { String(DiskSpace.shared.waitCount) }
        context.status.setSource("Prepared_stmt_count") { String(context.preparedStatements.value) }
        context.status.setSource("Global_connection_memory") { String(context.database.memory.bytes) }
        return SystemTables(sources: sources)
    }

    static func fill(_ status: StatusVariables, _ scrubber: Scrubber) {
        func set(_ name: String, _ value: @escaping @Sendable (Scrubber.Progress) -> String) {
            status.setSource("Grouplite_scrub_" + name) { value(scrubber.current) }
        }
        set("bytes_read") { String($0.bytes) }
        set("damage") { $0.damage }
        set("last_pass_end_timestamp") {
            $0.lastPassEnd == 0 ? "" : SystemValue.timestampText(Int64(clamping: $0.lastPassEnd), digits: 6)
        }
        set("passes") { String($0.passes) }
        set("stage") { $0.stage }
    }

    private static func fill(_ status: StatusVariables, _ counters: FrontEndCounters) {
        func set(_ name: String, _ value: @escaping @Sendable (FrontEndCounters) -> String) {
            status.setSource(name) { value(counters) }
        }
        set("Connections") { String($0.connections.load(ordering: .relaxed)) }
        set("Aborted_connects") { String($0.abortedConnects.load(ordering: .relaxed)) }
        set("Aborted_clients") { String($0.abortedClients.load(ordering: .relaxed)) }
        set("Connection_errors_max_connections") { String($0.refusedForNumber.load(ordering: .relaxed)) }
        set("Threads_connected") { String($0.connected.load(ordering: .relaxed)) }
        set("Threads_running") { String($0.running.load(ordering: .relaxed)) }
        set("Threads_created") { String($0.connections.load(ordering: .relaxed)) }
        set("Max_used_connections") { String($0.maximumConnected.load(ordering: .relaxed)) }
        set("Bytes_received") { String($0.bytesReceived.load(ordering: .relaxed)) }
        set("Bytes_sent") { String($0.bytesSent.load(ordering: .relaxed)) }
    }

    private static func fill(_ status: StatusVariables, context: ServerContext, group: GroupReplication) {
        let numbers: [(String, @Sendable (MonitoringSnapshot) -> UInt64)] = [
            ("Gr_all_consensus_proposals_count", { $0.communicationStatistics.proposals }),
            ("Gr_all_consensus_time_sum", { $0.communicationStatistics.consensusTimeMicroseconds }),
            ("Gr_control_messages_sent_bytes_sum", { $0.controlBytesSent }),
            ("Gr_control_messages_sent_count", { $0.controlMessagesSent }),
            ("Gr_control_messages_sent_roundtrip_time_sum", { $0.controlRoundtripMicroseconds }),
            ("Gr_data_messages_sent_bytes_sum", { $0.dataBytesSent }),
            ("Gr_data_messages_sent_count", { $0.dataMessagesSent }),
            ("Gr_data_messages_sent_roundtrip_time_sum", { $0.dataRoundtripMicroseconds }),
            ("Gr_consensus_bytes_received_sum", { $0.communicationStatistics.bytesReceived }),
            ("Gr_consensus_bytes_sent_sum", { $0.communicationStatistics.bytesSent }),
            ("Gr_empty_consensus_proposals_count", { $0.communicationStatistics.emptyProposals }),
            ("Gr_extended_consensus_count", { $0.communicationStatistics.extendedConsensus }),
            ("Gr_total_messages_sent_count", { $0.communicationStatistics.totalMessagesSent }),
            ("Gr_certification_garbage_collector_count", { $0.collectionCount }),
            ("Gr_certification_garbage_collector_time_sum", { $0.collectionMicroseconds }),
            ("Gr_transactions_consistency_after_sync_count", { $0.consistency.afterSyncCount }),
            ("Gr_transactions_consistency_after_sync_time_sum", { $0.consistency.afterSyncMicroseconds }),
            ("Gr_transactions_consistency_after_termination_count", { $0.consistency.afterTerminationCount }),
            ("Gr_transactions_consistency_after_termination_time_sum", { $0.consistency.afterTerminationMicroseconds }),
            ("Gr_transactions_consistency_before_begin_count", { $0.consistency.beforeBeginCount }),
            ("Gr_transactions_consistency_before_begin_time_sum", { $0.consistency.beforeBeginMicroseconds }),
        ]
        for (name, value) in numbers {
            status.setSource(name) { [weak group] in group.map { String(value($0.monitoring())) } ?? "0" }
        }
        status.setSource("Gr_last_consensus_end_timestamp") { [weak group] in
            guard let end = group?.monitoring().communicationStatistics.lastConsensusEnd, end != 0 else { return "" }
            return SystemValue.timestampText(Int64(clamping: end), digits: 6)
        }
    }
}
