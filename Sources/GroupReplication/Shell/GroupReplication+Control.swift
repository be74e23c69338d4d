import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

extension GroupReplication {
    /// FLUSH TABLES WITH READ LOCK: nothing is applied until ``thawApplier()``. A member that recovers finishes that first.
    /// False at the deadline or when interrupted.
    public func freezeApplier(until deadline: MonotonicTime, interrupted: () -> Bool) -> Bool {
        applier.freeze(until: deadline, interrupted: interrupted)
    }

    public func thawApplier() {
        applier.thaw()
    }
}

/// The ticking thread: reports, flow control, forgetting, time limits, snapshots.
extension GroupReplication {
    private static let tickPeriod: Duration = .milliseconds(250)
    private static let reportPeriod: Duration = .seconds(1)
    private static let snapshotPeriod: Duration = .seconds(10)
    private static let snapshotBytes: UInt64 = 64 << 20
    private static let sweepPlaces = 16_384
    private static let committedHistoryLimit = 120
    private static let reportsUnderWay = 64

    func startControl() -> Bool {
        let clock = TickClock()
        let queue = WorkQueue(name: "gr-control", period: GroupReplication.tickPeriod) { [weak self] in
            self?.tick(clock)
        }
        control = queue
        return queue.start()
    }

    /// When each periodic thing was last done; control thread only.
    ///
    /// Safe: the control thread's own.
    final class TickClock: @unchecked Sendable {
        var report = MonotonicTime.now()
        var statistics = MonotonicTime.now()
        var flowControl = MonotonicTime.now()
        var snapshot = MonotonicTime.now()
        var reportedPosition = LogPosition.zero
        var snapshotPosition = LogPosition.zero
    }

    private func tick(_ clock: TickClock) {
        let now = MonotonicTime.now()
        let (phase, period, isCatchingUp) = withLocal {
            ($0.phase, $0.configuration.flowControl.period, $0.isCatchingUp)
        }
        guard phase == .member || phase == .standalone else { return }
        forget()
        if now - clock.report >= GroupReplication.reportPeriod {
            clock.report = now
            // A standalone server reports only to let its own information be forgotten, so not when idle.
            let applied = applier.appliedPosition
            if phase == .member || applied > clock.reportedPosition {
                clock.reportedPosition = applied
                // Statistics travel once in a flow control period, what was applied once a second.
                let isPeriodic = now - clock.statistics >= period
                if isPeriodic { clock.statistics = now }
                if !isCatchingUp { sendReport(isPeriodic: isPeriodic) }
            }
            noteCommittedByAll()
        }
        if now - clock.flowControl >= period {
            clock.flowControl = now
            transactions.endFlowControlPeriod()
        }
        checkMajorityTimeout(now)
        if now - clock.snapshot >= GroupReplication.snapshotPeriod {
            clock.snapshot = now
            let position = order.withCore { $0.dataPosition }
            if position != clock.snapshotPosition {
                clock.snapshotPosition = position
                keeper.run { [self] in takeSnapshot() }
            }
        }
    }

    /// Says how far this member is. Any thread.
    func sendReport(isPeriodic: Bool) {
        let applied = applier.appliedPosition
        let oldest = store.oldestSnapshot() ?? applied
        let identity = order.ownIdentity
        let statistics = ownStatistics()
        let (checkpoint, weight) = (order.withCore { $0.latestCheckpoint }, configuration.memberWeight)
        let history = withLocal { $0.histories.own }
        let report = MemberReport(
            member: identity, applied: applied, forgettable: min(applied, oldest), weight: UInt8(clamping: weight),
            isPeriodic: isPeriodic, hashPosition: checkpoint.position, hash: checkpoint.hash,
            viewPosition: history?.view ?? .zero, viewHistory: history?.hash ?? 0, statistics: statistics)
        sendControl(GroupMessage.report(report))
    }

    /// Sends a message that is not a transaction, and counts it. Any thread.
    func sendControl(_ message: GroupMessage) {
        let payload = message.encoded
        withLocal { local in
            local.control.messagesSent += 1
            local.control.bytesSent += UInt64(payload.count)
            if case .report = message { local.control.sent.append(.now()) }
            if local.control.sent.count > GroupReplication.reportsUnderWay { local.control.sent.removeFirst() }
        }
        communication.submit(payload)
    }

    func ownStatistics() -> MemberStatistics {
        var statistics = MemberStatistics()
        let backlog = applier.backlog
        let counters = applier.currentCounters()
        let (manager, _) = transactions.currentStatistics()
        statistics.certifierQueue = UInt64(transactions.pendingCount)
        statistics.applierQueue = UInt64(backlog.transactions)
        statistics.applierQueueBytes = UInt64(backlog.bytes)
        statistics.remoteApplied = counters.remoteApplied
        statistics.remoteAppliedWeight = counters.remoteAppliedWeight
        statistics.localProposed = manager.localProposed
        statistics.localRollbacks = manager.localRollbacks
        order.withCore { core in
            statistics.checked = core.transactionsChecked
            statistics.conflicts = core.conflictsDetected
            statistics.certificationItems = UInt64(core.certifier.itemCount)
        }
        return statistics
    }

    /// Lets certification information go that nobody here asks about any more.
    private func forget() {
        let applied = applier.appliedPosition
        let oldest = min(applied, store.oldestSnapshot() ?? applied)
        let started = MonotonicTime.now()
        let isCollecting = order.withCore { core in
            core.certifier.allowForgetting(upTo: oldest)
            guard core.certifier.isSweeping else { return false }
            core.certifier.sweep(places: GroupReplication.sweepPlaces)
            return true
        }
        guard isCollecting else { return }
        withLocal { local in
            local.control.collections += 1
            local.control.collectionMicroseconds += UInt64(max(0, (MonotonicTime.now() - started).inNanoseconds / 1000))
        }
        order.forgetLocalWriters(upTo: oldest)
    }

    /// Remembers which GTIDs were certified at which position, to tell which are committed on all members.
    private func noteCommittedByAll() {
        let (position, gtids, stable) = order.withCore { core in
            (core.dataPosition, core.allocator.certified, core.table.members.map(\.applied).min() ?? .zero)
        }
        withLocal { local in
            if local.committedHistory.last?.position != position {
                local.committedHistory.append((position, gtids))
                if local.committedHistory.count > GroupReplication.committedHistoryLimit {
                    local.committedHistory.removeFirst()
                }
            }
            if let index = local.committedHistory.lastIndex(where: { $0.position <= stable }) {
                local.committedByAll = local.committedHistory[index].gtids
                local.committedHistory.removeFirst(index)
            }
        }
    }

    private func checkMajorityTimeout(_ now: MonotonicTime) {
        let expired = withLocal { local -> Duration? in
            guard local.phase == .member, let deadline = local.majorityDeadline, now >= deadline else { return nil }
            local.majorityDeadline = nil
            return local.majorityTimeout
        }
        if let expired { roles.run { [self] in leaveMinority(after: expired) } }
    }

    /// `START` and `STOP REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'`: a member whose applier is stopped
    /// gathers what is certified. Its own sessions' commits wait too, since they are applied in the same order. It starts
    /// again by itself when the member leaves its group.
    public func setApplierRunning(_ isRunning: Bool) throws(SQLError) {
        guard self.isRunning, phase == .member else {
            throw SQLError(
                .replicaChannelOperationNotAllowed, isRunning ? "START REPLICA FOR CHANNEL" : "STOP REPLICA FOR CHANNEL",
                "group_replication_applier")
        }
        applier.setPaused(!isRunning)
    }

    // MARK: Snapshots

    /// Writes the ordered state as of now, once it is applied and safe, and lets the log below it go. Keeper thread.
    func takeSnapshot() {
        guard phase == .member || phase == .standalone, recoveryInProgress() == nil else { return }
        // Nothing could be written; the group's log keeps what a restart needs.
        guard !DiskSpace.shared.isFull else { return }
        let core = order.withCore { $0 }
        guard !core.isGroup || core.own?.status == .online else { return }
        guard applier.wait(for: core.dataPosition, until: .now() + .seconds(60)) else { return }
        writeSnapshot(core)
    }

    /// Makes the rows and the binary log safe against loss of power.
    func synchronize() throws(SQLError) {
        _ = try store.synchronize()
        try log.synchronize()
    }

    func writeSnapshot(_ core: GroupCore) {
        do throws(SQLError) {
            try synchronize()
            var isSaved = false
            try save(core) {
                isSaved = isCurrent(core)
                return isSaved
            }
            if isSaved { communication.command(.releaseLog(below: core.position)) }
        } catch {
            PluginLog.report(.error, code: .own, "The certification snapshot could not be written: \(error.message)")
        }
    }

    /// False when the server has left the log that this state belongs to.
    private func isCurrent(_ core: GroupCore) -> Bool {
        switch phase {
        case .member, .standalone, .stopping: break
        case .closed, .dormant, .starting, .error: return false
        }
        let identity = order.ownIdentity
        guard !core.isGroup || core.own?.identity == identity else { return false }
        return order.withCore { now in
            now.lineage == core.lineage && now.isGroup == core.isGroup && now.position >= core.position
        }
    }
}
