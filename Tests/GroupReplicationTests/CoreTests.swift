import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

private let groupName = UUID(high: 0xAAAA_AAAA_AAAA_4AAA, low: 0x8AAA_AAAA_AAAA_AAAA)
private func server(_ number: UInt64) -> UUID { UUID(high: 0x1111_1111_1111_4111, low: 0x8111_1111_1111_0000 + number) }

@Suite struct GTIDAllocatorTests {
    @Test func membersDrawFromBlocksOfTheirOwn() {
        var allocator = GTIDAllocator(source: groupName, blockSize: 1_000_000, certified: GTIDSet())
        #expect(allocator.next(for: server(1))?.number == 1)
        #expect(allocator.next(for: server(2))?.number == 1_000_001)
        #expect(allocator.next(for: server(1))?.number == 2)
        #expect(allocator.certified.description.lowercased() == "\(groupName):1-2:1000001")
    }

    @Test func theTutorialsNumbers() {
        // Bootstrap's view is 1, three transactions 2 to 4, the second member's view 5, the third's 6.
        var allocator = GTIDAllocator(source: groupName, blockSize: 1_000_000, certified: GTIDSet())
        #expect(allocator.nextForView(source: groupName)?.number == 1)
        for number in 2...4 { #expect(allocator.next(for: server(1))?.number == Int64(number)) }
        #expect(allocator.nextForView(source: groupName)?.number == 5)
        #expect(allocator.nextForView(source: groupName)?.number == 6)
        #expect(allocator.next(for: server(1))?.number == 7)
    }

    @Test func aSpecifiedGTIDIsTakenOnceAndNeverGivenAgain() {
        var allocator = GTIDAllocator(source: groupName, blockSize: 10, certified: GTIDSet())
        let third = GTID(source: groupName, number: 3)
        let taken = [allocator.take(third), allocator.take(third)]
        #expect(taken == [true, false])
        let numbers = (0..<5).compactMap { _ in allocator.next(for: server(1))?.number }
        #expect(numbers == [1, 2, 4, 5, 6])
    }

    @Test(arguments: [1, 3, 10, 1_000] as [Int64])
    func noNumberIsGivenTwiceAndARestartedAllocatorGoesOnAlike(blockSize: Int64) throws {
        var generator = SeededGenerator(seed: UInt64(blockSize))
        var allocator = GTIDAllocator(source: groupName, blockSize: blockSize, certified: GTIDSet())
        var seen: Set<Int64> = []
        var copy = allocator
        for step in 0..<3_000 {
            if step % 500 == 499 {
                var writer = ByteWriter()
                allocator.encode(into: &writer)
                var reader = ByteReader(writer.bytes)
                copy = try GTIDAllocator(decoding: &reader)
            }
            let member = server(.random(in: 0..<4, using: &generator))
            let gtid: GTID?
            if step % 97 == 0 {
                gtid = allocator.nextForView(source: groupName)
                #expect(copy.nextForView(source: groupName) == gtid)
            } else {
                gtid = allocator.next(for: member)
                #expect(copy.next(for: member) == gtid)
            }
            let number = try #require(gtid?.number)
            #expect(seen.insert(number).inserted)
        }
    }
}

@Suite struct MessageCodingTests {
    private func sample() -> TransactionMessage {
        var message = TransactionMessage(
            kind: .rows, consistency: .beforeAndAfter, origin: server(3), serverID: 7, threadID: 42,
            snapshot: LogPosition(rawValue: 99), gtid: .specified(GTID(source: groupName, number: 5)),
            originalCommitTimestamp: 1_234_567, writeSet: [1, .max, 3], readSet: [9], body: [1, 2, 3, 4, 5])
        message.ticket = 77
        return message
    }

    @Test func aTransactionComesBackAsItWasSent() throws {
        let message = sample()
        let payload = message.encoded(ticket: 77)
        #expect(payload.count == message.encodedSize)
        guard case .transaction(let read) = try GroupMessage(decoding: payload) else {
            Issue.record("not a transaction")
            return
        }
        #expect(read.ticket == 77)
        #expect(read.kind == .rows)
        #expect(read.consistency == .beforeAndAfter)
        #expect(read.origin == server(3))
        #expect(read.snapshot == message.snapshot)
        #expect(read.gtid == message.gtid)
        #expect(read.writeSet == message.writeSet)
        #expect(read.readSet == message.readSet)
        #expect(read.body == message.body)
        #expect(read.threadID == 42 && read.serverID == 7 && read.originalCommitTimestamp == 1_234_567)
    }

    @Test func malformedPayloadsThrowAndNeverTrap() {
        let payload = sample().encoded(ticket: 1)
        for count in 0..<payload.count { _ = try? GroupMessage(decoding: Array(payload.suffix(count))) }
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var broken = payload
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                broken[.random(in: 0..<broken.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = try? GroupMessage(decoding: broken)
            let garbage = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? GroupMessage(decoding: garbage + [.random(in: 0...9, using: &generator)])
            _ = try? MemberState(decoding: garbage)
        }
    }

    @Test func memberStatesComeBackAsTheyWere() throws {
        var configuration = GroupReplicationConfiguration()
        configuration.viewChangeUUID = "AUTOMATIC"
        let state = MemberState(
            host: "h", port: 3306, uuid: server(1), version: "9.7.4-grouplite", weight: 50, status: .online,
            gtids: GTIDSet([GTID(source: groupName, number: 4)]), settings: SharedSettings(configuration),
            recoveryEndpoints: ["a:1", "b:2"], isInAction: true)
        #expect(try MemberState(decoding: state.encoded) == state)
    }
}

@Suite struct ElectionTests {
    private func candidate(
        _ number: UInt64, version: String = "9.7.4", weight: UInt8 = 50, online: Bool = true
    ) throws -> PrimaryElection.Candidate {
        PrimaryElection.Candidate(
            uuid: server(number), version: try #require(ServerVersion(prefixOf: version)), weight: weight, isOnline: online)
    }

    @Test func weightThenUUIDAmongTheLowestVersion() throws {
        #expect(PrimaryElection.elect([try candidate(2), try candidate(1)]) == server(1))
        #expect(PrimaryElection.elect([try candidate(1), try candidate(2, weight: 60)]) == server(2))
        #expect(
            PrimaryElection.elect([try candidate(1, version: "9.7.5", weight: 90), try candidate(2)]) == server(2))
        #expect(PrimaryElection.elect([try candidate(1, online: false), try candidate(2)]) == server(2))
        #expect(PrimaryElection.elect([]) == nil)
        #expect(PrimaryElection.elect([try candidate(1, online: false)]) == nil)
    }

    @Test func versionsAreReadAsMySQLWritesThem() {
        #expect(ServerVersion(prefixOf: "9.7.4-grouplite")?.description == "9.7.4")
        #expect(ServerVersion(prefixOf: "abc") == nil)
        #expect(ServerVersion(exactly: "8.0.16") == ServerVersion(major: 8, minor: 0, patch: 16))
        #expect(ServerVersion(exactly: "8.0.16-x") == nil)
        #expect(ServerVersion(exactly: "8.0") == nil)
    }
}

@Suite struct JoinCompatibilityTests {
    private func state(_ number: UInt64, _ change: (inout GroupReplicationConfiguration) -> Void = { _ in }) -> MemberState {
        var configuration = GroupReplicationConfiguration()
        change(&configuration)
        return MemberState(
            host: "h", port: 1, uuid: server(number), version: configuration.serverVersion, weight: 50, status: .online,
            gtids: GTIDSet(), settings: SharedSettings(configuration), recoveryEndpoints: [])
    }

    @Test func extraTransactionsAreNamedInMySQLsWords() {
        var joiner = state(2)
        joiner.gtids = GTIDSet([GTID(source: server(2), number: 1), GTID(source: server(3), number: 1)])
        let problem = JoinCompatibility.check(joiner: joiner, group: [state(1)], groupGTIDs: GTIDSet())
        #expect(problem?.code == .memberTransactionsGreaterThanGroup)
        #expect(
            problem?.text
                == "This member has more executed transactions than those present in the group. Local transactions: "
                + "\(server(2)):1,\n\(server(3)):1 > Group transactions: ")
        #expect(JoinCompatibility.Problem(wire: problem?.wire ?? "") == problem)
    }

    @Test func settingsMustBeEqual() {
        #expect(JoinCompatibility.check(joiner: state(2), group: [state(1)], groupGTIDs: GTIDSet()) == nil)
        let block = state(2) { $0.gtidAssignmentBlockSize = 5 }
        #expect(JoinCompatibility.check(joiner: block, group: [state(1)], groupGTIDs: GTIDSet())?.code == .blockSizeDiffers)
        let mode = state(2) { $0.singlePrimaryMode = false }
        #expect(JoinCompatibility.check(joiner: mode, group: [state(1)], groupGTIDs: GTIDSet())?.code == .memberConfigurationIncompatible)
        let collects = state(2) { $0.collectsPreemptively = true }
        #expect(
            JoinCompatibility.check(joiner: collects, group: [state(1)], groupGTIDs: GTIDSet())?.code
                == .preemptiveGarbageCollectionDiffers)
        let old = state(2) { $0.serverVersion = "8.0.30" }
        #expect(JoinCompatibility.check(joiner: old, group: [state(1)], groupGTIDs: GTIDSet())?.code == .memberVersionIncompatible)
        #expect(JoinCompatibility.check(joiner: state(1), group: [state(1)], groupGTIDs: GTIDSet()) != nil)
    }

    @Test func patchLevelsCount() {
        let group = [state(1) { $0.serverVersion = "9.7.4" }]
        func problem(_ version: String) -> PluginMessage? {
            JoinCompatibility.check(
                joiner: state(2) { $0.serverVersion = version }, group: group, groupGTIDs: GTIDSet())?.code
        }
        #expect(problem("9.7.3") == .memberVersionIncompatible)
        #expect(problem("9.7.4-other") == nil)
        #expect(problem("9.7.5") == nil)
    }

    /// A mode switch that a member did not live to see: its variables say the old mode, and nobody set them since.
    @Test func whoWasAMemberGoesAlongWithTheGroupsMode() {
        let group = [state(1) { $0.mode = GroupMode(isSinglePrimary: false, enforcesChecks: true) }]
        func problem(follows: Bool, of lineage: UInt64) -> PluginMessage? {
            var joiner = state(2)
            joiner.followsMode = follows
            joiner.dataLineage = lineage
            return JoinCompatibility.check(joiner: joiner, group: group, groupGTIDs: GTIDSet(), lineage: 7)?.code
        }
        #expect(problem(follows: true, of: 7) == nil)
        #expect(problem(follows: false, of: 7) == .memberConfigurationIncompatible)
        #expect(problem(follows: true, of: 8) == .memberConfigurationIncompatible)
        #expect(problem(follows: true, of: 0) == .memberConfigurationIncompatible)
    }

    @Test func nobodyJoinsDuringAnActionAndMayAskAgain() {
        let problem = JoinCompatibility.check(
            joiner: state(2), group: [state(1)], groupGTIDs: GTIDSet(), action: (GroupActionKind.setPrimary.operationName, "h:1"))
        #expect(problem?.code == .joinWhenGroupActionRunning && problem?.isTemporary == true)
        #expect(problem?.text.contains("operation 'Primary election change' is running initiated by 'h:1'.") == true)
    }
}

@Suite struct FlowControlTests {
    @Test func absurdStatisticsOfAMemberAreNoTrap() {
        var control = FlowControl(
            configuration: FlowControlConfiguration()
        )
        control.configuration.memberQuotaPercent = 100
        control.configuration.releasePercent = 1000
        let members = [UUID(high: 1, low: 1), UUID(high: 1, low: 2)]
        for step in 0..<4 {
            for member in members {
                control.receive(
                    from: member, certifierQueue: .max, applierQueue: .max, certified: step % 2 == 0 ? 1 : .max,
                    applied: step % 2 == 0 ? 1 : .max, local: step % 2 == 0 ? 1 : .max, isRecovering: step == 3)
            }
            control.endPeriod()
            #expect(control.quota >= 0)
        }
        for _ in 0..<100 { control.endPeriod() }
    }

    @Test func aStoppedApplierLowersTheQuotaToTheFloorAndNotFurther() {
        var flow = FlowControl(configuration: FlowControlConfiguration())
        var committed: Int64 = 0
        var quota: Int64 = 0
        for _ in 0..<100 {
            let admitted = quota == 0 ? 10_000 : min(10_000, quota)
            for _ in 0..<admitted { _ = flow.admit() }
            committed += admitted
            flow.receive(
                from: server(1), certifierQueue: 0, applierQueue: 0, certified: committed, applied: committed,
                local: committed, isRecovering: false)
            flow.receive(
                from: server(2), certifierQueue: 0, applierQueue: 30_000, certified: committed, applied: 5, local: 0,
                isRecovering: false)
            flow.endPeriod()
            quota = flow.quota
            #expect(quota >= 1)
        }
        #expect(quota == 1_125)
        // Once the applier has caught up the quota grows by half a second, until there is none.
        for _ in 0..<60 {
            flow.receive(
                from: server(2), certifierQueue: 0, applierQueue: 0, certified: committed, applied: committed, local: 0,
                isRecovering: false)
            flow.endPeriod()
        }
        #expect(flow.quota == 0)
    }

    @Test func aReportThatComesLateSetsNobodyFree() {
        var configuration = FlowControlConfiguration()
        configuration.applierThreshold = 100
        configuration.minimumQuota = 30
        configuration.releasePercent = 0
        var flow = FlowControl(configuration: configuration)
        flow.receive(
            from: UUID(high: 0, low: 1), certifierQueue: 0, applierQueue: 1_000, certified: 0, applied: 0, local: 0,
            isRecovering: false)
        var quotas: [Int64] = []
        for _ in 0..<4 {
            flow.endPeriod()
            quotas.append(flow.quota)
        }
        #expect(quotas.prefix(2).allSatisfy { $0 > 0 && $0 <= 30 })
        // Who says nothing more holds nobody for good.
        #expect(quotas.last == 0)
    }

    @Test func overTheQuotaACommitWaits() {
        var configuration = FlowControlConfiguration()
        configuration.maximumQuota = 2
        var flow = FlowControl(configuration: configuration)
        flow.endPeriod()
        #expect(flow.quota == 2)
        let admitted = [flow.admit(), flow.admit(), flow.admit()]
        #expect(admitted == [true, true, false])
    }

    @Test func disabledMeansNoLimit() {
        var configuration = FlowControlConfiguration()
        configuration.isEnabled = false
        var flow = FlowControl(configuration: configuration)
        flow.receive(
            from: server(1), certifierQueue: 99_999, applierQueue: 99_999, certified: 1, applied: 1, local: 1,
            isRecovering: false)
        flow.endPeriod()
        #expect(flow.quota == 0)
    }
}
