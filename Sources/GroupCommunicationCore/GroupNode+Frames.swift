import Consensus
import Primitives

extension GroupNode {
    private var header: FrameHeader {
        FrameHeader(
            group: settings.groupName, sender: identity, epoch: engine.latestConfiguration?.epoch ?? 0,
            configuration: engine.latestConfiguration?.number ?? 0, delivered: engine.delivered,
            run: isTakingPart ? run : 0, known: 0)
    }

    // MARK: Sending

    mutating func appendFrames(to actions: inout [NodeAction], now: MonotonicTime) {
        guard isTakingPart, links.count > 1 else { return }
        var header = header
        for peer in 1..<links.count {
            header.known = confirmedClaim(of: peer).run
            guard let outgoing = engine.takeOutgoing(peer: peer), links[peer].isLinked else { continue }
            var writer = ByteWriter(capacity: FrameHeader.encodedSize + outgoing.messages.count)
            writer.write(header)
            writer.write(outgoing.messages.bytes)
            actions.append(.send(to: links[peer].address, frame: writer.take()))
        }
    }

    /// A frame of its own to an address that need not belong to a member.
    mutating func sendDirect(_ message: NodeMessage, to address: String) {
        guard linkedAddresses.contains(address) else { return }
        var writer = ByteWriter(capacity: 256)
        writer.write(header)
        writer.write(message)
        directFrames.append(.send(to: address, frame: writer.take()))
    }

    // MARK: Receiving

    mutating func receive(_ frame: [UInt8], from address: String, now: MonotonicTime) {
        do throws(MalformedBytes) {
            var reader = ByteReader(frame)
            let header = try reader.readFrameHeader()
            try receive(header, &reader, from: address, now: now)
        } catch {
            log(.warning, "A malformed frame from \(address) was dropped: \(error)")
        }
    }

    private mutating func receive(
        _ header: FrameHeader, _ reader: inout ByteReader, from address: String, now: MonotonicTime
    ) throws(MalformedBytes) {
        guard header.sender != identity else { return }
        guard isTakingPart, header.group == settings.groupName, let peer = engine.peer(header.sender),
            isKnownMember(header.sender, epoch: header.epoch)
        else {
            try receiveFromOutsider(header, &reader, from: address, now: now)
            return
        }
        // A copy of a member's files, started elsewhere, is not that member.
        guard links[peer].address == address else { return }
        if let attempt = forceAttempt, attempt.outcome != nil,
            !attempt.members.contains(where: { $0.identity == header.sender })
        {
            return  // It is out, whatever it has to say.
        }
        if header.epoch > heardEpoch {
            heardEpoch = header.epoch
            updateFreeze()
        }
        if header.configuration == 0 {
            // Listed, but not welcomed yet.
            links[peer].lastHeard = now
        } else if header.run == links[peer].run {
            heard(peer, now: now)
            links[peer].knowsThisRun = header.known == run
        }
        engine.noteDelivered(peer: peer, slot: header.delivered)
        while !reader.isAtEnd, isTakingPart {
            let code = try reader.readUInt8()
            if PaxosMessage.codes.contains(code) {
                let message = try reader.readPaxosMessage(code: code)
                if !message.isVote || isConfirmed(peer, header) { engine.receive(message, from: peer, now: now) }
            } else {
                receive(try reader.readNodeMessage(code: code), from: peer, at: address, header, now: now)
            }
        }
    }

    /// A member, or one that was removed and still fetches what it missed. Not one that was forced out: it may believe to be
    /// the group, together with others, so it is told at once that it is not.
    private func isKnownMember(_ identity: MemberIdentity, epoch: UInt64) -> Bool {
        engine.knownConfigurations.contains { $0.index(of: identity) != nil }
            || (epoch >= engine.latestConfiguration?.epoch ?? 0 && courtesies.contains { $0.identity == identity })
    }

    private mutating func receive(
        _ message: NodeMessage, from peer: Int, at address: String, _ header: FrameHeader, now: MonotonicTime
    ) {
        switch message {
        case .forward(let group):
            receiveForward(group, now: now)
        case .heartbeat(let heartbeat):
            guard noteClaims(heartbeat, from: peer, run: header.run, now: now) else { return }
            heard(peer, now: now)
            links[peer].held = max(links[peer].held, heartbeat.claim.held)
            noteHeartbeat(heartbeat, now: now)
        case .proposeChange(let change):
            receiveChange(change, now: now)
        case .joinRequest(let request):
            if request.member == Member(identity: header.sender, address: address) {
                receiveJoinRequest(request, group: header.group, now: now)
            }
        case .removed(let number, let epoch):
            receiveRemoved(number: number, epoch: epoch, now: now)
        case .forceQuery(let epoch, let members):
            receiveForceQuery(epoch: epoch, members: members, from: peer, now: now)
        case .forceState(let report):
            receiveForceState(report, from: header.sender, now: now)
        case .forceCommit(let epoch, let first, let values):
            receiveForceCommit(epoch: epoch, first: first, values: values, now: now)
        case .inquiry:
            answerInquiry(of: header.sender.serverUUID, at: address, now: now)
        case .welcome, .joinRefused, .standing:
            break
        }
    }

    /// From somebody whom this node's configurations do not list: a joiner, a member removed meanwhile, or, while this node
    /// joins, the group. It may ask to be let in, for itself; what else it says counts only if this node has turned to it.
    private mutating func receiveFromOutsider(
        _ header: FrameHeader, _ reader: inout ByteReader, from address: String, now: MonotonicTime
    ) throws(MalformedBytes) {
        var wasJoining = false
        while !reader.isAtEnd {
            let code = try reader.readUInt8()
            if PaxosMessage.codes.contains(code) {
                _ = try reader.readPaxosMessage(code: code)
                continue
            }
            switch try reader.readNodeMessage(code: code) {
            case .joinRequest(let request):
                wasJoining = true
                if isTakingPart && request.member == Member(identity: header.sender, address: address) {
                    receiveJoinRequest(request, group: header.group, now: now)
                }
            case .welcome(let snapshot):
                if header.group == settings.groupName && hasAsked(header.sender.serverUUID) {
                    receiveWelcome(snapshot, now: now)
                }
            case .joinRefused(let refusal):
                if hasAsked(header.sender.serverUUID) { receiveRefusal(refusal, now: now) }
            case .removed(let number, let epoch):
                if header.group == settings.groupName && hasAsked(header.sender.serverUUID) {
                    receiveRemovedByStranger(
                        number: number, epoch: epoch, header.sender.serverUUID, at: address, now: now)
                }
            case .inquiry:
                wasJoining = true
                if header.group == settings.groupName {
                    answerInquiry(of: header.sender.serverUUID, at: address, now: now)
                }
            case .standing(var standing):
                wasJoining = true
                standing.server = header.sender.serverUUID
                standing.address = address
                if header.group == settings.groupName && hasAsked(standing.server) {
                    receiveStanding(standing, now: now)
                }
            case .forward, .heartbeat, .proposeChange, .forceQuery, .forceState, .forceCommit:
                break
            }
        }
        // Somebody who still believes to be a member is told that it is not, once that is in force.
        guard !wasJoining, case .member = phase, header.group == settings.groupName, header.configuration > 0,
            let configuration = engine.configuration
        else { return }
        if header.epoch > configuration.epoch {
            tellStanding(to: address, listsReceiver: false, now: now)
        } else if header.configuration <= configuration.number || header.epoch < configuration.epoch {
            if linkedAddresses.contains(address) {
                sendDirect(.removed(number: configuration.number, epoch: configuration.epoch), to: address)
            } else {
                beCourteous(to: address, identity: nil, listsReceiver: false, now: now)
            }
        }
    }

    /// One that no configuration of this member's lists says that the group went on without it. A group that was bootstrapped
    /// beside this one does not end one that lives.
    private mutating func receiveRemovedByStranger(
        number: UInt64, epoch: UInt64, _ server: UUID, at address: String, now: MonotonicTime
    ) {
        settlesFor.removeAll { $0 == address }
        guard case .member = phase, !engine.isReplaying, let latest = engine.latestConfiguration, epoch > latest.epoch
        else {
            receiveRemoved(number: number, epoch: epoch, now: now)
            return
        }
        if hasMajority && settlesUntil == nil || isBeginning(latest, now: now) {
            receiveStanding(
                Standing(
                    kind: .active, server: server, address: address, epoch: epoch, number: number,
                    listsReceiver: false, missing: 0), now: now)
        } else {
            receiveRemoved(number: number, epoch: epoch, now: now)
        }
    }

    private mutating func receiveRemoved(number: UInt64, epoch: UInt64, now: MonotonicTime) {
        guard isTakingPart, let latest = engine.latestConfiguration else { return }
        guard epoch >= latest.epoch else { return }
        let isOut = number == latest.number && latest.index(of: identity) == nil
        guard epoch > latest.epoch || number > latest.number || isOut else { return }
        if leaveRequested {
            end(.requested)
        } else {
            log(isReturning ? .note : .error, "The group has removed this member.")
            end(.expelled)
        }
    }
}
