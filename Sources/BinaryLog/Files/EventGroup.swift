import Platform

/// A certified transaction, ready to be appended to the binary log. The writer frames it: Gtid event, BEGIN, body, Xid.
public struct EventGroup: Sendable {
    /// What stands between the Gtid event and the group's end.
    public enum Content: Sendable {
        /// Table_map and rows events without checksums, as ``RowEventsBuilder`` makes them; BEGIN and Xid are added.
        case rows(ArraySlice<UInt8>)
        /// One Query event (and Intvar events before it) without checksums: a DDL statement, a group of its own.
        case statement(ArraySlice<UInt8>)
        /// A change of the members' list, between BEGIN and COMMIT.
        case viewChange(ViewChangeEvent)
        /// Nothing between BEGIN and COMMIT: a GTID that is used up (a DDL that failed, an injected empty transaction).
        case empty
    }

    public var gtid: GTID
    public var content: Content
    /// `server_id` of the origin.
    public var serverID: UInt32
    /// Seconds since 1970 for the headers of the events that the writer adds.
    public var timestamp: UInt32
    /// Microseconds since 1970 when the transaction was committed here, and at its origin.
    public var immediateCommitTimestamp: UInt64
    public var originalCommitTimestamp: UInt64
    /// The origin's connection id, shown for BEGIN.
    public var threadID: UInt32
    /// Number in the Xid event, or in a DDL statement's status variables where that has none yet; 0: none there.
    public var xid: UInt64
    /// How many groups back the newest one is that this one depends on: 1 = the one before it, so nothing runs beside
    /// it. Becomes last_committed, counted within the file.
    public var dependencyDistance: UInt64
    /// The server's version at the origin; nil: the same as ours.
    public var originalServerVersion: UInt32?

    public init(
        gtid: GTID, content: Content, serverID: UInt32, timestamp: UInt32,
        immediateCommitTimestamp: UInt64,
        originalCommitTimestamp: UInt64, threadID: UInt32 = 0, xid: UInt64 = 0,
        dependencyDistance: UInt64 = 1,
        originalServerVersion: UInt32? = nil
    ) {
        self.gtid = gtid
        self.content = content
        self.serverID = serverID
        self.timestamp = timestamp
        self.immediateCommitTimestamp = immediateCommitTimestamp
        self.originalCommitTimestamp = originalCommitTimestamp
        self.threadID = threadID
        self.xid = xid
        self.dependencyDistance = dependencyDistance
        self.originalServerVersion = originalServerVersion
    }

    /// Splits a body (events without checksums) into its events. Throws unless it is a whole number of events of which
    /// each type may stand in a group's body: ask this before a transaction from outside is certified.
    public static func events(in body: ArraySlice<UInt8>) throws(MalformedBytes) -> [RawEvent] {
        var events: [RawEvent] = []
        var reader = ByteReader(body)
        while !reader.isAtEnd {
            let event = try RawEvent(decoding: &reader, checksum: .none)
            guard mayStandInBody(event.header.type) else {
                throw MalformedBytes("a \(event.header.type.name) event within a transaction")
            }
            events.append(event)
        }
        return events
    }

    static func mayStandInBody(_ type: EventType) -> Bool {
        switch type {
        case .tableMap, .writeRows, .updateRows, .deleteRows, .query, .intvar, .rowsQuery, .rand, .userVar: true
        default: false
        }
    }
}

/// Frames groups as they stand in a file. Deterministic: the same groups at the same place make the same bytes.
struct EventGroupEncoder {
    let checksum: ChecksumAlgorithm
    let serverVersion: UInt32

    /// The default sql_mode, shown for BEGIN and COMMIT.
    private static let defaultSQLMode: UInt64 = 0x45A0_0020

    private static let statusVariables: [UInt8] = {
        var variables = QueryStatusVariables()
        variables.flags2 = 0
        variables.sqlMode = defaultSQLMode
        variables.catalog = Array("std".utf8)
        variables.charsets = .utf8mb4
        variables.defaultCollationForUTF8MB4 = variables.charsets?.server
        var writer = ByteWriter()
        variables.encode(into: &writer)
        return writer.bytes
    }()

    /// BEGIN or COMMIT, laid out as a ``QueryEvent``.
    private struct BoundaryEvent: EventBody {
        var text: [UInt8]
        var threadID: UInt32

        var type: EventType { .query }
        var defaultFlags: EventHeader.Flags { .suppressUse }

        var encodedSize: Int { 13 + EventGroupEncoder.statusVariables.count + 1 + text.count }

        func encode(into writer: inout ByteWriter) {
            writer.write(threadID)
            writer.write(UInt32(0))
            writer.write(UInt8(0))
            writer.write(UInt16(0))
            writer.write(UInt16(EventGroupEncoder.statusVariables.count))
            writer.write(EventGroupEncoder.statusVariables)
            writer.write(UInt8(0))
            writer.write(text)
        }
    }

    /// A DDL's body with the transaction's number in its Query event, as SHOW BINLOG EVENTS prints it behind the text.
    private func numbered(_ body: ArraySlice<UInt8>, _ xid: UInt64) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let events = try EventGroup.events(in: body)
        guard xid != 0, let last = events.last, case .query(var query) = try last.decode(),
            query.statusVariables.ddlXID == nil
        else { return body }
        query.statusVariables.ddlXID = xid
        var writer = ByteWriter(capacity: body.count + 9)
        writer.write(body.dropLast(last.bytes.count))
        writer.write(
            query, timestamp: last.header.timestamp, serverID: last.header.serverID, flags: last.header.flags)
        return writer.take()[...]
    }

    /// How many events a body has, and the last one's type.
    private func boundaries(of body: ArraySlice<UInt8>) throws(MalformedBytes) -> (count: Int, last: EventType?) {
        var reader = ByteReader(body)
        var count = 0
        var last: EventType?
        while !reader.isAtEnd {
            let header = try EventHeader(decoding: &reader)
            guard EventGroup.mayStandInBody(header.type) else {
                throw MalformedBytes("a \(header.type.name) event within a transaction")
            }
            try reader.skip(Int(header.length) - EventHeader.size)
            count += 1
            last = header.type
        }
        return (count, last)
    }

    /// Appends one group, whose first byte is at `position` of its file and which is number `sequenceNumber` there.
    func encode(
        _ group: EventGroup, position: UInt64, sequenceNumber: Int64, into writer: inout ByteWriter
    ) throws(MalformedBytes) {
        let begin = BoundaryEvent(text: QueryEvent.beginText, threadID: group.threadID)
        let commit = BoundaryEvent(text: QueryEvent.commitText, threadID: group.threadID)
        var body = ArraySlice<UInt8>()
        var isFramed = true
        var endsWithXID = false
        switch group.content {
        case .rows(let events):
            body = events
            endsWithXID = true
        case .statement(let events):
            body = try numbered(events, group.xid)
            isFramed = false
        case .viewChange(let event):
            var events = ByteWriter()
            events.write(event, timestamp: group.timestamp, serverID: group.serverID)
            body = events.take()[...]
        case .empty: break
        }
        var count = 0
        if case .viewChange = group.content {
            count = 1
        } else {
            let (events, last) = try boundaries(of: body)
            count = events
            if !isFramed && last != .query { throw MalformedBytes("a DDL without its Query event") }
        }
        // The Gtid event says how long all of it is, and comes first.
        let overhead = EventHeader.size + checksum.size
        var length = body.count + count * checksum.size
        if isFramed {
            length += overhead + begin.encodedSize + overhead + (endsWithXID ? 8 : commit.encodedSize)
        }
        let distance = Int64(clamping: max(1, group.dependencyDistance))
        var gtidEvent = GTIDEvent(
            gtid: group.gtid, mayHaveStatements: !isFramed, lastCommitted: max(0, sequenceNumber - distance),
            sequenceNumber: sequenceNumber, immediateCommitTimestamp: group.immediateCommitTimestamp,
            originalCommitTimestamp: group.originalCommitTimestamp, immediateServerVersion: serverVersion,
            originalServerVersion: group.originalServerVersion ?? serverVersion)
        gtidEvent.setTransactionLength(bodyLength: UInt64(length), checksum: checksum)
        let start = writer.count
        func place(_ writer: borrowing ByteWriter) -> UInt64 { position + UInt64(writer.count - start) }
        func add(_ event: some EventBody, _ writer: inout ByteWriter) {
            writer.write(
                event, timestamp: group.timestamp, serverID: group.serverID, checksum: checksum, position: place(writer))
        }
        add(gtidEvent, &writer)
        if isFramed { add(begin, &writer) }
        var offset = body.startIndex
        for _ in 0..<count {
            let size = body.withUnsafeBytes {
                Int(
                    UInt32(
                        littleEndian: $0.loadUnaligned(fromByteOffset: offset - body.startIndex + 9, as: UInt32.self)))
            }
            let eventStart = writer.count
            let eventPlace = place(writer)
            writer.write(body[offset..<offset + size])
            writer.finishEvent(from: eventStart, checksum: checksum, position: eventPlace)
            offset += size
        }
        if isFramed {
            if endsWithXID { add(XIDEvent(xid: group.xid), &writer) } else { add(commit, &writer) }
        }
        precondition(
            UInt64(writer.count - start) == gtidEvent.transactionLength,
            "a group's length differs from its Gtid event's")
    }
}
