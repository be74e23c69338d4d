import CSQLite
import MySQLProtocol
import Platform

/// How the loops of functions hear KILL and `max_execution_time`: they count their work, and after each 64 Ki units look.
extension ExpressionContext {
    /// Bytes or items that a loop handles between two looks at the kill flag and the clock: well below 100 ms of work.
    package static let workBetweenLooks = 1 << 16
    /// What a call counts for beside the bytes of its arguments, where work is limited.
    private static let workOfCall = 64

    /// Counts work. True when the statement must end: the loop ends with any result, since the call fails with the error.
    @inline(__always)
    package func tick(_ work: Int = 1) -> Bool {
        workLeft &-= work
        return workLeft < 0 && mustStop()
    }

    @inline(never)
    private func mustStop() -> Bool {
        spendWork()
        guard let error = interruption else { return false }
        isStopping = true
        if pendingError == nil { pendingError = error }
        return true
    }

    private func spendWork() {
        workSpent &+= Self.workBetweenLooks &- workLeft
        workLeft = Self.workBetweenLooks
    }

    /// Why the statement must end; nil while it may go on.
    package var interruption: SQLError? {
        if isKilled { return SQLError(.queryInterrupted) }
        if let deadline, deadline <= .now() { return SQLError(.queryTimeout) }
        if let workLimit, workSpent > workLimit { return SQLError(.queryTimeout) }
        return nil
    }

    /// Limits the work of the calls from now on, until ``endStatement()``: counted alike by everybody who evaluates the same
    /// expressions over the same rows in the same order, as no clock is.
    package func limitWork(to units: Int) {
        workLimit = units
        workSpent = 0
        workLeft = Self.workBetweenLooks
    }

    /// Counts a call, where work is limited.
    @inline(__always)
    func countCall(_ values: UnsafeMutablePointer<OpaquePointer?>, _ count: Int) {
        if workLimit != nil { countLimitedCall(values, count) }
    }

    @inline(never)
    private func countLimitedCall(_ values: UnsafeMutablePointer<OpaquePointer?>, _ count: Int) {
        var work = Self.workOfCall
        for index in 0..<count {
            switch sqlite3_value_type(values[index]) {
            case SQLITE_TEXT, SQLITE_BLOB: work += Int(sqlite3_value_bytes(values[index]))
            default: break
            }
        }
        _ = tick(work)
    }

    /// Nothing of the statement's end or limits is left for what comes after it.
    package func endStatement() {
        workLimit = nil
        isStopping = false
        deadline = nil
        workLeft = Self.workBetweenLooks
    }
}
