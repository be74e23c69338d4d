import GTIDs
import Primitives

/// Whether a member may take part in a group: versions, settings that must be equal, and no transactions that the group
/// lacks. Asked by the member that vets a joiner; a pure function of both sides' states.
package enum JoinCompatibility {
    /// Why not, with the number of MySQL's log message.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package var code: PluginMessage
        package var text: String
        /// What MySQL logs after it.
        package var consequence = ""

        package init(code: PluginMessage, text: String, consequence: String = "") {
            self.code = code
            self.text = text
            self.consequence = consequence
        }

        /// The same question may have another answer in a moment.
        package var isTemporary: Bool { code == .joinWhenGroupActionRunning }

        package var description: String { text }
    }

    /// Nil when the joiner is welcome.
    /// `foundedWith`: what the group had executed when it was begun. A joiner whose data was a part of another group of this name
    /// may not have more: the same numbers would stand for other transactions.
    package static func check(
        joiner: MemberState, group: [MemberState], groupGTIDs: GTIDSet, lineage: UInt64 = 0,
        foundedWith: GTIDSet? = nil, action: (name: String, initiator: String)? = nil
    ) -> Problem? {
        if let problem = checkVersion(joiner: joiner, group: group) { return problem }
        let isOfGroup = lineage != 0 && joiner.dataLineage == lineage
        for member in group {
            var settings = joiner.settings
            if joiner.followsMode && isOfGroup { settings.mode = member.settings.mode }
            if let problem = checkSettings(settings, member.settings) { return problem }
        }
        if group.contains(where: { $0.uuid == joiner.uuid }) {
            return Problem(
                code: .memberAlreadyExists,
                text: "There is already a member with server_uuid \(joiner.uuid). The member will now exit the group.")
        }
        if let action {
            return Problem(
                code: .joinWhenGroupActionRunning,
                text: "A member cannot join the group while a group configuration operation '\(action.name)' is running initiated by "
                    + "'\(action.initiator)'.")
        }
        let isOfOther = joiner.dataLineage != 0 && joiner.dataLineage != lineage
        let groupGTIDs = isOfOther ? foundedWith ?? groupGTIDs : groupGTIDs
        if !joiner.gtids.isSubset(of: groupGTIDs) {
            return Problem(
                code: .memberTransactionsGreaterThanGroup,
                text: "This member has more executed transactions than those present in the group. "
                    + "Local transactions: \(joiner.gtids) > Group transactions: \(groupGTIDs)",
                consequence: "The member contains transactions not present in the group. "
                    + "The member will now exit the group.")
        }
        return nil
    }

    private static func checkVersion(joiner: MemberState, group: [MemberState]) -> Problem? {
        guard let mine = ServerVersion(prefixOf: joiner.version) else {
            return Problem(code: .memberVersionIncompatible, text: "Member version '\(joiner.version)' is not a version.")
        }
        let versions = group.compactMap { ServerVersion(prefixOf: $0.version) }
        guard let lowest = versions.min() else { return nil }
        if mine < lowest {
            return Problem(
                code: .memberVersionIncompatible, text: "Member version is incompatible with the group.",
                consequence: "The member version \(mine) is lower than the group's lowest, \(lowest).")
        }
        return nil
    }

    private static func checkSettings(_ mine: SharedSettings, _ theirs: SharedSettings) -> Problem? {
        if mine.gtidAssignmentBlockSize != theirs.gtidAssignmentBlockSize {
            return Problem(
                code: .blockSizeDiffers,
                text: "The member is configured with a group_replication_gtid_assignment_block_size option value "
                    + "'\(mine.gtidAssignmentBlockSize)' different from the group "
                    + "'\(theirs.gtidAssignmentBlockSize)'. The member will now exit the group.")
        }
        if mine.mode != theirs.mode {
            return Problem(
                code: .memberConfigurationIncompatible,
                text: "The member configuration is not compatible with the group configuration. Variables such as "
                    + "group_replication_single_primary_mode or group_replication_enforce_update_everywhere_checks "
                    + "must have the same value on every server in the group. (member configuration option: "
                    + "[\(modeText(mine.mode))], group configuration option: [\(modeText(theirs.mode))]).")
        }
        if mine.lowerCaseTableNames != theirs.lowerCaseTableNames {
            return Problem(
                code: .lowerCaseTableNamesDiffer,
                text: "The member is configured with a lower_case_table_names option value "
                    + "'\(mine.lowerCaseTableNames)' different from the group '\(theirs.lowerCaseTableNames)'. The "
                    + "member will now exit the group. If there is existing data on member, it may be incompatible "
                    + "with group if it was created with a lower_case_table_names value different from the group.")
        }
        if mine.defaultTableEncryption != theirs.defaultTableEncryption {
            return Problem(
                code: .defaultTableEncryptionDiffers,
                text: "The member is configured with a default_table_encryption option value "
                    + "'\(mine.defaultTableEncryption ? 1 : 0)' different from the group "
                    + "'\(theirs.defaultTableEncryption ? 1 : 0)'. The member will now exit the group.")
        }
        if mine.viewChangeUUID != theirs.viewChangeUUID {
            return Problem(
                code: .viewChangeUUIDDiffers,
                text: "The member is configured with a group_replication_view_change_uuid option value "
                    + "'\(mine.viewChangeUUID)' different from the group '\(theirs.viewChangeUUID)'. The member will "
                    + "now exit the group.")
        }
        if mine.paxosSingleLeader != theirs.paxosSingleLeader {
            return Problem(
                code: .paxosSingleLeaderDiffers,
                text: "This member is configured with a group_replication_paxos_single_leader option value of "
                    + "'\(mine.paxosSingleLeader ? 1 : 0)' that is different from the group's value "
                    + "('\(theirs.paxosSingleLeader ? 1 : 0)'). This member will now exit the group.")
        }
        if mine.collectsPreemptively != theirs.collectsPreemptively {
            return Problem(
                code: .preemptiveGarbageCollectionDiffers,
                text: "The member is configured with a group_replication_preemptive_garbage_collection option value "
                    + "'\(mine.collectsPreemptively ? 1 : 0)' different from the group "
                    + "'\(theirs.collectsPreemptively ? 1 : 0)'. The member will now exit the group.")
        }
        return nil
    }

    private static func modeText(_ mode: GroupMode) -> String {
        var names: [String] = []
        if mode.isSinglePrimary { names.append("group_replication_single_primary_mode") }
        if mode.enforcesChecks { names.append("group_replication_enforce_update_everywhere_checks") }
        return names.joined(separator: ", ")
    }
}
