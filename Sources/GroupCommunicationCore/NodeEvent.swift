import Consensus
import Primitives

/// Why a link is down.
public enum LinkEvidence: Hashable, Sendable {
    /// A live host refused the connection: no process listens there.
    case refused
    /// An established connection was reset or ended by the peer.
    case reset
    /// Nothing came back: a timeout, an unreachable host, a name that does not resolve.
    case silent
    /// Somebody answers there, but one of the two does not let the other in.
    case rejected(LinkRejection)
}

/// How a node begins.
public enum NodeRole: Hashable, Sendable {
    /// A group of one without network, whatever the log says about other members must not exist.
    case standalone
    /// A new group whose first member this is. The log must be empty.
    case bootstrap
    /// Into an existing group, as a new incarnation, by way of any of the seeds' addresses. The log of an earlier membership
    /// is erased; replay it all the same: a join that did not get through goes on under its old incarnation.
    case join(seeds: [String])
    /// In no group: asks at these addresses, and at those of the members that the log tells of, whether there is one. Writes
    /// nothing, ends in `NodeAction.asked`.
    case ask([String])
    /// On with the log of an earlier run, as the member that it was. Needs a replayed log with a configuration.
    case resume(seeds: [String])
}

/// What the shell tells the node at start.
public struct NodeStart: Hashable, Sendable {
    public var role: NodeRole
    /// Positions up to this one are not delivered again.
    public var from: LogPosition
    /// The random numbers that a pure core cannot draw: this run's new incarnation (used by bootstrap and join, not
    /// zero) and the fixed part of a new group's view identifiers.
    public var incarnation: UInt64
    public var viewRandom: UInt64
    /// The least epoch of a group that is begun, higher than any that may have been before: a later bootstrap is of a higher
    /// one.
    public var epoch: UInt64
    /// Where somebody could be who begins the same group at the same time.
    public var watched: [String]
    /// Nobody is connected to: the others count as gone.
    public var isOffline: Bool
    /// Opaque to the node: what a joiner tells the member that vets it (`NodeAction.approveJoin`).
    public var joinPayload: [UInt8]
    /// The choice of leaders and the horizon with which a new group begins.
    public var leaderChoice: LeaderChoice
    public var eventHorizon: Int

    public init(
        role: NodeRole, from: LogPosition = .zero, incarnation: UInt64, viewRandom: UInt64, epoch: UInt64 = 0,
        watched: [String] = [], isOffline: Bool = false, joinPayload: [UInt8] = [],
        leaderChoice: LeaderChoice = .everyMember, eventHorizon: Int = 10
    ) {
        self.role = role
        self.from = from
        self.incarnation = incarnation
        self.viewRandom = viewRandom
        self.epoch = epoch
        self.watched = watched
        self.isOffline = isOffline
        self.joinPayload = joinPayload
        self.leaderChoice = leaderChoice
        self.eventHorizon = eventHorizon
    }
}

/// What happens to a node.
public enum NodeEvent: Sendable {
    /// First event after `replay`.
    case start(NodeStart)
    /// A payload of the upper layer to be ordered and delivered everywhere.
    case submit([UInt8])
    /// A whole frame from the peer whose link handshake announced the address `from`.
    case received(from: String, frame: [UInt8])
    /// Any bytes came from there, half a large frame too. At the start of a large frame, then once in 100 ms, is enough.
    case sawBytes(from: String)
    /// The outbound link that `NodeAction.connect` asked for is ready: frames will flow. `server`: who answered there.
    case linkUp(String, server: UUID)
    /// The outbound link was lost, or an attempt to connect failed. Told for each failed attempt. The shell tries again
    /// on its own (at once after `reset`, then every 100 ms to 1 s) until `NodeAction.disconnect`.
    case linkDown(String, LinkEvidence)
    /// Every record up to that token is on disk.
    case persisted(token: UInt64)
    /// The answer to `NodeAction.load`: the records of those slots in the order in which they were written.
    case loaded(token: UInt64, records: [LogRecord])
    /// Time passed; due at `GroupNode.nextDeadline`, earlier or later does no harm.
    case tick
    case command(NodeCommand)
}
