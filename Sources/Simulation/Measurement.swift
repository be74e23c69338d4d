import Consensus
import GroupCommunicationCore
import Primitives

/// How much processor time the cores take: a group in one thread, with a network and disks that cost nothing.
public struct Measurement {
    /// Nanoseconds of wall time for each message, all members' work together.
    public var nanosecondsPerMessage: Double
    public var messagesPerSlot: Double
    public var messages: Int

    private struct Loop {
        var nodes: [GroupNode]
        var inboxes: [[NodeEvent]]
        var delivered: [Int]
        var lastSlot: Slot = 0
        var now = MonotonicTime(nanoseconds: 1_000_000_000)

        mutating func turn() -> Bool {
            var isBusy = false
            now = now + .microseconds(10)
            for index in nodes.indices {
                guard !inboxes[index].isEmpty || now >= nodes[index].nextDeadline else { continue }
                isBusy = isBusy || !inboxes[index].isEmpty
                let inbox = inboxes[index]
                inboxes[index].removeAll(keepingCapacity: true)
                for event in inbox { nodes[index].enqueue(event, now: now) }
                for action in nodes[index].takeActions(now: now) { perform(action, index) }
            }
            return isBusy
        }

        private mutating func perform(_ action: NodeAction, _ index: Int) {
            switch action {
            case .send(let address, let frame):
                guard let to = Int(address.dropFirst()) else { return }
                inboxes[to].append(.received(from: "s\(index)", frame: frame))
            case .persist(_, let token, let sync):
                if sync { inboxes[index].append(.persisted(token: token)) }
            case .connect(let address):
                let server = UUID(high: 9, low: UInt64(address.dropFirst()) ?? 0)
                inboxes[index].append(.linkUp(address, server: server))
            case .requestState(let request):
                inboxes[index].append(.command(.provideState(request: request, state: [1])))
            case .deliver(let position, _, _):
                delivered[index] += 1
                lastSlot = max(lastSlot, position.slot)
            case .load, .trimLog, .eraseLog, .disconnect, .installView, .configurationChanged, .approveJoin,
                .reachabilityChanged, .majorityLost, .majorityRegained, .joinRefused, .asked, .left, .forceAnswered, .log:
                break
            }
        }
    }

    /// `outstanding` clients of the first member (of all members with `everyMember`) submit one message after the other. `clock`
    /// tells the time that it takes.
    public static func run(
        members: Int, everyMember: Bool, outstanding: Int, messages: Int, bytes: Int, clock: () -> MonotonicTime
    ) -> Measurement {
        let group = UUID(high: 1, low: 2)
        var loop = Loop(
            nodes: (0..<members).map { index in
                GroupNode(
                    settings: GroupNodeSettings(
                        groupName: group, serverUUID: UUID(high: 9, low: UInt64(index)), address: "s\(index)"))
            },
            inboxes: Array(repeating: [], count: members), delivered: Array(repeating: 0, count: members))
        for index in 0..<members {
            let role: NodeRole = index == 0 ? .bootstrap : .join(seeds: ["s0"])
            loop.inboxes[index].append(
                .start(
                    NodeStart(
                        role: role, incarnation: UInt64(index + 1), viewRandom: 1,
                        leaderChoice: everyMember ? .everyMember : .only([]))))
            while loop.nodes[0].configuration?.members.count != index + 1 || !loop.nodes[index].isMember {
                _ = loop.turn()
            }
        }
        for _ in 0..<1000 { _ = loop.turn() }
        let payload = [UInt8](repeating: 7, count: bytes)
        let writers = everyMember ? members : 1
        let firstSlot = loop.lastSlot
        var submitted = 0
        var turns = 0
        let start = clock()
        while loop.delivered[0] < messages {
            turns += 1
            while submitted < messages && submitted - loop.delivered[0] < outstanding {
                loop.inboxes[submitted % writers].append(.submit(payload))
                submitted += 1
            }
            _ = loop.turn()
        }
        let elapsed = clock() - start
        return Measurement(
            nanosecondsPerMessage: Double(elapsed.inNanoseconds) / Double(messages),
            messagesPerSlot: Double(messages) / Double(max(1, loop.lastSlot - firstSlot)), messages: messages)
    }
}
