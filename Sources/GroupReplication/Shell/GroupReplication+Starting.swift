import BinaryLog
import GroupCommunication
import MySQLProtocol
import Network
import Platform

/// START and STOP GROUP_REPLICATION.
extension GroupReplication {
    private static let joinTimeout: Duration = .seconds(90)
    private static let settleTimeout: Duration = .seconds(300)
    /// An older incarnation that is still listed: tried again this often, this far apart.
    private static let incarnationRetries = 50
    private static let incarnationPause: Duration = .seconds(1)
    private static let answerPause: Duration = .milliseconds(200)

    /// `START GROUP_REPLICATION`. Returns when this server is in the group's view (RECOVERING or ONLINE). Errors 3092, 3093,
    /// 3096, 3097, 3191, 3970 to 3972; the error log says more.
    public func start(_ options: StartOptions) throws(SQLError) {
        try start(options, patience: .zero)
    }

    /// `patience`: how long to ask again when no member answers, as at a boot of the whole group.
    func start(_ options: StartOptions, patience: Duration) throws(SQLError) {
        lifecycle.lock()
        defer { lifecycle.unlock() }
        guard !isRunning else { throw SQLError(.groupReplicationRunning) }
        if let credentials = options.credentials {
            if credentials.user.isEmpty { throw SQLError(.groupReplicationUserEmptyMsg) }
            if credentials.password.utf8.count > 32 { throw SQLError(.groupReplicationPasswordLength) }
        }
        let configuration = self.configuration
        let groupName = try checkConfiguration(configuration)
        withLocal { local in
            local.credentials = options.credentials
            local.applierError = nil
            local.rejoinAttempt = 0
            local.givesUp = false
        }
        PluginLog.report(.system, code: 13587, "Plugin 'group_replication' is starting.")
        let former = phase
        let wasReadOnly = withLocal { $0.isReadOnly ?? false }
        if former == .dormant && !configuration.bootstrapGroup && communication.canResume(groupName: groupName) {
            setReadOnly(true)
            setPhase(.starting)
            roles.run { [self] in resumeMembership() }
            return
        }
        setPhase(.starting)
        setReadOnly(true)
        stopStandalone()
        do throws(SQLError) {
            try enter(configuration, groupName, isBootstrap: configuration.bootstrapGroup, patience: patience)
        } catch {
            backToStandalone(readOnly: wasReadOnly)
            throw error
        }
        PluginLog.report(.system, code: 14010, "Plugin 'group_replication' has been started.")
    }

    private func checkConfiguration(_ configuration: GroupReplicationConfiguration) throws(SQLError) -> UUID {
        guard !configuration.groupName.isEmpty else {
            PluginLog.report(.error, code: 11685, "The group_replication_group_name option is mandatory")
            throw SQLError(.groupReplicationConfiguration)
        }
        guard let groupName = UUID(configuration.groupName) else {
            PluginLog.report(
                .error, code: 11686, "The group_replication_group_name '\(configuration.groupName)' is not a valid UUID")
            throw SQLError(.groupReplicationConfiguration)
        }
        guard configuration.gtidModeOn else {
            PluginLog.report(.error, code: 11676, "Gtid mode should be ON for Group Replication")
            throw SQLError(.groupReplicationConfiguration)
        }
        if configuration.singlePrimaryMode && configuration.enforceUpdateEverywhereChecks {
            PluginLog.report(
                .error, code: 11680,
                "Is not allowed single primary mode and 'group_replication_enforce_update_everywhere_checks' enabled.")
            throw SQLError(.groupReplicationConfiguration)
        }
        guard let (_, port) = SocketAddress.parse(configuration.localAddress), port != 0 else {
            PluginLog.report(
                .error, code: 11697,
                "The group_replication_local_address option '\(configuration.localAddress)' is not a valid host:port")
            throw SQLError(.groupReplicationCommunicationLayerSessionError)
        }
        if !configuration.bootstrapGroup && configuration.groupSeeds.isEmpty {
            PluginLog.report(
                .error, code: 11697,
                "The group_replication_group_seeds option is empty and group_replication_bootstrap_group is OFF: there "
                    + "is nobody to ask to be let in.")
            throw SQLError(.groupReplicationCommunicationLayerJoinError)
        }
        return groupName
    }

    /// Ends the server's own order: what it still has under way is done first.
    func stopStandalone() {
        closeGate()
        server.rollbackRunningTransactions(reason: "START GROUP_REPLICATION")
        communication.stop()
        _ = applier.waitUntilIdle(until: .now() + GroupReplication.settleTimeout)
    }

    /// After a START that failed, or after leaving.
    func backToStandalone(readOnly: Bool) {
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
        _ = applier.waitUntilIdle(until: .now() + GroupReplication.settleTimeout)
        do throws(SQLError) {
            try beginStandalone()
        } catch {
            PluginLog.report(.error, code: 0, "The server cannot go on alone: \(error.message)")
            setPhase(.error)
        }
        setReadOnly(readOnly)
    }

    /// Variables and callbacks that a member needs.
    func startAsGroup(_ configuration: GroupReplicationConfiguration) {
        transactions.configure(
            isGroup: true, sizeLimit: configuration.transactionSizeLimit, flowControl: configuration.flowControl)
        server.setInGroup(true)
        // Members that all write must not give out the same numbers; a primary alone may.
        server.groupAutoIncrement(isOn: !configuration.singlePrimaryMode)
    }

    /// Bootstraps or joins; the communication layer must be stopped. On return this server is in the group's view.
    func enter(
        _ configuration: GroupReplicationConfiguration, _ groupName: UUID, isBootstrap: Bool,
        patience: Duration = .zero
    ) throws(SQLError) {
        startAsGroup(configuration)
        if isBootstrap {
            try bootstrap(configuration, groupName)
        } else {
            try join(configuration, groupName, until: .now() + patience)
        }
        setPhase(.member)
        if isBootstrap { PluginLog.report(.system, code: 11490, "This server was declared online within the replication group.") }
        openGate()
        scheduleRoles()
    }

    private func bootstrap(_ configuration: GroupReplicationConfiguration, _ groupName: UUID) throws(SQLError) {
        let state = try store.loadState()
        let gtids = state.gtidExecuted.union(log.gtidExecuted)
        let core = GroupCore(
            lineage: .random(in: 1 ... .max), ownUUID: configuration.serverUUID, isGroup: true, position: .zero,
            source: groupName, blockSize: configuration.gtidAssignmentBlockSize, certified: gtids,
            isSinglePrimary: configuration.singlePrimaryMode,
            viewChangeSource: UUID(configuration.viewChangeUUID) ?? groupName)
        order.withCore { $0 = core }
        joinBuffer = nil
        try save(core)
        applier.reset(lineage: core.lineage, applied: .zero)
        try beginLineage(core.lineage, at: .zero)
        let outcome = try begin(.bootstrap, configuration, groupName, payload: [])
        guard case .entered = outcome else {
            throw SQLError(.groupReplicationCommunicationLayerSessionError)
        }
        _ = applier.wait(for: order.withCore { $0.dataPosition }, until: .now() + .seconds(10))
    }

    private func join(
        _ configuration: GroupReplicationConfiguration, _ groupName: UUID, until deadline: MonotonicTime
    ) throws(SQLError) {
        var attempt = 0
        while true {
            attempt += 1
            prepareJoin(configuration)
            let outcome = try begin(
                .join(seeds: configuration.groupSeeds), configuration, groupName,
                payload: ownState(status: .recovering).encoded)
            switch outcome {
            case .entered:
                return
            case .refused(.oldIncarnationListed)
            where attempt < GroupReplication.incarnationRetries && !withLocal({ $0.givesUp }):
                communication.stop()
                Thread.sleep(GroupReplication.incarnationPause)
            case .refused(.noAnswer) where MonotonicTime.now() < deadline && !withLocal({ $0.givesUp }):
                communication.stop()
                Thread.sleep(GroupReplication.answerPause)
            case .refused(let refusal):
                throw report(refusal, configuration)
            case .left(let reason):
                PluginLog.report(.error, code: 11504, "The group removed this member while it joined (\(reason)).")
                throw SQLError(.groupReplicationConfiguration)
            case .failed(let problem):
                PluginLog.report(.error, code: 11640, "Unable to join the group: \(problem)")
                throw SQLError(.groupReplicationConfiguration)
            }
        }
    }

    /// A joiner's order is empty until the group's state reaches it.
    private func prepareJoin(_ configuration: GroupReplicationConfiguration) {
        let gtids = (try? store.loadState().gtidExecuted) ?? GTIDSet()
        let executed = gtids.union(log.gtidExecuted)
        order.withCore { core in
            core = GroupCore(
                lineage: core.lineage, ownUUID: configuration.serverUUID, isGroup: true, position: .zero,
                source: configuration.serverUUID, blockSize: configuration.gtidAssignmentBlockSize,
                certified: executed, isSinglePrimary: configuration.singlePrimaryMode,
                viewChangeSource: configuration.serverUUID)
        }
        joinBuffer = JoinBuffer()
    }

    private func begin(
        _ role: NodeRole, _ configuration: GroupReplicationConfiguration, _ groupName: UUID, payload: [UInt8]
    ) throws(SQLError) -> StartOutcome {
        let outcome = Promise<StartOutcome>()
        startOutcome = outcome
        let start = CommunicationStart(
            role: role, erasesLog: true, from: .zero, joinPayload: payload, leaderChoice: .everyMember,
            groupName: groupName, address: configuration.localAddress)
        do throws(CommunicationFailure) {
            try communication.start(start, delegate: self)
        } catch {
            PluginLog.report(.error, code: 11735, "Error joining the group while waiting for the network layer to become ready: \(error)")
            throw SQLError(.groupReplicationCommunicationLayerSessionError)
        }
        return outcome.wait(until: .now() + GroupReplication.joinTimeout)
            ?? .failed("nothing came of it in \(GroupReplication.joinTimeout)")
    }

    private func report(_ refusal: JoinRefusal, _ configuration: GroupReplicationConfiguration) -> SQLError {
        switch refusal {
        case .groupIsFull:
            PluginLog.report(
                .error, code: 11497,
                "The START GROUP_REPLICATION command failed since the group already has 9 members.")
            return SQLError(.groupReplicationMaxGroupSize)
        case .vetoed(let text):
            let problem = JoinCompatibility.Problem(wire: text)
            PluginLog.report(.error, code: problem.code, problem.text)
            if !problem.consequence.isEmpty { PluginLog.report(.error, code: 11522, problem.consequence) }
        case .oldIncarnationListed:
            PluginLog.report(
                .error, code: 11640,
                "Old incarnation found while trying to add node \(configuration.localAddress). Please stop the old node "
                    + "or wait for it to leave the group.")
        case .otherGroup:
            PluginLog.report(
                .error, code: 11640,
                "The members at group_replication_group_seeds belong to a group of another name than "
                    + "\(configuration.groupName).")
        case .protocolVersion:
            PluginLog.report(.error, code: 11640, "The group speaks a protocol version that this server does not.")
        case .noAnswer:
            PluginLog.report(
                .error, code: 11640,
                "No member of the group answered at \(configuration.groupSeeds.joined(separator: ",")). Check "
                    + "group_replication_group_seeds, and that at least one of them is ONLINE.")
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
        closeGate()
        server.rollbackRunningTransactions(reason: "STOP GROUP_REPLICATION")
        recoveryInProgress()?.cancel()
        if wasMember {
            leaveGroup()
            _ = applier.waitUntilIdle(until: .now() + GroupReplication.settleTimeout)
        }
        server.groupAutoIncrement(isOn: false)
        PluginLog.report(.system, code: 11504, "Group membership changed: This member has left the group.")
        backToStandalone(readOnly: true)
        PluginLog.report(.system, code: 11651, "Plugin 'group_replication' has been stopped.")
    }
}
