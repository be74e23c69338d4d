import MySQLProtocol
import Platform

/// `group_replication_enable_member_action`, `_disable_member_action` and `_reset_member_actions`.
extension GroupReplication {
    static let memberActionFunctionNames = [
        "group_replication_disable_member_action", "group_replication_enable_member_action",
        "group_replication_reset_member_actions",
    ]

    private static let orderTimeout: Duration = .seconds(60)

    /// What `performance_schema.replication_group_member_actions` shows.
    public var memberActions: MemberActions { order.withCore { $0.memberActions } }

    /// Calls one of ``memberActionFunctionNames``.
    func callMemberAction(_ name: String, _ arguments: [FunctionArgument]) throws(SQLError) -> FunctionResult {
        let resets = name.hasSuffix("reset_member_actions")
        guard arguments.count == (resets ? 0 : 2) else {
            throw wrong(name, "UDF takes \(resets ? 0 : 2) arguments.")
        }
        var texts: [String] = []
        for (place, argument) in zip(["first", "second"], arguments) {
            guard case .text(let text) = argument, !text.isEmpty else {
                throw wrong(name, "UDF \(place) argument must be a string.")
            }
            texts.append(text)
        }
        if server.isSuperReadOnly { throw wrong(name, "Server must have super_read_only=0.") }
        let phase = self.phase
        if resets {
            guard phase == .standalone else {
                throw failed(name, "Member must be OFFLINE to reset its member actions configuration.")
            }
            try change(.reset, name)
            return .text("OK")
        }
        switch phase {
        case .member:
            try checkOnline(name)
            guard order.withCore({ !$0.isSinglePrimary || $0.primary == $0.ownUUID }) else {
                throw wrong(name, "Member must be the primary or OFFLINE.")
            }
        case .standalone: break
        case .starting, .stopping:
            throw wrong(name, "It cannot be called while START or STOP GROUP_REPLICATION is ongoing.")
        case .closed, .dormant, .error: throw wrong(name, "Member must be the primary or OFFLINE.")
        }
        guard texts[1] == MemberActions.event else { throw failed(name, "Invalid event name.") }
        guard let action = MemberActions.Name(rawValue: texts[0]) else {
            throw failed(name, "The action does not exist for this event.")
        }
        try change(.set(action, isEnabled: name.hasSuffix("_enable_member_action")), name)
        return .text("OK")
    }

    /// Has it ordered: every member of the group makes the same change.
    private func change(_ change: MemberActionChange, _ name: String) throws(SQLError) {
        communication.submit(GroupMessage.memberActionChange(change).encoded)
        let done = Promise<Bool>()
        placeMark { done.fulfil(true) }
        // A STOP in the past (or a START that failed) is no reason: alone, the change needs nobody else.
        let isStopped = { [self] in withLocal { $0.isClosing || ($0.givesUp && $0.phase != .standalone) } }
        guard done.wait(until: .now() + GroupReplication.orderTimeout, interrupted: isStopped) != nil else {
            throw failed(name, "Unable to propagate the configuration.")
        }
    }
}
