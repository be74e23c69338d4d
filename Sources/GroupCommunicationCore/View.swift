import Consensus
import Primitives

/// Who takes part in the group: a server and its incarnation.
public typealias MemberIdentity = Consensus.MemberIdentity
/// A member as the configuration lists it: identity and group address.
public typealias Member = Consensus.Member
/// Members, leaders and limits in force from one slot on.
public typealias Configuration = Consensus.Configuration
/// Which members own slots: all, or the primary alone.
public typealias LeaderChoice = Consensus.LeaderChoice

/// The name of a view: a part drawn at the group's bootstrap, and a counter that each view raises by one.
public struct ViewID: Hashable, Sendable, CustomStringConvertible {
    public var random: UInt64
    public var counter: UInt64

    public init(random: UInt64, counter: UInt64) {
        self.random = random
        self.counter = counter
    }

    /// MySQL's form, `17110274562891937:4`.
    public var description: String { "\(random):\(counter)" }
}

/// A member in a view, with what its upper layer told the group about itself at this view's state exchange.
public struct ViewMember: Hashable, Sendable {
    public var identity: MemberIdentity
    public var address: String
    public var state: [UInt8]

    public init(identity: MemberIdentity, address: String, state: [UInt8]) {
        self.identity = identity
        self.address = address
        self.state = state
    }
}

/// The membership that every member installs at the same position of the order.
public struct View: Hashable, Sendable {
    public var id: ViewID
    /// In the configuration's order.
    public var members: [ViewMember]
    /// Members that the view before did not have.
    public var joined: [MemberIdentity]
    /// Members that the view before had and this one has not.
    public var left: [MemberIdentity]
    public var configuration: Configuration

    public init(
        id: ViewID, members: [ViewMember], joined: [MemberIdentity], left: [MemberIdentity],
        configuration: Configuration
    ) {
        self.id = id
        self.members = members
        self.joined = joined
        self.left = left
        self.configuration = configuration
    }
}
