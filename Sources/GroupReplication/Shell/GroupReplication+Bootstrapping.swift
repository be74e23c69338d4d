import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// `group_replication_bootstrap_group=ON`: one group whatever the operator types. Who is told to begin one asks first
/// whether it is there.
extension GroupReplication {
    /// For finishing what this server's own log holds.
    private static let ownLogTimeout: Duration = .seconds(60)
    private static let askTimeout: Duration = .seconds(10)
    /// How long a group that begins at this moment is waited for.
    static let beginningPatience: Duration = .seconds(10)

    /// What bootstrapping means now. The communication layer stands still before and after.
    func decideBootstrap(
        _ configuration: GroupReplicationConfiguration, _ groupName: UUID, hasLog: Bool
    ) throws(SQLError) -> BootstrapDecision {
        let outcome = Promise<[Standing]>()
        withLocal { _ in askOutcome = outcome }
        defer {
            communication.stop()
            withLocal { _ in askOutcome = nil }
        }
        let start = CommunicationStart(
            role: .ask(configuration.groupSeeds), erasesLog: false, from: .zero, joinPayload: [],
            leaderChoice: .everyMember, groupName: groupName, address: configuration.localAddress)
        try startCommunication(start)
        let standings = outcome.wait(
            until: .now() + GroupReplication.askTimeout, interrupted: { withLocal { $0.givesUp } })
        guard let standings else {
            PluginLog.report(.error, code: .communication, "Unable to bootstrap the group: it was stopped.")
            throw SQLError(.groupReplicationConfiguration)
        }
        let decision = BootstrapDecision.decide(standings, hasLog: hasLog)
        switch decision {
        case .begin:
            break
        case .resume, .join:
            PluginLog.report(
                .warning, code: .own,
                "group_replication_bootstrap_group is ON, but the group is there already, as "
                    + "\(standings.map(\.address).joined(separator: ", ")) answered: this server takes part in it instead of "
                    + "beginning a second one.")
        case .refuse(let addresses):
            PluginLog.report(
                .error, code: .communication,
                "Unable to bootstrap the group: its members at \(addresses.joined(separator: ", ")) answer, but not a "
                    + "majority of them. Start the others, or go on without them by group_replication_force_members there, "
                    + "or stop Group Replication there if that group is to be given up.")
            throw SQLError(.groupReplicationConfiguration)
        }
        return decision
    }

    func startCommunication(_ start: CommunicationStart) throws(SQLError) {
        do throws(CommunicationFailure) {
            try communication.start(start, delegate: self)
        } catch {
            PluginLog.report(
                .error, code: .communication,
                "Error joining the group while waiting for the network layer to become ready: \(error)")
            throw SQLError(error.isOfPort ? .groupReplicationConfiguration : .groupReplicationCommunicationLayerSessionError)
        }
    }

    /// A server that was a member begins a group anew, as an operator does when the others are lost for good. Its group log
    /// may hold what its data lacks after a loss of power, and what it had accepted of others, who may have told their
    /// clients: all of that is applied first. Nobody is spoken to meanwhile.
    func applyOwnLog(_ configuration: GroupReplicationConfiguration, _ groupName: UUID) throws(SQLError) {
        let outcome = Promise<ResumeOutcome>()
        try resume(configuration, groupName, outcome, isOffline: true)
        defer {
            communication.stop()
            endResuming()
        }
        let deadline = MonotonicTime.now() + GroupReplication.ownLogTimeout
        var problem = "it took too long"
        while MonotonicTime.now() < deadline && outcome.current == nil {
            let answer = Promise<String>()
            withLocal { _ in forceOutcome = answer }
            communication.command(.forceMembers([configuration.localAddress]))
            problem = answer.wait(until: deadline) ?? problem
            if problem.isEmpty { break }
            Thread.sleep(.milliseconds(50))
        }
        withLocal { _ in forceOutcome = nil }
        let settled = outcome.wait(until: deadline)
        var isRead = false
        switch settled {
        case .caughtUp, .left(.expelled):
            // The log ends where this member is a group of its own, or where it was removed from the group.
            isRead = true
        case .left, .alone, nil:
            break
        }
        if isRead {
            if applier.isHeldBack {
                problem = "the data lacks what the log begins with"
            } else if applier.waitUntilIdle(until: .now() + GroupReplication.startSettleTimeout) {
                return
            } else {
                problem = "applying it took too long"
            }
        } else if problem.isEmpty {
            problem = settled == nil ? "the end of the log was not reached" : "the log cannot be gone on with"
        }
        PluginLog.report(
            .error, code: .communication,
            "What this server's group log holds could not be applied, so that a new group would lack it: \(problem). "
                + "Start it with the group_replication_local_address that it had, or let it join its group.")
        throw SQLError(.groupReplicationConfiguration)
    }

    /// Begins a group whose only member is this server. The communication layer stands still, all that it had is applied.
    /// False when it gave way at once to one that somebody else began at the same time.
    func bootstrap(_ configuration: GroupReplicationConfiguration, _ groupName: UUID) throws(SQLError) -> Bool {
        withLocal { $0.foundingView = nil }
        let state = try store.loadState()
        let gtids = state.gtidExecuted.union(log.gtidExecuted)
        var core = GroupCore(
            lineage: .random(in: 1 ... .max), ownUUID: configuration.serverUUID, isGroup: true, position: .zero,
            source: groupName, blockSize: configuration.gtidAssignmentBlockSize, certified: gtids,
            isSinglePrimary: configuration.singlePrimaryMode,
            viewChangeSource: UUID(configuration.viewChangeUUID) ?? groupName)
        core.memberActions = memberActions
        core.dataLineage = core.lineage
        core.foundedWith = gtids
        core.enforcesChecks = configuration.enforceUpdateEverywhereChecks
        order.withCore { $0 = core }
        joinBuffer = nil
        try save(core)
        applier.reset(lineage: core.lineage, applied: .zero)
        try beginLineage(core.lineage, at: .zero)
        let outcome = try begin(.bootstrap, configuration, groupName, payload: [])
        if case .left(.superseded) = outcome {
            communication.stop()
            _ = applier.waitUntilIdle(until: .now() + GroupReplication.startSettleTimeout)
            withLocal { $0.givenUpView = $0.foundingView }
            return false
        }
        guard case .entered = outcome else {
            throw SQLError(.groupReplicationCommunicationLayerSessionError)
        }
        withLocal { $0.knownMode = $0.configuration.mode }
        _ = applier.wait(for: order.withCore { $0.dataPosition }, until: .now() + .seconds(10))
        return true
    }

    /// What going on with a membership left behind, when nothing comes of it.
    func endResuming() {
        withLocal { local in
            local.isCatchingUp = false
            local.acceptsMinority = false
            local.hasMajority = true
            local.majorityDeadline = nil
            local.unreachable = []
            marks = [:]
            resumeOutcome = nil
        }
    }

    /// A START that failed before the membership that the group log tells of was given up: that is kept.
    func backToDormant() {
        communication.stop()
        recoveryInProgress()?.cancel()
        endResuming()
        applier.setHeld(false)
        applier.discardQueue()
        applier.finishBatch()
        let contents: StateFile.Contents?
        do {
            contents = try stateFile.load(ownUUID: configuration.serverUUID)
        } catch {
            PluginLog.report(.error, code: .own, "The server cannot go on alone: \(error)")
            setPhase(.error)
            return
        }
        guard let contents, contents.core.isGroup else {
            backToStandalone()
            return
        }
        do throws(SQLError) {
            try restoreMember(contents)
        } catch {
            PluginLog.report(.error, code: .own, "The server cannot go on alone: \(error.message)")
            setPhase(.error)
            return
        }
        server.setInGroup(false)
        setPhase(.dormant)
        refuseWritesWhileDormant()
    }
}
