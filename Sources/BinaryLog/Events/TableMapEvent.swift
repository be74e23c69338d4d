import Platform

/// Table_map (19): gives a table a number for the rows events after it, and says how its columns are laid out.
public struct TableMapEvent: EventBody, Hashable {
    /// 48 bits.
    public var tableID: UInt64
    public var flags: UInt16
    public var schema: [UInt8]
    public var table: [UInt8]
    public var columns: [RowColumn]
    /// Empty where the writer gave none.
    public var metadata: TableMetadata

    /// MySQL's limit of columns per table.
    public static let maximumColumns = 4096

    public init(
        tableID: UInt64, schema: [UInt8], table: [UInt8], columns: [RowColumn],
        metadata: TableMetadata = .init()
    ) {
        self.tableID = tableID
        flags = 1
        self.schema = schema
        self.table = table
        self.columns = columns
        self.metadata = metadata
    }

    public var type: EventType { .tableMap }

    public func encode(into writer: inout ByteWriter) {
        writer.write(tableID, width: 6)
        writer.write(flags)
        writer.write(lengthEncoded: schema)
        writer.write(UInt8(0))
        writer.write(lengthEncoded: table)
        writer.write(UInt8(0))
        writer.write(lengthEncoded: UInt64(columns.count))
        for column in columns { writer.write(column.wireType) }
        var parameters = ByteWriter()
        for column in columns { column.encodeParameter(into: &parameters) }
        writer.write(lengthEncoded: parameters.bytes)
        var nullable = ColumnBitmap(count: columns.count, all: false)
        for (index, column) in columns.enumerated() where column.isNullable { nullable[index] = true }
        writer.write(nullable.bytes)
        metadata.encode(columns: columns, into: &writer)
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        tableID = try reader.readUInt(width: 6)
        flags = try reader.readUInt16()
        schema = Array(try reader.readLengthEncodedBytes())
        try reader.skip(1)
        table = Array(try reader.readLengthEncodedBytes())
        try reader.skip(1)
        let count = try reader.readLengthEncodedInteger()
        guard count <= UInt64(TableMapEvent.maximumColumns) else {
            throw MalformedBytes("a table of \(count) columns")
        }
        let types = try reader.readBytes(Int(count))
        var parameters = ByteReader(try reader.readLengthEncodedBytes())
        columns = []
        columns.reserveCapacity(types.count)
        for type in types { columns.append(try RowColumn(wireType: type, parameters: &parameters)) }
        let nullable = try ColumnBitmap(decoding: &reader, count: types.count)
        for index in columns.indices { columns[index].isNullable = nullable[index] }
        metadata = try TableMetadata(decoding: &reader, columns: &columns)
    }
}

extension RowColumn {
    /// The type byte in a Table_map event: ENUM and SET hide behind STRING there.
    var wireType: UInt8 {
        isEnumerationOrSet ? Kind.string.rawValue : kind.rawValue
    }

    /// Writes the type's metadata, 0 to 2 bytes.
    func encodeParameter(into writer: inout ByteWriter) {
        switch kind {
        case .float: writer.write(UInt8(4))
        case .double: writer.write(UInt8(8))
        case .varchar: writer.write(parameter)
        case .bit:
            writer.write(UInt8(parameter & 7))
            writer.write(UInt8(truncatingIfNeeded: parameter >> 3))
        case .timestamp2, .dateTime2, .time2, .blob, .json, .geometry, .vector:
            writer.write(UInt8(truncatingIfNeeded: parameter))
        case .newDecimal:
            writer.write(UInt8(parameter >> 8))
            writer.write(UInt8(parameter & 0xFF))
        case .enumeration, .set:
            writer.write(kind.rawValue)
            writer.write(UInt8(truncatingIfNeeded: parameter))
        case .string:
            // Bits 8 and 9 of the length, inverted, stand in bits 4 and 5 of the type byte.
            writer.write(Kind.string.rawValue ^ UInt8(truncatingIfNeeded: (parameter & 0x300) >> 4))
            writer.write(UInt8(truncatingIfNeeded: parameter))
        case .tiny, .short, .long, .longLong, .int24, .date, .year, .null: break
        }
    }

    init(wireType: UInt8, parameters: inout ByteReader) throws(MalformedBytes) {
        guard let kind = Kind(rawValue: wireType) else {
            throw MalformedBytes("a column of type \(wireType)")
        }
        self.init(kind)
        switch kind {
        case .float, .double: try parameters.skip(1)
        case .varchar: parameter = try parameters.readUInt16()
        case .bit:
            let bits = try parameters.readUInt8()
            let bytes = try parameters.readUInt8()
            parameter = UInt16(bytes) * 8 + UInt16(bits)
            guard bits < 8 && parameter >= 1 && parameter <= 64 else {
                throw MalformedBytes("BIT(\(parameter))")
            }
        case .timestamp2, .dateTime2, .time2:
            parameter = UInt16(try parameters.readUInt8())
            guard parameter <= 6 else { throw MalformedBytes("\(parameter) fractional digits") }
        case .blob, .json, .geometry, .vector:
            parameter = UInt16(try parameters.readUInt8())
            guard parameter >= 1 && parameter <= 4 else {
                throw MalformedBytes("a BLOB length of \(parameter) bytes")
            }
        case .newDecimal:
            parameter = UInt16(try parameters.readUInt8()) << 8
            parameter |= UInt16(try parameters.readUInt8())
            guard precision >= 1 && precision <= 65 && scale <= 30 && scale <= precision else {
                throw MalformedBytes("DECIMAL(\(precision),\(scale))")
            }
        case .string, .enumeration, .set:
            let first = try parameters.readUInt8()
            let second = try parameters.readUInt8()
            if first == Kind.enumeration.rawValue || first == Kind.set.rawValue {
                self.kind = first == Kind.set.rawValue ? .set : .enumeration
                parameter = UInt16(second)
                guard parameter >= 1 && parameter <= 8 else {
                    throw MalformedBytes("an ENUM or SET of \(parameter) bytes")
                }
            } else {
                // ENUM and SET hide behind STRING: one that does not has no size.
                guard kind == .string else { throw MalformedBytes("an ENUM or SET without its size") }
                parameter = UInt16(~first & 0x30) << 4 | UInt16(second)
            }
        case .tiny, .short, .long, .longLong, .int24, .date, .year, .null: break
        }
    }
}
