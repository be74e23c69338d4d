import MySQLParser
import MySQLProtocol
import SQLBinder
import SQLExpressions
import Storage

/// The rows of a server-side cursor (COM_STMT_EXECUTE with CURSOR_TYPE_READ_ONLY), as the binary protocol sends them. They
/// are all there before the first is fetched, as in MySQL, so that the end of a transaction, a change of the rows or a new
/// definition of the table does not touch them. Ends with the last row, COM_STMT_RESET, the next execution or the statement.
final class StatementCursor {
    private let rows: ByteSpool

    init(_ rows: ByteSpool) {
        self.rows = rows
    }

    /// Sends up to `count` rows. True when there were fewer.
    func fetch(_ count: UInt32, into writer: ResultWriter) throws -> Bool {
        for _ in 0..<count {
            guard !rows.isAtEnd else { return true }
            try writer.encodedRow(nextRow())
        }
        return false
    }

    /// A row is in packets, each with its length before it.
    private func nextRow() throws -> [UInt8] {
        var row: [UInt8] = []
        while true {
            let header = try rows.read(PacketAssembly.headerByteCount)
            let length = Int(header[0]) | Int(header[1]) << 8 | Int(header[2]) << 16
            row += try rows.read(length)
            if length < PacketWriter.maximumPayload { return row }
        }
    }
}

/// A cursor's rows are gathered, in bounded memory.
struct CursorSink: RowSink {
    let rows: ByteSpool
    /// The client's own, which hears of the columns.
    private let client: ResultWriter
    /// Encodes the rows.
    private let writer: ResultWriter

    init(rows: ByteSpool, client: ResultWriter) {
        self.rows = rows
        self.client = client
        let packets = PacketWriter { bytes throws(SQLError) in
            // What it was, `rows` knows.
            do throws(StorageError) { try rows.append(bytes) } catch { throw SQLError(.unknownError) }
        }
        writer = ResultWriter(packets: packets, capabilities: client.capabilities)
        writer.encoding = .binary
        writer.encodeText = client.encodeText
    }

    mutating func begin(_ plan: SelectPlan) {
        let columns = plan.columns.map(\.gathered)
        client.columns(columns, endsWithEOF: false)
        writer.setShapes(columns)
    }

    mutating func take(_ statement: Storage.Statement, _ plan: SelectPlan) throws {
        writer.beginRow()
        for column in 0..<plan.encoders.count { writer.write(statement, column, plan.encoders[column]) }
        do throws(SQLError) { try writer.endRow() } catch { throw rows.failure ?? error }
    }

    func end() throws {
        writer.packets.flush()
        if let failure = rows.failure { throw failure }
    }
}

extension Session {
    /// COM_STMT_EXECUTE with a cursor: the columns now, the rows when they are fetched.
    func openCursor(_ plan: SelectPlan, values: [LiteralValue?], into writer: ResultWriter) throws {
        var sink = CursorSink(rows: ByteSpool(memory: storage.memory), client: writer)
        finishQuery(try run(plan, values: values, into: &sink))
        try sink.end()
        frame.cursor = StatementCursor(sink.rows)
        writer.endOfRows(warnings: diagnostics.wireCount, status: status.union(.cursorExists))
    }

    /// What may be executed with a cursor: queries and what is like them; changes of rows have none, and everything else is
    /// refused.
    func checkCursor(_ statement: MySQLParser.Statement) throws(SQLError) {
        switch statement {
        case .query(let query): if query.into != nil { throw SQLError(.spBadCursorSelect) }
        case .insert(let insert): if case .query = insert.source { throw SQLError(.spBadCursorQuery) }
        case .update, .delete, .do, .show, .describeTable, .explain: break
        default: throw SQLError(.wrongArguments, "with cursor")
        }
    }

    /// COM_STMT_FETCH.
    public func fetch(_ id: UInt32, rows: UInt32, into writer: ResultWriter) {
        let isOutermost = thread.enter()
        defer { thread.leave(isOutermost) }
        do {
            guard let prepared = preparedStatements[id] else { throw Self.unknownStatement(id) }
            guard let cursor = prepared.cursor else { throw SQLError(.stmtHasNoOpenCursor, id) }
            let isOver = try cursor.fetch(rows, into: writer)
            if isOver { prepared.cursor = nil }
            writer.endOfRows(status: status.union(isOver ? .lastRowSent : .cursorExists))
        } catch {
            preparedStatements[id]?.cursor = nil
            fail(sqlError(error), into: writer)
        }
    }

    /// COM_STMT_RESET: error 1243 for no such statement.
    public func resetPrepared(_ id: UInt32) throws(SQLError) {
        guard let prepared = preparedStatements[id] else { throw Self.unknownStatement(id) }
        prepared.cursor = nil
    }

    /// Error 1243 of a command.
    static func unknownStatement(_ id: UInt32) -> SQLError {
        SQLError(.unknownStmtHandler, String(id).utf8.count, id, "mysql_stmt_precheck")
    }
}
