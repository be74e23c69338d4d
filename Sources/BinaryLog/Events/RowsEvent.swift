import Platform

/// Write_rows, Update_rows and Delete_rows (30, 31, 32, version 2): changed rows of one table.
public struct RowsEvent: EventBody, Hashable {
    public enum Kind: UInt8, Sendable {
        case write = 30
        case update = 31
        case delete = 32

        public var hasBefore: Bool { self != .write }
        public var hasAfter: Bool { self != .delete }
    }

    /// Bits of the event's flags.
    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The statement's last rows event: table numbers may be forgotten after it.
        public static let statementEnd = Flags(rawValue: 1)
        /// The statement ran with foreign_key_checks = 0.
        public static let noForeignKeyChecks = Flags(rawValue: 2)
        public static let relaxedUniqueChecks = Flags(rawValue: 4)
        public static let completeRows = Flags(rawValue: 8)
        /// Foreign keys' cascades were carried out by SQL and are events of their own (MySQL 9.6 and later), so an
        /// applier must not cascade again.
        public static let foreignKeysBySQL = Flags(rawValue: 16)
    }

    public var kind: Kind
    /// As in the Table_map event before it.
    public var tableID: UInt64
    public var flags: Flags
    /// Partition and NDB information; not looked into.
    public var extraData: [UInt8]
    /// Columns that a before image (of a write: the one image) has.
    public var columns: ColumnBitmap
    /// Columns that an update's after image has; equal to ``columns`` otherwise.
    public var columnsAfter: ColumnBitmap
    /// The images one after the other, read with ``RowImageReader``.
    public var rows: ArraySlice<UInt8>

    public init(
        kind: Kind, tableID: UInt64, columnCount: Int, rows: ArraySlice<UInt8>, flags: Flags = []
    ) {
        self.kind = kind
        self.tableID = tableID
        self.flags = flags
        extraData = []
        columns = ColumnBitmap(count: columnCount, all: true)
        columnsAfter = columns
        self.rows = rows
    }

    public var type: EventType { EventType(rawValue: kind.rawValue) }

    public func encode(into writer: inout ByteWriter) {
        encodeHead(into: &writer)
        writer.write(rows)
    }

    /// Everything before the rows.
    func encodeHead(into writer: inout ByteWriter) {
        writer.write(tableID, width: 6)
        writer.write(flags.rawValue)
        writer.write(UInt16(clamping: extraData.count + 2))
        writer.write(extraData.prefix(Int(UInt16.max) - 2))
        writer.write(lengthEncoded: UInt64(columns.count))
        writer.write(columns.bytes)
        if kind == .update { writer.write(columnsAfter.bytes) }
    }

    public init(decoding reader: inout ByteReader, type: EventType) throws(MalformedBytes) {
        guard let kind = Kind(rawValue: type.rawValue) else {
            throw MalformedBytes("a rows event of type \(type.rawValue)")
        }
        self.kind = kind
        tableID = try reader.readUInt(width: 6)
        flags = Flags(rawValue: try reader.readUInt16())
        let extraLength = Int(try reader.readUInt16())
        guard extraLength >= 2 else { throw MalformedBytes("\(extraLength) bytes of extra row data") }
        extraData = Array(try reader.readBytes(extraLength - 2))
        let count = try reader.readLengthEncodedInteger()
        guard count <= UInt64(TableMapEvent.maximumColumns) else {
            throw MalformedBytes("rows of \(count) columns")
        }
        columns = try ColumnBitmap(decoding: &reader, count: Int(count))
        columnsAfter =
            kind == .update ? try ColumnBitmap(decoding: &reader, count: Int(count)) : columns
        rows = reader.readRest()
    }
}
