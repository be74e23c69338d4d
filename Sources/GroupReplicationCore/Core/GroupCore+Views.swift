import GTIDs
import GroupCommunicationCore
import Primitives

extension GroupCore {
    /// A new view at its place in the order, for a member that holds the group's state (a joiner gets it as the base
    /// instead). `states` are what the members told at the exchange.
    package mutating func install(_ view: View, at position: LogPosition) -> [Effect] {
        self.position = position
        viewID = view.id
        var effects: [Effect] = []
        let present = Set(view.members.map(\.identity))
        let left = table.members.filter { !present.contains($0.identity) }
        table.members.removeAll { !present.contains($0.identity) }
        let isFounding = table.members.isEmpty && left.isEmpty
        var joined: [MemberRecord] = []
        for member in view.members where !table.members.contains(where: { $0.identity == member.identity }) {
            // A state that cannot be read is a member that cannot take part; it says so itself and leaves.
            guard let state = try? MemberState(decoding: member.state) else { continue }
            let record = MemberRecord(
                identity: member.identity, state: state, status: isFounding ? .online : .recovering,
                holdsState: isFounding)
            table.members.append(record)
            joined.append(record)
        }
        let order = Dictionary(
            view.members.enumerated().map { ($1.identity, $0) }, uniquingKeysWith: { first, _ in first })
        table.members.sort { order[$0.identity] ?? 0 < order[$1.identity] ?? 0 }
        allocator.discardBlocks()
        let servesJoiner = table.members.contains { !$0.holdsState }
        if isFounding || servesJoiner {
            certifier.restart(at: position)
            hashHistory.removeAll()
            misfits.removeAll()
            if let gtid = allocator.nextForView(source: viewChangeSource) {
                hash.absorb(position.rawValue)
                hash.absorb(UInt64(bitPattern: gtid.number))
                sequenceNumber += 1
                dataPosition = position
                effects.append(.logViewChange(gtid, view.id))
                if servesJoiner && table.members.first(where: \.holdsState)?.uuid == ownUUID {
                    effects.append(.sendBase(viewChange: gtid))
                }
            }
        }
        effects.append(.membershipChanged(joined: joined, left: left))
        effects += electIfNeeded()
        effects += actionAfterDeparture(of: Set(left.map(\.uuid)))
        if !left.isEmpty { effects.append(.appliedMoved) }
        effects += settleDisputes()
        return effects
    }

    /// A base was delivered: those who were in its view hold the state now.
    package mutating func baseDelivered(at position: LogPosition, view: ViewID) {
        self.position = position
        // A later view would have brought its own base.
        guard view == viewID else { return }
        for index in table.members.indices { table.members[index].holdsState = true }
    }

    /// A table to show until the base arrives: what the members told of themselves.
    package static func provisionalTable(_ view: View) -> MemberTable {
        var table = MemberTable()
        for member in view.members {
            guard let state = try? MemberState(decoding: member.state) else { continue }
            let isNew = view.joined.contains(member.identity)
            table.members.append(
                MemberRecord(identity: member.identity, state: state, status: isNew ? .recovering : state.status,
                    holdsState: !isNew))
        }
        return table
    }
}

extension GroupCore {
    /// 1 had no member actions, 2 no disputes.
    private static let formatVersion: UInt8 = 5

    /// The agreed state. `withItems`: for this member's own restart; without: for a joiner, whose floor is the position.
    package func encode(into writer: inout ByteWriter, withItems: Bool) {
        writer.write(GroupCore.formatVersion)
        writer.write(lineage)
        writer.write(isGroup)
        writer.write(position.rawValue)
        writer.write(dataPosition.rawValue)
        allocator.encode(into: &writer)
        writer.write(hash.value)
        writer.write(viewID.random)
        writer.write(viewID.counter)
        writer.write(isSinglePrimary)
        writer.write(enforcesChecks)
        writer.write(primary != nil)
        writer.write(primary ?? UUID(high: 0, low: 0))
        writer.write(electionPosition.rawValue)
        writer.write(viewChangeSource)
        writer.write(protocolVersion.major)
        writer.write(protocolVersion.minor)
        writer.write(protocolVersion.patch)
        writer.write(sequenceNumber)
        writer.write(action != nil)
        action?.encode(into: &writer)
        memberActions.encode(into: &writer)
        disputes.encode(into: &writer)
        table.encode(into: &writer)
        writer.write(UInt32(hashHistory.count))
        for checkpoint in hashHistory {
            writer.write(checkpoint.position.rawValue)
            writer.write(checkpoint.hash)
        }
        writer.write(dataLineage)
        foundedWith.encode(into: &writer)
        writer.write(withItems)
        if withItems { certifier.encode(into: &writer) }
    }

    /// Reads what ``encode(into:withItems:)`` wrote.
    package init(decoding reader: inout ByteReader, ownUUID: UUID) throws(MalformedBytes) {
        let version = try reader.readUInt8()
        guard (1...GroupCore.formatVersion).contains(version) else {
            throw MalformedBytes("the group's state in an unknown format")
        }
        self.ownUUID = ownUUID
        lineage = try reader.readUInt64()
        isGroup = try reader.readBool()
        position = LogPosition(rawValue: try reader.readUInt64())
        dataPosition = LogPosition(rawValue: try reader.readUInt64())
        allocator = try GTIDAllocator(decoding: &reader)
        hash = RunningHash(value: try reader.readUInt64())
        let random = try reader.readUInt64()
        viewID = ViewID(random: random, counter: try reader.readUInt64())
        isSinglePrimary = try reader.readBool()
        enforcesChecks = version >= 5 ? try reader.readBool() : !isSinglePrimary
        let hasPrimary = try reader.readBool()
        let primaryUUID = try reader.readUUID()
        primary = hasPrimary ? primaryUUID : nil
        electionPosition = LogPosition(rawValue: try reader.readUInt64())
        viewChangeSource = try reader.readUUID()
        let major = try reader.readUInt8()
        let minor = try reader.readUInt8()
        protocolVersion = ServerVersion(major: major, minor: minor, patch: try reader.readUInt8())
        sequenceNumber = try reader.readInt64()
        action = try reader.readBool() ? try GroupAction(decoding: &reader) : nil
        if version >= 2 { memberActions = try MemberActions(decoding: &reader) }
        if version >= 3 { disputes = try Disputes(decoding: &reader) }
        table = try MemberTable(decoding: &reader, tellsLost: version >= 5)
        for _ in 0..<(try reader.readCount(size: 16)) {
            let place = LogPosition(rawValue: try reader.readUInt64())
            hashHistory.append(HashCheckpoint(position: place, hash: try reader.readUInt64()))
        }
        dataLineage = version >= 4 ? try reader.readUInt64() : 0
        foundedWith = version >= 4 ? try GTIDSet(decoding: &reader) : GTIDSet()
        certifier = try reader.readBool() ? try Certifier(decoding: &reader) : Certifier(floor: position)
    }
}
