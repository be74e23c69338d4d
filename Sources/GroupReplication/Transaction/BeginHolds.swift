import GroupCommunication

/// What keeps transactions of this member from beginning, whatever they are: a new primary's backlog, and transactions with
/// consistency AFTER that some ONLINE member has yet to apply. A pure core; the shell tells it what the order says and
/// wakes those who wait when ``holdsEverybody`` or ``isNewPrimary`` turn false.
struct BeginHolds: Sendable, Equatable {
    /// This member was elected and still applies what its predecessor left: transactions whose consistency is not EVENTUAL
    /// wait.
    var isNewPrimary = false
    /// The last transaction with consistency AFTER that was certified.
    private(set) var newestAfter = LogPosition.zero
    /// What all ONLINE members have applied.
    private(set) var appliedByAll = LogPosition.zero

    /// A transaction with consistency AFTER or BEFORE_AND_AFTER passed certification.
    mutating func certifiedAfter(_ position: LogPosition) {
        if position > newestAfter { newestAfter = position }
    }

    /// All ONLINE members have applied everything up to there.
    mutating func applied(byAllUpTo position: LogPosition) {
        if position > appliedByAll { appliedByAll = position }
    }

    /// Whoever begins now, at any level, has to wait until ``newestAfter`` is applied by all: otherwise it could read here
    /// what another member does not show yet, or the other way round.
    var holdsEverybody: Bool { newestAfter > appliedByAll }

    /// Whether a transaction that began to wait when `target` was the newest may go on.
    func isReleased(_ target: LogPosition) -> Bool { appliedByAll >= target }

    /// The member left its group, or positions count anew.
    mutating func reset() {
        self = BeginHolds()
    }
}
