import GroupReplication

/// The events_stages tables and memory_summary_global_by_event_name, as far as group replication fills them.
enum StagesAndMemoryTables {
    static let current: SystemTableRows = { context in
        let stages = context.sources.monitoring().stages
        return stages.current.map { row($0, now: stages.now) }
    }

    static let history: SystemTableRows = { context in
        let stages = context.sources.monitoring().stages
        return stages.history.map { row($0, now: stages.now) }
    }

    static let historyLong: SystemTableRows = { context in
        let stages = context.sources.monitoring().stages
        return stages.historyLong.map { row($0, now: stages.now) }
    }

    static let summary: SystemTableRows = { context in
        context.sources.monitoring().stages.summaries.map { summary in
            [
                .text(summary.name), .unsigned(summary.count), .unsigned(summary.total), .unsigned(summary.minimum),
                .unsigned(summary.average), .unsigned(summary.maximum),
            ]
        }
    }

    /// A stage that lasts shows the present time as its end, as MySQL does.
    private static func row(_ event: StageRecorder.Event, now: UInt64) -> [SystemValue] {
        let end = event.end ?? now
        return [
            .unsigned(event.track.rawValue), .unsigned(event.id), event.end == nil ? nil : .unsigned(event.id),
            .text(event.stage.name), "", .unsigned(event.start), .unsigned(end),
            .unsigned(end >= event.start ? end - event.start : 0), .unsigned(event.stage.workCompleted),
            .unsigned(event.stage.workEstimated), nil, nil,
        ]
    }

    /// The memory instruments that MySQL's group replication has.
    static let instruments: [String] = [
        "certification_info", "GCS_XCom::xcom_cache", "write_set_encoded", "certification_data",
        "certification_data_gc", "transaction_data", "sql_service_command_data", "mysql_thread_queued_task",
        "message_service_queue", "message_service_received_message", "group_member_info",
        "consistent_members_that_must_prepare_transaction", "consistent_transactions",
        "consistent_transactions_prepared", "consistent_transactions_waiting",
        "consistent_transactions_delayed_view_change", "compression_data", "recovery_metadata_message_buffer",
    ].map { "memory/group_rpl/" + $0 }

    static let memory: SystemTableRows = { context in
        let monitoring = context.sources.monitoring()
        let statistics = monitoring.communicationStatistics
        // Rows known to certification, messages kept for members that lag, transactions that wait to be applied, members.
        let used: [String: (count: UInt64, bytes: UInt64)] = [
            "memory/group_rpl/certification_info": (monitoring.certificationItems, monitoring.certificationBytes),
            "memory/group_rpl/GCS_XCom::xcom_cache": (
                statistics.messageCacheBytes > 0 ? max(1, statistics.messageCacheCount) : 0, statistics.messageCacheBytes
            ),
            "memory/group_rpl/transaction_data": (monitoring.queuedTransactions, monitoring.queuedBytes),
            "memory/group_rpl/group_member_info": (
                UInt64(monitoring.members.count), UInt64(monitoring.members.count * MemoryLayout<GroupMemberRow>.size)
            ),
            "memory/group_rpl/consistent_transactions": (
                monitoring.waitingAfterCommits, monitoring.waitingAfterCommits * 64
            ),
            "memory/group_rpl/consistent_transactions_waiting": (monitoring.waitingCommits, monitoring.waitingCommits * 64),
        ]
        return instruments.map { name in
            let (items, bytes) = used[name] ?? (0, 0)
            let count = SystemValue.unsigned(items)
            let size = SystemValue.unsigned(bytes)
            return [.text(name), count, 0, size, 0, 0, count, count, 0, size, size]
        }
    }
}
