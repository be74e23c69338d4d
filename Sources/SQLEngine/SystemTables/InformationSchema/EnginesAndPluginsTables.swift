import Platform

/// ENGINES and PLUGINS of information_schema.
enum EnginesAndPluginsTables {
    static let engines: SystemTableRows = { _ in
        [
            ["InnoDB", "DEFAULT", "Supports transactions, row-level locking, and foreign keys", "YES", "YES", "YES"],
            ["PERFORMANCE_SCHEMA", "YES", "Performance Schema", "NO", "NO", "NO"],
        ]
    }

    static let plugins: SystemTableRows = { context in
        let engineVersion = SystemValue.text("\(MySQLVersion.dialect.number).0")
        func builtIn(
            _ name: SystemValue, _ version: SystemValue, _ type: SystemValue, _ typeVersion: SystemValue,
            _ description: SystemValue
        ) -> [SystemValue] {
            [name, version, "ACTIVE", type, typeVersion, nil, nil, "GroupLite", description, "GPL", "FORCE"]
        }
        var rows: [[SystemValue]] = [
            builtIn("binlog", "1.0", "STORAGE ENGINE", engineVersion, "The binary log, in MySQL's format"),
            builtIn("sha256_password", "1.1", "AUTHENTICATION", "2.1", "SHA256 password authentication"),
            builtIn("caching_sha2_password", "1.0", "AUTHENTICATION", "2.1", "Caching sha2 authentication"),
            builtIn(
                "InnoDB", .text(MySQLVersion.dialect.series), "STORAGE ENGINE", engineVersion,
                "Supports transactions, row-level locking, and foreign keys"),
            builtIn("PERFORMANCE_SCHEMA", "0.1", "STORAGE ENGINE", engineVersion, "Performance Schema"),
        ]
        if context.sources.isGroupReplicationInstalled() {
            rows.append(
                [
                    "group_replication", "1.1", "ACTIVE", "GROUP REPLICATION", "1.4", "group_replication.so", "1.11",
                    "GroupLite", "Group Replication (1.1.0)", "GPL", "ON",
                ])
        }
        return rows
    }
}
