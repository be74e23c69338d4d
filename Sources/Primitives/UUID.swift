/// A universally unique identifier: a server's (`server_uuid`) or a group's (`group_replication_group_name`).
public struct UUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 16 bytes, the first eight in `high`, most significant first.
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 16 bytes; nil when there are not exactly 16.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// Parses `aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee`; like MySQL also without dashes and in braces.
    public init?(_ text: some StringProtocol) {
        var characters = Array(text.utf8)
        if characters.first == UInt8(ascii: "{"), characters.last == UInt8(ascii: "}"), characters.count == 38 {
            characters = Array(characters[1..<37])
        }
        if characters.count == 36 {
            for index in [8, 13, 18, 23] where characters[index] != UInt8(ascii: "-") { return nil }
            characters.removeAll { $0 == UInt8(ascii: "-") }
        }
        guard characters.count == 32 else { return nil }
        var words: [UInt64] = [0, 0]
        for (index, character) in characters.enumerated() {
            let digit: UInt64
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(character - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(character - UInt8(ascii: "a")) + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = UInt64(character - UInt8(ascii: "A")) + 10
            default: return nil
            }
            words[index / 16] = words[index / 16] << 4 | digit
        }
        self.init(high: words[0], low: words[1])
    }

    public var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 16)
        writer.writeBigEndian(high, width: 8)
        writer.writeBigEndian(low, width: 8)
        return writer.bytes
    }

    /// Lower case, with dashes.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    public static func < (left: UUID, right: UUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
