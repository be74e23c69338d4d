import func Glibc.strtod

/// Numbers out of strings, as MySQL reads them: as far as they go, and whether anything but spaces was left.
public enum NumberParsing {
    /// A number and how much of the text it took.
    public struct Result<Value: Sendable>: Sendable {
        public var value: Value
        /// Something other than trailing spaces was left over (or there was no number at all): warning 1292.
        public var isTruncated: Bool
        public var isOutOfRange: Bool
    }

    /// Whether only spaces follow `start`.
    @inline(__always)
    static func onlySpaces(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        var index = start
        while index < bytes.count {
            if !Decimal.isSpace(bytes[index]) { return false }
            index += 1
        }
        return true
    }

    /// A double. Too big: infinite becomes the greatest value.
    public static func double(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Double> {
        var index = 0
        while index < bytes.count && Decimal.isSpace(bytes[index]) { index += 1 }
        let start = index
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        var isExact = true
        func digit(_ index: Int) -> UInt64? {
            guard index < bytes.count, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else {
                return nil
            }
            return UInt64(bytes[index] - UInt8(ascii: "0"))
        }
        while let value = digit(index) {
            if digits < 18 { mantissa = mantissa * 10 + value } else { isExact = false }
            digits += 1
            index += 1
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: "."), digits > 0 || digit(index + 1) != nil {
            index += 1
            while let value = digit(index) {
                if digits < 18 {
                    mantissa = mantissa * 10 + value
                    scale += 1
                } else {
                    isExact = false
                }
                digits += 1
                index += 1
            }
        }
        guard digits > 0 else {
            // No number: nothing but spaces is no reason to warn.
            return Result(value: 0, isTruncated: !onlySpaces(bytes, from: 0), isOutOfRange: false)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            var next = index + 1
            if next < bytes.count, bytes[next] == UInt8(ascii: "-") || bytes[next] == UInt8(ascii: "+") { next += 1 }
            if digit(next) != nil {
                isExact = false
                while digit(next) != nil { next += 1 }
                index = next
            }
        }
        let isTruncated = !onlySpaces(bytes, from: index)
        if isExact && mantissa < 1 << 53 && scale <= 22 {
            let value = Double(mantissa) / pow10(scale)
            return Result(value: isNegative ? -value : value, isTruncated: isTruncated, isOutOfRange: false)
        }
        var value = withUnsafeTemporaryAllocation(of: CChar.self, capacity: index - start + 1) { copy in
            for place in start..<index { copy[place - start] = CChar(bitPattern: bytes[place]) }
            copy[index - start] = 0
            return copy.baseAddress.map { strtod($0, nil) } ?? 0
        }
        var isOutOfRange = false
        if value.isInfinite {
            value = value < 0 ? -Double.greatestFiniteMagnitude : .greatestFiniteMagnitude
            isOutOfRange = true
        }
        return Result(value: value, isTruncated: isTruncated, isOutOfRange: isOutOfRange)
    }

    private static func pow10(_ exponent: Int) -> Double {
        powers[exponent]
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// An integer's leading digits as CAST AS SIGNED and UNSIGNED read them (no point, no exponent): the magnitude and the sign.
    public static func integer(_ bytes: UnsafeBufferPointer<UInt8>) -> (
        magnitude: UInt64, isNegative: Bool, isTruncated: Bool, isOutOfRange: Bool
    ) {
        var index = 0
        while index < bytes.count && Decimal.isSpace(bytes[index]) { index += 1 }
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var magnitude: UInt64 = 0
        var isOutOfRange = false
        let first = index
        while index < bytes.count, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") {
            let (product, overflow1) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(UInt64(bytes[index] - UInt8(ascii: "0")))
            if overflow1 || overflow2 { isOutOfRange = true }
            magnitude = isOutOfRange ? .max : sum
            index += 1
        }
        let isTruncated = index == first || !onlySpaces(bytes, from: index)
        return (magnitude, isNegative, isTruncated, isOutOfRange)
    }
}
