import MySQLTypes

/// A value of a system table's row, before it takes the carrier of its column.
public enum SystemValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    case null
    case integer(Int64)
    case unsigned(UInt64)
    case real(Double)
    /// Also the member of an ENUM column by name, a date, a DECIMAL.
    case text(String)
    case blob([UInt8])
    /// Microseconds since 1970, UTC; 0 is `0000-00-00 00:00:00`.
    case timestamp(Int64)

    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(nilLiteral: ()) { self = .null }

    /// NULL for nil.
    public static func text(orNull text: String?) -> SystemValue { text.map { .text($0) } ?? .null }
    public static func count(_ value: Int) -> SystemValue { .integer(Int64(value)) }
    public static func yesNo(_ value: Bool) -> SystemValue { .text(value ? "YES" : "NO") }

    /// The text of a point in time with a column's fractional digits.
    public static func timestampText(_ microseconds: Int64, digits: Int) -> String {
        func padded(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        guard microseconds != 0 else {
            return "0000-00-00 00:00:00" + (digits > 0 ? "." + String(repeating: "0", count: digits) : "")
        }
        var seconds = microseconds / 1_000_000
        var fraction = microseconds % 1_000_000
        if fraction < 0 {
            fraction += 1_000_000
            seconds -= 1
        }
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        // Days since 0000-03-01, in eras of 400 years.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2)) "
        text += "\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
        if digits > 0 { text += "." + String(padded(fraction, 6).prefix(digits)) }
        return text
    }
}
