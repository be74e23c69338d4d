/// The stage of a running group action or auto-rejoin, for `performance_schema.events_stages_current`.
public struct StageStatus: Sendable, Equatable {
    /// `stage/group_rpl/...`
    public var name: String
    public var workCompleted: UInt64
    public var workEstimated: UInt64

    public init(name: String, workCompleted: UInt64, workEstimated: UInt64) {
        self.name = name
        self.workCompleted = workCompleted
        self.workEstimated = workEstimated
    }
}
