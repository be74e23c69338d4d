/// A place in the group's total order: Paxos slot << 16 | index within the slot's batch. The same on all members, also
/// on one that joins later.
public struct LogPosition: Comparable, Hashable, Sendable {
    public var rawValue: UInt64

    /// Before everything: nothing is ordered here.
    public static let zero = LogPosition(rawValue: 0)

    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// By place in the order.
    @inlinable
    public static func < (left: LogPosition, right: LogPosition) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension LogPosition {
    /// The `index`th message of the slot's batch.
    @inlinable
    public init(slot: UInt64, index: UInt16) {
        rawValue = slot << 16 | UInt64(index)
    }

    /// The Paxos slot.
    @inlinable
    public var slot: UInt64 { rawValue >> 16 }

    /// The place within the slot's batch.
    @inlinable
    public var index: UInt16 { UInt16(truncatingIfNeeded: rawValue) }
}
