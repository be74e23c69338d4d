import Platform

/// A table as rows events name it: its number, its columns and the finished body of its Table_map event. Make one per
/// version of a table definition and keep it.
public struct RowEventsTable: Sendable {
    public let tableID: UInt64
    public let columns: [RowColumn]
    let mapBody: [UInt8]

    public init(_ event: TableMapEvent) {
        tableID = event.tableID
        columns = event.columns
        var writer = ByteWriter()
        event.encode(into: &writer)
        mapBody = writer.bytes
    }
}

/// Gathers one transaction's changed rows as binlog events without checksums: the `body` of the message that the group
/// orders. One thread owns it. Values are written straight into its one buffer, in the carriers' forms:
///
///     builder.beginRow(.update, of: table)
///     ... one write per column: the old values ...
///     builder.beginAfterImage()
///     ... the new values ...
///     builder.endRow()
///
/// Rows of one table and kind that follow each other share an event, up to ``maximumEventSize``. Each run of them has its
/// own Table_map event and statement end, so that any reader may apply run after run.
public struct RowEventsBuilder: Sendable {
    /// `server_id`, written into each header.
    public var serverID: UInt32
    /// Seconds since 1970 of the present statement.
    public var timestamp: UInt32 = 0
    /// Flags of the rows events to come (statement end is added where it belongs).
    public var flags: RowsEvent.Flags = [.foreignKeysBySQL]
    /// `binlog_row_event_max_size`: an event that reaches it takes no further row.
    public var maximumEventSize = 8192

    private var writer = ByteWriter()
    private var open: OpenEvent?
    private var columns: [RowColumn] = []
    private var column = 0
    private var nullsOffset = 0

    private struct OpenEvent {
        var kind: RowsEvent.Kind
        var tableID: UInt64
        var start: Int
    }

    /// A place to return to: a statement's beginning or a savepoint.
    public struct Mark: Hashable, Sendable {
        fileprivate let count: Int
    }

    /// `expectedBytes`: about how many will come; a large transaction then grows no buffer by copying.
    public init(serverID: UInt32, expectedBytes: Int = 0) {
        self.serverID = serverID
        if expectedBytes > 0 { writer = ByteWriter(capacity: expectedBytes) }
    }

    /// Whether nothing was written yet.
    public var isEmpty: Bool { writer.count == 0 }
    /// Bytes so far: for group_replication_transaction_size_limit.
    public var count: Int { writer.count }

    /// Ends the present run of rows and names the place.
    public mutating func mark() -> Mark {
        closeEvent(endsStatement: true)
        return Mark(count: writer.count)
    }

    /// Forgets everything after `mark`, a half-written row too.
    public mutating func rollBack(to mark: Mark) {
        open = nil
        writer.truncate(to: mark.count)
    }

    /// Adds the statement's text before its rows (`binlog_rows_query_log_events`).
    public mutating func write(rowsQuery: [UInt8]) {
        closeEvent(endsStatement: true)
        writer.write(RowsQueryEvent(query: rowsQuery), timestamp: timestamp, serverID: serverID)
    }

    /// Begins a row; values of its first image follow, one per column.
    public mutating func beginRow(_ kind: RowsEvent.Kind, of table: RowEventsTable) {
        if let event = open {
            if event.kind != kind || event.tableID != table.tableID {
                closeEvent(endsStatement: true)
            } else if writer.count - event.start >= maximumEventSize {
                closeEvent(endsStatement: false)
                openEvent(kind, table)
            }
        }
        if open == nil {
            let start = writer.count
            EventHeader(timestamp: timestamp, type: .tableMap, serverID: serverID).encode(into: &writer)
            writer.write(table.mapBody)
            writer.finishEvent(from: start, checksum: .none, position: nil)
            openEvent(kind, table)
        }
        columns = table.columns
        beginImage()
    }

    /// Ends the first image of an update; the new values follow.
    public mutating func beginAfterImage() {
        precondition(
            column == columns.count && open?.kind == .update, "an update's before image is not complete")
        beginImage()
    }

    /// Ends the row. Traps when it does not have a value for each column, which only a bug can cause.
    public mutating func endRow() {
        precondition(column == columns.count, "a row image of \(column) of \(columns.count) columns")
    }

    /// The next column is NULL.
    public mutating func writeNull() {
        let offset = nullsOffset + column >> 3
        writer.patch(UInt64(writer.bytes[offset] | 1 << UInt8(column & 7)), width: 1, at: offset)
        column += 1
    }

    /// INTEGER carrier: integers, YEAR, ENUM, SET, BIT, TIME.
    public mutating func write(integer value: Int64) throws(MalformedBytes) {
        try columns[column].encode(integer: value, into: &writer)
        column += 1
    }

    /// An unsigned number, also above Int64.max.
    public mutating func write(unsigned value: UInt64) throws(MalformedBytes) {
        try write(integer: Int64(bitPattern: value))
    }

    /// REAL carrier: FLOAT and DOUBLE.
    public mutating func write(double value: Double) throws(MalformedBytes) {
        try columns[column].encode(double: value, into: &writer)
        column += 1
    }

    /// TEXT and BLOB carriers: strings, DECIMAL, DATE, DATETIME, TIMESTAMP (UTC), JSON; and numbers above Int64.max as
    /// eight bytes, high byte first.
    public mutating func write(bytes: UnsafeRawBufferPointer) throws(MalformedBytes) {
        try columns[column].encode(bytes: bytes, into: &writer)
        column += 1
    }

    /// Any decoded value; ``RowValue/absent`` is not one.
    public mutating func write(_ value: RowValue) throws(MalformedBytes) {
        switch value {
        case .absent: throw MalformedBytes("a row image without one of its columns")
        case .null: writeNull()
        case .integer(let number): try write(integer: number)
        case .unsigned(let number): try write(unsigned: number)
        case .double(let number): try write(double: number)
        case .text(let bytes), .bytes(let bytes):
            try columns[column].encode(bytes: bytes, into: &writer)
            column += 1
        }
    }

    /// Hands the events over and leaves the builder empty.
    public mutating func finish() -> [UInt8] {
        closeEvent(endsStatement: true)
        return writer.take()
    }

    /// Empties the builder and keeps its storage.
    public mutating func removeAll() {
        open = nil
        writer.removeAll()
    }

    private mutating func beginImage() {
        column = 0
        nullsOffset = writer.count
        writer.write(zeros: (columns.count + 7) / 8)
    }

    private mutating func openEvent(_ kind: RowsEvent.Kind, _ table: RowEventsTable) {
        open = OpenEvent(kind: kind, tableID: table.tableID, start: writer.count)
        EventHeader(timestamp: timestamp, type: EventType(rawValue: kind.rawValue), serverID: serverID)
            .encode(into: &writer)
        RowsEvent(
            kind: kind, tableID: table.tableID, columnCount: table.columns.count, rows: [], flags: flags
        )
        .encodeHead(into: &writer)
    }

    private mutating func closeEvent(endsStatement: Bool) {
        guard let event = open else { return }
        open = nil
        if endsStatement {
            let offset = event.start + EventHeader.size + 6
            writer.patch(UInt64(flags.union(.statementEnd).rawValue), width: 2, at: offset)
        }
        writer.finishEvent(from: event.start, checksum: .none, position: nil)
    }
}
