import Platform

/// Rows_query (29): the statement behind the rows events that follow (`binlog_rows_query_log_events`). For readers' eyes.
public struct RowsQueryEvent: EventBody, Hashable {
    public var query: [UInt8]

    public init(query: [UInt8]) {
        self.query = query
    }

    public var type: EventType { .rowsQuery }
    public var defaultFlags: EventHeader.Flags { .ignorable }

    public func encode(into writer: inout ByteWriter) {
        // Once a length; readers ignore it and take everything to the end.
        writer.write(UInt8(0))
        writer.write(query)
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        try reader.skip(1)
        query = Array(reader.readRest())
    }
}
