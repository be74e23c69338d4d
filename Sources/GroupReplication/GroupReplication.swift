import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// Where sealed event groups go. Implemented by BinaryLog's writer through a small adapter.
public protocol TransactionLog: AnyObject, Sendable {
    /// GTIDs in the log.
    var gtidExecuted: GTIDSet { get }
    /// Appends one batch of event groups. Applier thread only.
    func append(_ groups: [LoggedGroup]) throws(SQLError)
    /// Makes what was appended safe against loss of power.
    func synchronize() throws(SQLError)
}

/// An event group for the binary log.
public enum LoggedGroup: Sendable {
    /// A certified transaction; `isRefused` logs its GTID with an empty body.
    case transaction(CertifiedTransaction, isRefused: Bool)
    /// Gtid, BEGIN, View_change, COMMIT.
    case viewChange(GTID, view: ViewID, timestamp: UInt64)
}
