import Network
import Platform

/// TLS between members: what this one shows and asks as the accepting and as the connecting side.
public struct LinkTLS: Sendable {
    public var server: TLSContext
    public var client: TLSContext

    public init(server: TLSContext, client: TLSContext) {
        self.server = server
        self.client = client
    }
}

/// What the links of one member need to know.
struct TransportSettings: Sendable {
    var group: UUID
    var serverUUID: UUID
    /// `host:port` as the peers reach this member.
    var address: String
    var allowlist = IPAllowlist.automatic
    var tls: LinkTLS?
    /// What members prove to each other; nil: nothing, as in MySQL.
    var secret: GroupSecret?
    /// Versions of the link's own protocol (the handshake and the frames, not what is in them).
    static let version: UInt16 = 2
    var versions: ClosedRange<UInt16> = version...version
    var connectTimeout: Duration = .seconds(3)
    /// For a whole handshake, TLS included.
    var greetingTimeout: Duration = .seconds(5)
    /// After which a peer that takes no bytes is given up, and connected to anew.
    var stallTimeout: Duration = .seconds(10)
    var shortestBackoff: Duration = .milliseconds(100)
    var longestBackoff: Duration = .seconds(1)
    /// Bytes that wait for one peer; what comes above is dropped, as if the network had lost it.
    var maximumQueuedBytes = 64 << 20
    /// Inbound connections at once.
    var admission = LinkAdmission.Limits()
    /// How long somebody who is no member may keep a link before it has to connect anew.
    var strangerTimeout: Duration = .seconds(30)
}

/// What the links tell. On the links' own threads.
enum TransportEvent: Sendable {
    case received(from: String, frame: [UInt8])
    case sawBytes(from: String)
    /// `server`: who answered there.
    case linkUp(String, server: UUID)
    case linkDown(String, LinkEvidence)
}

extension NetworkError {
    /// What it says about the peer.
    var evidence: LinkEvidence {
        switch self {
        case .refused: .refused
        case .reset, .closed: .reset
        case .timedOut, .unknownHost, .tls, .system: .silent
        }
    }
}
