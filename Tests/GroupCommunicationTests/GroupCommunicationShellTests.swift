import Consensus
import Cryptography
import Glibc
import Network
import Platform
import Testing

@testable import GroupCommunication
@testable import GroupCommunicationCore

private let groupName = UUID(high: 0xAAAA_AAAA_AAAA_4AAA, low: 0x8AAA_AAAA_AAAA_AAAA)

/// A member with a real shell: remembers what it is told.
private final class TestMember: GroupCommunicatingDelegate, @unchecked Sendable {
    let number: UInt64
    let directory = TemporaryDirectory()
    let address: String
    let shell: GroupCommunicationShell
    let faults: FileFaults
    private let lock = Lock()
    private let changed = Condition()
    private var payloads: [String] = []
    private var positions: [LogPosition] = []
    private var views: [View] = []
    private var failures: [String] = []
    private var leaveReason: LeaveReason?

    deinit {
        faults.remove()
    }

    init(_ number: UInt64, tls: LinkTLS? = nil, secret: GroupSecret? = nil, host: String = "127.0.0.1") throws {
        self.number = number
        faults = FileFaults(directory: directory.path)
        let listener = try Listener()
        // A port that is free now; the listener's end frees it again.
        let port = try listener.listen(address: host, port: 0)
        address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        var settings = GroupCommunicationSettings(
            directory: directory.path, serverUUID: UUID(high: number, low: number))
        settings.suspicionTimeout = .seconds(1)
        settings.expelTimeout = .seconds(1)
        settings.heartbeatInterval = .milliseconds(100)
        settings.maximumMessageSize = 100_000
        settings.compressionThreshold = 50_000
        settings.logSegmentBytes = 1 << 20
        settings.makeTLS = { () throws(CommunicationFailure) in tls }
        settings.readSecret = { () throws(CommunicationFailure) in secret }
        shell = GroupCommunicationShell(settings)
    }

    func start(_ role: NodeRole, group: UUID = groupName) throws {
        let from = lock.withLock { positions.last ?? .zero }
        try shell.start(
            CommunicationStart(
                role: role, erasesLog: false, from: from, joinPayload: [UInt8(number)], leaderChoice: .everyMember,
                groupName: group, address: role == .standalone ? "" : address),
            delegate: self)
    }

    private func note(_ body: () -> Void) {
        lock.withLock {
            body()
            changed.broadcast()
        }
    }

    func delivered(_ payload: [UInt8], at position: LogPosition) {
        note {
            payloads.append(String(decoding: payload.prefix(40), as: UTF8.self) + "#\(payload.count)")
            positions.append(position)
        }
    }

    func deliveredAll() {}

    func viewInstalled(_ view: View, at position: LogPosition) {
        note {
            views.append(view)
            positions.append(position)
        }
    }

    func configurationChanged(_ configuration: Configuration, at position: LogPosition) {}
    func stateForView() -> [UInt8] { [UInt8(number)] }
    func refusalOfJoin(by member: Member, payload: [UInt8]) -> String? { payload == [99] ? "no" : nil }
    func reachabilityChanged(unreachable: [MemberIdentity]) {}
    func majorityChanged(hasMajority: Bool) {}
    func asked(_ standings: [Standing]) {}
    func joinRefused(_ refusal: JoinRefusal) { note { failures.append("\(refusal)") } }
    func left(_ reason: LeaveReason) { note { leaveReason = reason } }
    func forceAnswered(_ problem: String?) {}
    func failed(_ problem: String) { note { failures.append(problem) } }

    var deliveredPayloads: [String] { lock.withLock { payloads } }
    var members: [UInt64] { lock.withLock { views.last?.members.map(\.identity.serverUUID.high).sorted() ?? [] } }
    var reason: LeaveReason? { lock.withLock { leaveReason } }
    var problems: [String] { lock.withLock { failures } }

    /// Waits until `condition` holds.
    func await(seconds: Int64 = 30, _ condition: (TestMember) -> Bool) -> Bool {
        let deadline = MonotonicTime.now() + .seconds(seconds)
        while !condition(self) {
            let isInTime = lock.withLock {
                changed.wait(lock, until: min(deadline, MonotonicTime.now() + .milliseconds(50)))
            }
            if !isInTime && MonotonicTime.now() >= deadline { return condition(self) }
        }
        return true
    }

    func submit(_ text: String) {
        shell.submit(Array(text.utf8))
    }
}

private func startGroup(_ count: UInt64, tls: LinkTLS? = nil, secret: GroupSecret? = nil) throws -> [TestMember] {
    let members = try (1...count).map { try TestMember($0, tls: tls, secret: secret) }
    try members[0].start(.bootstrap)
    #expect(members[0].await { $0.members == [1] })
    for member in members.dropFirst() {
        try member.start(.join(seeds: [members[0].address]))
        #expect(member.await { $0.members.contains(member.number) })
    }
    for member in members { #expect(member.await { $0.members == Array(1...count) }) }
    return members
}

@Suite(.serialized) struct GroupCommunicationShellTests {
    @Test func aStandaloneNodeDeliversAndGoesOnAfterARestart() throws {
        let member = try TestMember(1)
        #expect(!member.shell.canResume(groupName: groupName))
        try member.start(.standalone)
        for number in 0..<200 { member.submit("payload \(number)") }
        #expect(member.await { $0.deliveredPayloads.count == 200 })
        member.shell.stop()
        #expect(member.shell.canResume(groupName: groupName))
        try member.start(.standalone)
        member.submit("after")
        #expect(member.await { $0.deliveredPayloads.count == 201 })
        #expect(member.deliveredPayloads.last?.hasPrefix("after") == true)
        member.shell.stop()
    }

    @Test func membersOfIPv4AndIPv6AddressesAreOneGroup() throws {
        let members = [
            try TestMember(1, host: "127.0.0.1"), try TestMember(2, host: "::1"), try TestMember(3, host: "localhost"),
        ]
        try members[0].start(.bootstrap)
        #expect(members[0].await { $0.members == [1] })
        try members[1].start(.join(seeds: [members[0].address]))
        #expect(members[1].await { $0.members == [1, 2] })
        // By way of the seed with the IPv6 address.
        try members[2].start(.join(seeds: [members[1].address]))
        for member in members { #expect(member.await { $0.members == [1, 2, 3] }) }
        for number in 0..<30 { members[number % 3].submit("payload \(number)") }
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 30 }) }
        for member in members { member.shell.stop() }
    }

    @Test func threeMembersDeliverTheSameInTheSameOrder() throws {
        let members = try startGroup(3)
        for number in 0..<300 { members[number % 3].submit("payload \(number)") }
        // Compressed, and cut in pieces.
        var random = SystemRandomNumberGenerator()
        members[1].shell.submit((0..<700_000).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        members[2].shell.submit([UInt8](repeating: 0x61, count: 900_000))
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 302 }) }
        #expect(members[0].deliveredPayloads == members[1].deliveredPayloads)
        #expect(members[0].deliveredPayloads == members[2].deliveredPayloads)
        for index in 0..<3 {
            // Each sender's own order is kept.
            let own = members[0].deliveredPayloads.filter { $0.hasPrefix("payload") }.compactMap {
                Int($0.split(separator: "#")[0].dropFirst(8))
            }.filter { $0 % 3 == index }
            #expect(own == own.sorted())
        }
        for member in members { member.shell.stop() }
    }

    /// Without a majority nobody can expel the one that is away.
    @Test func aRestartedMemberGoesOnWhereItWas() throws {
        let members = try startGroup(2)
        for number in 0..<50 { members[0].submit("before \(number)") }
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 50 }) }
        members[1].shell.stop()
        for number in 0..<50 { members[0].submit("after \(number)") }
        try members[1].start(.resume(seeds: members.map(\.address)))
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 100 }) }
        #expect(members[1].deliveredPayloads == members[0].deliveredPayloads)
        for member in members { member.shell.stop() }
    }

    @Test func aDeadMemberIsExpelledWithinSecondsAndComesBackAsANewOne() throws {
        let members = try startGroup(3)
        members[0].submit("before")
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 1 }) }
        let start = MonotonicTime.now()
        members[2].shell.stop()
        // Its connections were reset, which proves that it is gone: it is removed after three seconds of patience, not after
        // the timeouts.
        #expect(members[0].await { $0.members == [1, 2] })
        #expect(MonotonicTime.now() - start < .seconds(5))
        try members[2].start(.resume(seeds: members.map(\.address)))
        #expect(members[2].await { $0.reason == .expelled })
        members[2].shell.stop()
        try members[2].start(.join(seeds: members.map(\.address)))
        for member in members { #expect(member.await { $0.members == [1, 2, 3] }) }
        members[2].submit("after")
        for member in members { #expect(member.await { $0.deliveredPayloads.last == "after#5" }) }
        for member in members { member.shell.stop() }
    }

    @Test func aWholeGroupComesBackByItself() throws {
        let members = try startGroup(3)
        for number in 0..<50 { members[number % 3].submit("before \(number)") }
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 50 }) }
        for member in members { member.shell.stop() }
        for member in members { try member.start(.resume(seeds: [])) }
        members[1].submit("after")
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 51 }) }
        #expect(members[0].deliveredPayloads == members[1].deliveredPayloads)
        #expect(members[0].deliveredPayloads == members[2].deliveredPayloads)
        for member in members { member.shell.stop() }
    }

    @Test func aMemberWhoseDiskFailsAcknowledgesNothingAndTheOthersGoOn() throws {
        let members = try startGroup(3)
        members[2].faults.fail(.sync, count: .max, EIO)
        members[2].submit("lost or not")
        #expect(members[2].await { !$0.problems.isEmpty })
        #expect(members[0].await { $0.members == [1, 2] })
        members[0].submit("on")
        for member in members[0...1] {
            #expect(member.await { $0.deliveredPayloads.contains { $0.hasPrefix("on") } })
        }
        for member in members { member.shell.stop() }
    }

    /// One full disk stops nobody else; three stop the group, without anybody leaving it; space makes everything go on.
    @Test func fullDisksAreWaitedFor() throws {
        let members = try startGroup(3)
        members[2].faults.setBytesLeft(0)
        for number in 1...40 { members[0].submit("\(number) " + String(repeating: "x", count: 40_000)) }
        for member in members[0...1] { #expect(member.await { $0.deliveredPayloads.count == 40 }) }
        for member in members[0...1] { member.faults.setBytesLeft(0) }
        for number in 41...80 { members[1].submit("\(number) " + String(repeating: "y", count: 40_000)) }
        // Every segment in use gets full sooner or later.
        Thread.sleep(.seconds(3))
        #expect(members[0].deliveredPayloads.count < 80)
        for member in members { #expect(member.problems.isEmpty && member.reason == nil && member.members == [1, 2, 3]) }
        for member in members { member.faults.setBytesLeft(nil) }
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 80 }) }
        #expect(members[0].deliveredPayloads == members[1].deliveredPayloads)
        #expect(members[0].deliveredPayloads == members[2].deliveredPayloads)
        for member in members { member.shell.stop() }
    }

    @Test func linksWorkOverTLS() throws {
        let certificates = TemporaryDirectory()
        _ = try ServerKeyFiles.makeCertificates(directory: certificates.path, version: "9.7.0")
        var server = TLSConfiguration()
        server.certificateFile = certificates.path + "/server-cert.pem"
        server.keyFile = certificates.path + "/server-key.pem"
        server.authorityFile = certificates.path + "/ca.pem"
        var client = TLSConfiguration()
        client.authorityFile = certificates.path + "/ca.pem"
        client.verification = .authority
        let tls = LinkTLS(server: try TLSContext.server(server), client: try TLSContext.client(client))
        let members = try startGroup(3, tls: tls)
        for number in 0..<100 { members[number % 3].submit("payload \(number)") }
        var random = SystemRandomNumberGenerator()
        members[1].shell.submit((0..<3_000_000).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 101 }) }
        #expect(members[0].deliveredPayloads == members[2].deliveredPayloads)
        // A member without TLS is not let in.
        let stranger = try TestMember(4)
        try stranger.start(.join(seeds: [members[0].address]))
        #expect(stranger.await(seconds: 5) { $0.problems.first?.contains("it wants TLS") ?? false })
        #expect(stranger.members.isEmpty)
        // Nor one with TLS by a member without.
        let plain = try startGroup(1)
        let careful = try TestMember(5, tls: tls)
        try careful.start(.join(seeds: [plain[0].address]))
        #expect(careful.await(seconds: 5) { $0.problems.first?.contains("it has no TLS") ?? false })
        for member in members + plain + [stranger, careful] { member.shell.stop() }
    }

    @Test func whoDoesNotHoldTheGroupsSecretIsNotLetInAndHearsItWithinSeconds() throws {
        let members = try startGroup(3, secret: groupSecret())
        for number in 0..<100 { members[number % 3].submit("payload \(number)") }
        for secret in [nil, groupSecret("another one of sixteen bytes")] {
            let stranger = try TestMember(4, secret: secret)
            let start = MonotonicTime.now()
            try stranger.start(.join(seeds: members.map(\.address)))
            #expect(stranger.await { $0.problems.first?.contains("group_replication_group_secret_file") ?? false })
            #expect(MonotonicTime.now() - start < .seconds(5))
            stranger.shell.stop()
        }
        let joiner = try TestMember(5, secret: groupSecret())
        try joiner.start(.join(seeds: [members[1].address]))
        for member in members + [joiner] { #expect(member.await { $0.members == [1, 2, 3, 5] }) }
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 100 }) }
        for member in members + [joiner] { member.shell.stop() }
    }

    @Test(arguments: [nil, groupSecret()])
    func anOutsidersFramesExpelNobody(secret: GroupSecret?) throws {
        let members = try startGroup(3, secret: secret)
        for member in members {
            // Each as if to itself, and in another member's name on a link of its own.
            for (number, claimed) in [(66, 66), (66, members[0].number)] as [(UInt64, UInt64)] {
                guard var link = try? RawLink(to: member.address) else { continue }
                guard (try? link.greet(number, address: "127.0.0.1:9", group: groupName)) == .welcome else { continue }
                for largest in [39, 60] as [UInt64] {
                    var writer = ByteWriter()
                    writer.write(
                        FrameHeader(
                            group: groupName, sender: MemberIdentity(serverUUID: UUID(high: claimed == 66 ? 1 : claimed, low: claimed), incarnation: 1),
                            epoch: 0, configuration: 1, delivered: 1, run: 1, known: 0))
                    writer.write(NodeMessage.removed(number: 1 << largest, epoch: 1 << largest))
                    try? link.send(writer.bytes)
                }
            }
        }
        for number in 0..<20 { members[number % 3].submit("payload \(number)") }
        for member in members {
            #expect(member.await { $0.deliveredPayloads.count == 20 })
            #expect(member.members == [1, 2, 3] && member.reason == nil)
            member.shell.stop()
        }
    }

    @Test func aMemberOfAnotherGroupIsNotLetIn() throws {
        let members = try startGroup(2)
        let stranger = try TestMember(3)
        try stranger.start(.join(seeds: [members[0].address]), group: UUID(high: 9, low: 9))
        #expect(stranger.await(seconds: 60) { !$0.problems.isEmpty })
        #expect(members[0].members == [1, 2])
        for member in members + [stranger] { member.shell.stop() }
    }

    @Test func garbageOnThePortDisturbsNobody() throws {
        let members = try startGroup(2)
        let (host, port) = try #require(SocketAddress.parse(members[0].address))
        var random = SystemRandomNumberGenerator()
        for round in 0..<60 {
            let socket = try Socket.connect(host: host, port: port, deadline: MonotonicTime.now() + .seconds(5))
            var bytes = (0..<(round * 7)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if round % 3 == 0 { bytes = LinkGreeting.magic + bytes }
            if round % 5 == 0 {
                // A good greeting of an unknown member, then rubbish.
                bytes =
                    LinkGreeting(
                        versions: 2...2, group: groupName, serverUUID: UUID.random(), address: "127.0.0.1:1"
                    ).encoded + bytes
            }
            try? socket.write(bytes)
            if round % 2 == 0 { socket.shutdown() }
            socket.close()
        }
        for number in 0..<20 { members[1].submit("payload \(number)") }
        for member in members { #expect(member.await { $0.deliveredPayloads.count == 20 }) }
        for member in members { member.shell.stop() }
    }
}
