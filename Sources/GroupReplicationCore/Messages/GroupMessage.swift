import GTIDs
import GroupCommunicationCore
import Primitives

/// What members send each other through the order. The last byte of a payload says which it is, so that a transaction's
/// body can stand in front and be used in place.
package enum GroupMessage: Sendable {
    case transaction(TransactionMessage)
    case report(MemberReport)
    /// The member finished distributed recovery: all show it ONLINE from here on.
    case recovered(MemberIdentity)
    /// The member lacks what it had: all show it RECOVERING from here on.
    case recovering(MemberIdentity)
    /// The group's state at a view, for those who joined with it.
    case viewBase(ViewBase)
    /// A mark in the order that only its sender waits for.
    case mark(origin: MemberIdentity, ticket: UInt64)
    case actionStart(GroupActionRequest)
    /// The member did its part of the action's phase.
    case actionDone(action: UInt64, phase: UInt8, member: MemberIdentity)
    /// `group_replication_set_communication_protocol`.
    case communicationProtocol(ServerVersion)
    /// `group_replication_enable_member_action` and its like.
    case memberActionChange(MemberActionChange)
    /// A member that came back has another host, port or version than the group knows of it.
    case announcement(MemberIdentity, MemberState)
    /// The sender's data do not fit the transaction at that position.
    case dispute(LogPosition, member: MemberIdentity)

    package enum Kind: UInt8 {
        case transaction = 1
        case report = 2
        case recovered = 3
        case viewBase = 4
        case mark = 5
        case actionStart = 6
        case actionDone = 7
        case communicationProtocol = 8
        case memberActionChange = 9
        case dispute = 10
        case recovering = 11
        case announcement = 12
    }

    /// The payload to submit.
    package var encoded: [UInt8] {
        var writer = ByteWriter(capacity: 128)
        switch self {
        case .transaction(let message):
            return message.encoded(ticket: message.ticket)
        case .report(let report):
            report.encode(into: &writer)
            writer.write(Kind.report.rawValue)
        case .recovered(let member):
            writer.write(member)
            writer.write(Kind.recovered.rawValue)
        case .recovering(let member):
            writer.write(member)
            writer.write(Kind.recovering.rawValue)
        case .viewBase(let base):
            writer.write(base.viewPosition.rawValue)
            writer.write(base.viewID.random)
            writer.write(base.viewID.counter)
            writer.write(base.viewChange.source)
            writer.write(base.viewChange.number)
            writer.write(base.core)
            writer.write(Kind.viewBase.rawValue)
        case .mark(let origin, let ticket):
            writer.write(origin)
            writer.write(ticket)
            writer.write(Kind.mark.rawValue)
        case .actionStart(let request):
            request.encode(into: &writer)
            writer.write(Kind.actionStart.rawValue)
        case .actionDone(let action, let phase, let member):
            writer.write(action)
            writer.write(phase)
            writer.write(member)
            writer.write(Kind.actionDone.rawValue)
        case .communicationProtocol(let version):
            writer.write(version.major)
            writer.write(version.minor)
            writer.write(version.patch)
            writer.write(Kind.communicationProtocol.rawValue)
        case .memberActionChange(let change):
            change.encode(into: &writer)
            writer.write(Kind.memberActionChange.rawValue)
        case .announcement(let member, let state):
            writer.write(member)
            writer.write(state.encoded)
            writer.write(Kind.announcement.rawValue)
        case .dispute(let position, let member):
            writer.write(position.rawValue)
            writer.write(member)
            writer.write(Kind.dispute.rawValue)
        }
        return writer.bytes
    }

    /// Reads a payload. Throws on what no member of this version sends.
    package init(decoding payload: [UInt8]) throws(MalformedBytes) {
        guard let last = payload.last, let kind = Kind(rawValue: last) else {
            throw MalformedBytes("a group message of unknown kind")
        }
        var reader = ByteReader(payload.dropLast())
        switch kind {
        case .transaction:
            self = .transaction(try TransactionMessage(decoding: payload))
        case .report:
            self = .report(try MemberReport(decoding: &reader))
        case .recovered:
            self = .recovered(try reader.readMemberIdentity())
        case .recovering:
            self = .recovering(try reader.readMemberIdentity())
        case .viewBase:
            self = .viewBase(try ViewBase(decoding: &reader))
        case .mark:
            let origin = try reader.readMemberIdentity()
            self = .mark(origin: origin, ticket: try reader.readUInt64())
        case .actionStart:
            self = .actionStart(try GroupActionRequest(decoding: &reader))
        case .actionDone:
            let action = try reader.readUInt64()
            let phase = try reader.readUInt8()
            self = .actionDone(action: action, phase: phase, member: try reader.readMemberIdentity())
        case .communicationProtocol:
            let major = try reader.readUInt8()
            let minor = try reader.readUInt8()
            self = .communicationProtocol(ServerVersion(major: major, minor: minor, patch: try reader.readUInt8()))
        case .memberActionChange:
            self = .memberActionChange(try MemberActionChange(decoding: &reader))
        case .announcement:
            let member = try reader.readMemberIdentity()
            self = .announcement(member, try MemberState(decoding: Array(reader.readRest())))
        case .dispute:
            let position = LogPosition(rawValue: try reader.readUInt64())
            self = .dispute(position, member: try reader.readMemberIdentity())
        }
    }
}

/// The state of the order at a view's position, for members that join with it: the encoded ``GroupCore``, without
/// certification items (the floor is the view's position, so none is needed).
package struct ViewBase: Sendable {
    package var viewPosition: LogPosition
    package var viewID: ViewID
    /// The GTID of the view change itself.
    package var viewChange: GTID
    package var core: [UInt8]

    package init(viewPosition: LogPosition, viewID: ViewID, viewChange: GTID, core: [UInt8]) {
        self.viewPosition = viewPosition
        self.viewID = viewID
        self.viewChange = viewChange
        self.core = core
    }
}

extension ViewBase {
    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        viewPosition = LogPosition(rawValue: try reader.readUInt64())
        let random = try reader.readUInt64()
        viewID = ViewID(random: random, counter: try reader.readUInt64())
        let source = try reader.readUUID()
        let number = try reader.readInt64()
        guard number >= 1 && number <= GTID.maximumNumber else { throw MalformedBytes("GTID number \(number)") }
        viewChange = GTID(source: source, number: number)
        core = Array(reader.readRest())
    }
}
