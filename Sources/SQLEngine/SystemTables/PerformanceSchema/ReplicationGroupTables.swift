/// replication_group_members, _member_stats, _communication_information, _member_actions and _configuration_version.
enum ReplicationGroupTables {
    static let members: SystemTableRows = { context in
        guard context.sources.isGroupReplicationInstalled() else { return [] }
        return context.sources.monitoring().members.map { member in
            [
                .text(member.channelName), .text(member.memberID), .text(member.host),
                member.port == 0 ? nil : .count(Int(member.port)), .text(member.state.rawValue),
                .text(member.role.rawValue), .text(member.version),
                member.communicationStack == "MYSQL" ? "MySQL" : "XCom",
            ]
        }
    }

    static let statistics: SystemTableRows = { context in
        guard context.sources.isGroupReplicationInstalled() else { return [] }
        return context.sources.monitoring().statistics.map { row in
            [
                .text(row.channelName), .text(row.viewID), .text(row.memberID), .unsigned(row.transactionsInQueue),
                .unsigned(row.transactionsChecked), .unsigned(row.conflictsDetected), .unsigned(row.rowsValidating),
                .text(row.committedAllMembers), .text(row.lastConflictFreeTransaction),
                .unsigned(row.remoteInApplierQueue), .unsigned(row.remoteApplied), .unsigned(row.localProposed),
                .unsigned(row.localRollback),
            ]
        }
    }

    static let communication: SystemTableRows = { context in
        let monitoring = context.sources.monitoring()
        guard context.sources.isGroupReplicationInstalled(), let information = monitoring.communication else { return [] }
        // Which members were suspected how often: none is counted here.
        let suspicions = monitoring.members.map(\.memberID).sorted().map { "\"\($0)\":0" }.joined(separator: ",")
        return [
            [
                .unsigned(UInt64(information.writeConcurrency)), .text(information.protocolVersion),
                .text(information.preferredLeaders.joined(separator: ",")),
                .text(information.actualLeaders.joined(separator: ",")), information.singleLeaderCapable ? 1 : 0,
                .text("{\(suspicions)}"),
            ]
        ]
    }

    static let actions: SystemTableRows = { context in
        context.sources.memberActions().actions.map { action in
            [
                .text(action.name), .text(action.event), action.isEnabled ? 1 : 0, .text(action.type),
                .count(action.priority), .text(action.errorHandling),
            ]
        }
    }

    static let configurationVersion: SystemTableRows = { context in
        [["replication_group_member_actions", .unsigned(context.sources.memberActions().version)]]
    }
}
