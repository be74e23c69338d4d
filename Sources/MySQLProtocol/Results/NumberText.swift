import func Glibc.vsnprintf

/// Floating-point numbers as MySQL prints them.
public enum NumberText {
    /// The shortest text that reads back as `value`, in plain notation for exponents from -15 to 15.
    public static func shortest(_ value: Double) -> [UInt8] {
        guard value.isFinite else { return Array((value.isNaN ? "nan" : value < 0 ? "-inf" : "inf").utf8) }
        guard value != 0 else { return [UInt8(ascii: "0")] }
        return arrange(digitsAndExponent(of: value.magnitude.description), isNegative: value < 0)
    }

    /// At most six significant digits, as MySQL shows a FLOAT.
    public static func shortest(_ value: Float) -> [UInt8] {
        guard value.isFinite else { return shortest(Double(value)) }
        guard value != 0 else { return [UInt8(ascii: "0")] }
        var buffer = [CChar](repeating: 0, count: 32)
        let length = withVaList([Double(value.magnitude)]) { vsnprintf(&buffer, buffer.count, "%.5e", $0) }
        let text = String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return arrange(digitsAndExponent(of: text), isNegative: value < 0)
    }

    /// Exactly `decimals` digits after the point.
    public static func fixed(_ value: Double, decimals: Int) -> [UInt8] {
        guard value.isFinite else { return shortest(value) }
        let places = max(0, min(decimals, 30))
        var buffer = [CChar](repeating: 0, count: 352)
        let length = withVaList([Int32(places), value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        return buffer[..<max(0, min(Int(length), buffer.count - 1))].map { UInt8(bitPattern: $0) }
    }

    /// The significant digits of a number's text, without zeros at either end, and the place of the point after the first.
    private static func digitsAndExponent(of text: String) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point = 0
        var seenPoint = false
        var exponent = 0
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            switch byte {
            case UInt8(ascii: "."):
                seenPoint = true
            case UInt8(ascii: "e"):
                exponent = Int(String(decoding: rest, as: UTF8.self)) ?? 0
                rest = []
            default:
                if !seenPoint { point += 1 }
                if digits.isEmpty && byte == UInt8(ascii: "0") { point -= 1 } else { digits.append(byte) }
            }
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, point + exponent)
    }

    private static func arrange(_ number: (digits: [UInt8], point: Int), isNegative: Bool) -> [UInt8] {
        let (digits, point) = number
        let zero = UInt8(ascii: "0")
        var text: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        if point < -14 || point > 15 {
            text.append(digits[0])
            if digits.count > 1 {
                text.append(UInt8(ascii: "."))
                text.append(contentsOf: digits[1...])
            }
            text.append(UInt8(ascii: "e"))
            text.append(contentsOf: String(point - 1).utf8)
        } else if point <= 0 {
            text.append(zero)
            text.append(UInt8(ascii: "."))
            text.append(contentsOf: repeatElement(zero, count: -point))
            text.append(contentsOf: digits)
        } else if digits.count <= point {
            text.append(contentsOf: digits)
            text.append(contentsOf: repeatElement(zero, count: point - digits.count))
        } else {
            text.append(contentsOf: digits[..<point])
            text.append(UInt8(ascii: "."))
            text.append(contentsOf: digits[point...])
        }
        return text
    }
}
