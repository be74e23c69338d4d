import Platform

// Values arrive as carriers (MySQLTypes.Carrier) and leave in the form of the column's type: the text protocol's
// length-encoded text or the binary protocol's fixed widths.
extension ResultWriter {
    private static let anyShape = Shape(
        type: .varString, flags: [], decimals: 0, length: 0, collation: 63, isText: false)

    /// The shape of the column to be written; a surplus value is written as text, so that nothing traps.
    @inline(__always)
    private func nextShape() -> Shape {
        defer { column += 1 }
        return column < shapes.count ? shapes[column] : Self.anyShape
    }

    public func writeNull() {
        if encoding == .text {
            packets.write(UInt8(0xFB))
        } else if column < shapes.count {
            let bit = column + 2
            packets.setPayloadBit(bit & 7, at: 1 + bit >> 3)
        }
        column += 1
    }

    /// An integer of any width; also YEAR, BIT, and TIME as microseconds.
    public func writeInteger(_ value: Int64) {
        let shape = nextShape()
        switch shape.type {
        case .time, .time2:
            write(time: value, decimals: shape.decimals)
        case .bit:
            write(bits: UInt64(bitPattern: value), shape)
        case .longLong, .long, .int24, .short, .tiny, .year:
            if encoding == .text {
                if shape.flags.contains(.zeroFill) || shape.type == .year {
                    writePadded(value, width: shape.type == .year ? 4 : shape.length)
                } else {
                    packets.write(lengthEncodedDecimal: value)
                }
            } else {
                write(binaryInteger: value, shape.type)
            }
        case .float where encoding == .binary:
            packets.write(Float(value).bitPattern)
        case .double where encoding == .binary:
            packets.write(Double(value).bitPattern)
        case .date, .newDate, .dateTime, .timestamp, .dateTime2, .timestamp2:
            writeTemporal(text: Array(String(value).utf8), shape)
        default:
            packets.write(lengthEncodedDecimal: value)
        }
    }

    /// A BIGINT UNSIGNED; also BIT and SET masks.
    public func writeUnsigned(_ value: UInt64) {
        if value <= UInt64(Int64.max) { return writeInteger(Int64(value)) }
        let shape = nextShape()
        switch shape.type {
        case .bit:
            write(bits: value, shape)
        case .longLong, .long, .int24, .short, .tiny, .year:
            if encoding == .text {
                packets.write(lengthEncodedDecimal: value)
            } else {
                write(binaryInteger: Int64(bitPattern: value), shape.type)
            }
        case .float where encoding == .binary:
            packets.write(Float(value).bitPattern)
        case .double where encoding == .binary:
            packets.write(Double(value).bitPattern)
        case .time, .time2:
            write(time: 0, decimals: shape.decimals)
        default:
            packets.write(lengthEncodedDecimal: value)
        }
    }

    /// A FLOAT or DOUBLE, with the column's fixed number of decimals if it has one.
    public func writeDouble(_ value: Double) {
        let shape = nextShape()
        if encoding == .binary {
            switch shape.type {
            case .double: return packets.write(value.bitPattern)
            case .float: return packets.write(Float(value).bitPattern)
            case .longLong, .long, .int24, .short, .tiny, .year:
                return write(binaryInteger: Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max), shape.type)
            case .date, .newDate, .dateTime, .timestamp, .dateTime2, .timestamp2:
                return writeTemporal(text: [], shape)
            case .time, .time2:
                return write(time: 0, decimals: 0)
            default: break
            }
        }
        let isFloatingPoint = shape.type == .double || shape.type == .float
        let text =
            isFloatingPoint && shape.decimals < Int(ColumnMetadata.notFixedDecimals)
            ? NumberText.fixed(value, decimals: shape.decimals)
            : shape.type == .float ? NumberText.shortest(Float(value)) : NumberText.shortest(value)
        packets.write(lengthEncoded: text)
    }

    /// A string, binary string, DECIMAL, DATE, DATETIME, TIMESTAMP, ENUM, SET or JSON in its text form.
    public func writeBytes(_ bytes: UnsafeRawBufferPointer) {
        let shape = nextShape()
        if let encodeText, shape.isText, let encoded = encodeText(bytes, shape.collation) {
            return packets.write(lengthEncoded: encoded)
        }
        if encoding == .text { return packets.write(lengthEncoded: bytes) }
        switch shape.type {
        case .date, .newDate, .dateTime, .timestamp, .dateTime2, .timestamp2:
            writeTemporal(text: bytes, shape)
        case .time, .time2:
            write(time: TemporalText.microseconds(ofTime: bytes), decimals: 6)
        case .longLong, .long, .int24, .short, .tiny, .year:
            let text = String(decoding: bytes, as: UTF8.self)
            write(binaryInteger: Int64(text) ?? UInt64(text).map { Int64(bitPattern: $0) } ?? 0, shape.type)
        case .double:
            packets.write((Double(String(decoding: bytes, as: UTF8.self)) ?? 0).bitPattern)
        case .float:
            packets.write((Float(String(decoding: bytes, as: UTF8.self)) ?? 0).bitPattern)
        default:
            packets.write(lengthEncoded: bytes)
        }
    }

    public func writeBytes(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { writeBytes($0) }
    }

    public func writeBytes(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { writeBytes($0) }
    }

    public func writeString(_ text: String) {
        var text = text
        text.withUTF8 { writeBytes(UnsafeRawBufferPointer($0)) }
    }

    // MARK: Forms

    private func write(binaryInteger value: Int64, _ type: ColumnType) {
        switch type {
        case .tiny: packets.write(UInt8(truncatingIfNeeded: value))
        case .short, .year: packets.write(UInt16(truncatingIfNeeded: value))
        case .long, .int24: packets.write(UInt32(truncatingIfNeeded: value))
        default: packets.write(UInt64(bitPattern: value))
        }
    }

    /// BIT(n): its bytes, high byte first, in both protocols.
    private func write(bits value: UInt64, _ shape: Shape) {
        let width = max(1, min(8, (shape.length + 7) / 8))
        packets.write(UInt8(width))
        for index in 0..<width {
            packets.write(UInt8(truncatingIfNeeded: value >> UInt64(8 * (width - 1 - index))))
        }
    }

    private func writePadded(_ value: Int64, width: Int) {
        let digits = String(value)
        let zeros = max(0, min(width, 255) - digits.utf8.count)
        packets.write(lengthEncoded: UInt64(zeros + digits.utf8.count))
        for _ in 0..<zeros { packets.write(UInt8(ascii: "0")) }
        packets.write(utf8: digits)
    }

    private func write(time microseconds: Int64, decimals: Int) {
        guard encoding == .binary else {
            return packets.write(lengthEncoded: TemporalText.time(microseconds: microseconds, decimals: decimals))
        }
        guard microseconds != 0 else { return packets.write(UInt8(0)) }
        let magnitude = microseconds.magnitude
        let fraction = UInt32(magnitude % 1_000_000)
        let seconds = magnitude / 1_000_000
        packets.write(UInt8(fraction == 0 ? 8 : 12))
        packets.write(UInt8(microseconds < 0 ? 1 : 0))
        packets.write(UInt32(truncatingIfNeeded: seconds / 86_400))
        packets.write(UInt8(seconds % 86_400 / 3600))
        packets.write(UInt8(seconds % 3600 / 60))
        packets.write(UInt8(seconds % 60))
        if fraction != 0 { packets.write(fraction) }
    }

    private func writeTemporal(text bytes: some Collection<UInt8>, _ shape: Shape) {
        guard encoding == .binary else { return packets.write(lengthEncoded: Array(bytes)) }
        let parts = TemporalText.parts(ofDateTime: bytes)
        let isDate = shape.type == .date || shape.type == .newDate
        let hasTime = !isDate && (parts.hour != 0 || parts.minute != 0 || parts.second != 0)
        let hasFraction = !isDate && parts.microsecond != 0
        let hasDate = parts.year != 0 || parts.month != 0 || parts.day != 0
        guard hasDate || hasTime || hasFraction else { return packets.write(UInt8(0)) }
        packets.write(UInt8(hasFraction ? 11 : hasTime ? 7 : 4))
        packets.write(UInt16(truncatingIfNeeded: parts.year))
        packets.write(UInt8(truncatingIfNeeded: parts.month))
        packets.write(UInt8(truncatingIfNeeded: parts.day))
        guard hasTime || hasFraction else { return }
        packets.write(UInt8(truncatingIfNeeded: parts.hour))
        packets.write(UInt8(truncatingIfNeeded: parts.minute))
        packets.write(UInt8(truncatingIfNeeded: parts.second))
        if hasFraction { packets.write(UInt32(truncatingIfNeeded: parts.microsecond)) }
    }
}
