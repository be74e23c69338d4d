import Consensus
import Platform
import Testing

@testable import GroupCommunication
@testable import GroupCommunicationCore

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

    @Test func whoAsksBeforeItBeginsAGroupIsToldOfTheOneThatIsThere() throws {
        var group = threeMembers()
        let asked = group.ask(9, of: ["s1:1", "s2:1", "nobody:1"], for: 400)
        let standings = try #require(asked)
        #expect(standings.map(\.address).sorted() == ["s1:1", "s2:1"])
        #expect(standings.allSatisfy { $0.kind == .active && !$0.listsReceiver && $0.missing == 0 })
        // One that was a member, under another incarnation.
        group.kill("s3:1")
        let former = group.ask(3, of: ["s1:1"], for: 400)
        #expect(former?.map(\.listsReceiver) == [true])
        for address in ["s1:1", "s2:1"] { #expect(group.members(at: address).contains("s1:1")) }
    }

    @Test func whereNobodyIsNobodyIsWaitedFor() {
        var group = NodeGroup()
        let asked = group.ask(1, of: ["nobody:1", "nobody:2"])
        #expect(asked?.isEmpty == true)
    }

    @Test(arguments: [nil, PlantedBug.ignoreOtherGroup])
    func ofTwoGroupsThatBeginAtOnceTheOneOfTheLowerEpochGivesWay(bug: PlantedBug?) {
        var group = NodeGroup()
        group.start(2, epoch: 10 << 8, watched: ["s1:1"])
        group.nodes["s2:1"]?.plantedBug = bug
        group.start(1, epoch: 20 << 8, watched: ["s2:1"])
        group.pass(2000)
        #expect(group.members(at: "s1:1") == ["s1:1"])
        let reasons = (group.told["s2:1"] ?? []).compactMap { if case .left(let reason) = $0 { reason } else { nil } }
        #expect(reasons == (bug == nil ? [.superseded] : []))
    }

    @Test func aServerWithTheUUIDOfALivingMemberIsRefusedAndRemovesNobody() {
        var group = threeMembers()
        // A copy of server 2's data directory, started elsewhere.
        group.start(2, at: "copy:1", incarnation: 9, seeds: ["s1:1"])
        group.pass(3000)
        #expect(group.refusals(at: "copy:1") == [])
        group.pass(3000)
        #expect(group.refusals(at: "copy:1") == [.oldIncarnationListed])
        for address in ["s1:1", "s2:1", "s3:1"] {
            #expect(group.members(at: address) == ["s1:1", "s2:1", "s3:1"])
        }
    }

    @Test func aServerThatCameBackAsANewIncarnationReplacesItsDeadOne() {
        var group = threeMembers()
        group.kill("s3:1")
        let before = group.identity(at: "s3:1")
        group.start(3, incarnation: 9, seeds: ["s1:1"])
        group.pass(1000)
        #expect(group.refusals(at: "s3:1") == [])
        #expect(group.members(at: "s1:1") == ["s1:1", "s2:1", "s3:1"])
        #expect(group.members(at: "s3:1") == ["s1:1", "s2:1", "s3:1"])
        #expect(group.identity(at: "s3:1") != before)
    }

    @Test func aNewServerOnADeadMembersAddressReplacesIt() {
        var group = threeMembers()
        group.kill("s3:1")
        // The data directory was wiped: another uuid on the old address.
        group.start(4, at: "s3:1", incarnation: 9, seeds: ["s1:1"])
        group.pass(1000)
        #expect(group.refusals(at: "s3:1") == [])
        #expect(group.members(at: "s1:1") == ["s1:1", "s2:1", "s3:1"])
        #expect(group.identity(at: "s3:1")?.serverUUID == UUID(high: 1, low: 4))
    }

    /// Somebody who is in no configuration and whom no member has turned to says all there is to say, with values that would
    /// expel, stop or mislead if they were believed.
    @Test func whoeverIsNoMemberMovesNothingByAnyFrame() throws {
        var group = threeMembers()
        let stranger = MemberIdentity(serverUUID: UUID(high: 1, low: 66), incarnation: 5)
        let members = try ["s1:1", "s2:1", "s3:1"].map { Member(identity: try #require(group.identity(at: $0)), address: $0) }
        let seized = Configuration(
            number: 1 << 30, epoch: 1 << 30, firstSlot: 1, members: [Member(identity: stranger, address: "evil:1")],
            leaderChoice: .everyMember, eventHorizon: 10, protocolVersion: 1)
        let state = ReplicatedState(viewID: ViewID(random: 1, counter: 1))
        let change = ConfigurationChange(
            base: try #require(group.nodes["s1:1"]?.configuration?.number), proposer: stranger,
            steps: members.dropFirst().map { .remove($0.identity) })
        let messages: [NodeMessage] = [
            .removed(number: 1 << 39, epoch: 1 << 39), .welcome(NodeSnapshot(base: 1, configurations: [seized], state: state)),
            .joinRefused(.vetoed("go")), .proposeChange(change), .forceQuery(epoch: 1 << 39, members: members.map(\.identity)),
            .forceState(ForceReport(epoch: 1, delivered: 1 << 40, hearsOthers: false, slots: [])),
            .forceCommit(epoch: 1 << 39, first: 1, values: [[2, 2, 2]]), .forward([1, 2, 3]),
            .heartbeat(Heartbeat(
                    number: change.base, claim: RunClaim(life: 9, run: 9, start: 1 << 40, held: 1 << 40),
                    known: RunClaim(life: 99, run: 9, start: 1 << 40, held: 1 << 40), knownIncarnation: 1,
                    superseded: 0xFFFF, opinions: [])),
            // For another than itself.
            .joinRequest(JoinRequest(member: members[2], protocolVersions: 1...1, payload: [])),
            .joinRequest(
                JoinRequest(
                    member: Member(identity: stranger, address: "s3:1"), protocolVersions: 1...1, payload: [])),
        ]
        group.told = [:]
        for epoch in [0, 1 << 39] as [UInt64] {
            for address in members.map(\.address) {
                for message in messages {
                    var writer = ByteWriter()
                    writer.write(
                        FrameHeader(
                            group: NodeGroup.name, sender: stranger, epoch: epoch, configuration: 1 << 39, delivered: 1 << 40,
                            run: 9, known: 1))
                    writer.write(message)
                    writer.write(PaxosMessage.decided(slot: group.nodes[address].map { $0.deliveredSlot + 1 } ?? 1, value: []))
                    group.give(address, .received(from: "evil:1", frame: writer.bytes))
                }
            }
            group.settle()
            group.pass(2000)
        }
        for member in members {
            #expect(group.members(at: member.address) == members.map(\.address))
            let told = (group.told[member.address] ?? []).filter {
                switch $0 {
                case .log(.note, _), .trimLog: false
                default: true
                }
            }
            #expect(told.isEmpty, "\(told)")
        }
        group.give("s2:1", .submit([42]))
        group.settle()
        group.pass(200)
        for member in members {
            let payloads = (group.told[member.address] ?? []).compactMap {
                if case .deliver(_, _, let payload) = $0 { payload } else { nil }
            }
            #expect(payloads == [[42]])
        }
    }

    @Test func absurdNumbersAreRefusedWhereTheyAreRead() {
        let sender = MemberIdentity(serverUUID: UUID(high: 1, low: 1), incarnation: 1)
        for (epoch, configuration, delivered) in [
            (1 << 60, 1, 1), (1, 1 << 60, 1), (1, 1, 1 << 48), (1, 1 << 40, 1),
        ] as [(UInt64, UInt64, Slot)] {
            var writer = ByteWriter()
            writer.write(
                FrameHeader(
                    group: NodeGroup.name, sender: sender, epoch: epoch, configuration: configuration, delivered: delivered,
                    run: 1, known: 1))
            var reader = ByteReader(writer.bytes)
            #expect(throws: MalformedBytes.self) { try reader.readFrameHeader() }
        }
        for message in [NodeMessage.removed(number: 1 << 60, epoch: 1), .removed(number: 1, epoch: 1 << 60)] {
            var writer = ByteWriter()
            writer.write(message)
            var reader = ByteReader(Array(writer.bytes.dropFirst()))
            #expect(throws: MalformedBytes.self) { try reader.readNodeMessage(code: 25) }
        }
    }

    @Test func aJoinerThatNoSeedBelievesGivesUpAfterOneRound() {
        var group = NodeGroup()
        group.start(4, seeds: ["s1:1", "s2:1"])
        for _ in 0..<2 {
            for address in ["s1:1", "s2:1"] { group.give("s4:1", .linkDown(address, .rejected(LinkRejection(.secret, "none")))) }
            group.settle()
            group.pass(200)
        }
        #expect(group.refusals(at: "s4:1") == [.rejected(by: "s1:1", LinkRejection(.secret, "none"))])
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
