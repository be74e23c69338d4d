import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// What a joiner gathers from its view on, until the group's state at that view reaches it.
struct JoinBuffer {
    enum Event {
        case payload([UInt8], LogPosition)
        case view(View, LogPosition)
        case configuration(Configuration, LogPosition)
    }

    var events: [Event] = []
}

/// The communication thread: certification and everything else that the order decides. Nothing here blocks.
extension GroupReplication: GroupCommunicatingDelegate {
    static let gatheredLimit = 256

    public func delivered(_ payload: [UInt8], at position: LogPosition) {
        if joinBuffer != nil {
            joinBuffer?.events.append(.payload(payload, position))
            takeBase(from: payload)
            return
        }
        process(payload, at: position)
    }

    public func deliveredAll() {
        flush()
    }

    private func flush() {
        guard !gathered.isEmpty else { return }
        applier.enqueue(gathered)
        gathered.removeAll(keepingCapacity: true)
    }

    private func gather(_ item: Applier.Item) {
        gathered.append(item)
        if gathered.count >= GroupReplication.gatheredLimit { flush() }
    }

    func process(_ payload: [UInt8], at position: LogPosition) {
        let message: GroupMessage
        do {
            message = try GroupMessage(decoding: payload)
        } catch {
            // Every member reads the same bytes and skips them alike.
            PluginLog.report(.error, code: .own, "A message at \(position.rawValue) cannot be read: \(error)")
            order.withCore { $0.position = position }
            return
        }
        switch message {
        case .transaction(let transaction): certify(transaction, at: position)
        case .report(let report): deliver(report, at: position)
        case .recovered(let member): carryOut(order.withCore { $0.recovered(member, at: position) }, at: position)
        case .recovering(let member): carryOut(order.withCore { $0.recovering(member, at: position) }, at: position)
        case .viewBase(let base):
            order.withCore { $0.baseDelivered(at: position, view: base.viewID) }
        case .mark(let origin, let ticket):
            let data = order.withCore { core in
                core.position = position
                return core.dataPosition
            }
            if origin.serverUUID == order.core.ownUUID { reachMark(ticket, at: position, dataPosition: data) }
        case .actionStart(let request):
            carryOut(order.withCore { $0.startAction(request, at: position) }, at: position)
        case .actionDone(let action, let phase, let member):
            carryOut(
                order.withCore { $0.actionDone(action: action, phase: phase, member: member, at: position) },
                at: position)
        case .dispute(let disputed, let member):
            carryOut(order.withCore { $0.dispute(disputed, by: member, at: position) }, at: position)
        case .memberActionChange(let change):
            order.withCore { core in
                core.position = position
                core.memberActions.apply(change)
            }
        case .announcement(let member, let state):
            order.withCore { $0.announced(member, state, at: position) }
            // In multi-primary mode the versions say who may write.
            if announces { scheduleRoles() }
        case .communicationProtocol(let version):
            order.withCore { core in
                core.position = position
                core.protocolVersion = version
            }
            PluginLog.report(.system, code: .own, "Group protocol version is \(version).")
        }
    }

    private func certify(_ message: TransactionMessage, at position: LogPosition) {
        let (verdict, lastCommitted, content, hash) = order.withCore {
            ($0.certify(message, at: position), $0.lastCommitted, $0.lastContent, $0.hash.value)
        }
        let isOurs = message.origin == order.core.ownUUID
        let wait = isOurs ? transactions.take(ticket: message.ticket) : nil
        switch verdict {
        case .positive(let gtid, let sequenceNumber):
            if wait == nil && !message.writeSet.isEmpty {
                store.certified(remoteWriteSet: message.writeSet, kind: message.kind)
            }
            let transaction = CertifiedTransaction(
                position: position, gtid: gtid, message: message, isLocal: wait != nil,
                lastCommitted: lastCommitted, sequenceNumber: sequenceNumber, contentHash: content)
            let waitsForAll = message.consistency.waitsAfter && order.core.isGroup
            if waitsForAll { transactions.certifiedAfter(position, TouchedTables(message)) }
            gather(
                Applier.Item(
                    work: .transaction(transaction), position: position, hash: hash, wait: wait, waitsForAll: waitsForAll))
        case .conflict, .gtidUnavailable:
            wait?.finish(.conflict)
        case .belowFloor:
            wait?.finish(.belowFloor)
        }
    }

    private func deliver(_ report: MemberReport, at position: LogPosition) {
        let (effects, isRecovering) = order.withCore { core in
            (core.report(report, at: position), core.table[report.member.serverUUID]?.status == .recovering)
        }
        if report.member == order.ownIdentity {
            withLocal { local in
                guard !local.control.sent.isEmpty else { return }
                let elapsed = MonotonicTime.now() - local.control.sent.removeFirst()
                local.control.roundtripMicroseconds += UInt64(max(0, elapsed.inNanoseconds / 1000))
            }
        }
        if report.isPeriodic {
            withLocal { $0.statistics[report.member.serverUUID] = report.statistics }
            transactions.receive(report.statistics, from: report.member.serverUUID, isRecovering: isRecovering)
        }
        carryOut(effects, at: position)
        compareHistory(with: report)
    }

    private func reachMark(_ ticket: UInt64, at position: LogPosition, dataPosition: LogPosition) {
        if let item = transactions.admitLocalChange(ticket: ticket, at: position) {
            gather(item)
            return
        }
        flush()
        if let wait = transactions.take(ticket: ticket, isTransaction: false) {
            wait.finish(.reached(dataPosition))
        } else if let body = withLocal({ _ in marks.removeValue(forKey: ticket) }) {
            body()
        }
    }

    // MARK: Views

    public func viewInstalled(_ view: View, at position: LogPosition) {
        flush()
        if joinBuffer != nil {
            joinBuffer?.events.append(.view(view, position))
            withLocal { $0.provisional = GroupCore.provisionalTable(view) }
            noteIdentity(in: view)
            return
        }
        noteIdentity(in: view)
        process(view, at: position)
    }

    /// Learns this server's incarnation.
    private func noteIdentity(in view: View) {
        let own = order.core.ownUUID
        if let member = view.members.first(where: { $0.identity.serverUUID == own }) {
            order.setIdentity(member.identity)
        }
    }

    func process(_ view: View, at position: LogPosition) {
        guard order.core.isGroup else {
            // A group of one without network: only its incarnation is news.
            order.withCore { core in
                core.position = position
                if let member = view.members.first, !core.table.members.isEmpty {
                    core.table.members[0].identity = member.identity
                }
            }
            return
        }
        let effects = order.withCore { core in
            core.install(view, at: position) + core.note(view.configuration, at: position)
        }
        noteConfiguration(view.configuration)
        carryOut(effects, at: position)
        if announces {
            let members = order.core.table.members.map { "\($0.host):\($0.port)" }.joined(separator: ", ")
            PluginLog.report(.system, code: .memberChange, "Group membership changed to \(members) on view \(view.id).")
        }
        withLocal { local in
            let present = Set(view.members.map(\.identity))
            local.unreachable.formIntersection(present)
            local.statistics = local.statistics.filter { entry in
                present.contains { $0.serverUUID == entry.key }
            }
        }
        startOutcome?.fulfil(.entered)
    }

    /// False while a restarted member hears again what it knew before.
    var announces: Bool { withLocal { !$0.isCatchingUp } }

    /// The group's state at our view has come: go on from there with what was gathered meanwhile.
    private func takeBase(from payload: [UInt8]) {
        guard payload.last == GroupMessage.Kind.viewBase.rawValue,
            case .viewBase(let base) = try? GroupMessage(decoding: payload)
        else { return }
        // One that was made for an earlier incarnation of this server is older than what is gathered here.
        let own = order.ownIdentity
        var reader = ByteReader(base.core)
        guard let core = try? GroupCore(decoding: &reader, ownUUID: own.serverUUID),
            core.table.members.contains(where: { $0.identity == own }), let events = joinBuffer?.events
        else { return }
        joinBuffer = nil
        order.withCore { $0 = core }
        applier.setHeld(true)
        applier.reset(lineage: core.lineage, applied: .zero)
        gather(
            Applier.Item(
                work: .viewChange(
                    base.viewChange, base.viewID, timestamp: UInt64(WallClock.microseconds())),
                position: base.viewPosition, hash: core.hash.value, wait: nil))
        withLocal { local in
            local.provisional = nil
            local.givenUpView = nil
            local.histories.begin(joinedAt: base.viewPosition)
            local.historyVerdict = .alike
        }
        followMode()
        beginRecovery(core: core, viewChange: base.viewChange, viewID: base.viewID)
        for event in events {
            switch event {
            case .payload(let payload, let position) where position > base.viewPosition:
                process(payload, at: position)
            case .view(let view, let position) where position > base.viewPosition:
                process(view, at: position)
            case .configuration(let configuration, let position) where position > base.viewPosition:
                carryOut(order.withCore { $0.note(configuration, at: position) }, at: position)
            case .payload, .view, .configuration:
                break
            }
        }
        reportRole()
        startOutcome?.fulfil(.entered)
    }

    public func configurationChanged(_ configuration: Configuration, at position: LogPosition) {
        noteConfiguration(configuration)
        flush()
        if joinBuffer != nil {
            joinBuffer?.events.append(.configuration(configuration, position))
        } else if order.core.isGroup {
            carryOut(order.withCore { $0.note(configuration, at: position) }, at: position)
        }
    }

    private func noteConfiguration(_ configuration: Configuration) {
        withLocal {
            $0.writeConcurrency = UInt32(clamping: configuration.eventHorizon)
            $0.leaders = configuration.leaders.map(\.serverUUID)
        }
    }

    public func stateForView() -> [UInt8] {
        let status = order.withCore { $0.own?.status } ?? .recovering
        return ownState(status: status).encoded
    }

    public func refusalOfJoin(by member: Member, payload: [UInt8]) -> String? {
        guard let joiner = try? MemberState(decoding: payload) else { return "The joining member's state is malformed." }
        var own = ownState(status: .online)
        let (versions, mode, action) = order.withCore { core in
            (
                core.table.members.map(\.version), core.mode,
                core.action.map { action in
                    let invoker = core.table[action.request.invoker.serverUUID]
                    return (
                        name: action.request.kind.operationName,
                        initiator: invoker.map { "\($0.host):\($0.port)" } ?? action.request.invoker.serverUUID.description
                    )
                }
            )
        }
        // The variables follow the group's mode a moment later.
        own.settings.mode = mode
        var group = [own]
        for version in versions where version != own.version {
            var other = own
            other.version = version
            group.append(other)
        }
        guard
            let problem = JoinCompatibility.check(
                joiner: joiner, group: group, groupGTIDs: own.gtids, lineage: own.dataLineage,
                // Who has just been let in itself does not know yet what the group began with.
                foundedWith: order.withCore { $0.table.members.isEmpty ? nil : $0.foundedWith }, action: action)
        else { return nil }
        return problem.wire
    }

    // MARK: Reachability

    public func reachabilityChanged(unreachable: [MemberIdentity]) {
        let now = Set(unreachable)
        let before = withLocal { local in
            defer { local.unreachable = now }
            return local.unreachable
        }
        // Whom a member that has just come back has yet to hear is no news; that it cannot go on it says by and by.
        guard announces else { return }
        for member in order.core.table.members {
            let address = "\(member.host):\(member.port)"
            if now.contains(member.identity) && !before.contains(member.identity) {
                PluginLog.report(.warning, code: .memberUnreachable, "Member with address \(address) has become unreachable.")
            } else if before.contains(member.identity) && !now.contains(member.identity) {
                PluginLog.report(.warning, code: .memberReachable, "Member with address \(address) is reachable again.")
            }
        }
    }

    public func majorityChanged(hasMajority: Bool) {
        let (isNews, timeout) = withLocal { local -> (Bool, Duration) in
            guard local.hasMajority != hasMajority else { return (false, .zero) }
            local.hasMajority = hasMajority
            // A timeout that is set after the majority was lost has no effect (manual, section 18.6.6.2).
            local.majorityTimeout = local.configuration.unreachableMajorityTimeout
            local.majorityDeadline =
                hasMajority || local.majorityTimeout <= .zero ? nil : .now() + local.majorityTimeout
            return (true, local.majorityTimeout)
        }
        guard isNews else { return }
        if !hasMajority, let waiting = withLocal({ $0.acceptsMinority ? resumeOutcome : nil }) { waiting.fulfil(.alone) }
        guard announces else { return }
        if hasMajority {
            PluginLog.report(
                .warning, code: .memberContactRestored,
                "The member has resumed contact with a majority of the members in the group. Regular operation is "
                    + "restored and transactions are unblocked.")
        } else if timeout > .zero {
            PluginLog.report(
                .error, code: .serverBlockedForSeconds,
                "This server is not able to reach a majority of members in the group. This server will now block all "
                    + "updates. The server will remain blocked for the next \(timeout.components.seconds) seconds. "
                    + "Unless contact with the majority is restored, after this time the member will error out and "
                    + "leave the group. It is possible to use group_replication_force_members to force a new group "
                    + "membership.")
        } else {
            PluginLog.report(
                .error, code: .serverBlocked,
                "This server is not able to reach a majority of members in the group. This server will now block all "
                    + "updates. The server will remain blocked until contact with the majority is restored. It is "
                    + "possible to use group_replication_force_members to force a new group membership.")
        }
    }

    public func asked(_ standings: [Standing]) {
        withLocal { _ in askOutcome }?.fulfil(standings)
    }

    public func joinRefused(_ refusal: JoinRefusal) {
        startOutcome?.fulfil(.refused(refusal))
    }

    public func forceAnswered(_ problem: String?) {
        withLocal { _ in forceOutcome }?.fulfil(problem ?? "")
    }

    public func left(_ reason: LeaveReason) {
        flush()
        let isAwaited = startOutcome?.fulfil(.left(reason)) ?? false
        if let outcome = withLocal({ _ in leaveOutcome }) {
            outcome.fulfil(reason)
            return
        }
        if isAwaited || withLocal({ _ in resumeOutcome })?.fulfil(.left(reason)) ?? false { return }
        roles.run { [self] in leftUnasked(reason) }
    }

    public func failed(_ problem: String) {
        flush()
        let isAwaited = startOutcome?.fulfil(.failed(problem)) ?? false
        if isAwaited || withLocal({ _ in resumeOutcome })?.fulfil(.left(.logUnavailable)) ?? false {
            PluginLog.report(.error, code: .communication, "The group communication layer failed: \(problem)")
            return
        }
        roles.run { [self] in leaveOnError("The group communication layer failed: \(problem)", rejoins: false) }
    }
}

extension JoinCompatibility.Problem {
    /// The refusal's text that travels to the joiner: number, text and consequence, so that it can log them as MySQL does.
    var wire: String { [String(code.rawValue), text, consequence].joined(separator: String(Self.separator)) }

    /// In none of the texts: sets of GTIDs have a line for each source.
    private static let separator: Character = "\u{1F}"

    init(wire: String) {
        let lines = wire.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        self.init(
            code: lines.count == 3 ? Int(lines[0]).flatMap(PluginMessage.init) ?? .own : .own,
            text: lines.count == 3 ? lines[1] : wire, consequence: lines.count == 3 ? lines[2] : "")
    }
}
