import Platform

/// Encodes what statements answer into the session's one output buffer, in the text or the binary protocol.
///
/// The engine drives it: `columns`, then for each row `beginRow`, one `write...` per column and `endRow`, then
/// `endOfRows`; or `ok`; or `error`. Values are given as their carriers (MySQLTypes.Carrier); the writer turns them into
/// the wire's form for the column's announced type, so a value can never put the stream out of step.
/// Owned by the session's thread.
public final class ResultWriter {
    /// How rows are encoded: text for COM_QUERY, binary for COM_STMT_EXECUTE.
    public enum Encoding: Sendable {
        case text
        case binary
    }

    /// What a value's writing needs to know of its column.
    struct Shape {
        var type: ColumnType
        var flags: ColumnFlags
        var decimals: Int
        var length: Int
        var collation: UInt16
        /// Characters, which `encodeText` turns into the client's.
        var isText: Bool
    }

    /// A text, which is UTF-8, in the bytes of the client's character set; nil where these are the same. The number is the
    /// collation of the value's column.
    public typealias TextEncoder = (UnsafeRawBufferPointer, UInt16) -> [UInt8]?

    public let packets: PacketWriter
    /// What the client agreed to. The server sets it after the handshake.
    public var capabilities: Capabilities
    public var encoding = Encoding.text
    /// Nil for clients that read UTF-8.
    public var encodeText: TextEncoder?
    /// How the running command may ask the client for a file: nil where the client has none to send.
    public var localFiles: (any LocalFileChannel)?
    /// Set while a further result follows this one (multi-statements): every ending packet says so.
    public var moreResultsFollow = false
    /// Whether the running command sent an OK, an error or a result set's end: the command loop answers itself if not.
    public private(set) var isAnswered = false
    /// The running command gets no answer: the connection ends, which says that nobody knows.
    public private(set) var endsWithoutAnswer = false
    /// Rows sent by the running command (status variables, slow log).
    public private(set) var rowsSent: UInt64 = 0
    /// The error that the running command sent, for statistics.
    public private(set) var sentError: SQLError?

    var shapes: [Shape] = []
    var column = 0
    /// Whose answers these are; nil before there is a session, and for the server's own statements.
    public var session: (any AnsweringSession)?

    public init(packets: PacketWriter, capabilities: Capabilities) {
        self.packets = packets
        self.capabilities = capabilities
    }

    /// Answers that nobody reads, but for ``sentError``: of the server's own statements.
    public static func discarding() -> ResultWriter {
        ResultWriter(packets: PacketWriter { _ throws(SQLError) in }, capabilities: [.deprecateEOF, .multiStatements])
    }

    /// Forgets the previous command's answer. The server calls it before each command.
    public func beginCommand(sequence: UInt8, encoding: Encoding = .text) {
        packets.sequence = sequence
        self.encoding = encoding
        moreResultsFollow = false
        isAnswered = false
        endsWithoutAnswer = false
        rowsSent = 0
        sentError = nil
    }

    // MARK: Result sets

    /// Begins a result set. `endsWithEOF`: rows follow, not the end of an answer that only opens a cursor.
    public func columns(_ columns: [ColumnMetadata], endsWithEOF: Bool = true) {
        columnCount(columns.count)
        definitions(columns, status: columnsStatus, endsWithEOF: endsWithEOF)
        setShapes(columns)
    }

    private func columnCount(_ count: Int) {
        packets.beginPacket()
        packets.write(lengthEncoded: UInt64(count))
        if capabilities.contains(.optionalResultSetMetadata) { packets.write(UInt8(sendsMetadata ? 1 : 0)) }
        packets.endPacket()
    }

    /// What the EOF packet after the columns says: asked for only where there is one.
    private var columnsStatus: ServerStatus {
        capabilities.contains(.deprecateEOF) ? [] : session?.status ?? []
    }

    /// False where the client can do without column definitions and wants none.
    private var sendsMetadata: Bool {
        guard capabilities.contains(.optionalResultSetMetadata), let session else { return true }
        return session.sendsMetadata
    }

    /// Begins a result set whose columns were encoded before.
    public func columns(_ definitions: ColumnDefinitions) {
        columnCount(definitions.shapes.count)
        if encodeText != nil, definitions.payloads.contains(where: { $0 >= 0x80 }) {
            self.definitions(definitions.columns, status: columnsStatus)
            shapes = definitions.shapes
            return
        }
        var start = 0
        if sendsMetadata {
            definitions.payloads.withUnsafeBytes { payloads in
                for end in definitions.ends {
                    packets.beginPacket()
                    packets.write(UnsafeRawBufferPointer(rebasing: payloads[start..<end]))
                    packets.endPacket()
                    start = end
                }
            }
        }
        if !definitions.shapes.isEmpty, !capabilities.contains(.deprecateEOF) { eof(warnings: 0, status: columnsStatus) }
        shapes = definitions.shapes
    }

    /// Says which columns the following rows have without announcing them: a fetch from a cursor.
    public func setShapes(_ columns: [ColumnMetadata]) {
        shapes.removeAll(keepingCapacity: true)
        for column in columns { shapes.append(Shape(column)) }
    }

    /// Column definitions and, for clients that expect it, the EOF packet after them. None for no columns.
    private func definitions(_ columns: [ColumnMetadata], status: ServerStatus, endsWithEOF: Bool = true) {
        guard !columns.isEmpty else { return }
        if sendsMetadata {
            for column in columns {
                packets.beginPacket()
                column.encode(to: packets, withDefault: false, encodeText)
                packets.endPacket()
            }
        }
        if endsWithEOF, !capabilities.contains(.deprecateEOF) { eof(warnings: 0, status: status) }
    }

    /// Begins a row: exactly one `write...` per column follows.
    public func beginRow() {
        packets.beginPacket()
        column = 0
        if encoding == .binary {
            packets.write(UInt8(0))
            packets.write(zeros: (shapes.count + 9) / 8)
        }
    }

    /// Ends the row. Columns not written become NULL.
    ///
    /// Throws when the client is gone (stop producing rows) or the row is too big for any packet.
    public func endRow() throws(SQLError) {
        while column < shapes.count { writeNull() }
        guard !packets.isTooLarge, packets.payloadCount <= PacketWriter.maximumLogicalPayload else {
            packets.abandonPacket()
            throw SQLError(.netPacketTooLarge)
        }
        packets.endPacket()
        rowsSent += 1
        try packets.throwIfBroken()
    }

    /// A row of the binary protocol that was encoded before.
    public func encodedRow(_ payload: [UInt8]) throws(SQLError) {
        packets.beginPacket()
        packets.write(payload)
        packets.endPacket()
        rowsSent += 1
        try packets.throwIfBroken()
    }

    /// Ends the result set.
    public func endOfRows(warnings: UInt16 = 0, status: ServerStatus) {
        isAnswered = true
        if capabilities.contains(.deprecateEOF) {
            okPacket(header: 0xFE, affectedRows: 0, lastInsertID: 0, warnings: warnings, status: status, info: "")
        } else {
            eof(warnings: warnings, status: status)
        }
    }

    private func eof(warnings: UInt16, status: ServerStatus) {
        packets.beginPacket()
        packets.write(UInt8(0xFE))
        packets.write(warnings)
        packets.write((moreResultsFollow ? status.union(.moreResultsExist) : status).rawValue)
        packets.endPacket()
    }

    // MARK: Other answers

    /// Answers a statement without rows. `info` is the text that `mysql` prints after the counts.
    public func ok(
        affectedRows: UInt64 = 0, lastInsertID: UInt64 = 0, warnings: UInt16 = 0, status: ServerStatus,
        info: String = ""
    ) {
        isAnswered = true
        okPacket(
            header: 0, affectedRows: affectedRows, lastInsertID: lastInsertID, warnings: warnings, status: status,
            info: info)
    }

    private func okPacket(
        header: UInt8, affectedRows: UInt64, lastInsertID: UInt64, warnings: UInt16, status: ServerStatus, info: String
    ) {
        var status = moreResultsFollow ? status.union(.moreResultsExist) : status
        let changes = capabilities.contains(.sessionTrack) ? session?.takeStateChanges() : nil
        if changes != nil { status.insert(.sessionStateChanged) }
        packets.beginPacket()
        packets.write(header)
        packets.write(lengthEncoded: affectedRows)
        packets.write(lengthEncoded: lastInsertID)
        packets.write(status.rawValue)
        packets.write(warnings)
        if let changes {
            packets.write(lengthEncoded: info)
            var encoded = ByteWriter()
            for change in changes { change.encode(to: &encoded) }
            packets.write(lengthEncoded: encoded.bytes)
        } else if !info.isEmpty {
            // With its length whatever the client's capabilities: `net_send_ok` stores it so.
            packets.write(lengthEncoded: info)
        }
        packets.endPacket()
    }

    /// Answers with an error; a row begun is dropped.
    public func error(_ error: SQLError) {
        isAnswered = true
        sentError = error
        moreResultsFollow = false
        packets.beginPacket()
        packets.write(error: error, capabilities: capabilities, encodeText)
        packets.endPacket()
    }

    /// No answer is given: the connection ends instead.
    public func endWithoutAnswer() {
        isAnswered = true
        endsWithoutAnswer = true
        moreResultsFollow = false
    }

    /// Answers COM_STMT_PREPARE: the statement's number, its parameters and its columns.
    public func prepared(
        statementID: UInt32, parameters: [ColumnMetadata], columns: [ColumnMetadata], warnings: UInt16 = 0,
        status: ServerStatus
    ) {
        isAnswered = true
        packets.beginPacket()
        packets.write(UInt8(0))
        packets.write(statementID)
        packets.write(UInt16(truncatingIfNeeded: columns.count))
        packets.write(UInt16(truncatingIfNeeded: parameters.count))
        packets.write(UInt8(0))
        packets.write(warnings)
        if capabilities.contains(.optionalResultSetMetadata) { packets.write(UInt8(sendsMetadata ? 1 : 0)) }
        packets.endPacket()
        definitions(parameters, status: status)
        definitions(columns, status: status)
    }

    /// Answers COM_FIELD_LIST.
    public func fieldList(_ columns: [ColumnMetadata], status: ServerStatus) {
        isAnswered = true
        for column in columns where sendsMetadata {
            packets.beginPacket()
            column.encode(to: packets, withDefault: true, encodeText)
            packets.endPacket()
        }
        endOfRows(status: status)
    }
}

extension ResultWriter.Shape {
    init(_ column: ColumnMetadata) {
        type = column.type
        flags = column.flags
        decimals = Int(column.decimals)
        length = Int(column.length)
        collation = column.collation
        isText = column.collation != 63 || column.type == .json
    }
}
