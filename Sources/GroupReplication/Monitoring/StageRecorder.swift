import Platform

/// The stages that this server's long operations go through: what `performance_schema.events_stages_current`, `_history`,
/// `_history_long` and `_summary_global_by_event_name` show.
///
/// One call tells everything: ``show(_:on:)`` with the same name again is progress; with another name, or nil, the stage
/// before it has ended. Any thread; a lock is held for a few assignments.
///
/// Safe: everything that changes is guarded by `lock`.
public final class StageRecorder: @unchecked Sendable {
    /// Who goes through stages; each is in one at a time. The raw value is its `THREAD_ID`.
    public enum Track: UInt64, Sendable, CaseIterable {
        case groupAction = 7
        case autoRejoin = 8

        /// The thread's name in `performance_schema.threads`.
        public var threadName: String {
            switch self {
            case .groupAction: "thread/group_rpl/THD_group_action_coordinator"
            case .autoRejoin: "thread/group_rpl/THD_autorejoin"
            }
        }
    }

    /// One stage. Times are picoseconds since the recorder was made; `end` is nil while it lasts.
    public struct Event: Sendable, Equatable {
        public var track: Track
        /// Counts the stages of a track, from 1.
        public var id: UInt64
        public var stage: StageStatus
        public var start: UInt64
        public var end: UInt64?
    }

    /// All stages of one name that have begun, and the times of those that have ended, in picoseconds.
    public struct Summary: Sendable, Equatable {
        public var name: String
        public var count: UInt64 = 0
        public var total: UInt64 = 0
        public var minimum: UInt64 = 0
        public var maximum: UInt64 = 0
        var ended: UInt64 = 0

        public var average: UInt64 { ended == 0 ? 0 : total / ended }
    }

    /// Everything that the tables show, taken at one moment.
    public struct Snapshot: Sendable, Equatable {
        public var current: [Event] = []
        /// The last few of each track, oldest first.
        public var history: [Event] = []
        /// The last of all tracks, oldest first.
        public var historyLong: [Event] = []
        public var summaries: [Summary] = []
        /// When it was taken.
        public var now: UInt64 = 0

        public init() {}
    }

    /// The instruments, as `setup_instruments` lists them.
    public static let names: [String] = [
        "Group Replication Module: Executing", "Group Replication Module: Suspending",
        "Multi-primary Switch: applying buffered transactions",
        "Multi-primary Switch: waiting for operation to complete on all members",
        "Multi-primary Switch: waiting for pending transactions to finish",
        "Multi-primary Switch: waiting on another member step completion",
        "Primary Election: Waiting for members to turn on super_read_only",
        "Primary Election: applying buffered transactions",
        "Primary Election: stabilizing transactions from former primaries",
        "Primary Election: waiting for members to enable super_read_only",
        "Primary Election: waiting for pending transactions to finish",
        "Primary Election: waiting on current primary transaction execution",
        "Primary Switch: checking current primary pre-conditions", "Primary Switch: executing Primary election",
        "Primary Switch: waiting for operation to complete on all members",
        "Primary Switch: waiting for pending transactions to finish",
        "Primary Switch: waiting on another member step completion",
        "Single-primary Switch: checking group pre-conditions", "Single-primary Switch: executing Primary election",
        "Single-primary Switch: waiting for operation to complete on all members",
        "Single-primary Switch: waiting on another member step completion", "Undergoing auto-rejoin procedure",
    ].map { "stage/group_rpl/" + $0 }

    private let lock = Lock()
    private let origin: MonotonicTime
    private let clock: @Sendable () -> MonotonicTime
    private let historySize: Int
    private let longHistorySize: Int
    private var current: [Track: Event] = [:]
    private var begun: [Track: UInt64] = [:]
    /// Oldest first; at most `longHistorySize`.
    private var ended: [Event] = []
    private var summaries: [String: Summary] = [:]

    /// `historySize`: `performance_schema_events_stages_history_size`; `longHistorySize`: the `_long_size`.
    public init(
        historySize: Int = 10, longHistorySize: Int = 10_000,
        clock: @escaping @Sendable () -> MonotonicTime = { .now() }
    ) {
        self.historySize = historySize
        self.longHistorySize = longHistorySize
        self.clock = clock
        origin = clock()
    }

    /// The track is in that stage now, or in none.
    public func show(_ stage: StageStatus?, on track: Track) {
        lock.lock()
        defer { lock.unlock() }
        let now = picoseconds()
        if let stage, current[track]?.stage.name == stage.name {
            current[track]?.stage = stage
            return
        }
        if let former = current.removeValue(forKey: track) { finish(former, at: now) }
        guard let stage else { return }
        let id = (begun[track] ?? 0) + 1
        begun[track] = id
        current[track] = Event(track: track, id: id, stage: stage, start: now, end: nil)
        summaries[stage.name, default: Summary(name: stage.name)].count += 1
    }

    /// What the tables show now. The summary has every known instrument, and every name that was ever shown.
    public func snapshot() -> Snapshot {
        lock.lock()
        defer { lock.unlock() }
        var snapshot = Snapshot()
        let now = picoseconds()
        for track in Track.allCases {
            if let event = current[track] { snapshot.current.append(event) }
            snapshot.history += ended.filter { $0.track == track }.suffix(historySize)
        }
        snapshot.historyLong = ended
        snapshot.summaries = StageRecorder.names.map { summaries[$0] ?? Summary(name: $0) }
        snapshot.summaries += summaries.values.filter { !StageRecorder.names.contains($0.name) }
            .sorted { $0.name < $1.name }
        snapshot.now = now
        return snapshot
    }

    private func picoseconds() -> UInt64 {
        UInt64(clamping: (clock() - origin).inNanoseconds).multipliedReportingOverflow(by: 1000).partialValue
    }

    private func finish(_ event: Event, at now: UInt64) {
        var event = event
        event.end = now
        ended.append(event)
        if ended.count > longHistorySize { ended.removeFirst(ended.count - longHistorySize) }
        let time = now >= event.start ? now - event.start : 0
        var summary = summaries[event.stage.name] ?? Summary(name: event.stage.name, count: 1)
        summary.total &+= time
        summary.minimum = summary.ended == 0 ? time : min(summary.minimum, time)
        summary.maximum = max(summary.maximum, time)
        summary.ended += 1
        summaries[event.stage.name] = summary
    }
}
