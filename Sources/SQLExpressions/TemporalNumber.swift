import MySQLTypes

/// Temporal values as numbers.
package enum TemporalNumber {
    /// YYYYMMDDhhmmss.f
    package static func decimal(_ value: DateTime, decimals: Int) -> Decimal {
        with(fraction: value.microsecond, of: value.dateTimeNumber, decimals: decimals, isNegative: false)
    }

    /// hhmmss.f
    package static func time(_ microseconds: Int, decimals: Int) -> Decimal {
        let number = TimeValue.number(microseconds).clampedMagnitude
        return with(
            fraction: microseconds.clampedMagnitude % 1_000_000, of: number, decimals: decimals,
            isNegative: microseconds < 0)
    }

    private static func with(fraction: Int, of number: Int, decimals: Int, isNegative: Bool) -> Decimal {
        let scaled = Decimal(Int128(number) * 1_000_000 + Int128(fraction)).shifted(scale: 6).rounded(
            to: decimals, .towardZero)
        return isNegative ? scaled.negated : scaled
    }
}
