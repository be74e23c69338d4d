import BinaryLog
import Consensus
import Glibc
import GroupCommunication
import Platform

@testable import GroupReplication
@testable import GroupReplicationCore

/// What the members of a group tell each other through the order, what a donor's dump is made of, and the state on disk.
let groupReplicationTargets: [FuzzTarget] = [
    FuzzTarget("group-message", seeds: messageSeeds) { bytes in
        guard let message = try? GroupMessage(decoding: bytes) else { return }
        let encoded = message.encoded
        guard let again = try? GroupMessage(decoding: encoded) else {
            check(false, "a message that was written can be read")
            return
        }
        check(again.encoded == encoded, "a message survives its encoding")
    },
    FuzzTarget("group-core", maximumLength: 8192, seeds: coreSeeds) { bytes in
        // A state from another member, then messages of any kind in the order.
        var input = FuzzInput(bytes)
        let own = UUID(high: 7, low: 7)
        var reader = ByteReader(input.block())
        var core = (try? GroupCore(decoding: &reader, ownUUID: own)) ?? soundCore(own)
        var writer = ByteWriter()
        core.encode(into: &writer, withItems: true)
        var again = ByteReader(writer.bytes)
        check((try? GroupCore(decoding: &again, ownUUID: own)) != nil, "a state that was written can be read")
        var position = core.position.slot
        while !input.isAtEnd {
            position += 1
            guard position < 1 << 47 else { return }
            take(input.block(), into: &core, at: LogPosition(slot: position, index: 0))
        }
    },
    FuzzTarget("member-state", seeds: stateSeeds) { bytes in
        guard let state = try? MemberState(decoding: bytes) else { return }
        check((try? MemberState(decoding: state.encoded))?.encoded == state.encoded, "a member's state survives its encoding")
    },
    FuzzTarget("state-file", seeds: stateFileSeeds) { bytes in
        let directory = "/dev/shm/grouplite-fuzz-\(getpid())-state"
        mkdir(directory, 0o700)
        var bytes = bytes
        if bytes.count > 16 {
            // The right magic and checksum, so that mutations get past them.
            var hash = RunningHash()
            hash.absorb(bytes[16...])
            var head = ByteWriter()
            head.write(0x3154_5453_5247_4C47 as UInt64)
            head.write(hash.value)
            bytes.replaceSubrange(0..<16, with: head.bytes)
        }
        let path = directory + "/" + StateFile.name
        Corpus.write(bytes, to: path)
        _ = try? StateFile(directory: directory).load(ownUUID: UUID(high: 7, low: 7))
        unlink(path)
        rmdir(directory)
    },
    FuzzTarget("donor-events", seeds: eventSeeds) { bytes in
        var input = FuzzInput(bytes)
        input = FuzzInput(input.byte() & 2 == 0 ? input.remaining() : FuzzInput.block(input.remaining()))
        var assembler = EventGroupAssembler(origin: UUID(high: 1, low: 1))
        var reader = ByteReader(input.remaining())
        while !reader.isAtEnd {
            guard let event = try? RawEvent(decoding: &reader, checksum: .none, verifies: false) else { return }
            guard let group = try? assembler.take(event.bytes) else { continue }
            check(group.byteCount <= bytes.count, "a transaction is no larger than its events")
        }
    },
]

private func soundCore(_ own: UUID) -> GroupCore {
    var core = GroupCore(
        lineage: 3, ownUUID: own, isGroup: true, position: LogPosition(slot: 5, index: 0), source: UUID(high: 5, low: 5), blockSize: 1000,
        certified: GTIDSet("00000000-0000-0005-0000-000000000005:1-5") ?? GTIDSet(), isSinglePrimary: true,
        viewChangeSource: UUID(high: 5, low: 5))
    for index in 0..<UInt64(3) {
        guard let state = try? MemberState(decoding: memberState(index)) else { continue }
        let identity = MemberIdentity(serverUUID: UUID(high: 7, low: 7 + index), incarnation: 1)
        core.table.members.append(MemberRecord(identity: identity, state: state, status: .online, holdsState: true))
    }
    core.primary = own
    return core
}

private func take(_ payload: [UInt8], into core: inout GroupCore, at position: LogPosition) {
    guard let message = try? GroupMessage(decoding: payload) else { return }
    switch message {
    case .transaction(let transaction): _ = core.certify(transaction, at: position)
    case .report(let report): _ = core.report(report, at: position)
    case .recovered(let member): _ = core.recovered(member, at: position)
    case .recovering(let member): _ = core.recovering(member, at: position)
    case .viewBase(let base): core.baseDelivered(at: position, view: base.viewID)
    case .actionStart(let request): _ = core.startAction(request, at: position)
    case .actionDone(let action, let phase, let member):
        _ = core.actionDone(action: action, phase: phase, member: member, at: position)
    default: break
    }
}

private func transaction(specified: Bool) -> TransactionMessage {
    let gtid = GTID(source: UUID(high: 5, low: 5), number: 77)
    return TransactionMessage(
        kind: .rows, origin: UUID(high: 7, low: 7), serverID: 1, threadID: 8, snapshot: LogPosition(slot: 5, index: 0),
        gtid: specified ? .specified(gtid) : .automatic, originalCommitTimestamp: 1, writeSet: [1, 2, 3], readSet: [4], body: [9, 9, 9])
}

@Sendable private func messageSeeds() -> [[UInt8]] {
    let member = MemberIdentity(serverUUID: UUID(high: 7, low: 7), incarnation: 1)
    let report = MemberReport(
        member: member, applied: LogPosition(slot: 6, index: 0), forgettable: LogPosition(slot: 5, index: 0), weight: 50, isPeriodic: true,
        hashPosition: .zero, hash: 3, statistics: MemberStatistics())
    var core = ByteWriter()
    soundCore(UUID(high: 7, low: 7)).encode(into: &core, withItems: false)
    let base = ViewBase(
        viewPosition: LogPosition(slot: 5, index: 0), viewID: .init(random: 1, counter: 2),
        viewChange: GTID(source: UUID(high: 5, low: 5), number: 6), core: core.bytes)
    let messages: [GroupMessage] = [
        .transaction(transaction(specified: false)), .transaction(transaction(specified: true)), .report(report), .recovered(member),
        .viewBase(base), .mark(origin: member, ticket: 5),
        .actionStart(GroupActionRequest(kind: .setPrimary, invoker: member, ticket: 1, target: UUID(high: 7, low: 8), timeoutSeconds: 5)),
        .actionDone(action: 5 << 16, phase: 1, member: member),
        .communicationProtocol(ServerVersion(major: 8, minor: 0, patch: 27)),
        .memberActionChange(.set(.startFailoverChannelsIfPrimary, isEnabled: false)), .memberActionChange(.reset),
    ]
    return messages.map(\.encoded)
}

@Sendable private func coreSeeds() -> [[UInt8]] {
    var core = ByteWriter()
    soundCore(UUID(high: 7, low: 7)).encode(into: &core, withItems: true)
    return [FuzzInput.block(core.bytes) + messageSeeds().flatMap { FuzzInput.block($0) }, [0, 0] + messageSeeds().flatMap { FuzzInput.block($0) }]
}

private func memberState(_ index: UInt64) -> [UInt8] {
    MemberState(
        host: "h", port: UInt16(3306 + index), uuid: UUID(high: 7, low: 7 + index), version: "9.7.4-grouplite", weight: 50, status: .online,
        gtids: GTIDSet("00000000-0000-0005-0000-000000000005:1-5") ?? GTIDSet(), settings: SharedSettings(GroupReplicationConfiguration()),
        recoveryEndpoints: ["127.0.0.1:3306"]
    ).encoded
}

@Sendable private func stateSeeds() -> [[UInt8]] { [memberState(0), memberState(1)] }

@Sendable private func stateFileSeeds() -> [[UInt8]] {
    var writer = ByteWriter()
    writer.write(0 as UInt64)
    writer.write(0 as UInt64)
    writer.write(true)
    soundCore(UUID(high: 7, low: 7)).encode(into: &writer, withItems: true)
    return [writer.bytes]
}
