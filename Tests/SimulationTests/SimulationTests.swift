import Simulation
import Testing

/// Whole groups in a simulated world. A failing seed replays alone: `simulator --seed N --verbose`.
@Suite struct SimulationTests {
    /// Seeds in slices, so that both processors have something to do and a failure names its slice.
    @Test(arguments: 0..<20)
    func groupsKeepTheirPromisesUnderEveryFault(slice: UInt64) {
        for seed in slice * 100 + 1...slice * 100 + 100 {
            var options = SimulationOptions(seed: seed)
            options.seconds = 6
            let result = Simulator.run(options)
            #expect(result.failure == nil, "replay: simulator --seed \(seed) --seconds 6 --verbose")
        }
    }

    @Test func aRunFollowsFromItsSeed() {
        let first = Simulator.run(SimulationOptions(seed: 7))
        let second = Simulator.run(SimulationOptions(seed: 7))
        #expect(first.events == second.events)
        #expect(first.deliveries == second.deliveries)
    }
}
