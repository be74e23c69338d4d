extension FixedWidthInteger {
    /// The integer part of `value`, or the least or greatest integer where it lies beyond; NaN is 0. `Int(_: Double)` traps for all
    /// of these, so that nothing that a client, a row or a peer may have a hand in goes any other way from a Double to an integer.
    @inlinable
    public init(saturating value: Double) {
        if let exact = Self(exactly: value.rounded(.towardZero)) {
            self = exact
        } else {
            self = value.isNaN ? 0 : (value < 0 ? .min : .max)
        }
    }
}
