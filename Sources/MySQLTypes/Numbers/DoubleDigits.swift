import func Glibc.vsnprintf

/// The shortest decimal digits that read back as a double: `digits * 10^exponent`.
public struct DoubleDigits: Sendable {
    public var digits: UInt64
    public var exponent: Int
    public var isNegative: Bool

    /// Of a finite value; 0 for others.
    public init(_ value: Double) {
        isNegative = value.sign == .minus
        digits = 0
        exponent = 0
        guard value.isFinite, value != 0 else { return }
        let magnitude = value.magnitude
        if magnitude < 9_007_199_254_740_992, magnitude == magnitude.rounded(.towardZero) {
            digits = UInt64(saturating: magnitude)
        } else {
            parse(magnitude.description)
        }
        normalize()
    }

    /// With at most `significant` digits, as FLOAT is shown (6).
    public init(_ value: Double, significant: Int) {
        self.init(value)
        var count = 0
        var rest = digits
        while rest > 0 {
            count += 1
            rest /= 10
        }
        guard count > significant else { return }
        // The exact value decides how it is rounded: ask the C library.
        let text = formatted("%.\(significant - 1)e", value.magnitude)
        digits = 0
        exponent = 0
        parse(text)
        normalize()
    }

    private mutating func parse(_ text: String) {
        var sawPoint = false
        var inExponent = false
        var exponentValue = 0
        var exponentSign = 1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."): sawPoint = true
            case UInt8(ascii: "e"): inExponent = true
            case UInt8(ascii: "-"): exponentSign = -1
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if inExponent {
                    exponentValue = exponentValue * 10 + Int(byte - UInt8(ascii: "0"))
                } else {
                    digits = digits &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
                    if sawPoint { exponent -= 1 }
                }
            default: break
            }
        }
        exponent += exponentSign * exponentValue
    }

    private mutating func normalize() {
        while digits != 0 && digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
    }

    /// Appends the number as MySQL prints it: plain between 1e-15 and 1e15, else with an exponent (`1.5e20`).
    public func append(to text: inout [UInt8]) {
        if isNegative { text.append(UInt8(ascii: "-")) }
        if digits == 0 {
            text.append(UInt8(ascii: "0"))
            return
        }
        var reversed: (UInt64, Int) = (digits, 0)
        var buffer: [UInt8] = []
        buffer.reserveCapacity(20)
        while reversed.0 > 0 {
            buffer.append(UInt8(ascii: "0") + UInt8(reversed.0 % 10))
            reversed.0 /= 10
            reversed.1 += 1
        }
        let count = buffer.count
        // The place of the decimal point, counted from the first digit.
        let point = count + exponent
        if point < -14 || point > 15 {
            text.append(buffer[count - 1])
            if count > 1 {
                text.append(UInt8(ascii: "."))
                for index in stride(from: count - 2, through: 0, by: -1) { text.append(buffer[index]) }
            }
            text.append(UInt8(ascii: "e"))
            text.append(contentsOf: String(point - 1).utf8)
        } else if point <= 0 {
            text.append(UInt8(ascii: "0"))
            text.append(UInt8(ascii: "."))
            for _ in 0..<(-point) { text.append(UInt8(ascii: "0")) }
            for index in stride(from: count - 1, through: 0, by: -1) { text.append(buffer[index]) }
        } else {
            for index in 0..<max(count, point) {
                if index == point { text.append(UInt8(ascii: ".")) }
                text.append(index < count ? buffer[count - 1 - index] : UInt8(ascii: "0"))
            }
        }
    }
}

/// `snprintf` of one double.
func formatted(_ format: String, _ value: Double) -> String {
    withVaList([value]) { arguments in
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            let count = vsnprintf(buffer.baseAddress, 512, format, arguments)
            return String(
                decoding: buffer[0..<max(0, min(Int(count), 511))].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

/// How MySQL prints FLOAT and DOUBLE.
public enum RealText {
    /// The integer part, with spaces before it up to `width` characters.
    public static func padded(whole value: Double, width: Int) -> String {
        formatted("%\(width).0f", value.rounded(.towardZero) + 0)
    }

    /// `decimals` digits after the point, with spaces before up to `width` characters; ` inf`.
    public static func padded(_ value: Double, decimals: Int, width: Int) -> String {
        formatted("%\(width).\(decimals)f", value)
    }

    /// `1.50e+23`, with spaces before it up to `width` characters; ` inf`.
    public static func scientific(_ value: Double, decimals: Int, width: Int) -> String {
        formatted("%\(width).\(decimals)e", value)
    }

    /// A DOUBLE: the shortest digits that read back.
    public static func double(_ value: Double) -> [UInt8] {
        var text: [UInt8] = []
        DoubleDigits(value).append(to: &text)
        return text
    }

    /// A FLOAT: six significant digits.
    public static func float(_ value: Double) -> [UInt8] {
        var text: [UInt8] = []
        DoubleDigits(value, significant: 6).append(to: &text)
        return text
    }

    /// FLOAT(M,D) and DOUBLE(M,D), FORMAT: exactly `decimals` digits after the point.
    public static func fixed(_ value: Double, decimals: Int) -> [UInt8] {
        Array(formatted("%.\(max(0, min(decimals, 60)))f", value).utf8)
    }
}
