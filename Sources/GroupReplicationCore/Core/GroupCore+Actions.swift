import GroupCommunicationCore
import Primitives

/// The group action coordinator: one action at a time, decided and carried on by the order, so that it goes on when the
/// member that asked for it dies.
extension GroupCore {
    /// A request at its place in the order.
    package mutating func startAction(_ request: GroupActionRequest, at position: LogPosition) -> [Effect] {
        self.position = position
        if let refusal = refusal(of: request) {
            return [.actionEnded(request, .failure(ActionFailure(text: refusal)))]
        }
        if let answer = alreadyTrue(request) {
            return [.actionEnded(request, .success(answer))]
        }
        let everybody = Set(table.members.map(\.uuid))
        switch request.kind {
        case .setPrimary:
            let former = primary.map { Set([$0]) } ?? []
            begin(request, position, newPrimary: request.target, phase: .stopWriting, pending: former)
        case .switchToSinglePrimary:
            let chosen = request.target ?? PrimaryElection.elect(table.candidates)
            begin(
                request, position, newPrimary: chosen, phase: .stopWriting,
                pending: everybody.subtracting(chosen.map { [$0] } ?? []))
        case .switchToMultiPrimary:
            isSinglePrimary = false
            enforcesChecks = true
            primary = nil
            begin(request, position, newPrimary: nil, phase: .takeUp, pending: everybody)
            return [.modeChanged, .actionProgressed] + advanceAction()
        }
        return [.actionProgressed] + advanceAction()
    }

    private mutating func begin(
        _ request: GroupActionRequest, _ position: LogPosition, newPrimary: UUID?, phase: GroupAction.Phase,
        pending: Set<UUID>
    ) {
        action = GroupAction(
            id: position.rawValue, request: request, newPrimary: newPrimary, phase: phase, pending: pending,
            involved: max(1, pending.count))
    }

    private func refusal(of request: GroupActionRequest) -> String? {
        if action != nil { return "There is already a configuration action running." }
        if table.members.contains(where: { $0.status != .online }) {
            return "A member is joining the group, wait for it to be ONLINE."
        }
        if let target = request.target {
            if table.index(of: target) == nil { return "The requested uuid is not a member of the group." }
            if !PrimaryElection.mayBecomePrimary(target, among: table.candidates) {
                return "The appointed primary member has a version that is greater than the one of some of the "
                    + "members in the group."
            }
        }
        if request.kind == .setPrimary && !isSinglePrimary {
            return "In multi-primary mode. Use group_replication_switch_to_single_primary_mode."
        }
        return nil
    }

    /// The text for a request that asks for what is so already.
    package func alreadyTrue(_ request: GroupActionRequest) -> String? {
        switch request.kind {
        case .setPrimary where request.target == primary:
            "The requested member is already the current group primary."
        case .switchToSinglePrimary where isSinglePrimary && request.target == nil:
            "The group is already on single-primary mode."
        case .switchToSinglePrimary where isSinglePrimary:
            "Already in single-primary mode. Did you mean to use group_replication_set_as_primary?"
        case .switchToMultiPrimary where !isSinglePrimary:
            "The group is already on multi-primary mode."
        default: nil
        }
    }

    /// A member did its part.
    package mutating func actionDone(
        action id: UInt64, phase: UInt8, member: MemberIdentity, at position: LogPosition
    ) -> [Effect] {
        self.position = position
        guard let current = action, current.id == id, current.phase.rawValue == phase,
            table.members.contains(where: { $0.identity == member })
        else { return [] }
        action?.pending.remove(member.serverUUID)
        return advanceAction()
    }

    /// Goes to the next phase when nobody is pending.
    private mutating func advanceAction() -> [Effect] {
        guard let current = action, current.pending.isEmpty else { return [] }
        switch current.phase {
        case .stopWriting:
            guard let newPrimary = current.newPrimary, table[newPrimary]?.status == .online else {
                action = nil
                let failure = ActionFailure(
                    text: "The appointed primary member left the group, the configuration action was aborted.")
                return [.actionEnded(current.request, .failure(failure)), .actionProgressed] + electIfNeeded()
            }
            let former = primary
            var effects: [Effect] = []
            if !isSinglePrimary {
                isSinglePrimary = true
                enforcesChecks = false
                effects.append(.modeChanged)
            }
            primary = newPrimary
            electionPosition = dataPosition
            action?.phase = .takeUp
            action?.pending = Set(table.members.map(\.uuid))
            action?.involved = table.members.count
            if former != newPrimary { effects.append(.primaryChanged(from: former, to: newPrimary)) }
            return effects + [.actionProgressed]
        case .takeUp:
            action = nil
            return [.actionEnded(current.request, .success(successText(current))), .actionProgressed]
        }
    }

    private func successText(_ action: GroupAction) -> String {
        switch action.request.kind {
        case .setPrimary: "Primary server switched to: \(action.newPrimary.map(\.description) ?? "")"
        case .switchToSinglePrimary: "Mode switched to single-primary successfully."
        case .switchToMultiPrimary: "Mode switched to multi-primary successfully."
        }
    }

    /// Members left: nobody waits for them; an action whose new primary is gone ends.
    mutating func actionAfterDeparture(of left: Set<UUID>) -> [Effect] {
        guard let current = action, !left.isEmpty else { return [] }
        action?.pending.subtract(left)
        if let newPrimary = current.newPrimary, left.contains(newPrimary) {
            action = nil
            let failure = ActionFailure(
                text: "The appointed primary member left the group, the configuration action was aborted.")
            return [.actionEnded(current.request, .failure(failure)), .actionProgressed]
        }
        return advanceAction()
    }
}
