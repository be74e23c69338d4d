import GTIDs
import GroupCommunicationCore
import Primitives

/// A member of the group as the order knows it: equal on all members at the same position.
package struct MemberRecord: Sendable, Hashable {
    package var identity: MemberIdentity
    package var host: String
    package var port: UInt16
    package var version: String
    var weight: UInt8
    package var status: MemberStatus
    /// How far the member said that it has applied.
    package var applied = LogPosition.zero
    /// Up to where it no longer needs certification information: what it applied, or its oldest running snapshot.
    var forgettable = LogPosition.zero
    package var recoveryEndpoints: [String]
    /// It holds the ordered state: from the beginning, or since a ``ViewBase`` was delivered to it.
    var holdsState: Bool
    /// The group knows that it is dead, and has not removed it yet.
    package var isLost = false

    package var uuid: UUID { identity.serverUUID }

    package init(identity: MemberIdentity, state: MemberState, status: MemberStatus, holdsState: Bool) {
        self.holdsState = holdsState
        self.identity = identity
        host = state.host
        port = state.port
        version = state.version
        weight = state.weight
        self.status = status
        recoveryEndpoints = state.recoveryEndpoints
    }
}

/// The members in the configuration's order.
package struct MemberTable: Sendable {
    package var members: [MemberRecord] = []

    /// The place of that server.
    package func index(of uuid: UUID) -> Int? {
        members.firstIndex { $0.uuid == uuid }
    }

    package subscript(uuid: UUID) -> MemberRecord? {
        index(of: uuid).map { members[$0] }
    }

    /// Those that take part.
    package var online: [MemberRecord] { members.filter { $0.status == .online && !$0.isLost } }

    /// Whether nobody ONLINE is of a lower version: in multi-primary mode whoever is of a higher one stays read-only.
    package func isOfLowestVersion(_ uuid: UUID) -> Bool {
        guard let own = candidates.first(where: { $0.uuid == uuid }) else { return false }
        return candidates.allSatisfy { !$0.isOnline || own.version <= $0.version }
    }

    /// What a primary may be chosen from.
    var candidates: [PrimaryElection.Candidate] {
        members.map {
            PrimaryElection.Candidate(
                uuid: $0.uuid,
                version: ServerVersion(prefixOf: $0.version) ?? ServerVersion(major: 255, minor: 255, patch: 255),
                weight: $0.weight, isOnline: $0.status == .online && !$0.isLost)
        }
    }

    /// What every member has applied and nobody's snapshot lies below.
    var forgettableByAll: LogPosition {
        members.map(\.forgettable).min() ?? .zero
    }

    /// Whether all ONLINE members (but those for which `isExempt`) have applied up to `position`.
    func appliedByAllOnline(_ position: LogPosition) -> Bool {
        online.allSatisfy { $0.applied >= position }
    }
}

extension MemberTable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(UInt32(members.count))
        for member in members {
            writer.write(member.identity)
            writer.write(text: member.host)
            writer.write(member.port)
            writer.write(text: member.version)
            writer.write(member.weight)
            writer.write(member.status.rawValue)
            writer.write(member.applied.rawValue)
            writer.write(member.forgettable.rawValue)
            writer.write(UInt32(member.recoveryEndpoints.count))
            for endpoint in member.recoveryEndpoints { writer.write(text: endpoint) }
            writer.write(member.holdsState)
            writer.write(member.isLost)
        }
    }

    package init(decoding reader: inout ByteReader, tellsLost: Bool = true) throws(MalformedBytes) {
        for _ in 0..<(try reader.readCount(size: 40)) { members.append(try MemberRecord(decoding: &reader, tellsLost: tellsLost)) }
    }
}

extension MemberRecord {
    package init(decoding reader: inout ByteReader, tellsLost: Bool = true) throws(MalformedBytes) {
        identity = try reader.readMemberIdentity()
        host = try reader.readText()
        port = try reader.readUInt16()
        version = try reader.readText()
        weight = try reader.readUInt8()
        guard let status = MemberStatus(rawValue: try reader.readUInt8()) else { throw MalformedBytes("a member's status") }
        self.status = status
        applied = LogPosition(rawValue: try reader.readUInt64())
        forgettable = LogPosition(rawValue: try reader.readUInt64())
        recoveryEndpoints = []
        for _ in 0..<(try reader.readCount(size: 4)) { recoveryEndpoints.append(try reader.readText()) }
        holdsState = try reader.readBool()
        isLost = tellsLost ? try reader.readBool() : false
    }
}
