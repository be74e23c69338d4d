import Consensus
import Network
import Platform
import Synchronization

/// A connection on which a peer sends to this member. Its thread reads the greeting and the proof, then frames, until either
/// side ends it. It belongs to one identity: a frame in another's name ends it.
///
/// Safe: the socket may be shut down by any thread and is otherwise its own thread's; the rest is immutable or atomic.
final class InboundLink: @unchecked Sendable {
    private let socket: Socket
    private let settings: TransportSettings
    private let emit: @Sendable (TransportEvent) -> Void
    /// Whether it may stay for as long as it likes: a member's.
    private let isLasting = Atomic<Bool>(false)
    /// Larger frames are read in such pieces: memory follows what has come, and each piece is a sign of life.
    private static let pieceBytes = 256 << 10
    /// The first byte of a client's TLS, which no greeting has.
    private static let handshakeRecord: UInt8 = 0x16
    private static let signOfLifeInterval: Duration = .milliseconds(100)

    init(socket: Socket, settings: TransportSettings, emit: @escaping @Sendable (TransportEvent) -> Void) {
        self.socket = socket
        self.settings = settings
        self.emit = emit
    }

    /// Ends the connection: `run` returns soon. Any thread.
    func stop() {
        socket.shutdown()
    }

    /// Any thread.
    func setLasting(_ isLasting: Bool) {
        self.isLasting.store(isLasting, ordering: .relaxed)
    }

    /// Reads until the end. `greeted` is told who the peer is once that is known, and says whether it is let in.
    func run(greeted: (LinkIdentity) -> Bool) {
        defer { socket.close() }
        do throws(LinkFailure) {
            guard let (identity, seal) = try greet(), greeted(identity) else { return }
            try readFrames(of: identity, seal)
        } catch {
            switch error {
            case .network(.closed), .network(.reset): break
            case .network(let failure): warn("\(failure)")
            case .malformed(let failure): warn("\(failure)")
            }
        }
    }

    private enum LinkFailure: Error {
        case network(NetworkError)
        case malformed(MalformedBytes)
    }

    private func warn(_ text: String) {
        LinkWarnings.shared.log("Connection from \(socket.peer) closed: \(text)")
    }

    private func read(_ count: Int) throws(LinkFailure) -> [UInt8] {
        do throws(NetworkError) {
            return try socket.readArray(count)
        } catch {
            throw .network(error)
        }
    }

    private func write(_ bytes: [UInt8]) throws(LinkFailure) {
        do throws(NetworkError) {
            try socket.write(bytes)
        } catch {
            throw .network(error)
        }
    }

    private func decoded<Value>(_ body: () throws(MalformedBytes) -> Value) throws(LinkFailure) -> Value {
        do throws(MalformedBytes) {
            return try body()
        } catch {
            throw .malformed(error)
        }
    }

    // MARK: The handshake

    /// Nil: told the peer why not.
    private func greet() throws(LinkFailure) -> (LinkIdentity, FrameSeal)? {
        socket.setReadDeadline(MonotonicTime.now() + settings.greetingTimeout)
        socket.setWriteTimeout(settings.greetingTimeout)
        let speaksTLS: Bool
        do throws(NetworkError) { speaksTLS = try socket.peekByte() == InboundLink.handshakeRecord } catch { throw .network(error) }
        guard speaksTLS == (settings.tls != nil) else {
            try write((speaksTLS ? LinkGreetingAnswer.Alert.speaksNoTLS : .wantsTLS).encoded)
            LinkWarnings.shared.log(
                "A connection from \(socket.peer.host) was refused: it \(speaksTLS ? "speaks" : "does not speak") TLS, which this "
                    + "member has \(speaksTLS ? "not for" : "for") the group (group_replication_ssl_mode)")
            return nil
        }
        if let tls = settings.tls {
            do throws(NetworkError) { try socket.acceptTLS(tls.server) } catch { throw .network(error) }
        }
        socket.startBuffering()
        let head = try read(LinkGreeting.headSize)
        let (length, checksum) = try decoded { () throws(MalformedBytes) in try LinkGreeting.parse(head: head) }
        let body = try read(length)
        let greeting = try decoded { () throws(MalformedBytes) in try LinkGreeting(body: body, checksum: checksum) }
        let answer = answer(to: greeting)
        try write(answer.encoded)
        guard answer.code == .welcome else {
            refuse(greeting, answer.code)
            return nil
        }
        let identity = LinkIdentity(serverUUID: greeting.serverUUID, address: greeting.address)
        guard let secret = settings.secret else { return (identity, FrameSeal(key: nil)) }
        let statement = LinkStatement(greeting, answer, channelBinding: socket.channelBinding ?? []).bytes
        let proof = try read(LinkHandshake.proofSize)
        guard secret.confirms(proof, .connecting, of: statement) else {
            try write(LinkVerdict(code: .secretDiffers, proof: [UInt8](repeating: 0, count: LinkHandshake.proofSize)).encoded)
            refuse(greeting, .secretDiffers)
            return nil
        }
        try write(LinkVerdict(code: .welcome, proof: secret.proof(.accepting, of: statement)).encoded)
        return (identity, FrameSeal(key: socket.isTLS ? nil : secret.proof(.frames, of: statement)))
    }

    private func answer(to greeting: LinkGreeting) -> LinkGreetingAnswer {
        let version = min(greeting.versions.upperBound, settings.versions.upperBound)
        let code: LinkGreetingAnswer.Code
        if greeting.group != settings.group {
            code = .otherGroup
        } else if greeting.serverUUID == settings.serverUUID {
            code = .sameMember
        } else if version < max(greeting.versions.lowerBound, settings.versions.lowerBound) {
            code = .noCommonVersion
        } else if settings.secret != nil && !greeting.holdsSecret {
            code = .secretNeeded
        } else if settings.secret == nil && greeting.holdsSecret {
            code = .secretUnknown
        } else {
            code = .welcome
        }
        return LinkGreetingAnswer(
            code: code, version: version, serverUUID: settings.serverUUID, nonce: LinkHandshake.nonce())
    }

    private func refuse(_ greeting: LinkGreeting, _ code: LinkGreetingAnswer.Code) {
        let reason =
            switch code {
            case .welcome, .otherGroup, .sameMember, .noCommonVersion: "\(code)"
            case .secretNeeded:
                "it holds no secret of the group, and this member does (group_replication_group_secret_file)"
            case .secretUnknown:
                "it holds a secret of the group, and this member does not (group_replication_group_secret_file)"
            case .secretDiffers: "it does not hold this member's secret of the group (group_replication_group_secret_file)"
            }
        // Without the port, which is another one each time.
        LinkWarnings.shared.log(
            "A connection from \(socket.peer.host) was refused: \(greeting.address.prefix(256)) (\(greeting.serverUUID)) of group "
                + "\(greeting.group): \(reason)")
    }

    // MARK: Frames

    private func readFrames(of identity: LinkIdentity, _ seal: FrameSeal) throws(LinkFailure) {
        var seal = seal
        var lasts = false
        var incarnation: UInt64?
        let strangerLimit = settings.secret == nil ? WireFrame.maximumStrangerFrameBytes : WireFrame.maximumFrameBytes
        socket.setReadDeadline(MonotonicTime.now() + settings.strangerTimeout)
        while true {
            let isLasting = isLasting.load(ordering: .relaxed)
            if isLasting != lasts {
                lasts = isLasting
                socket.setReadDeadline(lasts ? nil : MonotonicTime.now() + settings.strangerTimeout)
            }
            let header = try read(seal.headerSize)
            let limit = lasts ? WireFrame.maximumFrameBytes : strangerLimit
            let length = try decoded { () throws(MalformedBytes) in try FrameSeal.length(header: header, limit: limit) }
            let frame = try readFrame(length, from: identity.address)
            try decoded { () throws(MalformedBytes) in
                try seal.check(header: header, frame)
                let sender = try InboundLink.sender(of: frame, in: settings.group)
                guard sender.serverUUID == identity.serverUUID, sender.incarnation == incarnation ?? sender.incarnation else {
                    throw MalformedBytes("a frame of \(sender) on the link of \(identity.serverUUID)")
                }
                incarnation = sender.incarnation
            }
            emit(.received(from: identity.address, frame: frame))
        }
    }

    private static func sender(of frame: [UInt8], in group: UUID) throws(MalformedBytes) -> MemberIdentity {
        var reader = ByteReader(frame)
        let header = try reader.readFrameHeader()
        guard header.group == group else { throw MalformedBytes("a frame of the group \(header.group)") }
        return header.sender
    }

    private func readFrame(_ length: Int, from peer: String) throws(LinkFailure) -> [UInt8] {
        if length <= InboundLink.pieceBytes { return try read(length) }
        var frame: [UInt8] = []
        var toldAt = MonotonicTime.now()
        // From the start: nobody shall ask others for what is on its way.
        emit(.sawBytes(from: peer))
        while frame.count < length {
            frame += try read(min(InboundLink.pieceBytes, length - frame.count))
            let now = MonotonicTime.now()
            if now - toldAt >= InboundLink.signOfLifeInterval {
                toldAt = now
                emit(.sawBytes(from: peer))
            }
        }
        return frame
    }
}
