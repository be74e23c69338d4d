import Consensus
import Primitives

/// Going on without a majority, because an operator says that the others are gone for good. The listed members stand
/// still and report what they know; what any of them has accepted is kept; then all take the same slots as decided,
/// the last being a configuration of a new epoch. Whoever comes with an older epoch is told that it is out.
extension GroupNode {
    private static let forceTimeout: Duration = .seconds(15)
    /// How long a member stands still for another's attempt; longer than the attempt itself can last.
    private static let promiseLifetime: Duration = .seconds(45)
    /// How long a restarted member waits at most for word of each of the others.
    static let settleTime: Duration = .milliseconds(1500)
    /// How long a list that was refused because of a doubt can be given again.
    private static let insistTime: Duration = .seconds(300)

    mutating func forceMembers(_ addresses: [String], now: MonotonicTime) {
        if let problem = startForcing(addresses, now: now) { deliveries.append(.forceAnswered(problem)) }
    }

    private mutating func startForcing(_ addresses: [String], now: MonotonicTime) -> String? {
        // One that reads its own log alone may find that it was being removed, and not yet gone.
        let listing =
            isOffline
            ? engine.knownConfigurations.last { $0.index(of: identity) != nil } : engine.latestConfiguration
        guard case .member = phase, let latest = listing, let own = latest.index(of: identity) else {
            return "This member takes part in no group."
        }
        // What the log holds is not known yet: a slot of it must not be taken for an open one.
        guard !engine.isReplaying else { return "The group log is still being read." }
        guard forceAttempt == nil, forcePromise == nil else { return "Another one is under way." }
        var members: [Member] = []
        guard !addresses.isEmpty else { return "The list is empty." }
        for address in addresses {
            guard let member = latest.members.first(where: { $0.address == address }) else {
                return "\(address) is not a member of the group."
            }
            if !members.contains(member) { members.append(member) }
        }
        guard members.contains(where: { $0.identity == identity }) else {
            return "The list does not hold this member, \(settings.address)."
        }
        for member in latest.members where member.identity != identity && !isOffline {
            let isListed = members.contains(member)
            let isUnreachable = reportedUnreachable.contains(member.identity)
            if isListed && isUnreachable { return "The member at \(member.address) does not answer." }
            if !isListed && !isUnreachable { return "The member at \(member.address) is alive and not in the list." }
        }
        if !isOffline, let doubt = doubt(about: members, latest, now: now) { return doubt }
        doubtedForce = nil
        beginForcing(members, own: own, latest, isAsked: true, now: now)
        return nil
    }

    /// Silence is no proof of death: those who are silent could together go on without the listed ones, as the group.
    /// An operator who knows better says so by giving the same list again.
    private mutating func doubt(about members: [Member], _ latest: Configuration, now: MonotonicTime) -> String? {
        let silent = latest.members.filter { member in
            guard !members.contains(member), let peer = engine.peer(member.identity) else { return false }
            return !links[peer].isSuperseded && !links[peer].isRefused
        }
        guard silent.count >= latest.majority else { return nil }
        let addresses = members.map(\.address).sorted()
        if let doubted = doubtedForce, doubted.addresses == addresses, now < doubted.until { return nil }
        doubtedForce = (addresses, now + Self.insistTime)
        return "The members at \(silent.map(\.address).joined(separator: ", ")) are silent, but may be alive and go on as the "
            + "group: a majority of it. Stop them for good, and then insist by setting the same value again within 5 minutes."
    }

    private mutating func beginForcing(
        _ members: [Member], own: Int, _ latest: Configuration, isAsked: Bool, now: MonotonicTime
    ) {
        let epoch = (max(promisedEpoch, engine.latestConfiguration?.epoch ?? latest.epoch) >> 8 + 1) << 8 | UInt64(own)
        promisedEpoch = epoch
        _ = engine.append(epochRecord(epoch))
        engine.setFrozen(true)
        forceAttempt = ForceAttempt(
            epoch: epoch, members: members, askAgainAt: now, deadline: now + Self.forceTimeout, isAsked: isAsked)
    }

    /// A group of one let somebody in who vanished before he took part. Of the two the joiner alone can decide nothing, nor
    /// would it ever force anything by itself, so the member that was there before goes on alone.
    mutating func undoVanishedJoin(now: MonotonicTime) {
        guard case .member = phase, !engine.isReplaying, forceAttempt == nil, forcePromise == nil,
            let latest = engine.latestConfiguration, latest.members.count == 2,
            latest.number == engine.configuration?.number, let own = latest.index(of: identity),
            state.viewMembers.contains(where: { $0.identity == identity }),
            let peer = engine.peer(latest.members[1 - own].identity), isAwaited(peer),
            ownOpinionNumber == latest.number, ownOpinion.condemned & (1 << UInt16(1 - own)) != 0
        else { return }
        log(
            .warning,
            "The member at \(latest.members[1 - own].address) vanished while it joined; the group goes on without it.")
        beginForcing([latest.members[own]], own: own, latest, isAsked: false, now: now)
    }

    /// Says in the log why nothing moves, what is missing, and how the loss would be accepted; again when that changes.
    mutating func explainStandstill(now: MonotonicTime) {
        guard !hasMajority, case .member = phase, let latest = engine.latestConfiguration else {
            majorityLostAt = nil
            explainedStandstill = ""
            return
        }
        let since = majorityLostAt ?? now
        majorityLostAt = since
        guard now - since >= settings.suspicionTimeout else { return }
        let missing = latest.members.filter { reportedUnreachable.contains($0.identity) }
        let lost = missing.filter { member in engine.peer(member.identity).map { links[$0].isSuperseded } ?? false }
        let present = latest.members.filter { !missing.contains($0) }
        func names(_ members: [Member]) -> String {
            members.map { "\($0.address) (\($0.identity.serverUUID))" }.joined(separator: ", ")
        }
        var text = "Nothing can be decided: \(latest.majority) of the \(latest.members.count) members of configuration "
        text += "\(latest.number) are needed. Not heard: \(names(missing)). "
        if !lost.isEmpty {
            text += "Came back without the group log that they had as members: \(names(lost)). "
        }
        if latest.members.count - lost.count < latest.majority {
            text += "A majority's logs are gone, so this cannot mend by itself: what only they had is lost. "
        } else {
            text += "It goes on by itself as soon as \(latest.majority - present.count) more of them is back. "
        }
        text += "This member has all up to slot \(engine.delivered). To accept the loss of what it may not have: SET GLOBAL "
        text += "group_replication_force_members = '\(present.map(\.address).joined(separator: ","))'"
        guard text != explainedStandstill else { return }
        explainedStandstill = text
        log(.error, text)
    }

    mutating func continueForcing(now: MonotonicTime) {
        if let promise = forcePromise, now >= promise.until {
            // The one that forces is gone. Its commit would be refused from here on.
            forcePromise = nil
            updateFreeze()
        }
        guard var attempt = forceAttempt else { return }
        if let outcome = attempt.outcome {
            if engine.persistedThrough >= outcome.token { commitForced(attempt, outcome.first, outcome.values, now: now) }
            return
        }
        let missing = attempt.members.filter { member in
            member.identity != identity && !attempt.reports.contains { $0.identity == member.identity }
        }
        if now >= attempt.deadline {
            giveUpForcing("The member at \(missing.first?.address ?? "?") did not answer in time.")
            return
        }
        if !missing.isEmpty {
            guard now >= attempt.askAgainAt else { return }
            attempt.askAgainAt = now + .milliseconds(300)
            forceAttempt = attempt
            let query = NodeMessage.forceQuery(epoch: attempt.epoch, members: attempt.members.map(\.identity))
            for member in missing {
                if let peer = engine.peer(member.identity) { engine.write(to: peer) { $0.write(query) } }
            }
            return
        }
        if attempt.reports.contains(where: { $0.report.hearsOthers }) {
            giveUpForcing("A listed member still hears one that is not listed.")
            return
        }
        // First fetch what another one has already delivered.
        guard attempt.reports.allSatisfy({ $0.report.delivered <= engine.delivered }) else { return }
        settleForced(attempt)
    }

    private mutating func giveUpForcing(_ problem: String) {
        let isAsked = forceAttempt?.isAsked ?? false
        forceAttempt = nil
        updateFreeze()
        if isAsked { deliveries.append(.forceAnswered(problem)) }
    }

    /// Chooses what the open slots hold, and has it on this member's disk before anybody goes by it: after a loss of power
    /// nothing may have been told of a configuration that no disk knows.
    private mutating func settleForced(_ attempt: ForceAttempt) {
        let first = engine.delivered + 1
        var known: [Slot: PaxosEngine.OpenSlot] = [:]
        for slot in engine.openSlots + attempt.reports.flatMap(\.report.slots) where slot.slot >= first {
            guard let before = known[slot.slot] else {
                known[slot.slot] = slot
                continue
            }
            // Decided beats accepted, a higher ballot a lower one.
            if let ballot = before.ballot, slot.ballot ?? .max > ballot { known[slot.slot] = slot }
        }
        let top = known.keys.max() ?? engine.delivered
        var values: [[UInt8]] = []
        if top >= first {
            for slot in first...top { values.append(known[slot]?.value ?? []) }
        }
        values.append(
            SlotValue.changeBytes(
                ConfigurationChange(
                    base: 0, proposer: identity,
                    steps: [.force(epoch: attempt.epoch, keeping: attempt.members.map(\.identity))])))
        forceAttempt?.outcome = (first, values, engine.recordForced(values, from: first))
    }

    private mutating func commitForced(
        _ attempt: ForceAttempt, _ first: Slot, _ values: [[UInt8]], now: MonotonicTime
    ) {
        let commit = NodeMessage.forceCommit(epoch: attempt.epoch, first: first, values: values)
        for member in attempt.members where member.identity != identity {
            if let peer = engine.peer(member.identity) { engine.write(to: peer) { $0.write(commit) } }
        }
        engine.decideForced(values.enumerated().map { (first + UInt64($0.offset), $0.element) }, now: now)
        forceAttempt = nil
        if attempt.isAsked { deliveries.append(.forceAnswered(nil)) }
    }

    // MARK: The members that are asked

    mutating func receiveForceQuery(epoch: UInt64, members: [MemberIdentity], from peer: Int, now: MonotonicTime) {
        guard case .member = phase, !engine.isReplaying,
            members.contains(identity), let latest = engine.latestConfiguration, epoch > latest.epoch
        else { return }
        if epoch > promisedEpoch {
            guard forceAttempt?.outcome == nil else { return }
            promisedEpoch = epoch
            if forceAttempt != nil { giveUpForcing("Another member forces a configuration.") }
            let token = engine.append(epochRecord(epoch))
            engine.setFrozen(true)
            forcePromise = ForcePromise(
                epoch: epoch, peer: peer, members: members, token: token, until: now + Self.promiseLifetime)
        } else if let promise = forcePromise, promise.epoch == epoch, engine.persistedThrough >= promise.token {
            sendForceReport(promise)
        }
    }

    /// The promise is on disk: now it can be told.
    mutating func answerForceQuery(token: UInt64) {
        guard let promise = forcePromise, promise.token <= token else { return }
        sendForceReport(promise)
    }

    private mutating func sendForceReport(_ promise: ForcePromise) {
        let hearsOthers = (engine.latestConfiguration?.members ?? []).contains { member in
            !promise.members.contains(member.identity) && !reportedUnreachable.contains(member.identity)
        }
        let report = ForceReport(
            epoch: promise.epoch, delivered: engine.delivered, hearsOthers: hearsOthers, slots: engine.openSlots)
        engine.write(to: promise.peer) { $0.write(NodeMessage.forceState(report)) }
    }

    mutating func receiveForceState(_ report: ForceReport, from identity: MemberIdentity, now: MonotonicTime) {
        guard let attempt = forceAttempt, attempt.epoch == report.epoch,
            attempt.members.contains(where: { $0.identity == identity })
        else { return }
        // No acceptor takes part further ahead: such a report is not believed, and the attempt times out.
        let last = report.delivered + PaxosEngine.acceptAhead
        guard report.slots.allSatisfy({ $0.slot > report.delivered && $0.slot <= last }) else {
            log(.warning, "The report of \(identity) on its open slots is malformed and was dropped.")
            return
        }
        forceAttempt?.reports.removeAll { $0.identity == identity }
        forceAttempt?.reports.append((identity, report))
    }

    mutating func receiveForceCommit(epoch: UInt64, first: Slot, values: [[UInt8]], now: MonotonicTime) {
        guard let promise = forcePromise, promise.epoch == epoch, promisedEpoch == epoch else { return }
        engine.decideForced(values.enumerated().map { (first + UInt64($0.offset), $0.element) }, now: now)
        // Whoever lost this message fetches the slots; it stands still until the configuration is in force.
    }

    /// A configuration takes force: if it is the promised one, or newer, the standstill is over.
    mutating func noteForced(_ configuration: Configuration, now: MonotonicTime) {
        guard configuration.epoch > 0 else { return }
        promisedEpoch = max(promisedEpoch, configuration.epoch)
        if let promise = forcePromise, configuration.epoch >= promise.epoch { forcePromise = nil }
        updateFreeze()
    }

    /// Also while another member is known to have gone on by a forced configuration that has not arrived here.
    func isStandingStill() -> Bool {
        forceAttempt != nil || forcePromise != nil || settlesUntil != nil
            || heardEpoch > engine.latestConfiguration?.epoch ?? 0
    }

    mutating func updateFreeze() {
        engine.setFrozen(isStandingStill())
    }

    /// A restarted member listens before it takes part: if the others went on by a forced configuration, they tell it that it
    /// is out, before it and others of its kind go on as the group of old.
    mutating func settle(now: MonotonicTime) {
        guard let until = settlesUntil else { return }
        guard !engine.isReplaying else {
            // Who the others are is known at the log's end.
            settlesUntil = now + Self.settleTime
            return
        }
        let members = engine.latestConfiguration?.members ?? []
        settlesFor.removeAll { address in members.contains { $0.address == address } }
        let isSettled = members.allSatisfy { member in
            guard let peer = engine.peer(member.identity), peer != 0 else { return true }
            return links[peer].knowsThisRun || links[peer].isRefused
        }
        guard (isSettled && settlesFor.isEmpty) || now >= until else { return }
        settlesUntil = nil
        settlesFor = []
        updateLinks(now: now)
        updateFreeze()
    }
}
