/// An unsigned integer of 256 bits (77 digits) without heap storage: a DECIMAL's coefficient.
struct WideInteger: Equatable, Comparable, Sendable {
    var high: UInt128
    var low: UInt128

    static let zero = WideInteger(high: 0, low: 0)

    init(high: UInt128 = 0, low: UInt128) {
        self.high = high
        self.low = low
    }

    /// The greatest power of ten in 64 bits.
    static let chunk: UInt64 = 10_000_000_000_000_000_000
    static let chunkDigits = 19

    /// 10^0 to 10^38.
    static let powersOfTen: [UInt128] = {
        var powers: [UInt128] = [1]
        for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    var isZero: Bool { high == 0 && low == 0 }

    static func < (left: WideInteger, right: WideInteger) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    func adding(_ other: WideInteger) -> (WideInteger, overflow: Bool) {
        let (newLow, carry) = low.addingReportingOverflow(other.low)
        let (sum, overflow1) = high.addingReportingOverflow(other.high)
        let (newHigh, overflow2) = sum.addingReportingOverflow(carry ? 1 : 0)
        return (WideInteger(high: newHigh, low: newLow), overflow1 || overflow2)
    }

    /// `other` must not be greater.
    func subtracting(_ other: WideInteger) -> WideInteger {
        let (newLow, borrow) = low.subtractingReportingOverflow(other.low)
        return WideInteger(high: high &- other.high &- (borrow ? 1 : 0), low: newLow)
    }

    func multiplied(by factor: UInt128) -> (WideInteger, overflow: Bool) {
        if high == 0 {
            let product = low.multipliedFullWidth(by: factor)
            return (WideInteger(high: product.high, low: product.low), false)
        }
        let product = low.multipliedFullWidth(by: factor)
        let (upper, overflow1) = high.multipliedReportingOverflow(by: factor)
        let (newHigh, overflow2) = upper.addingReportingOverflow(product.high)
        return (WideInteger(high: newHigh, low: product.low), overflow1 || overflow2)
    }

    func multiplied(by other: WideInteger) -> (WideInteger, overflow: Bool) {
        if other.high == 0 { return multiplied(by: other.low) }
        if high == 0 { return other.multiplied(by: low) }
        return (.zero, true)
    }

    /// Times 10^`exponent`.
    func scaledUp(_ exponent: Int) -> (WideInteger, overflow: Bool) {
        var result = self
        var left = exponent
        while left > 0 {
            let step = min(left, 38)
            let (next, overflow) = result.multiplied(by: Self.powersOfTen[step])
            if overflow { return (result, true) }
            result = next
            left -= step
        }
        return (result, false)
    }

    /// Quotient and remainder by a 64-bit divisor.
    func dividedBySmall(_ divisor: UInt64) -> (quotient: WideInteger, remainder: UInt64) {
        if high == 0 && low <= UInt128(UInt64.max) {
            let value = UInt64(truncatingIfNeeded: low)
            return (WideInteger(low: UInt128(value / divisor)), value % divisor)
        }
        let limb3 = UInt64(truncatingIfNeeded: high >> 64)
        let limb2 = UInt64(truncatingIfNeeded: high)
        let limb1 = UInt64(truncatingIfNeeded: low >> 64)
        let limb0 = UInt64(truncatingIfNeeded: low)
        let (q3, r3) = (limb3 / divisor, limb3 % divisor)
        let (q2, r2) = divisor.dividingFullWidth((r3, limb2))
        let (q1, r1) = divisor.dividingFullWidth((r2, limb1))
        let (q0, r0) = divisor.dividingFullWidth((r1, limb0))
        return (
            WideInteger(high: UInt128(q3) << 64 | UInt128(q2), low: UInt128(q1) << 64 | UInt128(q0)), r0
        )
    }

    /// Divided by 10^`exponent`: the quotient, whether something was cut, and whether that was at least a half.
    func scaledDown(_ exponent: Int) -> (quotient: WideInteger, isInexact: Bool, isHalfOrMore: Bool) {
        if exponent <= 0 { return (self, false, false) }
        if exponent > 77 { return (.zero, !isZero, false) }
        var result = self
        var isInexact = false
        var left = exponent - 1
        while left > 0 {
            let step = min(left, Self.chunkDigits)
            let (next, remainder) = result.dividedBySmall(UInt64(Self.powersOfTen[step]))
            if remainder != 0 { isInexact = true }
            result = next
            left -= step
        }
        let (quotient, last) = result.dividedBySmall(10)
        return (quotient, isInexact || last != 0, last >= 5)
    }

    /// Quotient and remainder.
    func divided(by divisor: WideInteger) -> (quotient: WideInteger, remainder: WideInteger) {
        if high == 0 && divisor.high == 0 {
            let (quotient, remainder) = low.quotientAndRemainder(dividingBy: divisor.low)
            return (WideInteger(low: quotient), WideInteger(low: remainder))
        }
        if self < divisor { return (.zero, self) }
        // Shift and subtract: only for coefficients of more than 38 digits.
        let shift = divisor.leadingZeroBits - leadingZeroBits
        var shifted = divisor.shiftedLeft(shift)
        var remainder = self
        var quotient = WideInteger.zero
        for _ in 0...shift {
            quotient = quotient.shiftedLeft(1)
            if !(remainder < shifted) {
                remainder = remainder.subtracting(shifted)
                quotient.low |= 1
            }
            shifted = WideInteger(high: shifted.high >> 1, low: shifted.low >> 1 | shifted.high << 127)
        }
        return (quotient, remainder)
    }

    var leadingZeroBits: Int {
        high == 0 ? 128 + low.leadingZeroBitCount : high.leadingZeroBitCount
    }

    func shiftedLeft(_ count: Int) -> WideInteger {
        if count == 0 { return self }
        if count >= 128 { return WideInteger(high: low << UInt128(count - 128), low: 0) }
        return WideInteger(high: high << UInt128(count) | low >> UInt128(128 - count), low: low << UInt128(count))
    }

    /// Decimal digits; 0 has none.
    var digitCount: Int {
        var count = 0
        var rest = self
        while rest.high != 0 || rest.low > UInt128(UInt64.max) {
            rest = rest.dividedBySmall(Self.chunk).quotient
            count += Self.chunkDigits
        }
        var small = UInt64(truncatingIfNeeded: rest.low)
        while small > 0 {
            small /= 10
            count += 1
        }
        return count
    }
}
