import Primitives

extension PaxosEngine {
    /// What a member knows of a slot that it has not delivered: a decided value (`ballot` nil) or the accepted one.
    public struct OpenSlot: Hashable, Sendable {
        public var slot: Slot
        public var ballot: UInt64?
        public var value: [UInt8]

        public init(slot: Slot, ballot: UInt64?, value: [UInt8]) {
            self.slot = slot
            self.ballot = ballot
            self.value = value
        }
    }

    /// While frozen, the member neither proposes nor promises nor accepts: a configuration is about to be forced, and
    /// what it reported must stay true. It still fetches what it lacks.
    public mutating func setFrozen(_ frozen: Bool) {
        isFrozen = frozen
    }

    /// Everything that is accepted or decided here and not delivered.
    public var openSlots: [OpenSlot] {
        var result: [OpenSlot] = []
        guard highestSeen > delivered else { return result }
        for slot in delivered + 1...min(highestSeen, delivered + Self.acceptAhead) {
            let entry = ring[Self.ringIndex(slot)]
            guard entry.slot == slot else { continue }
            if entry.isDecided {
                result.append(OpenSlot(slot: slot, ballot: nil, value: entry.value))
            } else if entry.accepted != .none {
                result.append(OpenSlot(slot: slot, ballot: entry.accepted.rawValue, value: entry.value))
            }
        }
        return result
    }

    /// Writes values that were settled outside of Paxos to the log. Returns the token with which they are on disk.
    public mutating func recordForced(_ values: [[UInt8]], from first: Slot) -> UInt64 {
        for (offset, value) in values.enumerated() {
            append(.decided(slot: first + UInt64(offset), value: value), sync: true)
        }
        return currentToken
    }

    /// Takes values that were settled outside of Paxos as decided. They are on disk before anything that follows.
    public mutating func decideForced(_ values: [(slot: Slot, value: [UInt8])], now: MonotonicTime) {
        for (slot, value) in values {
            guard let index = open(slot) else { continue }
            highestSeen = max(highestSeen, slot)
            decide(index, value: value, wasAccepted: false, now: now)
        }
        recordsNeedSync = recordsNeedSync || !records.isEmpty
    }

    /// Makes room for a forced configuration: those that wait to take force later are void, and so are this member's rounds
    /// behind it.
    mutating func dropConfigurations(from firstSlot: Slot) {
        while configurations.count > 1, let last = configurations.last, last.firstSlot >= firstSlot {
            configurations.removeLast()
        }
        rushThrough = min(rushThrough, firstSlot - 1)
        for slot in firstSlot...max(firstSlot, min(highestSeen, delivered + Self.acceptAhead)) {
            let index = Self.ringIndex(slot)
            if ring[index].slot == slot { ring[index].phase = .idle }
        }
    }
}
