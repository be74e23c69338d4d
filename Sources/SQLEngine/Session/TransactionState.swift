import MySQLParser
import MySQLProtocol

/// What the session knows of its transaction; storage has the rest.
enum TransactionState {
    /// None: each statement is one of its own. `next` is what SET TRANSACTION said of the one to come.
    case idle(next: TransactionAttributes)
    /// A statement began it because autocommit is off.
    case implicit(OpenTransaction)
    /// BEGIN or START TRANSACTION was said.
    case explicit(OpenTransaction)

    static let none = TransactionState.idle(next: TransactionAttributes())

    var open: OpenTransaction? {
        switch self {
        case .idle: nil
        case .implicit(let open), .explicit(let open): open
        }
    }

    var isOpen: Bool {
        switch self {
        case .idle: false
        case .implicit, .explicit: true
        }
    }

    /// The open one only reads.
    var isReadOnly: Bool {
        switch self {
        case .idle: false
        case .implicit(let open), .explicit(let open): open.isReadOnly
        }
    }

    /// The open one reads the newest state at each statement.
    var readsNewest: Bool {
        switch self {
        case .idle: false
        case .implicit(let open), .explicit(let open):
            open.isolation == .readCommitted || open.isolation == .readUncommitted
        }
    }

    /// The level of the open transaction, or of the next one.
    func isolation(default level: IsolationLevel) -> IsolationLevel {
        switch self {
        case .idle(let next): next.isolation ?? level
        case .implicit(let open), .explicit(let open): open.isolation
        }
    }

    /// Whether a statement now may only read.
    func mayOnlyRead(default isReadOnly: Bool) -> Bool {
        switch self {
        case .idle(let next): next.isReadOnly ?? isReadOnly
        case .implicit(let open), .explicit(let open): open.isReadOnly
        }
    }

    /// SET TRANSACTION without a scope: error 1568 while one is open.
    mutating func setNext(_ isolation: IsolationLevel?, _ access: TransactionAccess?) throws(SQLError) {
        switch self {
        case .idle(var next):
            if let isolation { next.isolation = isolation }
            if let access { next.isReadOnly = access == .readOnly }
            self = .idle(next: next)
        case .implicit, .explicit: throw SQLError(.cantChangeTxCharacteristics)
        }
    }

    /// Changes what is open; nothing while nothing is.
    mutating func update(_ change: (inout OpenTransaction) -> Void) {
        switch self {
        case .idle: break
        case .implicit(var open):
            change(&open)
            self = .implicit(open)
        case .explicit(var open):
            change(&open)
            self = .explicit(open)
        }
    }
}

/// Of a transaction that has not begun; nil is the session's own.
struct TransactionAttributes {
    var isolation: IsolationLevel?
    var isReadOnly: Bool?
}

struct OpenTransaction {
    var isolation: IsolationLevel
    var isReadOnly: Bool
    /// Names of savepoints set before storage had a transaction to set them in.
    var pendingSavepoints: [String] = []
}
