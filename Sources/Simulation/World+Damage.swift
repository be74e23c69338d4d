import Consensus
import GroupCommunicationCore
import Primitives

/// Files that are lost, damaged, or older than they should be.
extension World {
    /// Everybody is there and well: a majority can do without the victim.
    mutating func loseFiles(_ victim: Int) {
        switch random.below(5) {
        case 0:
            say("server \(victim) loses its disk")
            crash(victim, losesPower: true)
            servers[victim].disk.erase()
            servers[victim].hasView = false
            if random.chance(permille: 500) { servers[victim].uuid = UUID(high: random.next(), low: random.next()) }
            later(1000, 3_000_000, .start(server: victim))
        case 1:
            let count = random.between(1, 30)
            say("server \(victim)'s log loses its last \(count) records")
            crash(victim, losesPower: false)
            servers[victim].disk.loseEnd(count)
            later(1000, 3_000_000, .start(server: victim))
        case 2:
            arrangeForgetting(victim)
        default:
            if let chosen = servers.indices.first(where: { mayRestore($0) }) {
                if random.chance(permille: 800) {
                    arrangeForgetting(chosen, restores: true)
                } else {
                    restoreBackup(chosen)
                    later(1000, 2_000_000, .start(server: chosen))
                }
            } else {
                makeBackup(victim)
                later(1000, 1_000_000, .start(server: victim))
            }
        }
    }

    /// Some stand still for a moment, while a bare majority goes on without them. Then all go down.
    private mutating func arrangeForgetting(_ victim: Int, restores: Bool = false) {
        let lagging = Array(servers.indices.filter { $0 != victim }.suffix((servers.count - 1) / 2))
        guard !cut.contains(where: { $0.contains(true) }), !servers.contains(where: \.isPaused) else { return }
        say("servers \(lagging) stand still, and server \(victim) will forget")
        isArrangingForgetting = true
        for server in lagging {
            servers[server].isPaused = true
            servers[server].troubledAt = now
        }
        later(300_000, 1_200_000, .forgetting(victim: victim, lagging: lagging, restores: restores))
    }

    /// The one that forgot and those who lagged would be a majority, and the group of old, if its vote counted.
    mutating func forget(_ victim: Int, _ lagging: [Int], restores: Bool) {
        isArrangingForgetting = false
        for server in servers.indices {
            heal(.resume(server: server))
            crash(server, losesPower: false)
        }
        if restores, servers[victim].backup != nil {
            restoreBackup(victim)
        } else {
            let count = random.between(1, 30)
            say("server \(victim)'s log loses its last \(count) records")
            servers[victim].disk.loseEnd(count)
        }
        for server in servers.indices {
            let isFirst = server == victim || lagging.contains(server)
            let delay = isFirst ? random.between(1000, 300_000) : random.between(3_000_000, 6_000_000)
            after(delay, .start(server: server))
        }
    }

    /// The server stands still and its files are copied.
    mutating func makeBackup(_ server: Int) {
        guard let node = servers[server].node else { return }
        let (identity, life) = (node.identity, node.currentLife)
        // A copy of a group's only member has a majority by itself: started while it hears nobody it goes on alone, which no
        // vote of others can prevent.
        let isAlone = node.latestConfiguration.map { $0.members.count < 2 } ?? true
        say("server \(server) stands still and is copied")
        crash(server, losesPower: false)
        guard servers[server].hasView, !isAlone else { return }
        servers[server].backup = SimulatedServer.Backup(
            disk: servers[server].disk, identity: identity, life: life, durable: servers[server].durable)
    }

    /// Whether there is a copy of the server of which each other one can tell that it is old: it ran since, and they know.
    /// Of a copy that nobody can tell from the original no group can be warned.
    func mayRestore(_ server: Int) -> Bool {
        guard let backup = servers[server].backup, !servers[server].mustJoin else { return false }
        return servers.allSatisfy { other in
            guard other.number != server else { return true }
            guard let node = other.node, node.isMember, let latest = node.latestConfiguration else { return false }
            return latest.index(of: backup.identity) == nil || node.confirmedLife(of: backup.identity) > backup.life
        }
    }

    mutating func restoreBackup(_ server: Int) {
        guard let backup = servers[server].backup else { return }
        say("an old copy of server \(server)'s files is put in place")
        crash(server, losesPower: true)
        servers[server].backup = nil
        servers[server].uuid = backup.identity.serverUUID
        servers[server].disk = backup.disk
        servers[server].durable = backup.durable
        servers[server].hasView = true
    }
}
