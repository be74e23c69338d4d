import Synchronization

/// A table's next AUTO_INCREMENT value. Any thread; values once given out are not given out again, whatever becomes of
/// their transaction, as in MySQL. It survives a restart: it is stored when rows are deleted, and is never below the
/// greatest stored value.
public final class AutoIncrementCounter: Sendable {
    private let nextValue: Atomic<UInt64>

    init(next: UInt64 = 1) {
        nextValue = Atomic(max(1, next))
    }

    /// What the next reservation starts from, before increment and offset.
    public var next: UInt64 { nextValue.load(ordering: .relaxed) }

    /// Takes `count` values that are `offset` plus multiples of `increment` (`auto_increment_offset`,
    /// `auto_increment_increment`), and returns the first; nil when 64 bits or `maximum` do not hold them (error 1467).
    public func reserve(count: Int, increment: UInt64, offset: UInt64, maximum: UInt64 = .max) -> UInt64? {
        let step = max(1, increment)
        // MySQL ignores an offset greater than the increment.
        let start = offset > step ? 1 : max(1, offset)
        var current = nextValue.load(ordering: .relaxed)
        while true {
            var first = start
            if current > start {
                let (rounded, overflow) = (current - start).addingReportingOverflow(step - 1)
                if overflow { return nil }
                let (value, tooLarge) = (rounded / step * step).addingReportingOverflow(start)
                if tooLarge { return nil }
                first = value
            }
            let (span, spanOverflow) = UInt64(max(1, count) - 1).multipliedReportingOverflow(by: step)
            let (last, lastOverflow) = first.addingReportingOverflow(span)
            if spanOverflow || lastOverflow || last > maximum || last == .max { return nil }
            let (exchanged, original) = nextValue.compareExchange(
                expected: current, desired: last + 1, ordering: .relaxed)
            if exchanged { return first }
            current = original
        }
    }

    /// A row with this value exists or existed.
    public func raise(above value: UInt64) {
        guard value < .max else { return }
        var current = nextValue.load(ordering: .relaxed)
        while current <= value {
            let (exchanged, original) = nextValue.compareExchange(
                expected: current, desired: value + 1, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }

    /// ALTER TABLE ... AUTO_INCREMENT, TRUNCATE TABLE.
    public func set(_ next: UInt64) {
        nextValue.store(max(1, next), ordering: .relaxed)
    }
}
