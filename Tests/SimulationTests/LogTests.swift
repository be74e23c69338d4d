import Consensus
import GroupCommunicationCore
import Simulation
import Testing

/// The group log stays bounded, whatever the members and their clients do.
@Suite struct LogTests {
    private func group(messageBytes: Int = 0, logBytes: UInt64 = 1 << 30) throws -> Scenario {
        var scenario = Scenario(servers: 3, leaders: .everyMember)
        scenario.setLimits(messageBytes: messageBytes, logBytes: logBytes)
        let isFormed = scenario.form()
        try #require(isFormed)
        return scenario
    }

    /// Lets clients of two servers always have two messages under way each. How many bytes a second that made.
    @discardableResult
    private func write(_ scenario: inout Scenario, seconds: Double, bytes: Int) -> Int {
        let end = scenario.seconds + seconds
        var waiting: [(server: Int, payload: UInt64)] = []
        var count = 0
        while scenario.seconds < end && scenario.failure == nil {
            waiting.removeAll { scenario.isAcknowledged($0.payload) }
            for server in 0..<2 {
                while waiting.filter({ $0.server == server }).count < 2 {
                    waiting.append((server, scenario.submit(to: server, bytes: bytes)))
                    count += 1
                }
            }
            scenario.run(seconds: 0.002)
        }
        return Int(Double(count * bytes) / seconds)
    }

    @Test func overlappingLargePayloadsDoNotKeepTheLogFromBeingTrimmed() throws {
        var scenario = try group(messageBytes: 100)
        // It is trimmed in a moment in which no payload is under way, so its size goes up and down; it holds seconds' worth.
        var sizes: [Int] = []
        var rate = 0
        for _ in 0..<20 {
            rate = write(&scenario, seconds: 2, bytes: 3000)
            sizes.append(scenario.logBytes(0))
        }
        #expect(sizes.allSatisfy { $0 < 15 * rate }, "\(rate) bytes a second, in the log \(sizes)")
        #expect(scenario.failure == nil)
        // And none of them is lost.
        let whole = scenario.run(limit: 10) { $0.agree([0, 1, 2]) }
        #expect(whole != nil)
    }

    @Test func aMemberThatIsAwayMakesTheLogGrowNoFurtherThanItMay() throws {
        var scenario = try group(logBytes: 200_000)
        for server in 0..<3 { scenario.command(server, .setExpelTimeout(.seconds(3600))) }
        scenario.run(seconds: 1)
        scenario.isolate(2)
        let rate = write(&scenario, seconds: 20, bytes: 500)
        // Snapshots, releases and trimming each have their turn once a second or so.
        let bound = 200_000 + 4 * rate
        #expect(scenario.logBytes(0) < bound, "\(scenario.logBytes(0)) bytes, at \(rate) a second")
        scenario.heal()
        let left = scenario.run(limit: 10) { $0.endings(2) == ["logUnavailable"] }
        #expect(left != nil, "\(scenario.endings(2)) \(scenario.summary(2))")
        #expect(scenario.failure == nil)
    }

    @Test func ofTwoMembersTheOneThatIsAwayIsNeverLeftBehind() throws {
        var scenario = Scenario(servers: 2, leaders: .everyMember)
        scenario.setLimits(logBytes: 20_000)
        let isFormed = scenario.form()
        try #require(isFormed)
        write(&scenario, seconds: 3, bytes: 500)
        scenario.losePower(1)
        scenario.run(seconds: 5)
        scenario.heal()
        scenario.start(1)
        let back = scenario.run(limit: 10) { $0.agree([0, 1]) }
        #expect(back != nil, "\(scenario.summary(1))")
    }

    /// What a killed member left unfinished ends with its next run, even when no client writes there any more.
    @Test func aLargePayloadCutShortByACrashDoesNotHoldTheOthersBack() throws {
        var scenario = try group(messageBytes: 100)
        _ = scenario.submit(to: 2, bytes: 200_000)
        scenario.run(seconds: 0.2)
        scenario.kill(2)
        scenario.start(2)
        write(&scenario, seconds: 4, bytes: 3000)
        let whole = scenario.run(limit: 10) { $0.agree([0, 1, 2]) && $0.pending(0) + $0.pending(1) == 0 }
        #expect(whole != nil, "\(scenario.pending(0)) and \(scenario.pending(1)) payloads wait")
        #expect(scenario.failure == nil)
    }
}
