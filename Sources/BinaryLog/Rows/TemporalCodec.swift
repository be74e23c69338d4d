import Platform

/// DATE, TIME2, DATETIME2 and TIMESTAMP2 in the row format, to and from the carriers' text and microseconds.
enum TemporalCodec {
    /// The parts of `YYYY-MM-DD[ hh:mm:ss[.ffffff]]`.
    private struct Parts {
        var year: Int64 = 0
        var month: Int64 = 0
        var day: Int64 = 0
        var hour: Int64 = 0
        var minute: Int64 = 0
        var second: Int64 = 0
        var microsecond: Int64 = 0

        init() {}

        init(_ text: UnsafeRawBufferPointer, hasTime: Bool) throws(MalformedBytes) {
            let malformed = MalformedBytes("a temporal value that is not in its canonical form")
            guard text.count == (hasTime ? max(19, text.count) : 10), text.count <= 26 else {
                throw malformed
            }
            func number(_ from: Int, _ count: Int) -> Int64? {
                var value: Int64 = 0
                for index in from..<from + count {
                    guard text[index] >= 0x30 && text[index] <= 0x39 else { return nil }
                    value = value * 10 + Int64(text[index] - 0x30)
                }
                return value
            }
            guard let year = number(0, 4), text[4] == 0x2D, let month = number(5, 2), text[7] == 0x2D,
                let day = number(8, 2), month <= 12, day <= 31
            else { throw malformed }
            (self.year, self.month, self.day) = (year, month, day)
            guard hasTime else { return }
            guard text[10] == 0x20 || text[10] == 0x54, let hour = number(11, 2), text[13] == 0x3A,
                let minute = number(14, 2), text[16] == 0x3A, let second = number(17, 2), hour <= 23,
                minute <= 59,
                second <= 59
            else { throw malformed }
            (self.hour, self.minute, self.second) = (hour, minute, second)
            guard text.count > 19 else { return }
            guard text[19] == 0x2E, text.count > 20, var fraction = number(20, text.count - 20) else {
                throw malformed
            }
            for _ in text.count - 20..<6 { fraction *= 10 }
            microsecond = fraction
        }

        func text(hasTime: Bool, decimals: Int) -> [UInt8] {
            var text: [UInt8] = []
            text.reserveCapacity(26)
            func append(_ value: Int64, _ width: Int) {
                var divisor: Int64 = 1
                for _ in 1..<width { divisor *= 10 }
                var rest = value
                for _ in 0..<width {
                    text.append(0x30 + UInt8(rest / divisor % 10))
                    rest %= divisor
                    divisor = max(1, divisor / 10)
                }
            }
            append(year, 4)
            text.append(0x2D)
            append(month, 2)
            text.append(0x2D)
            append(day, 2)
            guard hasTime else { return text }
            text.append(0x20)
            append(hour, 2)
            text.append(0x3A)
            append(minute, 2)
            text.append(0x3A)
            append(second, 2)
            if decimals > 0 {
                text.append(0x2E)
                append(microsecond, 6)
                text.removeLast(6 - decimals)
            }
            return text
        }
    }

    static func encodeDate(_ text: UnsafeRawBufferPointer, into writer: inout ByteWriter)
        throws(MalformedBytes)
    {
        let parts = try Parts(text, hasTime: false)
        writer.write(UInt64(parts.day | parts.month << 5 | parts.year << 9), width: 3)
    }

    static func decodeDate(_ reader: inout ByteReader) throws(MalformedBytes) -> [UInt8] {
        let value = Int64(try reader.readUInt(width: 3))
        var parts = Parts()
        (parts.day, parts.month, parts.year) = (value & 31, value >> 5 & 15, value >> 9)
        guard parts.month <= 12 && parts.year <= 9999 else {
            throw MalformedBytes("a DATE out of range")
        }
        return parts.text(hasTime: false, decimals: 0)
    }

    static func encodeDateTime(
        _ text: UnsafeRawBufferPointer, decimals: Int, into writer: inout ByteWriter
    ) throws(MalformedBytes) {
        let parts = try Parts(text, hasTime: true)
        let date = (parts.year * 13 + parts.month) << 5 | parts.day
        let packed = date << 17 | parts.hour << 12 | parts.minute << 6 | parts.second
        writer.writeBigEndian(UInt64(packed + 0x80_0000_0000), width: 5)
        writeFraction(parts.microsecond, decimals: decimals, into: &writer)
    }

    static func decodeDateTime(_ reader: inout ByteReader, decimals: Int) throws(MalformedBytes)
        -> [UInt8]
    {
        let packed = Int64(try reader.readBigEndianUInt(width: 5)) - 0x80_0000_0000
        guard packed >= 0 else { throw MalformedBytes("a DATETIME out of range") }
        var parts = Parts()
        let yearMonth = packed >> 22
        (parts.year, parts.month, parts.day) = (yearMonth / 13, yearMonth % 13, packed >> 17 & 31)
        (parts.hour, parts.minute, parts.second) = (packed >> 12 & 31, packed >> 6 & 63, packed & 63)
        guard parts.year <= 9999 && parts.hour <= 23 && parts.minute <= 59 && parts.second <= 59 else {
            throw MalformedBytes("a DATETIME out of range")
        }
        parts.microsecond = try readFraction(&reader, decimals: decimals)
        return parts.text(hasTime: true, decimals: decimals)
    }

    static func encodeTimestamp(
        _ text: UnsafeRawBufferPointer, decimals: Int, into writer: inout ByteWriter
    ) throws(MalformedBytes) {
        let parts = try Parts(text, hasTime: true)
        var seconds: Int64 = 0
        if parts.month > 0 && parts.day > 0 {
            seconds =
                days(year: parts.year, month: parts.month, day: parts.day) * 86400 + parts.hour * 3600
                + parts.minute * 60 + parts.second
        }
        guard seconds >= 0 && seconds <= Int64(UInt32.max) else {
            throw MalformedBytes("a TIMESTAMP out of range")
        }
        writer.writeBigEndian(UInt64(seconds), width: 4)
        writeFraction(parts.microsecond, decimals: decimals, into: &writer)
    }

    static func decodeTimestamp(_ reader: inout ByteReader, decimals: Int) throws(MalformedBytes)
        -> [UInt8]
    {
        let seconds = Int64(try reader.readBigEndianUInt(width: 4))
        var parts = Parts()
        parts.microsecond = try readFraction(&reader, decimals: decimals)
        if seconds > 0 || parts.microsecond > 0 {
            let (year, month, day) = civil(days: seconds / 86400)
            let time = seconds % 86400
            (parts.year, parts.month, parts.day) = (year, month, day)
            (parts.hour, parts.minute, parts.second) = (time / 3600, time / 60 % 60, time % 60)
        }
        return parts.text(hasTime: true, decimals: decimals)
    }

    static func encodeTime(
        microseconds: Int64, decimals: Int, into writer: inout ByteWriter
    ) throws(MalformedBytes) {
        guard microseconds.magnitude < 839 * 3_600_000_000 else {
            throw MalformedBytes("a TIME out of range")
        }
        let total = Int64(microseconds.magnitude)
        let seconds = total / 1_000_000
        let hms = (seconds / 3600) << 12 | (seconds / 60 % 60) << 6 | seconds % 60
        let packed = (hms << 24 | total % 1_000_000) * (microseconds < 0 ? -1 : 1)
        // The fraction of a negative value is negative too, and stored modulo its width.
        let fraction = packed % (1 << 24)
        if decimals >= 5 {
            writer.writeBigEndian(UInt64(packed + 0x8000_0000_0000), width: 6)
            return
        }
        let whole = decimals == 0 ? (hms * (microseconds < 0 ? -1 : 1)) : packed >> 24
        writer.writeBigEndian(UInt64(whole + 0x80_0000), width: 3)
        switch decimals {
        case 1, 2: writer.write(UInt8(truncatingIfNeeded: fraction / 10_000))
        case 3, 4:
            writer.writeBigEndian(UInt64(UInt16(truncatingIfNeeded: fraction / 100)), width: 2)
        default: break
        }
    }

    static func decodeTime(_ reader: inout ByteReader, decimals: Int) throws(MalformedBytes) -> Int64 {
        var packed: Int64
        if decimals >= 5 {
            packed = Int64(try reader.readBigEndianUInt(width: 6)) - 0x8000_0000_0000
        } else {
            var whole = Int64(try reader.readBigEndianUInt(width: 3)) - 0x80_0000
            var fraction: Int64 = 0
            switch decimals {
            case 1, 2:
                fraction = Int64(try reader.readUInt8())
                if whole < 0 && fraction != 0 {
                    whole += 1
                    fraction -= 0x100
                }
                fraction *= 10_000
            case 3, 4:
                fraction = Int64(try reader.readBigEndianUInt(width: 2))
                if whole < 0 && fraction != 0 {
                    whole += 1
                    fraction -= 0x1_0000
                }
                fraction *= 100
            default: break
            }
            packed = whole << 24 + fraction
        }
        let isNegative = packed < 0
        packed = abs(packed)
        let hms = packed >> 24
        let seconds = (hms >> 12) * 3600 + (hms >> 6 & 63) * 60 + (hms & 63)
        let microseconds = seconds * 1_000_000 + packed & 0xFF_FFFF
        return isNegative ? -microseconds : microseconds
    }

    private static func writeFraction(
        _ microsecond: Int64, decimals: Int, into writer: inout ByteWriter
    ) {
        switch decimals {
        case 1, 2: writer.write(UInt8(microsecond / 10_000))
        case 3, 4: writer.writeBigEndian(UInt64(microsecond / 100), width: 2)
        case 5, 6: writer.writeBigEndian(UInt64(microsecond), width: 3)
        default: break
        }
    }

    private static func readFraction(_ reader: inout ByteReader, decimals: Int) throws(MalformedBytes)
        -> Int64
    {
        let microsecond: Int64
        switch decimals {
        case 1, 2: microsecond = Int64(try reader.readUInt8()) * 10_000
        case 3, 4: microsecond = Int64(try reader.readBigEndianUInt(width: 2)) * 100
        case 5, 6: microsecond = Int64(try reader.readBigEndianUInt(width: 3))
        default: microsecond = 0
        }
        guard microsecond < 1_000_000 else {
            throw MalformedBytes("a fraction of a second out of range")
        }
        return microsecond
    }

    /// Days from 1970-01-01 of a proleptic Gregorian date.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}
