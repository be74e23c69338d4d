import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

private func at(_ number: UInt64) -> LogPosition { LogPosition(rawValue: number) }
private func server(_ number: UInt64) -> UUID { UUID(high: 0x1111_1111_1111_4111, low: 0x8111_1111_1111_0000 + number) }

@Suite struct BeginHoldsTests {
    private let t = TouchedTable(schema: "d", name: "t")
    private let u = TouchedTable(schema: "d", name: "u")

    @Test func anAnswerWaitsForTheNewestAfterThatItShowsAndNotForLaterOnes() {
        var holds = BeginHolds()
        #expect(!holds.awaitsOthers)
        holds.certifiedAfter(at(10), .these([t]))
        #expect(holds.awaitsOthers)
        #expect(holds.target(ofReading: [t], at: at(9)) == nil)
        let target = holds.target(ofReading: [u, t], at: at(11))
        #expect(target == at(10))
        holds.certifiedAfter(at(20), .these([t]))
        holds.applied(byAllUpTo: at(10))
        #expect(holds.isReleased(at(10)))
        #expect(holds.awaitsOthers)
        #expect(holds.target(ofReading: [t], at: at(15)) == nil)
        holds.applied(byAllUpTo: at(5))
        #expect(holds.isReleased(at(10)))
        holds.applied(byAllUpTo: at(25))
        #expect(!holds.awaitsOthers)
        holds.certifiedAfter(at(24), .all)
        #expect(!holds.awaitsOthers)
        holds.certifiedAfter(at(30), .all)
        holds.reset()
        #expect(holds == BeginHolds())
    }

    @Test func whoReadsOtherTablesDoesNotWait() {
        var holds = BeginHolds()
        holds.certifiedAfter(at(10), .these([t]))
        #expect(holds.target(ofReading: [u], at: at(99)) == nil)
        #expect(holds.target(ofReading: [], at: at(99)) == nil)
        #expect(holds.target(ofReading: nil, at: at(99)) == at(10))
        holds.certifiedAfter(at(12), .all)
        #expect(holds.target(ofReading: [u], at: at(11)) == nil)
        #expect(holds.target(ofReading: [u], at: at(12)) == at(12))
        for position in 13..<2000 { holds.certifiedAfter(at(UInt64(position)), .these([t])) }
        // Not all of them are remembered one by one: what is not counts as touching everything.
        #expect(holds.target(ofReading: [t], at: at(1999)) == at(1999))
        #expect(holds.target(ofReading: [u], at: at(1999)) ?? at(0) >= at(1024))
    }
}

@Suite struct CommitWaitTests {
    @Test func theAnswerToAWaitThatWasGivenUpIsNotTakenForTheNextOnes() {
        let waiter = CommitWaiter()
        let first = waiter.prepare()
        waiter.interrupt()
        #expect(waiter.wait() == nil)
        waiter.clearInterruption()
        let second = waiter.prepare()
        first.finish(.conflict)
        #expect(waiter.wait(until: .now() + .milliseconds(1)) == nil)
        let third = waiter.prepare()
        second.finish(.conflict)
        third.finish(.reached(at(7)))
        guard case .reached(let position) = waiter.wait() else {
            Issue.record("another wait's answer")
            return
        }
        #expect(position == at(7))
    }
}

@Suite struct FlowControlWeightTests {
    @Test(arguments: [(0, 1), (1, 1), (4096, 1), (4097, 2), (1_000_000, 245), (150_000_000, 36_622)])
    func aTransactionCountsByItsBytes(bytes: Int, weight: Int64) {
        #expect(FlowControl.weight(ofBytes: bytes) == weight)
    }

    @Test func aQueueCountsAsItsTransactionsOrItsBytes() {
        #expect(FlowControl.weight(ofQueue: 100, bytes: 100) == 100)
        #expect(FlowControl.weight(ofQueue: 100, bytes: 1 << 30) == 262_144)
        #expect(FlowControl.weight(ofQueue: 0, bytes: 0) == 0)
    }

    @Test func aLargeTransactionUsesTheQuotaUp() {
        var configuration = FlowControlConfiguration()
        configuration.maximumQuota = 300
        var flow = FlowControl(configuration: configuration)
        flow.endPeriod()
        let admitted = [flow.admit(weight: 245), flow.admit(weight: 245)]
        #expect(admitted == [true, false])
    }

    @Test(arguments: [(0, false, 30), (500, false, 500), (0, true, 3000)])
    func whoAppliesNothingHasNoCapacity(applied: Int64, isRecovering: Bool, quota: Int64) {
        var configuration = FlowControlConfiguration()
        configuration.applierThreshold = 100
        configuration.minimumQuota = 30
        configuration.holdPercent = 0
        var flow = FlowControl(configuration: configuration)
        let (writing, slow) = (UUID(high: 0, low: 1), UUID(high: 0, low: 2))
        for period in 1...3 as ClosedRange<Int64> {
            flow.receive(
                from: writing, certifierQueue: 0, applierQueue: 0, certified: period * 3000, applied: period * 3000,
                local: period * 3000, isRecovering: false)
            flow.receive(
                from: slow, certifierQueue: 0, applierQueue: period * 3000, certified: period * 3000, applied: period * applied,
                local: 0, isRecovering: isRecovering)
            flow.endPeriod()
        }
        #expect(flow.quota == quota)
    }
}

@Suite struct CommitParentsTests {
    @Test func aTransactionDependsOnTheNewestWriterOfItsRows() {
        var parents = CommitParents()
        // The first depends on what was before it.
        #expect(parents.add(1, at: at(100), newestWriter: .zero, isBarrier: false) == 0)
        // Other rows than those of 1: they may be applied side by side.
        #expect(parents.add(2, at: at(200), newestWriter: .zero, isBarrier: false) == 0)
        #expect(parents.add(3, at: at(300), newestWriter: at(200), isBarrier: false) == 2)
        #expect(parents.add(4, at: at(400), newestWriter: at(100), isBarrier: false) == 1)
        // A DDL waits for all, and all wait for it.
        #expect(parents.add(5, at: at(500), newestWriter: .zero, isBarrier: true) == 4)
        #expect(parents.add(6, at: at(600), newestWriter: at(100), isBarrier: false) == 5)
        #expect(parents.add(7, at: at(700), newestWriter: .zero, isBarrier: false) == 5)
    }

    @Test func whatIsForgottenCountsAsTheOldestRemembered() {
        var parents = CommitParents()
        let count = Int64(CommitParents.maximumRemembered) + 100
        for number in 1...count {
            let last = parents.add(number, at: at(UInt64(number) * 10), newestWriter: .zero, isBarrier: false)
            #expect(last < number)
        }
        // Its row was written by number 1, which is forgotten: nothing at or above it may be named as independent.
        let last = parents.add(count + 1, at: at(UInt64(count + 1) * 10), newestWriter: at(10), isBarrier: false)
        #expect(last >= 1 && last <= count)
    }
}
