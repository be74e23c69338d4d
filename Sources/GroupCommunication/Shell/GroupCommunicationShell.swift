import Consensus
import Platform

/// The real group communication: a ``GroupNode`` on its own thread, with the group log and the links around it.
///
/// One object serves a server's whole life; `start` and `stop` may follow each other many times. A standalone server is a
/// group of one without links: same path, same log.
///
/// Safe: everything that changes is guarded by `lock`.
public final class GroupCommunicationShell: GroupCommunicating, @unchecked Sendable {
    private let lock = Lock()
    // Guarded by `lock`.
    private var settings: GroupCommunicationSettings
    private var run: GroupCommunicationRun?
    private var lastStatistics = CommunicationStatistics()

    public init(_ settings: GroupCommunicationSettings) {
        self.settings = settings
    }

    /// Settings for the next start; the compression threshold acts at once.
    public func reconfigure(_ settings: GroupCommunicationSettings) {
        lock.withLock {
            var settings = settings
            // What no variable says stays.
            settings.storedMark = settings.storedMark ?? self.settings.storedMark
            settings.trace = settings.trace ?? self.settings.trace
            self.settings = settings
            run?.setCompressionThreshold(settings.compressionThreshold)
            if let allowlist = settings.allowlist { run?.setAllowlist(allowlist) }
        }
    }

    /// Opens the log, listens, and begins to take part. Throws when the log is damaged or the address cannot be had.
    /// Before a start in a role other than the log's, everything that the old log's deliveries led to must be on disk:
    /// the log may be erased.
    public func start(
        _ start: CommunicationStart, delegate: any GroupCommunicatingDelegate
    ) throws(CommunicationFailure) {
        let (present, isRunning) = lock.withLock { (settings, run != nil) }
        guard !isRunning else { throw CommunicationFailure("group communication runs already") }
        let begun = try GroupCommunicationRun(present, start, delegate)
        lock.withLock { run = begun }
    }

    public func checkAddresses(local: String, seeds: [String], resolves: Bool) throws(CommunicationFailure) -> [String] {
        try GroupAddress.checkLocal(local)
        return try GroupAddress.usable(seeds, resolves: resolves)
    }

    public func submit(_ payload: [UInt8]) {
        lock.withLock { run }?.submit(payload, drives: false)
    }

    public func submitDriving(_ payload: [UInt8]) {
        lock.withLock { run }?.submit(payload, drives: true)
    }

    public func command(_ command: NodeCommand) {
        lock.withLock { run }?.command(command)
    }

    public func stop() {
        let ended = lock.withLock { () -> GroupCommunicationRun? in
            defer { run = nil }
            return run
        }
        guard let ended else { return }
        ended.stop()
        let last = ended.statistics()
        lock.withLock { lastStatistics = last }
    }

    public func canResume(groupName: UUID) -> Bool {
        let (present, running) = lock.withLock { (settings, run) }
        if let running { return running.group == groupName }
        var node = GroupNode(
            settings: GroupNodeSettings(groupName: groupName, serverUUID: present.serverUUID, address: ""))
        do throws(CommunicationFailure) {
            _ = try GroupCommunicationRun.openLog(present, group: groupName, erases: false, into: &node)
        } catch {
            ErrorLog.shared.log(
                .error, subsystem: "Repl",
                "Plugin group_replication reported: '[GCS] \(error.description). With it this server has forgotten what it "
                    + "promised to its group, so it does not vote as the member that it was: it has to join the group anew.'")
            return false
        }
        return node.canResume
    }

    public var logMark: GroupLogMark? { lock.withLock { run }?.logMark }

    public var hasLog: Bool {
        let directory = lock.withLock { settings.directory }
        return !GroupLog.isEmpty(directory: directory)
    }

    public func statistics() -> CommunicationStatistics {
        let (running, last) = lock.withLock { (run, lastStatistics) }
        return running?.statistics() ?? last
    }
}
