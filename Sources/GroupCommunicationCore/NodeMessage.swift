import Consensus
import Primitives

/// The header of each frame: who sends it, and how far it is.
package struct FrameHeader: Hashable, Sendable {
    static let version: UInt8 = 2
    static let encodedSize = 1 + 16 + MemberIdentity.encodedSize + 40

    package var group: UUID
    package var sender: MemberIdentity
    var epoch: UInt64
    /// The number of the latest configuration that the sender knows.
    var configuration: UInt64
    /// The last slot that the sender has delivered.
    var delivered: Slot
    /// Which run of the sender's process speaks (``RunClaim``); 0: none of a member.
    var run: UInt64
    /// The run of the receiver that the sender knows, on its disk; 0: none.
    var known: UInt64
}

/// Whom one member hears, by its own links. Bit `i` stands for member `i` of a configuration.
struct Opinion: Hashable, Sendable {
    /// Counts a member's opinions across its lives; 0: none known.
    var sequence: UInt64 = 0
    /// Whom the member hears.
    var heard: UInt16 = 0
    /// Whom the member would remove: certainly dead, or silent for longer than the expel timeout.
    var condemned: UInt16 = 0
}

/// What a member tells the others about the links, twice a second and when something changed: its own opinion and the
/// newest that it has heard of each other member, so that opinions travel around a broken link.
package struct Heartbeat: Hashable, Sendable {
    /// The configuration that the rest speaks of.
    var number: UInt64
    /// The sender's run, and how far its own log certainly reaches: it will not ask others for these slots.
    var claim: RunClaim
    /// What the sender remembers of the member that it speaks to, and of which incarnation of it: at the address of one that
    /// is gone a new one may be listening.
    var known: RunClaim
    var knownIncarnation: UInt64
    /// Whose server is known to have come back as another incarnation.
    var superseded: UInt16
    /// One for each member of the configuration, in its order.
    var opinions: [Opinion]
}

/// A server that asks to be let in.
package struct JoinRequest: Hashable, Sendable {
    var member: Member
    var protocolVersions: ClosedRange<UInt16>
    var payload: [UInt8]
}

/// The messages between nodes, beside those of the engine.
package enum NodeMessage: Hashable, Sendable {
    /// An encoded `SubmissionGroup` for a leader to propose.
    case forward([UInt8])
    case heartbeat(Heartbeat)
    case joinRequest(JoinRequest)
    case joinRefused(JoinRefusal)
    case welcome(NodeSnapshot)
    /// You are not in that configuration, which is in force.
    case removed(number: UInt64, epoch: UInt64)
    case proposeChange(ConfigurationChange)
    /// Promise that epoch, stand still, and report what you know: the sender forces a configuration of these members.
    case forceQuery(epoch: UInt64, members: [MemberIdentity])
    case forceState(ForceReport)
    /// The slots from `first` on are decided so; the last one is the forced configuration.
    case forceCommit(epoch: UInt64, first: Slot, values: [[UInt8]])

    /// Is there a group? Answered by a standing.
    case inquiry
    case standing(Standing)

    static let codes: ClosedRange<UInt8> = 20...31
    static let maximumJoinPayload = 1 << 20
}

extension ByteWriter {
    package mutating func write(_ header: FrameHeader) {
        write(FrameHeader.version)
        write(header.group.high)
        write(header.group.low)
        write(header.sender)
        write(header.epoch)
        write(header.configuration)
        write(header.delivered)
        write(header.run)
        write(header.known)
    }

    package mutating func write(_ message: NodeMessage) {
        switch message {
        case .forward(let group):
            write(UInt8(20))
            write(block: group)
        case .heartbeat(let heartbeat):
            write(UInt8(21))
            write(heartbeat.number)
            write(heartbeat.claim)
            write(heartbeat.known)
            write(heartbeat.knownIncarnation)
            write(heartbeat.superseded)
            write(UInt8(clamping: heartbeat.opinions.count))
            for opinion in heartbeat.opinions.prefix(255) {
                write(opinion.sequence)
                write(opinion.heard)
                write(opinion.condemned)
            }
        case .joinRequest(let request):
            write(UInt8(22))
            write(request.member)
            write(request.protocolVersions.lowerBound)
            write(request.protocolVersions.upperBound)
            write(block: request.payload)
        case .joinRefused(let refusal):
            write(UInt8(23))
            switch refusal {
            case .groupIsFull: write(UInt8(0))
            case .oldIncarnationListed: write(UInt8(1))
            case .otherGroup: write(UInt8(2))
            case .protocolVersion: write(UInt8(3))
            case .vetoed(let text):
                write(UInt8(4))
                write(shortText: text)
            // What a link says is never sent: who has one knows it.
            case .noAnswer, .rejected: write(UInt8(5))
            }
        case .welcome(let snapshot):
            write(UInt8(24))
            write(snapshot)
        case .removed(let number, let epoch):
            write(UInt8(25))
            write(number)
            write(epoch)
        case .proposeChange(let change):
            write(UInt8(26))
            write(change)
        case .forceQuery(let epoch, let members):
            write(UInt8(27))
            write(epoch)
            write(UInt8(clamping: members.count))
            for member in members.prefix(255) { write(member) }
        case .forceState(let report):
            write(UInt8(28))
            write(report)
        case .forceCommit(let epoch, let first, let values):
            write(UInt8(29))
            write(epoch)
            write(first)
            write(UInt16(values.count))
            for value in values { write(block: value) }
        case .inquiry:
            write(UInt8(30))
        case .standing(let standing):
            write(UInt8(31))
            write(standing)
        }
    }
}

extension ByteReader {
    package mutating func readFrameHeader() throws(MalformedBytes) -> FrameHeader {
        let version = try readUInt8()
        guard version == FrameHeader.version else { throw MalformedBytes("a frame of version \(version)") }
        let group = UUID(high: try readUInt64(), low: try readUInt64())
        return FrameHeader(
            group: group, sender: try readMemberIdentity(), epoch: try readEpoch(),
            configuration: try readConfigurationNumber(), delivered: try readSlot(), run: try readUInt64(),
            known: try readUInt64())
    }

    package mutating func readNodeMessage(code: UInt8) throws(MalformedBytes) -> NodeMessage {
        switch code {
        case 20:
            return .forward(try readBlock())
        case 21:
            var heartbeat = Heartbeat(
                number: try readConfigurationNumber(), claim: try readRunClaim(), known: try readRunClaim(),
                knownIncarnation: try readUInt64(), superseded: try readUInt16(), opinions: [])
            let count = Int(try readUInt8())
            guard count <= Configuration.maximumMembers else { throw MalformedBytes("\(count) opinions") }
            for _ in 0..<count {
                heartbeat.opinions.append(
                    Opinion(sequence: try readCounter(), heard: try readUInt16(), condemned: try readUInt16()))
            }
            return .heartbeat(heartbeat)
        case 22:
            let member = try readMember()
            let low = try readUInt16()
            let high = try readUInt16()
            guard low <= high else { throw MalformedBytes("a range of versions") }
            let payload = try readBlock()
            guard payload.count <= NodeMessage.maximumJoinPayload else { throw MalformedBytes("a join payload") }
            return .joinRequest(JoinRequest(member: member, protocolVersions: low...high, payload: payload))
        case 23:
            switch try readUInt8() {
            case 0: return .joinRefused(.groupIsFull)
            case 1: return .joinRefused(.oldIncarnationListed)
            case 2: return .joinRefused(.otherGroup)
            case 3: return .joinRefused(.protocolVersion)
            case 4: return .joinRefused(.vetoed(try readShortText()))
            case 5: return .joinRefused(.noAnswer)
            case let reason: throw MalformedBytes("a refusal of kind \(reason)")
            }
        case 24:
            return .welcome(try readNodeSnapshot())
        case 25:
            return .removed(number: try readConfigurationNumber(), epoch: try readEpoch())
        case 26:
            return .proposeChange(try readConfigurationChange())
        case 27:
            let epoch = try readEpoch()
            var members: [MemberIdentity] = []
            for _ in 0..<(try readUInt8()) { members.append(try readMemberIdentity()) }
            return .forceQuery(epoch: epoch, members: members)
        case 28:
            return .forceState(try readForceReport())
        case 29:
            let epoch = try readEpoch()
            let first = try readSlot()
            var values: [[UInt8]] = []
            for _ in 0..<(try readUInt16()) { values.append(try readBlock()) }
            return .forceCommit(epoch: epoch, first: first, values: values)
        case 30:
            return .inquiry
        case 31:
            return .standing(try readStanding())
        default:
            throw MalformedBytes("a message of code \(code)")
        }
    }
}
