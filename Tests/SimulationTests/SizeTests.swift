import Consensus
import Simulation
import Testing

/// Groups of one to nine members survive the loss of any f of 2f + 1.
@Suite struct SizeTests {
    @Test(arguments: 1...9, [false, true])
    func aGroupSurvivesTheLossOfAllButAMajority(size: Int, isMultiPrimary: Bool) throws {
        var scenario = try formedGroup(size, leaders: isMultiPrimary ? .everyMember : .only([]))
        let tolerated = (size - 1) / 2
        // The primary first. Together: what is left is a majority of what was there.
        for server in 0..<tolerated { scenario.kill(server) }
        let last = size - 1
        #expect(scenario.commitTime(at: last, limit: 5) != nil, "\(scenario.summary(last))")
        let rest = Array(tolerated..<size)
        let removed = scenario.run(limit: 20) { $0.agree(rest) }
        #expect(removed != nil, "\(scenario.members(seenBy: last))")
        for server in 0..<tolerated { scenario.start(server) }
        // Their membership is over: they come back as new members.
        for _ in 0..<30 where !scenario.agree(Array(0..<size)) {
            scenario.run(seconds: 1)
            for server in 0..<tolerated where !scenario.isRunning(server) { scenario.start(server) }
        }
        #expect(scenario.agree(Array(0..<size)), "\(scenario.members(seenBy: last))")
        #expect(scenario.failure == nil)
    }

    @Test(arguments: 2...9)
    func withoutAMajorityNothingIsDecidedAndWithOneAgainItGoesOn(size: Int) throws {
        var scenario = try formedGroup(size)
        let tooMany = size - size / 2
        // At the same moment, so that no smaller majority is agreed on in between.
        for server in 0..<tooMany { scenario.losePower(server) }
        let last = size - 1
        let waiting = scenario.submit(to: last)
        scenario.run(seconds: 30)
        #expect(!scenario.isAcknowledged(waiting))
        #expect(!scenario.hasMajority(last))
        #expect(scenario.members(seenBy: last).count == size)
        scenario.heal()
        for server in 0..<tooMany { scenario.start(server) }
        let goesOn = scenario.run(limit: 10) { $0.isAcknowledged(waiting) && $0.agree(Array(0..<size)) }
        #expect(goesOn != nil, "\(scenario.summary(last))")
        #expect(scenario.failure == nil)
    }

    @Test func theTenthMemberIsRefused() throws {
        var scenario = try formedGroup(9, spare: 1)
        scenario.start(9)
        let refused = scenario.run(limit: 10) { $0.endings(9) == ["groupIsFull"] }
        #expect(refused != nil, "\(scenario.endings(9))")
        #expect(scenario.agree(Array(0..<9)))
    }
}
