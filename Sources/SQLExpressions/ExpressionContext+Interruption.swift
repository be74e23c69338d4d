import MySQLProtocol
import Platform

/// How the loops of functions hear KILL and `max_execution_time`: they count their work, and after each 64 Ki units look.
extension ExpressionContext {
    /// Bytes or items that a loop handles between two looks at the kill flag and the clock: well below 100 ms of work.
    package static let workBetweenLooks = 1 << 16

    /// Counts work. True when the statement must end: the loop ends with any result, since the call fails with the error.
    @inline(__always)
    package func tick(_ work: Int = 1) -> Bool {
        workLeft &-= work
        return workLeft < 0 && mustStop()
    }

    @inline(never)
    private func mustStop() -> Bool {
        guard let error = interruption else {
            workLeft = Self.workBetweenLooks
            return false
        }
        isStopping = true
        if pendingError == nil { pendingError = error }
        return true
    }

    /// Why the statement must end; nil while it may go on.
    package var interruption: SQLError? {
        if isKilled { return SQLError(.queryInterrupted) }
        if let deadline, deadline <= .now() { return SQLError(.queryTimeout) }
        return nil
    }
}
