import GroupCommunication
import MySQLProtocol
import Platform

/// What START GROUP_REPLICATION refuses before anything begins, in MySQL's order, with its numbers and texts (recorded from 9.7).
/// A pure function of the settings.
enum StartCheck {
    private static let uuidLength = 36

    /// A refusal: the client's error, and the lines of the error log that say why.
    struct Refusal: Error, Equatable {
        var error: ErrorCode
        var lines: [Line]

        struct Line: Equatable {
            var code: PluginMessage
            var text: String
        }

        static func == (left: Refusal, right: Refusal) -> Bool {
            left.error.rawValue == right.error.rawValue && left.lines == right.lines
        }
    }

    /// The group's name, when nothing is wrong.
    static func check(_ configuration: GroupReplicationConfiguration) throws(Refusal) -> UUID {
        func refuse(_ code: PluginMessage, _ text: String) throws(Refusal) -> Never {
            throw Refusal(error: .groupReplicationConfiguration, lines: [Refusal.Line(code: code, text: text)])
        }
        guard configuration.gtidModeOn else { try refuse(.gtidModeOff, "Gtid mode should be ON for Group Replication") }
        guard configuration.logsReplicaUpdates else {
            try refuse(.logReplicaUpdatesNotSet, "LOG_REPLICA_UPDATES should be ON for Group Replication")
        }
        guard configuration.preservesCommitOrder else {
            try refuse(
                .replicaPreserveCommitOrderNotSet,
                "Group Replication requires replica-preserve-commit-order to be set to ON when using more than 1 applier threads.")
        }
        if configuration.singlePrimaryMode && configuration.enforceUpdateEverywhereChecks {
            try refuse(
                .singlePrimaryNotAllowedWithUpdateEverywhere,
                "It is not allowed to run single primary mode with 'group_replication_enforce_update_everywhere_checks' enabled.")
        }
        guard configuration.binlogFormat == "ROW" else {
            try refuse(.invalidBinlogFormat, "Binlog format should be ROW for Group Replication")
        }
        guard configuration.forceMembers.isEmpty else {
            try refuse(
                .forceMembersMustBeEmpty,
                "group_replication_force_members must be empty on group start. Current value: '\(configuration.forceMembers)'")
        }
        let groupName = try checkNames(configuration, refuse)
        guard configuration.serverID != 0 else {
            throw Refusal(
                error: .groupReplicationApplierInitError,
                lines: [
                    Refusal.Line(code: .applierThreadStartError, text: "Error while starting the group replication applier thread"),
                    Refusal.Line(code: .failedToInitApplierModule, text: "Unable to initialize the Group Replication applier module."),
                ])
        }
        if !configuration.bootstrapGroup && configuration.groupSeeds.isEmpty {
            throw Refusal(
                error: .groupReplicationCommunicationLayerJoinError,
                lines: [
                    Refusal.Line(code: .communication, text: "Unable to join the group: peers not configured. "),
                    Refusal.Line(code: .failedToStartCommunicationEngine, text: "Error on group communication engine start"),
                ])
        }
        return groupName
    }

    private static func checkNames(
        _ configuration: GroupReplicationConfiguration, _ refuse: (PluginMessage, String) throws(Refusal) -> Never
    ) throws(Refusal) -> UUID {
        let text = configuration.groupName
        guard !text.isEmpty else { try refuse(.groupNameMandatory, "The group_replication_group_name option is mandatory") }
        guard text.utf8.count <= uuidLength else {
            try refuse(
                .groupNameTooLong, "The group_replication_group_name '\(text)' is not a valid UUID, its length is too big")
        }
        guard let groupName = UUID(text) else {
            try refuse(.groupNameNotValidUUID, "The group_replication_group_name '\(text)' is not a valid UUID")
        }
        // One without dashes is a UUID, but not the name of a group.
        guard text.utf8.count == uuidLength else {
            try refuse(.failedToParseGroupName, "Unable to parse the group_replication_group_name.")
        }
        let view = configuration.viewChangeUUID
        let viewUUID = UUID(view)
        guard view.uppercased() == "AUTOMATIC" || viewUUID != nil else {
            try refuse(
                .viewChangeUUIDInvalid,
                "Invalid input value for group_replication_view_change_uuid '\(view)'. Please, provide a valid UUID.")
        }
        if viewUUID == groupName {
            try refuse(
                .viewChangeUUIDSameAsGroupName,
                "Variable 'group_replication_view_change_uuid' cannot be set to the value of '\(view)'. If you want to use the UUID "
                    + "of 'group_replication_group_name' for the UUID of View_change_log_events, please set "
                    + "'group_replication_view_change_uuid' to AUTOMATIC.")
        }
        let server = configuration.serverUUID
        if groupName == server {
            try refuse(
                .serverUUIDIncompatible,
                "Member server_uuid is incompatible with the group. Server_uuid \(server) matches group_replication_group_name \(text).")
        }
        if viewUUID == server {
            try refuse(
                .viewChangeUUIDIncompatible,
                "group_replication_view_change_uuid is incompatible with group. group_replication_view_change_uuid \(view) matches "
                    + "server_uuid \(server).")
        }
        return groupName
    }

    /// What keeps the group communication from being initialised: 3096, and MySQL's three lines; a port that cannot be had: 3092.
    static func refusal(communication failure: CommunicationFailure) -> Refusal {
        let first = Refusal.Line(code: .communication, text: failure.description)
        if failure.isOfPort { return Refusal(error: .groupReplicationConfiguration, lines: [first]) }
        return Refusal(
            error: .groupReplicationCommunicationLayerSessionError,
            lines: [
                first,
                Refusal.Line(code: .unableToInitCommunicationEngine, text: "Unable to initialize the group communication engine"),
                Refusal.Line(code: .failedToInitCommunicationEngine, text: "Error on group communication engine initialization"),
            ])
    }

    static func refusal(endpoints text: String, _ problem: RecoveryEndpoints.Problem) -> Refusal {
        let line =
            switch problem {
            case .format:
                Refusal.Line(
                    code: .recoveryEndpointFormat,
                    text: "Invalid input value for recovery socket endpoints '\(text)'. Please, provide a valid, comma separated, list "
                        + "of endpoints (IP:port).")
            case .notListening(let endpoint):
                Refusal.Line(
                    code: .recoveryEndpointInvalid,
                    text: "The server is not listening on endpoint '\(endpoint)'. Only endpoints that the server is listening on are "
                        + "valid recovery endpoints.")
            }
        return Refusal(error: .groupReplicationConfiguration, lines: [line])
    }
}
