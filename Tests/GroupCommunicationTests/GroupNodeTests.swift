import Consensus
import Platform
import Testing

@testable import GroupCommunication

/// What single nodes decide about joiners and about frames that no honest member sends.
@Suite struct GroupNodeTests {
    private func threeMembers() -> NodeGroup {
        var group = NodeGroup()
        group.start(1)
        for number in 2...3 as ClosedRange<UInt64> {
            group.start(number, seeds: ["s1:1"])
            group.pass(400)
        }
        return group
    }

    @Test func threeServersFormAGroup() {
        #expect(threeMembers().members(at: "s3:1") == ["s1:1", "s2:1", "s3:1"])
    }

    @Test func aServerWithTheUUIDOfALivingMemberIsRefusedAndRemovesNobody() {
        var group = threeMembers()
        // A copy of server 2's data directory, started elsewhere.
        group.start(2, at: "copy:1", incarnation: 9, seeds: ["s1:1"])
        group.pass(3000)
        #expect(group.refusals(at: "copy:1") == [.oldIncarnationListed])
        for address in ["s1:1", "s2:1", "s3:1"] {
            #expect(group.members(at: address) == ["s1:1", "s2:1", "s3:1"])
        }
    }

    @Test func aServerThatCameBackAsANewIncarnationReplacesItsDeadOne() {
        var group = threeMembers()
        group.kill("s3:1")
        group.start(3, incarnation: 9, seeds: ["s1:1"])
        group.pass(1000)
        #expect(group.refusals(at: "s3:1") == [.oldIncarnationListed])
        #expect(group.members(at: "s1:1") == ["s1:1", "s2:1"])
    }

    @Test func aNewServerOnADeadMembersAddressReplacesIt() {
        var group = threeMembers()
        group.kill("s3:1")
        // The data directory was wiped: another uuid on the old address.
        group.start(4, at: "s3:1", incarnation: 9, seeds: ["s1:1"])
        group.pass(1000)
        #expect(group.refusals(at: "s3:1") == [.oldIncarnationListed])
        #expect(group.members(at: "s1:1") == ["s1:1", "s2:1"])
    }

    @Test func aPayloadOfManySmallPiecesIsDelivered() {
        var group = NodeGroup()
        group.start(1) { $0.maximumMessageSize = 10 }
        group.pass(100)
        let payload = (0..<700_000).map { UInt8(truncatingIfNeeded: $0) }
        group.give("s1:1", .submit(payload))
        group.settle()
        group.pass(1000)
        let delivered = (group.told["s1:1"] ?? []).compactMap {
            if case .deliver(_, _, let payload) = $0 { payload } else { nil }
        }
        #expect(delivered == [payload])
    }

    @Test func aConfigurationFromSlotZeroIsMalformed() throws {
        let member = Member(identity: MemberIdentity(serverUUID: NodeGroup.name, incarnation: 1), address: "a:1")
        for firstSlot in [0, 1] as [Slot] {
            var writer = ByteWriter()
            writer.write(
                Configuration(
                    number: 1, epoch: 0, firstSlot: firstSlot, members: [member], leaderChoice: .everyMember,
                    eventHorizon: 10, protocolVersion: 1))
            var reader = ByteReader(writer.bytes)
            #expect(((try? reader.readConfiguration()) != nil) == (firstSlot > 0))
        }
    }

    @Test func aForceReportOfSlotsFarAheadIsDropped() throws {
        var group = threeMembers()
        let second = try #require(group.identity(at: "s2:1"))
        group.kill("s3:1")
        group.kill("s2:1")
        group.pass(200)
        var node = try #require(group.nodes["s1:1"])
        node.forceAttempt = ForceAttempt(
            epoch: 1 << 8, members: [Member(identity: second, address: "s2:1")], askAgainAt: group.now,
            deadline: group.now + .seconds(15))
        let far = PaxosEngine.OpenSlot(slot: 1 << 47, ballot: 0, value: [])
        var report = ForceReport(epoch: 1 << 8, delivered: 5, hearsOthers: false, slots: [far])
        node.receiveForceState(report, from: second, now: group.now)
        #expect(node.forceAttempt?.reports.isEmpty == true)
        report.slots = []
        node.receiveForceState(report, from: second, now: group.now)
        #expect(node.forceAttempt?.reports.count == 1)
    }
}
