import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// `group_replication_autorejoin_tries`: coming back after an expulsion, or a majority that stayed away too long. All on the
/// roles thread.
///
/// An attempt first goes on with the membership that this server's group log tells of: a group that lost its majority and
/// removed nobody is whole again then, nothing having been thrown away. When the group says that it has removed this
/// member, the attempt joins it as a new incarnation.
extension GroupReplication {
    static let rejoinStage = "stage/group_rpl/Undergoing auto-rejoin procedure"

    /// How one question at the group ended.
    private enum Answer {
        case entered
        /// Nobody of the group answered, or too few.
        case unreachable
        /// The group does not want this member, or this server cannot take part.
        case refused
        /// STOP GROUP_REPLICATION or the server's end came.
        case stopped
    }

    /// Makes the attempts, then takes the exit action.
    func rejoin() {
        let tries = configuration.autorejoinTries
        let times = configuration.times
        setPhase(.error)
        defer {
            stages.show(nil, on: .autoRejoin)
            withLocal { if $0.rejoinAttempt != Int.max { $0.rejoinAttempt = 0 } }
        }
        for attempt in 1...max(1, tries) {
            guard beginAttempt(attempt, of: tries) else { return }
            let isLast = attempt >= tries
            let end = MonotonicTime.now() + (isLast ? times.lastAttemptLength : times.rejoinPeriod)
            switch makeAttempt(until: end) {
            case .entered:
                PluginLog.report(
                    .system, code: .finishedAutoRejoin,
                    "Auto-rejoin procedure attempt \(attempt) of \(tries) finished. Member was able to join the group.")
                return
            case .stopped:
                return
            case .unreachable:
                break
            case .refused:
                if !isLast { guard pause(until: end) else { return } }
            }
            PluginLog.report(
                .error, code: .finishedAutoRejoin,
                "Auto-rejoin procedure attempt \(attempt) of \(tries) finished. Member was not able to join the group.")
        }
        exitAction("The member could not rejoin its group.")
    }

    /// False when STOP GROUP_REPLICATION ended the procedure.
    private func beginAttempt(_ attempt: Int, of tries: Int) -> Bool {
        let begins = withLocal { local in
            guard local.rejoinAttempt != Int.max, local.phase == .error else { return false }
            local.rejoinAttempt = attempt
            return true
        }
        guard begins else { return false }
        stages.show(
            StageStatus(
                name: GroupReplication.rejoinStage, workCompleted: UInt64(attempt), workEstimated: UInt64(tries)),
            on: .autoRejoin)
        PluginLog.report(.system, code: .startedAutoRejoin, "Started auto-rejoin procedure attempt \(attempt) of \(tries)")
        return true
    }

    /// Asks until somebody answers.
    private func makeAttempt(until end: MonotonicTime) -> Answer {
        while true {
            let answer = tryToEnter(until: end)
            guard answer == .unreachable else { return answer }
            let next = min(end, .now() + configuration.times.rejoinPause)
            guard pause(until: next) else { return .stopped }
            if next >= end { return .unreachable }
        }
    }

    private func tryToEnter(until end: MonotonicTime) -> Answer {
        lifecycle.lock()
        defer { lifecycle.unlock() }
        let configuration = self.configuration
        guard phase == .error, !withLocal({ $0.givesUp }) else { return .stopped }
        guard let groupName = UUID(configuration.groupName) else { return .refused }
        if communication.canResume(groupName: groupName) {
            let answer = tryToResume(configuration, groupName, until: end)
            guard answer == .refused else { return answer }
        }
        setPhase(.starting)
        do throws(JoinFailure) {
            startAsGroup(configuration)
            try join(configuration, groupName, seeds: configuration.groupSeeds, until: .now(), isQuiet: true)
            beMember()
            return .entered
        } catch {
            backToError()
            if withLocal({ $0.givesUp }) { return .stopped }
            return error.isSilence ? .unreachable : .refused
        }
    }

    /// Goes on with the membership that the group log tells of, as after a restart. `refused`: the group removed it.
    private func tryToResume(
        _ configuration: GroupReplicationConfiguration, _ groupName: UUID, until end: MonotonicTime
    ) -> Answer {
        do throws(SQLError) {
            let contents: StateFile.Contents?
            do {
                contents = try stateFile.load(ownUUID: configuration.serverUUID)
            } catch {
                throw SQLError(code: 1105, sqlState: "HY000", message: error.description)
            }
            guard let contents, contents.core.isGroup else { return .refused }
            try restoreMember(contents)
            setPhase(.starting)
            let outcome = Promise<ResumeOutcome>()
            try resume(configuration, groupName, outcome)
            // The log's end is known only when a majority answers.
            let limit = min(end, .now() + configuration.times.enterTimeout)
            switch outcome.wait(until: limit, interrupted: { withLocal { $0.givesUp } }) {
            case .caughtUp:
                beMember()
                roles.run { [self] in caughtUp() }
                return .entered
            case .left:
                backToError()
                return .refused
            case .alone, nil:
                backToError()
                return withLocal { $0.givesUp } ? .stopped : .unreachable
            }
        } catch {
            PluginLog.report(.error, code: .communication, "Unable to go on with the membership: \(error.message)")
            backToError()
            return .refused
        }
    }

    private func beMember() {
        setPhase(.member)
        openGate()
        scheduleRoles()
    }

    /// An attempt came to nothing.
    private func backToError() {
        setPhase(.error)
        communication.stop()
        recoveryInProgress()?.cancel()
        startOutcome = nil
        withLocal { local in
            local.isCatchingUp = false
            local.provisional = nil
            marks = [:]
            resumeOutcome = nil
        }
        joinBuffer = nil
        applier.setHeld(false)
        applier.discardQueue()
    }

    /// Waits; false when STOP GROUP_REPLICATION or the server's end came meanwhile.
    private func pause(until deadline: MonotonicTime) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        while local.rejoinAttempt != Int.max && local.phase == .error {
            if !changed.wait(lock, until: deadline) { return true }
        }
        return false
    }
}
