import BinaryLog
import GroupCommunication
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

/// What `group_replication_bootstrap_group=ON` comes to, by what those say that were asked.
@Suite struct BootstrapDecisionTests {
    private func standing(
        _ kind: Standing.Kind, _ number: Int = 1, lists: Bool = false, missing: UInt8 = 0
    ) -> Standing {
        Standing(
            kind: kind, server: UUID(high: 1, low: UInt64(number)), address: "s\(number):1", epoch: 1, number: 3,
            listsReceiver: lists, missing: missing)
    }

    @Test(arguments: [false, true])
    func whereNobodyAnswersAGroupBegins(hasLog: Bool) {
        #expect(BootstrapDecision.decide([], hasLog: hasLog) == .begin)
    }

    @Test func aLivingGroupIsTakenPartIn() {
        #expect(BootstrapDecision.decide([standing(.active, lists: true)], hasLog: true) == .resume)
        #expect(BootstrapDecision.decide([standing(.active)], hasLog: true) == .join(seeds: ["s1:1"], waits: false))
        // It left in order and has no log of it: the old incarnation may be listed still.
        #expect(
            BootstrapDecision.decide([standing(.active, lists: true), standing(.blocked, 2)], hasLog: false)
                == .join(seeds: ["s1:1"], waits: false))
        #expect(BootstrapDecision.decide([standing(.beginning)], hasLog: false) == .join(seeds: ["s1:1"], waits: false))
    }

    @Test func membersWithoutAMajorityAreHelpedOrLeftAlone() {
        #expect(BootstrapDecision.decide([standing(.blocked, lists: true, missing: 1)], hasLog: true) == .resume)
        #expect(BootstrapDecision.decide([standing(.settling, lists: true, missing: 2)], hasLog: true) == .resume)
        #expect(BootstrapDecision.decide([standing(.blocked, lists: true, missing: 2)], hasLog: true) == .refuse(["s1:1"]))
        #expect(BootstrapDecision.decide([standing(.blocked, missing: 1)], hasLog: true) == .refuse(["s1:1"]))
        #expect(BootstrapDecision.decide([standing(.blocked, lists: true, missing: 1)], hasLog: false) == .refuse(["s1:1"]))
    }

    @Test func ofTwoThatBeginAtOnceOneJoinsTheOther() {
        #expect(BootstrapDecision.decide([standing(.asking, 2)], hasLog: true) == .join(seeds: ["s2:1"], waits: true))
        #expect(
            BootstrapDecision.decide([standing(.asking, 2), standing(.active, 3)], hasLog: false)
                == .join(seeds: ["s3:1"], waits: false))
    }

    @Test func whoComesFromAnotherGroupOfTheNameMayNotBringWhatThisOneDidNotBeginWith() {
        let configuration = GroupReplicationConfiguration()
        let name = UUID(high: 0xAAAA, low: 1)
        func gtids(_ last: Int64) -> GTIDSet { GTIDSet((1...last).map { GTID(source: name, number: $0) }) }
        func state(_ number: UInt64, _ last: Int64, lineage: UInt64) -> MemberState {
            MemberState(
                host: "h", port: 1, uuid: UUID(high: 1, low: number), version: "9.7.4", weight: 50, status: .recovering,
                gtids: gtids(last), settings: SharedSettings(configuration),
                recoveryEndpoints: [], dataLineage: lineage)
        }
        let group = state(1, 9, lineage: 7)
        for (last, lineage, isWelcome) in [
            (5, 3, true), (6, 3, false), (9, 7, true), (6, 0, true), (10, 7, false),
        ] as [(Int64, UInt64, Bool)] {
            let problem = JoinCompatibility.check(
                joiner: state(2, last, lineage: lineage), group: [group], groupGTIDs: group.gtids, lineage: 7,
                foundedWith: gtids(5))
            #expect((problem == nil) == isWelcome, "1-\(last) of \(lineage)")
            #expect(isWelcome || problem?.code == .memberTransactionsGreaterThanGroup)
        }
    }
}
