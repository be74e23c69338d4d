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
    /// Number in the Xid event.
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
        var reader = ByteReader(body)
        var events: [RawEvent] = []
        while !reader.isAtEnd {
            let event = try RawEvent(decoding: &reader, checksum: .none)
            switch event.header.type {
            case .tableMap, .writeRows, .updateRows, .deleteRows, .query, .intvar, .rowsQuery, .rand,
                .userVar:
                events.append(event)
            default: throw MalformedBytes("a \(event.header.type.name) event within a transaction")
            }
        }
        return events
    }
}

/// Frames groups as they stand in a file. Deterministic: the same groups at the same place make the same bytes.
struct EventGroupEncoder {
    let checksum: ChecksumAlgorithm
    let serverVersion: UInt32

    /// The default sql_mode, shown for BEGIN and COMMIT.
    private static let defaultSQLMode: UInt64 = 0x45A0_0020

    /// Appends one group, whose first byte is at `position` of its file and which is number `sequenceNumber` there.
    func encode(
        _ group: EventGroup, position: UInt64, sequenceNumber: Int64, into writer: inout ByteWriter
    ) throws(MalformedBytes) {
        var begin = QueryEvent(
            query: QueryEvent.beginText, threadID: group.threadID,
            statusVariables: EventGroupEncoder.statusVariables)
        let head = EventHeader(timestamp: group.timestamp, type: .query, serverID: group.serverID)
        var bodyEvents: [RawEvent] = []
        // The framing events' lengths must be known before the Gtid event, which comes first: they are encoded apart.
        var prologue = ByteWriter()
        var epilogue = ByteWriter()
        var mayHaveStatements = false
        func add(_ event: some EventBody, to writer: inout ByteWriter) {
            writer.write(
                event, timestamp: head.timestamp, serverID: head.serverID,
                flags: event is QueryEvent ? .suppressUse : [])
        }
        switch group.content {
        case .rows(let body):
            bodyEvents = try EventGroup.events(in: body)
            add(begin, to: &prologue)
            add(XIDEvent(xid: group.xid), to: &epilogue)
        case .statement(let body):
            bodyEvents = try EventGroup.events(in: body)
            guard bodyEvents.last?.header.type == .query else {
                throw MalformedBytes("a DDL without its Query event")
            }
            mayHaveStatements = true
        case .viewChange(let event):
            add(begin, to: &prologue)
            add(event, to: &prologue)
            begin.query = QueryEvent.commitText
            add(begin, to: &epilogue)
        case .empty:
            add(begin, to: &prologue)
            begin.query = QueryEvent.commitText
            add(begin, to: &epilogue)
        }
        let events =
            try EventGroupEncoder.split(prologue.bytes) + bodyEvents
            + EventGroupEncoder.split(epilogue.bytes)
        let length = events.reduce(0) { $0 + $1.bytes.count + checksum.size }
        let distance = Int64(clamping: max(1, group.dependencyDistance))
        var gtidEvent = GTIDEvent(
            gtid: group.gtid, mayHaveStatements: mayHaveStatements,
            lastCommitted: max(0, sequenceNumber - distance),
            sequenceNumber: sequenceNumber, immediateCommitTimestamp: group.immediateCommitTimestamp,
            originalCommitTimestamp: group.originalCommitTimestamp, immediateServerVersion: serverVersion,
            originalServerVersion: group.originalServerVersion ?? serverVersion)
        gtidEvent.setTransactionLength(bodyLength: UInt64(length), checksum: checksum)
        let start = writer.count
        var place = position
        place += UInt64(
            writer.write(
                gtidEvent, timestamp: group.timestamp, serverID: group.serverID, checksum: checksum,
                position: place))
        for event in events {
            let offset = writer.count
            writer.write(event.bytes)
            writer.finishEvent(from: offset, checksum: checksum, position: place)
            place += UInt64(writer.count - offset)
        }
        precondition(
            UInt64(writer.count - start) == gtidEvent.transactionLength,
            "a group's length differs from its Gtid event's")
    }

    private static func split(_ bytes: [UInt8]) throws(MalformedBytes) -> [RawEvent] {
        var reader = ByteReader(bytes)
        var events: [RawEvent] = []
        while !reader.isAtEnd { events.append(try RawEvent(decoding: &reader, checksum: .none)) }
        return events
    }

    private static let statusVariables: QueryStatusVariables = {
        var variables = QueryStatusVariables()
        variables.flags2 = 0
        variables.sqlMode = defaultSQLMode
        variables.catalog = Array("std".utf8)
        variables.charsets = .utf8mb4
        variables.defaultCollationForUTF8MB4 = variables.charsets?.server
        return variables
    }()
}
