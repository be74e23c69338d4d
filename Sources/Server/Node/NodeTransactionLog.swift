import BinaryLog
import GroupReplication
import MySQLProtocol
import Platform

/// The binary log as group replication sees it: event groups in, in the order of the group.
final class NodeTransactionLog: TransactionLog {
    let writer: BinaryLogWriter
    private let serverID: UInt32

    init(writer: BinaryLogWriter, serverID: UInt32) {
        self.writer = writer
        self.serverID = serverID
    }

    var gtidExecuted: GTIDSet { writer.executedGTIDs }

    func append(_ groups: [LoggedGroup]) throws(SQLError) {
        var eventGroups: [EventGroup] = []
        eventGroups.reserveCapacity(groups.count)
        let now = UInt64(WallClock.microseconds())
        for group in groups {
            switch group {
            case .transaction(let transaction, let gtid, let isRefused):
                eventGroups.append(eventGroup(transaction, gtid: gtid, isRefused: isRefused, now: now))
            case .viewChange(let gtid, let view, let timestamp):
                eventGroups.append(
                    EventGroup(
                        gtid: gtid, content: .viewChange(ViewChangeEvent(viewID: view.description)), serverID: serverID,
                        timestamp: UInt32(truncatingIfNeeded: timestamp / 1_000_000), immediateCommitTimestamp: now,
                        originalCommitTimestamp: timestamp))
            }
        }
        do {
            try writer.append(eventGroups)
        } catch {
            throw SQLError(.binlogLoggingImpossible, error.description)
        }
    }

    func synchronize() throws(SQLError) {
        do {
            _ = try writer.sync()
        } catch {
            throw SQLError(.binlogLoggingImpossible, error.description)
        }
    }

    private func eventGroup(
        _ transaction: CertifiedTransaction, gtid: GTID, isRefused: Bool, now: UInt64
    ) -> EventGroup {
        let message = transaction.message
        let content: EventGroup.Content
        switch message.kind {
        case _ where isRefused: content = .empty
        case .rows: content = .rows(message.body)
        case .statement: content = .statement(message.body)
        case .empty: content = .empty
        }
        // lastCommitted and sequenceNumber count in the group's order; within a file only their distance matters.
        let distance = transaction.sequenceNumber - transaction.lastCommitted
        return EventGroup(
            gtid: gtid, content: content, serverID: message.serverID,
            timestamp: UInt32(truncatingIfNeeded: message.originalCommitTimestamp / 1_000_000),
            immediateCommitTimestamp: now, originalCommitTimestamp: message.originalCommitTimestamp,
            threadID: message.threadID, xid: transaction.position.rawValue,
            dependencyDistance: UInt64(max(1, distance)))
    }
}
