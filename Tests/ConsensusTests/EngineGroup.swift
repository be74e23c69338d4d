import Primitives

@testable import Consensus

/// Engines that exchange messages only when a test says so.
struct EngineGroup {
    var engines: [PaxosEngine] = []
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    /// Messages under way: from, to, message.
    var mail: [(from: Int, to: Int, message: PaxosMessage)] = []
    /// What each engine wrote and has not been told to be on disk.
    var unsynced: [[UInt64]]
    var logs: [[PaxosLogEntry]]
    var delivered: [[[UInt8]]]
    let configuration: Configuration

    static func identity(_ index: Int) -> MemberIdentity {
        MemberIdentity(serverUUID: UUID(high: 1, low: UInt64(index)), incarnation: 1)
    }

    init(_ count: Int, leaders: LeaderChoice = .everyMember) {
        configuration = Configuration(
            number: 1, epoch: 0, firstSlot: 1,
            members: (0..<count).map { Member(identity: Self.identity($0), address: "s\($0)") }, leaderChoice: leaders,
            eventHorizon: 10, protocolVersion: 1)
        unsynced = Array(repeating: [], count: count)
        logs = Array(repeating: [], count: count)
        delivered = Array(repeating: [], count: count)
        for index in 0..<count {
            var engine = PaxosEngine(identity: Self.identity(index))
            engine.install(base: 0, configurations: [configuration], now: now)
            engines.append(engine)
        }
    }

    /// A crash that keeps what was written, and a new start from it.
    mutating func restart(_ index: Int) throws {
        var engine = PaxosEngine(identity: Self.identity(index))
        for entry in logs[index] { _ = try engine.replay(entry.bytes) }
        engine.install(base: 0, configurations: [configuration], now: now)
        engines[index] = engine
        unsynced[index] = []
        delivered[index] = []
        mail.removeAll { $0.to == index }
    }

    private func number(_ engine: Int, peer: Int) -> Int {
        engines.indices.first { Self.identity($0) == engines[engine].peers[peer].identity } ?? -1
    }

    /// Ends the turn of one engine and collects what it sends and writes.
    mutating func turn(_ index: Int) {
        while let next = engines[index].next() {
            if !next.value.isEmpty { delivered[index].append(next.value) }
            engines[index].advance(change: nil, now: now)
        }
        engines[index].finishTurn(now: now)
        while let next = engines[index].next() {
            if !next.value.isEmpty { delivered[index].append(next.value) }
            engines[index].advance(change: nil, now: now)
        }
        if let records = engines[index].takeRecords() {
            logs[index] += records.entries
            if records.sync { unsynced[index].append(records.token) }
        }
        for peer in 1..<max(1, engines[index].peers.count) {
            guard let out = engines[index].takeOutgoing(peer: peer) else { continue }
            var reader = ByteReader(out.messages.bytes)
            while !reader.isAtEnd, let code = try? reader.readUInt8(), let message = try? reader.readPaxosMessage(code: code)
            {
                mail.append((index, number(index, peer: peer), message))
            }
        }
    }

    mutating func sync(_ index: Int) {
        guard let token = unsynced[index].last else { return }
        unsynced[index] = []
        engines[index].persisted(token: token, now: now)
        turn(index)
    }

    /// Time goes on for everybody; one engine looks at its clock.
    mutating func pass(_ time: Duration, at index: Int) {
        now = now + time
        turn(index)
    }

    /// Hands over everything that is under way and that `reaches` lets through; the rest is lost.
    mutating func deliverMail(where reaches: (Int, Int) -> Bool = { _, _ in true }) {
        let batch = mail
        mail = []
        for (from, to, message) in batch where reaches(from, to) {
            guard let peer = engines[to].peer(Self.identity(from)) else { continue }
            engines[to].noteDelivered(peer: peer, slot: engines[from].delivered)
            engines[to].receive(message, from: peer, now: now)
        }
        for index in engines.indices { turn(index) }
    }

    /// Time goes on, disks and network work, until nothing happens any more.
    mutating func settle(_ milliseconds: Int = 3000, where reaches: (Int, Int) -> Bool = { _, _ in true }) {
        for _ in 0..<milliseconds / 5 {
            now = now + .milliseconds(5)
            for index in engines.indices {
                turn(index)
                sync(index)
            }
            deliverMail(where: reaches)
        }
    }

    mutating func propose(_ value: [UInt8], at index: Int) -> Slot? {
        guard let slot = engines[index].proposalSlot() else { return nil }
        engines[index].propose(value, in: slot, now: now)
        turn(index)
        return slot
    }

    /// The mail, one line a message: "0>1 accept 3@0".
    var letters: [String] {
        mail.map { "\($0.from)>\($0.to) \(text($0.message))" }
    }

    private func text(_ message: PaxosMessage) -> String {
        func ballot(_ raw: UInt64) -> String { raw == .max ? "-" : raw == 0 ? "0" : "\(raw >> 8).\(raw & 0xFF)" }
        switch message {
        case .accept(let slot, let number, let value): return "accept \(slot)@\(ballot(number)) \(value)"
        case .accepted(let slot, let number): return "accepted \(slot)@\(ballot(number))"
        case .learn(let slot, let count, let number): return "learn \(slot)+\(count)@\(ballot(number))"
        case .prepare(let slot, let number): return "prepare \(slot)@\(ballot(number))"
        case .promise(let slot, let number, let accepted, let value):
            return "promise \(slot)@\(ballot(number)) \(ballot(accepted)) \(value)"
        case .reject(let slot, let number, let promised):
            return "reject \(slot)@\(ballot(number)) \(ballot(promised))"
        case .decided(let slot, let value): return "decided \(slot) \(value)"
        case .skip(let from, let to, _): return "skip \(from)..<\(to)"
        case .fetch(let from, let through): return "fetch \(from)...\(through)"
        case .fetched(let through): return "fetched \(through)"
        case .unavailable(let first, let isDispensable): return "unavailable \(first) \(isDispensable)"
        }
    }
}
