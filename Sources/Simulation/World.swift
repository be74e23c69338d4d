import Consensus
import GroupCommunicationCore
import Primitives

/// The simulated world: servers, their disks, the network between them, faults and clients. One seed, one run.
struct World {
    enum Event {
        case turn(server: Int, process: Int)
        case tick(server: Int, process: Int)
        case frame(to: Int, from: Int, connection: UInt64, bytes: [UInt8])
        case connect(from: Int, to: Int, process: Int)
        case node(server: Int, process: Int, NodeEvent)
        /// News of a link, unless it changed again meanwhile.
        case link(from: Int, to: Int, process: Int, generation: UInt64, NodeEvent)
        case synced(server: Int, process: Int, token: UInt64, count: Int)
        case start(server: Int)
        case client
        case upperLayer
        case fault
        case heal(Healing)
        case check
        case force(attempt: Int)
        case powerFailure(spared: Int)
        /// All go down; one comes back without its log's end, or with an old copy, together with those who lag.
        case forgetting(victim: Int, lagging: [Int], restores: Bool)
    }

    enum Healing {
        case links
        case resume(server: Int)
        case weather
        case slowLinks
        case disk(server: Int)
    }

    let options: SimulationOptions
    var random: SeededGenerator
    var events = Agenda<Event>()
    var now: UInt64 = 1_000_000_000
    var servers: [SimulatedServer] = []
    var checker = Checker()
    var trace: [String] = []
    var eventCount = 0

    /// `cut[from][to]`: nothing gets through in that direction.
    var cut: [[Bool]]
    var lossPermille = 0
    var duplicatePermille = 0
    var reorderPermille = 0
    var delayMicroseconds = 300
    /// When the weather was last bad.
    var weatherAt: UInt64 = 0
    var slowDisk: [Bool]
    /// Microseconds that the way from one server to another takes on top.
    var slowLink: [[Int]]
    /// The next acknowledgement of a client's message is the moment at which every server loses power.
    var losesPowerAtAcknowledgement = false
    var isQuiet = false
    var quietSince: UInt64 = 0
    var nextPayload: UInt64 = 1
    var nextConnection: UInt64 = 1
    var maximumMessageSize = 0
    var maximumLogBytes: UInt64 = 1 << 30
    var initialChoice = LeaderChoice.everyMember
    var hasBootstrapped = false
    var isConverged = false
    /// While the disks of a majority are lost and the rest is being told to go on, nothing else breaks.
    var survivors: [Int]?
    /// Files are to be lost or damaged as soon as everybody is there and well.
    var wantsDamage = false
    /// Some lag behind a majority of which one will forget: nothing else breaks meanwhile.
    var isArrangingForgetting = false
    /// Whether those who did not survive come back with their disks.
    var keepsDisks = false
    /// Who has an old disk and was not yet told that the survivors went on without it. Together they could be the group of
    /// old as long as no survivor runs, so until then nothing else breaks: an operator would have seen to that.
    var unaware: Set<Int> = []
    var endsAt: UInt64

    /// What each node is told of the detector's times, and where they may change while it runs.
    var suspicionTimeout: Duration = .milliseconds(1500)
    var expelTimeout: Duration = .milliseconds(1500)
    var heartbeatInterval: Duration = .milliseconds(250)
    /// A test says what happens: nobody comes back by itself, no client writes unasked.
    var isScripted = false

    static let groupName = UUID(high: 0xAAAA_AAAA_AAAA_4AAA, low: 0x8AAA_AAAA_AAAA_AAAA)
    /// After the faults the group has this long to be whole again.
    static let recoverySeconds: UInt64 = 60

    init(options: SimulationOptions) {
        self.options = options
        random = SeededGenerator(seed: options.seed)
        let count = [1, 2, 3, 3, 3, 3, 4, 5, 5, 7][random.below(10)]
        servers = (0..<count).map { SimulatedServer(number: $0, servers: count) }
        cut = Array(repeating: Array(repeating: false, count: count), count: count)
        slowDisk = Array(repeating: false, count: count)
        slowLink = Array(repeating: Array(repeating: 0, count: count), count: count)
        maximumMessageSize = [0, 100, 300][random.below(3)]
        maximumLogBytes = [1 << 30, 1 << 30, 30_000][random.below(3)]
        initialChoice = random.chance(permille: 500) ? .everyMember : .only([])
        endsAt = now + UInt64(options.seconds) * 1_000_000_000
    }

    /// A world in which only happens what a test says.
    init(scripted seed: UInt64, servers count: Int, choice: LeaderChoice, bug: String?, isVerbose: Bool) {
        var options = SimulationOptions(seed: seed)
        options.plantedBug = bug.flatMap { PlantedBug(rawValue: $0) }
        options.isVerbose = isVerbose
        self.options = options
        random = SeededGenerator(seed: seed)
        servers = (0..<count).map { SimulatedServer(number: $0, servers: count) }
        cut = Array(repeating: Array(repeating: false, count: count), count: count)
        slowDisk = Array(repeating: false, count: count)
        slowLink = Array(repeating: Array(repeating: 0, count: count), count: count)
        initialChoice = choice
        isScripted = true
        endsAt = .max
        after(200_000, .upperLayer)
    }

    var time: MonotonicTime { MonotonicTime(nanoseconds: now) }

    /// A line of the trace.
    mutating func say(_ text: String) {
        guard options.isVerbose else { return }
        let micros = (now - 1_000_000_000) / 1000
        trace.append("\(micros / 1_000_000).\(String(1_000_000 + micros % 1_000_000).dropFirst()) \(text)")
    }

    mutating func after(_ microseconds: Int, _ event: Event) {
        events.push(event, at: now + UInt64(max(0, microseconds)) * 1000)
    }

    /// At a random time between so many microseconds from now.
    mutating func later(_ low: Int, _ high: Int, _ event: Event) {
        let delay = random.between(low, high)
        after(delay, event)
    }

    // MARK: The run

    mutating func run() -> SimulationResult {
        say("\(servers.count) servers, \(initialChoice), messages cut at \(maximumMessageSize)")
        for server in servers.indices {
            servers[server].isWantedUp = true
            let delay = server == 0 ? 0 : random.between(10, 2_000_000)
            after(delay, .start(server: server))
        }
        after(100_000, .client)
        after(200_000, .upperLayer)
        let firstFault = random.between(500_000, 1_500_000)
        after(firstFault, .fault)
        var limit = endsAt + Self.recoverySeconds * 1_000_000_000
        while checker.failure == nil, !isConverged, let next = events.pop() {
            now = next.time
            eventCount += 1
            if !isQuiet && now >= endsAt { becomeQuiet() }
            if isQuiet { limit = quietSince + Self.recoverySeconds * 1_000_000_000 }
            if now > limit {
                for server in servers { say("server \(server.number): \(server.node?.summary ?? "down")") }
                checker.fail("not whole again \(Self.recoverySeconds) s after the last fault: \(whatIsMissing())")
                break
            }
            process(next.event)
        }
        return SimulationResult(
            seed: options.seed, failure: checker.failure, deliveries: checker.deliveries,
            acknowledged: checker.acknowledged.count, views: checker.views, events: eventCount, trace: trace)
    }

    mutating func process(_ event: Event) {
        switch event {
        case .turn(let server, let process):
            if isRunning(server, process) { turn(server) }
        case .tick(let server, let process):
            guard isRunning(server, process), servers[server].tickAt <= now else { return }
            servers[server].tickAt = .max
            give(server, .tick)
        case .frame(let to, let from, let connection, let bytes):
            arrive(to: to, from: from, connection: connection, bytes)
        case .connect(let from, let to, let process):
            if isRunning(from, process) { connect(from, to) }
        case .node(let server, let process, let event):
            if isRunning(server, process) { give(server, event) }
        case .link(let from, let to, let process, let generation, let event):
            if isRunning(from, process) && servers[from].links[to].generation == generation { give(from, event) }
        case .synced(let server, let process, let token, let count):
            guard isRunning(server, process) else { return }
            servers[server].disk.sync(through: count)
            give(server, .persisted(token: token))
        case .start(let server):
            start(server)
        case .client:
            runClients()
        case .upperLayer:
            runUpperLayers()
        case .fault:
            if !isQuiet { injectFault() }
        case .heal(let healing):
            heal(healing)
        case .check:
            checkConvergence()
        case .force(let attempt):
            force(attempt)
        case .powerFailure(let server):
            failPower(acknowledgedBy: server)
        case .forgetting(let victim, let lagging, let restores):
            forget(victim, lagging, restores: restores)
        }
    }

    func isRunning(_ server: Int, _ process: Int) -> Bool {
        servers[server].process == process && servers[server].node != nil
    }

    // MARK: Processes

    mutating func start(_ server: Int) {
        guard servers[server].node == nil, servers[server].isWantedUp else { return }
        // What is down when a majority is lost comes back when the survivors have gone on.
        if let survivors, !survivors.contains(server) { return }
        var settings = GroupNodeSettings(
            groupName: Self.groupName, serverUUID: servers[server].uuid, address: servers[server].address)
        settings.maximumMessageSize = maximumMessageSize
        settings.suspicionTimeout = suspicionTimeout
        settings.expelTimeout = expelTimeout
        settings.heartbeatInterval = heartbeatInterval
        settings.asksBeforeJoin = true
        settings.maximumLogBytes = maximumLogBytes
        var node = GroupNode(settings: settings)
        node.plantedBug = options.plantedBug
        let isDamaged = servers[server].disk.hasLostEnd && options.plantedBug != .ignoreLogEnd
        if isDamaged { say("server \(server) finds that its log has lost its end") }
        for record in servers[server].disk.records where !isDamaged {
            do {
                try node.replay(record)
            } catch {
                checker.fail("server \(server) cannot read its own log: \(error)")
                return
            }
        }
        servers[server].process += 1
        servers[server].inbox = []
        servers[server].isTurnScheduled = false
        servers[server].tickAt = .max
        servers[server].isPaused = false
        servers[server].pending = []
        servers[server].canWrite = false
        servers[server].troubledAt = now
        servers[server].unreachable = []
        servers[server].hasMajority = true
        servers[server].judge = options.makeJudge?()
        let seeds = servers.indices.filter { $0 != server }.map { servers[$0].address }
        let role: NodeRole
        if servers[server].mustJoin { servers[server].isLeaving = false }
        if node.canResume && !servers[server].mustJoin {
            role = .resume(seeds: seeds)
            if servers[server].hasView {
                servers[server].applied = servers[server].durable
                checker.begin(server: server, from: servers[server].durable)
            } else {
                servers[server].applied = .zero
                checker.begin(server: server, from: nil)
            }
        } else if server == 0 && !hasBootstrapped {
            hasBootstrapped = true
            role = .bootstrap
            servers[server].hasView = true
            checker.begin(server: server, from: .zero)
        } else {
            role = .join(seeds: seeds)
            servers[server].hasView = false
            servers[server].durable = .zero
            servers[server].applied = .zero
            checker.begin(server: server, from: nil)
        }
        let from = servers[server].hasView ? servers[server].durable : .zero
        say("server \(server) starts: \(role) from \(from)")
        servers[server].node = node
        let start = NodeStart(
            role: role, from: from, incarnation: random.next() | 1, viewRandom: random.next() >> 20,
            leaderChoice: initialChoice, eventHorizon: 10)
        give(server, .start(start))
    }

    /// Ends a process. Its peers see resets, unless the whole machine went or the network is cut.
    mutating func stop(_ server: Int) {
        guard servers[server].node != nil else { return }
        servers[server].node = nil
        servers[server].process += 1
        servers[server].inbox = []
        checker.stop(server: server)
        for other in servers.indices where other != server {
            servers[server].links[other] = SimulatedServer.Link()
            let delay = random.between(50, 500)
            if servers[other].links[server].isUp { breakLink(other, server, .reset, after: delay) }
        }
    }

    mutating func give(_ server: Int, _ event: NodeEvent) {
        servers[server].inbox.append(event)
        scheduleTurn(server)
    }

    mutating func scheduleTurn(_ server: Int) {
        guard !servers[server].isTurnScheduled && !servers[server].isPaused else { return }
        servers[server].isTurnScheduled = true
        let delay = random.between(2, 60)
        after(delay, .turn(server: server, process: servers[server].process))
    }

    private mutating func turn(_ server: Int) {
        servers[server].isTurnScheduled = false
        guard !servers[server].isPaused else { return }
        let inbox = servers[server].inbox
        servers[server].inbox = []
        let time = time
        for event in inbox { servers[server].node?.enqueue(event, now: time) }
        let actions = servers[server].node?.takeActions(now: time) ?? []
        for action in actions where servers[server].node != nil { perform(action, server: server) }
        guard let node = servers[server].node else { return }
        if let broken = node.invariants() { checker.fail("server \(server) contradicts itself: \(broken)") }
        if let configuration = node.configuration, node.isMember { checker.note(configuration) }
        let due = max(node.nextDeadline.nanoseconds, now + 1000)
        if due < servers[server].tickAt {
            servers[server].tickAt = due
            events.push(.tick(server: server, process: servers[server].process), at: due)
        }
    }
}

/// Runs one seed.
public enum Simulator {
    public static func run(_ options: SimulationOptions) -> SimulationResult {
        var world = World(options: options)
        return world.run()
    }
}
