import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// A joiner's history is compared with the group's by its contents, not by its GTIDs alone: each member tells what hash its
/// transactions have right behind a view. A server that bootstrapped a group of its own by mistake and wrote there may have
/// the same numbers, and other rows.
extension GroupReplication {
    /// How long the others may take to say what they have: they may be behind with applying.
    private static let historyTimeout: Duration = .seconds(60)

    /// The applier's hook, on its thread.
    func appliedView(at position: LogPosition, history: UInt64) {
        guard order.withCore({ $0.isGroup }) else { return }
        withLocal { local in
            local.histories.applied(position, hash: history)
            changed.broadcast()
        }
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
        withLocal { local in
            local.histories.heard(report.member, view: report.viewPosition, hash: report.viewHistory)
            changed.broadcast()
        }
        judgeHistory()
    }

    /// A member that is not ONLINE yet and has another history must not become so.
    private func judgeHistory() {
        guard let (member, view) = withLocal({ $0.histories.differsFrom }) else { return }
        let (isOnline, address) = order.withCore { core in
            (
                core.own?.status == .online,
                core.table[member.serverUUID].map { "\($0.host):\($0.port)" } ?? member.serverUUID.description
            )
        }
        guard !isOnline else { return }
        roles.run { [self] in
            guard phase == .member || phase == .starting else { return }
            PluginLog.report(
                .error, code: 11526,
                "This member has executed GTIDs that the group has too, but not the same transactions: at \(view) the contents of "
                    + "its history differ from those of the member at \(address). Some of them were committed outside of this group.")
            PluginLog.report(
                .error, code: 11522,
                "The member contains transactions not present in the group. The member will now exit the group.")
            leaveOnError("This member's data do not come of the group's transactions: it has to be provisioned anew.", rejoins: false)
        }
    }

    /// Waits until an ONLINE member is known to have the same history. True when there is nobody to compare with; false when
    /// nobody said anything for long, or this member is on its way out.
    func awaitSharedHistory() -> Bool {
        let deadline = MonotonicTime.now() + GroupReplication.historyTimeout
        let own = order.ownIdentity
        while MonotonicTime.now() < deadline {
            let hasOthers = order.withCore { core in core.table.online.contains { $0.identity != own } }
            guard hasOthers, phase == .member || phase == .starting else { return true }
            let isSettled = withLocal { local in
                if local.histories.isSettled { return true }
                _ = changed.wait(lock, until: .now() + .milliseconds(200))
                return false
            }
            if isSettled { return true }
        }
        return false
    }
}
