import BinaryLog
import GroupCommunication
import MySQLProtocol

/// Where event groups are written: the binary log, through a small adapter.
public protocol TransactionLog: AnyObject, Sendable {
    /// GTIDs in the log, purged ones included. Any thread.
    var gtidExecuted: GTIDSet { get }
    /// Appends one batch of event groups in order. Applier thread only.
    func append(_ groups: [LoggedGroup]) throws(SQLError)
    /// Makes what was appended safe against loss of power. Housekeeping thread.
    func synchronize() throws(SQLError)
}

/// An event group for the binary log.
public enum LoggedGroup: Sendable {
    /// A certified transaction with its GTID; `isRefused` logs the GTID with an empty body.
    case transaction(CertifiedTransaction, gtid: GTID, isRefused: Bool)
    /// Gtid, BEGIN, View_change, COMMIT.
    case viewChange(GTID, view: ViewID, timestamp: UInt64)
}
