import Primitives

/// A global transaction identifier: who numbered the transaction (a server or a group) and its number.
public struct GTID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The server's uuid, or the group's name.
    public var source: UUID
    /// From 1 to ``maximumNumber``.
    public var number: Int64

    /// The largest number that MySQL gives out.
    public static let maximumNumber = Int64.max - 1

    /// A GTID of known good parts. Traps on a number out of range, which only a bug can cause.
    public init(source: UUID, number: Int64) {
        precondition(number >= 1 && number <= GTID.maximumNumber, "GTID number \(number) out of range")
        self.source = source
        self.number = number
    }

    /// Parses `uuid:number`, with white space around both; nil for anything else.
    public init?(_ text: String) {
        var scanner = GTIDTextScanner(text)
        scanner.skipWhiteSpace()
        guard let source = scanner.scanUUID() else { return nil }
        scanner.skipWhiteSpace()
        guard scanner.scan(UInt8(ascii: ":")) else { return nil }
        scanner.skipWhiteSpace()
        guard let number = scanner.scanNumber(), number >= 1 else { return nil }
        scanner.skipWhiteSpace()
        guard scanner.isAtEnd else { return nil }
        self.init(source: source, number: number)
    }

    /// MySQL's text form.
    public var description: String { "\(source):\(number)" }

    /// By source, then by number.
    public static func < (left: GTID, right: GTID) -> Bool {
        left.source != right.source ? left.source < right.source : left.number < right.number
    }
}

/// Reads the pieces of MySQL's text form of GTIDs and their sets. Never traps.
struct GTIDTextScanner {
    private let text: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    var isAtEnd: Bool { position == text.count }

    mutating func skipWhiteSpace() {
        while position < text.count,
            text[position] == 0x20 || (text[position] >= 9 && text[position] <= 13)
        {
            position += 1
        }
    }

    mutating func scan(_ character: UInt8) -> Bool {
        guard position < text.count, text[position] == character else { return false }
        position += 1
        return true
    }

    /// A UUID with or without dashes or braces.
    mutating func scanUUID() -> UUID? {
        var end = position
        while end < text.count, end - position < 38, isUUIDCharacter(text[end]) {
            end += 1
        }
        guard let result = UUID(String(decoding: text[position..<end], as: UTF8.self)) else {
            return nil
        }
        position = end
        return result
    }

    /// A decimal number up to ``GTID/maximumNumber``.
    mutating func scanNumber() -> Int64? {
        var value: Int64 = 0
        let start = position
        while position < text.count, text[position] >= 0x30, text[position] <= 0x39 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(Int64(text[position] - 0x30))
            guard !overflow, !overflow2, sum <= GTID.maximumNumber else { return nil }
            value = sum
            position += 1
        }
        return position == start ? nil : value
    }

    private func isUUIDCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "-"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            true
        default: false
        }
    }
}
