import Network
import Platform
import Testing

@testable import GroupCommunication
@testable import GroupCommunicationCore

private func identity(_ number: UInt64, _ address: String? = nil) -> LinkIdentity {
    LinkIdentity(serverUUID: UUID(high: 1, low: number), address: address ?? "s\(number):1")
}

extension LinkAdmission {
    /// Connects and greets. `ending`: the greeted links that had to go for it.
    fileprivate mutating func link(_ host: String, _ identity: LinkIdentity) -> (number: Int, isMember: Bool, ending: [Int]) {
        let number = arrive(from: host).number
        guard let (isMember, ending) = greet(number, as: identity) else { return (number, false, [-1]) }
        return (number, isMember, ending)
    }
}

/// Which links may stand when too many are asked for.
@Suite struct LinkAdmissionTests {
    @Test func theOldestConnectionThatHasNotGreetedMakesRoomForTheNewest() {
        var admission = LinkAdmission(LinkAdmission.Limits(arriving: 5, arrivingFromOneHost: 3))
        var first: [Int] = []
        for _ in 0..<3 { first.append(admission.arrive(from: "a").number) }
        var ended: [[Int]] = []
        for host in ["a", "b", "c", "d"] { ended.append(admission.arrive(from: host).ending) }
        #expect(ended == [[first[0]], [], [], [first[1]]])
        #expect(admission.count == 5)
        // It has to go although its handshake was about to be done.
        let late = admission.greet(first[1], as: identity(1))
        #expect(late == nil)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func aServerHasOneLinkTheNewest(number: UInt64) {
        var admission = LinkAdmission()
        _ = admission.setMembers([identity(1)])
        let old = admission.link("a", identity(number))
        let new = admission.link("a", identity(number))
        #expect(old.ending == [] && new.ending == [old.number] && new.isMember == (number == 1))
        // Another address is another one: a copied data directory does not take the member's link.
        let copy = admission.link("b", identity(number, "elsewhere:1"))
        #expect(copy.ending == [] && !copy.isMember)
        #expect(admission.count == 2)
    }

    @Test func strangersDoNotTakeMembersLinks() {
        var admission = LinkAdmission(LinkAdmission.Limits(strangers: 6, strangersFromOneHost: 4))
        _ = admission.setMembers([identity(1), identity(2)])
        let members = [admission.link("a", identity(1)).number, admission.link("a", identity(2)).number]
        var ended: [Int] = []
        for number in 10..<200 as Range<UInt64> { ended += admission.link("h\(number % 3)", identity(number)).ending }
        #expect(admission.count == 2 + 6 && ended.count == 190 - 6)
        #expect(!ended.contains { members.contains($0) })
        let late = admission.link("h1", identity(2))
        #expect(late.isMember && late.ending == [members[1]])
    }

    @Test func whoIsAMemberFollowsTheConfiguration() {
        var admission = LinkAdmission()
        #expect(!admission.knowsMembers)
        let link = admission.link("a", identity(1))
        #expect(!link.isMember)
        for (members, isMember) in [(identity(1), true), (identity(2), false)] {
            let standings = admission.setMembers([members])
            #expect(standings.map(\.number) == [link.number] && standings.map(\.isMember) == [isMember])
        }
        #expect(admission.knowsMembers)
    }
}

/// The same with real sockets.
@Suite(.serialized) struct LinkFloodTests {
    @Test(arguments: [nil, groupSecret()])
    func aFloodOfConnectionsLeavesMembersTheirLinks(secret: GroupSecret?) throws {
        let member = try TestTransport(1, secret: secret) { $0.greetingTimeout = .seconds(2) }
        var peer: TestTransport? = try TestTransport(2, secret: secret)
        let identity = try #require(peer?.identity)
        member.transport.setMembers([identity])
        peer?.transport.connect(to: member.address)
        #expect(peer?.await { $0.server(at: member.address) != nil } == true)
        var silent: [RawLink] = []
        for number in 0..<300 {
            var link = try RawLink(to: member.address)
            // Half of them greet as somebody, and hold no secret.
            if number % 2 == 1 { _ = try? link.greet(UInt64(100 + number), address: "127.0.0.1:\(number)") }
            silent.append(link)
        }
        peer?.transport.send(linkFrame(2, [1]), to: member.address)
        #expect(member.await { $0.frames.count == 1 })
        // A member that restarts gets in while the flood lasts.
        peer?.stop()
        peer = nil
        let again = try TestTransport(2, secret: secret) { $0.address = identity.address }
        again.transport.connect(to: member.address)
        #expect(again.await(seconds: 3) { $0.server(at: member.address) != nil })
        again.transport.send(linkFrame(2, [2]), to: member.address)
        #expect(member.await(seconds: 3) { $0.frames.count == 2 })
        // Whoever says nothing is gone after the time for a greeting.
        for index in stride(from: 0, to: silent.count, by: 2) { #expect(silent[index].hasEnded(within: 5)) }
        for link in silent { link.socket.close() }
        again.stop()
        member.stop()
    }

    @Test func aStrangerMayNotStay() throws {
        let member = try TestTransport(1) { $0.strangerTimeout = .milliseconds(500) }
        member.transport.setMembers([LinkIdentity(serverUUID: UUID(high: 1, low: 3), address: "127.0.0.1:3")])
        var stranger = try RawLink(to: member.address)
        #expect(try stranger.greet(2) == .welcome)
        var peer = try RawLink(to: member.address)
        #expect(try peer.greet(3, address: "127.0.0.1:3") == .welcome)
        try peer.send(linkFrame(3, [1]))
        #expect(stranger.hasEnded(within: 5))
        Thread.sleep(.milliseconds(700))
        try peer.send(linkFrame(3, [2]))
        #expect(member.await { $0.frames.count == 2 })
        member.stop()
    }
}
