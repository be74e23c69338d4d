import Consensus

/// What the upper layer asks of the node, besides submitting payloads.
public enum NodeCommand: Hashable, Sendable {
    /// Leave the group in order: ends in `NodeAction.left(.requested)`.
    case leave
    /// Another choice of leaders, ordered through the log.
    case setLeaders(LeaderChoice)
    /// Another event horizon (10 to 200), ordered through the log.
    case setEventHorizon(Int)
    /// Another protocol version, ordered through the log.
    case setProtocolVersion(UInt16)
    /// `group_replication_member_expel_timeout`; acts on existing suspicions too.
    case setExpelTimeout(Duration)
    /// The answer to `NodeAction.requestState`.
    case provideState(request: UInt64, state: [UInt8])
    /// The answer to `NodeAction.approveJoin`; a refusal's text reaches the joiner.
    case answerJoin(request: UInt64, refusal: String?)
    /// The upper layer will never again need positions below this one after a restart.
    case releaseLog(below: LogPosition)
    /// `group_replication_force_members`: go on with only the members at these addresses, all of which must be alive,
    /// without a majority of the present configuration. Answered by `NodeAction.forceAnswered`.
    case forceMembers([String])
}
