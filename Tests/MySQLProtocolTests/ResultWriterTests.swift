import Testing

@testable import MySQLProtocol

@Suite struct ResultWriterTests {
    private let one = ColumnMetadata(name: "one", type: .longLong, length: 2, flags: [.notNull, .binary])

    @Test("SELECT 1 AS one, as MySQL answers a modern client")
    func modern() throws {
        let capture = Capture()
        capture.writer.beginCommand(sequence: 1)
        capture.writer.columns([one])
        capture.writer.beginRow()
        capture.writer.writeInteger(1)
        try capture.writer.endRow()
        capture.writer.endOfRows(status: .autocommit)
        #expect(
            capture.payloads(from: 1) == [
                hex("01"), hex("0364656600000003 6f6e65000c3f00020000000881000000 00"), hex("0131"),
                hex("fe000002000000"),
            ])
        #expect(capture.writer.isAnswered)
        #expect(capture.writer.rowsSent == 1)
    }

    @Test("the same for a client that expects EOF packets")
    func classic() throws {
        let capture = Capture([.protocol41])
        capture.writer.beginCommand(sequence: 1)
        capture.writer.columns([ColumnMetadata(name: "1", type: .longLong, length: 2, flags: [.notNull, .binary])])
        capture.writer.beginRow()
        capture.writer.writeInteger(1)
        try capture.writer.endRow()
        capture.writer.endOfRows(status: .autocommit)
        let payloads = capture.payloads(from: 1)
        #expect(payloads.count == 5)
        // MySQL's own first EOF repeats the status; no client reads it.
        #expect(payloads[2].prefix(3) == hex("fe0000")[...])
        #expect(payloads[4] == hex("fe00000200"))
    }

    @Test func okPacketsCarryInfoAndStateChanges() {
        final class Changing: AnsweringSession {
            var changes: [SessionStateChange]?
            let status = ServerStatus.autocommit
            let sendsMetadata = true
            func takeStateChanges() -> [SessionStateChange]? {
                defer { changes = nil }
                return changes
            }
        }
        let session = Changing()
        let capture = Capture()
        capture.writer.session = session
        session.changes = [.schema("tiny")]
        capture.writer.ok(status: .autocommit)
        session.changes = [.transactionState("T_______")]
        capture.writer.ok(status: [.autocommit, .inTransaction])
        session.changes = [.state(true)]
        capture.writer.ok(status: .autocommit)
        capture.writer.ok(affectedRows: 1, lastInsertID: 5, status: .autocommit)
        capture.writer.ok(affectedRows: 2, status: .autocommit, info: "Records: 2")
        #expect(
            capture.payloads() == [
                hex("00000002400000000701050474696e79"), hex("0000000340000000 0b0509 08 545f5f5f5f5f5f5f"),
                hex("00000002400000000302 0131"), hex("00010502000000"), hex("00020002000000 0a") + Array("Records: 2".utf8),
            ])
        let plain = Capture([.protocol41])
        plain.writer.session = session
        session.changes = [.schema("tiny")]
        plain.writer.ok(status: .autocommit, info: "x")
        // The length stands before the text for these clients too.
        #expect(plain.payloads() == [hex("00000002000000 01") + [UInt8(ascii: "x")]])
    }

    @Test func anErrorDropsTheRowBegun() {
        let capture = Capture()
        capture.writer.columns([one])
        capture.writer.beginRow()
        capture.writer.error(SQLError(.badFieldError, "nope", "field list"))
        #expect(
            capture.payloads().last == hex("ff1e0423343253 3232") + Array("Unknown column 'nope' in 'field list'".utf8))
    }

    @Test func textValuesFollowTheirColumnsType() throws {
        let columns: [ColumnMetadata] = [
            ColumnMetadata(name: "year", type: .year, length: 4, flags: [.unsigned, .zeroFill]),
            ColumnMetadata(name: "filled", type: .long, length: 6, flags: [.unsigned, .zeroFill]),
            ColumnMetadata(name: "time", type: .time, length: 10, decimals: 2),
            ColumnMetadata(name: "bit", type: .bit, length: 12),
            ColumnMetadata(name: "fixed", type: .double, length: 10, decimals: 3),
            ColumnMetadata(name: "float", type: .float, length: 12, decimals: 31),
            ColumnMetadata(name: "big", type: .longLong, length: 20, flags: .unsigned),
            ColumnMetadata(name: "smallest", type: .longLong, length: 20),
            ColumnMetadata(name: "null", type: .varString, length: 20),
        ]
        let capture = Capture()
        capture.writer.columns(columns)
        capture.writer.beginRow()
        capture.writer.writeInteger(1)
        capture.writer.writeInteger(42)
        capture.writer.writeInteger(-(3_600_000_000 * 100 + 1_230_000))
        capture.writer.writeInteger(0x102)
        capture.writer.writeDouble(1.5)
        capture.writer.writeDouble(1234567)
        capture.writer.writeUnsigned(.max)
        capture.writer.writeInteger(.min)
        try capture.writer.endRow()
        let row = try TextRow.decode(try #require(capture.payloads().last), columnCount: columns.count)
        #expect(
            row == [
                Array("0001".utf8), Array("000042".utf8), Array("-100:00:01.23".utf8), [1, 2], Array("1.500".utf8),
                Array("1234570".utf8), Array("18446744073709551615".utf8), Array("-9223372036854775808".utf8), nil,
            ])
    }

    @Test func binaryValuesFollowTheirColumnsType() throws {
        let columns: [ColumnMetadata] = [
            ColumnMetadata(name: "tiny", type: .tiny, length: 4),
            ColumnMetadata(name: "null", type: .long, length: 4),
            ColumnMetadata(name: "datetime", type: .dateTime, length: 26, decimals: 6),
            ColumnMetadata(name: "date", type: .date, length: 10),
            ColumnMetadata(name: "time", type: .time, length: 10),
            ColumnMetadata(name: "decimal", type: .newDecimal, length: 10, decimals: 2),
            ColumnMetadata(name: "double", type: .double, length: 10, decimals: 31),
            ColumnMetadata(name: "int from text", type: .long, length: 10),
        ]
        let capture = Capture()
        capture.writer.beginCommand(sequence: 0, encoding: .binary)
        capture.writer.columns(columns)
        capture.writer.beginRow()
        capture.writer.writeInteger(-1)
        capture.writer.writeNull()
        capture.writer.writeString("2026-11-21 04:48:37.500000")
        capture.writer.writeString("2026-11-21")
        capture.writer.writeInteger(-3_661_000_000)
        capture.writer.writeString("1.50")
        capture.writer.writeDouble(1.5)
        capture.writer.writeString("77")
        try capture.writer.endRow()
        #expect(
            capture.payloads().last
                == hex("00 0800 ff 0bea070b1504302520a10700 04ea070b15 080100000000010101 04312e3530 000000000000f83f 4d000000"))
    }

    @Test func aRowOverSixteenMegabytesIsSplit() throws {
        let capture = Capture()
        capture.writer.columns([ColumnMetadata(name: "b", type: .longBlob, length: .max)])
        capture.writer.beginRow()
        // Length bytes and value make exactly two full packets, so that an empty third must follow.
        let value = (0..<2 * 0xFF_FFFF - 9).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        value.withUnsafeBytes { buffer in
            // A value over 16 MB has a nine-byte length.
            capture.writer.writeBytes(buffer)
        }
        try capture.writer.endRow()
        let parts = capture.payloads().dropFirst(2)
        #expect(parts.map(\.count) == [0xFF_FFFF, 0xFF_FFFF, 0])
        let row = try TextRow.decode(parts.flatMap { $0 }, columnCount: 1)
        #expect(row == [value])
    }

    @Test func aClientThatIsGoneStopsTheRows() throws {
        let packets = PacketWriter { _ throws(SQLError) in throw SQLError(.netErrorOnWrite) }
        let writer = ResultWriter(packets: packets, capabilities: [.protocol41])
        writer.columns([ColumnMetadata(name: "b", type: .longBlob, length: .max)])
        #expect(throws: SQLError.self) {
            for _ in 0..<100 {
                writer.beginRow()
                writer.writeBytes([UInt8](repeating: 0, count: 10_000))
                try writer.endRow()
            }
        }
        #expect(packets.isBroken)
    }
}
