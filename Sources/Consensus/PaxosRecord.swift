import Primitives

/// What the engine has written to the group log.
enum PaxosRecord: Hashable, Sendable {
    case promised(slot: Slot, ballot: UInt64)
    case accepted(slot: Slot, ballot: UInt64, value: [UInt8])
    /// A decided value that differs from what was accepted here, or came without being accepted.
    case decided(slot: Slot, value: [UInt8])
    /// Everything through this slot is decided, and its values are in the log before this record.
    case delivered(through: Slot)
    /// The member may have used ballot zero in its slots up to this one.
    case reserved(through: Slot)

    var slot: Slot {
        switch self {
        case .promised(let slot, _), .accepted(let slot, _, _), .decided(let slot, _): return slot
        case .delivered(let slot), .reserved(let slot): return slot
        }
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 24)
        switch self {
        case .promised(let slot, let ballot):
            writer.write(UInt8(1))
            writer.write(slot)
            writer.write(ballot)
        case .accepted(let slot, let ballot, let value):
            writer = ByteWriter(capacity: value.count + 24)
            writer.write(UInt8(2))
            writer.write(slot)
            writer.write(ballot)
            writer.writeValue(value)
        case .decided(let slot, let value):
            writer = ByteWriter(capacity: value.count + 16)
            writer.write(UInt8(3))
            writer.write(slot)
            writer.writeValue(value)
        case .delivered(let slot):
            writer.write(UInt8(4))
            writer.write(slot)
        case .reserved(let slot):
            writer.write(UInt8(5))
            writer.write(slot)
        }
        return writer.take()
    }

    /// Nil for a record that is not the engine's.
    init?(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        switch try reader.readUInt8() {
        case 1:
            self = .promised(slot: try reader.readSlot(), ballot: try reader.readBallot())
        case 2:
            self = .accepted(slot: try reader.readSlot(), ballot: try reader.readBallot(), value: try reader.readValue())
        case 3:
            self = .decided(slot: try reader.readSlot(), value: try reader.readValue())
        case 4:
            self = .delivered(through: try reader.readSlot())
        case 5:
            self = .reserved(through: try reader.readSlot())
        default:
            return nil
        }
    }
}

/// Bytes for the group log, and the slot that they concern.
public struct PaxosLogEntry: Hashable, Sendable {
    public var slot: Slot
    public var bytes: [UInt8]

    public init(slot: Slot, bytes: [UInt8]) {
        self.slot = slot
        self.bytes = bytes
    }

    /// The codes of the engine's records; other codes are the upper layer's.
    public static let engineCodes: ClosedRange<UInt8> = 1...5
}
