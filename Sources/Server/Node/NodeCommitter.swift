import GroupCommunication
import GroupReplication
import MySQLProtocol
import SQLEngine

/// The sessions' way into the group: the transaction manager of group replication, which exists after the sessions'
/// context does.
///
/// Safe: `transactions` is set once, before the first session.
final class NodeCommitter: TransactionCommitting, @unchecked Sendable {
    /// Set once, before the first session.
    var transactions: TransactionManager?

    func mayHoldBegin(at level: ConsistencyLevel) -> Bool {
        transactions?.mayHoldBegin(at: level) ?? false
    }

    func waitBeforeBegin(
        _ level: ConsistencyLevel, timeout: Duration, waiter: CommitWaiter
    ) throws(SQLError) {
        try transactions?.waitBeforeBegin(level, timeout: timeout, waiter: waiter)
    }

    var awaitsOthersForAnswers: Bool { transactions?.awaitsOthersForAnswers ?? false }

    func waitForOthers(
        reading tables: [TouchedTable]?, at position: LogPosition?, timeout: Duration, waiter: CommitWaiter
    ) throws(SQLError) {
        try transactions?.waitForOthers(reading: tables, at: position, timeout: timeout, waiter: waiter)
    }

    func commit(
        _ message: TransactionMessage, waiter: CommitWaiter, isLocal: Bool
    ) throws(SQLError) -> CommittedTransaction {
        guard let transactions else { throw SQLError(.serverShutdown) }
        return isLocal
            ? try transactions.commitLocally(message, waiter: waiter) : try transactions.commit(message, waiter: waiter)
    }
}
