/// A point on the machine's monotonic clock. Pure cores receive it as `now`; only shells read it (Platform's `now()`).
public struct MonotonicTime: Comparable, Hashable, Sendable {
    /// Nanoseconds since an arbitrary start.
    public var nanoseconds: UInt64

    @inlinable
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    @inlinable
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    @inlinable
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        MonotonicTime(nanoseconds: time.nanoseconds &+ UInt64(max(0, duration.inNanoseconds)))
    }

    /// The time from `earlier` to `later`; zero when they are the other way round.
    @inlinable
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
        .nanoseconds(later.nanoseconds > earlier.nanoseconds ? Int64(later.nanoseconds - earlier.nanoseconds) : 0)
    }
}

extension Duration {
    /// The whole duration in nanoseconds, saturating (292 years).
    @inlinable
    public var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product &+ attoseconds / 1_000_000_000
    }
}
