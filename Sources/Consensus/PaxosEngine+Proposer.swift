import Primitives

extension PaxosEngine {
    /// The slot in which this member may propose a value now: its own next one. Nil while none is open.
    public mutating func proposalSlot() -> Slot? {
        guard !isReplaying, !isFrozen, !configurations.isEmpty else { return nil }
        var slot = max(nextOwn, delivered + 1)
        while slot <= windowEnd {
            let active = active(slot)
            guard active.leaders.contains(0) else {
                // Not a leader there: look behind it.
                guard let later = configurations.first(where: { $0.firstSlot > slot }) else { return nil }
                slot = later.firstSlot
                continue
            }
            if active.owner(of: slot) == 0, let index = open(slot), ring[index].isUntouched {
                let isAlone = active.members.count == 1
                if isAlone || slot > ballotZeroFloor {
                    return isAlone || slot <= reservedThrough ? slot : nil
                }
                if !active.allowsSkips { return slot }
                // An earlier run may have skipped it: it is resolved, and the window moves on.
                highestSeen = max(highestSeen, slot)
            }
            slot += 1
        }
        return nil
    }

    /// Proposes in the slot that `proposalSlot` just returned.
    public mutating func propose(_ value: [UInt8], in slot: Slot, now: MonotonicTime) {
        guard let index = open(slot) else { return }
        highestSeen = max(highestSeen, slot)
        nextOwn = max(nextOwn, slot + 1)
        ring[index].carriesOwnValue = true
        ring[index].yielded = false
        ring[index].proposal = value
        if slot <= ballotZeroFloor && active(slot).members.count > 1 {
            prepare(index, now: now)
        } else {
            ring[index].ballot = .owner
            sendAccepts(index, now: now)
        }
    }

    /// Proposes in another member's slot, which must be a slot where owners do not skip: for changes of the configuration
    /// while the leaders are dead. Returns the slot; nil while none is free.
    public mutating func proposeByTakeover(_ value: [UInt8], now: MonotonicTime) -> Slot? {
        guard !isReplaying, !isFrozen, !configurations.isEmpty else { return nil }
        var slot = delivered + 1
        for used in delivered + 1...max(delivered + 1, min(windowEnd, highestSeen)) {
            let entry = ring[Self.ringIndex(used)]
            if entry.slot == used && (entry.accepted != .none || entry.isDecided || entry.phase != .idle) {
                slot = used + 1
            }
        }
        while slot <= windowEnd {
            let active = active(slot)
            if !active.allowsSkips, active.memberIndex(of: 0) != nil, let index = open(slot) {
                if !ring[index].isDecided && ring[index].phase == .idle {
                    highestSeen = max(highestSeen, slot)
                    ring[index].carriesOwnValue = true
                    ring[index].yielded = false
                    ring[index].proposal = value
                    prepare(index, now: now)
                    return slot
                }
            }
            slot += 1
        }
        return nil
    }

    // MARK: Rounds

    /// Begins a round at a ballot of this member's own in the slot, keeping the proposal that is there.
    mutating func prepare(_ index: Int, now: MonotonicTime) {
        let slot = ring[index].slot
        let active = active(slot)
        guard let place = active.memberIndex(of: 0) else { return }
        let counter = max(ring[index].promised.counter, ring[index].highestCounter, ring[index].ballot.counter) + 1
        guard counter < Ballot.maximumCounter else { return }
        let ballot = Ballot(counter: counter, memberIndex: place)
        ring[index].phase = .preparing
        ring[index].ballot = ballot
        ring[index].promises = 0
        ring[index].acceptances = 0
        ring[index].found = ring[index].accepted
        ring[index].foundValue = ring[index].accepted == .none ? [] : ring[index].value
        ring[index].promised = ballot
        ring[index].retryAt = now + retryDelay(ring[index].attempts)
        append(.promised(slot: slot, ballot: ballot.rawValue), sync: true)
        hold(.ownPromise(slot: slot, ballot: ballot), now: now)
        for member in active.members where member != 0 {
            outgoing[member].messages.write(PaxosMessage.prepare(slot: slot, ballot: ballot.rawValue))
        }
    }

    mutating func notePromise(
        slot: Slot, ballot: Ballot, accepted: Ballot, value: [UInt8], peer: Int, now: MonotonicTime
    ) {
        guard let index = open(slot), ring[index].phase == .preparing, ring[index].ballot == ballot,
            !ring[index].isDecided
        else { return }
        let active = active(slot)
        guard let place = active.memberIndex(of: peer) else { return }
        if accepted != .none && (ring[index].found == .none || accepted > ring[index].found) {
            ring[index].found = accepted
            ring[index].foundValue = value
        }
        ring[index].promises |= 1 << UInt16(place)
        guard let own = active.memberIndex(of: 0), ring[index].promises & (1 << UInt16(own)) != 0 else { return }
        let needed = plantedBug == .skipPrepareMajority ? 1 : active.majority
        guard ring[index].promises.nonzeroBitCount >= needed else { return }
        chooseProposal(index, active: active)
        sendAccepts(index, now: now)
    }

    /// With a majority's promises: what was found accepted at the highest ballot must be proposed; only if nothing was,
    /// the proposer is free.
    private mutating func chooseProposal(_ index: Int, active: ActiveConfiguration) {
        if ring[index].found != .none && plantedBug != .ignoreFoundValue {
            if ring[index].carriesOwnValue && ring[index].foundValue != ring[index].proposal {
                ring[index].yielded = true
            }
            ring[index].proposal = ring[index].foundValue
        } else if active.allowsSkips {
            // Its owner may have skipped the slot, unless that is this member, which knows that it did not.
            let slot = ring[index].slot
            let isOwnProposal =
                ring[index].carriesOwnValue && active.owner(of: slot) == 0 && slot > ballotZeroFloor
                && !ring[index].yielded
            if !isOwnProposal {
                if ring[index].carriesOwnValue { ring[index].yielded = true }
                ring[index].proposal = []
            }
        }
        ring[index].foundValue = []
    }

    /// Asks the slot's members to accept the proposal at the round's ballot; this member's own acceptor too.
    mutating func sendAccepts(_ index: Int, now: MonotonicTime) {
        let slot = ring[index].slot
        let ballot = ring[index].ballot
        let active = active(slot)
        ring[index].phase = .accepting
        ring[index].acceptances = 0
        ring[index].retryAt = now + acceptDelay(index)
        let message = PaxosMessage.accept(slot: slot, ballot: ballot.rawValue, value: ring[index].proposal)
        for member in active.members where member != 0 {
            outgoing[member].messages.write(message)
        }
        sentAcceptInTurn = true
        if ballot >= ring[index].promised {
            ring[index].promised = ballot
            ring[index].accepted = ballot
            ring[index].value = ring[index].proposal
            append(.accepted(slot: slot, ballot: ballot.rawValue, value: ring[index].value), sync: true)
            hold(.ownAcceptance(slot: slot, ballot: ballot), now: now)
        }
    }

    mutating func noteAcceptance(slot: Slot, ballot: Ballot, peer: Int, now: MonotonicTime) {
        guard let index = open(slot), ring[index].phase == .accepting, ring[index].ballot == ballot,
            !ring[index].isDecided
        else { return }
        let active = active(slot)
        guard let place = active.memberIndex(of: peer) else { return }
        ring[index].acceptances |= 1 << UInt16(place)
        let needed = plantedBug == .smallQuorum ? max(1, active.majority - 1) : active.majority
        guard ring[index].acceptances.nonzeroBitCount >= needed else { return }
        let wasAccepted = ring[index].accepted == ballot
        decide(index, value: ring[index].proposal, wasAccepted: wasAccepted, now: now)
        if active.members.count > 1 { pendingLearns.append((slot, ballot)) }
    }

    /// Sends a round's message again to those that have not answered.
    mutating func repeatRound(_ index: Int, now: MonotonicTime) {
        let slot = ring[index].slot
        let active = active(slot)
        let answered = ring[index].phase == .preparing ? ring[index].promises : ring[index].acceptances
        let ballot = ring[index].ballot.rawValue
        let message: PaxosMessage =
            ring[index].phase == .preparing
            ? .prepare(slot: slot, ballot: ballot)
            : .accept(slot: slot, ballot: ballot, value: ring[index].proposal)
        for (place, member) in active.members.enumerated() where member != 0 {
            if answered & (1 << UInt16(place)) == 0 { outgoing[member].messages.write(message) }
        }
        ring[index].attempts += 1
        ring[index].retryAt = now + (ring[index].phase == .preparing ? retryDelay(ring[index].attempts) : acceptDelay(index))
    }

    /// A link to the peer is new: what it may have missed goes out again at once.
    public mutating func relinked(peer: Int, now: MonotonicTime) {
        guard !configurations.isEmpty, highestSeen > delivered else { return }
        for slot in delivered + 1...min(highestSeen, delivered + Self.acceptAhead) {
            let index = Self.ringIndex(slot)
            guard ring[index].slot == slot, !ring[index].isDecided else { continue }
            guard let place = active(slot).memberIndex(of: peer) else { continue }
            let ballot = ring[index].ballot.rawValue
            switch ring[index].phase {
            case .idle:
                break
            case .preparing:
                if ring[index].promises & (1 << UInt16(place)) == 0 {
                    outgoing[peer].messages.write(PaxosMessage.prepare(slot: slot, ballot: ballot))
                }
            case .accepting:
                if ring[index].acceptances & (1 << UInt16(place)) == 0 {
                    outgoing[peer].messages.write(
                        PaxosMessage.accept(slot: slot, ballot: ballot, value: ring[index].proposal))
                }
            }
        }
    }

    /// Links lose nothing while they stand, and a new link brings all again (``relinked(peer:now:)``): a large value that is not
    /// answered is on its way. It is given a second for each MiB, for which a megabyte a second is enough.
    func acceptDelay(_ index: Int) -> Duration {
        retryDelay(ring[index].attempts) + .milliseconds(min(ring[index].proposal.count >> 10, 10_000))
    }

    func retryDelay(_ attempts: Int) -> Duration { .milliseconds(250 << min(attempts, 3)) }

    /// Different for each member, slot and attempt, so that rivals do not stay in step.
    func backoff(_ slot: Slot, attempts: Int) -> Duration {
        let place = active(slot).memberIndex(of: 0) ?? 0
        let jitter = (slot &* 31 &+ UInt64(place) &* 17 &+ UInt64(attempts) &* 7) % 32
        return .milliseconds(Int64(10 + place * 20) + Int64(jitter) + Int64(20 << min(attempts, 5)))
    }
}
