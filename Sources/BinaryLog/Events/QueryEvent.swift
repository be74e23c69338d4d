import Platform

/// Query (2): a statement: BEGIN and COMMIT around rows, and each DDL statement.
public struct QueryEvent: EventBody, Hashable {
    /// Connection id of the session.
    public var threadID: UInt32
    /// Seconds that the statement ran.
    public var executionTime: UInt32
    /// The default database; empty for none.
    public var database: [UInt8]
    public var errorCode: UInt16
    /// What the statement's meaning depends on beside its text.
    public var statusVariables: QueryStatusVariables
    public var query: [UInt8]

    public init(
        query: [UInt8], database: [UInt8] = [], threadID: UInt32 = 0, executionTime: UInt32 = 0,
        errorCode: UInt16 = 0,
        statusVariables: QueryStatusVariables = QueryStatusVariables()
    ) {
        self.query = query
        self.database = database
        self.threadID = threadID
        self.executionTime = executionTime
        self.errorCode = errorCode
        self.statusVariables = statusVariables
    }

    public var type: EventType { .query }

    /// Whether this is the BEGIN that opens a group of rows events.
    public var isBegin: Bool { query == QueryEvent.beginText }
    static let beginText = Array("BEGIN".utf8)
    static let commitText = Array("COMMIT".utf8)

    public func encode(into writer: inout ByteWriter) {
        // Identifiers have at most 64 characters of 3 bytes; a longer name cannot come from the dictionary.
        let name = database.prefix(255)
        writer.write(threadID)
        writer.write(executionTime)
        writer.write(UInt8(name.count))
        writer.write(errorCode)
        let lengthOffset = writer.count
        writer.write(UInt16(0))
        statusVariables.encode(into: &writer)
        writer.patch(UInt64(writer.count - lengthOffset - 2), width: 2, at: lengthOffset)
        writer.write(name)
        writer.write(UInt8(0))
        writer.write(query)
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        threadID = try reader.readUInt32()
        executionTime = try reader.readUInt32()
        let databaseLength = Int(try reader.readUInt8())
        errorCode = try reader.readUInt16()
        let statusLength = Int(try reader.readUInt16())
        var status = ByteReader(try reader.readBytes(statusLength))
        statusVariables = try QueryStatusVariables(decoding: &status)
        database = Array(try reader.readBytes(databaseLength))
        try reader.skip(1)
        query = Array(reader.readRest())
    }
}
