import Primitives

extension PaxosEngine {
    /// What is to be appended to the log, in order, as one batch.
    public struct Records: Sendable {
        public let entries: [PaxosLogEntry]
        public let token: UInt64
        public let sync: Bool
    }

    /// Appends a record of the upper layer. Returns the token that `persisted` will report.
    public mutating func append(_ entry: PaxosLogEntry) -> UInt64 {
        records.append(entry)
        recordsNeedSync = true
        return currentToken
    }

    /// The same without asking for a sync: it goes to disk with the next one.
    public mutating func appendUnsynced(_ entry: PaxosLogEntry) {
        records.append(entry)
    }

    mutating func append(_ record: PaxosRecord, sync: Bool) {
        records.append(PaxosLogEntry(slot: record.slot, bytes: record.bytes))
        if sync { recordsNeedSync = true }
    }

    /// Appends what a spare acceptor accepted: written and synced with the next record that needs it, or when ``lateSync`` has
    /// passed.
    mutating func appendLate(_ record: PaxosRecord, now: MonotonicTime) {
        append(record, sync: false)
        lateBytes += records.last?.bytes.count ?? 0
        lateToken = currentToken
        guard lateSyncDueAt.nanoseconds == 0 else { return }
        lateSyncDueAt = now + Self.lateSync
        lateFrom = record.slot
    }

    /// Syncs what was put off, when that is due. Whoever was to be prompt is slow if it is needed still.
    mutating func syncLate(now: MonotonicTime) {
        guard lateSyncDueAt.nanoseconds != 0, now >= lateSyncDueAt else { return }
        recordsNeedSync = true
        if !isDecided(lateFrom) { promptUntil = now + Self.promptness }
    }

    /// The records of this turn; nil when there are none and no sync is due.
    public mutating func takeRecords() -> Records? {
        // The sync that is put off takes them along: one write for all.
        if !recordsNeedSync && lateSyncDueAt.nanoseconds != 0 && lateBytes < Self.lateBytesLimit { return nil }
        if delivered > hintedThrough && !isReplaying && (!records.isEmpty || delivered >= hintedThrough + 64) {
            append(.delivered(through: delivered), sync: false)
            hintedThrough = delivered
            hints.append((delivered, currentToken))
        }
        guard !records.isEmpty || recordsNeedSync else { return nil }
        let result = Records(entries: records, token: currentToken, sync: recordsNeedSync)
        if recordsNeedSync {
            lastSyncToken = currentToken
            lateSyncDueAt = MonotonicTime(nanoseconds: 0)
        }
        records = []
        lateBytes = 0
        recordsNeedSync = false
        currentToken += 1
        return result
    }

    /// Keeps `item` until everything appended so far is on disk.
    mutating func hold(_ item: Held, now: MonotonicTime) {
        let late = plantedBug == .answerBeforeLateSync ? 0 : lateToken
        let token = recordsNeedSync ? currentToken : max(lastSyncToken, late)
        if token <= persistedToken {
            release(item, now: now)
        } else if plantedBug == .answerBeforePersist, case .reply = item {
            release(item, now: now)
        } else if plantedBug == .countBeforePersist, case .ownAcceptance = item {
            release(item, now: now)
        } else {
            held.append((token, item))
        }
    }

    /// Every record up to `token` is on disk.
    public mutating func persisted(token: UInt64, now: MonotonicTime) {
        guard token > persistedToken else { return }
        persistedToken = token
        while let first = hints.first, first.token <= token {
            durablyDelivered = first.slot
            hints.removeFirst()
        }
        while let first = held.first, first.token <= token {
            held.removeFirst()
            release(first.item, now: now)
        }
    }

    private mutating func release(_ item: Held, now: MonotonicTime) {
        switch item {
        case .reply(let peer, let message):
            // The proposer has its majority.
            if case .accepted(let slot, _) = message, isDecided(slot) { return }
            outgoing[peer].messages.write(message)
        case .ownAcceptance(let slot, let ballot):
            noteAcceptance(slot: slot, ballot: ballot, peer: 0, now: now)
        case .ownPromise(let slot, let ballot):
            notePromise(slot: slot, ballot: ballot, accepted: .none, value: [], peer: 0, now: now)
        case .reservation(let through):
            reservedThrough = max(reservedThrough, through)
        }
    }

    // MARK: Start

    /// Delivered slots are being read back from this member's own log.
    public var isReplaying: Bool { delivered < replayedThrough }

    /// Takes a record of an earlier run. Returns false for one that is not the engine's.
    public mutating func replay(_ bytes: [UInt8]) throws(MalformedBytes) -> Bool {
        guard let record = try PaxosRecord(bytes) else { return false }
        switch record {
        case .promised(let slot, let ballot):
            if slot > replayedThrough {
                let promised = max(replayed[slot, default: ReplayedSlot()].promised, Ballot(rawValue: ballot))
                replayed[slot, default: ReplayedSlot()].promised = promised
            }
        case .accepted(let slot, let ballot, let value):
            if slot > replayedThrough {
                var state = replayed[slot, default: ReplayedSlot()]
                state.promised = max(state.promised, Ballot(rawValue: ballot))
                if !state.isDecided && (state.accepted == .none || state.accepted <= Ballot(rawValue: ballot)) {
                    state.accepted = Ballot(rawValue: ballot)
                    state.value = value
                }
                replayed[slot] = state
            }
        case .decided(let slot, let value):
            if slot > replayedThrough {
                replayed[slot, default: ReplayedSlot()].value = value
                replayed[slot, default: ReplayedSlot()].isDecided = true
            }
        case .delivered(let through):
            if through > replayedThrough {
                replayedThrough = through
                replayed = replayed.filter { $0.key > through }
            }
        case .reserved(let through):
            ballotZeroFloor = max(ballotZeroFloor, through)
        }
        return true
    }

    /// Begins above `base`, the last slot that the given configurations and the upper layer's state take into account.
    /// What was replayed above it is delivered again.
    public mutating func install(base: Slot, configurations list: [Configuration], now: MonotonicTime) {
        precondition(!list.isEmpty && list[0].firstSlot <= base + 1, "no configuration for the first slot")
        delivered = base
        peers[0].delivered = base
        logStart = base
        cacheFloor = base
        replayedThrough = max(replayedThrough, base)
        replayed = replayed.filter { $0.key > base }
        hintedThrough = replayedThrough
        // What was read back is on disk.
        durablyDelivered = replayedThrough
        highestSeen = max(highestSeen, base)
        reservedThrough = ballotZeroFloor
        reservingThrough = ballotZeroFloor
        if plantedBug == .reuseReservedBlock { ballotZeroFloor = 0 }
        nextOwn = base + 1
        configurations = []
        rushThrough = base
        for configuration in list { addConfiguration(configuration) }
        updateWindow()
        advancedAt = now
        if delivered >= replayedThrough { adoptReplayed(now: now) }
    }

    /// Puts the open slots that the log told of into the ring, once everything before them is delivered again.
    mutating func adoptReplayed(now: MonotonicTime) {
        if plantedBug == .forgetOpenSlots { replayed = [:] }
        for (slot, state) in replayed.sorted(by: { $0.key < $1.key }) {
            // The log says where delivery was at most 64 slots late, so everything accepted fits the ring.
            guard let index = open(slot, ahead: Self.ringCapacity - 1) else { continue }
            ring[index].promised = max(ring[index].promised, state.promised)
            ring[index].accepted = state.accepted
            ring[index].value = state.value
            ring[index].isDecided = state.isDecided
            highestSeen = max(highestSeen, slot)
        }
        replayed = [:]
        nextOwn = max(nextOwn, delivered + 1)
        for slot in delivered + 1...max(delivered + 1, highestSeen) where slot <= highestSeen {
            let index = Self.ringIndex(slot)
            // What an earlier run proposed at ballot zero is finished by preparing, never proposed anew.
            if ring[index].slot == slot && ring[index].accepted != .none { nextOwn = max(nextOwn, slot + 1) }
        }
    }

    // MARK: Reading the log back

    /// Reads of the log that the shell is asked for.
    public mutating func takeLoads() -> [(token: UInt64, slots: ClosedRange<Slot>)] {
        if isReplaying && !loads.values.contains(where: { if case .own = $0 { true } else { false } }) {
            let through = min(replayedThrough, delivered + Self.fetchSlotsLimit)
            want(.own(through: through), from: delivered + 1, through: through)
        }
        defer { wantedLoads = [] }
        return wantedLoads
    }

    mutating func want(_ load: Load, from: Slot, through: Slot) {
        loads[nextLoadToken] = load
        wantedLoads.append((nextLoadToken, from...through))
        nextLoadToken += 1
    }

    /// The records of a read: for each slot the decided value is the one recorded as such, otherwise the accepted one
    /// of the highest ballot.
    public mutating func loaded(token: UInt64, records: [[UInt8]], now: MonotonicTime) throws(MalformedBytes) {
        guard let load = loads.removeValue(forKey: token) else { return }
        var values: [Slot: ReplayedSlot] = [:]
        for bytes in records {
            switch try PaxosRecord(bytes) {
            case .accepted(let slot, let ballot, let value):
                var state = values[slot, default: ReplayedSlot()]
                if !state.isDecided && (state.accepted == .none || state.accepted <= Ballot(rawValue: ballot)) {
                    state.accepted = Ballot(rawValue: ballot)
                    state.value = value
                    values[slot] = state
                }
            case .decided(let slot, let value):
                values[slot] = ReplayedSlot(value: value, isDecided: true)
            case .promised, .delivered, .reserved, nil:
                break
            }
        }
        switch load {
        case .own(let through):
            var slot = delivered + 1
            while slot <= through, let state = values[slot], state.isDecided || state.accepted != .none {
                guard let index = open(slot) else { break }
                ring[index].value = state.value
                ring[index].isDecided = true
                slot += 1
            }
            if slot == delivered + 1 {
                // The log lost what it had announced: fetch it from the peers instead.
                replayedThrough = delivered
                adoptReplayed(now: now)
            }
        case .peer(let peer, let from, let through):
            var slot = from
            var bytes = 0
            while slot <= min(through, delivered), bytes < Self.fetchBytesLimit, let state = values[slot],
                state.isDecided || state.accepted != .none
            {
                outgoing[peer].messages.write(PaxosMessage.decided(slot: slot, value: state.value))
                bytes += state.value.count
                slot += 1
            }
            outgoing[peer].messages.write(PaxosMessage.fetched(through: slot - 1))
        }
    }

    /// Records below `base + 1` have been given up.
    public mutating func trimmed(to base: Slot) {
        logStart = max(logStart, base)
    }
}
