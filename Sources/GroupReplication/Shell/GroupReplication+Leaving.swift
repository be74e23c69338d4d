import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// Leaving without having been asked to, and coming back. All on the roles thread.
extension GroupReplication {
    private static let rejoinPeriod: Duration = .seconds(300)
    /// Within one attempt of ``autorejoin_tries`` joining is tried again for this long.
    private static let attemptLength: Duration = .seconds(60)
    private static let retryPause: Duration = .seconds(2)

    /// The applier's hook: this member cannot follow the group.
    func applierFailed(_ error: SQLError) {
        withLocal { $0.applierError = error }
        guard order.withCore({ $0.isGroup }) else {
            // Alone there is nobody to come back from: a server that cannot apply its own log must not take commits.
            ErrorLog.shared.log(
                .error, code: 11452, subsystem: "Repl", "The server cannot apply what was committed and stops: \(error)")
            closeGate()
            server.abortServer(reason: "The applier stopped: \(error.message)")
            return
        }
        PluginLog.report(
            .error, code: 11452,
            "Fatal error during execution on the Applier process of Group Replication. The server will now leave the "
                + "group. \(error)")
        roles.run { [self] in leaveOnError("The applier stopped: \(error.message)", rejoins: false) }
    }

    /// The group goes on without this member.
    func leftUnasked(_ reason: LeaveReason) {
        guard phase == .member || phase == .starting else { return }
        switch reason {
        case .expelled:
            PluginLog.report(
                .error, code: 11505,
                "Member was expelled from the group due to network failures, changing member status to ERROR.")
        case .logUnavailable:
            PluginLog.report(
                .error, code: 11505,
                "What this member missed is in no other member's log any more: it has to join anew.")
        case .requested:
            break
        }
        abandonMembership()
        if configuration.autorejoinTries > 0 {
            rejoin(asBoot: false)
        } else {
            exitAction("The member left the group (\(reason)).")
        }
    }

    /// Ends the membership for a reason of this member's own.
    func leaveOnError(_ text: String, rejoins: Bool) {
        guard phase == .member || phase == .starting else { return }
        PluginLog.report(.error, code: 11712, text)
        if withLocal({ $0.hasMajority }) { leaveGroup() }
        abandonMembership()
        if rejoins && configuration.autorejoinTries > 0 {
            rejoin(asBoot: false)
        } else {
            exitAction(text)
        }
    }

    /// ERROR: nothing is taken or applied any more, what waited is rolled back, the server is read-only.
    private func abandonMembership() {
        setPhase(.error)
        setReadOnly(true)
        closeGate()
        server.rollbackRunningTransactions(reason: "the member left its group")
        recoveryInProgress()?.cancel()
        communication.stop()
        _ = applier.waitUntilIdle(until: .now() + .seconds(30))
        applier.discardQueue()
        withLocal { local in
            local.statistics = [:]
            local.unreachable = []
            local.isCatchingUp = false
            marks = [:]
        }
    }

    private func exitAction(_ reason: String) {
        switch configuration.exitStateAction {
        case .readOnly:
            break
        case .offlineMode:
            PluginLog.report(.warning, code: 13791, "The server sets offline_mode, as group_replication_exit_state_action says.")
            server.setOfflineMode(true)
        case .abortServer:
            PluginLog.report(
                .error, code: 13210,
                "The plugin encountered a critical error and will abort: \(reason)")
            server.abortServer(reason: reason)
        }
    }

    /// Joins the group again as a new incarnation: `autorejoin_tries` attempts, five minutes apart.
    func rejoin(asBoot: Bool) {
        let configuration = self.configuration
        let tries = max(asBoot ? 1 : 0, configuration.autorejoinTries)
        guard let groupName = UUID(configuration.groupName) else { return }
        setPhase(.error)
        for attempt in 1...max(1, tries) {
            guard beginAttempt(attempt) else { return }
            PluginLog.report(
                .system, code: 13375, "Started auto-rejoin procedure attempt \(attempt) of \(tries)")
            let end = MonotonicTime.now() + GroupReplication.attemptLength
            while MonotonicTime.now() < end {
                if tryToEnter(configuration, groupName) {
                    withLocal { $0.rejoinAttempt = 0 }
                    PluginLog.report(
                        .system, code: 13376,
                        "Auto-rejoin procedure attempt \(attempt) of \(tries) finished. Member was successfully joined.")
                    return
                }
                guard pause(GroupReplication.retryPause) else { return }
            }
            PluginLog.report(
                .error, code: 13376,
                "Auto-rejoin procedure attempt \(attempt) of \(tries) finished. Member was not able to join the group.")
            if attempt < tries { guard pause(GroupReplication.rejoinPeriod) else { return } }
        }
        withLocal { $0.rejoinAttempt = 0 }
        exitAction("The member could not rejoin its group.")
    }

    /// False when STOP GROUP_REPLICATION ended the procedure.
    private func beginAttempt(_ attempt: Int) -> Bool {
        withLocal { local in
            guard local.rejoinAttempt != Int.max, local.phase == .error else { return false }
            local.rejoinAttempt = attempt
            return true
        }
    }

    private func tryToEnter(_ configuration: GroupReplicationConfiguration, _ groupName: UUID) -> Bool {
        lifecycle.lock()
        defer { lifecycle.unlock() }
        guard phase == .error else { return true }
        setPhase(.starting)
        do throws(SQLError) {
            try enter(configuration, groupName, isBootstrap: false)
            return true
        } catch {
            communication.stop()
            joinBuffer = nil
            setPhase(.error)
            return false
        }
    }

    /// Waits; false when STOP GROUP_REPLICATION or the server's end came meanwhile.
    private func pause(_ duration: Duration) -> Bool {
        let deadline = MonotonicTime.now() + duration
        lock.lock()
        defer { lock.unlock() }
        while local.rejoinAttempt != Int.max && local.phase == .error {
            if !changed.wait(lock, until: deadline) { return true }
        }
        return false
    }
}
