import GroupCommunication

/// What transactions of this member wait for, whatever they are: a new primary's backlog, and answers that would show what was
/// written with consistency AFTER and some ONLINE member has yet to apply. A pure core; the shell tells it what the order says
/// and wakes those who wait.
struct BeginHolds: Sendable, Equatable {
    /// A transaction with consistency AFTER or BEFORE_AND_AFTER that passed certification.
    private struct After: Sendable, Equatable {
        var position: LogPosition
        var tables: TouchedTables
    }

    /// More than so many are one that touches everything: it is waited for a little longer then, never less.
    private static let maximumPending = 1024

    /// This member was elected and still applies what its predecessor left: transactions whose consistency is not EVENTUAL
    /// wait.
    var isNewPrimary = false
    /// What all ONLINE members have applied.
    private(set) var appliedByAll = LogPosition.zero
    /// Not yet applied by all, oldest first.
    private var pending: [After] = []

    mutating func certifiedAfter(_ position: LogPosition, _ tables: TouchedTables) {
        guard position > appliedByAll else { return }
        if pending.count >= BeginHolds.maximumPending {
            pending = [After(position: pending[pending.count - 1].position, tables: .all), After(position: position, tables: tables)]
        } else {
            pending.append(After(position: position, tables: tables))
        }
    }

    /// All ONLINE members have applied everything up to there.
    mutating func applied(byAllUpTo position: LogPosition) {
        guard position > appliedByAll else { return }
        appliedByAll = position
        pending.removeAll { $0.position <= position }
    }

    /// Something written at AFTER is here, or will be, and is not everywhere yet.
    var awaitsOthers: Bool { !pending.isEmpty }

    /// Up to where all have to apply before an answer is shown that read these tables (nil: any) as they were at `position`:
    /// otherwise it could show here what another member does not show yet. Nil: it shows nothing of that kind.
    func target(ofReading tables: [TouchedTable]?, at position: LogPosition) -> LogPosition? {
        pending.last { $0.position <= position && $0.tables.concerns(tables) }?.position
    }

    /// Whether who waited for `target` may go on.
    func isReleased(_ target: LogPosition) -> Bool { appliedByAll >= target }

    /// The member left its group, or positions count anew.
    mutating func reset() {
        self = BeginHolds()
    }
}
