import Consensus
import Primitives

extension GroupNode {
    /// Limits of one slot's batch; a single submission may be larger.
    static let batchSubmissions = 4096
    static let batchBytes = 1 << 20
    /// Bytes of forwarded groups that a leader keeps; more are dropped, and sent again by their origins.
    static let forwardedBytesLimit = 64 << 20
    /// While a proposal of this member's is under way, what is submitted gathers for the next one, for about half of the time
    /// that a proposal takes, within these bounds (measured: a slot costs its messages and syncs on every member, however
    /// little it holds). So some proposals are always under way, as far as the event horizon allows.
    static let shortestGathering: Duration = .milliseconds(1)
    static let longestGathering: Duration = .milliseconds(5)
    private static let gatheredSubmissions = 256
    private static let gatheredBytes = 64 << 10
    /// Pieces of a large payload that wait or are under way at once.
    private static let fragmentsUnderWay = 4
    /// Pieces are no larger than this, whatever `group_replication_communication_max_message_size` allows: several copies of
    /// those under way are in memory on each member, and what other sessions commit waits for one of them at most.
    static let largestPieceBytes = 1 << 20

    /// 0: nothing is cut.
    private var pieceBytes: Int { min(settings.maximumMessageSize, Self.largestPieceBytes) }

    mutating func submit(_ payload: [UInt8], now: MonotonicTime) {
        if pieceBytes > 0 && payload.count > pieceBytes {
            largePayloads.append(payload)
            return
        }
        append(Submission(kind: .payload, bytes: payload), now: now)
    }

    mutating func append(_ submission: Submission, now: MonotonicTime) {
        if outbox.isEmpty { ownProgressAt = now }
        outbox.append(submission)
    }

    // MARK: Large payloads

    private mutating func cutLarge(now: MonotonicTime) {
        guard let payload = largePayloads.first, !isLargeHeld else { return }
        // No more pieces than a reassembly takes.
        let parts = Int(Reassembly.maximumParts)
        let size = max(pieceBytes, (payload.count + parts - 1) / parts)
        let count = (payload.count + size - 1) / size
        guard payload.count <= Reassembly.maximumPayloadBytes else {
            log(.error, "A payload of \(payload.count) bytes is too large for the group and was dropped.")
            largePayloads.removeFirst()
            return
        }
        if largeNextPart == 0 { largeMessage += 1 }
        while largeNextPart < count {
            let underWay = outbox.reduce(0) { if case .fragment = $1.kind { $0 + 1 } else { $0 } }
            guard underWay < Self.fragmentsUnderWay else { return }
            let start = Int(largeNextPart) * size
            let piece = Array(payload[start..<min(start + size, payload.count)])
            append(
                Submission(
                    kind: .fragment(message: largeMessage, part: largeNextPart, count: UInt32(count)), bytes: piece),
                now: now)
            largeNextPart += 1
        }
    }

    mutating func noteLargeDelivered(_ message: UInt64) {
        guard message == largeMessage, !largePayloads.isEmpty else { return }
        largePayloads.removeFirst()
        largeNextPart = 0
    }

    /// Pieces delivered so far were dropped by everyone: cut the payload again from the start.
    mutating func restartLarge() {
        largeNextPart = 0
    }

    /// An earlier run of this member may have ended in the middle of a large payload. The others drop it with the first
    /// submission of this run, and until then may hold theirs back; so there is one at once, of no other effect.
    private mutating func dropWhatAnEarlierRunLeft(now: MonotonicTime) {
        guard outbox.isEmpty, reassemblies.contains(where: { $0.origin == identity && $0.life != life }) else { return }
        append(Submission(kind: .contribution(number: 0), bytes: []), now: now)
    }

    // MARK: Sending

    /// Proposes what waits, or hands it to a leader.
    mutating func sendSubmissions(now: MonotonicTime) {
        guard engine.persistedThrough >= lifeToken, !engine.isReplaying else { return }
        if case .leaving = phase { return }
        dropWhatAnEarlierRunLeft(now: now)
        if !largePayloads.isEmpty { cutLarge(now: now) }
        guard let configuration = engine.configuration else { return }
        let leaders = configuration.leaders
        if leaders.contains(identity) {
            // What an earlier leader still had, or a round lost without a trace, goes out again; duplicates are dropped.
            let isStuck = outboxSent > 0 && ownProposals.isEmpty && now - ownProgressAt >= .seconds(1)
            if forwardedTo != nil || isStuck {
                forwardedTo = nil
                outboxSent = 0
                ownProgressAt = now
            }
        }
        if leaders.contains(identity) || !changesToPropose.isEmpty || !forwarded.isEmpty {
            proposeWaiting(now: now)
        }
        if !leaders.contains(identity) && !outbox.isEmpty {
            forward(to: leaders, now: now)
        }
    }

    private mutating func proposeWaiting(now: MonotonicTime) {
        while outboxSent < outbox.count || !forwarded.isEmpty || !changesToPropose.isEmpty {
            if gathersMore(now: now) { return }
            guard let slot = engine.proposalSlot() else { return }
            if let change = changesToPropose.first {
                changesToPropose.removeFirst()
                if change.base == engine.latestConfiguration?.number {
                    engine.propose(SlotValue.changeBytes(change), in: slot, now: now)
                }
                continue
            }
            var groups: [[UInt8]] = []
            var bytes = 0
            while bytes < Self.batchBytes && groups.count < 64, let group = forwarded.popFirst() {
                forwardedBytes -= group.count
                bytes += group.count
                groups.append(group)
            }
            if outboxSent < outbox.count && bytes < Self.batchBytes {
                ownProposals.append((slot, outboxFirst + UInt64(outboxSent), now))
                gathersUntil = now + min(max(proposalTime / 2, Self.shortestGathering), Self.longestGathering)
                groups.append(takeGroup(limit: Self.batchBytes - bytes))
            }
            engine.propose(SlotValue.batchBytes(groups: groups), in: slot, now: now)
        }
    }

    /// Whether what waits may wait for more.
    private func gathersMore(now: MonotonicTime) -> Bool {
        guard !ownProposals.isEmpty, now < gathersUntil, forwarded.isEmpty, changesToPropose.isEmpty,
            outbox.count - outboxSent < Self.gatheredSubmissions
        else { return false }
        var bytes = 0
        for index in outboxSent..<outbox.count {
            bytes += outbox[index].bytes.count
            if bytes >= Self.gatheredBytes { return false }
        }
        return true
    }

    /// Encodes the next unsent submissions as one group and counts them as sent.
    private mutating func takeGroup(limit: Int) -> [UInt8] {
        let start = outboxSent
        var bytes = 0
        while outboxSent < outbox.count && outboxSent - start < Self.batchSubmissions
            && (bytes == 0 || bytes + outbox[outboxSent].bytes.count <= limit)
        {
            bytes += outbox[outboxSent].bytes.count + 16
            outboxSent += 1
        }
        var writer = ByteWriter(capacity: bytes + 64)
        writer.writeGroupHeader(
            origin: identity, life: life, firstNumber: outboxFirst + UInt64(start), count: outboxSent - start)
        for index in start..<outboxSent { writer.write(outbox[index]) }
        return writer.take()
    }

    private mutating func forward(to leaders: [MemberIdentity], now: MonotonicTime) {
        if outboxSent > 0 && now - ownProgressAt >= .seconds(1) {
            ownProgressAt = now
            outboxSent = 0
        }
        var reachable = leaders.compactMap { engine.peer($0) }.filter { links[$0].isLinked && !isSuspect($0, now: now) }
        if reachable.isEmpty { reachable = leaders.compactMap { relay(toward: $0, now: now) } }
        guard let leader = forwardedTo.flatMap({ reachable.contains($0) ? $0 : nil }) ?? reachable.first else { return }
        if forwardedTo != leader {
            forwardedTo = leader
            outboxSent = 0
        }
        while outboxSent < outbox.count {
            let group = takeGroup(limit: Self.batchBytes)
            engine.write(to: leader) { $0.write(NodeMessage.forward(group)) }
        }
    }

    mutating func receiveForward(_ bytes: [UInt8], now: MonotonicTime) {
        if let leaders = engine.configuration?.leaders, !leaders.contains(identity) {
            // Its sender cannot reach a leader: pass it on, one step only.
            if let leader = leaders.compactMap({ engine.peer($0) }).first(where: {
                links[$0].isLinked && !isSuspect($0, now: now)
            }) {
                engine.write(to: leader) { $0.write(NodeMessage.forward(bytes)) }
            }
            return
        }
        guard forwardedBytes + bytes.count <= Self.forwardedBytesLimit else { return }
        var reader = ByteReader(bytes)
        guard let group = try? reader.readSubmissionGroup(), reader.isAtEnd, !group.submissions.isEmpty else { return }
        if let place = state.originIndex(group.origin) {
            let known = state.origins[place]
            let last = group.firstNumber + UInt64(group.submissions.count) - 1
            if group.life < known.life || (group.life == known.life && last <= known.last) { return }
        }
        forwardedBytes += bytes.count
        forwarded.append(bytes)
    }

    // MARK: What became of them

    mutating func noteOwnProposal(_ decided: PaxosEngine.Decided, now: MonotonicTime) {
        guard let first = ownProposals.first, first.slot <= decided.slot else { return }
        ownProposals.removeFirst()
        proposalTime = (proposalTime * 7 + (now - first.madeAt)) / 8
        switch decided.ownProposal {
        case .lost: rewind(to: first.first)
        case .none, .won: break
        }
    }

    /// Sends again from that number on, or from the first that is not delivered.
    private mutating func rewind(to number: UInt64) {
        let target = number > outboxFirst ? Int(clamping: number - outboxFirst) : 0
        outboxSent = min(outboxSent, target)
    }

    /// An own submission was ordered out of turn and dropped: one before it got lost.
    mutating func noteGap(_ number: UInt64) {
        guard number > outboxFirst, lastGap != outboxFirst, forwardedTo != nil else { return }
        lastGap = outboxFirst
        outboxSent = 0
    }

    mutating func noteOwnDelivery(_ number: UInt64, now: MonotonicTime) {
        guard number == outboxFirst, !outbox.isEmpty else { return }
        ownProgressAt = now
        outbox.removeFirst()
        outboxFirst += 1
        outboxSent = max(0, outboxSent - 1)
    }

    /// Another configuration: whatever an old leader still had goes out again; duplicates are dropped.
    mutating func rewindAfterLeaderChange() {
        if forwardedTo != nil {
            forwardedTo = nil
            outboxSent = 0
        }
    }
}
