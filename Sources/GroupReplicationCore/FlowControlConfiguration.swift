/// The `group_replication_flow_control_...` variables.
public struct FlowControlConfiguration: Sendable, Equatable {
    /// `QUOTA` against `DISABLED`.
    public var isEnabled = true
    public var certifierThreshold: Int64 = 25_000
    public var applierThreshold: Int64 = 25_000
    public var period: Duration = .seconds(1)
    public var holdPercent: Int64 = 10
    public var releasePercent: Int64 = 50
    public var minimumQuota: Int64 = 0
    public var minimumRecoveryQuota: Int64 = 0
    /// The smaller of `..._max_quota` and `..._max_commit_quota`, the manual's name for the same; 0: none.
    public var maximumQuota: Int64 = 0
    public var memberQuotaPercent: Int64 = 0

    public init() {}
}
