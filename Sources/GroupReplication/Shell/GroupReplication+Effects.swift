import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

extension GroupReplication {
    /// Carries out what the order decided. Communication thread.
    func carryOut(_ effects: [GroupCore.Effect], at position: LogPosition) {
        for effect in effects {
            switch effect {
            case .logViewChange(let gtid, let view):
                let isFounding = order.withCore { $0.isGroup && $0.table.members.count == 1 }
                withLocal { $0.foundingView = isFounding ? gtid : nil }
                gathered.append(
                    Applier.Item(
                        work: .viewChange(gtid, view, timestamp: UInt64(WallClock.microseconds())),
                        position: position, hash: order.withCore { $0.hash.value }, wait: nil))
            case .sendBase(let viewChange):
                sendBase(viewChange: viewChange, at: position)
            case .membershipChanged(let joined, let left):
                membershipChanged(joined: joined, left: left)
            case .primaryChanged(let former, let primary):
                primaryChanged(from: former, to: primary)
            case .modeChanged:
                followMode()
                if announces { setLeader() }
                scheduleRoles()
            case .memberOnline(let member):
                memberOnline(member)
            case .actionProgressed:
                stages.show(order.withCore { $0.action?.stage }, on: .groupAction)
                scheduleAction()
            case .actionEnded(let request, let result):
                stages.show(order.withCore { $0.action?.stage }, on: .groupAction)
                if let waiter = withLocal({ _ in
                    request.invoker.serverUUID == order.core.ownUUID ? actionWaiters.removeValue(forKey: request.ticket) : nil
                }) {
                    waiter.fulfil(result)
                }
                scheduleRoles()
            case .appliedMoved:
                releaseAfterCommits()
            case .diverged(let members, let place):
                diverged(members, at: place)
            case .protocolChanged:
                break
            case .disputed(let disputed):
                if announces && applier.appliedPosition >= disputed { sendReport(isPeriodic: false) }
            case .disputeSettled(let verdict):
                settled(verdict)
            }
        }
    }

    /// The variables say what the group's mode is; who comes back after a mode switch that it did not live to see takes it over.
    func followMode() {
        let mode = order.withCore { $0.mode }
        let isNews = withLocal { local in
            local.knownMode = mode
            guard local.configuration.mode != mode else { return false }
            local.configuration.mode = mode
            return true
        }
        guard isNews else { return }
        roles.run { [self] in
            server.groupModeChanged(singlePrimary: mode.isSinglePrimary, enforcesChecks: mode.enforcesChecks)
            server.groupAutoIncrement(isOn: !mode.isSinglePrimary)
        }
    }

    private func sendBase(viewChange: GTID, at position: LogPosition) {
        var writer = ByteWriter(capacity: 1024)
        let view = order.withCore { core in
            core.encode(into: &writer, withItems: false)
            return core.viewID
        }
        let base = ViewBase(viewPosition: position, viewID: view, viewChange: viewChange, core: writer.take())
        communication.submit(GroupMessage.viewBase(base).encoded)
    }

    private func membershipChanged(joined: [MemberRecord], left: [MemberRecord]) {
        for member in left { transactions.forgetMember(member.uuid) }
        if !left.isEmpty && announces {
            let names = left.map { "\($0.host):\($0.port)" }.joined(separator: ", ")
            PluginLog.report(.warning, code: .memberRemoved, "Members removed from the group: \(names)")
        }
        // In multi-primary mode the versions of those that are left say who may write.
        if announces { scheduleRoles() }
    }

    private func primaryChanged(from former: UUID?, to primary: UUID?) {
        guard let primary, let member = order.core.table[primary] else {
            PluginLog.report(
                .warning, code: .noSuitablePrimaryMember, "Unable to set any member as primary. No suitable candidate.")
            scheduleRoles()
            return
        }
        guard announces else { return }
        setLeader()
        PluginLog.report(
            .system, code: .newPrimaryElected,
            "A new primary with address \(member.host):\(member.port) was elected. The new primary will execute all "
                + "previous group transactions before allowing writes.")
        if primary == order.core.ownUUID { transactions.setIsNewPrimary(true) }
        reportRole()
        scheduleRoles()
    }

    /// Says what this member is in a group with a primary.
    func reportRole() {
        let (isSingle, primary, own) = order.withCore { core in
            (core.isSinglePrimary, core.primary.flatMap { [table = core.table] in table[$0] }, core.ownUUID)
        }
        guard isSingle, let primary else { return }
        if primary.uuid == own {
            PluginLog.report(.system, code: .serverPrimaryMember, "This server is working as primary member.")
        } else {
            PluginLog.report(
                .system, code: .serverSecondaryMember,
                "This server is working as secondary member with primary member address \(primary.host):\(primary.port).")
        }
    }

    /// In single-primary mode the primary owns the slots, so that a slow secondary cannot hold the group up.
    func setLeader() {
        let (isSingle, primary, own) = order.withCore {
            ($0.isSinglePrimary, $0.primary.flatMap { [table = $0.table] in table[$0]?.identity }, $0.ownUUID)
        }
        // One member asks; the request is void when the configuration has changed meanwhile.
        let wanted: LeaderChoice = isSingle ? primary.map { .only([$0]) } ?? .everyMember : .everyMember
        if !isSingle || primary?.serverUUID == own { communication.command(.setLeaders(wanted)) }
    }

    private func memberOnline(_ member: MemberRecord) {
        if member.identity == order.ownIdentity { server.memberIsOnline() }
        guard announces else { return }
        if member.uuid == order.core.ownUUID {
            PluginLog.report(
                .system, code: .serverOnline, "This server was declared online within the replication group.")
            scheduleRoles()
        } else {
            PluginLog.report(
                .system, code: .memberOnline,
                "The member with address \(member.host):\(member.port) was declared online within the replication "
                    + "group.")
            scheduleRoles()
        }
    }

    /// Commits with consistency AFTER are answered when every ONLINE member has applied them. Communication and applier
    /// threads.
    func releaseAfterCommits() {
        guard transactions.awaitsOthers else { return }
        // This member's own report need not come back through the order.
        let own = applier.appliedPosition
        let limit = order.withCore { core in
            core.table.online.reduce(own) { $1.uuid == core.ownUUID ? $0 : min($0, $1.applied) }
        }
        transactions.releaseAfterCommits(upTo: limit)
    }

    /// The applier applied transactions that others may wait for: say so at once, not at the next tick. Applier thread.
    func appliedWaitingForAll(_ items: [(CommitWait?, CommittedTransaction)]) {
        transactions.holdUntilAppliedEverywhere(items)
        sendReport(isPeriodic: false)
        releaseAfterCommits()
    }

    private func diverged(_ members: [UUID], at position: LogPosition) {
        let own = order.core.ownUUID
        for member in members {
            guard let record = order.core.table[member] else { continue }
            PluginLog.report(
                .error, code: .own,
                "The history of member \(record.host):\(record.port) (\(member)) differs from the group's at "
                    + "\(position.rawValue).")
        }
        guard members.contains(own) else { return }
        roles.run { [self] in
            leaveOnDamage(
                "This member's history differs from that of the group. It leaves the group to protect its data from "
                    + "diverging further.")
        }
    }
}
