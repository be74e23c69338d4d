import BinaryLog
import Glibc
import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

/// Three members of one process over loopback, with the real group communication and its logs.
@Suite(.serialized) struct RealGroupTests {
    private func member(
        _ number: UInt64, base: UInt16, _ change: (inout GroupReplicationConfiguration) -> Void = { _ in }
    ) throws -> TestMember {
        var template = Array("/tmp/grouplite-log-XXXXXX".utf8CString)
        let directory = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp"
        }
        return try TestMember(
            number,
            { uuid in
                GroupCommunicationShell(GroupCommunicationSettings(directory: directory, serverUUID: uuid))
            },
            { configuration in
                configuration.reportPort = base + UInt16(number)
                configuration.localAddress = "127.0.0.1:\(base + 100 + UInt16(number))"
                configuration.groupSeeds = (1...3 as ClosedRange<UInt16>).map { "127.0.0.1:\(base + 100 + $0)" }
                configuration.recoveryRetryCount = 50
                configuration.recoveryReconnectInterval = .milliseconds(20)
                change(&configuration)
            })
    }

    private func group(base: UInt16, multiPrimary: Bool = false) throws -> [TestMember] {
        var members: [TestMember] = []
        for number in 1...3 as ClosedRange<UInt64> {
            let member = try member(number, base: base) { $0.singlePrimaryMode = !multiPrimary }
            try member.open()
            if number == 1 { try member.bootstrap() } else { try member.join() }
            try member.serveBinaryLog()
            members.append(member)
        }
        return members
    }

    private func finish(_ members: [TestMember]) {
        for member in members.reversed() {
            member.stopServing()
            member.replication.close()
        }
    }

    @Test func aStandaloneServerCommitsAndRestarts() throws {
        let member = try member(1, base: 29_000)
        try member.open()
        for value in 1...50 { #expect(try member.commit("a=\(value)").gtid?.number == Int64(value)) }
        member.crash()
        try member.restart(startsGroup: false)
        #expect(member.store["a"] == "50")
        #expect(try member.commit("a=51").gtid?.number == 51)
        member.replication.close()
        try member.restart(startsGroup: false)
        #expect(try member.commit("a=52").gtid?.number == 52)
        member.replication.close()
    }

    @Test func threeMembersFormAGroupAndReplicate() throws {
        let members = try group(base: 29_200, multiPrimary: true)
        for value in 0..<100 { try members[value % 3].commit("k\(value)=\(value)") }
        try eventually("equal stores") {
            members.allSatisfy { $0.store.contents == members[0].store.contents && $0.store.contents.count == 100 }
        }
        #expect(Set(members.map { $0.log.gtidExecuted.description }).count == 1)
        finish(members)
    }

    @Test func aKilledPrimaryIsReplacedInWellUnderASecondAndComesBack() throws {
        let members = try group(base: 29_400)
        for value in 0..<20 { try members[0].commit("a=\(value)") }
        members[0].stopServing()
        let start = MonotonicTime.now()
        members[0].crash()
        try eventually("a new primary") { members[1].server.isReadOnly == false || members[2].server.isReadOnly == false }
        let gap = MonotonicTime.now() - start
        // A tenth of a second on an idle machine; far below the 10 s of timeouts on a loaded one.
        #expect(gap < .seconds(5))
        let primary = members[1].server.isReadOnly ? members[2] : members[1]
        #expect(primary.store["a"] == "19")
        try primary.commit("a=20")
        try members[0].serveBinaryLog()
        try members[0].restart()
        try members[0].awaitState(.online)
        try eventually("it to have caught up") { members[0].store["a"] == "20" }
        try primary.commit("a=21")
        try eventually("all to follow") { members.allSatisfy { $0.store["a"] == "21" } }
        #expect(Set(members.map { $0.log.gtidExecuted.description }).count == 1)
        finish(members)
    }

    @Test func allKilledComeBackByThemselves() throws {
        let members = try group(base: 29_600)
        for value in 0..<50 { try members[0].commit("a=\(value)") }
        members.forEach { $0.stopServing() }
        members.forEach { $0.crash() }
        try members.forEach {
            try $0.serveBinaryLog()
            try $0.restart()
        }
        try members.forEach { try $0.awaitState(.online) }
        try eventually("a primary to accept writes") { members.contains { !$0.server.isReadOnly } }
        let primary = try #require(members.first { !$0.server.isReadOnly })
        try primary.commit("b=1")
        try eventually("all to follow") { members.allSatisfy { $0.store["a"] == "49" && $0.store["b"] == "1" } }
        finish(members)
    }

    @Test func allStoppedInOrderComeBackByThemselves() throws {
        let members = try group(base: 29_800)
        for value in 0..<20 { try members[0].commit("a=\(value)") }
        members.forEach { $0.stopServing() }
        members.forEach { $0.replication.close() }
        try members.forEach {
            try $0.serveBinaryLog()
            try $0.restart()
        }
        try members.forEach { try $0.awaitState(.online) }
        try eventually("a primary to accept writes") { members.contains { !$0.server.isReadOnly } }
        let primary = try #require(members.first { !$0.server.isReadOnly })
        try primary.commit("b=1")
        try eventually("all to follow") { members.allSatisfy { $0.store["a"] == "19" && $0.store["b"] == "1" } }
        finish(members)
    }

    @Test func aForcedBootstrapAppliesWhatTheLogOfThatMemberHolds() throws {
        let members = try group(base: 30_000)
        try members[0].commit("a=0")
        try eventually("it to have that") { members[1].store["a"] == "0" }
        let (disk, logged) = (members[1].store.saved, members[1].log.lines.count)
        for value in 1..<30 { try members[0].commit("a=\(value)") }
        try eventually("it to have all") { members[1].store["a"] == "29" }
        // The power goes: the group log was synced, the data not. The others never come back.
        members.forEach { $0.stopServing() }
        members.forEach { $0.crash() }
        members[1].store.restore(disk)
        members[1].log.loseLast(members[1].log.lines.count - logged)
        try members[1].restart(startsGroup: false)
        #expect(members[1].store["a"] == "0")
        try members[1].bootstrap()
        #expect(members[1].store["a"] == "29")
        #expect(members[1].replication.monitoring().members.count == 1)
        try eventually("writes") { !members[1].server.isReadOnly }
        try members[1].commit("a=30")
        members[1].replication.close()
    }
}
