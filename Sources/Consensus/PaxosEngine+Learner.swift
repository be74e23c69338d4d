import Primitives

extension PaxosEngine {
    /// The slot's value is final. `wasAccepted`: it is what this member's acceptor has in its log for the slot.
    mutating func decide(_ index: Int, value: [UInt8], wasAccepted: Bool, now: MonotonicTime) {
        if ring[index].isDecided {
            if ring[index].value != value { noteConflict(ring[index].slot) }
            return
        }
        if ring[index].carriesOwnValue && !ring[index].yielded && ring[index].proposal != value {
            ring[index].yielded = true
        }
        if !wasAccepted || ring[index].value != value {
            ring[index].value = value
            append(.decided(slot: ring[index].slot, value: value), sync: false)
        }
        ring[index].isDecided = true
        ring[index].phase = .idle
        ring[index].proposal = []
        ring[index].foundValue = []
    }

    func isDecided(_ slot: Slot) -> Bool {
        if slot <= delivered { return true }
        let index = Self.ringIndex(slot)
        return ring[index].slot == slot && ring[index].isDecided
    }

    mutating func learn(slot: Slot, ballot: Ballot, now: MonotonicTime) {
        guard let index = open(slot), !ring[index].isDecided else { return }
        highestSeen = max(highestSeen, slot)
        let matches = ring[index].accepted == ballot
        if matches || (plantedBug == .learnAnyBallot && ring[index].accepted != .none) {
            decide(index, value: ring[index].value, wasAccepted: true, now: now)
        } else if ring[index].phase == .accepting && ring[index].ballot == ballot {
            decide(index, value: ring[index].proposal, wasAccepted: false, now: now)
        } else {
            ring[index].learned = ballot
        }
    }

    /// Tells the peers what this member's rounds decided, in runs of slots. Held back for a moment where one leader
    /// serves all, since nobody waits for it there and it can travel with the next proposal.
    mutating func flushLearns(now: MonotonicTime) {
        guard !pendingLearns.isEmpty else { return }
        let isUrgent = sentAcceptInTurn || configurations.count > 1 || (configurations.first?.leaders.count ?? 0) > 1
        if !isUrgent {
            if learnsDueAt.nanoseconds == 0 {
                learnsDueAt = now + .milliseconds(2)
                return
            }
            guard now >= learnsDueAt else { return }
        }
        learnsDueAt = MonotonicTime(nanoseconds: 0)
        var start = 0
        while start < pendingLearns.count {
            let (slot, ballot) = pendingLearns[start]
            var count = 1
            while start + count < pendingLearns.count && count < 1000
                && pendingLearns[start + count].ballot == ballot
                && pendingLearns[start + count].slot == slot + UInt64(count)
                && (configurations.count == 1)
            {
                count += 1
            }
            for member in active(slot).members where member != 0 {
                outgoing[member].messages.write(
                    PaxosMessage.learn(slot: slot, count: UInt16(count), ballot: ballot.rawValue))
            }
            start += count
        }
        pendingLearns.removeAll(keepingCapacity: true)
    }

    mutating func receiveSkip(from: Slot, to: Slot, configuration number: UInt64, peer: Int, now: MonotonicTime) {
        guard to > from, to - from <= Self.acceptAhead,
            let active = configurations.first(where: { $0.configuration.number == number }), active.allowsSkips
        else { return }
        // No look behind the configuration's end, as far as it is known.
        let end = configurations.first { $0.firstSlot > active.firstSlot }?.firstSlot ?? .max
        for slot in max(from, active.firstSlot, delivered + 1)..<max(to, from, active.firstSlot, delivered + 1) {
            guard slot < end, active.owner(of: slot) == peer, let index = open(slot) else { continue }
            // A proposal of the owner's own is not meant.
            if ring[index].accepted == .owner || ring[index].isDecided { continue }
            highestSeen = max(highestSeen, slot)
            decide(index, value: [], wasAccepted: false, now: now)
        }
    }

    // MARK: Fetching

    mutating func serveFetch(from: Slot, through: Slot, peer: Int, now: MonotonicTime) {
        guard from <= through else { return }
        if from <= logStart {
            outgoing[peer].messages.write(
                PaxosMessage.unavailable(first: logStart + 1, isDispensable: isMajorityAble(without: peer)))
            return
        }
        let last = min(through, from + Self.fetchSlotsLimit - 1)
        var bytes = 0
        var slot = from
        while slot <= last && bytes < Self.fetchBytesLimit {
            let index = Self.ringIndex(slot)
            let isHere = ring[index].slot == slot
            if isHere && ring[index].isDecided {
                outgoing[peer].messages.write(PaxosMessage.decided(slot: slot, value: ring[index].value))
                bytes += ring[index].value.count
            } else if slot <= delivered {
                let isBusy = loads.values.contains { if case .peer(peer, _, _) = $0 { true } else { false } }
                let until = min(last, delivered)
                if slot == from && !isBusy { want(.peer(peer, from: slot, through: until), from: slot, through: until) }
                if slot == from { return }
                break
            } else if isHere && ring[index].phase == .accepting && active(slot).memberIndex(of: peer) != nil {
                outgoing[peer].messages.write(
                    PaxosMessage.accept(
                        slot: slot, ballot: ring[index].ballot.rawValue, value: ring[index].proposal))
                bytes += ring[index].proposal.count
            }
            slot += 1
        }
        highestSeen = max(highestSeen, min(last, delivered + Self.acceptAhead))
        outgoing[peer].messages.write(PaxosMessage.fetched(through: slot - 1))
    }

    /// How long nobody is asked for what is missing while a large frame comes in, which may bring it: to ask would have it sent
    /// twice, over a link that is the narrow place already.
    static let patienceWithBytes: Duration = .seconds(10)

    /// Asks for what this member lacks: of a peer that has delivered more at once, of the slot's owner after a while.
    mutating func fetchMissing(now: MonotonicTime) {
        guard delivered < highestSeen || peers.contains(where: { $0.delivered > delivered }) else {
            behindSince = nil
            return
        }
        // After a quiet time the last progress was long ago; what counts is how long something has been missing.
        let since = behindSince ?? now
        behindSince = since
        let stalled = now - max(since, advancedAt)
        guard stalled >= .milliseconds(20), !hasNext else { return }
        if stalled < Self.patienceWithBytes, peers.contains(where: { $0.bytesUntil > now }) { return }
        if fetchingThrough != 0 && now < fetchDueAt { return }
        let active = active(delivered + 1)
        let first = delivered + 1
        // Members of the coming configurations know the slots too.
        let ahead = configurations.flatMap(\.members).filter {
            $0 != 0 && peers[$0].delivered > delivered && !peers[$0].isUnavailable
        }
        if !ahead.isEmpty {
            fetchTurn += 1
            let live = ahead.filter { !peers[$0].isSuspect }
            let candidates = live.isEmpty ? ahead : live
            let peer = candidates[fetchTurn % candidates.count]
            let through = min(peers[peer].delivered, delivered + Self.fetchSlotsLimit)
            outgoing[peer].messages.write(PaxosMessage.fetch(from: first, through: through))
            fetchingThrough = through
            fetchDueAt = now + .milliseconds(300)
        } else if highestSeen > delivered && stalled >= .milliseconds(100) {
            let owner = active.owner(of: first)
            let others = active.members.filter { $0 != 0 }
            guard !others.isEmpty else { return }
            fetchTurn += 1
            let peer = owner != 0 && fetchTurn % 2 == 1 ? owner : others[fetchTurn % others.count]
            let through = min(highestSeen, delivered + Self.fetchSlotsLimit, windowEnd)
            guard through >= first else { return }
            outgoing[peer].messages.write(PaxosMessage.fetch(from: first, through: through))
            fetchingThrough = through
            fetchDueAt = now + .milliseconds(200)
        }
    }

    private func isMajorityAble(without peer: Int) -> Bool {
        guard let latest = configurations.last else { return false }
        // Those who lack the same may come to the same conclusion at the same time, so they do not count.
        let able = latest.members.filter {
            $0 != peer && ($0 == 0 || (!peers[$0].isSuspect && peers[$0].deliveredNow >= logStart))
        }
        return able.count >= latest.majority
    }

    /// What this member lacks is in no log any more that it could ask for: every other member said so, or every one that is
    /// heard and ahead, and the group goes on without this one. Otherwise it stays: one that is down may still have it, a
    /// joiner never had it, and to give up because of such a one would throw an acceptor's log away that a majority needs.
    public var isBeyondPeersLogs: Bool {
        guard peers.contains(where: \.isUnavailable) else { return false }
        if isDispensed {
            return !peers.contains { $0.delivered > delivered && !$0.isSuspect && !$0.isUnavailable }
        }
        return configurations.allSatisfy { $0.members.allSatisfy { $0 == 0 || peers[$0].isUnavailable } }
    }
}
