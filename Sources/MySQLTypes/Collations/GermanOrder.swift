extension GermanOrder {
    private static let weights: [UInt8] = {
        var reader = PackedReader(text)
        var weights: [UInt8] = []
        while let weight = reader.next(2) { weights.append(UInt8(truncatingIfNeeded: weight)) }
        return weights
    }()

    static func key(_ bytes: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        for byte in bytes {
            key.append(weights[2 * Int(byte)])
            let second = weights[2 * Int(byte) + 1]
            if second != 0 { key.append(second) }
        }
        return key
    }
}
