import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// A joiner's history is compared with the group's by its contents, not by its GTIDs alone: each member tells what hash its
/// transactions have right behind a view. A server that bootstrapped a group of its own by mistake and wrote there may have
/// the same numbers, and other rows.
extension GroupReplication {
    /// How often a joiner says that it waits for the others to tell what they have: they may be behind with applying.
    private static let historyReminder: Duration = .seconds(60)

    /// The applier's hook, on its thread.
    func appliedView(at position: LogPosition, history: UInt64) {
        guard order.withCore({ $0.isGroup }) else { return }
        withLocal { $0.histories.applied(position, hash: history) }
        judgeHistory()
        // A joiner waits for it.
        if announces { sendReport(isPeriodic: false) }
    }

    /// What another member has at the view that it applied last. Communication thread.
    func compareHistory(with report: MemberReport) {
        let isOthers = order.withCore { core in
            core.ownUUID != report.member.serverUUID && core.table[report.member.serverUUID]?.identity == report.member
                && core.table[report.member.serverUUID]?.status == .online
        }
        guard isOthers, report.viewPosition != .zero else { return }
        // Reports come often, views seldom.
        let isNews = withLocal { $0.histories.heard(report.member, view: report.viewPosition, hash: report.viewHistory) }
        if isNews { judgeHistory() }
    }

    /// A member that is not ONLINE yet and has another history must not become so; an ONLINE one that is alone with its own
    /// is damaged.
    private func judgeHistory() {
        let (isOnline, others) = order.withCore { core in
            let own = core.ownUUID
            return (core.own?.status == .online, Set(core.table.online.map(\.identity).filter { $0.serverUUID != own }))
        }
        let (verdict, isNews) = withLocal { local in
            let verdict = local.histories.judge(isOnline: isOnline, others: others)
            defer { local.historyVerdict = verdict }
            changed.broadcast()
            return (verdict, verdict != local.historyVerdict)
        }
        guard isNews else { return }
        switch verdict {
        case .alike: break
        case .differs(let difference):
            PluginLog.report(.error, code: .own, text(of: difference) + " It cannot be told yet whose are wrong.")
        case .isWrong(let difference):
            let text = text(of: difference)
            roles.run { [self] in
                if isOnline { leaveOnDamage(text) } else { leaveOnOtherHistory(text) }
            }
        }
    }

    private func text(of difference: HistoryComparison.Difference) -> String {
        let address = order.withCore { core in
            core.table[difference.member.serverUUID].map { "\($0.host):\($0.port)" } ?? difference.member.serverUUID.description
        }
        return "This member has executed GTIDs that the group has too, but not the same transactions: at \(difference.view) the "
            + "contents of its history differ from those of the member at \(address)."
    }

    private func leaveOnOtherHistory(_ text: String) {
        guard phase == .member || phase == .starting else { return }
        PluginLog.report(.error, code: .memberTransactionsGreaterThanGroup, text + " Some of them were committed outside of this group.")
        PluginLog.report(
            .error, code: .transactionsNotPresentInGroup,
            "The member contains transactions not present in the group. The member will now exit the group.")
        leaveOnError("This member's data do not come of the group's transactions: it has to be provisioned anew.", rejoins: false)
    }

    /// Waits until an ONLINE member is known to have the same history, or there is none to compare with. False when this
    /// member is on its way out.
    func awaitSharedHistory() -> Bool {
        let own = order.ownIdentity
        var reminder = MonotonicTime.now() + GroupReplication.historyReminder
        while true {
            guard phase == .member || phase == .starting else { return false }
            guard order.withCore({ core in core.table.online.contains { $0.identity != own } }) else { return true }
            let isSettled = withLocal { local in
                if local.histories.isSettled { return true }
                _ = changed.wait(lock, until: .now() + .milliseconds(200))
                return false
            }
            if isSettled { return true }
            // Who was said to differ may have left since, and with it what was to be waited for.
            judgeHistory()
            if MonotonicTime.now() >= reminder {
                reminder = .now() + GroupReplication.historyReminder
                PluginLog.report(
                    .warning, code: .own,
                    "No ONLINE member has said yet what its transactions are at the view with which this member joined: they may be "
                        + "behind with applying, or wait for space on their disks. This member is ONLINE when one has said so.")
            }
        }
    }
}
