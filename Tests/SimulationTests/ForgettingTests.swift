import Consensus
import Simulation
import Testing

/// Members whose files are older or shorter than what they told the others.
@Suite struct ForgettingTests {
    /// Server 2 lags while 0 and 1 acknowledge messages; then all are killed.
    private func groupWithMessagesThatTwoHave(_ scenario: inout Scenario) -> [UInt64] {
        scenario.pause(2)
        let messages = (0..<20).map { _ in scenario.submit(to: 0) }
        let time = scenario.run(limit: 2) { scenario in messages.allSatisfy { scenario.isAcknowledged($0) } }
        #expect(time != nil)
        scenario.run(seconds: 0.3)
        scenario.resume(2)
        for server in 0...2 { scenario.kill(server) }
        return messages
    }

    /// Nothing is decided without server 0, and with it nothing is missing.
    private func expectThatOneComesBack(_ scenario: inout Scenario, forgetful: Int) {
        scenario.start(forgetful)
        scenario.start(2)
        scenario.run(seconds: 8)
        #expect(scenario.failure == nil)
        let late = scenario.submit(to: 2)
        scenario.run(seconds: 2)
        #expect(!scenario.isAcknowledged(late))
        scenario.start(0)
        scenario.run(seconds: 3)
        if !scenario.isRunning(forgetful) { scenario.start(forgetful) }
        #expect(scenario.run(limit: 20) { $0.agree([0, 1, 2]) } != nil, "\(scenario.summary(0)) \(scenario.summary(1))")
        #expect(scenario.failure == nil)
    }

    @Test(arguments: [1, 5, 20]) func aMemberThatLostItsLogsEndDoesNotVote(records: Int) throws {
        var scenario = try formedGroup(3)
        _ = groupWithMessagesThatTwoHave(&scenario)
        scenario.loseLogEnd(1, records: records)
        expectThatOneComesBack(&scenario, forgetful: 1)
    }

    @Test func anOldCopyOfAMembersFilesDoesNotVote() throws {
        var scenario = try formedGroup(3)
        scenario.copyFiles(1)
        scenario.start(1)
        #expect(scenario.run(limit: 10) { $0.agree([0, 1, 2]) } != nil)
        scenario.run(seconds: 2)
        _ = groupWithMessagesThatTwoHave(&scenario)
        scenario.restoreFiles(1)
        expectThatOneComesBack(&scenario, forgetful: 1)
        #expect(scenario.endings(1).contains("forgotten"))
        #expect(scenario.warnings(1).contains { $0.contains("older copy") })
    }

    /// The copy was made while it ran, so the run after it has the number of one that the others know.
    @Test func aCopyOfARunningMemberDoesNotVoteWhenTheOthersSawItGoOn() throws {
        var scenario = try formedGroup(3)
        scenario.snapshotFiles(1)
        for _ in 0..<200 { _ = scenario.submit(to: 0) }
        scenario.run(seconds: 3)
        _ = scenario.submit(to: 0)
        scenario.run(seconds: 1)
        _ = groupWithMessagesThatTwoHave(&scenario)
        scenario.restoreFiles(1)
        expectThatOneComesBack(&scenario, forgetful: 1)
        #expect(scenario.endings(1).contains("forgotten"))
    }

    /// A majority of old copies, and one that remembers, though its own log begins before the others joined.
    @Test(arguments: [true, false]) func oldCopiesOfAMajorityAreFoundOutByTheOneThatRemembers(isThere: Bool) throws {
        var scenario = Scenario(servers: 3)
        let isFormed = scenario.form()
        try #require(isFormed)
        for server in [1, 2] { scenario.copyFiles(server) }
        for server in [1, 2] { scenario.start(server) }
        #expect(scenario.run(limit: 10) { $0.agree([0, 1, 2]) } != nil)
        scenario.run(seconds: 2)
        for _ in 0..<20 { _ = scenario.submit(to: 0) }
        scenario.run(seconds: 2)
        for server in 0...2 { scenario.kill(server) }
        for server in [1, 2] { scenario.restoreFiles(server) }
        if isThere { scenario.start(0) }
        for server in [1, 2] { scenario.start(server) }
        scenario.run(seconds: isThere ? 6 : 1)
        scenario.start(0)
        scenario.run(seconds: 4)
        for server in [1, 2] { #expect(scenario.endings(server).contains("forgotten")) }
        #expect(!scenario.hasMajority(0))
        // Without it nobody could know; what they decided by themselves is decided twice, and goes no further.
        if isThere { #expect(scenario.failure == nil) }
    }

    @Test func whoCrashesAndComesBackHasForgottenNothing() throws {
        var scenario = try formedGroup(3)
        for round in 0..<6 {
            for _ in 0..<30 { _ = scenario.submit(to: 0) }
            scenario.run(seconds: 1)
            for server in 0...2 {
                if round % 2 == 0 { scenario.kill(server) } else { scenario.losePower(server, keepsNothing: true) }
            }
            scenario.heal()
            for server in 0...2 { scenario.start(server) }
            #expect(scenario.run(limit: 20) { $0.agree([0, 1, 2]) } != nil)
        }
        #expect(!scenario.endings(1).contains("forgotten"))
        #expect(scenario.failure == nil)
    }
}
