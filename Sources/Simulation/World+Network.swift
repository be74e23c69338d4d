import GroupCommunicationCore
import Primitives

extension World {
    private func isCut(_ from: Int, _ to: Int) -> Bool { cut[from][to] }

    /// One attempt to connect.
    mutating func connect(_ from: Int, _ to: Int) {
        let link = servers[from].links[to]
        guard link.isWanted && !link.isUp else { return }
        let process = servers[from].process
        if isCut(from, to) || isCut(to, from) {
            let event = NodeEvent.linkDown(servers[to].address, .silent)
            after(400_000, .link(from: from, to: to, process: process, generation: link.generation, event))
            after(600_000, .connect(from: from, to: to, process: process))
        } else if servers[to].node == nil {
            let event = NodeEvent.linkDown(servers[to].address, .refused)
            later(100, 400, .link(from: from, to: to, process: process, generation: link.generation, event))
            after(100_000, .connect(from: from, to: to, process: process))
        } else {
            servers[from].links[to].isUp = true
            servers[from].links[to].generation += 1
            servers[from].links[to].connection = nextConnection
            servers[from].links[to].lastArrival = now
            nextConnection += 1
            let generation = link.generation + 1
            let event = NodeEvent.linkUp(servers[to].address, server: servers[to].uuid)
            later(100, 600, .link(from: from, to: to, process: process, generation: generation, event))
        }
    }

    /// The connection is gone; its owner hears of it and tries again.
    mutating func breakLink(_ from: Int, _ to: Int, _ evidence: LinkEvidence, after microseconds: Int) {
        guard servers[from].links[to].isUp else { return }
        servers[from].links[to].isUp = false
        servers[from].links[to].generation += 1
        servers[from].links[to].connection = 0
        let generation = servers[from].links[to].generation
        let process = servers[from].process
        let isSilent = isCut(from, to) || isCut(to, from)
        let address = servers[to].address
        after(
            microseconds,
            .link(from: from, to: to, process: process, generation: generation, .linkDown(address, isSilent ? .silent : evidence)))
        after(microseconds + 20, .connect(from: from, to: to, process: process))
    }

    mutating func send(from: Int, to: Int, _ frame: [UInt8]) {
        let link = servers[from].links[to]
        guard link.isUp, from != to else { return }
        if isCut(from, to) {
            // The bytes go nowhere; after a while the system gives the connection up.
            if random.chance(permille: 300) {
                let delay = random.between(500_000, 1_500_000)
                breakLink(from, to, .silent, after: delay)
            }
            return
        }
        if random.chance(permille: lossPermille) { return }
        var arrival = now + UInt64(random.between(delayMicroseconds / 3, delayMicroseconds * 2)) * 1000
        arrival += UInt64(slowLink[from][to]) * 1000
        if random.chance(permille: 5) { arrival += UInt64(random.between(1000, 30_000)) * 1000 }
        if !random.chance(permille: reorderPermille) {
            arrival = max(arrival, link.lastArrival + 1)
            servers[from].links[to].lastArrival = arrival
        }
        events.push(.frame(to: to, from: from, connection: link.connection, bytes: frame), at: arrival)
        if random.chance(permille: duplicatePermille) {
            events.push(
                .frame(to: to, from: from, connection: link.connection, bytes: frame),
                at: arrival + UInt64(random.between(10, 300_000)) * 1000)
        }
    }

    mutating func arrive(to: Int, from: Int, connection: UInt64, _ bytes: [UInt8]) {
        guard servers[to].node != nil, !isCut(from, to) else { return }
        // What was under way when a connection broke may still have got through.
        if servers[from].links[to].connection != connection && random.chance(permille: 500) { return }
        give(to, .received(from: servers[from].address, frame: bytes))
    }
}
