import Consensus
import Primitives

/// Who forgot does not vote. Members tell each other which run of their process speaks and how far its log reaches, remember
/// on disk what others told, and tell it back. Until two members know each other's run, and agree that nothing was forgotten,
/// neither takes the other's proposals, promises or acceptances.
extension GroupNode {
    /// How often, at most, a peer's progress is written to the log; with the next sync that is due anyway.
    private static let claimPeriod: Duration = .seconds(1)

    var ownClaim: RunClaim {
        RunClaim(life: life, run: run, start: reachAtStart, held: engine.durablyDelivered)
    }

    /// What is told to the peer of what this member remembers of it; nothing before that is on disk.
    func confirmedClaim(of peer: Int?) -> RunClaim {
        guard let peer, let known = claims.first(where: { $0.identity == engine.identity(ofPeer: peer) }),
            engine.persistedThrough >= known.token
        else { return RunClaim() }
        return known.claim
    }

    /// Whether the frame comes of the run of the peer that counts here, and of one that knows this run.
    func isConfirmed(_ peer: Int, _ header: FrameHeader) -> Bool {
        if plantedBug == .forgetfulVotes { return true }
        return header.run != 0 && links[peer].run == header.run && header.known == run
    }

    /// A peer tells of itself, and of what it remembers of this member. Returns whether its run is the one that counts.
    mutating func noteClaims(_ heartbeat: Heartbeat, from peer: Int, run: UInt64, now: MonotonicTime) -> Bool {
        let claim = heartbeat.claim
        guard claim.isKnown, claim.run == run else { return false }
        let isMeant = heartbeat.knownIncarnation == self.identity.incarnation
        if isMeant && !ownClaim.remembers(heartbeat.known) && plantedBug != .forgetfulVotes {
            findForgotten(peer, heartbeat.known)
            return false
        }
        let identity = engine.identity(ofPeer: peer)
        if let place = claims.firstIndex(where: { $0.identity == identity }) {
            let known = claims[place]
            if known.claim.isSameRun(claim) {
                claims[place].claim.held = max(known.claim.held, claim.held)
                rememberProgress(place, now: now)
            } else if claim.remembers(known.claim) || plantedBug == .forgetfulVotes {
                claims[place] = remember(identity, claim, now: now)
            } else {
                // An old frame, or somebody who forgot: it hears what this member remembers, and finds out.
                return false
            }
        } else {
            claims.append(remember(identity, claim, now: now))
        }
        links[peer].run = claim.run
        return true
    }

    /// A new run is on this member's disk before it is confirmed.
    private mutating func remember(_ identity: MemberIdentity, _ claim: RunClaim, now: MonotonicTime) -> PeerClaim {
        let token = engine.append(claimRecord(identity, claim))
        confirmationDue = token
        return PeerClaim(identity: identity, claim: claim, token: token, written: claim.held, writtenAt: now)
    }

    private mutating func rememberProgress(_ place: Int, now: MonotonicTime) {
        let known = claims[place]
        guard known.claim.held > known.written, now - known.writtenAt >= Self.claimPeriod else { return }
        claims[place].written = known.claim.held
        claims[place].writtenAt = now
        engine.appendUnsynced(claimRecord(known.identity, known.claim))
    }

    /// True once, when a run that was waited for is on disk: its member is waiting to hear that.
    mutating func takeConfirmationDue(now: MonotonicTime) -> Bool {
        guard let token = confirmationDue, engine.persistedThrough >= token else { return false }
        confirmationDue = nil
        // What they were sent before they could not take.
        for known in claims where known.token > confirmedThrough {
            if let peer = engine.peer(known.identity), links[peer].isLinked { engine.relinked(peer: peer, now: now) }
        }
        confirmedThrough = token
        return true
    }

    /// Those who have left do not come back as who they were. Only they are forgotten: what a restarted member remembers of
    /// the others is there before the log that it delivers again has come to where they joined.
    mutating func forgetClaims(of left: [Member]) {
        claims.removeAll { known in left.contains { $0.identity == known.identity } }
    }

    private mutating func findForgotten(_ peer: Int, _ known: RunClaim) {
        log(
            .error,
            "The member at \(links[peer].address) remembers that this member's group log reached slot \(known.held) in its run "
                + "\(known.life); this is run \(life), and the log that it began with reaches slot \(reachAtStart). The files "
                + "of this server are an older copy, or have lost their end. A member that has forgotten what it promised to "
                + "its group does not vote as the member that it was: it has to join the group anew, and recovers what it lacks.")
        end(.forgotten)
    }
}
