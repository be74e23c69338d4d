import Primitives

/// The messages between the engines of a group. An empty value is a no-op.
public enum PaxosMessage: Hashable, Sendable {
    /// Accept this value (ballot zero: from the slot's owner, nothing prepared).
    case accept(slot: Slot, ballot: UInt64, value: [UInt8])
    /// It is accepted and on disk.
    case accepted(slot: Slot, ballot: UInt64)
    /// What was accepted at that ballot in these consecutive slots is decided.
    case learn(slot: Slot, count: UInt16, ballot: UInt64)
    /// Promise to accept nothing below that ballot.
    case prepare(slot: Slot, ballot: UInt64)
    /// Promised and on disk; `accepted` is `UInt64.max` when nothing was accepted before.
    case promise(slot: Slot, ballot: UInt64, accepted: UInt64, value: [UInt8])
    /// Promised to the higher ballot `promised`.
    case reject(slot: Slot, ballot: UInt64, promised: UInt64)
    /// The slot's value, decided.
    case decided(slot: Slot, value: [UInt8])
    /// The sender gives up all its slots from `from` to below `to` in which it has not proposed.
    case skip(from: Slot, to: Slot, configuration: UInt64)
    /// Send what is decided in these slots.
    case fetch(from: Slot, through: Slot)
    /// The answer to a fetch ends here.
    case fetched(through: Slot)
    /// Slots below `first` are not in the sender's log any more. `isDispensable`: the sender hears a majority that
    /// can do without them, and without the one that asked.
    case unavailable(first: Slot, isDispensable: Bool)

    /// Whether it counts as, or asks for, somebody's word on an open slot. What was decided, or is asked for, anybody may tell
    /// whose memory is not known to be whole.
    public var isVote: Bool {
        switch self {
        case .accept, .accepted, .learn, .prepare, .promise, .reject, .skip: true
        case .decided, .fetch, .fetched, .unavailable: false
        }
    }

    /// The codes of the engine's messages; other codes in a frame are the upper layer's.
    public static let codes: ClosedRange<UInt8> = 1...11
}

extension ByteWriter {
    /// Appends a message: its code, fixed fields and, where it has one, its value with a 4-byte length.
    public mutating func write(_ message: PaxosMessage) {
        switch message {
        case .accept(let slot, let ballot, let value):
            write(UInt8(1))
            write(slot)
            write(ballot)
            writeValue(value)
        case .accepted(let slot, let ballot):
            write(UInt8(2))
            write(slot)
            write(ballot)
        case .learn(let slot, let count, let ballot):
            write(UInt8(3))
            write(slot)
            write(count)
            write(ballot)
        case .prepare(let slot, let ballot):
            write(UInt8(4))
            write(slot)
            write(ballot)
        case .promise(let slot, let ballot, let accepted, let value):
            write(UInt8(5))
            write(slot)
            write(ballot)
            write(accepted)
            writeValue(value)
        case .reject(let slot, let ballot, let promised):
            write(UInt8(6))
            write(slot)
            write(ballot)
            write(promised)
        case .decided(let slot, let value):
            write(UInt8(7))
            write(slot)
            writeValue(value)
        case .skip(let from, let to, let configuration):
            write(UInt8(8))
            write(from)
            write(to)
            write(configuration)
        case .fetch(let from, let through):
            write(UInt8(9))
            write(from)
            write(through)
        case .fetched(let through):
            write(UInt8(10))
            write(through)
        case .unavailable(let first, let isDispensable):
            write(UInt8(11))
            write(first)
            write(UInt8(isDispensable ? 1 : 0))
        }
    }

    mutating func writeValue(_ value: [UInt8]) {
        precondition(value.count <= UInt32.max)
        write(UInt32(value.count))
        write(value)
    }
}

extension ByteReader {
    /// Reads the rest of a message whose code was read already.
    public mutating func readPaxosMessage(code: UInt8) throws(MalformedBytes) -> PaxosMessage {
        switch code {
        case 1:
            return .accept(slot: try readSlot(), ballot: try readBallot(), value: try readValue())
        case 2:
            return .accepted(slot: try readSlot(), ballot: try readBallot())
        case 3:
            return .learn(slot: try readSlot(), count: try readUInt16(), ballot: try readBallot())
        case 4:
            return .prepare(slot: try readSlot(), ballot: try readBallot())
        case 5:
            let slot = try readSlot()
            let ballot = try readBallot()
            let accepted = try readUInt64()
            guard accepted == .max || accepted >> 8 <= Ballot.maximumCounter else {
                throw MalformedBytes("a ballot of \(accepted)")
            }
            return .promise(slot: slot, ballot: ballot, accepted: accepted, value: try readValue())
        case 6:
            return .reject(slot: try readSlot(), ballot: try readBallot(), promised: try readBallot())
        case 7:
            return .decided(slot: try readSlot(), value: try readValue())
        case 8:
            return .skip(from: try readSlot(), to: try readSlot(), configuration: try readUInt64())
        case 9:
            return .fetch(from: try readSlot(), through: try readSlot())
        case 10:
            return .fetched(through: try readSlot())
        case 11:
            return .unavailable(first: try readSlot(), isDispensable: try readUInt8() != 0)
        default:
            throw MalformedBytes("a Paxos message of code \(code)")
        }
    }

    /// Slots fit 48 bits, since a position holds them beside an index.
    public mutating func readSlot() throws(MalformedBytes) -> Slot {
        let slot = try readUInt64()
        guard slot < 1 << 48 else { throw MalformedBytes("a slot of \(slot)") }
        return slot
    }

    mutating func readBallot() throws(MalformedBytes) -> UInt64 {
        let ballot = try readUInt64()
        guard ballot >> 8 <= Ballot.maximumCounter else { throw MalformedBytes("a ballot of \(ballot)") }
        return ballot
    }

    mutating func readValue() throws(MalformedBytes) -> [UInt8] {
        let count = Int(try readUInt32())
        return Array(try readBytes(count))
    }
}
