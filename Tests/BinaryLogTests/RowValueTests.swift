import Platform
import Testing

@testable import BinaryLog

func text(_ string: String) -> RowValue { .text(Array(string.utf8)[...]) }
func bytes(_ string: String) -> RowValue { .bytes(Array(string.utf8)[...]) }

@Suite struct RowValueTests {
    static let cases: [(RowColumn, RowValue, [UInt8]?)] = [
        (RowColumn(.tiny), .integer(-5), [0xFB]),
        (RowColumn(.tiny, isUnsigned: true), .integer(255), [0xFF]),
        (RowColumn(.short), .integer(-2), [0xFE, 0xFF]),
        (RowColumn(.int24), .integer(-8_388_608), [0, 0, 0x80]),
        (RowColumn(.int24, isUnsigned: true), .integer(16_777_215), [0xFF, 0xFF, 0xFF]),
        (RowColumn(.long), .integer(-1), [0xFF, 0xFF, 0xFF, 0xFF]),
        (RowColumn(.longLong), .integer(.min), nil),
        (RowColumn(.longLong, isUnsigned: true), .unsigned(.max), nil),
        (RowColumn(.year), .integer(2155), [255]),
        (RowColumn(.year), .integer(0), [0]),
        (RowColumn(.float), .double(1.5), [0, 0, 0xC0, 0x3F]),
        (RowColumn(.double), .double(-2.25e100), nil),
        (.bit(10), .integer(513), [2, 1]),
        (.bit(64), .unsigned(.max), nil),
        (.enumeration(members: 3), .integer(2), [2]),
        (.enumeration(members: 300), .integer(299), [43, 1]),
        (.set(members: 64), .unsigned(1 << 63), nil),
        (.set(members: 20), .integer(0xFFFFF), [0xFF, 0xFF, 0x0F]),
        // The manual's example of the DECIMAL format.
        (
            .decimal(precision: 14, scale: 4), text("1234567890.1234"),
            [0x81, 0x0D, 0xFB, 0x38, 0xD2, 0x04, 0xD2]
        ),
        (
            .decimal(precision: 14, scale: 4), text("-1234567890.1234"),
            [0x7E, 0xF2, 0x04, 0xC7, 0x2D, 0xFB, 0x2D]
        ),
        (.decimal(precision: 10, scale: 2), text("0.01"), nil),
        (.decimal(precision: 10, scale: 2), text("-0.01"), nil),
        (.decimal(precision: 5, scale: 0), text("99999"), nil),
        (.decimal(precision: 5, scale: 5), text("0.99999"), nil),
        (
            .decimal(precision: 65, scale: 30),
            text("-12345678901234567890123456789012345.123456789012345678901234567890"), nil
        ),
        (RowColumn(.date), text("2026-11-21"), [0x75, 0xD5, 0x0F]),
        (RowColumn(.date), text("0000-00-00"), [0, 0, 0]),
        (RowColumn(.dateTime2), text("9999-12-31 23:59:59"), nil),
        (RowColumn(.dateTime2), text("0000-00-00 00:00:00"), [0x80, 0, 0, 0, 0]),
        (RowColumn(.dateTime2, parameter: 1), text("1000-01-01 00:00:00.9"), nil),
        (RowColumn(.dateTime2, parameter: 3), text("2026-11-21 08:30:00.123"), nil),
        (RowColumn(.dateTime2, parameter: 6), text("2026-11-21 08:30:00.123456"), nil),
        (RowColumn(.timestamp2), text("2038-01-19 03:14:07"), [0x7F, 0xFF, 0xFF, 0xFF]),
        (RowColumn(.timestamp2), text("0000-00-00 00:00:00"), [0, 0, 0, 0]),
        (RowColumn(.timestamp2, parameter: 4), text("2000-02-29 12:00:00.1234"), nil),
        (RowColumn(.time2), .integer(-3_020_399_000_000), nil),
        (RowColumn(.time2), .integer(0), [0x80, 0, 0]),
        (RowColumn(.time2, parameter: 2), .integer(-10_000), [0x7F, 0xFF, 0xFF, 0xFF]),
        (RowColumn(.time2, parameter: 3), .integer(-3_020_398_500_000), nil),
        (RowColumn(.time2, parameter: 6), .integer(-1), nil),
        (RowColumn(.time2, parameter: 6), .integer(45_296_789_012), nil),
        (.varchar(maximumBytes: 80), bytes("wörld"), [6, 0x77, 0xC3, 0xB6, 0x72, 0x6C, 0x64]),
        (.varchar(maximumBytes: 1200), bytes("ab"), [2, 0, 0x61, 0x62]),
        (.char(maximumBytes: 1020), bytes(""), [0, 0]),
        (.blob(lengthBytes: 3), bytes("abc"), [3, 0, 0, 0x61, 0x62, 0x63]),
        (.json(), text(#"{"a": 1, "b": [true, null, "x"], "cc": -70000}"#), nil),
        (.json(), text(#"[1.5, 10000000000.0, 1e300, 18446744073709551615, "ä\"\n"]"#), nil),
        (.json(), text("-1"), nil),
    ]

    @Test(arguments: cases.indices)
    func aValueIsReadBackAsWritten(index: Int) throws {
        let (column, value, expected) = RowValueTests.cases[index]
        var builder = ByteWriter()
        switch value {
        case .integer(let number): try column.encode(integer: number, into: &builder)
        case .unsigned(let number):
            try column.encode(integer: Int64(bitPattern: number), into: &builder)
        case .double(let number): try column.encode(double: number, into: &builder)
        case .text(let slice), .bytes(let slice): try column.encode(bytes: slice, into: &builder)
        case .null, .absent: break
        }
        if let expected { #expect(builder.bytes == expected) }
        var reader = ByteReader(builder.bytes)
        #expect(try column.decode(&reader) == value)
        #expect(reader.isAtEnd)
        // Cut short at any place, it is an error and no trap.
        for length in 0..<builder.count {
            var short = ByteReader(builder.bytes[..<length])
            #expect(throws: MalformedBytes.self) { try column.decode(&short) }
        }
    }

    @Test func aValueThatDoesNotFitItsColumnIsRefused() {
        let cases: [(RowColumn, String)] = [
            (.decimal(precision: 5, scale: 2), "1234.5"), (.decimal(precision: 5, scale: 2), "1.234"),
            (.decimal(precision: 5, scale: 2), "x"), (.decimal(precision: 5, scale: 2), ""),
            (RowColumn(.date), "2026-1-1"), (RowColumn(.dateTime2), "2026-11-21"),
            (.varchar(maximumBytes: 2), "abc"),
            (.blob(lengthBytes: 1), String(repeating: "x", count: 256)), (.json(), "{"), (.json(), "01"),
            (.json(), "[1,]"),
        ]
        for (column, value) in cases {
            var writer = ByteWriter()
            #expect(throws: MalformedBytes.self) {
                try column.encode(bytes: Array(value.utf8)[...], into: &writer)
            }
        }
    }

    @Test func rowsOfOneTableAndKindShareAnEventUpToItsSize() throws {
        let table = RowEventsTable(
            TableMapEvent(
                tableID: 7, schema: Array("d".utf8), table: Array("t".utf8),
                columns: [RowColumn(.long, isNullable: false), .varchar(maximumBytes: 40)]))
        var builder = RowEventsBuilder(serverID: 1)
        builder.maximumEventSize = 100
        for number in 0..<20 {
            builder.beginRow(.write, of: table)
            try builder.write(integer: Int64(number))
            builder.writeNull()
            builder.endRow()
        }
        let mark = builder.mark()
        builder.beginRow(.delete, of: table)
        try builder.write(integer: 1)
        builder.rollBack(to: mark)
        builder.beginRow(.update, of: table)
        try builder.write(integer: 1)
        builder.writeNull()
        builder.beginAfterImage()
        try builder.write(integer: 2)
        try builder.write(bytes("x"))
        builder.endRow()
        let events = try EventGroup.events(in: builder.finish()[...])
        let types = events.map(\.header.type.name)
        #expect(types.first == "Table_map")
        #expect(types.count { $0 == "Table_map" } == 2)
        #expect(types.last == "Update_rows")
        #expect(!types.contains("Delete_rows"))
        var rows = 0
        var before: [RowValue] = []
        var after: [RowValue] = []
        for event in events {
            guard case .rows(let body) = try event.decode() else { continue }
            #expect(event.bytes.count < 140)
            var reader = try RowImageReader(body, columns: table.columns)
            while try reader.next(before: &before, after: &after) {
                if body.kind == .write { #expect(after == [.integer(Int64(rows)), .null]) }
                rows += 1
            }
            let next = event.bytes.endIndex
            let isLastOfRun = body.kind == .update || rows == 20
            #expect(body.flags.contains(.statementEnd) == isLastOfRun, "\(next)")
        }
        #expect(rows == 21)
        #expect(before == [.integer(1), .null])
        #expect(after == [.integer(2), bytes("x")])
    }
}
