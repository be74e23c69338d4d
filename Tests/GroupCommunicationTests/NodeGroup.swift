import Consensus
import Platform

@testable import GroupCommunication
@testable import GroupCommunicationCore

/// Nodes whose frames arrive at once and whose disks are never late: for tests of single decisions. Time passes only when a
/// test says so.
struct NodeGroup {
    static let name = UUID(high: 7, low: 7)

    var nodes: [String: GroupNode] = [:]
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// What the nodes told their upper layers.
    var told: [String: [NodeAction]] = [:]

    private var waiting: [(to: String, event: NodeEvent)] = []
    private var links: Set<[String]> = []
    /// Links that nodes asked for; the shell would try again and again.
    private var wanted: Set<[String]> = []

    /// Server `number` at the address `s<number>`, unless the test gives another.
    mutating func start(
        _ number: UInt64, at given: String? = nil, incarnation: UInt64 = 1, seeds: [String] = [],
        epoch: UInt64 = 0, watched: [String] = [],
        _ change: (inout GroupNodeSettings) -> Void = { _ in }
    ) {
        let address = given ?? "s\(number):1"
        var settings = GroupNodeSettings(
            groupName: Self.name, serverUUID: UUID(high: 1, low: number), address: address)
        change(&settings)
        nodes[address] = GroupNode(settings: settings)
        let role: NodeRole = seeds.isEmpty ? .bootstrap : .join(seeds: seeds)
        give(address, .start(NodeStart(role: role, incarnation: incarnation, viewRandom: 1, epoch: epoch, watched: watched)))
        for link in wanted where link[1] == address { connect(link[0], to: address) }
        settle()
    }

    /// A server in no group asks whether there is one; what it heard, once it is through.
    mutating func ask(_ number: UInt64, of addresses: [String], for milliseconds: Int = 0) -> [Standing]? {
        let address = "s\(number):1"
        nodes[address] = GroupNode(
            settings: GroupNodeSettings(groupName: Self.name, serverUUID: UUID(high: 1, low: number), address: address))
        give(address, .start(NodeStart(role: .ask(addresses), incarnation: 77, viewRandom: 1)))
        for link in wanted where link[1] == address { connect(link[0], to: address) }
        settle()
        pass(milliseconds)
        return told[address]?.compactMap { if case .asked(let standings) = $0 { standings } else { nil } }.last
    }

    mutating func give(_ address: String, _ event: NodeEvent) {
        waiting.append((address, event))
    }

    /// The process at that address is gone: its peers see their links break.
    mutating func kill(_ address: String) {
        nodes[address] = nil
        wanted = wanted.filter { $0[0] != address }
        for link in links where link.contains(address) {
            links.remove(link)
            if link[1] == address { give(link[0], .linkDown(address, .reset)) }
        }
        settle()
    }

    /// Lets time pass in steps of 20 milliseconds.
    mutating func pass(_ milliseconds: Int) {
        for _ in 0..<milliseconds / 20 {
            now = now + .milliseconds(20)
            for address in nodes.keys.sorted() { give(address, .tick) }
            settle()
        }
    }

    mutating func settle() {
        var rounds = 0
        while !waiting.isEmpty {
            let (to, event) = waiting.removeFirst()
            rounds += 1
            guard rounds < 100_000, var node = nodes.removeValue(forKey: to) else { continue }
            let actions = node.handle(event, now: now)
            nodes[to] = node
            for action in actions { carryOut(action, at: to) }
        }
    }

    private mutating func carryOut(_ action: NodeAction, at address: String) {
        switch action {
        case .send(let to, let frame):
            if links.contains([address, to]) { give(to, .received(from: address, frame: frame)) }
        case .persist(_, let token, let sync):
            if sync { give(address, .persisted(token: token)) }
        case .connect(let to):
            wanted.insert([address, to])
            connect(address, to: to)
        case .disconnect(let to):
            wanted.remove([address, to])
            links.remove([address, to])
        case .load(_, _, let token): give(address, .loaded(token: token, records: []))
        case .requestState(let request): give(address, .command(.provideState(request: request, state: [])))
        case .approveJoin(let request, _, _): give(address, .command(.answerJoin(request: request, refusal: nil)))
        default: told[address, default: []].append(action)
        }
    }

    private mutating func connect(_ address: String, to peer: String) {
        if let node = nodes[peer] {
            links.insert([address, peer])
            give(address, .linkUp(peer, server: node.settings.serverUUID))
        } else {
            give(address, .linkDown(peer, .refused))
        }
    }

    func members(at address: String) -> [String] {
        nodes[address]?.configuration?.members.map(\.address) ?? []
    }

    func refusals(at address: String) -> [JoinRefusal] {
        (told[address] ?? []).compactMap { if case .joinRefused(let refusal) = $0 { refusal } else { nil } }
    }

    func identity(at address: String) -> MemberIdentity? { nodes[address]?.identity }
}
