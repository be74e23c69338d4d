import Consensus
import GroupCommunicationCore
import Primitives

extension World {
    /// Breaks something, and schedules the next time.
    mutating func injectFault() {
        later(20_000, 1_800_000, .fault)
        if survivors != nil || !unaware.isEmpty || isArrangingForgetting { return }
        let running = servers.indices.filter { servers[$0].node != nil }
        guard let victim = running.isEmpty ? nil : running[random.below(running.count)] else { return }
        if wantsDamage, servers.count >= 3, running.count == servers.count, !isAnybodyLacking,
            !servers.contains(where: \.isLeaving)
        {
            wantsDamage = false
            loseFiles(victim)
            return
        }
        switch random.below(100) {
        case 0..<22:
            let losesPower = random.chance(permille: 500)
            if losesPower { crash(victim, losesPower: true) } else { makeBackup(victim) }
            later(1000, 4_000_000, .start(server: victim))
        case 22..<28:
            say("every server goes down")
            for server in running { crash(server, losesPower: true) }
            for server in servers.indices { later(1000, 1_500_000, .start(server: server)) }
        case 28..<38:
            partition()
            later(100_000, 6_000_000, .heal(.links))
        case 38..<46:
            guard servers.count > 1 else { return }
            let other = (victim + 1 + random.below(servers.count - 1)) % servers.count
            say("nothing gets from \(victim) to \(other)")
            cut[victim][other] = true
            if random.chance(permille: 400) { cut[other][victim] = true }
            noteTroubledLinks()
            later(100_000, 6_000_000, .heal(.links))
        case 46..<56:
            say("server \(victim) pauses")
            servers[victim].isPaused = true
            servers[victim].troubledAt = now
            let longest = random.chance(permille: 300) ? 5_000_000 : 800_000
            later(10_000, longest, .heal(.resume(server: victim)))
        case 56..<66:
            lossPermille = [0, 10, 100][random.below(3)]
            duplicatePermille = [0, 20, 100][random.below(3)]
            reorderPermille = [0, 50, 300][random.below(3)]
            delayMicroseconds = [100, 300, 3000][random.below(3)]
            weatherAt = now
            say("weather: loss \(lossPermille), duplicates \(duplicatePermille), reordered \(reorderPermille)")
            later(500_000, 3_000_000, .heal(.weather))
        case 66..<72:
            say("server \(victim)'s disk is slow")
            slowDisk[victim] = true
            servers[victim].troubledAt = now
            later(500_000, 3_000_000, .heal(.disk(server: victim)))
        case 72..<78:
            // The last member's leave ends the group, which is not what is tested here.
            guard let latest = servers[victim].node?.latestConfiguration, latest.members.count > 1,
                servers.allSatisfy({ $0.node?.latestConfiguration?.number ?? 0 == latest.number }),
                !servers.contains(where: \.isLeaving)
            else { return }
            servers[victim].isLeaving = true
            say("server \(victim) leaves")
            give(victim, .command(.leave))
        case 78..<88:
            guard let node = servers[victim].node, let configuration = node.configuration, node.isMember else { return }
            let member = configuration.members[random.below(configuration.members.count)].identity
            let choice: LeaderChoice = random.chance(permille: 400) ? .everyMember : .only([member])
            say("server \(victim) asks for leaders \(choice)")
            give(victim, .command(.setLeaders(choice)))
        case 88..<92:
            let horizon = random.between(10, 40)
            say("server \(victim) asks for horizon \(horizon)")
            give(victim, .command(.setEventHorizon(horizon)))
        case 92..<95:
            // Only with everybody there and well, and never twice: lost disks of a majority are lost data.
            wantsDamage = true
        case 95..<97:
            loseMajority()
        default:
            injectRareFault(victim, running)
        }
    }

    private mutating func injectRareFault(_ victim: Int, _ running: [Int]) {
        switch random.below(6) {
        case 0:
            say("every server loses power at the next acknowledgement")
            losesPowerAtAcknowledgement = true
        case 1:
            let timeout = [0, 500, 1500, 4000][random.below(4)]
            say("server \(victim): expel timeout \(timeout) ms")
            give(victim, .command(.setExpelTimeout(.milliseconds(timeout))))
        case 2:
            guard servers.count > 1 else { return }
            let other = (victim + 1 + random.below(servers.count - 1)) % servers.count
            slowLink[victim][other] = random.between(2_000, 400_000)
            say("the way from \(victim) to \(other) is slow by \(slowLink[victim][other]) us")
            servers[victim].troubledAt = now
            later(1_000_000, 5_000_000, .heal(.slowLinks))
        case 3:
            // The log's thread gives up, the process ends; what the disk took last is anybody's guess.
            say("server \(victim)'s disk is full")
            crash(victim, losesPower: true)
            later(500_000, 4_000_000, .start(server: victim))
        default:
            for other in servers.indices where other != victim {
                let delay = random.between(10, 3000)
                breakLink(victim, other, .reset, after: delay)
            }
        }
    }

    /// All power is gone in the instant in which a client hears of its message: what was not on a disk is lost. The server
    /// that answered comes back last, so that the others have to know.
    mutating func failPower(acknowledgedBy spared: Int) {
        guard !isQuiet, survivors == nil, unaware.isEmpty else { return }
        say("every server loses power, server \(spared) has just acknowledged")
        for server in servers.indices where servers[server].node != nil {
            crash(server, losesPower: true, keepsNothing: true)
            if server == spared {
                later(2_000_000, 7_000_000, .start(server: server))
            } else {
                later(1000, 400_000, .start(server: server))
            }
        }
    }

    /// One cut link of a server is no trouble of its own; more are.
    func troubledByLinks() -> [Int] {
        servers.indices.filter { server in
            servers.indices.filter { cut[server][$0] || cut[$0][server] }.count > 1
        }
    }

    mutating func noteTroubledLinks() {
        for server in troubledByLinks() { servers[server].troubledAt = now }
    }

    private var isAnybodyLacking: Bool {
        let numbers = Set(servers.flatMap { [$0.node?.configuration?.number ?? 0, $0.node?.latestConfiguration?.number ?? 0] })
        // While somebody is not heard, his removal may be under way, and count on a disk that is lost.
        return numbers.count != 1 || servers.contains { $0.node?.isMember != true || !$0.unreachable.isEmpty }
            || servers.contains { $0.node?.configuration?.members.count != servers.count }
    }

    mutating func crash(_ server: Int, losesPower: Bool, keepsNothing: Bool = false) {
        guard servers[server].node != nil else { return }
        say("server \(server) crashes\(losesPower ? " and loses power" : "")")
        let unsynced = servers[server].disk.unsyncedCount
        let kept = keepsNothing ? 0 : losesPower ? random.between(0, unsynced) : unsynced
        servers[server].disk.crash(keepingUnsynced: kept)
        stop(server)
        // What the upper layer had not synced is applied again; it may also have been lucky.
        let lost = servers[server].applied.rawValue > servers[server].durable.rawValue
        if lost && random.chance(permille: 500) && servers[server].hasView {
            servers[server].durable = servers[server].applied
        }
    }

    private mutating func partition() {
        guard servers.count > 1 else { return }
        let side = servers.indices.map { _ in random.chance(permille: 500) }
        let isOneWay = random.chance(permille: 250)
        say("partition \(side.map { $0 ? 1 : 0 })\(isOneWay ? ", one way" : "")")
        for from in servers.indices {
            for to in servers.indices where side[from] != side[to] && (!isOneWay || side[from]) { cut[from][to] = true }
        }
        noteTroubledLinks()
    }

    mutating func heal(_ healing: Healing) {
        switch healing {
        case .links:
            say("the network is whole")
            noteTroubledLinks()
            for from in servers.indices {
                for to in servers.indices { cut[from][to] = false }
            }
        case .resume(let server):
            guard servers[server].isPaused else { return }
            say("server \(server) goes on")
            servers[server].isPaused = false
            servers[server].troubledAt = now
            if servers[server].node != nil { scheduleTurn(server) }
        case .slowLinks:
            for from in servers.indices {
                for to in servers.indices where slowLink[from][to] != 0 {
                    slowLink[from][to] = 0
                    servers[from].troubledAt = now
                }
            }
        case .weather:
            weatherAt = now
            lossPermille = 0
            duplicatePermille = 0
            reorderPermille = 0
            delayMicroseconds = 300
        case .disk(let server):
            slowDisk[server] = false
            servers[server].troubledAt = now
        }
    }

    // MARK: Forced configurations

    /// A majority of the disks burns, at a moment at which the rest has everything that was acknowledged.
    private mutating func loseMajority() {
        let isCalm = servers.allSatisfy { server in
            server.pending.isEmpty && server.node?.pendingSubmissions == 0 && !server.isLeaving && !server.isPaused
                && checker.position(of: server.number) == checker.lastPosition
        }
        let isCut = cut.contains { $0.contains(true) }
        guard servers.count >= 3, isCalm, !isCut, !isAnybodyLacking else { return }
        let kept = random.between(1, (servers.count - 1) / 2)
        let first = random.below(servers.count)
        let chosen = (0..<kept).map { (first + $0) % servers.count }.sorted()
        keepsDisks = random.chance(permille: 500)
        say("all but servers \(chosen) \(keepsDisks ? "go down" : "lose their disks")")
        survivors = chosen
        for server in servers.indices where !chosen.contains(server) {
            crash(server, losesPower: true)
            if keepsDisks {
                unaware.insert(server)
                continue
            }
            servers[server].disk.erase()
            servers[server].hasView = false
        }
        later(3_500_000, 5_000_000, .force(attempt: 1))
    }

    mutating func force(_ attempt: Int) {
        guard let chosen = survivors, let first = chosen.first else { return }
        let addresses = chosen.map { servers[$0].address }
        say("server \(first) is told to go on with \(addresses)")
        give(first, .command(.forceMembers(addresses)))
        if attempt > 8 {
            checker.fail("the configuration could not be forced: \(servers[first].node?.summary ?? "down")")
        } else {
            after(3_000_000, .force(attempt: attempt + 1))
        }
    }

    /// The forced configuration stands: the others come back.
    mutating func noteForced(_ server: Int, _ problem: String?) {
        say("server \(server): force \(problem ?? "done")")
        guard problem == nil, let chosen = survivors else { return }
        survivors = nil
        let isAtOnce = random.chance(permille: 500)
        let spread = isAtOnce ? 1500 : 2_000_000
        if isAtOnce && keepsDisks {
            // Those of old could be the group again before a survivor gets to tell them that they are out.
            for survivor in chosen {
                servers[survivor].isPaused = true
                servers[survivor].troubledAt = now
                later(300_000, 700_000, .heal(.resume(server: survivor)))
            }
        }
        for other in servers.indices where servers[other].node == nil { later(1000, spread, .start(server: other)) }
    }

    // MARK: Clients and upper layers

    mutating func runClients() {
        later(2000, 120_000, .client)
        guard !isQuiet || !isConverged else { return }
        let writers = servers.indices.filter { servers[$0].canWrite && servers[$0].node?.isMember == true }
        guard !writers.isEmpty, !isQuiet || random.chance(permille: 100) else { return }
        let server = writers[random.below(writers.count)]
        guard servers[server].pending.count < 50 else { return }
        for _ in 0..<[1, 1, 2, 6][random.below(4)] {
            let identifier = nextPayload
            nextPayload += 1
            let size = random.chance(permille: 120) ? random.between(100, 1500) : random.between(8, 60)
            checker.submit(identifier, server: server)
            servers[server].pending.append(identifier)
            if size > 100 { say("client: \(identifier) of \(size) bytes to server \(server)") }
            give(server, .submit(Checker.payload(identifier, count: size)))
        }
    }

    /// Upper layers sync what they applied, now and then, and release the log below.
    mutating func runUpperLayers() {
        later(100_000, 600_000, .upperLayer)
        for server in servers.indices where servers[server].node != nil && servers[server].hasView {
            guard random.chance(permille: 600), !servers[server].isPaused else { continue }
            servers[server].durable = max(servers[server].durable, servers[server].applied)
            if random.chance(permille: 700) && servers[server].durable > .zero {
                give(server, .command(.releaseLog(below: servers[server].durable)))
            }
        }
    }

    // MARK: The end

    mutating func becomeQuiet() {
        say("the faults are over")
        isQuiet = true
        quietSince = now
        heal(.links)
        heal(.weather)
        heal(.slowLinks)
        losesPowerAtAcknowledgement = false
        for server in servers.indices {
            slowDisk[server] = false
            heal(.resume(server: server))
            servers[server].isWantedUp = true
            if servers[server].node == nil && survivors == nil { later(1000, 500_000, .start(server: server)) }
        }
        after(500_000, .check)
    }

    mutating func checkConvergence() {
        if whatIsMissing().isEmpty {
            isConverged = true
        } else {
            after(200_000, .check)
        }
    }

    /// Why the group is not whole: empty if it is.
    func whatIsMissing() -> String {
        var missing: [String] = []
        let number = servers[0].node?.configuration?.number
        for server in servers {
            guard let node = server.node, node.isMember else {
                missing.append("server \(server.number) is not a member")
                continue
            }
            if node.configuration?.number != number || node.configuration?.members.count != servers.count {
                missing.append("server \(server.number) is in configuration \(node.configuration?.number ?? 0)")
            }
            if !server.canWrite && checker.position(of: server.number) == nil {
                missing.append("server \(server.number) has no view")
            }
            if node.pendingSubmissions > 0 || !server.pending.isEmpty {
                missing.append("server \(server.number) waits for \(node.pendingSubmissions) submissions, \(server.pending.count) payloads")
            }
            if let position = checker.position(of: server.number), position != checker.lastPosition {
                missing.append("server \(server.number) is at \(position) of \(checker.lastPosition)")
            }
        }
        return missing.joined(separator: "; ")
    }
}
