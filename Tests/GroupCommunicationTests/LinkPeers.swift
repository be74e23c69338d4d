import Consensus
import Network
import Platform

@testable import GroupCommunication
@testable import GroupCommunicationCore

let linkGroup = UUID(high: 0xAAAA_AAAA_AAAA_4AAA, low: 0x8AAA_AAAA_AAAA_AAAB)

func groupSecret(_ text: String = "a secret of the test's group") -> GroupSecret? { GroupSecret(Array(text.utf8)) }

/// The links of one member and what they told.
final class TestTransport: @unchecked Sendable {
    let uuid: UUID
    let transport: Transport
    private let inbox = Inbox()

    /// Guarded by `lock`: the links' threads write here.
    private final class Inbox: @unchecked Sendable {
        let lock = Lock()
        let changed = Condition()
        var frames: [(from: String, frame: [UInt8])] = []
        var up: [String: UUID] = [:]
        var down: [LinkEvidence] = []
    }

    init(_ number: UInt64, secret: GroupSecret? = nil, tls: LinkTLS? = nil, change: (inout TransportSettings) -> Void = { _ in }) throws {
        uuid = UUID(high: 1, low: number)
        let port = try Listener().listen(address: "127.0.0.1", port: 0)
        var settings = TransportSettings(group: linkGroup, serverUUID: uuid, address: "127.0.0.1:\(port)")
        settings.secret = secret
        settings.tls = tls
        change(&settings)
        let inbox = inbox
        transport = try Transport(settings: settings) { event in
            inbox.lock.withLock {
                switch event {
                case .received(let from, let frame): inbox.frames.append((from, frame))
                case .sawBytes: break
                case .linkUp(let address, let server): inbox.up[address] = server
                case .linkDown(let address, let evidence):
                    inbox.up[address] = nil
                    inbox.down.append(evidence)
                }
                inbox.changed.broadcast()
            }
        }
        address = settings.address
    }

    let address: String
    var identity: LinkIdentity { LinkIdentity(serverUUID: uuid, address: address) }
    var frames: [[UInt8]] { inbox.lock.withLock { inbox.frames.map(\.frame) } }
    var evidence: [LinkEvidence] { inbox.lock.withLock { inbox.down } }
    func server(at address: String) -> UUID? { inbox.lock.withLock { inbox.up[address] } }

    /// Waits until `condition` holds.
    func await(seconds: Int64 = 15, _ condition: (TestTransport) -> Bool) -> Bool {
        let deadline = MonotonicTime.now() + .seconds(seconds)
        while !condition(self) {
            guard MonotonicTime.now() < deadline else { return false }
            inbox.lock.withLock { _ = inbox.changed.wait(inbox.lock, until: MonotonicTime.now() + .milliseconds(20)) }
        }
        return true
    }

    func stop() { transport.stop() }
}

/// A frame of that server, with some bytes behind its header.
func linkFrame(_ number: UInt64, _ body: [UInt8], incarnation: UInt64 = 1) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(
        FrameHeader(
            group: linkGroup, sender: MemberIdentity(serverUUID: UUID(high: 1, low: number), incarnation: incarnation), epoch: 0,
            configuration: 1, delivered: 1, run: 1, known: 0))
    writer.write(body)
    return writer.take()
}

/// One connection to a group port, by hand.
struct RawLink {
    let socket: Socket
    var seal = FrameSeal(key: nil)

    init(to address: String) throws {
        guard let (host, port) = SocketAddress.parse(address) else { throw NetworkError.closed }
        socket = try Socket.connect(host: host, port: port, deadline: .now() + .seconds(5))
        socket.setReadDeadline(.now() + .seconds(10))
    }

    /// Greets as that server; returns the answer's code, and with a secret the verdict's.
    mutating func greet(
        _ number: UInt64, address: String = "127.0.0.1:1", secret: GroupSecret? = nil, group: UUID = linkGroup
    ) throws -> LinkGreetingAnswer.Code {
        let greeting = LinkGreeting(
            versions: 2...2, group: group, serverUUID: UUID(high: 1, low: number), address: address,
            holdsSecret: secret != nil, nonce: LinkHandshake.nonce())
        try socket.write(greeting.encoded)
        let answer = try LinkGreetingAnswer(try socket.readArray(LinkGreetingAnswer.size))
        guard let secret, answer.code == .welcome else { return answer.code }
        let statement = LinkStatement(greeting, answer, channelBinding: []).bytes
        try socket.write(secret.proof(.connecting, of: statement))
        let verdict = try LinkVerdict(try socket.readArray(LinkVerdict.size))
        seal = FrameSeal(key: secret.proof(.frames, of: statement))
        return verdict.code
    }

    mutating func send(_ frame: [UInt8]) throws {
        let header = seal.header(of: frame)
        try socket.write(header + frame)
    }

    /// Whether the other end has closed the connection, or does within that time.
    func hasEnded(within seconds: Int64) -> Bool {
        socket.setReadDeadline(.now() + .seconds(seconds))
        do throws(NetworkError) {
            _ = try socket.readArray(1)
            return false
        } catch {
            return error != .timedOut
        }
    }
}
