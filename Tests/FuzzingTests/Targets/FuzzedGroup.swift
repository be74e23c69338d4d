import Consensus
import Platform

@testable import GroupCommunication
@testable import GroupCommunicationCore

/// Three nodes in one process whose frames the input delivers, loses, delays, repeats and changes.
struct FuzzedGroup {
    static let name = UUID(high: 1, low: 2)
    static func uuid(_ index: Int) -> UUID { UUID(high: 9, low: UInt64(index)) }
    static func identity(_ index: Int) -> MemberIdentity {
        MemberIdentity(serverUUID: uuid(index), incarnation: UInt64(index + 1))
    }

    private static let count = 3
    /// What waits for a node; more is lost, as on a full link.
    private static let maximumWaiting = 256

    private var nodes: [GroupNode]
    private var inboxes: [[NodeEvent]] = Array(repeating: [], count: count)
    private var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private var seen: [[UInt8]] = []
    private var written: [[LogRecord]] = Array(repeating: [], count: count)

    /// A group of three that is whole: the same for every input, so made once.
    private static let whole: FuzzedGroup = {
        var group = FuzzedGroup(nodes: (0..<count).map { index in
            var settings = GroupNodeSettings(groupName: name, serverUUID: uuid(index), address: "s\(index)")
            settings.maximumMessageSize = 200
            return GroupNode(settings: settings)
        })
        for index in 0..<count {
            let role: NodeRole = index == 0 ? .bootstrap : .join(seeds: ["s0"])
            group.inboxes[index].append(.start(NodeStart(role: role, incarnation: UInt64(index + 1), viewRandom: 1)))
            for _ in 0..<400 { group.turn() }
        }
        for index in 0..<count {
            group.inboxes[index].append(.submit(Array(repeating: UInt8(index), count: 10 + 300 * index)))
            for _ in 0..<40 { group.turn() }
        }
        return group
    }()

    private init(nodes: [GroupNode]) {
        self.nodes = nodes
    }

    init() {
        self = Self.whole
        seen = []
    }

    /// Frames that a healthy group sends.
    static func frames() -> [[UInt8]] { whole.seen }

    /// A log that a healthy member wrote, as the target reads it.
    static func records() -> [[UInt8]] {
        var result: [[UInt8]] = []
        var all: [UInt8] = []
        var slot: Slot = 0
        for record in whole.written[0].prefix(24) where record.slot >= slot && record.slot - slot < 4 {
            all += [UInt8(record.slot - slot)] + FuzzInput.block(record.bytes)
            slot = record.slot
            if all.count < 4096 { result.append(all) }
        }
        return result
    }

    mutating func run(_ input: FuzzInput) {
        var input = input
        while !input.isAtEnd {
            let choice = input.byte()
            let index = Int(choice >> 4) % Self.count
            switch choice & 15 {
            case 0...2: turn()
            case 3, 4: change(at: index, place: input.byte(), to: input.byte())
            case 5: if !inboxes[index].isEmpty { inboxes[index].removeFirst() }
            case 6: if let event = inboxes[index].last { inboxes[index].append(event) }
            case 7: inboxes[index].append(.submit(Array(repeating: choice, count: Int(input.word() & 0x3FF))))
            case 8: now = now + .milliseconds(Int64(input.byte()) * 50)
            case 9: inboxes[index].append(.linkDown("s\(input.byte() % 4)", choice & 16 == 0 ? .reset : .silent))
            case 10:
                let number = Int(input.byte() % 4)
                inboxes[index].append(.linkUp("s\(number)", server: Self.uuid(number)))
            case 11:
                // A frame of any bytes at all, behind a true header of another member.
                guard let frame = seen.last else { continue }
                let body = input.block()
                inboxes[index].append(.received(from: "s\(input.byte() % 3)", frame: Array(frame.prefix(FrameHeader.encodedSize)) + body))
            case 12: inboxes[index].append(.command(command(input.byte())))
            case 13: inboxes[index].reverse()
            default: for _ in 0..<8 { turn() }
            }
        }
        for _ in 0..<20 { turn() }
    }

    private func command(_ choice: UInt8) -> NodeCommand {
        switch choice % 6 {
        case 0: .leave
        case 1: .setLeaders(.only([Self.identity(Int(choice >> 4) % 3)]))
        case 2: .setEventHorizon(Int(choice) + 1)
        case 3: .forceMembers(["s\(choice >> 4 & 3)"])
        case 4: .releaseLog(below: LogPosition(rawValue: UInt64(choice) << 16))
        default: .setLeaders(.everyMember)
        }
    }

    /// Changes a byte of the next frame that waits for a node, behind its header.
    private mutating func change(at index: Int, place: UInt8, to value: UInt8) {
        for position in inboxes[index].indices {
            guard case .received(let from, var frame) = inboxes[index][position], frame.count > FrameHeader.encodedSize else { continue }
            let room = frame.count - FrameHeader.encodedSize
            frame[FrameHeader.encodedSize + Int(place) % room] = value
            inboxes[index][position] = .received(from: from, frame: frame)
            return
        }
    }

    private mutating func turn() {
        now = now + .milliseconds(1)
        for index in nodes.indices {
            let inbox = inboxes[index].prefix(Self.maximumWaiting)
            inboxes[index] = []
            for event in inbox { nodes[index].enqueue(event, now: now) }
            for action in nodes[index].takeActions(now: now) { perform(action, index) }
        }
    }

    private mutating func perform(_ action: NodeAction, _ index: Int) {
        switch action {
        case .send(let address, let frame):
            guard let to = Int(address.dropFirst()), to < Self.count, to >= 0 else { return }
            if seen.count < 512 { seen.append(frame) }
            inboxes[to].append(.received(from: "s\(index)", frame: frame))
        case .persist(let records, let token, let sync):
            if written[index].count < 64 { written[index] += records }
            if sync { inboxes[index].append(.persisted(token: token)) }
        case .load(_, _, let token): inboxes[index].append(.loaded(token: token, records: []))
        case .connect(let address):
            inboxes[index].append(.linkUp(address, server: Self.uuid(Int(address.dropFirst()) ?? 0)))
        case .requestState(let request): inboxes[index].append(.command(.provideState(request: request, state: [1])))
        case .approveJoin(let request, _, _): inboxes[index].append(.command(.answerJoin(request: request, refusal: nil)))
        default: break
        }
    }
}
