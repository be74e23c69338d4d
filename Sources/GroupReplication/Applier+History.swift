import GroupCommunication
import MySQLProtocol
import Platform

extension Applier {
    /// What the applier tells; on its own thread.
    struct Hooks: Sendable {
        /// These were applied; `waitsForAll` among them.
        var appliedWaitingForAll: @Sendable ([(CommitWait?, CommittedTransaction)]) -> Void
        /// A view at that place, with the hash of all transactions that the store holds then.
        var appliedView: @Sendable (LogPosition, UInt64) -> Void
        /// How far the group log is on disk.
        var logMark: @Sendable () -> GroupLogMark?
        /// The store or the log failed: this member cannot follow the group any more.
        var failed: @Sendable (ApplyFailure) -> Void
        /// The data here do not fit a transaction. Asks the group, and waits for its verdict; true: it is turned down everywhere.
        var differs: @Sendable (LogPosition, SQLError) -> Bool
    }

    /// What the group's log says up to the stored position must be what the store holds: a member of which the log, or the
    /// others', lost its end would go on with rows that nobody else has.
    func checkHistory(_ items: [Item], stored: LogPosition) throws(ApplyFailure) {
        guard let hash = lock.withLock({ storedHash }),
            let item = items.first(where: { $0.position >= stored && $0.position != .zero })
        else { return }
        guard item.position == stored, item.hash == hash else {
            throw ApplyFailure(
                SQLError(
                    .getErrno, 1,
                    "what was decided up to \(stored) is not what this server's data hold: its history, or the group's, has lost "
                        + "its end and went on differently"), .damage)
        }
        lock.withLock { storedHash = nil }
    }
}
