import BinaryLog
import GroupCommunication
import GroupReplication
import MySQLProtocol
import Platform
import SQLEngine

/// Which group replication variables may not change while it runs, and to what (manual, section 18.8), with MySQL's texts.
enum GroupVariableChecks {
    /// SET GLOBAL gtid_purged: what changes nothing, and MySQL's errors. GTIDs are not taken over from elsewhere.
    static func checkPurged(_ text: String, log: BinaryLogWriter, group: GroupReplication) throws(SQLError) {
        let isAddition = text.hasPrefix("+")
        guard let given = GTIDSet(isAddition ? String(text.dropFirst()) : text) else {
            throw SQLError(.wrongValueForVar, "gtid_purged", text)
        }
        if group.isRunning { throw SQLError(.updateGtidPurgedWithGr) }
        let purged = log.purgedGTIDs
        if !isAddition, !purged.isSubset(of: given) {
            throw SQLError(.cantSetGtidPurgedDueSetsConstraints, "the new value must be a superset of the old value")
        }
        let added = isAddition ? given : given.subtracting(purged)
        if added.intersects(log.executedGTIDs) {
            throw SQLError(
                .cantSetGtidPurgedDueSetsConstraints, "the added gtid set must not overlap with @@GLOBAL.GTID_EXECUTED")
        }
        if !added.isEmpty { throw SQLError(.notSupportedYet, "SET GLOBAL gtid_purged to GTIDs of other servers") }
    }

    static func register(on variables: GlobalVariables, group: GroupReplication) {
        func refuseWhileRunning(_ name: String, _ message: String) {
            variables.onCheck("group_replication_" + name) { [unowned group] _ throws(SQLError) in
                if group.isRunning { throw SQLError(.groupReplicationRunning, message: message) }
            }
        }
        for name in ["group_name", "view_change_uuid"] {
            refuseWhileRunning(name, "The group_replication_\(name) cannot be changed when Group Replication is running")
        }
        for name in ["compression_threshold", "gtid_assignment_block_size", "communication_max_message_size", "paxos_single_leader"] {
            refuseWhileRunning(name, "The group_replication_\(name) cannot be set while Group Replication is running")
        }
        refuseWhileRunning(
            "auto_increment_increment",
            "The group group_replication_auto_increment_increment cannot be changed when Group Replication is running")
        refuseWhileRunning(
            "single_primary_mode",
            "Cannot modify group replication mode by changing group_replication_single_primary_mode system variable. "
                + "Please use the group_replication_switch_to_single_primary_mode([member_uuid]) OR "
                + "group_replication_switch_to_multi_primary_mode() UDF.")
        refuseWhileRunning(
            "enforce_update_everywhere_checks",
            "Cannot turn ON/OFF group_replication_enforce_update_everywhere_checks mode while Group Replication is running.")
        // Error 1231, as in MySQL: a minimum may not be above the maximum, where there is one.
        let maxima = ["max_quota", "max_commit_quota"]
        let minima = ["min_quota", "min_recovery_quota"]
        for minimum in minima {
            variables.onCheck("group_replication_flow_control_" + minimum) { [unowned variables] value throws(SQLError) in
                for maximum in maxima {
                    let limit = variables.number("group_replication_flow_control_" + maximum)
                    guard limit > 0 && value.number > limit else { continue }
                    throw SQLError(
                        .wrongValueForVar, message: "group_replication_flow_control_\(minimum) cannot be larger than "
                            + "group_replication_flow_control_\(maximum)")
                }
            }
        }
        for maximum in maxima {
            variables.onCheck("group_replication_flow_control_" + maximum) { [unowned variables] value throws(SQLError) in
                for minimum in minima
                where value.number > 0 && variables.number("group_replication_flow_control_" + minimum) > value.number {
                    throw SQLError(
                        .wrongValueForVar, message: "group_replication_flow_control_\(maximum) cannot be smaller than "
                            + "group_replication_flow_control_\(minimum)")
                }
            }
        }
        variables.onCheck("group_replication_ip_allowlist") { [unowned group] value throws(SQLError) in
            // What is wrong is found at START, or at once where it would act at once.
            if group.isRunning, IPAllowlist(value.text) == nil { throw SQLError(.groupReplicationConfiguration) }
        }
        variables.onCheck("group_replication_enforce_update_everywhere_checks") { [unowned variables] value throws(SQLError) in
            guard value.isOn, variables.isOn("group_replication_single_primary_mode") else { return }
            throw SQLError(
                .wrongValueForVar, message: "Cannot enable group_replication_enforce_update_everywhere_checks while "
                    + "group_replication_single_primary_mode is enabled.")
        }
        variables.onCheck("group_replication_recovery_compression_algorithms") { value throws(SQLError) in
            let known = ["zlib", "zstd", "uncompressed"]
            guard known.contains(value.text.lowercased()) else {
                throw SQLError(
                    .wrongValueForVar, message: "The value '\(value.text)' is invalid for "
                        + "group_replication_recovery_compression_algorithms option.")
            }
        }
        variables.onCheck("protocol_compression_algorithms") { value throws(SQLError) in
            let known = ["zlib", "zstd", "uncompressed"]
            let names = value.text.lowercased().split(separator: ",", omittingEmptySubsequences: false)
            guard names.allSatisfy({ name in known.contains { $0 == name } }) else {
                throw SQLError(.wrongValueForVar, "protocol_compression_algorithms", value.text)
            }
        }
        registerNames(on: variables)
    }

    private static let longestUUID = 36

    /// Errors 1231 and 3976 for what is no name of a group or of its view changes, or no place to recover from.
    private static func registerNames(on variables: GlobalVariables) {
        @Sendable func checkUUID(_ name: String, _ text: String) throws(SQLError) {
            if text.utf8.count > longestUUID {
                throw SQLError(
                    .wrongValueForVar, message: "The group_replication_\(name) is not a valid UUID, its length is too big")
            }
            guard UUID(text) != nil else {
                throw SQLError(.wrongValueForVar, message: "The group_replication_\(name) is not a valid UUID")
            }
        }
        variables.onCheck("group_replication_group_name") { [unowned variables] value throws(SQLError) in
            try checkUUID("group_name", value.text)
            if let view = UUID(variables.text("group_replication_view_change_uuid")), view == UUID(value.text) {
                throw SQLError(
                    .wrongValueForVarPlusActionablePart, "group_replication_group_name", value.text,
                    "The value is the same as group_replication_view_change_uuid. Please change "
                        + "group_replication_view_change_uuid to AUTOMATIC")
            }
        }
        variables.onCheck("group_replication_view_change_uuid") { [unowned variables] value throws(SQLError) in
            if value.text.uppercased() == "AUTOMATIC" { return }
            try checkUUID("view_change_uuid", value.text)
            if let group = UUID(variables.text("group_replication_group_name")), group == UUID(value.text) {
                throw SQLError(
                    .wrongValueForVarPlusActionablePart, "group_replication_view_change_uuid", value.text,
                    "If you want to use the UUID of 'group_replication_group_name' for the UUID of View_change_log_events, please "
                        + "set 'group_replication_view_change_uuid' to AUTOMATIC.")
            }
        }
        variables.onCheck("group_replication_advertise_recovery_endpoints") { [unowned variables] value throws(SQLError) in
            let ports = ["port", "admin_port"].map { UInt16(clamping: variables.number($0)) }
            do throws(RecoveryEndpoints.Problem) {
                try RecoveryEndpoints.check(value.text, ports: ports)
            } catch {
                throw SQLError(
                    .wrongValueForVarPlusActionablePart, "group_replication_advertise_recovery_endpoints", value.text, error.text)
            }
        }
    }
}
