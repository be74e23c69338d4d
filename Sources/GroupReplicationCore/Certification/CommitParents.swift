import DequeModule
import GroupCommunicationCore

/// Computes `last_committed` of the binary log's GTID events as MySQL's WRITESET does: the sequence number of the newest
/// transaction that a transaction depends on, so that a replica of this server may apply the ones in between side by side.
/// A pure core, of this member alone: not part of the agreed state.
struct CommitParents: Sendable {
    /// Transactions that it remembers by their positions: `binlog_transaction_dependency_history_size` counts rows, this
    /// transactions. What is older counts as the oldest remembered.
    static let maximumRemembered = 8192

    private struct Remembered: Sendable {
        var position: LogPosition
        var sequenceNumber: Int64
    }

    private var remembered = Deque<Remembered>()
    /// A transaction that all later ones depend on: a DDL, one without a write set.
    private var barrier: Int64 = 0

    /// The `last_committed` of the transaction that was just numbered. `newestWriter`: the position of the newest earlier
    /// writer of its rows or of objects it relies on, zero for none known; `isBarrier`: it depends on everything before.
    mutating func add(
        _ sequenceNumber: Int64, at position: LogPosition, newestWriter: LogPosition, isBarrier: Bool
    ) -> Int64 {
        defer {
            remembered.append(Remembered(position: position, sequenceNumber: sequenceNumber))
            if remembered.count > CommitParents.maximumRemembered { remembered.removeFirst() }
        }
        if isBarrier {
            barrier = sequenceNumber
            return sequenceNumber - 1
        }
        guard let oldest = remembered.first else {
            barrier = sequenceNumber - 1
            return barrier
        }
        // Rows whose writers are forgotten were written before the oldest one remembered.
        let floor = max(barrier, oldest.sequenceNumber - 1)
        if newestWriter < oldest.position { return min(floor, sequenceNumber - 1) }
        return min(max(floor, number(at: newestWriter) ?? sequenceNumber - 1), sequenceNumber - 1)
    }

    private func number(at position: LogPosition) -> Int64? {
        var low = 0
        var high = remembered.count
        while low < high {
            let middle = (low + high) / 2
            if remembered[middle].position < position { low = middle + 1 } else { high = middle }
        }
        guard low < remembered.count, remembered[low].position == position else { return nil }
        return remembered[low].sequenceNumber
    }
}
