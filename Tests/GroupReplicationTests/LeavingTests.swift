import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

/// Leaving without having been asked to, and coming back.
@Suite(.serialized) struct LeavingTests {
    private static let stage = GroupReplication.rejoinStage

    private func group(
        _ count: UInt64, _ change: (inout GroupReplicationConfiguration) -> Void = { _ in }
    ) throws -> (SimulatedOrder, [TestMember]) {
        let order = SimulatedOrder()
        var members: [TestMember] = []
        for number in 1...count {
            let member = try TestMember(number, order) { configuration in
                configuration.singlePrimaryMode = false
                configuration.times.rejoinPause = .milliseconds(10)
                configuration.times.enterTimeout = .milliseconds(150)
                configuration.times.rejoinPeriod = .milliseconds(400)
                configuration.times.lastAttemptLength = .milliseconds(200)
                configuration.times.incarnationPause = .milliseconds(20)
                change(&configuration)
            }
            if let first = members.first {
                try eventually("the first to have applied all") {
                    first.store.executed == first.replication.certifiedGTIDs
                }
                member.store.adopt(first.store)
                member.log.adopt(first.log)
            }
            try member.open()
            if number == 1 { try member.bootstrap() } else { try member.join() }
            members.append(member)
        }
        return (order, members)
    }

    private func close(_ members: [TestMember]) {
        members.forEach { $0.replication.close() }
    }

    @Test func aMinorityThatTimedOutGoesOnWithItsMembershipWhenTheMajorityIsBack() throws {
        let (order, members) = try group(2) { configuration in
            configuration.unreachableMajorityTimeout = .milliseconds(100)
            configuration.times.rejoinPeriod = .seconds(20)
        }
        try members[0].commit("a=1")
        order.hold()
        try members.forEach { try $0.awaitState(.error) }
        #expect(members.allSatisfy { $0.server.isReadOnly })
        #expect(members[0].replication.monitoring().members.count == 1)
        try eventually("the stage") {
            members[0].replication.monitoring().stages.current.map(\.stage.name) == [LeavingTests.stage]
        }
        order.release()
        try members.forEach { try $0.awaitState(.online) }
        try eventually("writes") { members.allSatisfy { !$0.server.isReadOnly } }
        try members[0].commit("a=2")
        try eventually("the other to follow") { members[1].store["a"] == "2" }
        #expect(members[0].replication.monitoring().stages.current.isEmpty)
        close(members)
    }

    @Test func attemptsThatFailAreCountedAndEndInTheExitAction() throws {
        let (order, members) = try group(2) { configuration in
            configuration.unreachableMajorityTimeout = .milliseconds(50)
            configuration.autorejoinTries = 2
            configuration.exitStateAction = .offlineMode
        }
        order.hold()
        try eventually("the second attempt") {
            members[0].replication.monitoring().stages.current.first?.stage
                == StageStatus(name: LeavingTests.stage, workCompleted: 2, workEstimated: 2)
        }
        #expect(members[0].state() == .error)
        #expect(!members[0].server.isOffline)
        try eventually("the exit action") { members[0].server.isOffline }
        try eventually("the stage's end") { members[0].replication.monitoring().stages.current.isEmpty }
        let stages = members[0].replication.monitoring().stages
        #expect(stages.historyLong.map(\.stage.name) == [LeavingTests.stage])
        #expect(stages.summaries.first { $0.name == LeavingTests.stage }?.count == 1)
        #expect(members[0].state() == .error)
        order.release()
        close(members)
    }

    @Test func withoutTriesTheExitActionComesAtOnce() throws {
        let (order, members) = try group(2) { configuration in
            configuration.autorejoinTries = 0
            configuration.exitStateAction = .abortServer
        }
        order.expel(members[1].uuid)
        try eventually("the server to be told") { members[1].server.abortReason != nil }
        #expect(members[1].replication.monitoring().stages.summaries.allSatisfy { $0.count == 0 })
        close(members)
    }

    @Test func stopEndsARejoinAtOnce() throws {
        let (order, members) = try group(2) { configuration in
            configuration.unreachableMajorityTimeout = .milliseconds(50)
            configuration.times.rejoinPeriod = .seconds(60)
            configuration.times.enterTimeout = .seconds(60)
        }
        order.hold()
        try eventually("the attempt") { !members[0].replication.monitoring().stages.current.isEmpty }
        let start = MonotonicTime.now()
        try members[0].replication.stop()
        #expect(MonotonicTime.now() - start < .seconds(10))
        #expect(members[0].state() == .offline)
        try eventually("the stage's end") { members[0].replication.monitoring().stages.current.isEmpty }
        // Alone, it takes commits again.
        try members[0].commit("own=1")
        order.release()
        close(members)
    }

    @Test func aTimeoutSetAfterTheMajorityWasLostHasNoEffect() throws {
        let (order, members) = try group(2) { $0.autorejoinTries = 0 }
        order.hold()
        members[0].configuration.unreachableMajorityTimeout = .milliseconds(1)
        members[0].replication.reconfigure(members[0].configuration)
        Thread.sleep(.milliseconds(600))
        #expect(members[0].state() == .online)
        order.release()
        close(members)
    }

    @Test func anOlderIncarnationThatIsListedIsWaitedForTenTimes() throws {
        #expect(MembershipTimes().incarnationRetries == 10)
        #expect(MembershipTimes().incarnationPause == .seconds(5))
        #expect(MembershipTimes().rejoinPeriod == .seconds(300))
        let (order, members) = try group(2)
        members[1].crash()
        let twin = try TestMember(2, order) { configuration in
            configuration.singlePrimaryMode = false
            configuration.times.incarnationPause = .milliseconds(20)
            configuration.times.incarnationRetries = 3
        }
        twin.store.adopt(members[0].store)
        twin.log.adopt(members[0].log)
        try twin.open()
        #expect(throws: SQLError(.groupReplicationConfiguration)) { try twin.replication.start(StartOptions()) }
        #expect(twin.state() == .offline)
        twin.configuration.times.incarnationRetries = 10_000
        twin.replication.reconfigure(twin.configuration)
        let joined = Promise<Bool>()
        _ = Thread.start(name: "join") { joined.fulfil((try? twin.join()) != nil) }
        #expect(joined.wait(until: .now() + .milliseconds(100)) == nil)
        order.expel(members[1].uuid)
        #expect(joined.wait(until: .now() + .seconds(20)) == true)
        twin.replication.close()
        members[0].replication.close()
    }

    @Test func aServerThatDiesWhileItJoinsWasInNoGroup() throws {
        let (order, members) = try group(1)
        let joiner = try TestMember(2, order) { $0.singlePrimaryMode = false }
        try joiner.open()
        // The view is there, the group's state is not.
        order.hold()
        _ = Thread.start(name: "join") { try? joiner.replication.start(StartOptions()) }
        try eventually("its view") { members[0].state(of: joiner) == .recovering }
        #expect(try StateFile(directory: joiner.directory).load(ownUUID: joiner.uuid)?.holdsLog == false)
        joiner.crash()
        order.release()
        order.expel(joiner.uuid)
        try joiner.restart(startsGroup: false)
        #expect(joiner.state() == .offline)
        try joiner.commit("own=1")
        close(members + [joiner])
    }

    @Test func stopLetsCommitsThatAreUnderWayEnd() throws {
        let (_, members) = try group(2)
        let outcomes = (0..<8).map { index in
            let promise = Promise<[Int]>()
            _ = Thread.start(name: "session") {
                var committed: [Int] = []
                for value in 0..<10_000 {
                    guard (try? members[0].commit("k\(index)=\(value)")) != nil else { break }
                    committed.append(value)
                }
                promise.fulfil(committed)
            }
            return promise
        }
        try eventually("commits") { members[1].store["k3"] != nil }
        try members[0].replication.stop()
        for (index, outcome) in outcomes.enumerated() {
            let committed = outcome.wait(until: .now() + .seconds(20)) ?? []
            // Nothing that was refused is there, nothing that was acknowledged is missing.
            try eventually("the last of \(index)") { members[1].store["k\(index)"] == committed.last.map(String.init) }
            #expect(members[0].store["k\(index)"] == committed.last.map(String.init))
        }
        close(members)
    }

    @Test func aServerWhoseApplierFailedJoinsAgainAfterStop() throws {
        let (_, members) = try group(2)
        members[1].store.fail(SQLError(code: 1026, sqlState: "HY000", message: "disk full"))
        try members[0].commit("a=1")
        try members[1].awaitState(.error)
        members[1].store.fail(nil)
        try members[1].replication.stop()
        members[1].store.adopt(members[0].store)
        members[1].log.adopt(members[0].log)
        try members[1].join()
        try members[0].commit("a=2")
        try eventually("it to follow") { members[1].store["a"] == "2" }
        close(members)
    }

    @Test func aRestartedMemberThatWasRemovedMeanwhileJoinsAnew() throws {
        let (order, members) = try group(2) { $0.autorejoinTries = 0 }
        members[1].crash()
        order.expel(members[1].uuid)
        try members[0].commit("a=1")
        members[1].store.adopt(members[0].store)
        members[1].log.adopt(members[0].log)
        try members[1].restart()
        try members[1].awaitState(.online)
        try members[0].commit("a=2")
        try eventually("it to follow") { members[1].store["a"] == "2" }
        close(members)
    }
}
