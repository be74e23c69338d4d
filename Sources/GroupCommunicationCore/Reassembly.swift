/// The large payload that one member is sending in pieces. A member has one under way at a time, so what a group of
/// nine can hold is bounded.
struct Reassembly: Hashable, Sendable {
    static let maximumParts: UInt32 = 1 << 16
    /// No payload may be longer, whole or in pieces.
    static let maximumPayloadBytes = 1 << 30

    private(set) var message: UInt64
    private(set) var nextPart: UInt32
    private(set) var bytes: [UInt8]

    /// Room that is made at the start, for as many pieces as were announced: MySQL's default limit of a transaction and some.
    private static let maximumReservedBytes = 160 << 20

    /// Begins with piece 0 of `count`.
    init(message: UInt64, count: UInt32, first: [UInt8]) {
        self.message = message
        nextPart = 1
        bytes = []
        bytes.reserveCapacity(min(Int(count) * first.count, Reassembly.maximumReservedBytes))
        bytes += first
    }

    /// Takes the next piece. Returns the payload when it was the last, nil when more are to come; false in `isUsable`
    /// means that the piece does not belong here.
    mutating func append(message: UInt64, part: UInt32, count: UInt32, piece: [UInt8]) -> (
        isUsable: Bool, payload: [UInt8]?
    ) {
        guard message == self.message, part == nextPart, bytes.count + piece.count <= Self.maximumPayloadBytes else {
            return (false, nil)
        }
        bytes += piece
        nextPart += 1
        return (true, nextPart == count ? bytes : nil)
    }
}
