/// A date with a time of day (both zero-able, as MySQL's are): DATE, DATETIME and TIMESTAMP values while functions work
/// on them. Fields may be zero (`2024-00-00`); arithmetic wants real dates.
public struct DateTime: Equatable, Sendable {
    public var year: Int
    public var month: Int
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var microsecond: Int

    public init(
        year: Int = 0, month: Int = 0, day: Int = 0, hour: Int = 0, minute: Int = 0, second: Int = 0,
        microsecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// The day number of 9999-12-31.
    public static let maxDayNumber = 3_652_424
    static let daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// A carrier's text: `YYYY-MM-DD[ hh:mm:ss[.ffffff]]`, exactly; nil for anything else.
    public init?(carrier bytes: UnsafeBufferPointer<UInt8>) {
        func two(_ index: Int) -> Int {
            let high = Int(bytes[index]) - 48
            let low = Int(bytes[index + 1]) - 48
            return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low
        }
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        let century = two(0)
        let rest = two(2)
        let month = two(5)
        let day = two(8)
        guard century >= 0, rest >= 0, month >= 0, day >= 0 else { return nil }
        self.init(year: century * 100 + rest, month: month, day: day)
        if bytes.count == 10 { return }
        guard bytes.count >= 19, bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":") else { return nil }
        hour = two(11)
        minute = two(14)
        second = two(17)
        guard hour >= 0, minute >= 0, second >= 0 else { return nil }
        if bytes.count > 19 {
            guard bytes[19] == UInt8(ascii: "."), bytes.count <= 26 else { return nil }
            var scale = 100_000
            for index in 20..<bytes.count {
                let digit = Int(bytes[index]) - 48
                guard digit >= 0 && digit <= 9 else { return nil }
                microsecond += digit * scale
                scale /= 10
            }
        }
    }

    /// The date of a day number (days since year 0), midnight. Out of range gives the zero date.
    public init(dayNumber: Int) {
        guard dayNumber > 0, dayNumber <= 3_652_500 else {
            self.init()
            return
        }
        var year = dayNumber * 100 / 36525
        let century = ((year - 1) / 100 + 1) * 3 / 4
        var dayOfYear = dayNumber - year * 365 - (year - 1) / 4 + century
        while dayOfYear > Self.daysInYear(year) {
            dayOfYear -= Self.daysInYear(year)
            year += 1
        }
        var leapDay = 0
        if Self.daysInYear(year) == 366 && dayOfYear > 31 + 28 {
            dayOfYear -= 1
            if dayOfYear == 31 + 28 { leapDay = 1 }
        }
        var month = 1
        for days in Self.daysInMonth {
            if dayOfYear <= days { break }
            dayOfYear -= days
            month += 1
        }
        self.init(year: year, month: month, day: dayOfYear + leapDay)
    }

    /// Microseconds since 1970, in the zone that they are counted in.
    public init(microsecondsSince1970 value: Int) {
        let (days, rest) = value.flooredDivision(by: 86_400_000_000)
        self.init(dayNumber: days + Self.dayNumber(year: 1970, month: 1, day: 1))
        setTimeOfDay(microseconds: rest)
    }

    mutating func setTimeOfDay(microseconds: Int) {
        microsecond = microseconds % 1_000_000
        let seconds = microseconds / 1_000_000
        hour = seconds / 3600
        minute = seconds / 60 % 60
        second = seconds % 60
    }

    public static func daysInYear(_ year: Int) -> Int {
        isLeap(year) ? 366 : 365
    }

    public static func isLeap(_ year: Int) -> Bool {
        year & 3 == 0 && (year % 100 != 0 || (year % 400 == 0 && year != 0))
    }

    public static func daysIn(month: Int, year: Int) -> Int {
        guard month >= 1 && month <= 12 else { return 31 }
        return month == 2 && isLeap(year) ? 29 : daysInMonth[month - 1]
    }

    /// TO_DAYS: days since year 0.
    public static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        if year == 0 && month == 0 { return 0 }
        var number = 365 * year + 31 * (month - 1) + day
        var y = year
        if month <= 2 { y -= 1 } else { number -= (month * 4 + 23) / 10 }
        let century = (y / 100 + 1) * 3 / 4
        return number + (y >= 0 ? y / 4 : 0) - century
    }

    public var dayNumber: Int { Self.dayNumber(year: year, month: month, day: day) }

    /// Every field of the date is zero.
    public var isZeroDate: Bool { year == 0 && month == 0 && day == 0 }
    public var hasZeroInDate: Bool { month == 0 || day == 0 }
    public var hasTime: Bool { hour != 0 || minute != 0 || second != 0 || microsecond != 0 }

    public var timeOfDayMicroseconds: Int {
        ((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond
    }

    /// Counted in the zone that the value is in.
    public var microsecondsSince1970: Int {
        (dayNumber - Self.dayNumber(year: 1970, month: 1, day: 1)) * 86_400_000_000 + timeOfDayMicroseconds
    }

    /// 0 for Monday, or for Sunday with `sundayFirst`.
    public static func weekday(dayNumber: Int, sundayFirst: Bool) -> Int {
        (dayNumber + 5 + (sundayFirst ? 1 : 0)) % 7
    }

    /// The order of DATETIME values.
    public var sortValue: Int {
        ((year * 13 + month) * 32 + day) * 86_400_000_000 + timeOfDayMicroseconds
    }

    // MARK: Rounding and arithmetic

    /// Rounded to `decimals` fractional digits (`nanoseconds`: what is below a microsecond); nil past 9999-12-31.
    public func rounded(decimals: Int, nanoseconds: Int = 0, truncating: Bool = false) -> DateTime? {
        var result = self
        let unit = fractionUnits[decimals]
        let rest = microsecond % unit * 1000 + nanoseconds
        result.microsecond -= microsecond % unit
        if truncating || rest * 2 < unit * 1000 { return result }
        if hasZeroInDate {
            let time = result.timeOfDayMicroseconds + unit
            guard time < 86_400_000_000 else { return nil }
            result.setTimeOfDay(microseconds: time)
            return result
        }
        return result.adding(microseconds: unit)
    }

    /// Nil outside year 0 to 9999.
    public func adding(microseconds: Int) -> DateTime? {
        let (sum, overflow) = (dayNumber * 86_400_000_000 + timeOfDayMicroseconds).addingReportingOverflow(microseconds)
        if overflow { return nil }
        let (days, rest) = sum.flooredDivision(by: 86_400_000_000)
        guard days >= 0, days <= Self.maxDayNumber else { return nil }
        var result = DateTime(dayNumber: days)
        result.setTimeOfDay(microseconds: rest)
        return result
    }

    /// Nil outside year 0 to 9999. The day is limited to the new month's last.
    public func adding(months: Int) -> DateTime? {
        let (period, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
        guard !overflow, period >= 0, period < 120_000 else { return nil }
        var result = self
        result.year = period / 12
        result.month = period % 12 + 1
        let last = Self.daysIn(month: result.month, year: result.year)
        if result.day > last { result.day = last }
        return result
    }

    // MARK: Text

    /// `YYYY-MM-DD`
    public func appendDate(to text: inout [UInt8]) {
        appendDigits(year, 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendDigits(month, 2, to: &text)
        text.append(UInt8(ascii: "-"))
        appendDigits(day, 2, to: &text)
    }

    /// `hh:mm:ss[.f]`
    public func appendTime(to text: inout [UInt8], decimals: Int) {
        appendDigits(hour, 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(minute, 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(second, 2, to: &text)
        appendFraction(microsecond, decimals, to: &text)
    }

    /// `YYYY-MM-DD`
    public var dateText: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(10)
        appendDate(to: &text)
        return text
    }

    /// `YYYY-MM-DD hh:mm:ss[.f]`
    public func dateTimeText(decimals: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(26)
        appendDate(to: &text)
        text.append(UInt8(ascii: " "))
        appendTime(to: &text, decimals: decimals)
        return text
    }

    /// YYYYMMDD
    public var dateNumber: Int { year * 10000 + month * 100 + day }
    /// YYYYMMDDhhmmss
    public var dateTimeNumber: Int { dateNumber * 1_000_000 + hour * 10000 + minute * 100 + second }
}

/// Microseconds in a unit of the last of 0 to 6 fractional digits.
let fractionUnits = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1]

/// The digits of `value`, whose sign is the caller's, at least `width` of them.
func appendDigits(_ value: Int, _ width: Int, to text: inout [UInt8]) {
    let value = value.magnitude
    var divisor: UInt = 1
    for _ in 1..<max(width, 1) { divisor *= 10 }
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
        divisor /= 10
    }
}

func appendFraction(_ microsecond: Int, _ decimals: Int, to text: inout [UInt8]) {
    guard decimals > 0 else { return }
    text.append(UInt8(ascii: "."))
    appendDigits(microsecond / fractionUnits[min(decimals, 6)], min(decimals, 6), to: &text)
}

extension Int {
    /// Quotient rounded down and a remainder that is never negative.
    func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Int {
    /// The magnitude; of the least Int the greatest.
    public var clampedMagnitude: Int { self == .min ? .max : Swift.abs(self) }
}
