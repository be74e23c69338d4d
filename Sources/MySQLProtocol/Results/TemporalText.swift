/// Dates and times between their carriers (text, microseconds) and the parts that the binary protocol sends.
enum TemporalText {
    struct Parts: Equatable {
        var year = 0
        var month = 0
        var day = 0
        var hour = 0
        var minute = 0
        var second = 0
        var microsecond = 0
    }

    /// The numbers in `YYYY-MM-DD[ hh:mm:ss[.f]]`; those missing or malformed are zero.
    static func parts(ofDateTime text: some Collection<UInt8>) -> Parts {
        var numbers = (0, 0, 0, 0, 0, 0)
        var field = 0
        var fraction = 0
        var scale = 100_000
        for byte in text {
            guard byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") else {
                field += 1
                continue
            }
            let digit = Int(byte - UInt8(ascii: "0"))
            switch field {
            case 0: numbers.0 = (numbers.0 &* 10 &+ digit) % 100_000
            case 1: numbers.1 = (numbers.1 &* 10 &+ digit) % 1000
            case 2: numbers.2 = (numbers.2 &* 10 &+ digit) % 1000
            case 3: numbers.3 = (numbers.3 &* 10 &+ digit) % 1000
            case 4: numbers.4 = (numbers.4 &* 10 &+ digit) % 1000
            case 5: numbers.5 = (numbers.5 &* 10 &+ digit) % 1000
            case 6:
                fraction += digit * scale
                scale /= 10
            default: break
            }
        }
        return Parts(
            year: numbers.0, month: numbers.1, day: numbers.2, hour: numbers.3, minute: numbers.4, second: numbers.5,
            microsecond: fraction)
    }

    /// The microseconds of `[-]hh:mm:ss[.f]`; parts missing or malformed count as zero.
    static func microseconds(ofTime text: some Collection<UInt8>) -> Int64 {
        let isNegative = text.first == UInt8(ascii: "-")
        let parts = parts(ofDateTime: Array("0-0-0 ".utf8) + (isNegative ? Array(text.dropFirst()) : Array(text)))
        let seconds = Int64(parts.hour) * 3600 + Int64(parts.minute) * 60 + Int64(parts.second)
        let magnitude = seconds * 1_000_000 + Int64(parts.microsecond)
        return isNegative ? -magnitude : magnitude
    }

    /// `[-]hh:mm:ss[.f]` with `decimals` digits of fraction.
    static func time(microseconds: Int64, decimals: Int) -> [UInt8] {
        var text: [UInt8] = []
        if microseconds < 0 { text.append(UInt8(ascii: "-")) }
        let magnitude = microseconds.magnitude
        let seconds = magnitude / 1_000_000
        let hours = seconds / 3600
        if hours < 10 { text.append(UInt8(ascii: "0")) }
        text.append(contentsOf: String(hours).utf8)
        for part in [seconds % 3600 / 60, seconds % 60] {
            text.append(UInt8(ascii: ":"))
            text.append(UInt8(ascii: "0") + UInt8(part / 10))
            text.append(UInt8(ascii: "0") + UInt8(part % 10))
        }
        guard decimals > 0 else { return text }
        text.append(UInt8(ascii: "."))
        var fraction = magnitude % 1_000_000
        var scale: UInt64 = 100_000
        for _ in 0..<min(decimals, 6) {
            text.append(UInt8(ascii: "0") + UInt8(fraction / scale))
            fraction %= scale
            scale /= 10
        }
        return text
    }
}
