import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

/// `SET SQL_LOG_BIN = 0` in a group, and what waits for the applier on disk.
@Suite(.serialized) struct LocalChangeTests {
    private func pair(_ change: (inout GroupReplicationConfiguration) -> Void = { _ in }) throws -> [TestMember] {
        let order = SimulatedOrder()
        var members: [TestMember] = []
        for number in 1...2 as ClosedRange<UInt64> {
            let member = try TestMember(number, order) { configuration in
                configuration.singlePrimaryMode = false
                change(&configuration)
            }
            if let first = members.first {
                member.store.adopt(first.store)
                member.log.adopt(first.log)
            }
            try member.open()
            if number == 1 { try member.bootstrap() } else { try member.join() }
            members.append(member)
        }
        return members
    }

    private func local(
        _ member: TestMember, _ text: String, _ writeSet: [UInt64], snapshot: LogPosition
    ) throws -> CommittedTransaction {
        let message = TransactionMessage(
            kind: .rows, origin: member.uuid, serverID: 1, threadID: 1, snapshot: snapshot,
            originalCommitTimestamp: 1, writeSet: writeSet, body: TestBody.encode(text))
        return try member.replication.transactions.commitLocally(message, waiter: CommitWaiter())
    }

    @Test func aLocalChangeLosesAgainstANewerWriterInTheGroup() throws {
        let members = try pair()
        defer { members.forEach { $0.replication.close() } }
        let snapshot = members[0].replication.transactions.appliedPosition
        try members[1].commit("x=1")
        #expect(throws: SQLError(.transactionRollbackDuringCommit)) {
            _ = try local(members[0], "x=local", [members[0].hash("x")], snapshot: snapshot)
        }
        try eventually("the group's value") { members[0].store["x"] == "1" }
    }

    @Test func sessionsOfThisServerSeeThatALocalChangeIsNewer() throws {
        let members = try pair()
        defer { members.forEach { $0.replication.close() } }
        let manager = members[0].replication.transactions
        let snapshot = manager.appliedPosition
        let row = members[0].hash("x")
        #expect(manager.newerWriter(of: row, than: snapshot) == nil)
        let committed = try local(members[0], "x=local", [row], snapshot: snapshot)
        #expect(committed.position > snapshot)
        #expect(manager.newerWriter(of: row, than: snapshot) == committed.position)
        #expect(manager.waitUntilApplied(committed.position, until: .now() + .seconds(5)))
        #expect(manager.newerWriter(of: row, than: committed.position) == nil)
        // A second one with the older snapshot would overwrite what it has not seen.
        #expect(throws: SQLError(.transactionRollbackDuringCommit)) {
            _ = try local(members[0], "x=again", [row], snapshot: snapshot)
        }
        #expect(members[0].store["x"] == "local")
        #expect(members[1].store["x"] == nil)
        // The others' certification knows nothing of it.
        try members[1].commit("x=theirs")
        try eventually("the group's value") { members[0].store["x"] == "theirs" }
    }

    @Test func whatWaitsForTheApplierBeyondItsMemoryWaitsOnDisk() throws {
        let members = try pair { $0.applierMemoryLimit = 100 }
        defer {
            // A paused store would hold the end of its applier.
            members[1].store.pause(false)
            members.forEach { $0.replication.close() }
        }
        members[1].store.pause(true)
        // What gathered before the store stands still is not in the queue any more.
        try members[0].commit("first=1")
        try eventually("a batch in the store") { members[1].store.holdsBatch }
        for value in 0..<100 { try members[0].commit("k\(value)=\(value)") }
        try eventually("bodies on disk") { members[1].replication.applier.spilledCount > 50 }
        members[1].store.pause(false)
        try eventually("equal stores") { members[1].store.contents == members[0].store.contents }
        #expect(members[1].replication.applier.spilledCount == 0)
        #expect(members[1].log.lines.suffix(100) == members[0].log.lines.suffix(100))
        // It is used again, and what a member that leaves has not applied is let go.
        members[1].store.pause(true)
        try members[0].commit("second=1")
        try eventually("a batch in the store") { members[1].store.holdsBatch }
        for value in 0..<50 { try members[0].commit("l\(value)=\(value)") }
        try eventually("bodies on disk") { members[1].replication.applier.spilledCount > 20 }
        members[1].store.pause(false)
        try members[1].replication.stop()
        #expect(members[1].replication.applier.spilledCount == 0)
    }
}
