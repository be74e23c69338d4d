import Consensus
import Primitives

extension GroupNode {
    /// After so many slots in each of which some large payload was under way, no further one is begun until there is a gap.
    private static let slotsWithoutGap: Slot = 256

    /// Deals with every slot that is decided and next.
    mutating func deliverDecided(now: MonotonicTime) {
        let wasReplaying = engine.isReplaying
        while isTakingPart, let decided = engine.next() {
            noteOwnProposal(decided, now: now)
            var change: Configuration?
            if !decided.value.isEmpty {
                do throws(MalformedBytes) {
                    switch try SlotValue(decided.value) {
                    case .batch(let groups):
                        deliver(groups, slot: decided.slot, now: now)
                    case .change(let wish):
                        change = accept(wish, slot: decided.slot)
                    }
                } catch {
                    // The same bytes are decided everywhere, so everyone passes over them.
                    log(.error, "Slot \(decided.slot) holds a malformed value, passed over: \(error)")
                }
            }
            let known = change == nil ? [] : knownMembers
            engine.advance(change: change, now: now)
            if let change {
                changeInFlight = nil
                forgetLinks(toNewIn: change, known: known)
                updateLinks(now: now)
            }
            if let configuration = engine.configuration, configuration.number != inForceNumber {
                takeForce(configuration, after: decided.slot, now: now)
            }
            if reassemblies.isEmpty || plantedBug == .snapshotInLargePayload { noteGap(after: decided.slot, now: now) }
        }
        if wasReplaying && !engine.isReplaying && isTakingPart { requestStateIfMissing() }
    }

    /// No large payload is under way behind this slot: a restarted member can begin here.
    private mutating func noteGap(after slot: Slot, now: MonotonicTime) {
        lastGapSlot = slot
        if isLargeHeld {
            isLargeHeld = false
            restartLarge()
        }
        if now >= snapshotDueAt { takeSnapshot(now: now) }
    }

    private mutating func accept(_ wish: ConfigurationChange, slot: Slot) -> Configuration? {
        guard let latest = engine.latestConfiguration else { return nil }
        if wish.proposer == identity { changeInFlight = nil }
        // A forced configuration is made of one that lists whom it keeps: the latest, unless that was removing them.
        var base = latest
        if case .force(_, let kept) = wish.steps.first,
            let listing = engine.knownConfigurations.last(where: { known in kept.allSatisfy { known.index(of: $0) != nil } })
        {
            base.members = listing.members
        }
        return wish.applied(to: base, firstSlot: engine.firstSlot(ofChangeIn: slot), forcedSlot: slot)
    }

    // MARK: Submissions

    private mutating func deliver(_ groups: [SubmissionGroup], slot: Slot, now: MonotonicTime) {
        var index = 0
        for group in groups {
            let isOwn = group.origin == identity && group.life == life
            for (offset, submission) in group.submissions.enumerated() {
                guard index < 1 << 16 else { return }
                let number = group.firstNumber + UInt64(offset)
                let position = LogPosition(slot: slot, index: UInt16(index))
                index += 1
                guard isInTurn(group.origin, life: group.life, number: number) else {
                    if isOwn { noteGap(number) }
                    continue
                }
                if isOwn {
                    isReturning = false
                    noteOwnDelivery(number, now: now)
                }
                deliver(submission, origin: group.origin, life: group.life, at: position)
            }
        }
    }

    /// Whether the submission is the next of its origin; if so it is counted.
    private mutating func isInTurn(_ origin: MemberIdentity, life: UInt32, number: UInt64) -> Bool {
        guard let place = state.originIndex(origin) else { return false }
        let known = state.origins[place]
        let isNext = life == known.life ? number == known.last + 1 : life > known.life && number == 1
        guard isNext || (plantedBug == .dedupeOff && life == known.life && number <= known.last) else { return false }
        state.origins[place].life = life
        if life != known.life {
            reassemblies.removeAll { $0.origin == origin }
        }
        state.origins[place].last = max(number, life == known.life ? known.last : 0)
        return true
    }

    private mutating func deliver(
        _ submission: Submission, origin: MemberIdentity, life: UInt32, at position: LogPosition
    ) {
        switch submission.kind {
        case .payload:
            emit(submission.bytes, origin: origin, at: position)
        case .contribution(let number):
            contribute(submission.bytes, origin: origin, number: number, at: position)
        case .fragment(let message, let part, let count):
            if part == 0 {
                reassemblies.removeAll { $0.origin == origin }
                if count > 1 && !reassemblies.isEmpty && position.slot > lastGapSlot + Self.slotsWithoutGap {
                    // Others are under way, and that without a pause for long: the log needs a place to begin at.
                    if origin == identity && life == self.life && message == largeMessage { isLargeHeld = true }
                    return
                }
                reassemblies.append((origin, life, Reassembly(message: message, count: count, first: submission.bytes)))
                if count == 1 { reassemblies.removeAll { $0.origin == origin } }
                if count == 1 { emit(submission.bytes, origin: origin, at: position) }
                return
            }
            guard let place = reassemblies.firstIndex(where: { $0.origin == origin }) else { return }
            let (isUsable, payload) = reassemblies[place].reassembly.append(
                message: message, part: part, count: count, piece: submission.bytes)
            if !isUsable || payload != nil { reassemblies.remove(at: place) }
            if let payload {
                emit(payload, origin: origin, at: position)
                if origin == identity && life == self.life { noteLargeDelivered(message) }
            }
        }
    }

    private mutating func emit(_ payload: [UInt8], origin: MemberIdentity, at position: LogPosition) {
        guard position > deliverFrom, !awaitsFirstView || plantedBug == .deliverBeforeView else { return }
        deliveries.append(.deliver(position: position, origin: origin, payload: payload))
    }

    // MARK: Configurations and views

    /// A configuration takes force behind `slot`.
    private mutating func takeForce(_ configuration: Configuration, after slot: Slot, now: MonotonicTime) {
        let before = inForceMembers
        let joined = configuration.members.filter { member in !before.contains { $0.identity == member.identity } }
        let left = before.filter { configuration.index(of: $0.identity) == nil }
        inForceNumber = configuration.number
        inForceMembers = configuration.members
        noteForced(configuration, now: now)
        state.origins = configuration.members.map { member in
            state.origins.first { $0.identity == member.identity } ?? ReplicatedState.Origin(identity: member.identity)
        }
        reassemblies.removeAll { entry in left.contains { $0.identity == entry.origin } }
        if !joined.isEmpty {
            // A joiner has not seen the first pieces: all drop them, and their origins begin again.
            // What an earlier run of this member had under way is not this run's to send again.
            let isOwnDropped = reassemblies.contains {
                $0.origin == identity && $0.life == life && $0.reassembly.message == largeMessage
            }
            if isOwnDropped { restartLarge() }
            reassemblies = []
        }
        let position = LogPosition(slot: slot, index: .max)
        if joined.isEmpty && left.isEmpty {
            if position > deliverFrom && !awaitsFirstView {
                deliveries.append(.configurationChanged(position: position, configuration: configuration))
            }
        } else {
            state.exchange = configuration.number
            state.contributions = []
        }
        if configuration.index(of: identity) == nil {
            noteOwnRemoval(after: slot, now: now)
            return
        }
        if !joined.isEmpty {
            let welcome = NodeSnapshot(base: slot, configurations: engine.knownConfigurations, state: state)
            welcomes.append(welcome)
            if welcomes.count > 16 { welcomes.removeFirst() }
            welcomeJoiners(joined, welcome)
        }
        for member in left {
            // One that leaves in order waits until the others have what it took part in.
            sendDirect(.heartbeat(heartbeat(to: engine.peer(member.identity), now: now)), to: member.address)
            beCourteous(to: member.address, identity: member.identity, now: now)
        }
        updateLinks(now: now)
        forgetClaims(of: left)
        rewindAfterLeaderChange()
        if !joined.isEmpty || !left.isEmpty { requestStateIfMissing() }
    }

    private mutating func contribute(_ bytes: [UInt8], origin: MemberIdentity, number: UInt64, at position: LogPosition) {
        guard number == state.exchange, number != 0, let configuration = engine.configuration,
            configuration.index(of: origin) != nil,
            !state.contributions.contains(where: { $0.identity == origin })
        else { return }
        state.contributions.append(ReplicatedState.Contribution(identity: origin, state: bytes))
        guard state.contributions.count == configuration.members.count else { return }
        installView(configuration, at: position)
    }

    private mutating func installView(_ configuration: Configuration, at position: LogPosition) {
        state.viewID.counter += 1
        let before = state.viewMembers
        let members = configuration.members.map { member in
            ViewMember(
                identity: member.identity, address: member.address,
                state: state.contributions.first { $0.identity == member.identity }?.state ?? [])
        }
        let view = View(
            id: state.viewID, members: members,
            joined: members.map(\.identity).filter { identity in !before.contains { $0.identity == identity } },
            left: before.map(\.identity).filter { configuration.index(of: $0) == nil }, configuration: configuration)
        state.viewMembers = configuration.members
        state.exchange = 0
        state.contributions = []
        awaitsFirstView = false
        if position > deliverFrom { deliveries.append(.installView(position: position, view: view)) }
    }
}
