import Consensus
import Simulation
import Testing

/// A group of so many servers that has stood for three seconds.
func formedGroup(
    _ count: Int, leaders: LeaderChoice = .only([]), seed: UInt64 = 1, spare: Int = 0, bug: String? = nil
) throws -> Scenario {
    var scenario = Scenario(servers: count + spare, leaders: leaders, seed: seed, bug: bug)
    let isFormed = scenario.form(0..<count)
    try #require(isFormed, "the group does not form: \(scenario.summary(0))")
    scenario.run(seconds: 3)
    return scenario
}

extension Scenario {
    /// How long a message given to that server takes to be acknowledged; nil after `limit` seconds.
    mutating func commitTime(at server: Int, limit: Double = 2) -> Double? {
        let payload = submit(to: server)
        return run(limit: limit) { $0.isAcknowledged(payload) }
    }
}
