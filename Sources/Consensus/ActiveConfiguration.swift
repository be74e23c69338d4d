/// A configuration with its members as the engine numbers its peers.
struct ActiveConfiguration: Sendable {
    let configuration: Configuration
    /// Peer numbers in the configuration's order; a peer's place here is its bit in the acknowledgement masks.
    let members: [Int]
    let leaders: [Int]
    let majority: Int
    let allowsSkips: Bool

    var firstSlot: Slot { configuration.firstSlot }

    func owner(of slot: Slot) -> Int { leaders[Int(slot % UInt64(leaders.count))] }

    func memberIndex(of peer: Int) -> Int? {
        for index in members.indices where members[index] == peer { return index }
        return nil
    }
}
