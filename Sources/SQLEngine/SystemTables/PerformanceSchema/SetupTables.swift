import GroupReplication

/// The setup tables: what is instrumented here is fixed.
enum SetupTables {
    static let actors: SystemTableRows = { _ in [["%", "%", "%", "YES", "YES"]] }

    static let consumers: SystemTableRows = { _ in
        [
            ["events_stages_current", "YES"], ["events_stages_history", "YES"], ["events_stages_history_long", "YES"],
            ["events_statements_cpu", "NO"], ["events_statements_current", "NO"], ["events_statements_history", "NO"],
            ["events_statements_history_long", "NO"], ["events_transactions_current", "NO"],
            ["events_transactions_history", "NO"], ["events_transactions_history_long", "NO"],
            ["events_waits_current", "NO"], ["events_waits_history", "NO"], ["events_waits_history_long", "NO"],
            ["global_instrumentation", "YES"], ["thread_instrumentation", "YES"], ["statements_digest", "NO"],
        ]
    }

    static let instruments: SystemTableRows = { _ in
        StageRecorder.names.map { [.text($0), "YES", "YES", "progress", nil, 0, nil] }
            + StagesAndMemoryTables.instruments.map { [.text($0), "YES", nil, "global_statistics", nil, 0, nil] }
    }

    static let timers: SystemTableRows = { _ in
        [["NANOSECOND", 1_000_000_000, 1, 0], ["MICROSECOND", 1_000_000, 1, 0], ["MILLISECOND", 1000, 1, 0]]
    }

    /// The loadable functions that come with group replication.
    static let functions: SystemTableRows = { context in
        guard context.sources.isGroupReplicationInstalled() else { return [] }
        let names = [
            "group_replication_disable_member_action", "group_replication_enable_member_action",
            "group_replication_get_communication_protocol", "group_replication_get_write_concurrency",
            "group_replication_reset_member_actions", "group_replication_set_as_primary",
            "group_replication_set_communication_protocol", "group_replication_set_write_concurrency",
            "group_replication_switch_to_multi_primary_mode", "group_replication_switch_to_single_primary_mode",
        ]
        return names.map { name in
            [
                .text(name), name.hasSuffix("get_write_concurrency") ? "integer" : "char", "function",
                "group_replication.so", 1,
            ]
        }
    }
}
