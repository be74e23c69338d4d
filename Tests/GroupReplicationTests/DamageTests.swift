import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

private func server(_ number: UInt64) -> UUID { UUID(high: 0x1111_1111_1111_4111, low: 0x8111_1111_1111_0000 + number) }
private func place(_ number: UInt64) -> LogPosition { LogPosition(rawValue: number) }

/// Members numbered from 1, with what each has applied.
private func members(_ applied: UInt64...) -> [MemberRecord] {
    applied.enumerated().map { index, applied in
        let state = MemberState(
            host: "h", port: 1, uuid: server(UInt64(index + 1)), version: "9.7.0", weight: 50, status: .online, gtids: GTIDSet(),
            settings: SharedSettings(GroupReplicationConfiguration()), recoveryEndpoints: [], isInAction: false)
        var record = MemberRecord(
            identity: MemberIdentity(serverUUID: server(UInt64(index + 1)), incarnation: 1), state: state, status: .online,
            holdsState: true)
        record.applied = place(applied)
        return record
    }
}

/// Whose data are wrong when a transaction fits some members' and not others'.
@Suite struct DisputeTests {
    @Test("One of three that refuses what the others have applied is wrong")
    func oneOfThree() {
        var disputes = Disputes()
        #expect(disputes.refuse(place(10), by: server(3), online: members(10, 9, 9)) == nil)
        #expect(disputes.settle(online: members(10, 9, 9)).isEmpty, "the second has not said anything yet")
        #expect(disputes.settle(online: members(10, 10, 9)).map(\.isRefused) == [false])
        #expect(disputes.isEmpty)
    }

    @Test("Two of three that refuse are right, whatever the third has done")
    func twoOfThree() {
        var disputes = Disputes()
        _ = disputes.refuse(place(10), by: server(3), online: members(10, 9, 9))
        _ = disputes.refuse(place(10), by: server(2), online: members(10, 9, 9))
        let verdicts = disputes.settle(online: members(10, 9, 9))
        #expect(verdicts == [Disputes.Verdict(position: place(10), isRefused: true, refusers: [server(3), server(2)])])
        // Whoever comes to it late hears the same.
        #expect(disputes.refuse(place(10), by: server(1), online: members(10, 9, 9))?.isRefused == true)
    }

    @Test("Who is left alone never turns down what others have acknowledged")
    func survivors() {
        var disputes = Disputes()
        _ = disputes.refuse(place(10), by: server(2), online: members(10, 9, 9))
        // The origin and the third are gone.
        #expect(disputes.settle(online: Array(members(10, 9, 9)[1...1])).map(\.isRefused) == [false])
        // The origin alone is gone: the third decides.
        _ = disputes.refuse(place(20), by: server(2), online: members(20, 19, 19))
        #expect(disputes.settle(online: Array(members(20, 19, 19)[1...])).isEmpty)
        _ = disputes.refuse(place(20), by: server(3), online: Array(members(20, 19, 19)[1...]))
        #expect(disputes.settle(online: Array(members(20, 19, 19)[1...])).map(\.isRefused) == [true])
    }

    @Test("Half is no majority: of two against two those who refuse are wrong")
    func ties() {
        var disputes = Disputes()
        for number in [3, 4] as [UInt64] { _ = disputes.refuse(place(10), by: server(number), online: members(10, 9, 9, 9)) }
        #expect(disputes.settle(online: members(10, 9, 9, 9)).isEmpty)
        #expect(disputes.settle(online: members(10, 10, 9, 9)).map(\.isRefused) == [false])
    }

    @Test("Open questions and verdicts travel with the state")
    func coding() throws {
        var disputes = Disputes()
        _ = disputes.refuse(place(10), by: server(3), online: members(10, 9, 9))
        _ = disputes.refuse(place(10), by: server(2), online: members(10, 9, 9))
        _ = disputes.settle(online: members(10, 9, 9))
        _ = disputes.refuse(place(20), by: server(2), online: members(20, 10, 10))
        var writer = ByteWriter()
        disputes.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        var read = try Disputes(decoding: &reader)
        #expect(reader.isAtEnd)
        #expect(read.refuse(place(10), by: server(1), online: members(10, 9, 9))?.isRefused == true)
        #expect(read.settle(online: members(20, 10, 20)).map(\.isRefused) == [false])
        for count in writer.bytes.indices {
            var short = ByteReader(writer.bytes[..<count])
            #expect(throws: MalformedBytes.self) { _ = try Disputes(decoding: &short) }
        }
    }
}

/// A damaged member leaves, and nobody else.
@Suite(.serialized) struct DamageTests {
    private func group(_ count: UInt64) throws -> [TestMember] {
        let order = SimulatedOrder()
        var members: [TestMember] = []
        for number in 1...count {
            let member = try TestMember(number, order)
            try member.open()
            if number == 1 { try member.bootstrap() } else { try member.join() }
            try member.serveBinaryLog()
            members.append(member)
        }
        return members
    }

    private func finish(_ members: [TestMember]) {
        for member in members {
            member.stopServing()
            member.replication.close()
        }
    }

    @Test("A primary whose transaction fits nobody else's data is the one to go, and the others go on without it")
    func damagedPrimary() throws {
        let members = try group(3)
        try members[0].commit("a=1")
        try eventually("all to have it") { members.allSatisfy { $0.store["a"] == "1" } }
        members[1].store.refuse("bad")
        members[2].store.refuse("bad")
        try members[0].commit("a=bad")
        try members[0].awaitState(.error)
        try eventually("a new primary") { members[1...].contains { !$0.server.isReadOnly } }
        let primary = try #require(members[1...].first { !$0.server.isReadOnly })
        try primary.commit("b=2")
        try eventually("both to follow") { members[1...].allSatisfy { $0.store["b"] == "2" } }
        #expect(members[1...].allSatisfy { $0.store["a"] == "1" && $0.state() == .online })
        #expect(members[1].log.lines == members[2].log.lines)
        #expect(members[1].log.lines.contains { $0.hasPrefix("refused") })
        // With these data it takes part in nothing any more.
        try members[0].replication.stop()
        #expect(throws: SQLError.self) { try members[0].replication.start(StartOptions()) }
        #expect(members[0].server.isReadOnly)
        finish(members)
    }

    @Test("A secondary that refuses what the others apply is the one to go")
    func damagedSecondary() throws {
        let members = try group(3)
        members[2].store.refuse("x")
        try members[0].commit("x=1")
        try members[2].awaitState(.error)
        try members[0].commit("y=1")
        try eventually("the other to follow") { members[1].store["x"] == "1" && members[1].store["y"] == "1" }
        #expect(members[0].state() == .online)
        finish(members)
    }

    @Test("A member that finds its own files damaged leaves at once")
    func damagedFiles() throws {
        let members = try group(3)
        members[0].replication.storeIsDamaged("page 3")
        try members[0].awaitState(.error)
        try eventually("a new primary") { members[1...].contains { !$0.server.isReadOnly } }
        let primary = try #require(members[1...].first { !$0.server.isReadOnly })
        try primary.commit("b=2")
        try eventually("both to follow") { members[1...].allSatisfy { $0.store["b"] == "2" } }
        finish(members)
    }

    @Test("A restarted member stays with the group's verdict")
    func restart() throws {
        let members = try group(3)
        for member in members[1...] { member.store.refuse("bad") }
        try members[0].commit("a=bad")
        try members[0].awaitState(.error)
        try eventually("a new primary") { members[1...].contains { !$0.server.isReadOnly } }
        members[2].stopServing()
        members[2].crash()
        try members[2].serveBinaryLog()
        try members[2].restart()
        try members[2].awaitState(.online)
        let primary = try #require(members[1...].first { !$0.server.isReadOnly })
        try primary.commit("b=2")
        try eventually("both to follow") { members[1...].allSatisfy { $0.store["b"] == "2" } }
        #expect(members[1].log.gtidExecuted == members[2].log.gtidExecuted)
        finish(members)
    }
}
