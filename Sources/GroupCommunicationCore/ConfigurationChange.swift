import Consensus
import Primitives

/// A wish for another configuration, as it is ordered. It is void unless the configuration that it is based on is still
/// the latest and its proposer a member of it: so of two changes that do not know of each other one takes effect, and
/// members never agree to expel everybody.
package struct ConfigurationChange: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case add(Member)
        case remove(MemberIdentity)
        /// These members are known to be dead, and no others.
        case lost([MemberIdentity])
        case leaders(LeaderChoice)
        case eventHorizon(Int)
        case protocolVersion(UInt16)
        /// Only these members from the next slot on, whatever was decided before: the result of `forceMembers`.
        case force(epoch: UInt64, keeping: [MemberIdentity])

        /// Who owns slots no longer.
        var ends: [MemberIdentity] {
            switch self {
            case .remove(let identity): [identity]
            case .lost(let identities): identities
            case .add, .leaders, .eventHorizon, .protocolVersion, .force: []
            }
        }
    }

    var base: UInt64
    var proposer: MemberIdentity
    var steps: [Step]

    /// The configuration that follows `latest`; nil if the change is void.
    func applied(to latest: Configuration, firstSlot: Slot, forcedSlot: Slot) -> Configuration? {
        if case .force(let epoch, let kept) = steps.first {
            var result = latest
            result.members.removeAll { !kept.contains($0.identity) }
            result.lost = []
            guard epoch > latest.epoch, !result.members.isEmpty else { return nil }
            result.epoch = epoch
            result.number = latest.number + 1
            result.firstSlot = forcedSlot + 1
            return result
        }
        guard base == latest.number, latest.index(of: proposer) != nil else { return nil }
        var result = latest
        for step in steps {
            switch step {
            case .add(let member):
                let isListed = result.members.contains {
                    $0.identity.serverUUID == member.identity.serverUUID || $0.address == member.address
                }
                if isListed || result.members.count >= Configuration.maximumMembers { continue }
                result.members.append(member)
            case .remove(let identity):
                result.members.removeAll { $0.identity == identity }
                result.lost.removeAll { $0 == identity }
            case .lost(let identities):
                result.lost = result.members.map(\.identity).filter { identities.contains($0) }
            case .leaders(let choice):
                result.leaderChoice = choice
            case .eventHorizon(let horizon):
                if Configuration.eventHorizonLimits.contains(horizon) { result.eventHorizon = horizon }
            case .protocolVersion(let version):
                result.protocolVersion = version
            case .force:
                return nil
            }
        }
        guard result != latest, !result.members.isEmpty else { return nil }
        result.number = latest.number + 1
        result.firstSlot = firstSlot
        return result
    }
}

extension ByteWriter {
    package mutating func write(_ change: ConfigurationChange) {
        write(change.base)
        write(change.proposer)
        write(UInt8(clamping: change.steps.count))
        for step in change.steps.prefix(255) {
            switch step {
            case .add(let member):
                write(UInt8(1))
                write(member)
            case .remove(let identity):
                write(UInt8(2))
                write(identity)
            case .leaders(let choice):
                write(UInt8(3))
                write(choice)
            case .eventHorizon(let horizon):
                write(UInt8(4))
                write(UInt16(clamping: horizon))
            case .protocolVersion(let version):
                write(UInt8(5))
                write(version)
            case .force(let epoch, let kept):
                write(UInt8(6))
                write(epoch)
                write(UInt8(clamping: kept.count))
                for identity in kept.prefix(255) { write(identity) }
            case .lost(let identities):
                write(UInt8(7))
                write(UInt8(clamping: identities.count))
                for identity in identities.prefix(255) { write(identity) }
            }
        }
    }
}

extension ByteReader {
    package mutating func readConfigurationChange() throws(MalformedBytes) -> ConfigurationChange {
        let base = try readConfigurationNumber()
        let proposer = try readMemberIdentity()
        let count = try readUInt8()
        var steps: [ConfigurationChange.Step] = []
        for _ in 0..<count {
            switch try readUInt8() {
            case 1: steps.append(.add(try readMember()))
            case 2: steps.append(.remove(try readMemberIdentity()))
            case 3: steps.append(.leaders(try readLeaderChoice()))
            case 4: steps.append(.eventHorizon(Int(try readUInt16())))
            case 5: steps.append(.protocolVersion(try readUInt16()))
            case 6:
                let epoch = try readEpoch()
                var kept: [MemberIdentity] = []
                for _ in 0..<(try readUInt8()) { kept.append(try readMemberIdentity()) }
                steps.append(.force(epoch: epoch, keeping: kept))
            case 7:
                var lost: [MemberIdentity] = []
                for _ in 0..<(try readUInt8()) { lost.append(try readMemberIdentity()) }
                steps.append(.lost(lost))
            case let code: throw MalformedBytes("a configuration step of kind \(code)")
            }
        }
        return ConfigurationChange(base: base, proposer: proposer, steps: steps)
    }
}
