import BinaryLog
import GroupCommunication
import MySQLProtocol
import Network
import Platform

/// What a member does for its role: writable or read-only, its part of a group action, recovery.
extension GroupReplication {
    private static let slice: Duration = .milliseconds(500)

    /// Has the roles thread look at the role again.
    func scheduleRoles() {
        roles.run { [self] in applyRoles() }
    }

    func scheduleAction() {
        actions.run { [self] in doActionPart() }
        scheduleRoles()
    }

    /// Sets read-only as the role demands. Roles thread; waits for the backlog when this member has become primary.
    func applyRoles() {
        while true {
            guard phase == .member, !withLocal({ $0.isCatchingUp }) else { return }
            let (isOnline, isWritable, backlog, isHandingOver) = order.withCore { core in
                (
                    core.own?.status == .online, core.isWritable, core.electionPosition,
                    core.action?.phase == .stopWriting
                )
            }
            guard isOnline, !applier.isHeldBack else { return }
            openGate()
            // Until all who are to stop writing have stopped, each does it by itself (``stopWriting(_:)``).
            if isHandingOver { return }
            guard isWritable else {
                setReadOnly(true)
                transactions.setIsNewPrimary(false)
                return
            }
            // A new primary first applies what its predecessor left; its role may change again meanwhile.
            if applier.wait(for: backlog, until: .now() + GroupReplication.slice) {
                setReadOnly(staysReadOnly(after: backlog))
                // Who was held may write now.
                transactions.setIsNewPrimary(false)
                return
            }
        }
    }

    /// Whether the primary elected at that position leaves `super_read_only` on: the member action that turns it off was
    /// disabled when it was elected.
    private func staysReadOnly(after election: LogPosition) -> Bool {
        let (isSinglePrimary, isEnabled) = order.withCore {
            ($0.isSinglePrimary, $0.memberActions.isEnabled(.disableSuperReadOnlyIfPrimary))
        }
        return withLocal { local in
            guard isSinglePrimary, local.isReadOnly != false else { return false }
            if local.readOnlyElection == election { return true }
            guard !isEnabled else { return false }
            local.readOnlyElection = election
            return true
        }
    }

    /// Tells the server; a primary that stops being one ends its running transactions.
    func setReadOnly(_ isOn: Bool) {
        // What an operator set meanwhile does not keep a member writable that must not be.
        let isLifted = isOn && !server.isSuperReadOnly
        let (isChange, wasWritable) = withLocal { local in
            defer { local.isReadOnly = isOn }
            return (local.isReadOnly != isOn || isLifted, local.isReadOnly == false || isLifted)
        }
        guard isChange else { return }
        PluginLog.report(
            .system, code: isOn ? .superReadOn : .superReadOff, "Setting super_read_only=\(isOn ? "ON" : "OFF").")
        server.setSuperReadOnly(isOn)
        if isOn && wasWritable { server.rollbackRunningTransactions(reason: "the member became read-only") }
    }

    /// As it was before a START that failed.
    func restoreReadOnly(_ state: ReadOnlyState) {
        withLocal { $0.isReadOnly = state.isSuperReadOnly }
        guard server.readOnlyState != state else { return }
        PluginLog.report(
            .system, code: state.isSuperReadOnly ? .superReadOn : .superReadOff,
            "Setting super_read_only=\(state.isSuperReadOnly ? "ON" : "OFF").")
        server.restore(state)
    }

    /// This member's part of the group action's phase. Actions thread; may wait.
    func doActionPart() {
        let own = configuration.serverUUID
        guard phase == .member, !withLocal({ $0.isCatchingUp }),
            let action = order.withCore({ $0.action }), action.pending.contains(own),
            withLocal({ local in
                let done = local.doneActionPhase
                guard done?.action != action.id || done?.phase != action.phase.rawValue else { return false }
                local.doneActionPhase = (action.id, action.phase.rawValue)
                return true
            })
        else { return }
        switch action.phase {
        case .stopWriting:
            stopWriting(action)
        case .takeUp:
            takeUp(action)
        }
        sendControl(
            GroupMessage.actionDone(action: action.id, phase: action.phase.rawValue, member: order.ownIdentity))
    }

    private func isCurrent(_ action: GroupAction) -> Bool {
        phase == .member
            && order.withCore { $0.action?.id == action.id && $0.action?.phase.rawValue == action.phase.rawValue }
    }

    /// Running transactions may end first: without a timeout those that run now, however long they take, while others
    /// begin; with one, nobody else may begin to write, and what still runs then is rolled back.
    private func stopWriting(_ action: GroupAction) {
        var running = server.runningTransactions()
        let total = running.count
        let deadline = action.request.timeoutSeconds.map { MonotonicTime.now() + .seconds(Int($0)) }
        if deadline != nil { server.setRefusesNewWriters(true) }
        defer { if deadline != nil { server.setRefusesNewWriters(false) } }
        while !running.isEmpty && isCurrent(action) && phase == .member {
            if total > 0 {
                stages.show(
                    StageStatus(
                        name: action.stage.name, workCompleted: UInt64(total - running.count), workEstimated: UInt64(total)),
                    on: .groupAction)
            }
            if let deadline, MonotonicTime.now() >= deadline { break }
            Thread.sleep(.milliseconds(10))
            running.formIntersection(server.runningTransactions())
        }
        guard isCurrent(action) else { return }
        setReadOnly(true)
        // Commits that are under way are ordered before our answer.
        let end = MonotonicTime.now() + .seconds(10)
        while transactions.pendingCount > 0 && MonotonicTime.now() < end && isCurrent(action) {
            Thread.sleep(.milliseconds(1))
        }
    }

    private func takeUp(_ action: GroupAction) {
        let backlog = order.withCore { $0.electionPosition }
        while isCurrent(action) {
            if applier.wait(for: backlog, until: .now() + GroupReplication.slice) { break }
        }
        let settled = Promise<Bool>()
        roles.run { [self] in
            applyRoles()
            settled.fulfil(true)
        }
        while isCurrent(action) && settled.wait(until: .now() + GroupReplication.slice) == nil {}
    }

    // MARK: Recovery

    func recoveryInProgress() -> DistributedRecovery? {
        withLocal { _ in recovery }
    }

    /// Brings this member up to where it joined. Any thread; the work is done on the recovery's own.
    /// `keepsPosition`: the rows are all there, only the binary log lacks some of their transactions.
    func beginRecovery(core: GroupCore, viewChange: GTID?, viewID: ViewID, keepsPosition: Bool = false) {
        keeper.run { [self] in
            do throws(SQLError) {
                try startRecovery(core: core, viewChange: viewChange, keepsPosition: keepsPosition)
            } catch {
                roles.run { [self] in
                    leaveOnError("Distributed recovery could not begin: \(error.message)", rejoins: false)
                }
            }
        }
    }

    private func startRecovery(core: GroupCore, viewChange: GTID?, keepsPosition: Bool) throws(SQLError) {
        try save(core)
        let executed = try store.loadState().gtidExecuted
        var needed = core.allocator.certified
        if let viewChange { needed.remove(viewChange) }
        let configuration = self.configuration
        let recovery = DistributedRecovery(
            DistributedRecovery.Context(
                store: store, log: log, lineage: core.lineage, needed: needed, executed: executed,
                logged: log.gtidExecuted,
                retryCount: configuration.recoveryRetryCount,
                reconnectInterval: configuration.recoveryReconnectInterval,
                donors: { [weak self] in self?.donors() ?? [] },
                settings: { [weak self] () throws(SQLError) in
                    guard let self else { throw SQLError(.queryInterrupted) }
                    return try self.donorSettings()
                },
                status: { [weak self] status in
                    self?.withLocal { $0.recoveryChannel = status }
                }))
        let isWanted = withLocal { local in
            guard local.phase == .member || local.phase == .starting, !local.givesUp else { return false }
            self.recovery = recovery
            return true
        }
        // The member left while this was being prepared.
        guard isWanted else { return }
        let setsPosition = viewChange == nil && !keepsPosition
        recovery.start { [self] outcome in
            roles.run { [self] in recoveryEnded(outcome, core: core, setsPosition: setsPosition) }
        }
    }

    private func donors() -> [DistributedRecovery.Donor] {
        let own = configuration.serverUUID
        let version = ServerVersion(prefixOf: configuration.serverVersion)
        return order.withCore { core in
            core.table.online.filter { member in
                guard member.uuid != own else { return false }
                // A donor of a newer version may log what we cannot read.
                guard let version, let theirs = ServerVersion(prefixOf: member.version) else { return true }
                return (theirs.major, theirs.minor) <= (version.major, version.minor)
            }.map { DistributedRecovery.Donor(uuid: $0.uuid, endpoints: $0.recoveryEndpoints) }
        }
    }

    private func donorSettings() throws(SQLError) -> DonorConnection.Settings {
        let (configuration, given) = withLocal { ($0.configuration, $0.credentials) }
        let credentials = given ?? server.recoveryCredentials() ?? RecoveryCredentials(user: "", password: "")
        return DonorConnection.Settings(
            credentials: credentials, serverID: configuration.serverID, serverUUID: configuration.serverUUID,
            reportHost: configuration.reportHost, reportPort: configuration.reportPort, tls: configuration.recoveryTLS,
            mayAskForKey: configuration.recoveryGetPublicKey, publicKeyPath: configuration.recoveryPublicKeyPath)
    }

    private func recoveryEnded(_ outcome: DistributedRecovery.Outcome, core: GroupCore, setsPosition: Bool) {
        withLocal { _ in recovery = nil }
        switch outcome {
        case .cancelled:
            return
        case .failed(let problem):
            leaveOnError(problem, rejoins: false)
        case .done:
            do throws(SQLError) {
                if setsPosition {
                    let isAtView = core.own?.status == .recovering
                    try beginLineage(core.lineage, at: core.dataPosition, hash: core.hash.value, endsWithView: isAtView)
                    applier.reset(lineage: core.lineage, applied: core.dataPosition)
                    // What was recovered ends with the view with which this member joined.
                    if isAtView { appliedView(at: core.dataPosition, history: store.history) }
                }
                // From here on it is taken for granted, after any crash.
                try synchronize()
            } catch {
                leaveOnError("Distributed recovery failed: \(error.message)", rejoins: false)
                return
            }
            applier.setHeld(false)
            actions.run { [self] in finishRecovery() }
        }
    }

    /// Applies what was buffered, then has the group declare this member ONLINE. All of it is certified before this:
    /// `group_replication_recovery_complete_at` may say that this is enough.
    func finishRecovery() {
        let target = order.withCore { $0.dataPosition }
        while configuration.recoveryCompletesWhenApplied, phase == .member || phase == .starting {
            if applier.wait(for: target, until: .now() + GroupReplication.slice) { break }
        }
        guard phase == .member || phase == .starting else { return }
        guard awaitSharedHistory() else { return }
        // ONLINE means on disk: the others count on what this member has.
        do throws(SQLError) {
            try synchronize()
        } catch {
            roles.run { [self] in
                leaveOnError("What was recovered could not be written to disk: \(error.message)", rejoins: false)
            }
            return
        }
        sendReport(isPeriodic: true)
        sendControl(GroupMessage.recovered(order.ownIdentity))
    }
}
