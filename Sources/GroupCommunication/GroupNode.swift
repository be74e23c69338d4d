import Consensus
import Platform

/// One member of a group: the pure core of group communication. It orders payloads by Paxos, keeps the membership,
/// detects failures and makes views; it never touches sockets, files, clocks, randomness or threads. The shell feeds
/// it events and carries its actions out.
public struct GroupNode: Sendable {
    public let settings: GroupNodeSettings
    /// When `NodeEvent.tick` is due next.
    public private(set) var nextDeadline: MonotonicTime

    public init(settings: GroupNodeSettings) {
        self.settings = settings
        nextDeadline = MonotonicTime(nanoseconds: 0)
    }

    /// Takes one record of the log of an earlier run, in the order in which they were written; before `start`. Throws
    /// on a record that no version of this program wrote.
    public mutating func replay(_ record: LogRecord) throws(MalformedBytes) {
    }

    /// Whether the replayed log holds a configuration that lists this server, so that `NodeRole.resume` is possible.
    public var canResume: Bool { false }

    /// Takes one event. Actions gather until `takeActions`: handle all events that wait, then take the actions once, so
    /// that each peer gets one frame and the disk one batch.
    public mutating func enqueue(_ event: NodeEvent, now: MonotonicTime) {
    }

    /// What the events since the last call lead to.
    public mutating func takeActions(now: MonotonicTime) -> [NodeAction] {
        []
    }

    /// One event and what it leads to.
    public mutating func handle(_ event: NodeEvent, now: MonotonicTime) -> [NodeAction] {
        enqueue(event, now: now)
        return takeActions(now: now)
    }
}
