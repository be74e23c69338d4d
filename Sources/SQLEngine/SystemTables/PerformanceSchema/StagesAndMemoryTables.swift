/// events_stages_current and memory_summary_global_by_event_name, as far as group replication fills them.
enum StagesAndMemoryTables {
    static let stages: SystemTableRows = { context in
        context.sources.monitoring().stages.enumerated().map { place, stage in
            [
                3, .count(place + 1), nil, .text(stage.name), "", 0, nil, nil, .unsigned(stage.workCompleted),
                .unsigned(stage.workEstimated), nil, nil,
            ]
        }
    }

    static let memory: SystemTableRows = { context in
        let monitoring = context.sources.monitoring()
        let used: [(String, UInt64)] = [
            ("memory/group_rpl/certification_info", monitoring.certificationBytes),
            ("memory/group_rpl/GCS_XCom::xcom_cache", monitoring.communicationStatistics.messageCacheBytes),
            ("memory/group_rpl/write_set_encoded", 0), ("memory/group_rpl/certification_data", 0),
            ("memory/group_rpl/certification_data_gc", 0), ("memory/group_rpl/transaction_data", 0),
            ("memory/group_rpl/sql_service_command_data", 0), ("memory/group_rpl/mysql_thread_queued_task", 0),
            ("memory/group_rpl/message_service_queue", 0), ("memory/group_rpl/message_service_received_message", 0),
            ("memory/group_rpl/group_member_info", 0),
            ("memory/group_rpl/consistent_members_that_must_prepare_transaction", 0),
            ("memory/group_rpl/consistent_transactions", 0), ("memory/group_rpl/consistent_transactions_prepared", 0),
            ("memory/group_rpl/consistent_transactions_waiting", 0),
            ("memory/group_rpl/consistent_transactions_delayed_view_change", 0),
            ("memory/group_rpl/compression_data", 0), ("memory/group_rpl/recovery_metadata_message_buffer", 0),
        ]
        return used.map { name, bytes in
            let count: SystemValue = bytes > 0 ? 1 : 0
            let size = SystemValue.unsigned(bytes)
            return [.text(name), count, 0, size, 0, 0, count, count, 0, size, size]
        }
    }
}
