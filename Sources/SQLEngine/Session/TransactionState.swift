import MySQLParser

/// What the session knows of its transaction; storage has the rest.
struct TransactionState {
    /// BEGIN was said, or autocommit is off and a statement ran.
    var isOpen = false
    /// BEGIN or START TRANSACTION was said.
    var isExplicit = false
    var isReadOnly = false
    var isolation = IsolationLevel.repeatableRead
    /// SET TRANSACTION for the next one.
    var nextIsolation: IsolationLevel?
    var nextReadOnly: Bool?
    /// Names of savepoints set before storage had a transaction to set them in.
    var pendingSavepoints: [String] = []
}
