import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

@Suite(.serialized) struct MemberActionTests {
    private static let name = "mysql_disable_super_read_only_if_primary"

    private func call(_ member: TestMember, _ name: String, _ arguments: String...) throws -> FunctionResult {
        try member.replication.call("group_replication_" + name, arguments.map { .text($0) })
    }

    private func message(_ member: TestMember, _ name: String, _ arguments: String...) -> String {
        do {
            _ = try member.replication.call("group_replication_" + name, arguments.map { .text($0) })
            return ""
        } catch {
            return "\(error.code) \(error.message)"
        }
    }

    private func group(_ count: UInt64) throws -> (SimulatedOrder, [TestMember]) {
        let order = SimulatedOrder()
        var members: [TestMember] = []
        for number in 1...count {
            let member = try TestMember(number, order)
            if let first = members.first {
                member.store.adopt(first.store)
                member.log.adopt(first.log)
            }
            try member.open()
            if number == 1 { try member.bootstrap() } else { try member.join() }
            members.append(member)
        }
        try eventually("a writable primary") { !members[0].server.isReadOnly }
        return (order, members)
    }

    @Test func aChangeReachesEveryMemberAndJoinersAndOutlivesTheGroup() throws {
        let (order, members) = try group(2)
        #expect(try call(members[0], "disable_member_action", MemberActionTests.name, MemberActions.event) == .text("OK"))
        #expect(members[0].replication.memberActions.version == 2)
        try eventually("the other to have it") {
            members[1].replication.memberActions == members[0].replication.memberActions
        }
        let third = try TestMember(3, order)
        third.store.adopt(members[0].store)
        third.log.adopt(members[0].log)
        try third.open()
        try third.join()
        #expect(!third.replication.memberActions.isEnabled(.disableSuperReadOnlyIfPrimary))
        // After STOP, and after a restart, it is this server's own.
        try third.replication.stop()
        third.crash()
        try third.restart(startsGroup: false)
        #expect(third.replication.memberActions.version == 2)
        third.server.setSuperReadOnly(false)
        #expect(try call(third, "reset_member_actions") == .text("OK"))
        #expect(third.replication.memberActions == MemberActions())
        (members + [third]).forEach { $0.replication.close() }
    }

    @Test func aPrimaryElectedWhileTheActionIsDisabledStaysReadOnly() throws {
        let (order, members) = try group(2)
        _ = try call(members[0], "disable_member_action", MemberActionTests.name, MemberActions.event)
        #expect(!members[0].server.isReadOnly)
        members[0].crash()
        order.expel(members[0].uuid)
        try eventually("the election") { members[1].role() == .primary }
        // Its role was looked at after the election.
        let looked = Promise<Bool>()
        members[1].replication.roles.run { looked.fulfil(true) }
        _ = looked.wait(until: .now() + .seconds(10))
        #expect(members[1].server.isReadOnly)
        members[1].replication.close()
    }

    @Test func whoMayNotGetsMySQLsErrors() throws {
        let (_, members) = try group(2)
        defer { members.forEach { $0.replication.close() } }
        let initial = "1123 Can't initialize function 'group_replication_"
        #expect(
            message(members[0], "disable_member_action", MemberActionTests.name)
                == initial + "disable_member_action'; UDF takes 2 arguments.")
        #expect(
            message(members[1], "disable_member_action", MemberActionTests.name, MemberActions.event)
                == initial + "disable_member_action'; Server must have super_read_only=0.")
        #expect(
            message(members[0], "enable_member_action", "nothing", MemberActions.event)
                == "3910 The function 'group_replication_enable_member_action' failed. The action does not exist for this event.")
        #expect(
            message(members[0], "enable_member_action", MemberActionTests.name, "NEVER")
                == "3910 The function 'group_replication_enable_member_action' failed. Invalid event name.")
        #expect(
            message(members[0], "reset_member_actions")
                == "3910 The function 'group_replication_reset_member_actions' failed. Member must be OFFLINE to reset its member actions configuration.")
    }
}
