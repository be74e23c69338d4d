import GroupCommunication
import MySQLProtocol
import Platform

/// Transactions that do not fit the data here: the group says whether that is this member's fault (``Disputes``).
extension Applier {
    /// Applies; what does not fit is asked about, and left out when the group turns it down. On the applier's thread.
    func applySettled(
        _ items: [Item], end: LogPosition, lineage: UInt64
    ) throws(ApplyFailure) -> [CommitWaiter.Outcome] {
        while true {
            do throws(ApplyFailure) {
                return try apply(items, end: end, lineage: lineage)
            } catch {
                guard case .differs(let position) = error.cause, position != .zero,
                    !lock.withLock({ turnedDown.contains(position) }), hooks.differs(position, error.error)
                else { throw error }
                lock.withLock { _ = turnedDown.insert(position) }
            }
        }
    }

    /// The group has turned the transaction at `position` down, perhaps before a restart. False: it has been applied here. Any thread.
    func turnDown(_ position: LogPosition) -> Bool {
        lock.withLock {
            if turnedDown.contains(position) || refusedBefore.contains(position) { return true }
            guard position > applied else { return false }
            turnedDown.insert(position)
            return true
        }
    }

    /// The verdict came while the transaction was being applied. With the lock held, on the applier's thread.
    func isWronglyApplied(_ position: LogPosition) -> Bool {
        turnedDown.contains(position) && !leftOut.contains(position)
    }

    /// Whether the thread was asked to end, or has failed: nothing is waited for any more.
    var isEnding: Bool { lock.withLock { isStopping || hasFailed } }
}
