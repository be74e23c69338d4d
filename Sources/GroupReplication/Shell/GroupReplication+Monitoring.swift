import BinaryLog
import GroupCommunication
import Platform

extension GroupReplication {
    /// What the monitoring tables show at this moment. Any thread.
    public func monitoring() -> MonitoringSnapshot {
        let local = withLocal { $0 }
        let core = order.withCore { MonitoredCore($0) }
        var snapshot = MonitoringSnapshot()
        // A member that tries to come back shows ERROR until it is in the group.
        let isRejoining = local.isRejoining && local.phase != .member
        let table = local.provisional ?? core.table
        let isInGroup =
            core.isGroup && !isRejoining && !table.members.isEmpty
            && (local.phase == .member || local.phase == .starting)
        snapshot.isRunning = isRunning
        snapshot.hasMajority = local.hasMajority
        snapshot.certificationBytes = core.certificationBytes
        snapshot.communicationStatistics = communication.statistics()
        let data: TransactionManager.Statistics
        (data, snapshot.consistency) = transactions.currentStatistics()
        snapshot.dataMessagesSent = data.dataMessages
        snapshot.dataBytesSent = data.dataBytes
        snapshot.dataRoundtripMicroseconds = data.dataRoundtripMicroseconds
        snapshot.controlMessagesSent = local.control.messagesSent
        snapshot.controlBytesSent = local.control.bytesSent
        snapshot.controlRoundtripMicroseconds = local.control.roundtripMicroseconds
        snapshot.collectionCount = local.control.collections
        snapshot.collectionMicroseconds = local.control.collectionMicroseconds
        snapshot.certificationItems = core.certificationItems
        let backlog = applier.backlog
        snapshot.queuedTransactions = UInt64(backlog.transactions)
        snapshot.queuedBytes = UInt64(backlog.bytes)
        snapshot.waitingCommits = UInt64(transactions.pendingCount)
        snapshot.waitingAfterCommits = UInt64(transactions.afterCommitCount)
        if isInGroup {
            snapshot.members = table.members.map { memberRow($0, local, core) }
            snapshot.statistics = table.members.map { statisticsRow($0, local, core) }
            snapshot.communication = communicationInformation(local, core)
            snapshot.primaryMember = core.isSinglePrimary ? core.primary?.description ?? "" : ""
        } else {
            snapshot.members = [ownRow(local)]
            var row = GroupMemberStatisticsRow()
            row.memberID = local.phase == .standalone && !wasEverMember ? "" : local.configuration.serverUUID.description
            snapshot.statistics = [row]
        }
        snapshot.applierChannel = applierChannel(local, core, isInGroup: isInGroup)
        snapshot.recoveryChannel = local.recoveryChannel
        snapshot.stages = stages.snapshot()
        return snapshot
    }

    /// `gtid_executed` as certification knows it: what sessions may see as `@@gtid_executed` once applied.
    public var certifiedGTIDs: GTIDSet { order.withCore { $0.allocator.certified } }

    /// What of the core the tables need: copied under its lock, without the certification items.
    private struct MonitoredCore {
        var isGroup: Bool
        var table: MemberTable
        var viewID: ViewID
        var isSinglePrimary: Bool
        var primary: UUID?
        var protocolVersion: ServerVersion
        var lastConflictFree: GTID?
        var certified: GTIDSet
        var certificationBytes: UInt64
        var certificationItems: UInt64
        var source: UUID

        init(_ core: GroupCore) {
            isGroup = core.isGroup
            table = core.table
            viewID = core.viewID
            isSinglePrimary = core.isSinglePrimary
            primary = core.primary
            protocolVersion = core.protocolVersion
            lastConflictFree = core.lastConflictFree
            certified = core.allocator.certified
            certificationBytes = UInt64(core.certifier.byteCount)
            certificationItems = UInt64(core.certifier.itemCount)
            source = core.allocator.source
        }
    }

    private var wasEverMember: Bool { withLocal { $0.isReadOnly != nil } }

    private func ownRow(_ local: Local) -> GroupMemberRow {
        let configuration = local.configuration
        return GroupMemberRow(
            memberID: configuration.serverUUID.description, host: configuration.reportHost,
            port: configuration.reportPort, state: local.phase == .error || local.isRejoining ? .error : .offline, role: .none,
            version: ServerVersion(prefixOf: configuration.serverVersion)?.description ?? configuration.serverVersion,
            communicationStack: configuration.communicationStack)
    }

    private func memberRow(_ member: MemberRecord, _ local: Local, _ core: MonitoredCore) -> GroupMemberRow {
        var state: MemberStateName =
            switch member.status {
            case .offline: .offline
            case .recovering: .recovering
            case .online: .online
            case .error: .error
            }
        let isOwn = member.uuid == local.configuration.serverUUID
        if isOwn && (local.isCatchingUp || local.phase == .starting) { state = .recovering }
        if !isOwn && (member.isLost || local.unreachable.contains(member.identity)) { state = .unreachable }
        let isPrimary = core.isSinglePrimary ? member.uuid == core.primary : member.status == .online
        return GroupMemberRow(
            memberID: member.uuid.description, host: member.host, port: member.port, state: state,
            role: isPrimary ? .primary : .secondary,
            version: ServerVersion(prefixOf: member.version)?.description ?? member.version,
            communicationStack: local.configuration.communicationStack)
    }

    private func statisticsRow(
        _ member: MemberRecord, _ local: Local, _ core: MonitoredCore
    ) -> GroupMemberStatisticsRow {
        let isOwn = member.uuid == local.configuration.serverUUID
        let statistics = isOwn ? ownStatistics() : local.statistics[member.uuid] ?? MemberStatistics()
        var row = GroupMemberStatisticsRow()
        row.viewID = core.viewID.description
        row.memberID = member.uuid.description
        row.transactionsInQueue = statistics.certifierQueue
        row.transactionsChecked = statistics.checked
        row.conflictsDetected = statistics.conflicts
        row.rowsValidating = statistics.certificationItems
        row.committedAllMembers = local.committedByAll.description
        row.lastConflictFreeTransaction = core.lastConflictFree?.description ?? ""
        row.remoteInApplierQueue = statistics.applierQueue
        row.remoteApplied = statistics.remoteApplied
        row.localProposed = statistics.localProposed
        row.localRollback = statistics.localRollbacks
        return row
    }

    private func communicationInformation(_ local: Local, _ core: MonitoredCore) -> CommunicationInformation {
        var information = CommunicationInformation()
        information.writeConcurrency = local.writeConcurrency
        information.protocolVersion = core.protocolVersion.description
        information.actualLeaders = local.leaders.map(\.description)
        information.preferredLeaders =
            core.isSinglePrimary
            ? core.primary.map { [$0.description] } ?? [] : core.table.members.map(\.uuid.description)
        information.singleLeaderCapable = core.isSinglePrimary
        return information
    }

    private func applierChannel(_ local: Local, _ core: MonitoredCore, isInGroup: Bool) -> ChannelStatus {
        var channel = ChannelStatus(name: "group_replication_applier")
        guard core.isGroup else { return channel }
        channel.groupName = local.configuration.groupName
        channel.sourceUUID = local.configuration.groupName
        channel.isReceiving = isInGroup
        channel.isApplying = isInGroup && !applier.isPausedByOperator
        channel.receivedTransactionSet = core.certified.description
        let counters = applier.currentCounters()
        channel.lastApplied = counters.lastApplied
        channel.lastQueued = counters.lastApplied
        channel.applying = counters.applying
        if let error = local.applierError {
            channel.lastErrorNumber = error.code
            channel.lastErrorMessage = error.message
        }
        return channel
    }
}
