/// A proposal number. Zero belongs to the slot's owner, who may use it without preparing; every other is a counter and
/// the proposer's index among the slot's members, so that no two proposers ever share one.
struct Ballot: Comparable, Hashable, Sendable {
    var rawValue: UInt64

    static let owner = Ballot(rawValue: 0)
    /// No ballot at all: nothing accepted yet.
    static let none = Ballot(rawValue: .max)

    /// Counters from outside above this are malformed; it leaves room to count up.
    static let maximumCounter: UInt64 = 1 << 48

    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    init(counter: UInt64, memberIndex: Int) {
        precondition(counter > 0 && memberIndex >= 0 && memberIndex < 256)
        rawValue = counter << 8 | UInt64(memberIndex)
    }

    var counter: UInt64 { rawValue >> 8 }

    static func < (left: Ballot, right: Ballot) -> Bool { left.rawValue < right.rawValue }
}
