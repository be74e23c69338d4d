import GTIDs
import Primitives

/// Whether a member may take part in a group: versions, settings that must be equal, and no transactions that the group
/// lacks. Asked by the member that vets a joiner; a pure function of both sides' states.
package enum JoinCompatibility {
    /// Why not, with the number of MySQL's log message.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package var code: Int
        package var text: String
        /// What MySQL logs after it.
        package var consequence = ""

        package init(code: Int, text: String, consequence: String = "") {
            self.code = code
            self.text = text
            self.consequence = consequence
        }

        package var description: String { text }
    }

    /// Nil when the joiner is welcome.
    /// `foundedWith`: what the group had executed when it was begun. A joiner whose data was a part of another group of this name
    /// may not have more: the same numbers would stand for other transactions.
    package static func check(
        joiner: MemberState, group: [MemberState], groupGTIDs: GTIDSet, lineage: UInt64 = 0,
        foundedWith: GTIDSet? = nil
    ) -> Problem? {
        if let problem = checkVersion(joiner: joiner, group: group) { return problem }
        for member in group {
            if let problem = checkSettings(joiner.settings, member.settings) { return problem }
        }
        if group.contains(where: { $0.uuid == joiner.uuid }) {
            return Problem(
                code: 11507,
                text: "There is already a member with server_uuid \(joiner.uuid). The member will now exit the group.")
        }
        if group.contains(where: \.isInAction) {
            return Problem(
                code: 13242,
                text: "A configuration change is being executed in the group. The member will now exit the group.")
        }
        let isOfOther = joiner.dataLineage != 0 && joiner.dataLineage != lineage
        let groupGTIDs = isOfOther ? foundedWith ?? groupGTIDs : groupGTIDs
        if !joiner.gtids.isSubset(of: groupGTIDs) {
            return Problem(
                code: 11526,
                text: "This member has more executed transactions than those present in the group. "
                    + "Local transactions: \(joiner.gtids) > Group transactions: \(groupGTIDs)",
                consequence: "The member contains transactions not present in the group. "
                    + "The member will now exit the group.")
        }
        return nil
    }

    private static func checkVersion(joiner: MemberState, group: [MemberState]) -> Problem? {
        guard let mine = ServerVersion(prefixOf: joiner.version) else {
            return Problem(code: 11510, text: "Member version '\(joiner.version)' is not a version.")
        }
        let versions = group.compactMap { ServerVersion(prefixOf: $0.version) }
        guard let lowest = versions.min() else { return nil }
        if (mine.major, mine.minor) < (lowest.major, lowest.minor) {
            return Problem(
                code: 11510, text: "Member version is incompatible with the group.",
                consequence: "The member version \(mine) is lower than the group's lowest, \(lowest).")
        }
        return nil
    }

    private static func checkSettings(_ mine: SharedSettings, _ theirs: SharedSettings) -> Problem? {
        if mine.gtidAssignmentBlockSize != theirs.gtidAssignmentBlockSize {
            return Problem(
                code: 11523,
                text: "The member is configured with a group_replication_gtid_assignment_block_size option value "
                    + "'\(mine.gtidAssignmentBlockSize)' different from the group "
                    + "'\(theirs.gtidAssignmentBlockSize)'. The member will now exit the group.")
        }
        if mine.isSinglePrimary != theirs.isSinglePrimary
            || mine.enforcesUpdateEverywhereChecks != theirs.enforcesUpdateEverywhereChecks
        {
            return Problem(
                code: 11529,
                text: "The member configuration is not compatible with the group configuration. Variables such as "
                    + "group_replication_single_primary_mode or group_replication_enforce_update_everywhere_checks "
                    + "must have the same value on every server in the group. (member configuration option: "
                    + "[\(modeText(mine))], group configuration option: [\(modeText(theirs))]).")
        }
        if mine.lowerCaseTableNames != theirs.lowerCaseTableNames {
            return Problem(
                code: 13410,
                text: "The member is configured with a lower_case_table_names option value "
                    + "'\(mine.lowerCaseTableNames)' different from the group '\(theirs.lowerCaseTableNames)'. The "
                    + "member will now exit the group. If there is existing data on member, it may be incompatible "
                    + "with group if it was created with a lower_case_table_names value different from the group.")
        }
        if mine.defaultTableEncryption != theirs.defaultTableEncryption {
            return Problem(
                code: 13563,
                text: "The member is configured with a default_table_encryption option value "
                    + "'\(mine.defaultTableEncryption ? 1 : 0)' different from the group "
                    + "'\(theirs.defaultTableEncryption ? 1 : 0)'. The member will now exit the group.")
        }
        if mine.viewChangeUUID != theirs.viewChangeUUID {
            return Problem(
                code: 13857,
                text: "The member is configured with a group_replication_view_change_uuid option value "
                    + "'\(mine.viewChangeUUID)' different from the group '\(theirs.viewChangeUUID)'. The member will "
                    + "now exit the group.")
        }
        if mine.paxosSingleLeader != theirs.paxosSingleLeader {
            return Problem(
                code: 13946,
                text: "The group_replication_paxos_single_leader option of the member "
                    + "(\(mine.paxosSingleLeader ? "ON" : "OFF")) is different from the group's. The member will now "
                    + "exit the group.")
        }
        return nil
    }

    private static func modeText(_ settings: SharedSettings) -> String {
        var names: [String] = []
        if settings.isSinglePrimary { names.append("group_replication_single_primary_mode") }
        if settings.enforcesUpdateEverywhereChecks {
            names.append("group_replication_enforce_update_everywhere_checks")
        }
        return names.joined(separator: ", ")
    }
}
