import Consensus
import Primitives

/// What a node knows of the way to one peer and of the peer's own reports.
struct PeerLink: Sendable {
    var address: String
    var isLinked = false
    var lastHeard = MonotonicTime(nanoseconds: 0)
    /// The run of its process that counts here (``RunClaim``); 0: none yet.
    var run: UInt64 = 0
    /// It knows this member's run, and remembers nothing that this run does not.
    var knowsThisRun = false
    /// A frame of this very incarnation arrived since this node started: only then is a refused connection a sign of death.
    var wasHeard = false
    /// It was there before this node came back, and was not heard since.
    var isUnconfirmed = false
    /// A live host refused the connection, and nothing was heard since.
    var isRefused = false
    /// The link broke, and nothing was heard since.
    var isReset = false
    /// The server came back as another incarnation, so this one is dead for certain.
    var isSuperseded = false
    /// Its newest opinion, heard of it or of others, on the members of the configuration `opinionNumber`.
    var opinion = Opinion()
    var opinionNumber: UInt64 = 0
    var opinionAt = MonotonicTime(nanoseconds: 0)
    /// Since when its opinions have said that it hears less than a majority.
    var deafSince: MonotonicTime?
    /// Since when a majority has known it to be gone.
    var condemnedSince: MonotonicTime?
    /// How far its own log certainly reaches.
    var held: Slot = 0

    init(address: String) {
        self.address = address
    }
}

/// A server outside the configurations that is still talked to for a while.
struct Courtesy: Hashable, Sendable {
    var address: String
    /// A member that was removed from the configuration that took force last; nil for others.
    var identity: MemberIdentity?
    /// What a server outside is told of the group, when the link stands, begins with whether it is listed; nil for others.
    var listsReceiver: Bool?
    var until: MonotonicTime

    static let lifetime: Duration = .seconds(3)
    static let maximumCount = 32
}

/// A node's way into a group.
struct JoinAttempt: Sendable {
    var member: Member
    var payload: [UInt8]
    var seeds: [String]
    var seed = 0
    var askedAt: MonotonicTime?
    /// A link to a seed has stood.
    var hasReachedSeed = false
    /// Since when members have answered that an older incarnation of this server is listed.
    var oldListedSince: MonotonicTime?
    /// The last seed that does not let this server in, and why.
    var rejection: (seed: String, LinkRejection)?
    /// Another seed may do so: the rejection came from this server itself, by another name of its own.
    var isRejectedBySelf: Bool { rejection?.1.reason == .sameServer }
    var nextSeedAt: MonotonicTime
    var deadline: MonotonicTime
}

/// A joiner at the member that it asked.
struct PendingJoin: Sendable {
    enum Step: Hashable, Sendable {
        /// The link to the joiner has to stand first: whoever cannot be reached is not let in.
        case linking
        case approving(request: UInt64)
        case ready
        /// Ordered or about to be: it is welcomed when its configuration takes force.
        case refused(JoinRefusal)
    }

    var request: JoinRequest
    var step: Step
    /// When the joiner asked last: one that stopped asking is not let in.
    var askedAt: MonotonicTime
    var expiresAt: MonotonicTime
}
