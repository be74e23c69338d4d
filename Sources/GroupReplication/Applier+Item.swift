import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

extension Applier {
    /// One thing to do, in order.
    struct Item: Sendable {
        enum Work: Sendable {
            case transaction(CertifiedTransaction)
            case viewChange(GTID, ViewID, timestamp: UInt64)
        }

        var work: Work
        /// Its place in the order; zero for a change of this server alone, which has none.
        var position: LogPosition
        /// The hash of the history up to here.
        var hash: UInt64 = 0
        /// The local session that waits.
        var wait: CommitWait?
        /// Answered only when all ONLINE members have applied it.
        var waitsForAll = false
        /// Where the transaction's body waits when it is not in memory.
        var spilled: SpillFile.Place?

        /// Bytes of the transaction's body.
        var byteCount: Int {
            if let spilled { return spilled.count }
            if case .transaction(let transaction) = work { return transaction.message.body.count }
            return 0
        }

        /// Moves the body out of memory when the file takes it. What only certification needed is let go.
        mutating func spill(into file: SpillFile) {
            guard case .transaction(var transaction) = work, let place = file.write(transaction.message.body) else {
                return
            }
            transaction.message.body = []
            transaction.message.writeSet = []
            transaction.message.readSet = []
            work = .transaction(transaction)
            spilled = place
        }
    }

    /// For monitoring.
    struct Counters: Sendable {
        var remoteApplied: UInt64 = 0
        /// Of these, by flow control's weight.
        var remoteAppliedWeight: UInt64 = 0
        var localApplied: UInt64 = 0
        var lastApplied = ChannelTransaction()
        var applying = ChannelTransaction()
        var lastQueued = ChannelTransaction()
    }
}
