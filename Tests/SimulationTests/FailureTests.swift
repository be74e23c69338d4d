import Consensus
import GroupCommunicationCore
import Simulation
import Testing

/// What a group does when one thing breaks, in simulated time.
@Suite struct FailureTests {
    @Test(arguments: [3, 5, 7, 9], [UInt64(1), 2, 3])
    func aKilledPrimaryIsReplacedInAQuarterOfASecond(count: Int, seed: UInt64) throws {
        var scenario = try formedGroup(count, seed: seed)
        for _ in 0..<3 { _ = scenario.submit(to: 0) }
        scenario.run(seconds: 0.01)
        scenario.kill(0)
        let payload = scenario.submit(to: 1)
        let time = scenario.run(limit: 10) { $0.isAcknowledged(payload) }
        #expect((time ?? .infinity) < 0.25)
        // Nobody waits for it, and it still counts: others may die within moments, and it may come back.
        scenario.run(seconds: 0.1)
        #expect(scenario.lost(seenBy: 1) == [0] && scenario.members(seenBy: 1) == Array(0..<count))
        let view = scenario.run(limit: 10) { $0.agree(Array(1..<count)) }
        #expect((2...3.5).contains(view ?? 0), "\(view ?? -1) s")
        #expect(scenario.failure == nil)
    }

    @Test(arguments: [false, true])
    func aKilledSecondaryDelaysNobody(isMultiPrimary: Bool) throws {
        var scenario = try formedGroup(3, leaders: isMultiPrimary ? .everyMember : .only([]))
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

    /// Whoever of the others comes back, the dead one that does is a member again, and owns slots where all do.
    @Test(arguments: [false, true])
    func aKilledMemberThatComesBackSoonIsAMemberStill(isMultiPrimary: Bool) throws {
        var scenario = try formedGroup(3, leaders: isMultiPrimary ? .everyMember : .only([]))
        let number = scenario.configurationNumber(1)
        scenario.kill(0)
        let lost = scenario.run(limit: 1) { $0.lost(seenBy: 1) == [0] && $0.lost(seenBy: 2) == [0] }
        #expect((lost ?? .infinity) < 0.25)
        scenario.start(0)
        let back = scenario.run(limit: 3) { scenario in (0..<3).allSatisfy { scenario.lost(seenBy: $0).isEmpty } }
        #expect(back != nil, "\(scenario.summary(1))")
        scenario.run(seconds: 5)
        #expect(scenario.agree([0, 1, 2]))
        #expect(scenario.configurationNumber(1) <= number + 4)
        let payload = scenario.submit(to: 0)
        let acknowledged = scenario.run(limit: 1) { $0.isAcknowledged(payload) }
        #expect(acknowledged != nil && scenario.failure == nil)
    }

    private static let spacings = [0, 3, 20, 60, 110, 180, 300, 700, 1400, 2000]

    /// Every order of deaths, every distance between them, every majority that comes back: it goes on.
    @Test(arguments: [3, 5, 7], spacings)
    func anyMajorityThatComesBackGoesOnHoweverTheOthersDied(count: Int, spacing: Int) throws {
        let formed = try formedGroup(count)
        var orders = (0..<count).map { first in (0..<count).map { (first + $0) % count } }
        orders += orders.map { Array($0.reversed()) }
        for order in orders.prefix(count == 3 ? 6 : 3) {
            var died = formed
            for server in order {
                died.kill(server)
                died.run(seconds: Double(spacing) / 1000)
            }
            died.run(seconds: 0.3)
            let majority = count / 2 + 1
            for first in 0..<3 {
                var scenario = died
                let back = (0..<majority).map { order[(first + $0) % count] }
                for server in back {
                    scenario.start(server)
                    scenario.run(seconds: 0.02)
                }
                let payload = scenario.submit(to: back[0])
                let goesOn = scenario.run(limit: 10) { $0.isAcknowledged(payload) }
                #expect(goesOn != nil, "died \(order), back \(back): \(scenario.summary(back[0]))")
                #expect(scenario.failure == nil)
            }
        }
    }

    @Test func withoutPatienceTheLastSurvivorAloneWouldBeTheGroup() throws {
        var scenario = try formedGroup(3, bug: "no-patience")
        scenario.kill(0)
        scenario.run(seconds: 0.5)
        scenario.kill(1)
        scenario.run(seconds: 0.5)
        scenario.kill(2)
        for server in 0...1 { scenario.start(server) }
        let payload = scenario.submit(to: 1)
        let goesOn = scenario.run(limit: 10) { $0.isAcknowledged(payload) }
        #expect(goesOn == nil)
    }

    @Test func aPausedMemberIsUnreachableAfterFiveSecondsAndRemovedAfterTen() throws {
        var scenario = try formedGroup(3)
        scenario.pause(2)
        let unreachable = scenario.run(limit: 20) {
            $0.unreachable(seenBy: 0) == [2] && $0.unreachable(seenBy: 1) == [2]
        }
        #expect((4.4...5.8).contains(unreachable ?? 0), "\(unreachable ?? -1)")
        let removed = scenario.run(limit: 20) { $0.agree([0, 1]) }
        #expect((4.4...5.8).contains(removed ?? 0), "\(removed ?? -1)")
        #expect(scenario.unreachable(seenBy: 0).isEmpty)
        // It goes on and is told.
        scenario.resume(2)
        let told = scenario.run(limit: 5) { $0.endings(2) == ["expelled"] }
        #expect(told != nil, "\(scenario.summary(2))")
        #expect(scenario.failure == nil)
    }

    @Test func theExpelTimeoutActsOnSuspicionsThatAreThereAlready() throws {
        var scenario = try formedGroup(3)
        for server in 0..<3 { scenario.command(server, .setExpelTimeout(.seconds(3600))) }
        scenario.pause(1)
        scenario.run(seconds: 30)
        #expect(scenario.unreachable(seenBy: 0) == [1])
        #expect(scenario.members(seenBy: 0) == [0, 1, 2])
        for server in [0, 2] { scenario.command(server, .setExpelTimeout(.seconds(2))) }
        let removed = scenario.run(limit: 5) { $0.agree([0, 2]) }
        #expect((removed ?? .infinity) < 1)
    }

    @Test(arguments: [0, 1])
    func aMemberThatReturnsInTimeGoesOnWithoutRejoining(victim: Int) throws {
        var scenario = try formedGroup(3)
        scenario.isolate(victim)
        scenario.run(seconds: 7)
        #expect(scenario.unreachable(seenBy: 2) == [victim])
        #expect(!scenario.hasMajority(victim))
        if victim != 0 { for _ in 0..<50 { #expect(scenario.commitTime(at: 0) != nil) } }
        scenario.heal()
        let whole = scenario.run(limit: 5) { scenario in
            scenario.agree([0, 1, 2]) && (0..<3).allSatisfy { scenario.unreachable(seenBy: $0).isEmpty }
        }
        #expect((whole ?? .infinity) < 2)
        #expect(scenario.endings(victim).isEmpty)
        #expect(scenario.commitTime(at: victim) != nil)
    }

    @Test func oneThatWasExpelledWhileCutOffLearnsIt() throws {
        var scenario = try formedGroup(5)
        scenario.isolate(0)
        let removed = scenario.run(limit: 15) { $0.agree([1, 2, 3, 4]) }
        #expect(removed != nil)
        scenario.run(seconds: 20)
        #expect(scenario.members(seenBy: 0).count == 5 && !scenario.hasMajority(0))
        scenario.heal()
        let told = scenario.run(limit: 5) { $0.endings(0) == ["expelled"] }
        #expect((told ?? .infinity) < 2, "\(scenario.summary(0))")
    }

    @Test func whoSleptDoesNotTakeItForTheSilenceOfTheOthers() throws {
        var scenario = try formedGroup(3)
        // A host that froze two of three members: they must not remove the third, nor each other.
        scenario.pause(1)
        scenario.pause(2)
        scenario.run(seconds: 60)
        scenario.resume(1)
        scenario.resume(2)
        scenario.run(seconds: 5)
        #expect(scenario.agree([0, 1, 2]), "\(scenario.members(seenBy: 0))")
        #expect(scenario.commitTime(at: 0) != nil)
    }

    @Test func aTotalCutCostsNobodyHisMembership() throws {
        var scenario = try formedGroup(5)
        for server in 0..<5 { scenario.isolate(server) }
        scenario.run(seconds: 60)
        for server in 0..<5 { #expect(!scenario.hasMajority(server)) }
        scenario.heal()
        let whole = scenario.run(limit: 5) { scenario in
            scenario.agree([0, 1, 2, 3, 4]) && (0..<5).allSatisfy { scenario.hasMajority($0) }
        }
        #expect(whole != nil)
    }

    /// Links come back one after another: the two that meet first are a majority, and must not take the silence of the cut
    /// for the third's.
    @Test func whoMeetsAgainFirstDoesNotRemoveTheOther() throws {
        var scenario = try formedGroup(3)
        for server in 0..<3 { scenario.isolate(server) }
        scenario.run(seconds: 14)
        scenario.mend(0, 1)
        let met = scenario.run(limit: 5) { $0.hasMajority(0) && $0.hasMajority(1) }
        #expect(met != nil)
        scenario.run(seconds: 2)
        scenario.heal()
        let whole = scenario.run(limit: 5) { $0.unreachable(seenBy: 0).isEmpty && $0.unreachable(seenBy: 2).isEmpty }
        #expect(whole != nil)
        scenario.run(seconds: 10)
        #expect(scenario.agree([0, 1, 2]), "\(scenario.members(seenBy: 0))")
        // One that stays away is removed nevertheless.
        scenario.isolate(2)
        let removed = scenario.run(limit: 30) { $0.agree([0, 1]) }
        #expect(removed != nil)
    }

    @Test(arguments: [true, false], [(0, 1), (1, 0), (1, 2), (2, 0)])
    func oneBrokenLinkCostsNobody(isBothWays: Bool, link: (Int, Int)) throws {
        var scenario = try formedGroup(3)
        scenario.cut(link.0, link.1, isBothWays: isBothWays)
        var slowest = 0.0
        for _ in 0..<120 {
            for server in 0..<3 { slowest = max(slowest, scenario.commitTime(at: server, limit: 10) ?? .infinity) }
            scenario.run(seconds: 0.5)
        }
        // A live owner's slot is taken over after a second, and a commit may meet three such slots, and a repeated round.
        #expect(slowest < 4.5, "\(slowest) s")
        for server in 0..<3 {
            #expect(scenario.members(seenBy: server) == [0, 1, 2])
            #expect(scenario.unreachable(seenBy: server).isEmpty, "\(server): \(scenario.unreachable(seenBy: server))")
            #expect(scenario.hasMajority(server))
        }
        scenario.heal()
        let whole = scenario.run(limit: 5) { $0.agree([0, 1, 2]) }
        #expect(whole != nil)
        #expect(scenario.failure == nil)
    }

    @Test(arguments: [3, 5])
    func aMemberThatIsHeardButHearsNobodyIsRemoved(count: Int) throws {
        var scenario = try formedGroup(count)
        for other in 0..<count - 1 { scenario.cut(other, count - 1, isBothWays: false) }
        let removed = scenario.run(limit: 30) { $0.agree(Array(0..<count - 1)) }
        #expect(removed != nil, "\(scenario.members(seenBy: 0))")
        scenario.heal()
        let told = scenario.run(limit: 5) { [last = count - 1] in $0.endings(last) == ["expelled"] }
        #expect(told != nil)
    }

    @Test func ofTwoMembersNoneRemovesTheOther() throws {
        var scenario = try formedGroup(2)
        scenario.kill(1)
        scenario.run(seconds: 60)
        #expect(scenario.unreachable(seenBy: 0) == [1])
        #expect(!scenario.hasMajority(0))
        let waiting = scenario.submit(to: 0)
        scenario.run(seconds: 5)
        #expect(!scenario.isAcknowledged(waiting))
        scenario.start(1)
        let goesOn = scenario.run(limit: 5) { $0.agree([0, 1]) && $0.isAcknowledged(waiting) }
        #expect(goesOn != nil)
    }

    @Test(arguments: [UInt64](1...40))
    func aJoinerThatVanishesDoesNotBlockAGroupOfOne(seed: UInt64) throws {
        var scenario = try formedGroup(1, seed: seed, spare: 1)
        scenario.start(1)
        scenario.run(seconds: Double(seed) * 0.0004)
        scenario.losePower(1)
        scenario.run(seconds: 0.5)
        let hasTakenPart = scenario.members(seenBy: 0) == [0, 1]
        let time = scenario.commitTime(at: 0, limit: 30)
        #expect(time != nil || hasTakenPart, "\(scenario.summary(0))")
        // It comes back with what its disk kept, and gets in.
        scenario.heal()
        scenario.start(1)
        for _ in 0..<20 where !scenario.isRunning(1) || !scenario.agree([0, 1]) {
            scenario.run(seconds: 1)
            if !scenario.isRunning(1) { scenario.start(1) }
        }
        #expect(scenario.agree([0, 1]), "\(scenario.summary(0)) | \(scenario.summary(1)) \(scenario.endings(1))")
        #expect(scenario.failure == nil)
    }

    /// Whoever goes on alone has that on its disk before it shows it: what only a moment knew must not come to light.
    @Test(arguments: [UInt64](1...40))
    func aForcedConfigurationThatWasSeenSurvivesALossOfPower(seed: UInt64) throws {
        var scenario = try formedGroup(3, seed: seed)
        scenario.kill(1)
        scenario.kill(2)
        scenario.run(seconds: 11)
        let former = scenario.configurationNumber(0)
        scenario.command(0, .forceMembers([scenario.address(0)]))
        let forced = scenario.run(limit: 10) { $0.configurationNumber(0) > former }
        try #require(forced != nil, "\(scenario.summary(0)) \(scenario.forceAnswers(0))")
        scenario.losePower(0, keepsNothing: true)
        scenario.heal()
        scenario.start(0)
        let alone = scenario.run(limit: 10) { $0.agree([0]) }
        #expect(alone != nil, "\(scenario.summary(0))")
        #expect(scenario.failure == nil)
    }

    /// The others come back while the one that was forced stands still: it could not yet tell them, and they listen.
    @Test(arguments: [UInt64](1...40))
    func whoWasForcedOutDoesNotGoOnOnceItHearsOfThat(seed: UInt64) throws {
        var scenario = try formedGroup(5, seed: seed)
        // What two of them have accepted is in the way of the forced configuration.
        for server in 3...4 { scenario.kill(server) }
        scenario.isolate(0)
        let accepted = (1...2).map { scenario.submit(to: $0) }
        scenario.run(seconds: 0.05)
        for server in 1...2 { scenario.kill(server) }
        scenario.run(seconds: 11)
        let former = scenario.configurationNumber(0)
        scenario.command(0, .forceMembers([scenario.address(0)]))
        // Silent, not known to be dead: the first answer is a doubt.
        scenario.run(seconds: 0.1)
        scenario.command(0, .forceMembers([scenario.address(0)]))
        let forced = scenario.run(limit: 10) { $0.configurationNumber(0) > former }
        try #require(forced != nil, "\(scenario.summary(0)) \(scenario.forceAnswers(0))")
        scenario.pause(0)
        scenario.heal()
        for server in 1...4 { scenario.start(server) }
        scenario.run(seconds: 0.7)
        let waiting = (1...4).map { scenario.submit(to: $0) }
        scenario.resume(0)
        let out = scenario.run(limit: 5) { scenario in !(1...4).contains { scenario.isRunning($0) } }
        #expect(out != nil, "\(scenario.summary(1)) | \(scenario.endings(1))")
        #expect(!(accepted + waiting).contains { scenario.isAcknowledged($0) })
        #expect(scenario.failure == nil)
    }

    /// Its log begins with a configuration of fewer members: it listens for those of the one at the log's end.
    @Test(arguments: [UInt64](1...20))
    func aRestartedMemberListensForAllMembersOfTheLastConfigurationInItsLog(seed: UInt64) throws {
        var scenario = try formedGroup(3, seed: seed)
        for server in 0..<3 { scenario.kill(server) }
        scenario.start(2)
        scenario.run(seconds: 0.3)
        scenario.pause(2)
        for server in 0..<2 { scenario.start(server) }
        let waiting = (0..<2).map { scenario.submit(to: $0) }
        scenario.run(seconds: 1.3)
        #expect(!waiting.contains { scenario.isAcknowledged($0) }, "nobody has heard the third")
        let goOn = scenario.run(limit: 5) { scenario in waiting.allSatisfy { scenario.isAcknowledged($0) } }
        #expect(goOn != nil)
    }
}
