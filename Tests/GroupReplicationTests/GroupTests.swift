import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

@Suite(.serialized) struct GroupTests {
    @Test func aServerAloneWhoseApplierFailsStopsAndItsSessionsDoNotHang() throws {
        let member = try TestMember(1, SimulatedOrder())
        try member.open()
        try member.commit("a=1")
        member.store.fail(SQLError(code: 1030, sqlState: "HY000", message: "Got error 13"))
        for _ in 0..<3 {
            #expect(throws: SQLError.self) { try member.commit("a=2") }
        }
        try eventually("the server to be told to stop") { member.server.abortReason != nil }
        // With the cause still there it does not open.
        member.crash()
        #expect(throws: SQLError.self) { try member.restart(startsGroup: false) }
        member.crash()
        member.store.fail(nil)
        try member.restart(startsGroup: false)
        try member.commit("b=1")
        #expect(member.store["b"] == "1")
        member.replication.close()
    }

    @Test func aStandaloneServerNumbersWithItsOwnUUIDAndComesBackAfterACrash() throws {
        let order = SimulatedOrder()
        let member = try TestMember(1, order)
        try member.open()
        #expect(member.state() == .offline)
        let first = try member.commit("a=1")
        #expect(first.gtid == GTID(source: member.uuid, number: 1))
        try member.createTable("t")
        #expect(throws: SQLError(code: 1050, sqlState: "42S01", message: "Table 't' already exists")) {
            try member.createTable("t")
        }
        #expect(try member.commit("a=2").gtid?.number == 4)
        #expect(member.log.lines == ["rows 1", "statement 2", "refused 3", "rows 4"])
        member.crash()
        try member.restart(startsGroup: false)
        #expect(member.store["a"] == "2")
        #expect(try member.commit("a=3").gtid?.number == 5)
        #expect(member.store.appliedCount == 5)
        member.replication.close()
    }

    @Test func theTutorialsFirstMember() throws {
        let order = SimulatedOrder()
        let member = try TestMember(1, order)
        try member.open()
        try member.bootstrap()
        try member.createTable("test")
        try member.commit("t1=Luis")
        #expect(member.log.lines == ["view:1 1", "statement 2", "rows 3"])
        #expect(member.role() == .primary)
        try eventually("writes") { !member.server.isReadOnly }
        #expect(throws: SQLError(.groupReplicationRunning)) { try member.replication.start(StartOptions()) }
        let snapshot = member.replication.monitoring()
        #expect(snapshot.members.count == 1)
        #expect(snapshot.statistics.first?.viewID == "17:1")
        #expect(snapshot.primaryMember == member.uuid.description)
        member.replication.close()
    }

    @Test func commitsReachEveryMemberAndConflictsAreError3101() throws {
        let (order, members) = try group(3, multiPrimary: true)
        defer { members.forEach { $0.replication.close() } }
        _ = order
        let snapshot = members[0].replication.transactions.appliedPosition
        try members[0].commit("x=0")
        #expect(throws: SQLError(.transactionRollbackDuringCommit)) { try members[1].commit("x=1", snapshot: snapshot) }
        try members[1].commit("y=1", snapshot: snapshot)
        try eventually("equal stores") { members.allSatisfy { $0.store["x"] == "0" && $0.store["y"] == "1" } }
        #expect(members[2].store.doomedCount == 2)
        let statistics = members[1].replication.monitoring().statistics.first { $0.memberID == members[1].uuid.description }
        #expect(statistics?.conflictsDetected == 1)
        #expect(statistics?.localRollback == 1)
        #expect(members[1].log.lines.suffix(2) == members[0].log.lines.suffix(2))
    }

    @Test func manySessionsOnAllMembersKeepTheSumAndTheOrder() throws {
        let (order, members) = try group(3, multiPrimary: true)
        defer { members.forEach { $0.replication.close() } }
        _ = order
        let done = (0..<9).map { index in
            let promise = Promise<Int>()
            let member = members[index % 3]
            _ = Thread.start(name: "session") {
                var committed = 0
                for step in 0..<60 {
                    if (try? member.commit("k\((index + step) % 7)=\(index)-\(step)")) != nil { committed += 1 }
                }
                promise.fulfil(committed)
            }
            return promise
        }
        let total = done.reduce(0) { $0 + ($1.wait(until: .now() + .seconds(60)) ?? 0) }
        #expect(total > 0)
        try eventually("all to have applied all") {
            Set(members.map { $0.store.executed.description }).count == 1
        }
        #expect(members[0].store.contents == members[1].store.contents)
        #expect(members[0].store.contents == members[2].store.contents)
        let tail = members[2].log.lines.count
        #expect(members[0].log.lines.suffix(tail - 3) == members[2].log.lines.suffix(tail - 3))
    }

    @Test func aJoinerRaisesTheFloorAndTheOriginResubmits() throws {
        let (order, members) = try group(2, multiPrimary: true)
        let snapshot = members[0].replication.transactions.appliedPosition
        try members[0].commit("other=1")
        let third = try TestMember(3, order) { $0.singlePrimaryMode = false }
        third.store.adopt(members[0].store)
        third.log.adopt(members[0].log)
        try third.open()
        try third.join()
        defer { (members + [third]).forEach { $0.replication.close() } }
        // Its snapshot is older than the view, but nothing newer touched its row.
        try members[0].commit("mine=1", snapshot: snapshot)
        // This one was touched.
        #expect(throws: SQLError(.transactionRollbackDuringCommit)) { try members[0].commit("other=2", snapshot: snapshot) }
        try eventually("the joiner to follow") { third.store["mine"] == "1" && third.store["other"] == "1" }
    }

    @Test func aJoinerWithExtraTransactionsIsRefused() throws {
        let (order, members) = try group(1)
        let errant = try TestMember(2, order)
        try errant.open()
        try errant.commit("errant=1")
        #expect(throws: SQLError(.groupReplicationConfiguration)) { try errant.replication.start(StartOptions()) }
        #expect(errant.state() == .offline)
        #expect(try errant.commit("errant=2").gtid?.source == errant.uuid)
        errant.replication.close()
        members.forEach { $0.replication.close() }
    }

    @Test func secondariesAreReadOnlyAndAPrimarysDeathElectsTheHeaviest() throws {
        let (order, members) = try group(3) { number, configuration in
            configuration.memberWeight = number == 3 ? 80 : 50
        }
        #expect(members[0].role() == .primary)
        try eventually("secondaries to be read-only") { members[1].server.isReadOnly && members[2].server.isReadOnly }
        try members[0].commit("a=1")
        members[0].crash()
        let start = MonotonicTime.now()
        order.expel(members[0].uuid)
        try eventually("the new primary to accept writes") { !members[2].server.isReadOnly }
        #expect(MonotonicTime.now() - start < .seconds(5))
        #expect(members[1].role(of: members[2]) == .primary)
        try members[2].commit("a=2")
        try eventually("the other to follow") { members[1].store["a"] == "2" }
        #expect(members[1].server.isReadOnly)
        members[1].replication.close()
        members[2].replication.close()
    }

    @Test func aNewPrimaryAppliesItsBacklogFirst() throws {
        let (order, members) = try group(2)
        members[1].store.pause(true)
        try members[0].commit("a=1")
        members[0].crash()
        order.expel(members[0].uuid)
        try eventually("the election") { members[1].role() == .primary }
        #expect(members[1].server.isReadOnly)
        members[1].store.pause(false)
        try eventually("writes") { !members[1].server.isReadOnly }
        #expect(members[1].store["a"] == "1")
        members[1].replication.close()
    }

    @Test func aRestartedMemberGoesOnFromItsLog() throws {
        let (_, members) = try group(3, multiPrimary: true)
        defer { members.forEach { $0.replication.close() } }
        try members[0].commit("a=1")
        try eventually("all to have it") { members[1].store["a"] == "1" }
        members[1].crash()
        try members[0].commit("a=2")
        try members[2].commit("b=2")
        // The binary log lost its end with the power.
        members[1].log.loseLast(1)
        try members[1].restart()
        try members[1].awaitState(.online)
        try eventually("it to have caught up") { members[1].store.contents == members[0].store.contents }
        try members[1].commit("c=3")
        try eventually("the others to have it") { members[0].store["c"] == "3" }
        #expect(members[1].log.gtidExecuted == members[0].log.gtidExecuted)
    }

    @Test func aWholeGroupComesBackByItself() throws {
        let (_, members) = try group(3)
        for value in 0..<50 { try members[0].commit("a=\(value)") }
        members.forEach { $0.crash() }
        try members.forEach { try $0.restart() }
        try members.forEach { try $0.awaitState(.online) }
        try eventually("the primary to accept writes") { !members[0].server.isReadOnly }
        try members[0].commit("b=1")
        try eventually("all to follow") { members.allSatisfy { $0.store["a"] == "49" && $0.store["b"] == "1" } }
        #expect(Set(members.map { $0.log.gtidExecuted.description }).count == 1)
        members.forEach { $0.replication.close() }
    }

    @Test func anExpelledMemberRejoins() throws {
        let (order, members) = try group(2, multiPrimary: true)
        defer { members.forEach { $0.replication.close() } }
        order.expel(members[1].uuid)
        try eventually("it to be back") { members[1].state() == .online && members[0].state(of: members[1]) == .online }
        try members[1].commit("a=1")
        #expect(members[0].replication.monitoring().members.count == 2)
    }

    @Test func theApplierFailingPutsTheMemberIntoError() throws {
        let (_, members) = try group(2, multiPrimary: true) { _, configuration in
            configuration.exitStateAction = .offlineMode
        }
        defer { members.forEach { $0.replication.close() } }
        members[1].store.fail(SQLError(code: 1032, sqlState: "HY000", message: "Can't find record in 't'"))
        try members[0].commit("a=1")
        try members[1].awaitState(.error)
        try eventually("the exit action") { members[1].server.isOffline }
        #expect(members[1].server.isReadOnly)
        #expect(throws: SQLError(.runHookError, "before_commit")) { try members[1].commit("b=1") }
        try eventually("the other to go on alone") { members[0].replication.monitoring().members.count == 1 }
        try members[0].commit("a=2")
    }

    @Test func stopAndStartAgain() throws {
        let (_, members) = try group(2)
        defer { members.forEach { $0.replication.close() } }
        try members[1].replication.stop()
        #expect(members[1].state() == .offline)
        #expect(members[1].server.isReadOnly)
        #expect(members[0].replication.monitoring().members.count == 1)
        try members[1].join()
        try members[0].commit("a=1")
        try eventually("it to follow") { members[1].store["a"] == "1" }
    }

    @Test func tooLargeATransactionIsError3100() throws {
        let (_, members) = try group(1) { _, configuration in configuration.transactionSizeLimit = 300 }
        defer { members.forEach { $0.replication.close() } }
        #expect(throws: SQLError(.runHookError, "before_commit")) {
            try members[0].commit("a=" + String(repeating: "x", count: 300))
        }
        try members[0].commit("a=1")
    }

    @Test func afterWaitsUntilEveryMemberHasApplied() throws {
        let (_, members) = try group(3, multiPrimary: true)
        defer { members.forEach { $0.replication.close() } }
        members[2].store.pause(true)
        let answered = Promise<Bool>()
        _ = Thread.start(name: "session") { answered.fulfil((try? members[0].commit("a=1", consistency: .after)) != nil) }
        try eventually("the origin to have applied it") { members[0].store["a"] == "1" }
        #expect(answered.wait(until: .now() + .milliseconds(50)) == nil)
        // It does not hold up others.
        try members[0].commit("b=1")
        members[2].store.pause(false)
        #expect(answered.wait(until: .now() + .seconds(10)) == true)
        #expect(members[2].store["a"] == "1")
    }

    @Test func beforeSeesWhatWasOrderedElsewhere() throws {
        let (_, members) = try group(2, multiPrimary: true)
        defer { members.forEach { $0.replication.close() } }
        members[1].store.pause(true)
        try members[0].commit("a=1")
        #expect(throws: SQLError(.grpTrxConsistencyBefore)) {
            try members[1].replication.transactions.waitBeforeBegin(
                .before, timeout: .milliseconds(100), waiter: CommitWaiter())
        }
        members[1].store.pause(false)
        try members[1].replication.transactions.waitBeforeBegin(.before, timeout: .seconds(10), waiter: CommitWaiter())
        #expect(members[1].store["a"] == "1")
    }

    @Test func withoutAMajorityCommitsWaitForTheirFateWhateverIsKilled() throws {
        let (order, members) = try group(2, multiPrimary: true)
        order.hold()
        let waiter = CommitWaiter()
        let answer = Promise<SQLError?>()
        _ = Thread.start(name: "session") {
            do {
                try members[0].commit("a=1", waiter: waiter)
                answer.fulfil(nil)
            } catch {
                answer.fulfil(error as? SQLError)
            }
        }
        #expect(answer.wait(until: .now() + .milliseconds(50)) == nil)
        // KILL QUERY: it is on its way, and what is on its way is answered by what becomes of it.
        waiter.interrupt()
        #expect(answer.wait(until: .now() + .milliseconds(100)) == nil)
        order.release()
        #expect(answer.wait(until: .now() + .seconds(5)) == .some(nil))
        #expect(members[0].store["a"] == "1")
        try members[0].commit("b=1")
        members.forEach { $0.replication.close() }
    }

    @Test func whoIsGoneHearsNothingAndItsCommitHappens() throws {
        let (order, members) = try group(2, multiPrimary: true)
        order.hold()
        let waiter = CommitWaiter()
        let answer = Promise<SQLError?>()
        _ = Thread.start(name: "session") {
            do {
                try members[0].commit("a=1", waiter: waiter)
                answer.fulfil(nil)
            } catch {
                answer.fulfil(error as? SQLError)
            }
        }
        #expect(answer.wait(until: .now() + .milliseconds(50)) == nil)
        waiter.abandon()
        #expect(answer.wait(until: .now() + .seconds(5)) == .some(TransactionManager.outcomeUnknown))
        order.release()
        try eventually("it to be there after all") { members.allSatisfy { $0.store["a"] == "1" } }
        members.forEach { $0.replication.close() }
    }

    @Test func theUnreachableMajorityTimeoutEndsTheMembership() throws {
        let (order, members) = try group(2, multiPrimary: true) { _, configuration in
            configuration.unreachableMajorityTimeout = .milliseconds(300)
            configuration.autorejoinTries = 0
        }
        order.hold()
        let answer = Promise<SQLError?>()
        _ = Thread.start(name: "session") {
            do {
                try members[0].commit("a=1")
                answer.fulfil(nil)
            } catch {
                answer.fulfil(error as? SQLError)
            }
        }
        try members[0].awaitState(.error)
        // The others may decide it yet, and here they do: who left cannot say that it was rolled back.
        #expect(answer.wait(until: .now() + .seconds(5)) == .some(TransactionManager.outcomeUnknown))
        order.release()
        try eventually("it to be there after all") { members[1].store["a"] == "1" }
        // What was not handed to anybody did not happen.
        #expect(throws: SQLError(.runHookError, "before_commit")) { try members[0].commit("b=1") }
        members.forEach { $0.replication.close() }
    }

    @Test func actionsMoveThePrimaryAndTheMode() throws {
        let (_, members) = try group(3)
        defer { members.forEach { $0.replication.close() } }
        let second = members[1].uuid.description
        func call(_ member: Int, _ name: String, _ arguments: FunctionArgument...) throws -> FunctionResult {
            try members[member].replication.call("group_replication_" + name, arguments)
        }
        #expect(
            try call(2, "set_as_primary", .text(second)) == .text("Primary server switched to: \(second)"))
        #expect(members[0].role(of: members[1]) == .primary)
        try eventually("roles") { members[0].server.isReadOnly && !members[1].server.isReadOnly }
        #expect(
            try call(0, "set_as_primary", .text(second))
                == .text("The requested member is already the current group primary."))
        try members[1].commit("a=1")
        #expect(try call(0, "switch_to_multi_primary_mode") == .text("Mode switched to multi-primary successfully."))
        #expect(members.allSatisfy { !$0.server.isReadOnly })
        #expect(members.allSatisfy { $0.role() == .primary })
        try members[2].commit("b=1")
        #expect(
            try call(0, "switch_to_multi_primary_mode") == .text("The group is already on multi-primary mode."))
        #expect(
            try call(1, "switch_to_single_primary_mode", .text(members[2].uuid.description))
                == .text("Mode switched to single-primary successfully."))
        try eventually("roles") { members.map(\.server.isReadOnly) == [true, true, false] }
        #expect(members[0].server.mode == true)
        #expect(
            try call(1, "switch_to_single_primary_mode") == .text("The group is already on single-primary mode."))
        #expect(try call(0, "set_write_concurrency", .integer(20)) == .text(
            "UDF is asynchronous, check log or call group_replication_get_write_concurrency()."))
        try eventually("the horizon") { (try? call(2, "get_write_concurrency")) == .integer(20) }
        #expect(
            try call(0, "set_communication_protocol", .text("8.0.16"))
                == .text("The operation group_replication_set_communication_protocol completed successfully"))
        #expect(try call(0, "get_communication_protocol") == .text("8.0.16"))
    }

    @Test func wrongArgumentsAreMySQLsErrors() throws {
        let (_, members) = try group(1)
        defer { members.forEach { $0.replication.close() } }
        func message(_ name: String, _ arguments: FunctionArgument...) -> String {
            do {
                _ = try members[0].replication.call("group_replication_" + name, arguments)
                return ""
            } catch {
                return "\(error.code) \(error.message)"
            }
        }
        let initial = "1123 Can't initialize function 'group_replication_"
        #expect(message("set_as_primary") == initial + "set_as_primary'; Wrong arguments: You need to specify a server uuid.")
        #expect(message("set_as_primary", .text("x")) == initial + "set_as_primary'; Wrong arguments: The server uuid is not valid.")
        #expect(message("set_write_concurrency", .integer(9)) == initial + "set_write_concurrency'; Argument must be between 10 and 200.")
        #expect(message("set_write_concurrency", .text("a")) == initial + "set_write_concurrency'; UDF takes one integer argument.")
        #expect(message("set_communication_protocol", .text("abc")) == initial + "set_communication_protocol'; 'abc' is not version string argument with format major.minor.patch")
        #expect(
            message("set_as_primary", .text(members[0].uuid.description), .integer(-1))
                == "3910 The function 'group_replication_set_as_primary' failed. Valid range for running_transactions_timeout is 0 to 3600.")
    }

    @Test func aSnapshotLetsTheLogGoAndARestartGoOn() throws {
        let (_, members) = try group(2, multiPrimary: true)
        defer { members.forEach { $0.replication.close() } }
        for value in 0..<20 { try members[0].commit("a=\(value)") }
        try eventually("both to have it") { members[1].store["a"] == "19" }
        members[1].replication.takeSnapshot()
        try eventually("the log to be released") { members[1].releasedBelow > .zero }
        members[1].crash()
        try members[0].commit("a=20")
        try members[1].restart()
        try members[1].awaitState(.online)
        try eventually("it to follow") { members[1].store["a"] == "20" }
        #expect(throws: SQLError(.transactionRollbackDuringCommit)) {
            try members[1].commit("a=21", snapshot: LogPosition(rawValue: 1))
        }
        try members[1].commit("a=22")
    }

    @Test func localChangesAreAppliedWithoutGTIDOrLog() throws {
        let (_, members) = try group(1)
        defer { members.forEach { $0.replication.close() } }
        let before = members[0].log.lines
        let message = TransactionMessage(
            kind: .rows, origin: members[0].uuid, serverID: 1, threadID: 1, snapshot: .zero,
            originalCommitTimestamp: 1, writeSet: [], body: TestBody.encode("user=rpl"))
        let committed = try members[0].replication.transactions.commitLocally(message, waiter: CommitWaiter())
        #expect(committed.gtid == nil)
        #expect(members[0].store["user"] == "rpl")
        #expect(members[0].log.lines == before)
    }

    /// Members that hold the same data, so that joining needs no donor.
    private func group(
        _ count: UInt64, multiPrimary: Bool = false,
        _ change: (UInt64, inout GroupReplicationConfiguration) -> Void = { _, _ in }
    ) throws -> (SimulatedOrder, [TestMember]) {
        let order = SimulatedOrder()
        var members: [TestMember] = []
        for number in 1...count {
            let member = try TestMember(number, order) { configuration in
                configuration.singlePrimaryMode = !multiPrimary
                change(number, &configuration)
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
}
