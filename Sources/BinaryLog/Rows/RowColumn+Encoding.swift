import Platform

/// Writes values in the carriers' forms as MySQL's row format. Values must have been coerced to their column before; one
/// that does not fit throws rather than being cut silently.
extension RowColumn {
    /// INTEGER carrier: integers, YEAR, ENUM, SET, BIT, TIME; also into FLOAT and DOUBLE.
    func encode(integer value: Int64, into writer: inout ByteWriter) throws(MalformedBytes) {
        switch kind {
        case .tiny: writer.write(UInt8(truncatingIfNeeded: value))
        case .short: writer.write(UInt16(truncatingIfNeeded: value))
        case .int24: writer.write(UInt64(bitPattern: value), width: 3)
        case .long: writer.write(UInt32(truncatingIfNeeded: value))
        case .longLong: writer.write(value)
        case .year:
            guard value == 0 || (value >= 1901 && value <= 2155) else { throw misfit("\(value)") }
            writer.write(UInt8(value == 0 ? 0 : value - 1900))
        case .enumeration, .set: writer.write(UInt64(bitPattern: value), width: Int(parameter))
        case .bit: writer.writeBigEndian(UInt64(bitPattern: value), width: (Int(parameter) + 7) / 8)
        case .time2:
            try TemporalCodec.encodeTime(microseconds: value, decimals: Int(parameter), into: &writer)
        case .float, .double: try encode(double: Double(value), into: &writer)
        case .newDecimal:
            try encode(bytes: Array(String(value).utf8)[...], into: &writer)
        case .date, .dateTime2, .timestamp2, .varchar, .string, .blob, .json, .geometry, .vector, .null:
            throw misfit("an integer")
        }
    }

    /// REAL carrier: FLOAT and DOUBLE.
    func encode(double value: Double, into writer: inout ByteWriter) throws(MalformedBytes) {
        switch kind {
        case .float: writer.write(Float(value).bitPattern)
        case .double: writer.write(value.bitPattern)
        default: throw misfit("a floating-point number")
        }
    }

    /// TEXT and BLOB carriers: strings, DECIMAL, DATE, DATETIME, TIMESTAMP, JSON, and unsigned numbers above Int64.max as
    /// eight bytes, high byte first.
    func encode(bytes: UnsafeRawBufferPointer, into writer: inout ByteWriter) throws(MalformedBytes) {
        switch kind {
        case .varchar, .string:
            guard bytes.count <= Int(parameter) else { throw misfit("\(bytes.count) bytes") }
            writer.write(UInt64(bytes.count), width: parameter > 255 ? 2 : 1)
            writer.write(bytes)
        case .blob, .geometry, .vector:
            let width = Int(parameter)
            guard UInt64(bytes.count) < 1 << UInt64(8 * width) else {
                throw misfit("\(bytes.count) bytes")
            }
            writer.write(UInt64(bytes.count), width: width)
            writer.write(bytes)
        case .json:
            let start = writer.count
            writer.write(UInt32(0))
            try JSONEncoding.encode(text: bytes, into: &writer)
            writer.patch(UInt64(writer.count - start - 4), width: 4, at: start)
        case .newDecimal:
            try DecimalCodec.encode(bytes, precision: precision, scale: scale, into: &writer)
        case .date: try TemporalCodec.encodeDate(bytes, into: &writer)
        case .dateTime2:
            try TemporalCodec.encodeDateTime(bytes, decimals: Int(parameter), into: &writer)
        case .timestamp2:
            try TemporalCodec.encodeTimestamp(bytes, decimals: Int(parameter), into: &writer)
        case .longLong, .bit, .set:
            guard bytes.count == 8 else { throw misfit("\(bytes.count) bytes") }
            let value = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
            try encode(integer: Int64(bitPattern: value), into: &writer)
        case .tiny, .short, .int24, .long, .float, .double, .year, .enumeration, .time2, .null:
            throw misfit("a string")
        }
    }

    /// The same from a slice.
    func encode(bytes: ArraySlice<UInt8>, into writer: inout ByteWriter) throws(MalformedBytes) {
        var failure: MalformedBytes?
        bytes.withUnsafeBytes { buffer in
            do throws(MalformedBytes) {
                try encode(bytes: buffer, into: &writer)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func misfit(_ what: String) -> MalformedBytes {
        MalformedBytes("\(what) for a column of type \(kind) (\(parameter))")
    }

    /// Reads one value.
    func decode(_ reader: inout ByteReader) throws(MalformedBytes) -> RowValue {
        switch kind {
        case .tiny:
            let value = try reader.readUInt8()
            return .integer(isUnsigned ? Int64(value) : Int64(Int8(bitPattern: value)))
        case .short:
            let value = try reader.readUInt16()
            return .integer(isUnsigned ? Int64(value) : Int64(Int16(bitPattern: value)))
        case .int24:
            let value = Int64(try reader.readUInt(width: 3))
            return .integer(isUnsigned || value < 0x80_0000 ? value : value - 0x100_0000)
        case .long:
            let value = try reader.readUInt32()
            return .integer(isUnsigned ? Int64(value) : Int64(Int32(bitPattern: value)))
        case .longLong:
            let value = try reader.readUInt64()
            return isUnsigned ? .number(value) : .integer(Int64(bitPattern: value))
        case .float: return .double(Double(Float(bitPattern: try reader.readUInt32())))
        case .double: return .double(Double(bitPattern: try reader.readUInt64()))
        case .year:
            let value = try reader.readUInt8()
            return .integer(value == 0 ? 0 : Int64(value) + 1900)
        case .enumeration, .set: return .number(try reader.readUInt(width: Int(parameter)))
        case .bit: return .number(try reader.readBigEndianUInt(width: (Int(parameter) + 7) / 8))
        case .time2: return .integer(try TemporalCodec.decodeTime(&reader, decimals: Int(parameter)))
        case .newDecimal:
            return .text(try DecimalCodec.decode(&reader, precision: precision, scale: scale)[...])
        case .date: return .text(try TemporalCodec.decodeDate(&reader)[...])
        case .dateTime2:
            return .text(try TemporalCodec.decodeDateTime(&reader, decimals: Int(parameter))[...])
        case .timestamp2:
            return .text(try TemporalCodec.decodeTimestamp(&reader, decimals: Int(parameter))[...])
        case .varchar, .string:
            let length = try reader.readUInt(width: parameter > 255 ? 2 : 1)
            return .bytes(try reader.readBytes(Int(length)))
        case .blob, .geometry, .vector:
            let length = try reader.readUInt(width: Int(parameter))
            return .bytes(try reader.readBytes(Int(length)))
        case .json:
            let length = try reader.readUInt(width: Int(parameter))
            return .text(try JSONEncoding.text(of: try reader.readBytes(Int(length)))[...])
        case .null: return .null
        }
    }
}
