import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

@Suite(.serialized) struct RecoveryTests {
    private func founder(_ order: SimulatedOrder, port: UInt16) throws -> TestMember {
        let member = try TestMember(1, order) { configuration in
            configuration.singlePrimaryMode = false
            configuration.reportPort = port
        }
        try member.open()
        try member.bootstrap()
        return member
    }

    @Test func anEmptyJoinerStreamsFromItsDonorWhileTheGroupGoesOn() throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_901)
        try first.createTable("t")
        for value in 0..<500 { try first.commit("a=\(value);k\(value)=1") }
        try first.serveBinaryLog()
        let joiner = try TestMember(2, order) { $0.singlePrimaryMode = false }
        try joiner.open()
        let writing = Promise<Bool>()
        _ = Thread.start(name: "writer") {
            for value in 0..<300 { _ = try? first.commit("b=\(value)") }
            writing.fulfil(true)
        }
        try joiner.join()
        _ = writing.wait(until: .now() + .seconds(30))
        try eventually("it to have all") { joiner.store.contents == first.store.contents }
        #expect(joiner.log.lines == first.log.lines)
        #expect(joiner.store.executed == first.store.executed)
        try joiner.commit("c=1")
        try eventually("the donor to have it") { first.store["c"] == "1" }
        #expect(joiner.replication.monitoring().recoveryChannel.sourceUser == "rpl_user")
        first.stopServing()
        joiner.replication.close()
        first.replication.close()
    }

    /// Power may be lost as soon as the others count on it.
    @Test func aMemberIsOnlineWhenWhatItRecoveredIsOnDisk() throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_906)
        for value in 0..<50 { try first.commit("a=\(value)") }
        try first.serveBinaryLog()
        let joiner = try TestMember(2, order) { $0.singlePrimaryMode = false }
        try joiner.open()
        try joiner.replication.start(StartOptions())
        // What was on disk in the moment in which the group heard of it.
        var atOnline: (GTIDSet, GTIDSet)?
        try eventually("it to be ONLINE") {
            let isOnline = first.state(of: joiner) == .online
            if isOnline { atOnline = (joiner.store.synced, joiner.log.synced) }
            return isOnline
        }
        let needed = first.store.executed
        #expect(atOnline.map { needed.isSubset(of: $0.0) } == true)
        #expect(atOnline.map { needed.isSubset(of: $0.1) } == true)
        first.stopServing()
        joiner.replication.close()
        first.replication.close()
    }

    /// It bootstrapped a group of the same name by mistake, and wrote there: its numbers are the group's, its rows are not.
    @Test(arguments: [true, false]) func numbersWithOtherContentsAreNoHistoryOfTheGroup(isMistaken: Bool) throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_908)
        for value in 0..<5 { try first.commit("a=\(value)") }
        try first.createTable("t")
        let elsewhere = SimulatedOrder()
        let mistaken = try TestMember(9, elsewhere) { $0.singlePrimaryMode = false }
        try mistaken.open()
        try mistaken.bootstrap()
        for value in 0..<3 { try mistaken.commit("a=\(value)\(isMistaken && value == 1 ? "!" : "")") }
        mistaken.replication.close()
        try first.serveBinaryLog()
        let joiner = try TestMember(2, order) { $0.singlePrimaryMode = false }
        joiner.store.adopt(mistaken.store)
        joiner.log.adopt(mistaken.log)
        try joiner.open()
        try joiner.replication.start(StartOptions())
        if isMistaken {
            try joiner.awaitState(.error)
            try eventually("it to have left") { first.replication.monitoring().members.count == 1 }
        } else {
            // The same transactions are the group's, wherever they were committed.
            try joiner.awaitState(.online)
            #expect(joiner.store.history == first.store.history)
        }
        first.stopServing()
        joiner.replication.close()
        first.replication.close()
    }

    @Test func aDonorThatIsGoneIsTriedAgainAndAnotherTaken() throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_911)
        for value in 0..<20 { try first.commit("a=\(value)") }
        try first.serveBinaryLog()
        let second = try TestMember(2, order) { configuration in
            configuration.singlePrimaryMode = false
            configuration.reportPort = 27_912
        }
        try second.open()
        try second.join()
        // Only the second one still serves.
        first.stopServing()
        try second.serveBinaryLog()
        let third = try TestMember(3, order) { configuration in
            configuration.singlePrimaryMode = false
            configuration.recoveryRetryCount = 20
            configuration.recoveryReconnectInterval = .milliseconds(10)
        }
        try third.open()
        try third.join()
        try eventually("it to have all") { third.store["a"] == "19" }
        second.stopServing()
        [third, second, first].forEach { $0.replication.close() }
    }

    @Test func withoutADonorTheMemberEndsInErrorAndSaysWhy() throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_921)
        for value in 0..<20 { try first.commit("a=\(value)") }
        try first.serveBinaryLog(
            refusing: SQLError(code: 1236, sqlState: "HY000", message: "Cannot replicate because the source purged required binary logs."))
        let joiner = try TestMember(2, order) { $0.singlePrimaryMode = false }
        try joiner.open()
        try joiner.replication.start(StartOptions())
        try joiner.awaitState(.error)
        let channel = joiner.replication.monitoring().recoveryChannel
        #expect(channel.lastErrorNumber == 1236)
        try eventually("it to have left") { first.replication.monitoring().members.count == 1 }
        try first.commit("b=1")
        // STOP brings the server back to itself.
        try joiner.replication.stop()
        #expect(joiner.state() == .offline)
        first.stopServing()
        joiner.replication.close()
        first.replication.close()
    }

    @Test func aJoinerThatCrashesWhileItRecoversFinishesAfterItsRestart() throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_931)
        for value in 0..<50 { try first.commit("a=\(value)") }
        let joiner = try TestMember(2, order) { configuration in
            configuration.singlePrimaryMode = false
            configuration.recoveryRetryCount = 1_000
            configuration.recoveryReconnectInterval = .milliseconds(5)
        }
        try joiner.open()
        try joiner.replication.start(StartOptions())
        #expect(joiner.state() == .recovering)
        #expect(first.state(of: joiner) == .recovering)
        try first.commit("b=1")
        try eventually("the base to be saved") {
            (try? StateFile(directory: joiner.directory).load(ownUUID: joiner.uuid))?.core.isGroup == true
        }
        joiner.crash()
        try first.commit("b=2")
        try first.serveBinaryLog()
        try joiner.restart()
        try eventually("it to be online") { joiner.state() == .online && first.state(of: joiner) == .online }
        try eventually("it to have all") { joiner.store.contents == first.store.contents }
        #expect(joiner.store.executed == first.store.executed)
        #expect(joiner.log.gtidExecuted == first.log.gtidExecuted)
        first.stopServing()
        joiner.replication.close()
        first.replication.close()
    }
}

/// After a crash between the binary log's write and the store's commit, or a loss of power, one of the two is ahead.
@Suite(.serialized) struct UnevenJoinerTests {
    private func founder(_ order: SimulatedOrder, port: UInt16) throws -> TestMember {
        let member = try TestMember(1, order) { configuration in
            configuration.singlePrimaryMode = false
            configuration.reportPort = port
        }
        try member.open()
        try member.bootstrap()
        for value in 0..<20 { try member.commit("a=\(value);k\(value)=1") }
        try member.serveBinaryLog()
        return member
    }

    @Test func whatOnlyTheBinaryLogOfAJoinerHasIsAppliedToItsStore() throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_941)
        let joiner = try TestMember(2, order) { $0.singlePrimaryMode = false }
        joiner.log.adopt(first.log)
        try joiner.open()
        try joiner.join()
        try eventually("it to have all") { joiner.store.contents == first.store.contents }
        #expect(joiner.store.executed == first.store.executed)
        #expect(joiner.log.gtidExecuted == first.log.gtidExecuted)
        first.stopServing()
        joiner.replication.close()
        first.replication.close()
    }

    @Test func whatOnlyTheStoreOfAJoinerHasIsLogged() throws {
        let order = SimulatedOrder()
        let first = try founder(order, port: 27_951)
        let joiner = try TestMember(2, order) { $0.singlePrimaryMode = false }
        joiner.store.adopt(first.store)
        try joiner.open()
        let appliedBefore = joiner.store.appliedCount
        try joiner.join()
        try eventually("it to have logged all") { joiner.log.gtidExecuted == first.log.gtidExecuted }
        #expect(joiner.store.contents == first.store.contents)
        #expect(joiner.store.appliedCount == appliedBefore)
        first.stopServing()
        joiner.replication.close()
        first.replication.close()
    }
}

@Suite struct EventGroupAssemblerTests {
    @Test func garbageThrowsAndNeverTraps() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<5_000 {
            var assembler = EventGroupAssembler(origin: UUID(high: 1, low: 1))
            for _ in 0..<4 {
                let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                _ = try? assembler.take(bytes[...])
            }
        }
    }
}
