import Consensus
import GroupCommunication
import Simulation
import Testing

/// What a group does when one thing breaks, in simulated time.
@Suite struct FailureTests {
    private func group(_ count: Int, leaders: LeaderChoice = .only([]), seed: UInt64 = 1) throws -> Scenario {
        var scenario = Scenario(servers: count, leaders: leaders, seed: seed)
        let isFormed = scenario.form()
        try #require(isFormed, "the group does not form: \(scenario.summary(0))")
        scenario.run(seconds: 3)
        return scenario
    }

    @Test(arguments: [3, 5, 7, 9], [UInt64(1), 2, 3])
    func aKilledPrimaryIsReplacedInAQuarterOfASecond(count: Int, seed: UInt64) throws {
        var scenario = try group(count, seed: seed)
        for _ in 0..<3 { _ = scenario.submit(to: 0) }
        scenario.run(seconds: 0.01)
        scenario.kill(0)
        let payload = scenario.submit(to: 1)
        let time = scenario.run(limit: 10) { $0.isAcknowledged(payload) }
        #expect((time ?? .infinity) < 0.25)
        let view = scenario.run(limit: 10) { $0.agree(Array(1..<count)) }
        #expect(view != nil && (time ?? 0) + (view ?? 0) < 0.3, "\(time ?? -1) + \(view ?? -1) s")
        #expect(scenario.failure == nil)
    }

    @Test(arguments: [false, true])
    func aKilledSecondaryDelaysNobody(isMultiPrimary: Bool) throws {
        var scenario = try group(3, leaders: isMultiPrimary ? .everyMember : .only([]))
        scenario.kill(2)
        var slowest = 0.0
        for _ in 0..<300 {
            let payload = scenario.submit(to: 0)
            slowest = max(slowest, scenario.run(limit: 10) { $0.isAcknowledged(payload) } ?? .infinity)
        }
        #expect(slowest < 0.25, "\(slowest) s")
        let view = scenario.run(limit: 10) { $0.agree([0, 1]) }
        #expect(view != nil)
    }
}
