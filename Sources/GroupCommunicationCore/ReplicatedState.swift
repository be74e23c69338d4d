import Consensus
import Primitives

/// What every member has computed alike from the slots delivered so far. A joiner receives it as it was where its first
/// configuration takes force; a restarted member finds it in its log.
struct ReplicatedState: Hashable, Sendable {
    /// How far a member's submissions have been delivered.
    struct Origin: Hashable, Sendable {
        var identity: MemberIdentity
        var life: UInt32 = 0
        var last: UInt64 = 0
    }

    struct Contribution: Hashable, Sendable {
        var identity: MemberIdentity
        var state: [UInt8]
    }

    /// The members of the configuration in force.
    var origins: [Origin] = []
    var viewID: ViewID
    /// The members of the last view installed.
    var viewMembers: [Member] = []
    /// The number of the configuration whose view is being made; 0: none.
    var exchange: UInt64 = 0
    var contributions: [Contribution] = []

    init(viewID: ViewID) {
        self.viewID = viewID
    }

    func originIndex(_ identity: MemberIdentity) -> Int? {
        origins.firstIndex { $0.identity == identity }
    }
}

/// An ordered state, the slot after which it holds, and the configurations known there.
package struct NodeSnapshot: Hashable, Sendable {
    var base: Slot
    var configurations: [Configuration]
    var state: ReplicatedState
}

extension ByteWriter {
    package mutating func write(_ snapshot: NodeSnapshot) {
        write(snapshot.base)
        write(UInt16(snapshot.configurations.count))
        for configuration in snapshot.configurations { write(configuration) }
        let state = snapshot.state
        write(UInt16(state.origins.count))
        for origin in state.origins {
            write(origin.identity)
            write(origin.life)
            write(origin.last)
        }
        write(state.viewID.random)
        write(state.viewID.counter)
        write(UInt16(state.viewMembers.count))
        for member in state.viewMembers { write(member) }
        write(state.exchange)
        write(UInt16(state.contributions.count))
        for contribution in state.contributions {
            write(contribution.identity)
            write(block: contribution.state)
        }
    }
}

extension ByteReader {
    package mutating func readNodeSnapshot() throws(MalformedBytes) -> NodeSnapshot {
        let base = try readSlot()
        var configurations: [Configuration] = []
        for _ in 0..<(try readUInt16()) { configurations.append(try readConfiguration()) }
        guard let first = configurations.first, first.firstSlot <= base + 1 else {
            throw MalformedBytes("a snapshot without a configuration in force")
        }
        var origins: [ReplicatedState.Origin] = []
        for _ in 0..<(try readUInt16()) {
            origins.append(
                ReplicatedState.Origin(
                    identity: try readMemberIdentity(), life: try readLife(), last: try readCounter()))
        }
        var state = ReplicatedState(viewID: ViewID(random: try readUInt64(), counter: try readCounter()))
        state.origins = origins
        for _ in 0..<(try readUInt16()) { state.viewMembers.append(try readMember()) }
        state.exchange = try readConfigurationNumber()
        for _ in 0..<(try readUInt16()) {
            state.contributions.append(
                ReplicatedState.Contribution(identity: try readMemberIdentity(), state: try readBlock()))
        }
        return NodeSnapshot(base: base, configurations: configurations, state: state)
    }

    /// A number of something that is counted up from one: never near its type's end, so that counting on cannot overflow.
    package mutating func readCounter() throws(MalformedBytes) -> UInt64 {
        let value = try readUInt64()
        guard value < 1 << 62 else { throw MalformedBytes("a count of \(value)") }
        return value
    }

    /// The number of a configuration: no group makes so many changes.
    package mutating func readConfigurationNumber() throws(MalformedBytes) -> UInt64 {
        let number = try readUInt64()
        guard number < 1 << 40 else { throw MalformedBytes("a configuration number of \(number)") }
        return number
    }

    /// An epoch: a count, raised by each configuration that was forced and begun with the time at a bootstrap (milliseconds),
    /// and by which member (8 bits).
    package mutating func readEpoch() throws(MalformedBytes) -> UInt64 {
        let epoch = try readUInt64()
        guard epoch < 1 << 60 else { throw MalformedBytes("an epoch of \(epoch)") }
        return epoch
    }

    /// Which run of its process a member is in.
    package mutating func readLife() throws(MalformedBytes) -> UInt32 {
        let life = try readUInt32()
        guard life < 1 << 31 else { throw MalformedBytes("a process's run \(life)") }
        return life
    }
}
