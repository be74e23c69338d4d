import BinaryLog
import GroupCommunication
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

/// Members' cores fed the same random order must stay equal, whoever joined when, restarted from a snapshot or got the
/// state as a joiner; and no GTID is ever given twice.
@Suite struct CoreSimulationTests {
    /// A group of cores and the order that they share.
    private struct World {
        var generator: SeededGenerator
        var cores: [UUID: GroupCore] = [:]
        var members: [Member] = []
        var position: UInt64 = 0
        var view = ViewID(random: 5, counter: 0)
        var incarnation: UInt64 = 0
        var given: Set<GTID> = []
        var transactions = 0
        var conflicts = 0

        init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

        static let group = UUID(high: 1, low: 1)

        func uuid(_ number: UInt64) -> UUID { UUID(high: 2, low: number) }

        mutating func next() -> LogPosition {
            position += UInt64.random(in: 1...3, using: &generator)
            return LogPosition(rawValue: position)
        }

        func state(_ uuid: UUID) -> [UInt8] {
            MemberState(
                host: "h", port: 1, uuid: uuid, version: "9.7.4", weight: UInt8(truncatingIfNeeded: uuid.low * 7 % 100),
                status: .online, gtids: GTIDSet(), settings: SharedSettings(GroupReplicationConfiguration()),
                recoveryEndpoints: ["h:1"]
            ).encoded
        }

        mutating func change(joining: UUID?, leaving: UUID?) {
            var joined: [MemberIdentity] = []
            var left: [MemberIdentity] = []
            if let leaving, let index = members.firstIndex(where: { $0.identity.serverUUID == leaving }) {
                left = [members.remove(at: index).identity]
                cores[leaving] = nil
            }
            if let joining {
                incarnation += 1
                let identity = MemberIdentity(serverUUID: joining, incarnation: incarnation)
                members.append(Member(identity: identity, address: "h:1"))
                joined = [identity]
            }
            view.counter += 1
            let states = members.map {
                ViewMember(identity: $0.identity, address: $0.address, state: state($0.identity.serverUUID))
            }
            let installed = View(
                id: view, members: states, joined: joined, left: left,
                configuration: Configuration(
                    number: 1, epoch: 0, firstSlot: 0, members: members, leaderChoice: .everyMember, eventHorizon: 10,
                    protocolVersion: 1))
            let place = next()
            var base: [UInt8]?
            for uuid in cores.keys.sorted() {
                let effects = cores[uuid]?.install(installed, at: place) ?? []
                for effect in effects {
                    if case .logViewChange(let gtid, _) = effect, uuid == cores.keys.sorted().first {
                        #expect(given.insert(gtid).inserted)
                    }
                    if case .sendBase = effect {
                        #expect(base == nil)
                        var writer = ByteWriter()
                        cores[uuid]?.encode(into: &writer, withItems: false)
                        base = writer.bytes
                    }
                }
            }
            guard let joining else { return }
            guard let base else {
                Issue.record("nobody sent the base")
                return
            }
            var reader = ByteReader(base)
            do {
                cores[joining] = try GroupCore(decoding: &reader, ownUUID: joining)
            } catch {
                Issue.record(error)
            }
            let delivered = next()
            let id = view
            forEach { core in
                core.baseDelivered(at: delivered, view: id)
                return ()
            }
        }

        mutating func found() {
            let uuid = uuid(1)
            var core = GroupCore(
                lineage: 9, ownUUID: uuid, isGroup: true, position: .zero, source: World.group, blockSize: 7,
                certified: GTIDSet(), isSinglePrimary: true, viewChangeSource: World.group)
            incarnation += 1
            members = [Member(identity: MemberIdentity(serverUUID: uuid, incarnation: incarnation), address: "h:1")]
            view.counter = 1
            let installed = View(
                id: view, members: [ViewMember(identity: members[0].identity, address: "h:1", state: state(uuid))],
                joined: [members[0].identity], left: [],
                configuration: Configuration(
                    number: 1, epoch: 0, firstSlot: 0, members: members, leaderChoice: .everyMember, eventHorizon: 10,
                    protocolVersion: 1))
            for effect in core.install(installed, at: next()) {
                if case .logViewChange(let gtid, _) = effect { given.insert(gtid) }
            }
            cores[uuid] = core
        }

        /// The same on every core; all answers must be alike.
        @discardableResult
        mutating func forEach<Answer>(_ body: (inout GroupCore) -> Answer) -> [String] {
            var answers: [String] = []
            for uuid in cores.keys.sorted() {
                guard var core = cores[uuid] else { continue }
                cores[uuid] = nil
                answers.append("\(body(&core))")
                cores[uuid] = core
            }
            return answers
        }

        mutating func step() {
            switch Int.random(in: 0..<100, using: &generator) {
            case ..<70: transaction()
            case ..<85: report()
            case ..<90: recovered()
            case ..<93: restart()
            case ..<96: action()
            case ..<98:
                let number = UInt64.random(in: 1...9, using: &generator)
                if cores[uuid(number)] == nil { change(joining: uuid(number), leaving: nil) }
            default:
                let number = UInt64.random(in: 1...9, using: &generator)
                let online = members.filter { cores.values.first?.table[$0.identity.serverUUID]?.status == .online }
                if cores[uuid(number)] != nil && online.count > 1 { change(joining: nil, leaving: uuid(number)) }
            }
            check()
        }

        mutating func transaction() {
            let origin = members[.random(in: 0..<members.count, using: &generator)].identity.serverUUID
            let lag = UInt64.random(in: 0...40, using: &generator)
            var message = TransactionMessage(
                kind: .rows, origin: origin, serverID: 1, threadID: 1,
                snapshot: LogPosition(rawValue: position > lag ? position - lag : 0), originalCommitTimestamp: 1,
                writeSet: (0..<2).map { _ in UInt64.random(in: 1...60, using: &generator) },
                body: [UInt8.random(in: 0...255, using: &generator)])
            if Int.random(in: 0..<20, using: &generator) == 0 {
                message.gtid = .specified(
                    GTID(source: World.group, number: .random(in: 1...500, using: &generator)))
            }
            let place = next()
            let answers = forEach { $0.certify(message, at: place) }
            #expect(Set(answers).count == 1)
            transactions += 1
            if let core = cores.values.first, let gtid = core.lastConflictFree, answers.first?.hasPrefix("positive") == true {
                #expect(given.insert(gtid).inserted)
            } else {
                conflicts += 1
            }
        }

        mutating func report() {
            let member = members[.random(in: 0..<members.count, using: &generator)].identity
            guard let core = cores[member.serverUUID] else { return }
            let lag = UInt64.random(in: 0...30, using: &generator)
            let applied = LogPosition(rawValue: position > lag ? position - lag : 0)
            let checkpoint = core.latestCheckpoint
            let report = MemberReport(
                member: member, applied: applied, forgettable: applied, weight: 50, isPeriodic: true,
                hashPosition: checkpoint.position, hash: checkpoint.hash, statistics: MemberStatistics())
            let place = next()
            let answers = forEach { core -> Bool in
                core.report(report, at: place).contains { if case .diverged = $0 { true } else { false } }
            }
            #expect(answers.allSatisfy { $0 == "false" })
            // How much each remembers is its own affair.
            for uuid in cores.keys where Bool.random(using: &generator) {
                cores[uuid]?.certifier.allowForgetting(upTo: applied)
                cores[uuid]?.certifier.sweep(places: 100_000)
            }
        }

        mutating func recovered() {
            let member = members[.random(in: 0..<members.count, using: &generator)].identity
            let place = next()
            _ = forEach { $0.recovered(member, at: place).count }
        }

        mutating func action() {
            let place = next()
            let member = members[.random(in: 0..<members.count, using: &generator)].identity
            if let running = cores.values.first?.action {
                _ = forEach {
                    $0.actionDone(action: running.id, phase: running.phase.rawValue, member: member, at: place).count
                }
                return
            }
            let kind = GroupActionKind(rawValue: .random(in: 1...3, using: &generator)) ?? .setPrimary
            let request = GroupActionRequest(
                kind: kind, invoker: member, ticket: 1, target: kind == .setPrimary ? member.serverUUID : nil)
            _ = forEach { $0.startAction(request, at: place).count }
        }

        /// One member reads its state from its snapshot.
        mutating func restart() {
            guard let uuid = cores.keys.sorted().randomElement(using: &generator), let core = cores[uuid] else { return }
            var writer = ByteWriter()
            core.encode(into: &writer, withItems: true)
            var reader = ByteReader(writer.bytes)
            do {
                var copy = try GroupCore(decoding: &reader, ownUUID: uuid)
                #expect(reader.isAtEnd)
                copy.lastConflictFree = core.lastConflictFree
                cores[uuid] = copy
            } catch {
                Issue.record(error)
            }
        }

        func check() {
            let values = Array(cores.values)
            guard let first = values.first else { return }
            for core in values { #expect(core.invariants() == nil) }
            for core in values {
                #expect(core.hash == first.hash)
                #expect(core.allocator.certified == first.allocator.certified)
                #expect(core.certifier.floor == first.certifier.floor)
                #expect(core.primary == first.primary)
                #expect(core.isSinglePrimary == first.isSinglePrimary)
                #expect(core.table.members == first.table.members)
                #expect(core.dataPosition == first.dataPosition)
                #expect(core.action?.pending == first.action?.pending)
            }
            // Whoever is ONLINE makes a primary possible.
            if first.isSinglePrimary && !first.table.online.isEmpty { #expect(first.primary != nil) }
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func coresStayEqual(seed: UInt64) {
        var world = World(seed: seed)
        world.found()
        for _ in 0..<1_500 { world.step() }
        #expect(world.transactions > 500)
        #expect(world.conflicts > 0)
    }

    @Test func aMemberWhoseHashDiffersIsNamed() throws {
        var world = World(seed: 77)
        world.found()
        world.change(joining: world.uuid(2), leaving: nil)
        world.change(joining: world.uuid(3), leaving: nil)
        world.transaction()
        func report(_ world: inout World, _ uuid: UUID, hash: UInt64?) -> [UUID] {
            guard let core = world.cores[uuid], let member = core.own else { return [] }
            let checkpoint = core.latestCheckpoint
            let report = MemberReport(
                member: member.identity, applied: .zero, forgettable: .zero, weight: 50, isPeriodic: true,
                hashPosition: checkpoint.position, hash: hash ?? checkpoint.hash, statistics: MemberStatistics())
            let place = world.next()
            var named: [UUID] = []
            _ = world.forEach { core in
                for case .diverged(let wrong, _) in core.report(report, at: place) { named = wrong }
            }
            return named
        }
        // The first report makes a checkpoint; all speak of the newest, so each of the next is about its predecessor's.
        #expect(report(&world, world.uuid(1), hash: nil).isEmpty)
        let first = world.uuid(1)
        let wrong = world.uuid(3)
        let checkpoint = try #require(world.cores[first]?.latestCheckpoint)
        // Two members of three agree about one checkpoint, the third does not.
        var named: [UUID] = []
        for (uuid, hash) in [(first, checkpoint.hash), (world.uuid(2), checkpoint.hash), (wrong, checkpoint.hash &+ 1)] {
            guard let member = world.cores[uuid]?.own else { continue }
            let report = MemberReport(
                member: member.identity, applied: .zero, forgettable: .zero, weight: 50, isPeriodic: true,
                hashPosition: checkpoint.position, hash: hash, statistics: MemberStatistics())
            let place = world.next()
            _ = world.forEach { core in
                for case .diverged(let members, _) in core.report(report, at: place) { named = members }
            }
        }
        #expect(named == [wrong])
    }
}
