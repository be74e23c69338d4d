import Simulation
import Testing

@Suite struct SimulationTests {
    @Test func aRunFollowsFromItsSeed() {
        let first = Simulator.run(SimulationOptions(seed: 7))
        let second = Simulator.run(SimulationOptions(seed: 7))
        #expect(first.events == second.events)
        #expect(first.deliveries == second.deliveries)
    }
}
