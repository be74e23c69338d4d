import Cryptography
import Glibc
import Network
import Platform
import Testing

@testable import GroupCommunication
@testable import GroupCommunicationCore

/// Who may talk to a member, over real sockets.
@Suite(.serialized) struct LinkProofTests {
    private func tls() throws -> LinkTLS {
        let certificates = TemporaryDirectory()
        _ = try ServerKeyFiles.makeCertificates(directory: certificates.path, version: "9.7.0")
        var server = TLSConfiguration()
        server.certificateFile = certificates.path + "/server-cert.pem"
        server.keyFile = certificates.path + "/server-key.pem"
        return LinkTLS(server: try TLSContext.server(server), client: try TLSContext.client(TLSConfiguration()))
    }

    @Test(arguments: [false, true], [false, true])
    func framesFlowBetweenMembersThatHoldTheSameSecretOrNone(hasSecret: Bool, hasTLS: Bool) throws {
        let secret = hasSecret ? groupSecret() : nil
        let context = hasTLS ? try tls() : nil
        let (one, other) = (try TestTransport(1, secret: secret, tls: context), try TestTransport(2, secret: secret, tls: context))
        one.transport.connect(to: other.address)
        #expect(one.await { $0.server(at: other.address) == other.uuid })
        let frames = (0..<200).map { linkFrame(1, [UInt8](repeating: UInt8($0), count: $0 * 37)) }
        for frame in frames { one.transport.send(frame, to: other.address) }
        let large = linkFrame(1, [UInt8](repeating: 9, count: 3 << 20))
        other.transport.setMembers([one.identity])
        one.transport.send(linkFrame(1, [1]), to: other.address)
        #expect(other.await { $0.frames.count == 201 })
        one.transport.send(large, to: other.address)
        #expect(other.await { $0.frames.count == 202 })
        #expect(other.frames == frames + [linkFrame(1, [1]), large])
        one.stop()
        other.stop()
    }

    @Test(arguments: [
        (groupSecret(), nil), (nil, groupSecret()), (groupSecret(), groupSecret("another secret of the group")),
    ] as [(GroupSecret?, GroupSecret?)])
    func membersThatDoNotHoldTheSameSecretExchangeNothingAndSayWhy(mine: GroupSecret?, theirs: GroupSecret?) throws {
        let (one, other) = (try TestTransport(1, secret: mine), try TestTransport(2, secret: theirs))
        one.transport.connect(to: other.address)
        other.transport.connect(to: one.address)
        for side in [one, other] {
            #expect(
                side.await {
                    $0.evidence.contains { if case .rejected(let rejection) = $0 { rejection.reason == .secret } else { false } }
                })
        }
        one.transport.send(linkFrame(1, [1]), to: other.address)
        #expect(one.server(at: other.address) == nil && other.server(at: one.address) == nil)
        #expect(other.frames.isEmpty)
        one.stop()
        other.stop()
    }

    @Test func nobodyIsHeardWithoutTheProof() throws {
        let member = try TestTransport(1, secret: groupSecret())
        var liar = try RawLink(to: member.address)
        // Says that it holds the secret, and has only guessed it.
        #expect(try liar.greet(2, secret: groupSecret("guessed, and guessed wrong")) == .secretDiffers)
        try? liar.send(linkFrame(2, [1, 2, 3]))
        #expect(liar.hasEnded(within: 5))
        var silent = try RawLink(to: member.address)
        #expect(try silent.greet(2) == .secretNeeded)
        try? silent.send(linkFrame(2, [1, 2, 3]))
        #expect(silent.hasEnded(within: 5))
        #expect(member.frames.isEmpty)
        member.stop()
    }

    /// What a member said to another one proves nothing to a third, nor a second time.
    @Test func aProofIsOfNoUseToWhoPassesItOn() throws {
        let secret = try #require(groupSecret())
        let member = try TestTransport(1, secret: secret)
        let raw = try RawLink(to: member.address)
        let greeting = LinkGreeting(
            versions: 2...2, group: linkGroup, serverUUID: UUID(high: 1, low: 2), address: "127.0.0.1:1", holdsSecret: true,
            nonce: LinkHandshake.nonce())
        try raw.socket.write(greeting.encoded)
        let answer = try LinkGreetingAnswer(try raw.socket.readArray(LinkGreetingAnswer.size))
        // Of an exchange with other nonces, and of this one as its other side.
        var old = answer
        old.nonce[0] ^= 1
        for statement in [LinkStatement(greeting, old, channelBinding: []), LinkStatement(greeting, answer, channelBinding: [1])] {
            #expect(!secret.confirms(secret.proof(.connecting, of: statement.bytes), .connecting,
                    of: LinkStatement(greeting, answer, channelBinding: []).bytes))
        }
        try raw.socket.write(secret.proof(.accepting, of: LinkStatement(greeting, answer, channelBinding: []).bytes))
        #expect(try LinkVerdict(try raw.socket.readArray(LinkVerdict.size)).code == .secretDiffers)
        member.stop()
    }

    @Test(arguments: [nil, groupSecret()])
    func aFrameInAnothersNameEndsTheLink(secret: GroupSecret?) throws {
        let member = try TestTransport(1, secret: secret)
        member.transport.setMembers([LinkIdentity(serverUUID: UUID(high: 1, low: 3), address: "127.0.0.1:3")])
        for forged in [linkFrame(3, [1]), linkFrame(2, [1], incarnation: 2), [1, 2, 3], [UInt8](repeating: 0xFF, count: 200)] {
            var link = try RawLink(to: member.address)
            #expect(try link.greet(2, secret: secret) == .welcome)
            try link.send(linkFrame(2, [7]))
            try link.send(forged)
            #expect(link.hasEnded(within: 5))
        }
        #expect(member.await { $0.frames.count == 4 })
        #expect(member.frames == Array(repeating: linkFrame(2, [7]), count: 4))
        member.stop()
    }

    /// Without TLS somebody on the way could write into a connection that members have opened.
    @Test func framesThatWereChangedRepeatedOrLeftOutEndTheLink() throws {
        let secret = groupSecret()
        let member = try TestTransport(1, secret: secret)
        let frames = (0..<4).map { linkFrame(2, [UInt8($0)]) }
        for attack in 0..<4 {
            var link = try RawLink(to: member.address)
            #expect(try link.greet(2, secret: secret) == .welcome)
            var sealed = frames.map { link.seal.header(of: $0) + $0 }
            switch attack {
            case 0: sealed[2][sealed[2].count - 1] ^= 1
            case 1: sealed[2] = sealed[1]
            case 2: sealed.remove(at: 2)
            default: sealed.swapAt(2, 3)
            }
            try link.socket.write(Array(sealed.joined()))
            #expect(link.hasEnded(within: 5))
            #expect(member.await { $0.frames.count == 2 * (attack + 1) })
        }
        #expect(member.frames == Array(repeating: Array(frames.prefix(2)), count: 4).flatMap { $0 })
        member.stop()
    }

    @Test func aStrangersFrameIsSmall() throws {
        let member = try TestTransport(1)
        member.transport.setMembers([LinkIdentity(serverUUID: UUID(high: 1, low: 3), address: "127.0.0.1:3")])
        var link = try RawLink(to: member.address)
        #expect(try link.greet(2) == .welcome)
        var header = ByteWriter()
        header.write(UInt32(WireFrame.maximumStrangerFrameBytes + 1))
        header.write(UInt32(0))
        try link.socket.write(header.bytes)
        #expect(link.hasEnded(within: 5))
        member.stop()
    }

    @Test func theSecretIsReadFromAFileThatNobodyElseCanRead() throws {
        let directory = TemporaryDirectory()
        let path = directory.path + "/secret"
        func write(_ text: String, mode: mode_t) {
            unlink(path)
            let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            _ = Glibc.write(file, text, text.utf8.count)
            fchmod(file, mode)
            close(file)
        }
        func reading() -> GroupSecret? { try? GroupSecret.read(path: path) }
        #expect(reading() == nil)
        let statement: [UInt8] = [1, 2, 3]
        write("  a secret of the test's group\n", mode: 0o600)
        #expect(reading()?.proof(.connecting, of: statement) == groupSecret()?.proof(.connecting, of: statement))
        write("a secret of the test's group", mode: 0o400)
        #expect(reading() != nil)
        for mode in [0o604, 0o644, 0o660, 0o777] as [mode_t] {
            write("a secret of the test's group", mode: mode)
            #expect(reading() == nil, "\(String(mode, radix: 8))")
        }
        for text in ["", "too short", String(repeating: " ", count: 40), String(repeating: "x", count: 4097)] {
            write(text, mode: 0o600)
            #expect(reading() == nil)
        }
        unlink(path)
        mkfifo(path, 0o600)
        #expect(reading() == nil)
        unlink(path)
        mkdir(path, 0o700)
        #expect(reading() == nil)
        rmdir(path)
    }

    @Test func theSecretIsNeverPrinted() throws {
        let secret = try #require(groupSecret())
        var text = "\(secret) \(String(reflecting: secret))"
        dump(secret, to: &text)
        #expect(text.contains("<secret>") && !text.contains("key"))
    }
}
