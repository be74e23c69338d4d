import Primitives

extension PaxosEngine {
    /// Ends a turn: reserves and fills own slots, takes over those of silent owners, fetches what is missing, and lets
    /// the learns go. Call it once after all events that waited, before `takeRecords` and `takeOutgoing`.
    public mutating func finishTurn(now: MonotonicTime) {
        syncLate(now: now)
        guard !configurations.isEmpty && !isReplaying else { return }
        if isFrozen {
            fetchMissing(now: now)
            return
        }
        reserve(now: now)
        fillOwnSlots(now: now)
        if delivered < max(highestSeen, rushThrough) { resolve(now: now) }
        fetchMissing(now: now)
        flushLearns(now: now)
        sentAcceptInTurn = false
    }

    /// When `finishTurn` has something to do without any event.
    public func nextDeadline(now: MonotonicTime) -> MonotonicTime {
        var deadline = now + .seconds(3600)
        if learnsDueAt.nanoseconds != 0 { deadline = min(deadline, learnsDueAt) }
        if lateSyncDueAt.nanoseconds != 0 { deadline = min(deadline, lateSyncDueAt) }
        if isReplaying { return deadline }
        if delivered < max(highestSeen, rushThrough) || peers.contains(where: { $0.delivered > delivered }) {
            deadline = min(deadline, now + .milliseconds(10))
        }
        return deadline
    }

    /// The messages gathered for a peer, if there are any or a frame is wanted.
    public mutating func takeOutgoing(peer: Int) -> Outgoing? {
        guard outgoing[peer].isWanted || outgoing[peer].messages.count > 0 else { return nil }
        let result = outgoing[peer]
        outgoing[peer] = Outgoing()
        return result
    }

    /// Appends bytes of the upper layer (a code outside `PaxosMessage.codes` and what follows it) for a peer.
    public mutating func write(to peer: Int, _ body: (inout ByteWriter) -> Void) {
        body(&outgoing[peer].messages)
    }

    /// Has a frame go to the peer at the end of the turn even if it carries nothing.
    public mutating func wantFrame(to peer: Int) {
        outgoing[peer].isWanted = true
    }

    private var wantedThrough: Slot { min(max(highestSeen, rushThrough), windowEnd) }

    // MARK: Own slots

    /// Keeps a block of own slots reserved on disk ahead of their use.
    private mutating func reserve(now: MonotonicTime) {
        guard let last = configurations.last, last.members.count > 1 || configurations.count > 1 else { return }
        guard configurations.contains(where: { $0.members.count > 1 && $0.leaders.contains(0) }) else { return }
        let horizon = UInt64(last.configuration.eventHorizon)
        let used = max(nextOwn, delivered + 1)
        guard reservingThrough < used + 2 * horizon + 32 else { return }
        reservingThrough = used + 4 * horizon + 64
        append(.reserved(through: reservingThrough), sync: true)
        hold(.reservation(through: reservingThrough), now: now)
    }

    /// Own slots that the group has passed or waits for, and that no value came for: given up by a skip where that is
    /// allowed, otherwise filled with a no-op.
    private mutating func fillOwnSlots(now: MonotonicTime) {
        var slot = max(nextOwn, delivered + 1)
        var skipFrom: Slot?
        var skipTo: Slot = 0
        var skipConfiguration: UInt64 = 0
        while slot <= wantedThrough {
            let active = active(slot)
            guard active.owner(of: slot) == 0 else {
                slot += 1
                continue
            }
            let isAlone = active.members.count == 1
            if !isAlone && slot > ballotZeroFloor && slot > reservedThrough { break }
            nextOwn = slot + 1
            if !isAlone && slot <= ballotZeroFloor {
                // Resolved by preparing.
            } else if active.allowsSkips {
                if skipFrom != nil && skipConfiguration != active.configuration.number {
                    sendSkip(from: skipFrom, to: skipTo, configuration: skipConfiguration)
                    skipFrom = nil
                }
                if let index = open(slot), !ring[index].isDecided {
                    decide(index, value: [], wasAccepted: false, now: now)
                }
                skipFrom = skipFrom ?? slot
                skipTo = slot + 1
                skipConfiguration = active.configuration.number
            } else if let index = open(slot), ring[index].isUntouched {
                ring[index].proposal = []
                ring[index].ballot = .owner
                sendAccepts(index, now: now)
            }
            slot += 1
        }
        sendSkip(from: skipFrom, to: skipTo, configuration: skipConfiguration)
    }

    private mutating func sendSkip(from: Slot?, to: Slot, configuration: UInt64) {
        guard let from else { return }
        for member in active(from).members where member != 0 {
            outgoing[member].messages.write(
                PaxosMessage.skip(from: from, to: to, configuration: configuration))
        }
    }

    // MARK: Others' slots

    /// Repeats rounds that got no answer, and takes over slots that hold the order up.
    private mutating func resolve(now: MonotonicTime) {
        guard delivered + 1 <= wantedThrough else { return }
        for slot in delivered + 1...wantedThrough {
            guard let index = open(slot), !ring[index].isDecided else { continue }
            if ring[index].wantedSince.nanoseconds == 0 { ring[index].wantedSince = now }
            let active = active(slot)
            guard active.memberIndex(of: 0) != nil else { continue }
            switch ring[index].phase {
            case .preparing, .accepting:
                guard now >= ring[index].retryAt else { continue }
                if ring[index].highestCounter > ring[index].ballot.counter {
                    ring[index].attempts += 1
                    prepare(index, now: now)
                } else {
                    repeatRound(index, now: now)
                }
            case .idle:
                let patience = takeoverDelay(index, active: active, now: now)
                guard now >= ring[index].retryAt, now - ring[index].wantedSince >= patience else { continue }
                prepare(index, now: now)
            }
        }
    }

    /// How long this member waits before it takes over a slot: not at all for its own of an earlier run, and for those
    /// of a suspect if it is the first in line; long for those of a live owner.
    private func takeoverDelay(_ index: Int, active: ActiveConfiguration, now: MonotonicTime) -> Duration {
        let slot = ring[index].slot
        let owner = active.owner(of: slot)
        if owner == 0 {
            let isOfEarlierRun = slot <= ballotZeroFloor || ring[index].accepted == .owner
            if isOfEarlierRun { return .zero }
            return .milliseconds(500)
        }
        var rank = 0
        for member in active.members {
            if member == 0 { break }
            if !peers[member].isSuspect { rank += 1 }
        }
        if peers[owner].isSuspect { return .milliseconds(Int64(rank) * 40) }
        // What it proposed may be in the large frame that is coming in.
        if peers[owner].bytesUntil > now { return Self.patienceWithBytes }
        return .milliseconds(1000 + Int64(rank) * 200)
    }
}
