import Primitives
import Testing

@testable import Consensus

@Suite struct PaxosEngineTests {
    private let primary = LeaderChoice.only([EngineGroup.identity(0)])

    /// A group whose owners have their first block of slots reserved.
    private func group(_ count: Int, _ leaders: LeaderChoice = .everyMember) -> EngineGroup {
        var group = EngineGroup(count, leaders: leaders)
        group.settle(50)
        group.mail = []
        return group
    }

    @Test func aMemberAloneDecidesWhenItsDiskHasTheValue() {
        var group = group(1)
        #expect(group.propose([7], at: 0) == 1)
        #expect(group.delivered[0].isEmpty)
        group.sync(0)
        #expect(group.delivered[0] == [[7]])
        #expect(group.letters.isEmpty)
    }

    @Test func aCommitTakesOneRoundTripAndOneSync() {
        var group = group(3, primary)
        #expect(group.propose([7], at: 0) == 1)
        #expect(group.letters == ["0>1 accept 1@0 [7]", "0>2 accept 1@0 [7]"])
        group.deliverMail()
        #expect(group.letters.isEmpty, "an acceptor answers only what is on its disk")
        group.sync(1)
        #expect(group.letters == ["1>0 accepted 1@0"])
        group.deliverMail()
        #expect(group.delivered[0].isEmpty, "the owner's own disk does not have it yet")
        group.sync(0)
        #expect(group.delivered[0] == [[7]])
        group.settle(20)
        #expect(group.delivered == [[[7]], [[7]], [[7]]])
    }

    @Test func aLargeValueIsSentOnceWhileItIsOnItsWay() {
        var group = group(3, primary)
        let slot = group.propose([UInt8](repeating: 7, count: 1 << 20), at: 0)
        #expect(slot == 1)
        group.mail = []  // It takes its time on the links, which lose nothing.
        func accepts() -> Int {
            group.mail.count { if case .accept = $0.message { true } else { false } }
        }
        for _ in 0..<12 { group.pass(.milliseconds(100), at: 0) }
        #expect(accepts() == 0, "a second for each MiB, and the usual quarter of a second")
        group.pass(.milliseconds(100), at: 0)
        #expect(accepts() == 2)
        // A small one is asked for again soon.
        _ = group.propose([8], at: 0)
        group.mail = []
        group.pass(.milliseconds(300), at: 0)
        #expect(accepts() == 2)
    }

    @Test func nobodyIsAskedForWhatIsComingIn() {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        // The third member's frame is long; the others are done before it has come.
        group.deliverMail { _, to in to != 2 }
        for index in [0, 1] { group.sync(index) }
        group.deliverMail { _, to in to != 2 }
        #expect(group.delivered[0] == [[7]])
        guard let owner = group.engines[2].peer(EngineGroup.identity(0)) else { return }
        group.mail = []
        group.engines[2].noteDelivered(peer: owner, slot: 1)
        for _ in 0..<10 {
            group.engines[2].noteBytes(peer: owner, now: group.now)
            group.pass(.milliseconds(100), at: 2)
        }
        #expect(group.letters.isEmpty)
        // The bytes stop, and it was not among them.
        group.pass(.milliseconds(500), at: 2)
        group.pass(.milliseconds(100), at: 2)
        #expect(group.letters.contains("2>0 fetch 1...1"))
    }

    @Test func anOwnerDoesNotWaitForItsOwnDiskWhenAMajorityHasTheValue() {
        var group = group(5, primary)
        _ = group.propose([7], at: 0)
        group.deliverMail()
        group.sync(1)
        group.sync(2)
        group.pass(.milliseconds(5), at: 3)
        group.sync(3)
        group.deliverMail()
        #expect(group.delivered[0] == [[7]])
    }

    @Test func whoIsNotNeededForTheMajorityPutsItsSyncOff() {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        _ = group.propose([8], at: 0)
        group.deliverMail()
        #expect(group.unsynced[1].count == 1)
        #expect(group.unsynced[2].isEmpty, "member 2 is not needed")
        group.sync(0)
        group.sync(1)
        group.deliverMail()
        #expect(group.delivered[0] == [[7], [8]])
        group.pass(.milliseconds(2), at: 0)
        group.deliverMail()
        #expect(group.delivered[2] == [[7], [8]], "it learns what was decided")
        group.pass(.milliseconds(3), at: 2)
        #expect(group.unsynced[2].count == 1, "one sync for both")
        group.sync(2)
        #expect(!group.letters.contains { $0.hasPrefix("2>0 accepted") }, "nobody waits for its answers any more")
    }

    @Test func aSpareAcceptorAnswersOnlyWhatIsOnItsDiskHoweverOftenItIsAsked() {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        let asked = group.mail
        group.deliverMail()
        group.mail = asked
        group.deliverMail()
        #expect(group.letters.isEmpty)
        group.pass(.milliseconds(5), at: 2)
        #expect(group.letters.isEmpty)
        group.sync(2)
        #expect(group.letters == ["2>0 accepted 1@0", "2>0 accepted 1@0"])
    }

    @Test func aSpareAcceptorThatIsNeededSyncsAtOnceForAWhile() {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        // Member 1 hears nothing.
        group.deliverMail { _, to in to != 1 }
        group.pass(.milliseconds(5), at: 2)
        group.sync(2)
        group.sync(0)
        group.deliverMail { _, to in to != 1 }
        #expect(group.delivered[0] == [[7]])
        _ = group.propose([8], at: 0)
        group.deliverMail { _, to in to != 1 }
        #expect(group.unsynced[2].count == 1, "at once, now that member 1 is slow")
    }

    @Test func whoFollowsASuspectIsNotSpare() {
        var group = group(3, primary)
        if let peer = group.engines[2].peer(EngineGroup.identity(1)) { group.engines[2].setSuspect(peer: peer, true) }
        _ = group.propose([7], at: 0)
        group.deliverMail()
        #expect(group.unsynced[2].count == 1)
    }

    @Test func ownersWithoutAValueSkipWithoutARound() {
        var group = group(3)
        // Slot 1 belongs to member 1, slot 2 to member 2.
        #expect(group.propose([7], at: 2) == 2)
        #expect(group.letters == ["2>0 accept 2@0 [7]", "2>1 accept 2@0 [7]"])
        group.deliverMail()
        #expect(group.letters == ["1>0 skip 1..<2", "1>2 skip 1..<2"])
        group.settle(50)
        #expect(group.delivered == [[[7]], [[7]], [[7]]])
    }

    @Test func atMostAnEventHorizonOfSlotsIsOpen() {
        var group = group(3, primary)
        for number in 0..<10 { #expect(group.propose([UInt8(number + 1)], at: 0) != nil) }
        #expect(group.propose([99], at: 0) == nil)
        group.settle(50)
        #expect(group.propose([99], at: 0) != nil)
    }

    @Test func whatADeadOwnerHadAcceptedSomewhereIsKeptByTheTakeover() {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        group.deliverMail { _, to in to == 1 }
        group.sync(1)
        group.mail = []
        // Member 0 is gone; 1 and 2 suspect it.
        for index in [1, 2] {
            if let peer = group.engines[index].peer(EngineGroup.identity(0)) {
                group.engines[index].setSuspect(peer: peer, true)
            }
        }
        group.settle { from, to in from != 0 && to != 0 }
        #expect(group.delivered[1] == [[7]])
        #expect(group.delivered[2] == [[7]])
    }

    @Test func aMemberMayPutItsOwnValueIntoADeadLeadersSlot() {
        var group = group(3, primary)
        for index in [1, 2] {
            if let peer = group.engines[index].peer(EngineGroup.identity(0)) {
                group.engines[index].setSuspect(peer: peer, true)
            }
        }
        #expect(group.engines[1].proposeByTakeover([9], now: group.now) == 1)
        group.settle { from, to in from != 0 && to != 0 }
        #expect(group.delivered[1] == [[9]])
        #expect(group.delivered[2] == [[9]])
        if let peer = group.engines[0].peer(EngineGroup.identity(1)) {
            group.engines[0].noteDelivered(peer: peer, slot: group.engines[1].delivered)
        }
        group.settle()
        #expect(group.delivered[0] == [[9]], "the old leader learns it")
    }

    @Test func nobodyPutsAValueOfItsOwnIntoASlotThatItsOwnerMaySkip() {
        var group = group(3)
        #expect(group.engines[1].proposeByTakeover([9], now: group.now) == nil)
    }

    @Test func aRestartedOwnerNeverUsesBallotZeroInItsReservedBlock() throws {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        group.mail = []
        try group.restart(0)
        group.settle(20) { _, _ in false }
        group.mail = []
        _ = group.propose([8], at: 0)
        #expect(!group.letters.contains { $0.contains("accept ") && $0.contains("@0 ") })
        group.settle()
        let agreed = group.delivered[0]
        #expect(group.delivered[1] == agreed && group.delivered[2] == agreed)
        #expect(agreed.contains([8]))
    }

    @Test func aRestartedAcceptorRemembersWhatItAccepted() throws {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        group.deliverMail { _, to in to == 1 }
        group.sync(1)
        group.mail = []
        try group.restart(1)
        for index in [1, 2] {
            if let peer = group.engines[index].peer(EngineGroup.identity(0)) {
                group.engines[index].setSuspect(peer: peer, true)
            }
        }
        group.settle { from, to in from != 0 && to != 0 }
        #expect(group.delivered[2] == [[7]])
    }

    @Test func withoutAMajorityNothingIsDecided() {
        var group = group(3, primary)
        _ = group.propose([7], at: 0)
        group.settle { _, _ in false }
        #expect(group.delivered == [[], [], []])
        group.settle()
        #expect(group.delivered == [[[7]], [[7]], [[7]]])
    }

    @Test func aMemberThatWasAwayFetchesWhatItMissed() {
        var group = group(3, primary)
        for number in 0..<50 {
            _ = group.propose([UInt8(number)], at: 0)
            group.settle(30) { from, to in from != 2 && to != 2 }
        }
        #expect(group.delivered[0].count == 50 && group.delivered[2].isEmpty)
        group.engines[2].noteDelivered(peer: 1, slot: group.engines[0].delivered)
        group.settle()
        #expect(group.delivered[2] == group.delivered[0])
    }

    @Test func aConfigurationTakesForceBehindEveryWindow() {
        let group = group(3, primary)
        #expect(group.engines[0].windowEnd == 10)
        #expect(group.engines[0].firstSlot(ofChangeIn: 1) == 12)
    }

    /// A group that lives long has seen many incarnations, and each got a number of its own.
    @Test func whatOneOfManyPeersLacksTheOthersMayStillHave() {
        var group = group(3)
        for index in 100..<180 { _ = group.engines[0].addPeer(EngineGroup.identity(index)) }
        let late = (200...201).map { group.engines[0].addPeer(EngineGroup.identity($0)) }
        let members = [EngineGroup.identity(0), EngineGroup.identity(200), EngineGroup.identity(201)]
        let configuration = Configuration(
            number: 1, epoch: 0, firstSlot: 1,
            members: members.enumerated().map { Member(identity: $0.element, address: "s\($0.offset)") },
            leaderChoice: .everyMember, eventHorizon: 10, protocolVersion: 1)
        group.engines[0].install(base: 0, configurations: [configuration], now: group.now)
        group.engines[0].receive(.unavailable(first: 50, isDispensable: false), from: late[0], now: group.now)
        #expect(!group.engines[0].isBeyondPeersLogs)
        group.engines[0].receive(.unavailable(first: 50, isDispensable: false), from: late[1], now: group.now)
        #expect(group.engines[0].isBeyondPeersLogs)
    }
}
