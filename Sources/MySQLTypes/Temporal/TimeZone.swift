/// A time zone of `time_zone`: an offset or a named zone.
public struct TimeZone: Sendable, Hashable {
    public static let utc = TimeZone()
    /// `+02:00`, `SYSTEM`, `Europe/Oslo`; nil when there is none of the name (error 1298).
    public init?(name: String) { return nil }
    init() {}
}
