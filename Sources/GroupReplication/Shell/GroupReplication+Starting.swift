import BinaryLog
import GroupCommunication
import MySQLProtocol
import Network
import Platform

/// START and STOP GROUP_REPLICATION.
extension GroupReplication {
    static let startSettleTimeout: Duration = .seconds(300)
    static let startSettleSlice: Duration = .milliseconds(500)

    /// `START GROUP_REPLICATION`. Returns when this server is in the group's view (RECOVERING or ONLINE). Errors 3092, 3093,
    /// 3096, 3097, 3191, 3970 to 3972; the error log says more.
    public func start(_ options: StartOptions) throws(SQLError) {
        try start(options, patience: .zero)
    }

    /// `patience`: how long to ask again when no member answers, as at a boot of the whole group. `expected`: only from
    /// this phase, by joining; otherwise nothing is done.
    func start(_ options: StartOptions, patience: Duration, from expected: Phase? = nil) throws(SQLError) {
        lifecycle.lock()
        defer { lifecycle.unlock() }
        if let expected {
            guard phase == expected, !withLocal({ $0.givesUp }) else { return }
        } else if isRunning {
            throw SQLError(.groupReplicationRunning)
        }
        if let credentials = options.credentials {
            if credentials.user.isEmpty { throw SQLError(.groupReplicationUserEmptyMsg) }
            if credentials.password.utf8.count > 32 { throw SQLError(.groupReplicationPasswordLength) }
        }
        try refuseDamaged()
        var configuration = self.configuration
        // Data that are on their way here are no beginning of a group.
        if server.isRebuilding { configuration.bootstrapGroup = false }
        let groupName = try check(&configuration, resolvesSeeds: patience == .zero)
        withLocal { local in
            local.credentials = options.credentials
            local.applierError = nil
            local.rejoinAttempt = 0
            local.givesUp = local.isClosing
        }
        PluginLog.report(.system, code: .isStarting, "Plugin 'group_replication' is starting.")
        if let warning = membershipWarning { PluginLog.report(.warning, code: .own, warning) }
        let former = phase
        let before = server.readOnlyState
        let hasLog = former == .dormant && communication.canResume(groupName: groupName)
        setPhase(.starting)
        setReadOnly(true)
        var keepsLog = hasLog
        do throws(SQLError) {
            try enter(
                configuration, groupName, hasLog: hasLog, bootstraps: configuration.bootstrapGroup && expected == nil,
                patience: patience, keepsLog: &keepsLog)
        } catch {
            if keepsLog { backToDormant() } else { backToStandalone() }
            restoreReadOnly(before)
            throw error
        }
        scheduleRoles()
        PluginLog.report(.system, code: .hasStarted, "Plugin 'group_replication' has been started.")
    }

    /// Into the group by the way that is right: on with the membership that the log tells of, joining, or beginning the
    /// group. `keepsLog` is false from where the log of a former membership may be gone.
    private func enter(
        _ configuration: GroupReplicationConfiguration, _ groupName: UUID, hasLog: Bool, bootstraps: Bool,
        patience: Duration, keepsLog: inout Bool
    ) throws(SQLError) {
        var seeds = configuration.groupSeeds
        var patience = patience
        var begins = false
        var resumes = hasLog
        if bootstraps {
            if !hasLog { try stopStandalone() }
            switch try decideBootstrap(configuration, groupName, hasLog: hasLog) {
            case .begin:
                begins = true
                resumes = false
            case .resume:
                break
            case .join(let addresses, let waits):
                seeds = addresses
                if waits { patience = GroupReplication.beginningPatience }
                resumes = false
            case .refuse:
                throw SQLError(.groupReplicationConfiguration)
            }
        }
        if resumes {
            if try resumeNow(configuration, groupName) { return }
            PluginLog.report(.warning, code: .own, "The group does not list this server any more: it joins its group anew.")
        }
        if begins && hasLog { try applyOwnLog(configuration, groupName) }
        try stopStandalone()
        keepsLog = false
        startAsGroup(configuration)
        if begins, try !bootstrap(configuration, groupName) {
            begins = false
            patience = GroupReplication.beginningPatience
        }
        if !begins {
            do throws(JoinFailure) {
                try join(configuration, groupName, seeds: seeds, until: .now() + patience)
            } catch {
                throw error.error
            }
        }
        setPhase(.member)
        if begins {
            PluginLog.report(.system, code: .serverOnline, "This server was declared online within the replication group.")
        }
        openGate()
    }

    /// On with the membership that the log tells of, until all that was ordered before is delivered. False when the group has
    /// removed this member: nothing is under way then. Where no majority is there yet the member goes on by itself, as after
    /// a boot.
    private func resumeNow(_ configuration: GroupReplicationConfiguration, _ groupName: UUID) throws(SQLError) -> Bool {
        let outcome = Promise<ResumeOutcome>()
        withLocal { $0.acceptsMinority = true }
        try resume(configuration, groupName, outcome)
        _ = outcome.wait(until: .now() + configuration.times.resumePatience, interrupted: { withLocal { $0.givesUp } })
        outcome.fulfil(.alone)
        switch outcome.current {
        case .caughtUp:
            setPhase(.member)
            openGate()
            roles.run { [self] in caughtUp() }
        case .alone, nil:
            withLocal { local in
                local.acceptsMinority = false
                local.phase = .member
                changed.broadcast()
            }
            openGate()
        case .left:
            abandonMembership(to: .starting)
            return false
        }
        return true
    }

    /// What START GROUP_REPLICATION warns of; nil: members prove to each other that they are.
    public var membershipWarning: String? {
        guard !configuration.provesMembership else { return nil }
        return "Whoever can connect to the group port and knows group_replication_group_name can pass for a member: set "
            + "group_replication_group_secret_file, or group_replication_ssl_mode to VERIFY_CA, on all members."
    }

    /// Joins as a new incarnation, on the roles thread: the member was on its way back, and the group has removed it.
    func joinAnew() {
        PluginLog.report(.warning, code: .own, "The group does not list this server any more: it joins its group anew.")
        do throws(SQLError) {
            let credentials = withLocal { $0.credentials }
            try start(
                StartOptions(credentials: credentials), patience: GroupReplication.bootPatience, from: phase)
        } catch {
            PluginLog.report(.error, code: .failedToStartOnBoot, "Unable to start Group Replication on boot: \(error.message)")
        }
    }

    /// Ends the server's own order, or what is left of a membership: what it still has under way is done first, and all of it
    /// is on disk before the log is given up.
    func stopStandalone() throws(SQLError) {
        drain(until: .now() + GroupReplication.startSettleTimeout)
        closeGate()
        server.rollbackRunningTransactions(reason: "START GROUP_REPLICATION")
        communication.stop()
        _ = applier.waitUntilIdle(until: .now() + GroupReplication.startSettleTimeout)
        try synchronize()
    }

    /// After a START that failed, or after leaving.
    func backToStandalone() {
        communication.stop()
        recoveryInProgress()?.cancel()
        joinBuffer = nil
        withLocal { local in
            local.provisional = nil
            local.recoveryChannel.isReceiving = false
            local.recoveryChannel.isApplying = false
        }
        applier.setHeld(false)
        applier.discardQueue()
        applier.finishBatch()
        do throws(SQLError) {
            try beginStandalone()
        } catch {
            PluginLog.report(.error, code: .own, "The server cannot go on alone: \(error.message)")
            setPhase(.error)
        }
    }

    /// Variables and callbacks that a member needs.
    func startAsGroup(_ configuration: GroupReplicationConfiguration) {
        transactions.configure(
            isGroup: true, sizeLimit: configuration.transactionSizeLimit, flowControl: configuration.flowControl)
        server.setInGroup(true)
        // Members that all write must not give out the same numbers; a primary alone may.
        server.groupAutoIncrement(isOn: !configuration.singlePrimaryMode)
    }

    /// Why a server is not in its group.
    struct JoinFailure: Error {
        /// Nobody of the group answered: it may be asked again.
        var isSilence: Bool
        var error: SQLError

        init(_ error: SQLError, isSilence: Bool = false) {
            self.error = error
            self.isSilence = isSilence
        }
    }

    /// Joins; the communication layer must be stopped. On return this server is in the group's view. `until`: how long to
    /// ask again when nobody answers; `isQuiet`: that nobody answered is not an error yet.
    func join(
        _ configuration: GroupReplicationConfiguration, _ groupName: UUID, seeds: [String],
        until deadline: MonotonicTime, isQuiet: Bool = false
    ) throws(JoinFailure) {
        let times = configuration.times
        var refusedFor = 0
        while true {
            let outcome: StartOutcome
            do throws(SQLError) {
                try prepareJoin(configuration)
                outcome = try begin(
                    .join(seeds: seeds), configuration, groupName,
                    payload: ownState(status: .recovering).encoded)
            } catch {
                throw JoinFailure(error)
            }
            let goesOn = !withLocal { $0.givesUp }
            func waits() -> Bool { MonotonicTime.now() < deadline && goesOn }
            switch outcome {
            case .entered:
                return
            case .refused(.oldIncarnationListed) where refusedFor < times.incarnationRetries && goesOn:
                refusedFor += 1
                communication.stop()
                PluginLog.report(
                    .warning, code: .communication,
                    "Old incarnation found while trying to add node \(configuration.localAddress). Attempt "
                        + "\(refusedFor) of \(times.incarnationRetries) failed; the next one is in "
                        + "\(times.incarnationPause.components.seconds) seconds.")
                pause(times.incarnationPause)
            case .refused(.noAnswer) where waits():
                communication.stop()
                pause(times.answerPause)
            case .refused(.noAnswer) where isQuiet:
                throw JoinFailure(SQLError(.groupReplicationConfiguration), isSilence: true)
            case .refused(.vetoed(let text)) where JoinCompatibility.Problem(wire: text).isTemporary && (isQuiet || waits()):
                // What was begun there ends by itself.
                communication.stop()
                guard waits() else { throw JoinFailure(SQLError(.groupReplicationConfiguration), isSilence: true) }
                pause(times.answerPause)
            case .refused(let refusal):
                throw JoinFailure(report(refusal, configuration), isSilence: refusal == .noAnswer)
            case .left where waits():
                // It was let in, and away when the group heard nothing of it: it begins again as somebody new.
                communication.stop()
                withLocal { $0.isJoining = false }
                pause(times.answerPause)
            case .left(let reason):
                PluginLog.report(.error, code: .own, "The group removed this member while it joined (\(reason)).")
                throw JoinFailure(SQLError(.groupReplicationConfiguration))
            case .failed(let problem):
                PluginLog.report(.error, code: .communication, "Unable to join the group: \(problem)")
                throw JoinFailure(SQLError(.groupReplicationConfiguration), isSilence: true)
            }
        }
    }

    /// Waits, unless STOP GROUP_REPLICATION or the server's end comes.
    private func pause(_ duration: Duration) {
        let deadline = MonotonicTime.now() + duration
        lock.lock()
        defer { lock.unlock() }
        while !local.givesUp {
            if !changed.wait(lock, until: deadline) { return }
        }
    }

    /// A joiner's order is empty until the group's state reaches it. A server that dies before that was in no group: its
    /// group log, which tells of the join alone, must not be taken for one that goes on where its data ends.
    private func prepareJoin(_ configuration: GroupReplicationConfiguration) throws(SQLError) {
        let executed = try store.loadState().gtidExecuted.union(log.gtidExecuted)
        let memberActions = self.memberActions
        let dataLineage = order.withCore { $0.dataLineage }
        if !withLocal({ $0.isJoining }) {
            var core = GroupCore(
                lineage: .random(in: 1 ... .max), ownUUID: configuration.serverUUID, isGroup: false, position: .zero,
                source: configuration.serverUUID, blockSize: 1, certified: executed, isSinglePrimary: false,
                viewChangeSource: configuration.serverUUID)
            core.memberActions = memberActions
            core.dataLineage = dataLineage
            try save(core, holdsLog: false)
        }
        order.withCore { core in
            core = GroupCore(
                lineage: core.lineage, ownUUID: configuration.serverUUID, isGroup: true, position: .zero,
                source: configuration.serverUUID, blockSize: configuration.gtidAssignmentBlockSize,
                certified: executed, isSinglePrimary: configuration.singlePrimaryMode,
                viewChangeSource: configuration.serverUUID)
            core.memberActions = memberActions
            core.dataLineage = dataLineage
        }
        joinBuffer = JoinBuffer()
    }

    func begin(
        _ role: NodeRole, _ configuration: GroupReplicationConfiguration, _ groupName: UUID, payload: [UInt8]
    ) throws(SQLError) -> StartOutcome {
        let outcome = Promise<StartOutcome>()
        startOutcome = outcome
        // A join that did not get through, but may have been ordered, goes on under the name that is in the log.
        var isAgain = false
        if case .join = role {
            isAgain = withLocal { local in
                defer { local.isJoining = true }
                return local.isJoining
            }
        }
        var start = CommunicationStart(
            role: role, erasesLog: !isAgain, from: .zero, joinPayload: payload, leaderChoice: .everyMember,
            groupName: groupName, address: configuration.localAddress)
        if case .bootstrap = role { start.watched = configuration.groupSeeds }
        try startCommunication(start)
        let limit = configuration.times.enterTimeout
        return outcome.wait(until: .now() + limit, interrupted: { withLocal { $0.givesUp } })
            ?? .failed(withLocal { $0.givesUp } ? "it was stopped" : "nothing came of it in \(limit)")
    }

    private func report(_ refusal: JoinRefusal, _ configuration: GroupReplicationConfiguration) -> SQLError {
        switch refusal {
        case .groupIsFull:
            PluginLog.report(
                .error, code: .startFailed,
                "The START GROUP_REPLICATION command failed since the group already has 9 members.")
            return SQLError(.groupReplicationMaxGroupSize)
        case .vetoed(let text):
            let problem = JoinCompatibility.Problem(wire: text)
            PluginLog.report(.error, code: problem.code, problem.text)
            if !problem.consequence.isEmpty { PluginLog.report(.error, code: .transactionsNotPresentInGroup, problem.consequence) }
        case .oldIncarnationListed:
            PluginLog.report(
                .error, code: .communication,
                "Old incarnation found while trying to add node \(configuration.localAddress). Please stop the old node "
                    + "or wait for it to leave the group.")
        case .otherGroup:
            PluginLog.report(
                .error, code: .communication,
                "The members at group_replication_group_seeds belong to a group of another name than "
                    + "\(configuration.groupName).")
        case .protocolVersion:
            PluginLog.report(.error, code: .communication, "The group speaks a protocol version that this server does not.")
        case .noAnswer:
            PluginLog.report(
                .error, code: .communication,
                "No member of the group answered at \(configuration.groupSeeds.joined(separator: ",")). Check "
                    + "group_replication_group_seeds, and that at least one of them is ONLINE.")
        case .rejected(let seed, let rejection):
            // In the words that XCom has for it, and with what the seed has against this server.
            PluginLog.report(.error, code: .communication, "The member at \(seed) refused this server: \(rejection.text).")
            PluginLog.report(
                .error, code: .communication,
                "Error connecting to all peers. Member join failed. Local port: "
                    + "\(configuration.localAddress.split(separator: ":").last ?? "")")
        }
        return SQLError(.groupReplicationConfiguration)
    }

    /// `STOP GROUP_REPLICATION`. Leaves in order; the server goes on alone, read-only.
    public func stop() throws(SQLError) {
        withLocal { local in
            // Ends a pause between attempts to rejoin.
            local.rejoinAttempt = Int.max
            local.givesUp = true
            changed.broadcast()
        }
        lifecycle.lock()
        defer { lifecycle.unlock() }
        guard isRunning else { return }
        let wasMember = phase == .member
        setPhase(.stopping)
        setReadOnly(true)
        let limit = configuration.componentsStopTimeout
        server.rollbackRunningTransactions(reason: "STOP GROUP_REPLICATION")
        recoveryInProgress()?.cancel()
        var isIdle = true
        if wasMember {
            drain(until: .now() + limit)
            if withLocal({ $0.hasMajority }) { leaveGroup() }
        }
        closeGate()
        communication.stop()
        if wasMember { isIdle = applier.isHeldBack || applier.waitUntilIdle(until: .now() + limit) }
        server.groupAutoIncrement(isOn: false)
        PluginLog.report(.system, code: .memberLeftGroup, "Group membership changed: This member has left the group.")
        backToStandalone()
        withLocal { $0.knownMode = nil }
        setReadOnly(true)
        PluginLog.report(.system, code: .isStopped, "Plugin 'group_replication' has been stopped.")
        if !isIdle { throw SQLError(.groupReplicationStopApplierThreadTimeout) }
    }

    /// Takes no new commits and waits for those that are under way. Without a majority none of them would end.
    private func drain(until deadline: MonotonicTime) {
        transactions.setGate(.draining(SQLError(.runHookError, "before_commit")))
        while transactions.pendingCount > 0, MonotonicTime.now() < deadline, withLocal({ $0.hasMajority }) {
            Thread.sleep(.milliseconds(2))
        }
    }
}
