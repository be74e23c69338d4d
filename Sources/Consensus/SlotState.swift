import Primitives

/// What a member knows of one slot, in all its Paxos roles.
struct SlotState: Sendable {
    /// What this member, as a proposer, is doing in the slot.
    enum Phase: Sendable {
        case idle
        case preparing
        case accepting
    }

    var slot: Slot = 0

    // Acceptor: both are on disk before anyone hears of them.
    var promised = Ballot.owner
    var accepted = Ballot.none

    // Learner. `value` is the accepted one until the slot is decided, then the decided one; an empty value is a no-op.
    var value: [UInt8] = []
    var isDecided = false
    /// Someone told that what was accepted at this ballot is decided, but the value has not come yet.
    var learned = Ballot.none

    // Proposer.
    var phase = Phase.idle
    var ballot = Ballot.owner
    /// What is being accepted in phase `accepting`, or would be if the promises bring no value.
    var proposal: [UInt8] = []
    /// Whether `proposal` came from above (otherwise it is a no-op that fills the slot).
    var carriesOwnValue = false
    /// Whether a value found by preparing took the place of `proposal`.
    var yielded = false
    var promises: UInt16 = 0
    var acceptances: UInt16 = 0
    var found = Ballot.none
    var foundValue: [UInt8] = []
    /// The highest counter that others were seen to use.
    var highestCounter: UInt64 = 0
    var attempts = 0
    var retryAt = MonotonicTime(nanoseconds: 0)

    /// When the slot was first known to be wanted; zero: not yet.
    var wantedSince = MonotonicTime(nanoseconds: 0)

    init() {}

    init(slot: Slot) {
        self.slot = slot
    }

    /// Nobody, this member included, did anything here.
    var isUntouched: Bool {
        !isDecided && promised == .owner && accepted == .none && phase == .idle
    }
}
