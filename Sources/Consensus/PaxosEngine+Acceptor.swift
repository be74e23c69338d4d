import Primitives

extension PaxosEngine {
    /// Takes a message of a peer. Peers are believed to be honest members, not to be correct about who is in force: what
    /// contradicts the configuration that this member knows is ignored.
    public mutating func receive(_ message: PaxosMessage, from peer: Int, now: MonotonicTime) {
        guard !isReplaying && !configurations.isEmpty else { return }
        if isFrozen {
            switch message {
            case .accept, .accepted, .learn, .prepare, .promise, .reject, .skip: return
            case .decided, .fetch, .fetched, .unavailable: break
            }
        }
        switch message {
        case .accept(let slot, let ballot, let value):
            receiveAccept(slot: slot, ballot: Ballot(rawValue: ballot), value: value, from: peer, now: now)
        case .accepted(let slot, let ballot):
            noteAcceptance(slot: slot, ballot: Ballot(rawValue: ballot), peer: peer, now: now)
        case .learn(let slot, let count, let ballot):
            guard count > 0 else { return }
            for offset in 0..<UInt64(count) {
                learn(slot: slot + offset, ballot: Ballot(rawValue: ballot), now: now)
            }
        case .prepare(let slot, let ballot):
            receivePrepare(slot: slot, ballot: Ballot(rawValue: ballot), from: peer, now: now)
        case .promise(let slot, let ballot, let accepted, let value):
            notePromise(
                slot: slot, ballot: Ballot(rawValue: ballot), accepted: Ballot(rawValue: accepted), value: value,
                peer: peer, now: now)
        case .reject(let slot, let ballot, let promised):
            receiveReject(
                slot: slot, ballot: Ballot(rawValue: ballot), promised: Ballot(rawValue: promised), now: now)
        case .decided(let slot, let value):
            if let index = open(slot) {
                highestSeen = max(highestSeen, slot)
                decide(index, value: value, wasAccepted: false, now: now)
            }
        case .skip(let from, let to, let number):
            receiveSkip(from: from, to: to, configuration: number, peer: peer, now: now)
        case .fetch(let from, let through):
            serveFetch(from: from, through: through, peer: peer, now: now)
        case .fetched(let through):
            // An answer that brought nothing is not asked for again at once.
            if through > delivered { fetchingThrough = 0 }
        case .unavailable(let first, let isDispensable):
            fetchingThrough = 0
            if first > delivered + 1 {
                peers[peer].isUnavailable = true
                if isDispensable { isDispensed = true }
            }
        }
    }

    /// Whether a proposer may use that ballot in the slot, as far as this member knows who is in force there.
    private func isLegitimate(_ ballot: Ballot, slot: Slot, peer: Int) -> Bool {
        guard slot <= windowEnd else { return true }
        let active = active(slot)
        return ballot == .owner
            ? active.owner(of: slot) == peer : active.memberIndex(of: peer) == Int(ballot.rawValue & 0xFF)
    }

    private mutating func receiveAccept(slot: Slot, ballot: Ballot, value: [UInt8], from peer: Int, now: MonotonicTime) {
        guard isLegitimate(ballot, slot: slot, peer: peer) else { return }
        guard let index = open(slot) else {
            answerForDelivered(slot, peer: peer)
            return
        }
        highestSeen = max(highestSeen, slot)
        if ring[index].isDecided {
            outgoing[peer].messages.write(PaxosMessage.decided(slot: slot, value: ring[index].value))
            return
        }
        if ring[index].learned == ballot {
            decide(index, value: value, wasAccepted: false, now: now)
            return
        }
        if ballot < ring[index].promised && plantedBug != .ignorePromise {
            let promised = ring[index].promised.rawValue
            outgoing[peer].messages.write(
                PaxosMessage.reject(slot: slot, ballot: ballot.rawValue, promised: promised))
            return
        }
        if ring[index].accepted != ballot {
            ring[index].promised = ballot
            ring[index].accepted = ballot
            ring[index].value = value
            let record = PaxosRecord.accepted(slot: slot, ballot: ballot.rawValue, value: value)
            if ballot == .owner && isSpare(forProposalsOf: peer, now: now) {
                appendLate(record, now: now)
            } else {
                append(record, sync: true)
            }
        }
        hold(.reply(peer: peer, .accepted(slot: slot, ballot: ballot.rawValue)), now: now)
    }

    /// Whether others make the majority for that owner's proposals: the owner, and who follow it in the configuration's order
    /// and are not suspected. Such an acceptor may take its time: one sync for many slots, and most often no answer, since
    /// the slots are decided by then. It answers nothing that is not on its disk, like any other.
    private func isSpare(forProposalsOf owner: Int, now: MonotonicTime) -> Bool {
        guard configurations.count == 1, now >= promptUntil else { return false }
        let active = configurations[0]
        guard let place = active.memberIndex(of: owner) else { return false }
        var prompt = 1
        for distance in 1..<active.members.count {
            let member = active.members[(place + distance) % active.members.count]
            if member == 0 { return prompt >= active.majority }
            if !peers[member].isSuspect { prompt += 1 }
        }
        return false
    }

    private mutating func receivePrepare(slot: Slot, ballot: Ballot, from peer: Int, now: MonotonicTime) {
        guard ballot != .owner, isLegitimate(ballot, slot: slot, peer: peer) else { return }
        guard let index = open(slot) else {
            answerForDelivered(slot, peer: peer)
            return
        }
        highestSeen = max(highestSeen, slot)
        if ring[index].isDecided {
            outgoing[peer].messages.write(PaxosMessage.decided(slot: slot, value: ring[index].value))
            return
        }
        if ballot < ring[index].promised {
            let promised = ring[index].promised.rawValue
            outgoing[peer].messages.write(
                PaxosMessage.reject(slot: slot, ballot: ballot.rawValue, promised: promised))
            return
        }
        if ballot > ring[index].promised {
            ring[index].promised = ballot
            append(.promised(slot: slot, ballot: ballot.rawValue), sync: true)
        }
        let accepted = ring[index].accepted
        let value = accepted == .none ? [] : ring[index].value
        hold(
            .reply(
                peer: peer,
                .promise(slot: slot, ballot: ballot.rawValue, accepted: accepted.rawValue, value: value)),
            now: now)
    }

    /// A proposer works on a slot that is long delivered here: its value if it is at hand, otherwise a frame whose header
    /// says how far this member is, so that the proposer fetches.
    private mutating func answerForDelivered(_ slot: Slot, peer: Int) {
        guard slot <= delivered else { return }
        let entry = ring[Self.ringIndex(slot)]
        if entry.slot == slot && entry.isDecided {
            outgoing[peer].messages.write(PaxosMessage.decided(slot: slot, value: entry.value))
        } else {
            outgoing[peer].isWanted = true
        }
    }

    private mutating func receiveReject(slot: Slot, ballot: Ballot, promised: Ballot, now: MonotonicTime) {
        guard let index = open(slot), ring[index].phase != .idle, ring[index].ballot == ballot else { return }
        ring[index].highestCounter = max(ring[index].highestCounter, promised.counter)
        ring[index].retryAt = min(ring[index].retryAt, now + backoff(slot, attempts: ring[index].attempts))
    }
}
