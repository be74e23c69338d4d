/// Changes inputs a little, from a seed: for the short runs of `swift test`. Long ones are libFuzzer's, which also sees what
/// code an input reaches.
struct Mutator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static let interesting: [UInt8] = [0, 1, 2, 7, 0x7F, 0x80, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF]

    /// One of `inputs`, changed in one to six places, sometimes crossed with another.
    mutating func mutation(of inputs: [[UInt8]], maximumLength: Int) -> [UInt8] {
        var bytes = inputs.randomElement(using: &self) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &self) { change(&bytes, inputs) }
        return Array(bytes.prefix(maximumLength))
    }

    private mutating func change(_ bytes: inout [UInt8], _ inputs: [[UInt8]]) {
        let place = Int.random(in: 0...bytes.count, using: &self)
        switch Int.random(in: 0..<8, using: &self) {
        case 0 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1 where place < bytes.count:
            bytes[place] = Self.interesting.randomElement(using: &self) ?? 0
        case 2 where place < bytes.count:
            bytes[place] = UInt8.random(in: .min ... .max, using: &self)
        case 3:
            bytes.insert(Self.interesting.randomElement(using: &self) ?? 0, at: place)
        case 4:
            bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &self)))
        case 5:
            let end = min(bytes.count, place + Int.random(in: 1...32, using: &self))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 6:
            let other = inputs.randomElement(using: &self) ?? []
            let from = Int.random(in: 0...other.count, using: &self)
            bytes.replaceSubrange(place..., with: other[from...])
        default:
            // A length or a count, made large.
            for index in place..<min(bytes.count, place + Int.random(in: 1...8, using: &self)) { bytes[index] = 0xFF }
        }
    }
}
