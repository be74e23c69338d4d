/// What MySQL does with a number beyond a variable's range: most move it into the range and warn (1292), some say nothing, and
/// those with a check of their own refuse it (1231) in words of their own. Recorded from MySQL 9.7.
enum RangeEnd {
    case movesWithWarning
    case movesSilently
    /// With this text; nil: the usual one.
    case refuses(String?)

    static func of(_ name: String, _ given: String) -> RangeEnd {
        if name.hasPrefix("component_connection_control.") { return .refuses(nil) }
        guard name.hasPrefix(plugin) else { return .movesWithWarning }
        let option = name.dropFirst(plugin.count)
        func outside(_ least: String, _ most: String, stop: String = ". ") -> RangeEnd {
            .refuses(
                "The value \(given) is not within the range of accepted values for the option \(name)\(stop)The value must be "
                    + "between \(least) and \(most) inclusive.")
        }
        switch option {
        case "auto_increment_increment": return outside("1", "65535")
        case "clone_threshold": return outside("1", "9223372036854775807")
        case "message_cache_size": return outside("134217728", "18446744073709551615")
        case "gtid_assignment_block_size": return outside("1", "9223372036854775807", stop: ".")
        case "communication_max_message_size":
            return .refuses(
                "The value \(given) is not within the range of accepted values for the \(name) option. Use 0 to disable message "
                    + "fragmentation, or specify a value up to 1073741824.")
        case "compression_threshold":
            return .refuses("The value \(given) is not within the range of accepted values for the option \(name)!")
        case "recovery_zstd_compression_level": return .refuses("The value '\(given)' is invalid for \(name) option.")
        case "autorejoin_tries", "member_expel_timeout": return .refuses(nil)
        case "components_stop_timeout", "flow_control_max_quota", "flow_control_max_commit_quota", "flow_control_min_quota",
            "flow_control_min_recovery_quota", "member_weight", "recovery_reconnect_interval", "recovery_retry_count",
            "unreachable_majority_timeout":
            return .movesSilently
        default: return .movesWithWarning
        }
    }

    private static let plugin = "group_replication_"
}
