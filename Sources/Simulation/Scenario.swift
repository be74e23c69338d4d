import Consensus
import GroupCommunicationCore
import Primitives

/// A simulated group in which happens what a test says: nothing else breaks, nobody comes back by itself. Times are
/// simulated, so a test of ten seconds of silence takes milliseconds, and runs alike each time.
public struct Scenario {
    private var world: World

    /// Servers that do not run yet. The detector's times are those of real members.
    public init(
        servers: Int, leaders: LeaderChoice = .only([]), seed: UInt64 = 1, bug: String? = nil, isVerbose: Bool = false
    ) {
        world = World(scripted: seed, servers: servers, choice: leaders, bug: bug, isVerbose: isVerbose)
        world.suspicionTimeout = .seconds(5)
        world.expelTimeout = .seconds(5)
        world.heartbeatInterval = .milliseconds(500)
        // A healthy local network.
        world.delayMicroseconds = 150
    }

    /// What servers that are started from now on are told: payloads above so many bytes are cut (0: never), and so much of the
    /// log is kept for members that lag.
    public mutating func setLimits(messageBytes: Int = 0, logBytes: UInt64 = 1 << 30) {
        world.maximumMessageSize = messageBytes
        world.maximumLogBytes = logBytes
    }

    /// Bytes of the server's group log.
    public func logBytes(_ server: Int) -> Int { world.servers[server].disk.records.reduce(0) { $0 + $1.bytes.count } }

    /// The rule that was broken; nil while none was.
    public var failure: String? { world.checker.failure }

    /// Simulated seconds since the beginning.
    public var seconds: Double { Double(world.now - 1_000_000_000) / 1e9 }

    // MARK: Time

    public mutating func run(seconds: Double) {
        let end = world.now + UInt64(seconds * 1e9)
        while let next = world.events.nextTime, next <= end { step() }
        world.now = max(world.now, end)
    }

    /// Runs until the condition holds; how long that took, or nil after `limit` seconds.
    public mutating func run(limit: Double, until condition: (Scenario) -> Bool) -> Double? {
        let begin = world.now
        let end = begin + UInt64(limit * 1e9)
        while !condition(self) {
            guard let next = world.events.nextTime, next <= end, failure == nil else { return nil }
            step()
        }
        return Double(world.now - begin) / 1e9
    }

    private mutating func step() {
        guard let next = world.events.pop() else { return }
        world.now = max(world.now, next.time)
        world.process(next.event)
    }

    // MARK: What a test does

    /// Starts the servers one after the other until they are one group. False if that fails.
    public mutating func form(_ chosen: Range<Int>? = nil) -> Bool {
        let chosen = chosen ?? 0..<world.servers.count
        for server in chosen {
            start(server)
            guard run(limit: 30, until: { $0.agree(Array(chosen.lowerBound...server)) }) != nil else { return false }
        }
        return true
    }

    public mutating func start(_ server: Int) {
        world.servers[server].isWantedUp = true
        world.start(server)
    }

    /// `kill -9`: the process is gone, its files stay.
    public mutating func kill(_ server: Int) { world.crash(server, losesPower: false) }

    /// The machine is gone: nobody answers there, and what was not synced is lost.
    public mutating func losePower(_ server: Int, keepsNothing: Bool = false) {
        for other in world.servers.indices where other != server { cut(server, other) }
        world.crash(server, losesPower: true, keepsNothing: keepsNothing)
    }

    public mutating func eraseDisk(_ server: Int) {
        world.servers[server].disk.erase()
        world.servers[server].hasView = false
    }

    /// The last records of the log that were on disk cannot be read any more. The server does not run.
    public mutating func loseLogEnd(_ server: Int, records: Int) { world.servers[server].disk.loseEnd(records) }

    /// Kills the server and copies its files.
    public mutating func copyFiles(_ server: Int) { world.makeBackup(server) }

    /// Copies the files of a running server, as a snapshot of its file system does.
    public mutating func snapshotFiles(_ server: Int) {
        guard let node = world.servers[server].node else { return }
        world.servers[server].backup = SimulatedServer.Backup(
            disk: world.servers[server].disk, identity: node.identity, life: node.currentLife,
            durable: world.servers[server].applied)
    }

    /// Kills the server, if it runs, and puts the copy of its files in place.
    public mutating func restoreFiles(_ server: Int) { world.restoreBackup(server) }

    public mutating func pause(_ server: Int) { world.servers[server].isPaused = true }
    public mutating func resume(_ server: Int) { world.heal(.resume(server: server)) }

    /// Nothing gets from one to the other; the other direction stays, unless `isBothWays`.
    public mutating func cut(_ from: Int, _ to: Int, isBothWays: Bool = true) {
        world.cut[from][to] = true
        if isBothWays { world.cut[to][from] = true }
    }

    /// Cuts a server off from all others.
    public mutating func isolate(_ server: Int) {
        for other in world.servers.indices where other != server { cut(server, other) }
    }

    public mutating func heal() { world.heal(.links) }

    /// Mends one link, both ways.
    public mutating func mend(_ one: Int, _ other: Int) {
        world.cut[one][other] = false
        world.cut[other][one] = false
    }

    public mutating func command(_ server: Int, _ command: NodeCommand) { world.give(server, .command(command)) }

    /// A client's message; its number.
    public mutating func submit(to server: Int, bytes: Int = 40) -> UInt64 {
        let identifier = world.nextPayload
        world.nextPayload += 1
        world.checker.submit(identifier, server: server)
        world.servers[server].pending.append(identifier)
        world.give(server, .submit(Checker.payload(identifier, count: bytes)))
        return identifier
    }

    // MARK: What a test sees

    /// Whether the message was delivered at the server that took it.
    public func isAcknowledged(_ payload: UInt64) -> Bool { world.checker.acknowledged[payload] != nil }

    /// Messages that clients gave to the server and that were not acknowledged yet.
    public func pending(_ server: Int) -> Int { world.servers[server].pending.count }

    /// The number of the configuration in force; 0 for none.
    public func configurationNumber(_ server: Int) -> UInt64 { world.servers[server].node?.configuration?.number ?? 0 }

    public func isRunning(_ server: Int) -> Bool { world.servers[server].node != nil }

    /// Whom the server's last view lists, as servers' numbers; empty without one.
    public func members(seenBy server: Int) -> [Int] {
        guard world.servers[server].node?.isMember == true else { return [] }
        return numbers(world.servers[server].view?.members.map(\.identity) ?? [])
    }

    /// Whom the server shows as UNREACHABLE.
    public func unreachable(seenBy server: Int) -> [Int] { numbers(world.servers[server].unreachable) }

    /// Whom the server's configuration in force marks as lost.
    public func lost(seenBy server: Int) -> [Int] { numbers(world.servers[server].node?.configuration?.lost ?? []) }

    public func hasMajority(_ server: Int) -> Bool { world.servers[server].hasMajority }

    /// Whether these servers are in one view of just themselves and have delivered the same.
    public func agree(_ servers: [Int]) -> Bool {
        servers.allSatisfy { server in
            members(seenBy: server) == servers.sorted() && world.servers[server].node?.isMember == true
                && world.servers[server].node?.configuration?.members.count == servers.count
                && world.checker.position(of: server) == world.checker.lastPosition
        }
    }

    /// Why the server's processes ended on their own.
    public func endings(_ server: Int) -> [String] { world.servers[server].endings }

    /// Warnings and errors that the server logged.
    public func warnings(_ server: Int) -> [String] { world.servers[server].warnings }

    /// What came of `forceMembers` on the server: nil for done.
    public func forceAnswers(_ server: Int) -> [String?] { world.servers[server].forceAnswers }

    public func address(_ server: Int) -> String { world.servers[server].address }

    /// What happened so far, with `isVerbose`.
    public var trace: [String] { world.trace }

    public func summary(_ server: Int) -> String { world.servers[server].node?.summary ?? "down" }

    private func numbers(_ identities: [MemberIdentity]) -> [Int] {
        identities.compactMap { identity in world.servers.firstIndex { $0.uuid == identity.serverUUID } }.sorted()
    }
}
