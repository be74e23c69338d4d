import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// Leaving a group without having been asked to: what ends, and what the server does then. All on the roles thread.
extension GroupReplication {
    private static let settleTimeout: Duration = .seconds(30)

    /// The applier's hook: this member cannot follow the group.
    func applierFailed(_ failure: ApplyFailure) {
        let error = failure.error
        withLocal { $0.applierError = error }
        guard order.withCore({ $0.isGroup }) else {
            // Alone there is nobody to come back from: a server that cannot apply its own log must not take commits.
            ErrorLog.shared.log(
                .error, subsystem: "Repl", "The server cannot apply what was committed and stops: \(error)")
            closeGate()
            server.abortServer(reason: "The applier stopped: \(error.message)")
            return
        }
        PluginLog.report(
            .error, code: .applierExecutionFatalError,
            "Fatal error during execution on the Applier process of Group Replication. The server will now leave the "
                + "group. \(error)")
        let text = "The applier stopped: \(error.message)"
        roles.run { [self] in
            if failure.cause == .trouble { leaveOnError(text, rejoins: false) } else { leaveOnDamage(text) }
        }
    }

    /// The group goes on without this member.
    func leftUnasked(_ reason: LeaveReason) {
        guard phase == .member || phase == .starting else { return }
        // It was on its way back after a restart, or START GROUP_REPLICATION: that goes on, by joining.
        let wasStarting = withLocal { $0.isCatchingUp }
        switch reason {
        case .expelled where wasStarting:
            break
        case .expelled:
            PluginLog.report(
                .error, code: .memberExpelled,
                "Member was expelled from the group due to network failures, changing member status to ERROR.")
        case .logUnavailable:
            PluginLog.report(
                .error, code: .own,
                "What this member missed is in no other member's log any more: it has to join anew.")
        case .forgotten:
            PluginLog.report(
                .error, code: .own,
                "This server's files are not those that the member had: it does not vote with them, and has to join anew.")
        case .requested, .superseded:
            break
        }
        if reason == .superseded { withLocal { $0.givenUpView = $0.foundingView } }
        abandonMembership()
        if wasStarting || reason == .superseded {
            joinAnew()
        } else if configuration.autorejoinTries > 0 {
            rejoin()
        } else {
            exitAction("The member left the group (\(reason)).")
        }
    }

    /// Ends the membership for a reason of this member's own.
    func leaveOnError(_ text: String, code: PluginMessage = .own, rejoins: Bool) {
        guard phase == .member || phase == .starting else { return }
        PluginLog.report(.error, code: code, text)
        if withLocal({ $0.hasMajority }) { leaveGroup() }
        abandonMembership()
        if rejoins && configuration.autorejoinTries > 0 {
            rejoin()
        } else {
            exitAction(text)
        }
    }

    /// The majority stayed away for `group_replication_unreachable_majority_timeout`.
    func leaveMinority(after timeout: Duration) {
        guard withLocal({ !$0.hasMajority }) else { return }
        leaveOnError(
            "This member could not reach a majority of the members for more than \(timeout.components.seconds) "
                + "seconds. The member will now leave the group as instructed by the "
                + "group_replication_unreachable_majority_timeout option.", code: .unreachableMajorityTimeout, rejoins: true)
    }

    /// ERROR: nothing is taken or applied any more, what waited is rolled back, the server is read-only.
    func abandonMembership(to phase: Phase = .error) {
        setPhase(phase)
        setReadOnly(true)
        // First nothing more is delivered: nobody is told of a rollback and commits after all.
        communication.stop()
        closeGate()
        server.rollbackRunningTransactions(reason: "the member left its group")
        recoveryInProgress()?.cancel()
        giveUpDifferences()
        _ = applier.waitUntilIdle(until: .now() + GroupReplication.settleTimeout)
        applier.discardQueue()
        applier.finishBatch()
        withLocal { $0.statistics = [:] }
        endResuming()
    }

    /// `group_replication_exit_state_action`.
    func exitAction(_ reason: String) {
        if server.isRebuilding {
            server.abortServer(reason: "The data could not be made anew from the group: \(reason)")
            return
        }
        switch configuration.exitStateAction {
        case .readOnly:
            PluginLog.report(
                .error, code: .serverSetToReadOnly, "The server was automatically set into read only mode after an error was detected.")
        case .offlineMode:
            PluginLog.report(
                .error, code: .serverSetToReadOnly, "The server was automatically set into read only mode after an error was detected.")
            PluginLog.report(
                .error, code: .serverSetToOfflineMode, "The server was automatically set into offline mode after an error was detected.")
            server.setOfflineMode(true)
        case .abortServer:
            PluginLog.report(
                .error, code: .pluginAbort,
                "The plugin encountered a critical error and will abort: \(reason)")
            server.abortServer(reason: reason)
        }
    }
}
