import Consensus
import GroupCommunicationCore

/// Judges deliveries in the order, as certification does: its verdicts must be equal on all members.
public protocol DeliveryJudge {
    /// The verdict on a message, any number.
    mutating func judge(position: LogPosition, origin: MemberIdentity, payload: [UInt8]) -> UInt64
    mutating func viewInstalled(position: LogPosition, view: View)
}

/// What a run is made of. All the rest follows from the seed.
public struct SimulationOptions {
    public var seed: UInt64
    /// Seconds of simulated time with faults; a quiet time to recover follows.
    public var seconds = 12
    /// Makes the judge of one server's process; nil for none.
    public var makeJudge: (() -> any DeliveryJudge)?
    package var plantedBug: PlantedBug?
    public var isVerbose = false

    public init(seed: UInt64) {
        self.seed = seed
    }

    /// Plants the bug of that name. False if there is none.
    public mutating func plant(bugNamed name: String) -> Bool {
        guard let bug = PlantedBug(rawValue: name) else { return false }
        plantedBug = bug
        return true
    }

    /// Those that random runs find.
    public static var bugNames: [String] { PlantedBug.allCases.filter { !$0.isForScripts }.map(\.rawValue) }
}

/// What a run came to.
public struct SimulationResult: Sendable {
    public var seed: UInt64
    /// The broken rule; nil if none was.
    public var failure: String?
    public var deliveries = 0
    public var acknowledged = 0
    public var views = 0
    public var events = 0
    /// Verbose runs: what happened.
    public var trace: [String] = []
}
