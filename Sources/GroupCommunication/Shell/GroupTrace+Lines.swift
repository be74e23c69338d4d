import Consensus

/// What the trace says of an event; nil where the levels that are on do not ask for it. No payload is shown, only its size.
extension NodeInbox.Event {
    func line(_ options: GroupTrace.Options) -> String? {
        switch self {
        case .received(let peer, let frame):
            options.contains(.paxosTrace) ? "xcom received \(frame.count) bytes from \(peer)" : nil
        case .log(let answers):
            options.contains(.paxosTrace) ? "xcom group log answered \(answers.count)" : nil
        case .node(let event):
            event.line(options)
        }
    }
}

extension NodeEvent {
    func line(_ options: GroupTrace.Options) -> String? {
        let (level, text): (GroupTrace.Options, String)
        switch self {
        case .start(let start): (level, text) = (.groupBasic, "start as \(start.role) from \(start.from)")
        case .submit(let payload): (level, text) = (.groupTrace, "submit \(payload.count) bytes")
        case .received(let peer, let frame): (level, text) = (.paxosTrace, "xcom received \(frame.count) bytes from \(peer)")
        case .linkUp(let peer, let server): (level, text) = (.paxosBasic, "xcom link to \(peer) is up: \(server)")
        case .linkDown(let peer, let evidence): (level, text) = (.paxosBasic, "xcom link to \(peer) is down: \(evidence)")
        case .persisted(let token): (level, text) = (.paxosTrace, "xcom persisted \(token)")
        case .loaded(let token, let records): (level, text) = (.paxosTrace, "xcom loaded \(token): \(records.count) records")
        case .command(let command): (level, text) = (.groupBasic, "command \(command.traceName)")
        case .sawBytes, .tick: return nil
        }
        return options.contains(level) ? text : nil
    }
}

extension NodeCommand {
    /// Its name without what it carries, which may be a member's whole state.
    fileprivate var traceName: String {
        String("\(self)".prefix { $0 != "(" })
    }
}

extension NodeAction {
    func line(_ options: GroupTrace.Options) -> String? {
        let (level, text): (GroupTrace.Options, String)
        switch self {
        case .send(let peer, let frame): (level, text) = (.paxosTrace, "xcom send \(frame.count) bytes to \(peer)")
        case .persist(let records, let token, let sync):
            (level, text) = (.paxosTrace, "xcom persist \(records.count) records as \(token)\(sync ? ", synced" : "")")
        case .load(let slots, _, let token): (level, text) = (.paxosTrace, "xcom load slots \(slots) as \(token)")
        case .trimLog(let slot): (level, text) = (.paxosBasic, "xcom group log is trimmed below slot \(slot)")
        case .eraseLog: (level, text) = (.paxosBasic, "xcom group log is erased")
        case .connect(let peer): (level, text) = (.paxosBasic, "xcom connect to \(peer)")
        case .disconnect(let peer): (level, text) = (.paxosBasic, "xcom disconnect from \(peer)")
        case .deliver(let position, let origin, let payload):
            (level, text) = (.groupTrace, "deliver \(payload.count) bytes of \(origin) at \(position)")
        case .installView(let position, let view): (level, text) = (.groupBasic, "view \(view.id) at \(position): \(view.members)")
        case .configurationChanged(let position, let configuration):
            (level, text) = (
                .paxosBasic, "xcom configuration \(configuration.number) at \(position): members \(configuration.members), leaders "
                    + "\(configuration.leaders), lost \(configuration.lost), event horizon \(configuration.eventHorizon)"
            )
        case .requestState(let request): (level, text) = (.groupBasic, "state exchange \(request)")
        case .approveJoin(let request, let member, _): (level, text) = (.groupBasic, "join \(request) asked for by \(member)")
        case .reachabilityChanged(let unreachable): (level, text) = (.groupBasic, "unreachable: \(unreachable)")
        case .majorityLost: (level, text) = (.groupBasic, "majority lost")
        case .majorityRegained: (level, text) = (.groupBasic, "majority regained")
        case .joinRefused(let refusal): (level, text) = (.groupBasic, "join refused: \(refusal)")
        case .asked(let standings): (level, text) = (.groupBasic, "asked: \(standings)")
        case .left(let reason): (level, text) = (.groupBasic, "left: \(reason)")
        case .forceAnswered(let problem): (level, text) = (.groupBasic, "forced: \(problem ?? "done")")
        case .log(_, let line): (level, text) = (.groupBasic, line)
        }
        return options.contains(level) ? text : nil
    }
}
