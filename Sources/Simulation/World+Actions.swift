import Consensus
import GroupCommunicationCore
import Primitives

extension World {
    /// What the shell would do.
    mutating func perform(_ action: NodeAction, server: Int) {
        let process = servers[server].process
        switch action {
        case .send(let address, let frame):
            guard let to = number(address) else { return }
            send(from: server, to: to, frame)
        case .persist(let records, let token, let sync):
            servers[server].disk.append(records)
            guard sync else { return }
            let cost = slowDisk[server] ? random.between(20_000, 150_000) : random.between(80, 1500)
            let done = max(now + UInt64(cost) * 1000, servers[server].syncDoneAt + 1000)
            servers[server].syncDoneAt = done
            events.push(
                .synced(server: server, process: process, token: token, count: servers[server].disk.count), at: done)
        case .load(let slots, _, let token):
            let records = servers[server].disk.read(slots: slots)
            later(50, 2000, .node(server: server, process: process, .loaded(token: token, records: records)))
        case .trimLog(let slot):
            let count = servers[server].disk.trim(below: slot)
            if count > 0 { say("server \(server) trims \(count) records below \(slot)") }
        case .eraseLog:
            servers[server].disk.erase()
            servers[server].mustJoin = false
            unaware.remove(server)
        case .connect(let address):
            guard let to = number(address) else { return }
            servers[server].links[to].isWanted = true
            later(10, 300, .connect(from: server, to: to, process: process))
        case .disconnect(let address):
            guard let to = number(address) else { return }
            servers[server].links[to].isWanted = false
            servers[server].links[to].isUp = false
            servers[server].links[to].generation += 1
        case .deliver(let position, let origin, let payload):
            let verdict = servers[server].judge?.judge(position: position, origin: origin, payload: payload) ?? 0
            deliver(.message(origin: origin, payload: payload, verdict: verdict), at: position, server: server)
            guard servers[server].node?.identity == origin else { return }
            let identifier = Checker.identifier(payload)
            guard let index = servers[server].pending.firstIndex(of: identifier) else { return }
            servers[server].pending.remove(at: index)
            checker.acknowledge(identifier, at: position)
            if losesPowerAtAcknowledgement {
                losesPowerAtAcknowledgement = false
                after(0, .powerFailure(spared: server))
            }
        case .installView(let position, let view):
            installView(view, at: position, server: server)
        case .configurationChanged(let position, let configuration):
            say("server \(server): configuration \(configuration.number) after \(position)")
            deliver(.configuration(configuration), at: position, server: server)
        case .requestState(let request):
            later(5, 3000, .node(
                    server: server, process: process,
                    .command(.provideState(request: request, state: Array("state of \(server)".utf8)))))
        case .approveJoin(let request, _, _):
            later(5, 3000, .node(server: server, process: process, .command(.answerJoin(request: request, refusal: nil))))
        case .reachabilityChanged(let unreachable):
            servers[server].unreachable = unreachable
            say("server \(server) cannot hear \(unreachable.map { $0.serverUUID.low & 0xFF })")
        case .majorityLost:
            servers[server].hasMajority = false
            say("server \(server) lost the majority")
        case .majorityRegained:
            servers[server].hasMajority = true
            say("server \(server) regained the majority")
        case .asked(let standings):
            servers[server].standings = standings
            stop(server)
        case .joinRefused(let refusal):
            say("server \(server) refused: \(refusal)")
            servers[server].endings.append("\(refusal)")
            stop(server)
            if !isScripted { later(200_000, 1_500_000, .start(server: server)) }
        case .left(let reason):
            left(server, reason)
        case .forceAnswered(let answer):
            servers[server].forceAnswers.append(answer)
            noteForced(server, answer)
        case .log(let level, let text):
            if level != .note { servers[server].warnings.append(text) }
            say("server \(server) \(level): \(text)")
        }
    }

    private mutating func left(_ server: Int, _ reason: LeaveReason) {
        say("server \(server) left: \(reason)")
        servers[server].endings.append("\(reason)")
        stop(server)
        unaware.remove(server)
        // The upper layer comes back by joining anew: its old log is of no use.
        servers[server].mustJoin = true
        servers[server].hasView = false
        if !isScripted { later(100_000, 2_000_000, .start(server: server)) }
    }

    private mutating func deliver(_ entry: Checker.Entry, at position: LogPosition, server: Int) {
        let mayBegin = !servers[server].hasView
        checker.deliver(entry, at: position, server: server, mayBegin: mayBegin)
        servers[server].applied = position
    }

    private mutating func installView(_ view: View, at position: LogPosition, server: Int) {
        say("server \(server) view \(view.id) at \(position): \(view.members.map(\.address)) configuration \(view.configuration.number)")
        checkRemovals(view)
        servers[server].view = view
        servers[server].judge?.viewInstalled(position: position, view: view)
        deliver(.view(view), at: position, server: server)
        if !servers[server].hasView {
            // Distributed recovery brings what is before the view.
            servers[server].hasView = true
            servers[server].durable = position
        }
        servers[server].canWrite = true
        // The upper layer's election: the first member of the list where there is one primary.
        if case .only(let chosen) = view.configuration.leaderChoice, let first = view.members.first,
            !view.members.contains(where: { chosen.contains($0.identity) }), first.identity == servers[server].node?.identity
        {
            give(server, .command(.setLeaders(.only([first.identity]))))
        }
    }

    /// Nobody may be removed whom nothing happened to: one broken link is no reason.
    private mutating func checkRemovals(_ view: View) {
        for identity in view.left where !isScripted {
            guard let victim = servers.firstIndex(where: { $0.node?.identity == identity }),
                !servers[victim].isLeaving, !servers[victim].isPaused, survivors == nil,
                view.configuration.epoch == 0
            else { continue }
            let untroubled = now - max(servers[victim].troubledAt, weatherAt)
            guard untroubled > 10_000_000_000 else { continue }
            checker.fail("server \(victim) was removed by \(view.id), \(untroubled / 1_000_000) ms after anything happened to it")
        }
    }

    func number(_ address: String) -> Int? {
        servers.firstIndex { $0.address == address }
    }
}
