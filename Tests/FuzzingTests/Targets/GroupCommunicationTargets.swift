import Consensus
import Glibc
import Platform

@testable import GroupCommunication
@testable import GroupCommunicationCore

/// What another member sends, and what the group log on disk holds.
let groupCommunicationTargets: [FuzzTarget] = [
    FuzzTarget("group-frame", seeds: frameSeeds) { bytes in
        var reader = ByteReader(bytes)
        guard let header = try? reader.readFrameHeader() else { return }
        var writer = ByteWriter()
        writer.write(header)
        check(writer.bytes == Array(bytes.prefix(FrameHeader.encodedSize)), "a header is written as it was read")
        while !reader.isAtEnd {
            guard let code = try? reader.readUInt8() else { return }
            if PaxosMessage.codes.contains(code) {
                guard (try? reader.readPaxosMessage(code: code)) != nil else { return }
            } else {
                guard let message = try? reader.readNodeMessage(code: code) else { return }
                var written = ByteWriter()
                written.write(message)
                var again = ByteReader(written.bytes)
                _ = try? again.readUInt8()
                check((try? again.readNodeMessage(code: code)) == message, "a message survives its encoding")
            }
        }
    },
    FuzzTarget("group-node", maximumLength: 1024, seeds: nodeSeeds) { bytes in
        var group = FuzzedGroup()
        group.run(FuzzInput(bytes))
    },
    FuzzTarget("group-log-record", seeds: { FuzzedGroup.records() }) { bytes in
        var input = FuzzInput(bytes)
        var node = GroupNode(
            settings: GroupNodeSettings(groupName: FuzzedGroup.name, serverUUID: FuzzedGroup.uuid(0), address: "s0"))
        var slot: Slot = 0
        while !input.isAtEnd {
            slot += UInt64(input.byte() & 3)
            guard (try? node.replay(LogRecord(slot: slot, bytes: input.block()))) != nil else { return }
        }
        let now = MonotonicTime(nanoseconds: 1_000_000_000)
        let role = NodeRole.resume(seeds: ["s1"])
        if node.canResume { _ = node.handle(.start(NodeStart(role: role, incarnation: 9, viewRandom: 1)), now: now) }
        _ = node.handle(.tick, now: now + .seconds(1))
    },
    FuzzTarget("group-slot-value", seeds: slotSeeds) { bytes in
        guard let value = try? SlotValue(bytes) else { return }
        guard case .change(let change) = value else { return }
        check((try? SlotValue(SlotValue.changeBytes(change))) == value, "a change survives its encoding")
        let member = Member(identity: FuzzedGroup.identity(0), address: "s0")
        let latest = Configuration(
            number: change.base, epoch: 0, firstSlot: 1, members: [member], leaderChoice: .everyMember, eventHorizon: 10,
            protocolVersion: 1)
        if let next = change.applied(to: latest, firstSlot: 20, forcedSlot: 10) {
            check(!next.members.isEmpty && next.members.count <= 9, "a group has one to nine members")
        }
    },
    FuzzTarget("payload-envelope", maximumLength: 65_536, seeds: envelopeSeeds) { bytes in
        guard let payload = try? PayloadEnvelope.open(bytes) else { return }
        check(payload.count <= bytes.count * 255, "what LZ4 can make of it")
        check((try? PayloadEnvelope.open(PayloadEnvelope.seal(payload, threshold: 1))) == payload, "a payload comes out as it went in")
    },
    FuzzTarget("reassembly") { bytes in
        var input = FuzzInput(bytes)
        var reassembly = Reassembly(message: 1, count: UInt32(input.byte()), first: input.block())
        while !input.isAtEnd {
            let message = UInt64(input.byte() & 1)
            let part = UInt32(input.byte())
            let result = reassembly.append(message: message, part: part, count: UInt32(input.byte()), piece: input.block())
            if !result.isUsable || result.payload != nil { return }
        }
    },
    FuzzTarget("link-greeting", seeds: greetingSeeds) { bytes in
        var bytes = bytes
        if let head = try? LinkGreeting.parse(head: Array(bytes.prefix(LinkGreeting.headSize))) {
            let body = Array(bytes.dropFirst(LinkGreeting.headSize).prefix(head.length))
            if let greeting = try? LinkGreeting(body: body, checksum: CRC32C.checksum(body)) {
                check(!greeting.versions.isEmpty, "versions")
                let encoded = greeting.encoded
                let again = try? LinkGreeting(
                    body: Array(encoded.dropFirst(LinkGreeting.headSize)), checksum: CRC32C.checksum(Array(encoded.dropFirst(LinkGreeting.headSize))))
                check(again == greeting, "a greeting survives its encoding")
            }
        }
        _ = try? LinkGreetingAnswer(Array(bytes.prefix(LinkGreetingAnswer.size)))
        _ = try? LinkVerdict(Array(bytes.prefix(LinkVerdict.size)))
        bytes.removeFirst(min(bytes.count, 1))
        for limit in [WireFrame.maximumStrangerFrameBytes, WireFrame.maximumFrameBytes] {
            if let length = try? FrameSeal.length(header: Array(bytes.prefix(8)), limit: limit) {
                check(length <= limit, "a frame's length is bounded")
            }
        }
    },
    FuzzTarget("group-log-segment", maximumLength: 8192, seeds: segmentSeeds) { bytes in
        let path = "/dev/shm/grouplite-fuzz-\(getpid())-group-log"
        Corpus.write(withChecksums(bytes), to: path)
        defer { unlink(path) }
        guard let segment = try? GroupLogSegment.open(path: path, space: SpaceWait()) else { return }
        var count = 0
        let hasTail = try? segment.scan(maximumRecordBytes: 1 << 20) { _ in count += 1 }
        check(segment.end <= UInt64(max(bytes.count, GroupLogSegment.headerSize)), "the end is within the file")
        if hasTail == true { _ = try? segment.provesLoss(maximumRecordBytes: 1 << 20) }
        let entries = (try? segment.entries(of: 0 ... .max, maximumRecordBytes: 1 << 20)) ?? []
        check(entries.count == count, "the index holds each record")
        for entry in entries { _ = try? segment.records(CollectionOfOne(entry)) }
    },
    FuzzTarget("ip-allowlist", seeds: { ["AUTOMATIC", "10.0.0.0/8,::1/128,host.example,fe80::/10"].map { Array($0.utf8) } }) { bytes in
        _ = IPAllowlist(String(decoding: bytes, as: UTF8.self))
    },
]

/// Gives the header and each record their right checksums, so that mutations get past them.
private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    func put(_ value: UInt32, at place: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }
    guard bytes.count >= GroupLogSegment.headerSize else { return bytes }
    bytes.replaceSubrange(0..<12, with: Array("GLITELOG".utf8) + [1, 0, 0, 0])
    put(CRC32C.checksum(Array(bytes[16..<GroupLogSegment.headerSize])), at: 12)
    var place = GroupLogSegment.headerSize
    while place + GroupLogSegment.recordHeaderSize <= bytes.count {
        let length = Int(bytes[place + 4]) | Int(bytes[place + 5]) << 8 | Int(bytes[place + 6]) << 16
        let end = place + GroupLogSegment.recordHeaderSize + length
        guard length > 0, bytes[place + 7] == 0, end <= bytes.count else { break }
        put(CRC32C.checksum(Array(bytes[place + 4..<end])), at: place)
        place = end
    }
    return bytes
}

@Sendable private func frameSeeds() -> [[UInt8]] {
    var writer = ByteWriter()
    writer.write(
        FrameHeader(group: FuzzedGroup.name, sender: FuzzedGroup.identity(1), epoch: 0, configuration: 1, delivered: 5, run: 9, known: 0))
    writer.write(NodeMessage.heartbeat(Heartbeat(number: 1, claim: RunClaim(life: 1, run: 9, start: 1, held: 3), known: RunClaim(), knownIncarnation: 0, superseded: 0, opinions: [Opinion(sequence: 1, heard: 7, condemned: 0)])))
    writer.write(NodeMessage.removed(number: 3, epoch: 1))
    writer.write(NodeMessage.forceQuery(epoch: 2, members: [FuzzedGroup.identity(0), FuzzedGroup.identity(1)]))
    writer.write(NodeMessage.joinRefused(.vetoed("no")))
    return [writer.bytes] + Array(FuzzedGroup.frames().filter { $0.count < 4096 }.prefix(24))
}

@Sendable private func nodeSeeds() -> [[UInt8]] {
    var changes: [UInt8] = []
    for number in 0..<200 as Range<UInt8> { changes += [3, number, number &* 7 & 0x7F, number] }
    let lost: [UInt8] = Array(repeating: 5, count: 40) + [3, 9, 60, 0xFF]
    return [Array(repeating: 0, count: 64), (0..<128).map { UInt8($0 % 9) }, lost, changes]
}

@Sendable private func slotSeeds() -> [[UInt8]] {
    let member = Member(identity: FuzzedGroup.identity(1), address: "s1")
    let steps: [[ConfigurationChange.Step]] = [
        [.add(member)], [.remove(member.identity)], [.leaders(.only([member.identity]))], [.eventHorizon(20), .protocolVersion(1)],
        [.force(epoch: 2, keeping: [member.identity])],
    ]
    var writer = ByteWriter()
    writer.writeGroupHeader(origin: member.identity, life: 1, firstNumber: 1, count: 2)
    writer.write(Submission(kind: .payload, bytes: [1, 2, 3]))
    writer.write(Submission(kind: .fragment(message: 1, part: 0, count: 2), bytes: [4]))
    return [SlotValue.batchBytes(groups: [writer.bytes, writer.bytes])]
        + steps.map { SlotValue.changeBytes(ConfigurationChange(base: 1, proposer: FuzzedGroup.identity(0), steps: $0)) }
}

@Sendable private func envelopeSeeds() -> [[UInt8]] {
    let compressible = [UInt8](repeating: 7, count: 20_000)
    // A bomb: two hundred bytes that claim to be a gibibyte.
    var bomb = [UInt8](repeating: 0xFF, count: 200)
    bomb += [0, 0, 0, 0x40, 1]
    return [PayloadEnvelope.seal([1, 2, 3], threshold: 0), PayloadEnvelope.seal(compressible, threshold: 100), bomb]
}

@Sendable private func greetingSeeds() -> [[UInt8]] {
    let nonce = [UInt8](repeating: 7, count: LinkHandshake.nonceSize)
    var seal = FrameSeal(key: nil)
    return [
        LinkGreeting(
            versions: 1...2, group: FuzzedGroup.name, serverUUID: FuzzedGroup.uuid(1), address: "127.0.0.1:33061",
            holdsSecret: true, nonce: nonce
        ).encoded,
        LinkGreetingAnswer(code: .welcome, version: 2, serverUUID: FuzzedGroup.uuid(2), nonce: nonce).encoded,
        LinkVerdict(code: .secretDiffers, proof: nonce).encoded, seal.header(of: [1, 2, 3]) + [1, 2, 3],
    ]
}

@Sendable private func segmentSeeds() -> [[UInt8]] {
    let path = "/dev/shm/grouplite-fuzz-\(getpid())-seed"
    defer { unlink(path) }
    guard
        let segment = try? GroupLogSegment.create(
            path: path, number: 1, group: FuzzedGroup.name, previousEnd: 0, size: 1024, leastSize: 1024, space: SpaceWait()),
        (try? segment.append([LogRecord(slot: 1, bytes: [1, 2, 3]), LogRecord(slot: 2, bytes: Array(repeating: 9, count: 100))])) != nil
    else { return [] }
    return [Corpus.read(path)]
}
