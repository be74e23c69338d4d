import MySQLProtocol
import Synchronization

/// `Prepared_stmt_count`: the prepared statements of all sessions, of either kind. Any thread.
public final class PreparedStatementCount: Sendable {
    private let count = Atomic<Int>(0)

    public var value: Int { count.load(ordering: .relaxed) }

    /// One statement's place: given back when nothing holds it any more.
    final class Place: Sendable {
        private let owner: PreparedStatementCount

        fileprivate init(_ owner: PreparedStatementCount) {
            self.owner = owner
        }

        deinit {
            owner.count.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Error 1461 when there are `max_prepared_stmt_count`.
    func take(maximum: UInt64) throws(SQLError) -> Place {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        let place = Place(self)
        guard number <= Int(clamping: maximum) else { throw SQLError(.maxPreparedStmtCountReached, maximum) }
        return place
    }
}
