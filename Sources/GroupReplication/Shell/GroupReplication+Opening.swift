import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// The server's start and stop.
extension GroupReplication {
    /// How long a server waits at its start for the end of its own log to be applied.
    private static let replayTimeout: Duration = .seconds(600)
    private static let settleTimeout: Duration = .seconds(30)
    /// At a boot the group's other members may come up later than this one.
    static let bootPatience: Duration = .seconds(300)

    /// Brings the server's data up to its log and opens it for sessions. A server that was a member when it stopped goes
    /// back into its group when `startsGroup` (`group_replication_start_on_boot`, the plugin is installed), by itself and in
    /// the background; one that never was starts or joins as its variables say. Blocks until local data is whole.
    public func open(startsGroup: Bool) throws(SQLError) {
        let configuration = self.configuration
        let damage = DamageNote(directory: configuration.stateDirectory).read()
        withLocal { $0.damage = damage }
        let startsGroup = startsGroup && damage == nil
        if damage != nil {
            // Nobody adds to data that are wrong.
            server.setSuperReadOnly(true)
            withLocal { $0.isReadOnly = true }
        }
        let contents: StateFile.Contents?
        do {
            contents = try stateFile.load(ownUUID: configuration.serverUUID)
        } catch {
            throw SQLError(code: 1105, sqlState: "HY000", message: error.description)
        }
        guard roles.start(), keeper.start(), actions.start(), applier.start(), startControl() else {
            throw SQLError(code: 1135, sqlState: "HY000", message: "Can't create a new thread")
        }
        if let contents, contents.core.isGroup {
            try openMember(contents, startsGroup: startsGroup)
            return
        }
        if let contents, contents.holdsLog {
            try reopenStandalone(contents.core)
        } else {
            if let contents {
                order.withCore { core in
                    core.memberActions = contents.core.memberActions
                    core.dataLineage = contents.core.dataLineage
                }
            }
            try beginStandalone()
        }
        if startsGroup && UUID(configuration.groupName) != nil {
            // A server that was alone may be asked to join at every boot: a failure is logged, the server stays up.
            roles.run { [self] in
                do throws(SQLError) {
                    try start(StartOptions(), patience: GroupReplication.bootPatience)
                } catch {
                    PluginLog.report(.error, code: .failedToStartOnBoot, "Unable to start Group Replication on boot: \(error.message)")
                    if server.isRebuilding { exitAction("the group could not be joined") }
                }
            }
        }
    }

    private func openMember(_ contents: StateFile.Contents, startsGroup: Bool) throws(SQLError) {
        try restoreMember(contents)
        withLocal { $0.knownMode = $0.configuration.mode }
        guard startsGroup else {
            setPhase(.dormant)
            refuseWritesWhileDormant()
            return
        }
        server.setSuperReadOnly(true)
        withLocal { $0.isReadOnly = true }
        // Sessions come before the group is heard of: who asks for more than this server's own data is refused.
        startAsGroup(configuration)
        setPhase(.starting)
        roles.run { [self] in resumeMembership() }
    }

    /// The ordered state as of the last snapshot: what the log holds above it will be delivered again.
    func restoreMember(_ contents: StateFile.Contents) throws(SQLError) {
        let state = try store.loadState()
        order.withCore { $0 = contents.core }
        if let own = contents.core.own { order.setIdentity(own.identity) }
        let stored = state.lineage == contents.core.lineage ? state.position : .zero
        applier.reset(lineage: contents.core.lineage, applied: stored)
        applier.resume(
            storedPosition: stored, refused: state.refusedPositions, logged: log.gtidExecuted,
            hash: expectedHash(state, contents.core, stored: stored))
    }

    /// The hash that the history has at the stored position when it is delivered again from where `core` ends; nil: it is
    /// not, or the hash is not known.
    private func expectedHash(_ state: StoreState, _ core: GroupCore, stored: LogPosition) -> UInt64? {
        stored > core.dataPosition && state.hash != 0 ? state.hash : nil
    }

    /// A standalone server's log may hold more than its store.
    private func reopenStandalone(_ core: GroupCore) throws(SQLError) {
        let state = try store.loadState()
        guard communication.hasLog else {
            // A log that began anew would count from a place that the store may be beyond.
            PluginLog.report(
                .error, code: .own,
                "The server's log is gone. What the data files hold is all that there is: the server begins a new log with it.")
            order.withCore { $0.memberActions = core.memberActions }
            try beginStandalone()
            return
        }
        order.withCore { $0 = core }
        order.setIdentity(MemberIdentity(serverUUID: core.ownUUID, incarnation: 1))
        let stored = state.lineage == core.lineage ? state.position : .zero
        applier.reset(lineage: core.lineage, applied: stored)
        applier.resume(
            storedPosition: stored, refused: state.refusedPositions, logged: log.gtidExecuted,
            hash: expectedHash(state, core, stored: stored))
        if state.lineage != core.lineage { try beginLineage(core.lineage, at: core.position) }
        try startStandalone(core, erasesLog: false)
    }

    /// Begins an order of this server's own, on top of what the store holds.
    func beginStandalone() throws(SQLError) {
        let configuration = self.configuration
        let state = try store.loadState()
        let gtids = state.gtidExecuted.union(log.gtidExecuted)
        var core = GroupCore(
            lineage: .random(in: 1 ... .max), ownUUID: configuration.serverUUID, isGroup: false, position: .zero,
            source: configuration.serverUUID, blockSize: 1, certified: gtids, isSinglePrimary: false,
            viewChangeSource: configuration.serverUUID)
        core.memberActions = memberActions
        core.dataLineage = order.withCore { $0.dataLineage }
        let identity = MemberIdentity(serverUUID: configuration.serverUUID, incarnation: 1)
        core.table.members = [
            MemberRecord(identity: identity, state: ownState(status: .online), status: .online, holdsState: true)
        ]
        order.withCore { $0 = core }
        order.setIdentity(identity)
        try save(core)
        applier.setHeld(false)
        applier.reset(lineage: core.lineage, applied: .zero)
        try beginLineage(core.lineage, at: .zero)
        try startStandalone(core, erasesLog: true)
    }

    /// Has the store's position count in another log from now on, before anything of that log is applied.
    func beginLineage(
        _ lineage: UInt64, at position: LogPosition, hash: UInt64 = 0, endsWithView: Bool = false
    ) throws(SQLError) {
        var batch = ApplyBatch(
            lineage: lineage, transactions: [], endPosition: position, additionalGTIDs: [], isRecovery: false)
        batch.hash = hash
        batch.endsWithView = endsWithView
        batch.logMark = communication.logMark
        do throws(ApplyFailure) {
            _ = try store.apply(batch) { _ throws(SQLError) in }
        } catch {
            throw error.error
        }
    }

    /// `holdsLog`: the log goes on where this state ends; false while it tells of an unfinished join. `isCurrent`: looked at
    /// while nobody else can save.
    func save(
        _ core: GroupCore, holdsLog: Bool = true, if isCurrent: () -> Bool = { true }
    ) throws(SQLError) {
        stateFileLock.lock()
        defer { stateFileLock.unlock() }
        guard isCurrent() else { return }
        do {
            try stateFile.save(StateFile.Contents(core: core, holdsLog: holdsLog))
        } catch {
            throw SQLError(code: 1026, sqlState: "HY000", message: error.description)
        }
    }

    private func startStandalone(_ core: GroupCore, erasesLog: Bool) throws(SQLError) {
        let configuration = self.configuration
        transactions.configure(
            isGroup: false, sizeLimit: configuration.transactionSizeLimit, flowControl: configuration.flowControl)
        let start = CommunicationStart(
            role: .standalone, erasesLog: erasesLog, from: core.position, joinPayload: [], leaderChoice: .everyMember,
            groupName: configuration.serverUUID, address: "")
        do throws(CommunicationFailure) {
            try communication.start(start, delegate: self)
        } catch {
            throw SQLError(code: 1105, sqlState: "HY000", message: "The server's log cannot be opened: \(error)")
        }
        // What the log holds above the snapshot is delivered before a mark placed now.
        let caughtUp = Promise<Bool>()
        placeMark { caughtUp.fulfil(true) }
        let deadline = MonotonicTime.now() + GroupReplication.replayTimeout
        guard caughtUp.wait(until: deadline) != nil, applier.waitUntilIdle(until: deadline) else {
            throw SQLError(code: 1105, sqlState: "HY000", message: "The server's log could not be applied")
        }
        server.setInGroup(false)
        withLocal { local in
            local.phase = .standalone
            local.isJoining = false
            local.unreachable = []
            local.hasMajority = true
            local.majorityDeadline = nil
            local.statistics = [:]
            changed.broadcast()
        }
        openGate()
    }

    /// A server that was a member and has not been asked to go back: what it wrote on its own nobody else would have.
    func refuseWritesWhileDormant() {
        transactions.setGate(.closed(SQLError(.runHookError, "before_commit")))
    }

    func openGate() {
        transactions.setGate(.open)
    }

    func closeGate() {
        // Whoever leaves its group applies what it has first.
        applier.setPaused(false)
        transactions.setGate(.closed(SQLError(.runHookError, "before_commit")))
    }

    /// Ends everything, at the server's stop. A member leaves its group in order, so that the others need not wait for a
    /// verdict about it; the last one stays its member and resumes the group at its next start.
    public func close() {
        withLocal { local in
            local.rejoinAttempt = Int.max
            local.givesUp = true
            local.isClosing = true
            changed.broadcast()
        }
        space.cancel()
        lifecycle.lock()
        defer { lifecycle.unlock() }
        closeGate()
        recoveryInProgress()?.cancel()
        let isMember = phase == .member
        let others = order.withCore { $0.isGroup ? $0.table.members.count - 1 : 0 }
        let leaves = isMember && others > 0 && withLocal { $0.hasMajority }
        setPhase(.stopping)
        if leaves { leaveGroup() }
        // Without space on the disk it would not be.
        if !DiskSpace.shared.isFull { _ = applier.waitUntilIdle(until: .now() + GroupReplication.settleTimeout) }
        communication.stop()
        roles.stop()
        actions.stop()
        control?.stop()
        keeper.stop()
        applier.stop()
        let core = order.withCore { $0 }
        if isMember || core.isGroup == false {
            // Who left keeps its state too: only the group's order knows who was the last, in whose log the group lives on.
            // At the next start the log says whether this server is still a member; if not, it joins anew.
            if applier.appliedPosition >= core.dataPosition { writeSnapshot(core) }
        }
        setPhase(.closed)
    }

    /// Asks to leave and waits a while for the view without this member.
    func leaveGroup() {
        let outcome = Promise<LeaveReason>()
        withLocal { _ in leaveOutcome = outcome }
        communication.command(.leave)
        let deadline = MonotonicTime.now() + configuration.times.leaveTimeout
        // The last member cannot leave itself; without a majority nobody can.
        _ = outcome.wait(until: deadline) {
            order.withCore { $0.table.members.count == 1 } || !withLocal { $0.hasMajority }
        }
        withLocal { _ in leaveOutcome = nil }
    }

    /// The member was a member when it stopped: on with its log.
    func resumeMembership() {
        let configuration = self.configuration
        guard let groupName = UUID(configuration.groupName), communication.canResume(groupName: groupName) else {
            joinAnew()
            return
        }
        PluginLog.report(.system, code: .isStarting, "Plugin 'group_replication' is starting.")
        do throws(SQLError) {
            try resume(configuration, groupName, nil)
        } catch {
            leaveOnError(error.message, rejoins: false)
            return
        }
        PluginLog.report(
            .system, code: .hasStarted,
            "Plugin 'group_replication' has been started. It resumes its membership from its log.")
    }

    /// How going on with a membership turned out.
    enum ResumeOutcome: Sendable {
        /// Everything that was ordered before has been delivered.
        case caughtUp
        /// The group has removed this member, or the log cannot be gone on with.
        case left(LeaveReason)
        /// A majority is not there yet.
        case alone
    }

    /// Takes part again from the state that ``restoreMember(_:)`` set. What comes of it is told to `outcome`; without one the
    /// server is a member at once, RECOVERING until it has caught up.
    func resume(
        _ configuration: GroupReplicationConfiguration, _ groupName: UUID, _ outcome: Promise<ResumeOutcome>?,
        isOffline: Bool = false
    ) throws(SQLError) {
        let core = order.withCore { $0 }
        let state = try store.loadState()
        startAsGroup(configuration)
        joinBuffer = nil
        startOutcome = nil
        withLocal { local in
            local.isCatchingUp = true
            local.isJoining = false
            // One that died before the group knew it as ONLINE has not been compared yet.
            let lastView = state.lineage == core.lineage && state.lastView != .zero ? state.lastView : nil
            local.histories.begin(joinedAt: core.own?.status == .recovering ? lastView ?? core.dataPosition : nil)
            local.historyVerdict = .alike
            if let lastView { local.histories.applied(lastView, hash: state.lastViewHistory) }
            local.hasMajority = true
            local.majorityDeadline = nil
            resumeOutcome = outcome
        }
        // The last run did not finish its recovery, or lost the store's end: nothing that comes later may be applied first.
        let lacksRows = applier.appliedPosition < core.dataPosition
        // What was recovered is in two files, and on disk for certain once the group knew this member as ONLINE.
        let lacksBase =
            lacksRows
            || (core.own?.status == .recovering && !core.allocator.certified.isSubset(of: log.gtidExecuted))
        applier.setHeld(lacksBase)
        var start = CommunicationStart(
            role: .resume(seeds: isOffline ? [] : configuration.groupSeeds), erasesLog: false, from: core.position,
            joinPayload: [], leaderChoice: .everyMember, groupName: groupName, address: configuration.localAddress)
        start.isOffline = isOffline
        do throws(CommunicationFailure) {
            try communication.start(start, delegate: self)
        } catch {
            throw SQLError(
                code: 1105, sqlState: "HY000",
                message: "The group communication layer could not be started: \(error)")
        }
        if outcome == nil { setPhase(.member) }
        if lacksBase { beginRecovery(core: core, viewChange: nil, viewID: core.viewID, keepsPosition: !lacksRows) }
        placeMark { [self] in
            // Who waited may have stopped waiting.
            let isAwaited = outcome?.fulfil(.caughtUp) ?? false
            if !isAwaited { roles.run { [self] in caughtUp() } }
        }
    }

    /// Tells the group where this member is now, and what, if that is not what it knows.
    func announceChanges() {
        guard let known = order.withCore({ $0.own }) else { return }
        let state = ownState(status: known.status)
        guard known.host != state.host || known.port != state.port || known.version != state.version
            || known.recoveryEndpoints != state.recoveryEndpoints
        else { return }
        sendControl(.announcement(known.identity, state))
    }

    /// What the store or the binary log holds and the order does not know: they are newer than the group's log.
    private func transactionsBeyondGroup() -> GTIDSet? {
        guard let executed = try? store.loadState().gtidExecuted else { return nil }
        let held = executed.union(log.gtidExecuted)
        return held.subtracting(order.withCore { $0.allocator.certified })
    }

    /// Everything that was ordered before the restart has been delivered.
    func caughtUp() {
        // What the others committed while this member was lost they did not wait for it to apply: it is ONLINE when it has.
        let target = order.withCore { $0.dataPosition }
        while phase == .member && !applier.isHeldBack {
            if applier.wait(for: target, until: .now() + GroupReplication.startSettleSlice) { break }
        }
        guard phase == .member else { return }
        withLocal { local in
            local.isCatchingUp = false
            resumeOutcome = nil
        }
        followMode()
        announceChanges()
        // It recovered, and died before the group heard of it.
        if order.withCore({ $0.own?.status == .recovering }) && !applier.isHeldBack {
            actions.run { [self] in finishRecovery() }
        }
        if let extra = transactionsBeyondGroup(), !extra.isEmpty {
            PluginLog.report(
                .error, code: .memberTransactionsGreaterThanGroup,
                "This member has more executed transactions than those present in the group. Local transactions: \(extra)")
            leaveOnError(
                "The member contains transactions not present in the group. The member will now exit the group.",
                code: .transactionsNotPresentInGroup, rejoins: false)
            return
        }
        // It lost what it had as an ONLINE member, to damage or an older copy: no donor, and no primary, until it has it again.
        if applier.isHeldBack, order.withCore({ $0.own?.status == .online }) {
            PluginLog.report(
                .error, code: .own,
                "This server's data lack transactions that it had as an ONLINE member of the group. It recovers them first.")
            sendControl(GroupMessage.recovering(order.ownIdentity))
        }
        applyRoles()
        scheduleAction()
    }
}

extension GroupReplication {
    /// Ends the threads without saying goodbye to anybody, as a killed process does. For tests of restarts.
    func abandonForTest() {
        withLocal { local in
            local.rejoinAttempt = Int.max
            local.givesUp = true
            local.phase = .closed
            changed.broadcast()
        }
        closeGate()
        recoveryInProgress()?.cancel()
        roles.stop()
        actions.stop()
        control?.stop()
        keeper.stop()
        applier.stop()
    }
}
