import func Glibc.strtod

/// MySQL's exact DECIMAL: up to 65 digits, 30 of them fractional; intermediate results have room for 77 digits.
///
/// A value without heap storage. Arithmetic rounds half away from zero, as MySQL does. What does not fit saturates at the
/// greatest value and says so.
public struct Decimal: Sendable {
    var magnitude: WideInteger
    /// Fractional digits, 0 to ``maxInternalScale``.
    public internal(set) var scale: Int
    public internal(set) var isNegative: Bool

    /// The most digits that a column or a result may have.
    public static let maxPrecision = 65
    /// The most fractional digits that a column or a result may have.
    public static let maxScale = 30
    /// Quotients keep more fractional digits until they are rounded.
    static let maxInternalScale = 72

    public static let zero = Decimal(magnitude: .zero, scale: 0, isNegative: false)

    init(magnitude: WideInteger, scale: Int, isNegative: Bool) {
        self.magnitude = magnitude
        self.scale = scale
        self.isNegative = isNegative && !magnitude.isZero
    }

    public init(_ value: Int64) {
        self.init(magnitude: WideInteger(low: UInt128(value.magnitude)), scale: 0, isNegative: value < 0)
    }

    public init(_ value: UInt64) {
        self.init(magnitude: WideInteger(low: UInt128(value)), scale: 0, isNegative: false)
    }

    /// A 128-bit sum of integers.
    public init(_ value: Int128) {
        self.init(magnitude: WideInteger(low: value.magnitude), scale: 0, isNegative: value < 0)
    }

    /// The shortest decimal that reads back as `value`; saturated when it has too many digits. NaN is zero.
    public init(_ value: Double) {
        guard value.isFinite else {
            self = value.isNaN ? .zero : Decimal.greatest(precision: 65, scale: 0, isNegative: value < 0)
            return
        }
        let digits = DoubleDigits(value)
        var magnitude = WideInteger(low: UInt128(digits.digits))
        let exponent = digits.exponent
        if exponent >= 0 {
            let (scaled, overflow) = magnitude.scaledUp(exponent)
            if overflow || scaled.digitCount > Self.maxPrecision {
                self = Decimal.greatest(precision: 65, scale: 0, isNegative: digits.isNegative)
                return
            }
            self.init(magnitude: scaled, scale: 0, isNegative: digits.isNegative)
        } else {
            var scale = -exponent
            if scale > Self.maxInternalScale {
                magnitude = magnitude.scaledDown(scale - Self.maxInternalScale).quotient
                scale = Self.maxInternalScale
            }
            self.init(magnitude: magnitude, scale: scale, isNegative: digits.isNegative)
        }
    }

    public var isZero: Bool { magnitude.isZero }

    /// The same digits with `scale` of them after the point.
    public func shifted(scale newScale: Int) -> Decimal {
        Decimal(magnitude: magnitude, scale: newScale, isNegative: isNegative)
    }

    /// 999.99 with `precision` digits, `scale` of them fractional.
    public static func greatest(precision: Int, scale: Int, isNegative: Bool) -> Decimal {
        let (power, _) = WideInteger(low: 1).scaledUp(min(precision, 76))
        return Decimal(magnitude: power.subtracting(WideInteger(low: 1)), scale: scale, isNegative: isNegative)
    }

    /// Digits before the point; 0 for values below one.
    public var integerDigits: Int { max(0, magnitude.digitCount - scale) }

    // MARK: Rounding

    /// How ``rounded(to:_:)`` treats what is cut off.
    public enum Rounding: Sendable {
        case halfAwayFromZero, towardZero, up, down
    }

    /// The value with exactly `scale` fractional digits. A negative scale rounds digits before the point to zeros.
    public func rounded(to newScale: Int, _ rounding: Rounding = .halfAwayFromZero) -> Decimal {
        if newScale == scale { return self }
        if newScale > scale {
            let (scaled, overflow) = magnitude.scaledUp(newScale - scale)
            // No room for the zeros: keep what there is.
            return overflow ? self : Decimal(magnitude: scaled, scale: newScale, isNegative: isNegative)
        }
        let (quotient, isInexact, isHalf) = magnitude.scaledDown(scale - newScale)
        let awayFromZero: Bool
        switch rounding {
        case .halfAwayFromZero: awayFromZero = isHalf
        case .towardZero: awayFromZero = false
        case .up: awayFromZero = isInexact && !isNegative
        case .down: awayFromZero = isInexact && isNegative
        }
        var result = awayFromZero ? quotient.adding(WideInteger(low: 1)).0 : quotient
        if newScale < 0 {
            let (scaled, overflow) = result.scaledUp(-newScale)
            result = overflow ? .zero : scaled
            return Decimal(magnitude: result, scale: 0, isNegative: isNegative)
        }
        return Decimal(magnitude: result, scale: newScale, isNegative: isNegative)
    }

    /// Rounded to `scale` and limited to `precision` digits. `isOutOfRange` when it was limited, `isInexact` when digits
    /// other than zeros were cut.
    public func fitted(precision: Int, scale newScale: Int) -> (value: Decimal, isOutOfRange: Bool, isInexact: Bool) {
        if integerDigits > precision - newScale {
            return (.greatest(precision: precision, scale: newScale, isNegative: isNegative), true, true)
        }
        let result = rounded(to: newScale)
        if result.magnitude.digitCount > precision {
            return (.greatest(precision: precision, scale: newScale, isNegative: isNegative), true, true)
        }
        return (result, false, newScale < scale && magnitude.scaledDown(scale - newScale).isInexact)
    }

    // MARK: Arithmetic

    private static func aligned(_ left: Decimal, _ right: Decimal) -> (WideInteger, WideInteger, Int)? {
        if left.scale == right.scale { return (left.magnitude, right.magnitude, left.scale) }
        if left.scale < right.scale {
            let (scaled, overflow) = left.magnitude.scaledUp(right.scale - left.scale)
            return overflow ? nil : (scaled, right.magnitude, right.scale)
        }
        let (scaled, overflow) = right.magnitude.scaledUp(left.scale - right.scale)
        return overflow ? nil : (left.magnitude, scaled, left.scale)
    }

    /// The sum; nil when it has more digits than there is room for.
    public func adding(_ other: Decimal) -> Decimal? {
        guard let (left, right, scale) = Self.aligned(self, other) else { return nil }
        if isNegative == other.isNegative {
            let (sum, overflow) = left.adding(right)
            return overflow ? nil : Decimal(magnitude: sum, scale: scale, isNegative: isNegative)
        }
        if left < right {
            return Decimal(magnitude: right.subtracting(left), scale: scale, isNegative: other.isNegative)
        }
        return Decimal(magnitude: left.subtracting(right), scale: scale, isNegative: isNegative)
    }

    public func subtracting(_ other: Decimal) -> Decimal? {
        adding(other.negated)
    }

    public var negated: Decimal {
        Decimal(magnitude: magnitude, scale: scale, isNegative: !isNegative)
    }

    public var absolute: Decimal {
        Decimal(magnitude: magnitude, scale: scale, isNegative: false)
    }

    /// The exact product (its scale is the sum of both, cut to what there is room for); nil when it is too big.
    public func multiplied(by other: Decimal) -> Decimal? {
        var left = self
        var right = other
        while true {
            let (product, overflow) = left.magnitude.multiplied(by: right.magnitude)
            if !overflow {
                return Decimal(
                    magnitude: product, scale: left.scale + right.scale, isNegative: isNegative != other.isNegative)
            }
            // Drop fractional digits of the factor with more of them.
            if left.scale == 0 && right.scale == 0 { return nil }
            if left.scale >= right.scale {
                left = left.rounded(to: max(0, left.scale - 4), .towardZero)
            } else {
                right = right.rounded(to: max(0, right.scale - 4), .towardZero)
            }
        }
    }

    /// The quotient with as many fractional digits as MySQL computes (whole groups of nine, at least
    /// `scaleIncrement` more than the operands have); nil when the divisor is zero.
    public func divided(by divisor: Decimal, scaleIncrement: Int) -> Decimal? {
        if divisor.isZero { return nil }
        let words1 = (scale + 8) / 9
        let words2 = (divisor.scale + 8) / 9
        let increment = max(0, scaleIncrement - (words1 * 9 - scale) - (words2 * 9 - divisor.scale))
        var resultScale = (words1 * 9 + words2 * 9 + increment + 8) / 9 * 9
        resultScale = min(resultScale, Self.maxInternalScale)
        while true {
            // magnitude * 10^(resultScale - scale + divisor.scale) / divisor.magnitude
            let shift = resultScale - scale + divisor.scale
            if shift >= 0 {
                let (numerator, overflow) = magnitude.scaledUp(shift)
                if !overflow {
                    return Decimal(
                        magnitude: numerator.divided(by: divisor.magnitude).quotient, scale: resultScale,
                        isNegative: isNegative != divisor.isNegative)
                }
                if resultScale == 0 { return nil }
                resultScale = max(0, resultScale - 4)
            } else {
                let (denominator, overflow) = divisor.magnitude.scaledUp(-shift)
                let quotient = overflow ? WideInteger.zero : magnitude.divided(by: denominator).quotient
                return Decimal(magnitude: quotient, scale: resultScale, isNegative: isNegative != divisor.isNegative)
            }
        }
    }

    /// The remainder with the dividend's sign; nil when the divisor is zero.
    public func remainder(by divisor: Decimal) -> Decimal? {
        if divisor.isZero { return nil }
        guard let (left, right, scale) = Self.aligned(self, divisor) else { return nil }
        return Decimal(magnitude: left.divided(by: right).remainder, scale: scale, isNegative: isNegative)
    }

    /// The quotient without its fraction.
    public func integerDivided(by divisor: Decimal) -> Decimal? {
        if divisor.isZero { return nil }
        guard let (left, right, _) = Self.aligned(self, divisor) else { return nil }
        return Decimal(
            magnitude: left.divided(by: right).quotient, scale: 0, isNegative: isNegative != divisor.isNegative)
    }

    /// -1, 0 or 1.
    public func compare(_ other: Decimal) -> Int {
        if isNegative != other.isNegative { return isNegative ? -1 : 1 }
        let sign = isNegative ? -1 : 1
        if let (left, right, _) = Self.aligned(self, other) {
            return left == right ? 0 : (left < right ? -sign : sign)
        }
        // One does not fit when aligned: the integer parts decide.
        let left = integerDigits
        let right = other.integerDigits
        if left != right { return left < right ? -sign : sign }
        let common = min(scale, other.scale)
        let first = rounded(to: common, .towardZero).magnitude
        let second = other.rounded(to: common, .towardZero).magnitude
        return first == second ? 0 : (first < second ? -sign : sign)
    }

    // MARK: Conversions

    /// Rounded half away from zero; nil when out of range.
    public var roundedInt64: Int64? {
        let integer = rounded(to: 0)
        guard integer.magnitude.high == 0 else { return nil }
        if isNegative {
            guard integer.magnitude.low <= UInt128(1) << 63 else { return nil }
            return Int64(truncatingIfNeeded: 0 &- integer.magnitude.low)
        }
        return Int64(exactly: integer.magnitude.low)
    }

    /// Rounded half away from zero; nil when negative or out of range.
    public var roundedUInt64: UInt64? {
        let integer = rounded(to: 0)
        guard integer.magnitude.high == 0, !integer.isNegative else { return nil }
        return UInt64(exactly: integer.magnitude.low)
    }

    /// The nearest double.
    public var doubleValue: Double {
        if magnitude.high == 0 && magnitude.low < UInt128(1) << 53 && scale <= 22 {
            let value = Double(UInt64(truncatingIfNeeded: magnitude.low)) / Self.exactPowers[scale]
            return isNegative ? -value : value
        }
        return withText { text in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
                for index in 0..<text.count { copy[index] = CChar(bitPattern: text[index]) }
                copy[text.count] = 0
                return copy.baseAddress.map { strtod($0, nil) } ?? 0
            }
        }
    }

    private static let exactPowers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
