import Primitives

/// A member as the configuration lists it.
public struct Member: Hashable, Sendable {
    public let identity: MemberIdentity
    /// `host:port` of the member's group link, as its peers reach it.
    public let address: String

    public init(identity: MemberIdentity, address: String) {
        self.identity = identity
        self.address = address
    }
}

/// Which members own slots.
public enum LeaderChoice: Hashable, Sendable {
    /// Every member (multi-primary mode).
    case everyMember
    /// These, as far as they are members (single-primary mode: the primary). If none is, the first member of the list.
    case only([MemberIdentity])
}

/// The members, leaders and limits in force from one slot on. Decided in a slot, in force an event horizon later, so
/// that all members switch at the same place.
public struct Configuration: Hashable, Sendable {
    /// Counts the configurations of a group. A change names the number that it is based on and is void otherwise.
    public var number: UInt64
    /// Counts the configurations that were forced without a majority; what carries a lower one is refused.
    public var epoch: UInt64
    /// The first slot in which it is in force.
    public var firstSlot: Slot
    /// In the order of joining.
    public var members: [Member]
    public var leaderChoice: LeaderChoice
    /// Members that are known to be dead and not removed yet: what they have on disk still makes up majorities, so that the
    /// group goes on with whichever of its members come back; but they own no slots, and nobody waits for them.
    public var lost: [MemberIdentity]
    /// How many slots may be open at once (`group_replication_set_write_concurrency`).
    public var eventHorizon: Int
    /// The version of messages that every member understands.
    public var protocolVersion: UInt16

    /// A group has at most nine members (MySQL's limit, error 3191).
    public static let maximumMembers = 9
    public static let eventHorizonLimits = 10...200
    public static let maximumAddressBytes = 512

    public init(
        number: UInt64, epoch: UInt64, firstSlot: Slot, members: [Member], leaderChoice: LeaderChoice,
        lost: [MemberIdentity] = [], eventHorizon: Int, protocolVersion: UInt16
    ) {
        self.number = number
        self.epoch = epoch
        self.firstSlot = firstSlot
        self.members = members
        self.leaderChoice = leaderChoice
        self.lost = lost
        self.eventHorizon = eventHorizon
        self.protocolVersion = protocolVersion
    }

    /// How many members must have a value on disk for it to be decided.
    public var majority: Int { members.count / 2 + 1 }

    public func index(of identity: MemberIdentity) -> Int? {
        members.firstIndex { $0.identity == identity }
    }

    /// The indices in `members` of those that own slots, ascending; never empty.
    public var leaderIndices: [Int] {
        let live = lost.isEmpty ? Array(members.indices) : members.indices.filter { !lost.contains(members[$0].identity) }
        let able = live.isEmpty ? Array(members.indices) : live
        switch leaderChoice {
        case .everyMember:
            return able
        case .only(let chosen):
            let found = able.filter { chosen.contains(members[$0].identity) }
            return found.isEmpty ? [able[0]] : found
        }
    }

    public var leaders: [MemberIdentity] { leaderIndices.map { members[$0].identity } }

    /// Whether owners may give slots up without a round (see `PaxosEngine`): only when every member owns slots, since
    /// then nobody ever needs another's slot for a value of his own.
    public var allowsSkips: Bool { members.count > 1 && leaderIndices.count == members.count }
}
