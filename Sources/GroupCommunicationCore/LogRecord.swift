import Consensus

/// What the node has its shell write to the group log: opaque bytes, and the slot that they concern.
public struct LogRecord: Hashable, Sendable {
    /// The shell may delete a whole log segment once each record in it has a slot below the last `trimLog(belowSlot:)`.
    public var slot: Slot
    public var bytes: [UInt8]

    public init(slot: Slot, bytes: [UInt8]) {
        self.slot = slot
        self.bytes = bytes
    }
}
