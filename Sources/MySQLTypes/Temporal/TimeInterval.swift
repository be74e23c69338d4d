/// An amount of time with MySQL's units: `INTERVAL '1:30' MINUTE_SECOND`.
public struct TimeInterval: Sendable {
    public var months = 0
    public var days = 0
    public var microseconds = 0
    /// Only days, weeks, months or years: a DATE stays one.
    public var hasTime = false

    /// Fields of a compound unit, from the greatest.
    private enum Field { case year, month, day, hour, minute, second, microsecond }

    private static func limit(of field: Field) -> Int {
        switch field {
        case .year: 1_000_000
        case .month: 10_000_000
        case .day: 10_000_000
        case .hour: 100_000_000
        case .minute: 10_000_000_000
        case .second: 1_000_000_000_000
        case .microsecond: 1_000_000_000_000
        }
    }

    private static func fields(_ unit: String) -> [Field] {
        switch unit {
        case "YEAR_MONTH": [.year, .month]
        case "DAY_HOUR": [.day, .hour]
        case "DAY_MINUTE": [.day, .hour, .minute]
        case "DAY_SECOND": [.day, .hour, .minute, .second]
        case "DAY_MICROSECOND": [.day, .hour, .minute, .second, .microsecond]
        case "HOUR_MINUTE": [.hour, .minute]
        case "HOUR_SECOND": [.hour, .minute, .second]
        case "HOUR_MICROSECOND": [.hour, .minute, .second, .microsecond]
        case "MINUTE_SECOND": [.minute, .second]
        case "MINUTE_MICROSECOND": [.minute, .second, .microsecond]
        case "SECOND_MICROSECOND": [.second, .microsecond]
        default: []
        }
    }

    /// Reads `text` in `unit` (upper case); nil when it overflows. `isNegative` turns it round.
    public init?(_ text: UnsafeBufferPointer<UInt8>, unit: String, isNegative: Bool) {
        let fields = Self.fields(unit)
        if fields.isEmpty {
            guard readSimple(text, unit: unit, isNegative: isNegative) else { return nil }
            return
        }
        var negative = isNegative
        var index = 0
        while index < text.count, Decimal.isSpace(text[index]) { index += 1 }
        if index < text.count, text[index] == UInt8(ascii: "-") {
            negative.toggle()
            index += 1
        }
        var values: [Int] = []
        var lastDigits = 0
        while index < text.count, values.count < fields.count {
            while index < text.count, !text[index].isDigit { index += 1 }
            guard index < text.count else { break }
            var value = 0
            lastDigits = 0
            while index < text.count, text[index].isDigit {
                value = min(value * 10 + Int(text[index] - 48), 1 << 44)
                lastDigits += 1
                index += 1
            }
            values.append(value)
        }
        // Too few fields: those on the left are missing.
        let offset = fields.count - values.count
        for (place, value) in values.enumerated() {
            // Limited to what is beyond year 9999 anyway, so that no product overflows.
            let limited = min(value, Self.limit(of: fields[offset + place]))
            let signed = negative ? -limited : limited
            switch fields[offset + place] {
            case .year: months += signed * 12
            case .month: months += signed
            case .day: days += signed
            case .hour:
                microseconds += signed * 3_600_000_000
                hasTime = true
            case .minute:
                microseconds += signed * 60_000_000
                hasTime = true
            case .second:
                microseconds += signed * 1_000_000
                hasTime = true
            case .microsecond:
                // `.5` is half a second.
                var scaled = signed
                for _ in 0..<max(0, 6 - lastDigits) { scaled *= 10 }
                microseconds += scaled
                hasTime = true
            }
        }
        if fields.last != .month { hasTime = true }
    }

    /// A unit of one number; false when it overflows.
    private mutating func readSimple(_ text: UnsafeBufferPointer<UInt8>, unit: String, isNegative: Bool) -> Bool {
        let exact = Decimal.parse(text).value
        if unit == "SECOND" {
            guard let value = exact.multiplied(by: Decimal(Int64(1_000_000)))?.rounded(to: 0).roundedInt64,
                value.magnitude < 1 << 62
            else { return false }
            microseconds = isNegative ? -Int(value) : Int(value)
            hasTime = true
            return true
        }
        guard let rounded = exact.roundedInt64,
            rounded.magnitude < 1 << 32 || unit == "MICROSECOND" && rounded.magnitude < 1 << 62
        else { return false }
        let value = isNegative ? -Int(rounded) : Int(rounded)
        switch unit {
        case "MICROSECOND":
            microseconds = value
            hasTime = true
        case "MINUTE":
            guard value.magnitude < 1 << 36 else { return false }
            microseconds = value * 60_000_000
            hasTime = true
        case "HOUR":
            guard value.magnitude < 1 << 30 else { return false }
            microseconds = value * 3_600_000_000
            hasTime = true
        case "DAY": days = value
        case "WEEK": days = value * 7
        case "MONTH": months = value
        case "QUARTER": months = value * 3
        case "YEAR": months = value * 12
        default: return false
        }
        return true
    }

    /// `value` later by this; nil outside year 0 to 9999.
    public func added(to value: DateTime) -> DateTime? {
        if months != 0 { return value.adding(months: months) }
        guard days.magnitude < 4_000_000 else { return nil }
        if days == 0 && microseconds == 0 { return value }
        return value.adding(microseconds: days * 86_400_000_000 + microseconds)
    }
}
