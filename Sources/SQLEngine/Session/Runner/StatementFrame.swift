/// What belongs to one statement on its way and not to its session. A statement that runs another one (EXECUTE; stored
/// programs, triggers and events) has a frame of its own meanwhile: see ``Session/nested(_:_:)``.
struct StatementFrame {
    /// Where the parser's ranges point to.
    var text: [UInt8] = []
    /// How many statements are around this one.
    var depth = 0
    /// It has waited as `group_replication_consistency` demands.
    var wasHeld = false
    /// A client's query that `group_replication_consistency` may hold: SHOW and the like never are.
    var mayHoldAnswer = false
    /// COM_STMT_EXECUTE wants a cursor for the rows; ``cursor`` is it, once there is one.
    var wantsCursor = false
    var cursor: StatementCursor?
    /// The table whose rows it locks: for error 1020.
    var lockingTable = ""
    /// LOAD DATA's file, which is asked for once, however often the statement is bound.
    var loadSource: (any LoadSource)?
    /// Rows that SKIP LOCKED leaves out, by position.
    var skippedRows: Set<Int> = []
}

extension Session {
    /// Runs a statement within the running one: `text` is the inner one's, and nothing of the outer one's frame is lost.
    func nested<Result>(_ text: [UInt8], _ body: () throws -> Result) rethrows -> Result {
        let outer = frame
        // The outermost statement waits for all.
        frame = StatementFrame(text: text, depth: outer.depth + 1, wasHeld: outer.wasHeld)
        defer { frame = outer }
        return try body()
    }
}
