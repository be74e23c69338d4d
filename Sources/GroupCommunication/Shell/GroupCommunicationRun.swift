import Consensus
import Network
import Platform

/// One start-to-stop of group communication: owns the node, the log writer and the links, and the group communication
/// thread ("gct"). One thread at a time drives the node, a batch of events in each turn: that one, or whoever brought the
/// event (see ``NodeInbox``).
///
/// Safe: the node and what follows belong to the driver, of which the queue lets there be one at a time; the rest is
/// guarded by `lock`.
final class GroupCommunicationRun: @unchecked Sendable {
    let group: UUID
    private let queue = NodeInbox()
    private let delegate: any GroupCommunicatingDelegate
    private let logWriter: GroupLogWriter
    private let transport: Transport?
    private let pollSpinLoops: Int
    private let trace: GroupTrace?
    private let lock = Lock()
    // Guarded by `lock`.
    private var counters = CommunicationStatistics()
    private var compressionThreshold: Int
    private var thread: Thread?
    // Only the driver's, once the thread runs.
    private var node: GroupNode
    private var followUps: [NodeEvent] = []
    private var turn = CommunicationStatistics()
    /// The numbers of the configurations whose members the links were told of.
    private var publishedConfigurations: (UInt64, UInt64) = (0, 0)

    /// Opens the log on disk and reads it into a node, or erases it.
    static func openLog(
        _ settings: GroupCommunicationSettings, group: UUID, erases: Bool, into node: inout GroupNode
    ) throws(CommunicationFailure) -> GroupLog {
        var logSettings = GroupLog.Settings()
        logSettings.segmentBytes = settings.logSegmentBytes
        do throws(GroupLogError) {
            if erases { try GroupLog.erase(directory: settings.directory) }
            let log = try GroupLog(directory: settings.directory, group: group, settings: logSettings) {
                record throws(GroupLogError) in
                do throws(MalformedBytes) {
                    try node.replay(record)
                } catch {
                    throw .corrupt(path: settings.directory, offset: 0, reason: "slot \(record.slot): \(error)")
                }
            }
            if let mark = log.mark, let stored = settings.storedMark?(), !mark.covers(stored) {
                throw .corrupt(
                    path: settings.directory, offset: mark.end,
                    reason: "it ends at \(mark), and \(stored) was on disk when this server's data were written. It is "
                        + "an older copy, or has lost its end")
            }
            return log
        } catch {
            throw CommunicationFailure(error.description)
        }
    }

    init(
        _ settings: GroupCommunicationSettings, _ start: CommunicationStart, _ delegate: any GroupCommunicatingDelegate
    ) throws(CommunicationFailure) {
        let isStandalone = start.role == .standalone
        var nodeSettings = GroupNodeSettings(
            groupName: start.groupName, serverUUID: settings.serverUUID, address: isStandalone ? "" : start.address)
        nodeSettings.maximumMessageSize = settings.maximumMessageSize
        nodeSettings.expelTimeout = settings.expelTimeout
        nodeSettings.suspicionTimeout = settings.suspicionTimeout
        nodeSettings.heartbeatInterval = settings.heartbeatInterval
        nodeSettings.maximumLogBytes = settings.maximumLogBytes
        nodeSettings.asksBeforeJoin = settings.asksBeforeJoin
        var node = GroupNode(settings: nodeSettings)
        let log = try GroupCommunicationRun.openLog(
            settings, group: start.groupName, erases: start.erasesLog, into: &node)
        group = start.groupName
        self.node = node
        self.delegate = delegate
        pollSpinLoops = settings.pollSpinLoops
        trace = isStandalone ? nil : settings.trace
        compressionThreshold = settings.compressionThreshold
        // First what may fail: nothing runs yet.
        var tls: LinkTLS?
        var secret: GroupSecret?
        if !isStandalone && !start.isOffline {
            if let makeTLS = settings.makeTLS { tls = try makeTLS() }
            if let readSecret = settings.readSecret { secret = try readSecret() }
        }
        let queue = queue
        let driver = Driver()
        guard
            let writer = GroupLogWriter(
                log: log,
                answer: { answers in
                    queue.post(.log(answers), drives: true)
                    driver.run?.drive()
                })
        else {
            throw CommunicationFailure("cannot start the group log's thread")
        }
        logWriter = writer
        if isStandalone || start.isOffline {
            transport = nil
        } else {
            var links = TransportSettings(
                group: start.groupName, serverUUID: settings.serverUUID, address: start.address)
            guard let allowlist = settings.allowlist else {
                writer.stop()
                throw CommunicationFailure("Invalid hostname or IP address in the group_replication_ip_allowlist")
            }
            links.allowlist = allowlist
            if let ranges = allowlist.automaticRanges {
                ErrorLog.shared.log(
                    .note, code: 11735, subsystem: "Repl",
                    "Plugin group_replication reported: '[GCS] Added automatically IP ranges \(ranges) to the allowlist'")
            }
            links.tls = tls
            links.secret = secret
            do throws(NetworkError) {
                transport = try Transport(settings: links) { event in
                    switch event {
                    case .received(let peer, let frame):
                        queue.post(frame: frame, from: peer)
                        driver.run?.drive()
                    case .sawBytes(let peer): queue.post(.node(.sawBytes(from: peer)))
                    case .linkUp(let peer, let server): queue.post(.node(.linkUp(peer, server: server)))
                    case .linkDown(let peer, let evidence): queue.post(.node(.linkDown(peer, evidence)))
                    }
                }
            } catch {
                writer.stop()
                throw CommunicationFailure("Unable to listen on \(start.address): \(error)", isOfPort: true)
            }
        }
        var random = SystemRandomNumberGenerator()
        queue.post(
            .node(
                .start(
                    NodeStart(
                        role: start.role, from: start.from, incarnation: random.next() | 1,
                        // MySQL's form: the clock in tenths of a microsecond, and some chance.
                        viewRandom: UInt64(WallClock.microseconds()) * 10 + random.next(upperBound: 1000 as UInt64),
                        // Later than whatever was begun before.
                        epoch: isStandalone
                            ? 0
                            : UInt64(clamping: WallClock.microseconds() / 1000) << 8
                                | random.next(upperBound: 256 as UInt64),
                        watched: start.watched, isOffline: start.isOffline,
                        joinPayload: start.joinPayload, leaderChoice: start.leaderChoice,
                        eventHorizon: settings.eventHorizon))))
        guard let thread = Thread.start(name: "gct", stackSize: 4 << 20, { [self] in runThread() }) else {
            transport?.stop()
            writer.stop()
            throw CommunicationFailure("cannot start the group communication thread")
        }
        lock.withLock { self.thread = thread }
        driver.run = self
    }

    /// Who brings events before the run is whole leaves them to its thread.
    ///
    /// Safe: `target` is read and written under `lock`.
    private final class Driver: @unchecked Sendable {
        private let lock = Lock()
        private weak var target: GroupCommunicationRun?

        var run: GroupCommunicationRun? {
            get { lock.withLock { target } }
            set { lock.withLock { target = newValue } }
        }
    }

    // MARK: Any thread

    func submit(_ payload: [UInt8], drives: Bool) {
        let threshold = lock.withLock { compressionThreshold }
        queue.post(.node(.submit(PayloadEnvelope.seal(payload, threshold: threshold))), drives: drives)
        if drives { drive() }
    }

    func command(_ command: NodeCommand) {
        queue.post(.node(.command(command)))
    }

    func setCompressionThreshold(_ bytes: Int) {
        lock.withLock { compressionThreshold = bytes }
    }

    func setAllowlist(_ allowlist: IPAllowlist) {
        transport?.setAllowlist(allowlist)
    }

    func statistics() -> CommunicationStatistics {
        var result = lock.withLock { counters }
        result.logBytes = logWriter.bytesOnDisk
        return result
    }

    var logMark: GroupLogMark? { logWriter.syncedMark }

    /// Ends everything. What was handed to the log is written.
    func stop() {
        queue.end()
        lock.withLock { thread }?.join()
        queue.close()
        transport?.stop()
        logWriter.stop()
    }

    // MARK: The thread

    private func runThread() {
        while var events = queue.take(spins: pollSpinLoops) {
            while runTurn(events), let more = queue.endTurn(deadline: node.nextDeadline, goesOn: true) { events = more }
            if failure != nil { break }
        }
        if failure != nil { failStop() }
    }

    /// Turns that a thread with other work runs before it leaves the rest to the group communication thread.
    private static let turnsInPassing = 3

    /// Runs the node's turn on the calling thread, which holds no lock, unless another thread does.
    private func drive() {
        guard var events = queue.beginTurn() else { return }
        var turns = 1
        while true {
            guard runTurn(events) else {
                // Ending the links is for a thread that is none of theirs.
                queue.end()
                _ = queue.endTurn(deadline: node.nextDeadline, goesOn: false)
                return
            }
            let goesOn = turns < GroupCommunicationRun.turnsInPassing
            guard let more = queue.endTurn(deadline: node.nextDeadline, goesOn: goesOn) else { return }
            events = more
            turns += 1
        }
    }

    /// False when the log has failed.
    private func runTurn(_ events: [NodeInbox.Event]) -> Bool {
        let now = MonotonicTime.now()
        let traced = trace?.enabled ?? []
        if !traced.isEmpty { trace?.write(events.compactMap { $0.line(traced) }) }
        for event in events {
            switch event {
            case .node(let event): take(event, now)
            case .received(let peer, let frame):
                turn.bytesReceived += UInt64(frame.count)
                node.enqueue(.received(from: peer, frame: frame), now: now)
            case .log(let answers):
                for answer in answers where !take(answer, now) { return false }
            }
        }
        if now >= node.nextDeadline { node.enqueue(.tick, now: now) }
        var hasDelivered = carryOut(node.takeActions(now: now))
        // What the upper layer answers at once is part of the same turn.
        while !followUps.isEmpty {
            let answers = followUps
            followUps = []
            for answer in answers { node.enqueue(answer, now: now) }
            if carryOut(node.takeActions(now: now)) { hasDelivered = true }
        }
        if hasDelivered {
            turn.lastConsensusEnd = UInt64(WallClock.microseconds())
            delegate.deliveredAll()
        }
        publishMembers()
        publishCounters()
        return true
    }

    /// Tells the links whose are members'.
    private func publishMembers() {
        guard let transport else { return }
        let now = (node.configuration?.number ?? 0, node.latestConfiguration?.number ?? 0)
        guard now != publishedConfigurations else { return }
        publishedConfigurations = now
        transport.setMembers(
            Set(node.knownMembers.map { LinkIdentity(serverUUID: $0.identity.serverUUID, address: $0.address) }))
    }

    private func take(_ event: NodeEvent, _ now: MonotonicTime) {
        if case .submit = event { turn.proposals += 1 }
        node.enqueue(event, now: now)
    }

    /// False when the log has failed.
    private func take(_ answer: GroupLogWriter.Answer, _ now: MonotonicTime) -> Bool {
        switch answer {
        case .persisted(let token): node.enqueue(.persisted(token: token), now: now)
        case .loaded(let token, let records): node.enqueue(.loaded(token: token, records: records), now: now)
        case .failed(let error):
            ErrorLog.shared.log(
                .error, subsystem: "Repl",
                "Plugin group_replication reported: '[GCS] \(error). This member acknowledges nothing any more.'")
            failure = error
            return false
        }
        return true
    }

    private var failure: GroupLogError?

    /// After the log has failed nothing may leave this member: its promises may be forgotten. Peers see it go.
    private func failStop() {
        queue.close()
        transport?.stop()
        delegate.failed(failure?.description ?? "")
    }

    /// Returns whether something was delivered.
    private func carryOut(_ actions: [NodeAction]) -> Bool {
        var hasDelivered = false
        let traced = trace?.enabled ?? []
        if !traced.isEmpty { trace?.write(actions.compactMap { $0.line(traced) }) }
        for action in actions {
            switch action {
            case .send(let peer, let frame):
                turn.totalMessagesSent += 1
                turn.bytesSent += UInt64(frame.count)
                transport?.send(frame, to: peer)
            case .persist(let records, let token, let sync):
                logWriter.enqueue(.persist(records: records, token: token, sync: sync))
            case .load(let slots, let maximumBytes, let token):
                logWriter.enqueue(.load(slots: slots, maximumBytes: maximumBytes, token: token))
            case .trimLog(let slot): logWriter.enqueue(.trim(belowSlot: slot))
            case .eraseLog: logWriter.enqueue(.erase)
            case .connect(let peer): transport?.connect(to: peer)
            case .disconnect(let peer): transport?.disconnect(from: peer)
            case .deliver(let position, let origin, let payload):
                hasDelivered = true
                deliver(payload, at: position, from: origin)
            case .installView(let position, let view):
                hasDelivered = true
                delegate.viewInstalled(view, at: position)
            case .configurationChanged(let position, let configuration):
                hasDelivered = true
                delegate.configurationChanged(configuration, at: position)
            case .requestState(let request):
                followUps.append(.command(.provideState(request: request, state: delegate.stateForView())))
            case .approveJoin(let request, let member, let payload):
                let refusal = delegate.refusalOfJoin(by: member, payload: payload)
                followUps.append(.command(.answerJoin(request: request, refusal: refusal)))
            case .reachabilityChanged(let unreachable): delegate.reachabilityChanged(unreachable: unreachable)
            case .majorityLost: delegate.majorityChanged(hasMajority: false)
            case .majorityRegained: delegate.majorityChanged(hasMajority: true)
            case .joinRefused(let refusal): delegate.joinRefused(refusal)
            case .asked(let standings): delegate.asked(standings)
            case .left(let reason): delegate.left(reason)
            case .forceAnswered(let problem): delegate.forceAnswered(problem)
            case .log(let level, let text): log(level, text)
            }
        }
        return hasDelivered
    }

    private func deliver(_ sealed: [UInt8], at position: LogPosition, from origin: MemberIdentity) {
        do throws(MalformedBytes) {
            delegate.delivered(try PayloadEnvelope.open(sealed), at: position)
        } catch {
            // The same bytes are unreadable for every member, so all of them leave it out.
            log(.error, "A message of \(origin) cannot be read and is left out: \(error)")
        }
    }

    private func log(_ level: NodeLogLevel, _ text: String) {
        let shown: ErrorLog.Level =
            switch level {
            case .note: .note
            case .warning: .warning
            case .error: .error
            }
        ErrorLog.shared.log(shown, code: 11735, subsystem: "Repl", "Plugin group_replication reported: '[GCS] \(text)'")
    }

    private func publishCounters() {
        let cache = node.messageCache
        turn.messageCacheBytes = UInt64(cache.bytes)
        turn.messageCacheCount = cache.slots
        lock.withLock { counters = turn }
    }
}
