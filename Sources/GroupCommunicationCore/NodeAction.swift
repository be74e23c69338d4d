import Consensus

/// Why a node is no longer a member.
public enum LeaveReason: Hashable, Sendable {
    /// It asked for it.
    case requested
    /// The group removed it.
    case expelled
    /// It gives way to another group of the same name, which was there before or was begun at the same time: it can come back
    /// by joining that.
    case superseded
    /// What it missed is in no peer's log any more; it can only come back by joining anew.
    case logUnavailable
    /// Its files are older than what it told the others, or another member's: it can only come back by joining anew.
    case forgotten
}

/// Why a join was not let in.
public enum JoinRefusal: Hashable, Sendable {
    /// Nine members already (error 3191).
    case groupIsFull
    /// An older incarnation of this server is still listed: try again later.
    case oldIncarnationListed
    case otherGroup
    case protocolVersion
    /// The upper layer of a member said no.
    case vetoed(String)
    /// No seed answered as a member in time.
    case noAnswer
    /// Seeds answered, the one at that address last, but they and this server do not let each other in.
    case rejected(by: String, LinkRejection)
}

/// How loud a line for the error log is.
public enum NodeLogLevel: Sendable {
    case note
    case warning
    case error
}

/// What the node has its shell do. In each list, carry out in order; `persist` only hands over (the answer is the event
/// `persisted`), so frames behind it in the list leave at once: what has to wait for the disk is emitted later.
public enum NodeAction: Sendable {
    case send(to: String, frame: [UInt8])
    /// Append to the log, in order. With `sync`, answer `persisted(token)` when on disk (one sync may cover many
    /// tokens); without it no answer is needed and the next sync takes them along.
    case persist(records: [LogRecord], token: UInt64, sync: Bool)
    /// Read back the records of these slots (answered by `loaded`); stop after about `maximumBytes`, at least one slot.
    case load(slots: ClosedRange<Slot>, maximumBytes: Int, token: UInt64)
    /// Records of slots below are not needed any more.
    case trimLog(belowSlot: Slot)
    /// Throw the whole log away: a new incarnation begins (at `bootstrap` and `join`; the upper layer must need nothing of
    /// the old log any more). Precedes its first `persist`.
    case eraseLog
    /// Keep an outbound link to that address until `disconnect`.
    case connect(to: String)
    case disconnect(from: String)
    /// A payload at its place in the order.
    case deliver(position: LogPosition, origin: MemberIdentity, payload: [UInt8])
    /// A view at its place in the order.
    case installView(position: LogPosition, view: View)
    /// A configuration without a change of members (leaders, horizon, protocol) takes force after this position.
    case configurationChanged(position: LogPosition, configuration: Configuration)
    /// A view is being made: answer with `NodeCommand.provideState` and this member's state for it.
    case requestState(request: UInt64)
    /// A joiner asks this member to let it in: answer with `NodeCommand.answerJoin`.
    case approveJoin(request: UInt64, member: Member, payload: [UInt8])
    /// The members of the present configuration that this one cannot hear.
    case reachabilityChanged(unreachable: [MemberIdentity])
    case majorityLost
    case majorityRegained
    case joinRefused(JoinRefusal)
    /// What was heard of the group (`NodeRole.ask`); the node does nothing more.
    case asked([Standing])
    /// This node is no longer a member and will do nothing more.
    case left(LeaveReason)
    /// The end of `NodeCommand.forceMembers`: nil, or why not.
    case forceAnswered(String?)
    case log(NodeLogLevel, String)
}
