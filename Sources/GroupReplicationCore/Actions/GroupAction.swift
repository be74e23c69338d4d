import GroupCommunicationCore
import Primitives

/// What an operator asked of the whole group.
package enum GroupActionKind: UInt8, Sendable {
    case setPrimary = 1
    case switchToSinglePrimary = 2
    case switchToMultiPrimary = 3

    /// What MySQL calls it in its error log.
    package var operationName: String {
        switch self {
        case .setPrimary: "Primary election change"
        case .switchToSinglePrimary: "Change to single primary mode"
        case .switchToMultiPrimary: "Multi primary mode migration"
        }
    }

    /// The SQL function that asks for it.
    package var functionName: String {
        switch self {
        case .setPrimary: "group_replication_set_as_primary"
        case .switchToSinglePrimary: "group_replication_switch_to_single_primary_mode"
        case .switchToMultiPrimary: "group_replication_switch_to_multi_primary_mode"
        }
    }
}

/// The ordered message that begins an action.
package struct GroupActionRequest: Sendable {
    package var kind: GroupActionKind
    package var invoker: MemberIdentity
    /// The invoker's ticket of the waiting session.
    package var ticket: UInt64
    /// The server that is to be primary; nil to elect one.
    var target: UUID?
    /// How long running transactions on the old primary may go on before they are rolled back; nil: as long as they take.
    package var timeoutSeconds: UInt32?

    package init(
        kind: GroupActionKind, invoker: MemberIdentity, ticket: UInt64, target: UUID? = nil,
        timeoutSeconds: UInt32? = nil
    ) {
        self.kind = kind
        self.invoker = invoker
        self.ticket = ticket
        self.target = target
        self.timeoutSeconds = timeoutSeconds
    }

    package func encode(into writer: inout ByteWriter) {
        writer.write(kind.rawValue)
        writer.write(invoker)
        writer.write(ticket)
        writer.write(target != nil)
        writer.write(target ?? UUID(high: 0, low: 0))
        writer.write(timeoutSeconds ?? .max)
    }
}

extension GroupActionRequest {
    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        guard let kind = GroupActionKind(rawValue: try reader.readUInt8()) else { throw MalformedBytes("a group action") }
        self.kind = kind
        invoker = try reader.readMemberIdentity()
        ticket = try reader.readUInt64()
        let hasTarget = try reader.readBool()
        let uuid = try reader.readUUID()
        target = hasTarget ? uuid : nil
        let timeout = try reader.readUInt32()
        timeoutSeconds = timeout == .max ? nil : timeout
    }
}

/// The action under way, at most one in a group. A part of the ordered state: every member has the same.
package struct GroupAction: Sendable {
    /// What the members in ``pending`` have to do before the action goes on.
    package enum Phase: UInt8, Sendable {
        /// Stop writing: read-only, running transactions ended, own commits settled.
        case stopWriting = 1
        /// Take the new role up: the new primary applies what was ordered before and accepts writes.
        case takeUp = 2
    }

    /// Raw position of the request in the order.
    package var id: UInt64
    package var request: GroupActionRequest
    /// The server that will be primary; nil when all will.
    var newPrimary: UUID?
    package var phase: Phase
    package var pending: Set<UUID>
    var involved: Int

    /// For `events_stages_current`, with the manual's names.
    package var stage: StageStatus {
        let name =
            switch (request.kind, phase) {
            case (.setPrimary, .stopWriting), (.switchToSinglePrimary, .stopWriting):
                "Primary Switch: waiting for pending transactions to finish"
            case (.setPrimary, .takeUp): "Primary Election: Waiting for members to turn on super_read_only"
            case (.switchToSinglePrimary, .takeUp): "Single-primary Switch: waiting for operation to complete on all members"
            case (.switchToMultiPrimary, _): "Multi-primary Switch: applying buffered transactions"
            }
        return StageStatus(
            name: "stage/group_rpl/" + name, workCompleted: UInt64(involved - pending.count),
            workEstimated: UInt64(involved))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.write(id)
        request.encode(into: &writer)
        writer.write(newPrimary != nil)
        writer.write(newPrimary ?? UUID(high: 0, low: 0))
        writer.write(phase.rawValue)
        writer.write(UInt32(involved))
        writer.write(UInt32(pending.count))
        for member in pending { writer.write(member) }
    }
}

extension GroupAction {
    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        id = try reader.readUInt64()
        request = try GroupActionRequest(decoding: &reader)
        let hasPrimary = try reader.readBool()
        let uuid = try reader.readUUID()
        newPrimary = hasPrimary ? uuid : nil
        guard let phase = Phase(rawValue: try reader.readUInt8()) else { throw MalformedBytes("an action's phase") }
        self.phase = phase
        involved = Int(try reader.readUInt32())
        pending = []
        for _ in 0..<(try reader.readCount(size: 16)) { pending.insert(try reader.readUUID()) }
        guard pending.count <= involved else { throw MalformedBytes("an action's members") }
    }
}
