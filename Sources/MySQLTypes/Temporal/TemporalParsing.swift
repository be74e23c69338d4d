/// What `sql_mode` and the place of use allow in a date.
public struct DateRules: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Refuse 0000-00-00.
    public static let noZeroDate = DateRules(rawValue: 1)
    /// Refuse 2024-00-01 and 2024-01-00.
    public static let noZeroInDate = DateRules(rawValue: 2)
    /// Accept 2024-02-31.
    public static let allowInvalidDates = DateRules(rawValue: 4)
    /// Cut fractional digits instead of rounding (TIME_TRUNCATE_FRACTIONAL).
    public static let truncateFraction = DateRules(rawValue: 8)
}

/// Dates and times out of strings and numbers, in all the forms that MySQL reads.
public enum TemporalParsing {
    /// A date or datetime as read.
    public struct ParsedDateTime: Sendable {
        public var value: DateTime
        /// What lies below a microsecond.
        public var nanoseconds: Int
        /// There was a time part.
        public var hasTime: Bool
        /// Fractional digits given, at most 6.
        public var decimals: Int
        /// A time zone offset in seconds at the end.
        public var offsetSeconds: Int?
        /// Something was left over: a warning (or error 1292 in strict mode), the value stands.
        public var isTruncated: Bool
        /// A delimiter that is deprecated.
        public var hasOddDelimiter: Bool
    }

    /// Whether the fields make a date under `rules`.
    public static func isValid(_ value: DateTime, _ rules: DateRules) -> Bool {
        if value.isZeroDate { return !rules.contains(.noZeroDate) }
        if value.month > 12 || value.day > 31 { return false }
        if value.hasZeroInDate { return !rules.contains(.noZeroInDate) }
        return rules.contains(.allowInvalidDates) || value.day <= DateTime.daysIn(month: value.month, year: value.year)
    }

    /// Reads a date with or without a time; nil when it is none, or none that `rules` allow.
    public static func dateTime(_ bytes: UnsafeBufferPointer<UInt8>, _ rules: DateRules) -> ParsedDateTime? {
        if let exact = DateTime(carrier: bytes), isValid(exact, rules), exact.hour < 24, exact.minute < 60,
            exact.second < 60
        {
            return ParsedDateTime(
                value: exact, nanoseconds: 0, hasTime: bytes.count > 10, decimals: max(0, bytes.count - 20),
                offsetSeconds: nil, isTruncated: false, hasOddDelimiter: false)
        }
        var reader = FieldReader(bytes)
        reader.skipSpaces()
        guard reader.isDigit else { return nil }
        // A run of digits alone is YYYYMMDDhhmmss and its shorter forms.
        let start = reader.index
        var end = start
        while end < bytes.count, bytes[end].isDigit { end += 1 }
        let run = end - start
        var result = ParsedDateTime(
            value: DateTime(), nanoseconds: 0, hasTime: false, decimals: 0, offsetSeconds: nil, isTruncated: false,
            hasOddDelimiter: false)
        var twoDigitYear = false
        if end == bytes.count || bytes[end] == UInt8(ascii: ".") && run >= 8 || run >= 6 && !bytes[end].isPunctuation {
            guard run >= 4 || end == bytes.count && run >= 3 else { return nil }
            let yearDigits = run == 4 || run == 8 || run >= 14 ? 4 : 2
            twoDigitYear = yearDigits == 2
            result.value.year = reader.number(yearDigits)
            result.value.month = reader.number(2)
            result.value.day = reader.number(2)
            if run > yearDigits + 4 {
                result.hasTime = true
                result.value.hour = reader.number(2)
                result.value.minute = reader.number(2)
                result.value.second = reader.number(2)
            }
        } else {
            twoDigitYear = run <= 2
            guard run <= 4 else { return nil }
            result.value.year = reader.number(4)
            guard reader.skipDelimiter(&result.hasOddDelimiter), reader.isDigit else { return nil }
            result.value.month = reader.number(2)
            guard reader.skipDelimiter(&result.hasOddDelimiter), reader.isDigit else { return nil }
            result.value.day = reader.number(2)
            if reader.index < bytes.count {
                let beforeTime = reader.index
                if bytes[reader.index] | 0x20 == UInt8(ascii: "t") && reader.index + 1 < bytes.count
                    && bytes[reader.index + 1].isDigit
                {
                    reader.index += 1
                } else {
                    reader.skipSpaces()
                    if reader.index == beforeTime && reader.index < bytes.count && bytes[reader.index].isPunctuation {
                        _ = reader.skipDelimiter(&result.hasOddDelimiter)
                    }
                }
                if reader.isDigit {
                    result.hasTime = true
                    result.value.hour = reader.number(2)
                    if reader.index < bytes.count, bytes[reader.index].isPunctuation, reader.index + 1 < bytes.count,
                        bytes[reader.index + 1].isDigit, bytes[reader.index] != UInt8(ascii: "+"),
                        bytes[reader.index] != UInt8(ascii: "-")
                    {
                        reader.index += 1
                        result.value.minute = reader.number(2)
                        if reader.index < bytes.count, bytes[reader.index].isPunctuation,
                            reader.index + 1 < bytes.count, bytes[reader.index + 1].isDigit,
                            bytes[reader.index] != UInt8(ascii: "+"), bytes[reader.index] != UInt8(ascii: "-")
                        {
                            reader.index += 1
                            result.value.second = reader.number(2)
                        }
                    }
                } else {
                    reader.index = beforeTime
                }
            }
        }
        if reader.index < bytes.count, bytes[reader.index] == UInt8(ascii: "."), result.hasTime {
            reader.index += 1
            (result.value.microsecond, result.nanoseconds, result.decimals) = reader.fraction()
        }
        if result.hasTime, let offset = reader.offset() { result.offsetSeconds = offset }
        if twoDigitYear && !(result.value.year == 0 && result.value.month == 0 && result.value.day == 0) {
            result.value.year += result.value.year < 70 ? 2000 : 1900
        }
        guard result.value.hour < 24, result.value.minute < 60, result.value.second < 60 else { return nil }
        guard isValid(result.value, rules) else { return nil }
        if result.value.hasTime && result.value.isZeroDate && rules.contains(.noZeroDate) { return nil }
        reader.skipSpaces()
        result.isTruncated = reader.index < bytes.count
        return result
    }

    /// A time as read.
    public struct ParsedTime: Sendable {
        public var microseconds: Int
        public var nanoseconds: Int
        public var decimals: Int
        public var isTruncated: Bool
        /// It was a whole datetime.
        public var hasDate = false
        /// Beyond 838:59:59: the value is limited.
        public var isOutOfRange: Bool
    }

    /// Reads `[-][D ]hh:mm:ss[.f]`, `hh:mm`, `hhmmss`, or the time of a whole datetime; nil when it is none.
    public static func time(_ bytes: UnsafeBufferPointer<UInt8>) -> ParsedTime? {
        var reader = FieldReader(bytes)
        reader.skipSpaces()
        var isNegative = false
        if reader.index < bytes.count, bytes[reader.index] == UInt8(ascii: "-") {
            isNegative = true
            reader.index += 1
        }
        guard reader.index < bytes.count else { return nil }
        // A full datetime?
        if bytes.count - reader.index >= 12, !isNegative {
            let rest = UnsafeBufferPointer(rebasing: bytes[reader.index...])
            if rest.prefix(4).allSatisfy(\.isDigit), rest.count > 4,
                rest[4].isPunctuation && rest[4] != UInt8(ascii: ":") && rest[4] != UInt8(ascii: ".")
                    || rest.prefix(14).count == 14 && rest.prefix(14).allSatisfy(\.isDigit)
            {
                guard let parsed = dateTime(rest, []) else { return nil }
                return ParsedTime(
                    microseconds: parsed.value.timeOfDayMicroseconds, nanoseconds: parsed.nanoseconds,
                    decimals: parsed.decimals, isTruncated: parsed.isTruncated, hasDate: true, isOutOfRange: false)
            }
        }
        guard reader.isDigit || bytes[reader.index] == UInt8(ascii: ".") else { return nil }
        var fields: [Int] = []
        var days = 0
        var first = reader.number(20)
        if reader.index < bytes.count, bytes[reader.index] == UInt8(ascii: " ") {
            let mark = reader.index
            reader.skipSpaces()
            if reader.isDigit {
                days = first
                first = reader.number(20)
                fields = [first]
            } else {
                reader.index = mark
            }
        }
        let hasDays = !fields.isEmpty
        if !hasDays { fields = [first] }
        while fields.count < 3, reader.index + 1 < bytes.count, bytes[reader.index] == UInt8(ascii: ":"),
            bytes[reader.index + 1].isDigit
        {
            reader.index += 1
            fields.append(reader.number(20))
        }
        var hour = 0
        var minute = 0
        var second = 0
        if fields.count > 1 || hasDays {
            hour = fields[0]
            minute = fields.count > 1 ? fields[1] : 0
            second = fields.count > 2 ? fields[2] : 0
        } else {
            // hhmmss
            hour = fields[0] / 10000
            minute = fields[0] / 100 % 100
            second = fields[0] % 100
        }
        var result = ParsedTime(microseconds: 0, nanoseconds: 0, decimals: 0, isTruncated: false, isOutOfRange: false)
        var microsecond = 0
        if reader.index < bytes.count, bytes[reader.index] == UInt8(ascii: ".") {
            reader.index += 1
            (microsecond, result.nanoseconds, result.decimals) = reader.fraction()
        }
        guard minute < 60, second < 60 else { return nil }
        reader.skipSpaces()
        result.isTruncated = reader.index < bytes.count
        let hours = min(hour + min(days, 100_000) * 24, 10_000_000)
        var value = ((hours * 60 + minute) * 60 + second) * 1_000_000 + microsecond
        if value > TimeValue.maxMicroseconds {
            value = TimeValue.maxMicroseconds
            result.isOutOfRange = true
            result.nanoseconds = 0
        }
        result.microseconds = isNegative ? -value : value
        return result
    }

    /// A number as a date: YYYYMMDD, YYMMDD, YYYYMMDDhhmmss, YYMMDDhhmmss.
    public static func dateTime(number: Int, _ rules: DateRules) -> (value: DateTime, hasTime: Bool)? {
        var number = number
        if number == 0 { return rules.contains(.noZeroDate) ? nil : (DateTime(), false) }
        guard number > 0 else { return nil }
        if number < 100_000_000 {
            if number < 101 { return nil }
            if number <= 691_231 {
                number += 20_000_000
            } else if number < 700_101 {
                return nil
            } else if number <= 991_231 {
                number += 19_000_000
            } else if number < 10_000_101 {
                if number < 1_000_000 { return nil }
            }
            let value = DateTime(year: number / 10000, month: number / 100 % 100, day: number % 100)
            return isValid(value, rules) ? (value, false) : nil
        }
        if number < 101_000_000 { return nil }
        if number <= 691_231_235_959 {
            number += 20_000_000_000_000
        } else if number < 700_101_000_000 {
            return nil
        } else if number <= 991_231_235_959 {
            number += 19_000_000_000_000
        }
        guard number <= 99_991_231_235_959 else { return nil }
        let date = number / 1_000_000
        let time = number % 1_000_000
        let value = DateTime(
            year: date / 10000, month: date / 100 % 100, day: date % 100, hour: time / 10000, minute: time / 100 % 100,
            second: time % 100)
        guard value.hour < 24, value.minute < 60, value.second < 60, isValid(value, rules) else { return nil }
        return (value, true)
    }

    /// A number as a time: hhmmss; beyond that a datetime's time. Nil when it is none.
    public static func time(number: Int) -> (microseconds: Int, isOutOfRange: Bool)? {
        let magnitude = number.clampedMagnitude
        if magnitude > 8_385_959 {
            if number >= 10_000_000_000, let parsed = dateTime(number: number, []) {
                return (parsed.value.timeOfDayMicroseconds, false)
            }
            return (number < 0 ? -TimeValue.maxMicroseconds : TimeValue.maxMicroseconds, true)
        }
        guard magnitude / 100 % 100 < 60, magnitude % 100 < 60 else { return nil }
        let seconds = magnitude / 10000 * 3600 + magnitude / 100 % 100 * 60 + magnitude % 100
        return ((number < 0 ? -seconds : seconds) * 1_000_000, false)
    }
}

/// A cursor over digits and delimiters.
struct FieldReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isDigit: Bool { index < bytes.count && bytes[index].isDigit }

    mutating func skipSpaces() {
        while index < bytes.count, Decimal.isSpace(bytes[index]) { index += 1 }
    }

    /// At most `width` digits.
    mutating func number(_ width: Int) -> Int {
        var value = 0
        var left = width
        while left > 0, isDigit {
            value = min(value * 10 + Int(bytes[index] - 48), 1 << 50)
            index += 1
            left -= 1
        }
        return value
    }

    /// One or more punctuation characters.
    mutating func skipDelimiter(_ isOdd: inout Bool) -> Bool {
        let start = index
        while index < bytes.count, bytes[index].isPunctuation {
            if bytes[index] != UInt8(ascii: "-") { isOdd = true }
            index += 1
        }
        return index > start
    }

    /// Digits of a fraction: microseconds, nanoseconds below them, digits (at most 6).
    mutating func fraction() -> (Int, Int, Int) {
        var micro = 0
        var nano = 0
        var count = 0
        var scale = 100_000_000
        while isDigit {
            let digit = Int(bytes[index] - 48)
            if count < 9 { micro += digit * scale }
            scale /= 10
            count += 1
            index += 1
        }
        nano = micro % 1000
        return (micro / 1000, nano, min(count, 6))
    }

    /// `+hh:mm` or `-hh:mm` up to the end.
    mutating func offset() -> Int? {
        guard bytes.count - index == 6, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"),
            bytes[index + 1].isDigit, bytes[index + 2].isDigit, bytes[index + 3] == UInt8(ascii: ":"),
            bytes[index + 4].isDigit, bytes[index + 5].isDigit
        else { return nil }
        let hours = Int(bytes[index + 1] - 48) * 10 + Int(bytes[index + 2] - 48)
        let minutes = Int(bytes[index + 4] - 48) * 10 + Int(bytes[index + 5] - 48)
        guard minutes < 60, hours * 60 + minutes <= 14 * 60 else { return nil }
        let seconds = (hours * 60 + minutes) * 60
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative && seconds == 0 { return nil }
        index += 6
        return isNegative ? -seconds : seconds
    }
}

extension UInt8 {
    @inline(__always)
    var isDigit: Bool { self >= 48 && self <= 57 }

    @inline(__always)
    var isPunctuation: Bool {
        self >= 33 && self <= 47 || self >= 58 && self <= 64 || self >= 91 && self <= 96 || self >= 123 && self <= 126
    }
}
