/// A decoder of bytes from outside, to be given anything. It passes by returning: a trap, a broken promise (``check(_:_:)``),
/// too much time or too much memory are what is looked for.
struct FuzzTarget: Sendable {
    let name: String
    /// Longer inputs are cut: what matters is the shape, not the mass.
    let maximumLength: Int
    /// Well-formed inputs, made by this version's own encoders, from which mutations start.
    let seeds: @Sendable () -> [[UInt8]]
    let run: @Sendable ([UInt8]) -> Void

    init(
        _ name: String, maximumLength: Int = 4096, seeds: @escaping @Sendable () -> [[UInt8]] = { [] },
        run: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.name = name
        self.maximumLength = maximumLength
        self.seeds = seeds
        self.run = run
    }

    static let all: [FuzzTarget] =
        protocolTargets + connectionTargets + parserTargets + binaryLogTargets + groupCommunicationTargets
        + groupReplicationTargets + storageTargets + typeTargets + engineTargets + functionTargets + serverTargets

    static func named(_ name: String) -> FuzzTarget? {
        all.first { $0.name == name }
    }
}

/// A promise of a decoder that does not hold for some input ends the process, as a trap does: the fuzzer keeps the input.
func check(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { fatalError("broken promise: \(what())") }
}
