/// TIME values as they are carried: signed microseconds, at most 838:59:59.
public enum TimeValue {
    /// 838:59:59
    public static let maxMicroseconds = 3_020_399_000_000

    /// `[-]hh:mm:ss[.f]`
    public static func append(_ microseconds: Int, decimals: Int, to text: inout [UInt8]) {
        if microseconds < 0 { text.append(UInt8(ascii: "-")) }
        let magnitude = microseconds.clampedMagnitude
        let seconds = magnitude / 1_000_000
        appendDigits(seconds / 3600, 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(seconds / 60 % 60, 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendDigits(seconds % 60, 2, to: &text)
        appendFraction(magnitude % 1_000_000, decimals, to: &text)
    }

    public static func text(_ microseconds: Int, decimals: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(17)
        append(microseconds, decimals: decimals, to: &text)
        return text
    }

    /// [-]hhmmss, the fraction cut off.
    public static func number(_ microseconds: Int) -> Int {
        let seconds = microseconds.clampedMagnitude / 1_000_000
        let value = seconds / 3600 * 10000 + seconds / 60 % 60 * 100 + seconds % 60
        return microseconds < 0 ? -value : value
    }

    /// Rounded half away from zero to `decimals` fractional digits.
    public static func rounded(_ microseconds: Int, decimals: Int, nanoseconds: Int = 0, truncating: Bool = false)
        -> Int
    {
        let unit = fractionUnits[decimals]
        let magnitude = microseconds.clampedMagnitude
        let rest = magnitude % unit * 1000 + nanoseconds
        var result = magnitude - magnitude % unit
        if !truncating && rest * 2 >= unit * 1000 { result += unit }
        return microseconds < 0 ? -result : result
    }

    /// The nearest that TIME can hold, and whether it was another.
    public static func clamped(_ microseconds: Int) -> (value: Int, isClamped: Bool) {
        if microseconds > maxMicroseconds { return (maxMicroseconds, true) }
        if microseconds < -maxMicroseconds { return (-maxMicroseconds, true) }
        return (microseconds, false)
    }
}
