import Consensus
import Primitives

extension GroupNode {
    private static let changeRetry: Duration = .milliseconds(300)
    private static let leavePatience: Duration = .seconds(10)
    private static let leaveTimeout: Duration = .seconds(5)
    private static let expelledTimeout: Duration = .seconds(30)

    mutating func handle(_ command: NodeCommand, now: MonotonicTime) {
        switch command {
        case .leave:
            requestLeave(now: now)
        case .setLeaders(let choice):
            wishes.removeAll { if case .leaders = $0 { true } else { false } }
            wishes.append(.leaders(choice))
        case .setEventHorizon(let horizon):
            guard Configuration.eventHorizonLimits.contains(horizon) else { return }
            wishes.removeAll { if case .eventHorizon = $0 { true } else { false } }
            wishes.append(.eventHorizon(horizon))
        case .setProtocolVersion(let version):
            guard settings.protocolVersions.contains(version) else { return }
            wishes.removeAll { if case .protocolVersion = $0 { true } else { false } }
            wishes.append(.protocolVersion(version))
        case .setExpelTimeout(let timeout):
            expelTimeout = timeout
        case .provideState(let request, let state):
            guard request == self.state.exchange else { return }
            append(Submission(kind: .contribution(number: request), bytes: state), now: now)
        case .answerJoin(let request, let refusal):
            answerJoin(request, refusal: refusal)
        case .releaseLog(let position):
            released = max(released, position.slot)
        case .forceMembers(let addresses):
            forceMembers(addresses, now: now)
        }
    }

    /// Whether those who stay can decide without this member. If not, dead ones are removed first; but not for ever.
    private func mayLeave(_ latest: Configuration, now: MonotonicTime) -> Bool {
        let staying = latest.members.count - 1
        let reachable = staying - reportedUnreachable.count
        return reachable > staying / 2 || now - leaveRequestedAt >= Self.leavePatience
    }

    private mutating func requestLeave(now: MonotonicTime) {
        switch phase {
        case .idle, .joining, .asking, .installing:
            end(.requested)
        case .member:
            if engine.latestConfiguration?.members.count == 1 {
                end(.requested)
            } else {
                if !leaveRequested { leaveRequestedAt = now }
                leaveRequested = true
            }
        case .leaving, .ended:
            break
        }
    }

    /// Wishes that the latest configuration fulfils already are forgotten.
    private mutating func pruneWishes(_ latest: Configuration) {
        wishes.removeAll { wish in
            switch wish {
            case .leaders(let choice): latest.leaderChoice == choice
            case .eventHorizon(let horizon): latest.eventHorizon == horizon
            case .protocolVersion(let version): latest.protocolVersion == version
            case .add, .remove, .lost, .force: false
            }
        }
    }

    /// What this member would change now, the most urgent first.
    private mutating func wantedSteps(_ latest: Configuration, now: MonotonicTime) -> [ConfigurationChange.Step] {
        let steps = stepsAboutMembers(latest, now: now)
        if !steps.isEmpty { return steps }
        if leaveRequested && mayLeave(latest, now: now) { return [.remove(identity)] }
        pruneWishes(latest)
        if let wish = wishes.first { return [wish] }
        let joiner = pendingJoins.first { join in
            join.step == .ready && now - join.askedAt < .milliseconds(700)
                && latest.index(of: join.request.member.identity) == nil
        }
        // Without a majority now, the joiner may have gone by the time that its entry is decided.
        if hasMajority, let join = joiner {
            return [.add(join.request.member)]
        }
        return []
    }

    mutating func proposeChanges(now: MonotonicTime) {
        guard case .member = phase, !engine.isReplaying, let latest = engine.latestConfiguration else { return }
        continueJoins(latest, now: now)
        changesToPropose.removeAll { $0.base != latest.number }
        // One change at a time: the next is based on what is in force.
        guard latest.number == engine.configuration?.number else { return }
        if let flight = changeInFlight, flight.base == latest.number, now < flight.retryAt { return }
        if leaveRequested && latest.members.count == 1 {
            end(.requested)
            return
        }
        let steps = wantedSteps(latest, now: now)
        guard !steps.isEmpty else {
            changeInFlight = nil
            return
        }
        propose(ConfigurationChange(base: latest.number, proposer: identity, steps: steps), latest, now: now)
    }

    private mutating func propose(_ change: ConfigurationChange, _ latest: Configuration, now: MonotonicTime) {
        let leaders = latest.leaders
        if leaders.contains(identity) {
            if !changesToPropose.contains(change) { changesToPropose.append(change) }
        } else if let leader = leaders.compactMap({ engine.peer($0) }).first(where: {
            links[$0].isLinked && !isSuspect($0, now: now)
        }) {
            engine.write(to: leader) { $0.write(NodeMessage.proposeChange(change)) }
        } else if let other = leaders.compactMap({ relay(toward: $0, now: now) }).first,
            !change.steps.contains(where: { step in step.ends.contains { leaders.contains($0) } })
        {
            engine.write(to: other) { $0.write(NodeMessage.proposeChange(change)) }
        } else {
            // No leader lives: take a slot over. Only for what makes room for a new leader.
            guard change.steps.contains(where: { !$0.ends.isEmpty }),
                engine.proposeByTakeover(SlotValue.changeBytes(change), now: now) != nil
            else { return }
        }
        changeInFlight = (latest.number, now + Self.changeRetry)
    }

    /// A member asks a leader to propose a change; one that is none passes it on.
    mutating func receiveChange(_ change: ConfigurationChange, now: MonotonicTime) {
        guard let latest = engine.latestConfiguration, change.base == latest.number else { return }
        if latest.leaders.contains(identity) {
            if !changesToPropose.contains(change) { changesToPropose.append(change) }
        } else if let leader = latest.leaders.compactMap({ engine.peer($0) }).first(where: {
            links[$0].isLinked && !isSuspect($0, now: now)
        }), change.proposer != identity {
            engine.write(to: leader) { $0.write(NodeMessage.proposeChange(change)) }
        }
    }

    // MARK: Leaving

    mutating func noteOwnRemoval(after slot: Slot, now: MonotonicTime) {
        if isOffline {
            // Its log is read to the end, and nobody is there who could need it.
            end(.expelled)
            return
        }
        if !leaveRequested {
            log(isReturning ? .note : .error, "This member was removed from the group.")
        }
        phase = .leaving(removedAt: slot, until: now + (leaveRequested ? Self.leaveTimeout : Self.expelledTimeout))
    }

    /// A member that is out stays until a majority of the others has delivered all that it took part in: they may need its
    /// acceptor for the last slots before its removal.
    mutating func finishLeaving(now: MonotonicTime) {
        guard case .leaving(let removedAt, let until) = phase, let configuration = engine.configuration else { return }
        let done = configuration.members.filter { member in
            engine.peer(member.identity).map { engine.deliveredSlot(ofPeer: $0) >= removedAt } ?? false
        }
        if done.count >= configuration.majority || now >= until { end(leaveRequested ? .requested : .expelled) }
    }

    // MARK: The log

    /// What this member will not ask its peers for after any crash: its upper layer has released it, and its own log
    /// certainly reaches that far (the upper layer may be ahead of it).
    var ownReleased: Slot { min(released, engine.durablyDelivered) }

    mutating func takeSnapshot(now: MonotonicTime) {
        snapshotDueAt = now + .seconds(1)
        guard !awaitsFirstView, engine.delivered > (snapshots.last?.snapshot.base ?? engine.logStart) else { return }
        snapshots.append(
            (NodeSnapshot(base: engine.delivered, configurations: engine.knownConfigurations, state: state), bytesWritten))
        if snapshots.count > 64 { snapshots.remove(at: snapshots.count / 2) }
    }

    /// Gives up the part of the log that neither this member's upper layer nor any other member will need: others have what
    /// they still must apply in logs of their own. A member that lags is waited for until the log is as large as it may be;
    /// then only so much is kept, and that member, if it ever asks for more, has to join anew.
    mutating func trimLog(now: MonotonicTime) {
        guard now >= trimDueAt, trimming == nil else { return }
        trimDueAt = now + .seconds(1)
        let laggard = slowestMember()
        var floor = ownReleased
        if plantedBug != .trimTooEarly, let laggard { floor = min(floor, laggard.held) }
        var index = snapshots.lastIndex { $0.snapshot.base < floor }
        if bytesWritten - bytesTrimmed > settings.maximumLogBytes {
            let expendable = min(ownReleased, heldByMajority())
            if let last = snapshots.lastIndex(where: { $0.snapshot.base < expendable }) {
                let enough = snapshots.firstIndex { bytesWritten - $0.bytes <= settings.maximumLogBytes } ?? last
                // Not enough is better than nothing: it is written faster than it is released.
                let bounded = min(enough, last)
                if bounded > index ?? -1 {
                    index = bounded
                    warnOfOutrun(laggard)
                }
            }
        }
        guard let index, snapshots[index].snapshot.base > engine.logStart else { return }
        let token = engine.append(snapshotRecord(snapshots[index].snapshot, awaitsFirstView: false))
        trimming = (snapshots[index].snapshot.base, token)
        bytesTrimmed = snapshots[index].bytes
        snapshots.removeFirst(index + 1)
    }

    /// What a majority of each configuration has in its own logs: nobody without whom nothing can be decided is left behind.
    private func heldByMajority() -> Slot {
        engine.knownConfigurations.map { configuration in
            let held = configuration.members.map { member -> Slot in
                engine.peer(member.identity).map { $0 == 0 ? engine.durablyDelivered : links[$0].held } ?? 0
            }
            return held.sorted(by: >)[configuration.majority - 1]
        }.min() ?? 0
    }

    /// The other member whose own log is known to reach the least far.
    private func slowestMember() -> (member: Member, held: Slot)? {
        var result: (member: Member, held: Slot)?
        for configuration in engine.knownConfigurations {
            for member in configuration.members {
                guard let peer = engine.peer(member.identity), peer != 0 else { continue }
                if links[peer].held < result?.held ?? .max { result = (member, links[peer].held) }
            }
        }
        return result
    }

    private mutating func warnOfOutrun(_ laggard: (member: Member, held: Slot)?) {
        guard let laggard, !outrunMembers.contains(laggard.member.identity) else { return }
        outrunMembers.append(laggard.member.identity)
        if outrunMembers.count > Configuration.maximumMembers { outrunMembers.removeFirst() }
        log(
            .warning,
            "The member at \(laggard.member.address) may still need the group's log from slot \(laggard.held + 1) on, but "
                + "the log has reached group_replication_message_cache_size (\(settings.maximumLogBytes) bytes): "
                + "older messages are removed. If that member comes back and lacks them it has to join anew.")
    }

    mutating func noteTrimmed(token: UInt64) {
        guard let pending = trimming, pending.token <= token else { return }
        trimming = nil
        engine.trimmed(to: pending.base)
        deliveries.append(.trimLog(belowSlot: pending.base + 1))
    }
}
