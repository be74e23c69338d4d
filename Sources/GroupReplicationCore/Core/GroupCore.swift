import GTIDs
import GroupCommunicationCore
import Primitives

/// Everything that is a function of the group's order: certification, GTIDs, membership, roles and the group action. A pure
/// core: members that were given the same messages and views in the same order hold equal ones. The shell feeds it and
/// carries out the effects.
package struct GroupCore: Sendable {
    /// What the shell has to do or tell.
    package enum Effect: Sendable {
        /// Log Gtid, BEGIN, View_change, COMMIT at this place.
        case logViewChange(GTID, ViewID)
        /// This member is the one to send the state at this view to those who joined with it.
        case sendBase(viewChange: GTID)
        case membershipChanged(joined: [MemberRecord], left: [MemberRecord])
        case primaryChanged(from: UUID?, to: UUID?)
        case modeChanged
        case memberOnline(MemberRecord)
        /// Some member's part of the action is due: each looks at ``GroupCore/action``.
        case actionProgressed
        case actionEnded(GroupActionRequest, Result<String, ActionFailure>)
        /// Somebody's applied position moved: commits that wait for all members may be over.
        case appliedMoved
        /// Members' running hashes differ; the uuids of those that hold a minority's.
        case diverged([UUID], at: LogPosition)
        case protocolChanged(ServerVersion)
        /// The data of some member do not fit a transaction: who has applied it says so.
        case disputed(LogPosition)
        case disputeSettled(Disputes.Verdict)
    }

    /// Why an action did not run to its end.
    package struct ActionFailure: Error, Sendable, Equatable {
        package var text: String
    }

    /// Which log positions count in; equal on all members.
    package let lineage: UInt64
    /// Of the group that this server's data was last a part of; 0: of none. A member's is the group's.
    package var dataLineage: UInt64 = 0
    /// What had been executed when the group was begun: what it executed since, another group of its name has not.
    package var foundedWith = GTIDSet()
    /// This server.
    package let ownUUID: UUID
    /// A group, or a standalone server that orders for itself.
    package let isGroup: Bool
    /// The last position that was processed.
    package var position: LogPosition
    /// The last position whose message changed data: what "everything so far is applied" means.
    package var dataPosition: LogPosition
    package var certifier: Certifier
    package var allocator: GTIDAllocator
    package var hash = RunningHash()
    package var table = MemberTable()
    package var viewID = ViewID(random: 0, counter: 0)
    package var isSinglePrimary: Bool
    /// `group_replication_enforce_update_everywhere_checks` of the group.
    package var enforcesChecks = false
    package var primary: UUID?
    package var action: GroupAction?
    package var memberActions = MemberActions()
    var disputes = Disputes()
    package var protocolVersion = ServerVersion(major: 8, minor: 0, patch: 27)
    /// `group_replication_view_change_uuid`, or the group's name.
    var viewChangeSource: UUID
    /// Where the new primary's backlog ends: what was ordered before its election.
    package var electionPosition = LogPosition.zero
    /// The running hash at the last few reports, to compare with what others say.
    var hashHistory: [HashCheckpoint] = []
    /// Whose last reports do not fit this member's own history.
    var misfits: Set<UUID> = []
    var sequenceNumber: Int64 = 0

    // Counters since this member started; not part of the agreed state.
    package var transactionsChecked: UInt64 = 0
    package var conflictsDetected: UInt64 = 0
    package var lastConflictFree: GTID?
    var parents = CommitParents()
    /// Of the transaction that was certified last.
    package var lastCommitted: Int64 = 0
    package var lastContent: UInt64 = 0

    /// The running hash at a report's position, and what members said of it since.
    struct HashCheckpoint: Sendable {
        var position: LogPosition
        var hash: UInt64
        var said: [UUID: UInt64] = [:]
    }

    private static let maximumCheckpoints = 64

    package init(
        lineage: UInt64, ownUUID: UUID, isGroup: Bool, position: LogPosition, source: UUID, blockSize: Int64,
        certified: GTIDSet, isSinglePrimary: Bool, viewChangeSource: UUID
    ) {
        self.lineage = lineage
        self.ownUUID = ownUUID
        self.isGroup = isGroup
        self.position = position
        dataPosition = position
        certifier = Certifier(floor: position)
        allocator = GTIDAllocator(source: source, blockSize: blockSize, certified: certified)
        self.isSinglePrimary = isSinglePrimary
        self.viewChangeSource = viewChangeSource
    }

    // MARK: Transactions

    /// What certification decided.
    package enum Verdict: Sendable {
        case positive(GTID, sequenceNumber: Int64)
        case conflict
        case belowFloor
        /// The GTID that the client chose was executed already, or the numbers are used up.
        case gtidUnavailable
    }

    /// Judges the next transaction of the order.
    package mutating func certify(_ message: TransactionMessage, at position: LogPosition) -> Verdict {
        self.position = position
        transactionsChecked += 1
        if case .specified(let gtid) = message.gtid, allocator.certified.contains(gtid) {
            conflictsDetected += 1
            return .gtidUnavailable
        }
        let newestWriter = certifier.newestWriter(of: message.writeSet, message.readSet)
        switch certifier.certify(
            position: position, snapshot: message.snapshot, writeSet: message.writeSet, readSet: message.readSet)
        {
        case .conflict:
            conflictsDetected += 1
            return .conflict
        case .belowFloor:
            return .belowFloor
        case .positive:
            break
        }
        let gtid: GTID
        switch message.gtid {
        case .specified(let specified):
            guard allocator.take(specified) else { return .gtidUnavailable }
            gtid = specified
        case .automatic:
            guard let next = allocator.next(for: message.origin) else { return .gtidUnavailable }
            gtid = next
        }
        hash.absorb(position.rawValue)
        hash.absorb(UInt64(bitPattern: gtid.number))
        lastContent = HistoryHash.content(of: message.body)
        hash.absorb(lastContent)
        sequenceNumber += 1
        dataPosition = position
        lastConflictFree = gtid
        lastCommitted = parents.add(
            sequenceNumber, at: position, newestWriter: newestWriter,
            isBarrier: message.kind == .statement || message.writeSet.isEmpty)
        return .positive(gtid, sequenceNumber: sequenceNumber)
    }

    // MARK: Members

    /// What the members' variables have to say of the group.
    package var mode: GroupMode { GroupMode(isSinglePrimary: isSinglePrimary, enforcesChecks: enforcesChecks) }

    /// Who this member is now.
    package var own: MemberRecord? { table[ownUUID] }

    /// Whether this member accepts writes by its role.
    package var isWritable: Bool {
        guard isGroup else { return true }
        guard own?.status == .online else { return false }
        return isSinglePrimary ? primary == ownUUID : table.isOfLowestVersion(ownUUID)
    }

    /// A member finished recovery.
    package mutating func recovered(_ member: MemberIdentity, at position: LogPosition) -> [Effect] {
        self.position = position
        guard let index = table.members.firstIndex(where: { $0.identity == member }),
            table.members[index].status == .recovering
        else { return [] }
        table.members[index].status = .online
        return [.memberOnline(table.members[index])] + electIfNeeded()
    }

    /// A member that was ONLINE lacks what it had: it is no donor and no primary until it has recovered.
    package mutating func recovering(_ member: MemberIdentity, at position: LogPosition) -> [Effect] {
        self.position = position
        guard let index = table.members.firstIndex(where: { $0.identity == member }),
            table.members[index].status == .online
        else { return [] }
        table.members[index].status = .recovering
        return electIfNeeded()
    }

    /// A member that resumed says who it is now: its host, port or version may have changed while it was away.
    package mutating func announced(_ member: MemberIdentity, _ state: MemberState, at position: LogPosition) {
        self.position = position
        guard let index = table.members.firstIndex(where: { $0.identity == member }) else { return }
        table.members[index].host = state.host
        table.members[index].port = state.port
        table.members[index].version = state.version
        table.members[index].weight = state.weight
        table.members[index].recoveryEndpoints = state.recoveryEndpoints
    }

    /// A member's periodic or early report.
    package mutating func report(_ report: MemberReport, at position: LogPosition) -> [Effect] {
        self.position = position
        guard let index = table.members.firstIndex(where: { $0.identity == report.member }) else { return [] }
        var effects: [Effect] = []
        if report.applied > table.members[index].applied {
            table.members[index].applied = report.applied
            effects.append(.appliedMoved)
            effects += settleDisputes()
        }
        if report.forgettable > table.members[index].forgettable {
            table.members[index].forgettable = report.forgettable
            certifier.raiseFloor(to: min(table.forgettableByAll, position))
        }
        table.members[index].weight = report.weight
        if report.isPeriodic {
            if let effect = compareHash(report) { effects.append(effect) }
            hashHistory.append(HashCheckpoint(position: position, hash: hash.value))
            if hashHistory.count > GroupCore.maximumCheckpoints { hashHistory.removeFirst() }
        }
        return effects
    }

    /// What this member should say of its hash: the newest checkpoint.
    package var latestCheckpoint: (position: LogPosition, hash: UInt64) {
        hashHistory.last.map { ($0.position, $0.hash) } ?? (.zero, 0)
    }

    private mutating func compareHash(_ report: MemberReport) -> Effect? {
        guard let index = hashHistory.lastIndex(where: { $0.position == report.hashPosition }) else {
            return noteMisfit(report)
        }
        misfits.remove(report.member.serverUUID)
        hashHistory[index].said[report.member.serverUUID] = report.hash
        let said = hashHistory[index].said.filter { table.index(of: $0.key) != nil }
        guard Set(said.values).count > 1 else { return nil }
        // The value most members hold is right; of two equal camps the one with the primary, then the lowest uuid.
        let camps = Dictionary(grouping: said.keys) { said[$0] ?? 0 }
        let right = camps.values.max { left, right in
            (left.count, left.contains { $0 == primary } ? 1 : 0, right.min() ?? ownUUID)
                < (right.count, right.contains { $0 == primary } ? 1 : 0, left.min() ?? ownUUID)
        }
        let wrong = said.keys.filter { !(right?.contains($0) ?? false) }.sorted()
        return .diverged(wrong, at: report.hashPosition)
    }

    /// A report names a place between two of this member's checkpoints at which it has none: the two have been given different
    /// orders. Of many who say so of one, that one is wrong.
    private mutating func noteMisfit(_ report: MemberReport) -> Effect? {
        guard let first = hashHistory.first, let last = hashHistory.last, report.hashPosition > first.position,
            report.hashPosition < last.position
        else { return nil }
        misfits.insert(report.member.serverUUID)
        let others = misfits.filter { table.index(of: $0) != nil }
        let isOwn = others.count * 2 > table.members.count
        return .diverged([isOwn ? ownUUID : report.member.serverUUID], at: report.hashPosition)
    }

    /// Which members are known to be dead, as the configuration in force says.
    package mutating func note(_ configuration: Configuration, at position: LogPosition) -> [Effect] {
        self.position = max(self.position, position)
        var isNews = false
        for index in table.members.indices {
            let isLost = configuration.lost.contains(table.members[index].identity)
            if table.members[index].isLost != isLost { isNews = true }
            table.members[index].isLost = isLost
        }
        return isNews ? [.appliedMoved] + electIfNeeded() : []
    }

    private func isAble(_ member: UUID) -> Bool {
        table[member].map { $0.status == .online && !$0.isLost } ?? false
    }

    mutating func electIfNeeded() -> [Effect] {
        guard isSinglePrimary else { return [] }
        if let primary, isAble(primary) { return [] }
        let former = primary
        // A running action has named the next primary already.
        if let wanted = action?.newPrimary, isAble(wanted) {
            primary = wanted
        } else {
            primary = PrimaryElection.elect(table.candidates)
        }
        guard primary != former else { return [] }
        electionPosition = dataPosition
        return [.primaryChanged(from: former, to: primary)]
    }
}
