import Consensus
import Primitives

extension ByteWriter {
    /// A text with a 2-byte length.
    package mutating func write(shortText text: String) {
        let bytes = Array(text.utf8.prefix(Int(UInt16.max)))
        write(UInt16(bytes.count))
        write(bytes)
    }

    package mutating func write(_ member: Member) {
        write(member.identity)
        write(shortText: member.address)
    }

    package mutating func write(_ choice: LeaderChoice) {
        switch choice {
        case .everyMember:
            write(UInt8(0))
        case .only(let identities):
            write(UInt8(1))
            write(UInt8(clamping: identities.count))
            for identity in identities.prefix(255) { write(identity) }
        }
    }

    package mutating func write(_ configuration: Configuration) {
        write(configuration.number)
        write(configuration.epoch)
        write(configuration.firstSlot)
        write(UInt8(clamping: configuration.members.count))
        for member in configuration.members { write(member) }
        write(configuration.leaderChoice)
        write(UInt8(clamping: configuration.lost.count))
        for identity in configuration.lost.prefix(255) { write(identity) }
        write(UInt16(clamping: configuration.eventHorizon))
        write(configuration.protocolVersion)
    }

    /// Bytes with a 4-byte length.
    package mutating func write(block: [UInt8]) {
        write(UInt32(block.count))
        write(block)
    }
}

extension ByteReader {
    package mutating func readShortText() throws(MalformedBytes) -> String {
        let count = Int(try readUInt16())
        return String(decoding: try readBytes(count), as: UTF8.self)
    }

    package mutating func readMember() throws(MalformedBytes) -> Member {
        let identity = try readMemberIdentity()
        let address = try readShortText()
        guard address.utf8.count <= Configuration.maximumAddressBytes else {
            throw MalformedBytes("an address of \(address.utf8.count) bytes")
        }
        return Member(identity: identity, address: address)
    }

    package mutating func readLeaderChoice() throws(MalformedBytes) -> LeaderChoice {
        switch try readUInt8() {
        case 0:
            return .everyMember
        case 1:
            let count = try readUInt8()
            var identities: [MemberIdentity] = []
            for _ in 0..<count { identities.append(try readMemberIdentity()) }
            return .only(identities)
        case let code:
            throw MalformedBytes("a choice of leaders of kind \(code)")
        }
    }

    package mutating func readConfiguration() throws(MalformedBytes) -> Configuration {
        let number = try readConfigurationNumber()
        let epoch = try readEpoch()
        let firstSlot = try readSlot()
        guard firstSlot > 0 else { throw MalformedBytes("a configuration in force from slot 0") }
        let count = Int(try readUInt8())
        guard count >= 1 && count <= Configuration.maximumMembers else {
            throw MalformedBytes("a configuration of \(count) members")
        }
        var members: [Member] = []
        for _ in 0..<count { members.append(try readMember()) }
        let choice = try readLeaderChoice()
        var lost: [MemberIdentity] = []
        for _ in 0..<(try readUInt8()) { lost.append(try readMemberIdentity()) }
        guard lost.count <= members.count else { throw MalformedBytes("\(lost.count) lost of \(members.count) members") }
        let horizon = Int(try readUInt16())
        guard Configuration.eventHorizonLimits.contains(horizon) else {
            throw MalformedBytes("an event horizon of \(horizon)")
        }
        return Configuration(
            number: number, epoch: epoch, firstSlot: firstSlot, members: members, leaderChoice: choice,
            lost: lost, eventHorizon: horizon, protocolVersion: try readUInt16())
    }

    package mutating func readBlock() throws(MalformedBytes) -> [UInt8] {
        let count = Int(try readUInt32())
        return Array(try readBytes(count))
    }
}
