/// `group_replication_consistency`: what a transaction waits for before it begins and before its commit is answered.
public enum ConsistencyLevel: UInt8, Sendable, CaseIterable, Comparable, CustomStringConvertible {
    case eventual = 0
    case beforeOnPrimaryFailover = 1
    case before = 2
    case after = 3
    case beforeAndAfter = 4

    /// The transaction sees everything that was ordered before it began.
    public var waitsBefore: Bool { self == .before || self == .beforeAndAfter }

    /// The commit is answered only when every ONLINE member has applied the transaction.
    public var waitsAfter: Bool { self == .after || self == .beforeAndAfter }

    public static func < (left: ConsistencyLevel, right: ConsistencyLevel) -> Bool { left.rawValue < right.rawValue }

    /// MySQL's name of the level.
    public var description: String {
        switch self {
        case .eventual: "EVENTUAL"
        case .beforeOnPrimaryFailover: "BEFORE_ON_PRIMARY_FAILOVER"
        case .before: "BEFORE"
        case .after: "AFTER"
        case .beforeAndAfter: "BEFORE_AND_AFTER"
        }
    }
}
