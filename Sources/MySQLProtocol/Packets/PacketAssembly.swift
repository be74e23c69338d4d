/// Joins physical packets into a logical one: checks their numbers and the size before anything is allocated.
///
/// The caller reads four bytes, calls ``header(_:)``, reads as many bytes as it says, and goes on while ``isComplete`` is false.
public struct PacketAssembly: Sendable {
    /// Why a stream of packets is not one.
    public enum Failure: Error, Equatable, Sendable {
        /// A packet's number does not follow: the peers are out of step, and the connection is of no more use.
        case outOfOrder
    }

    /// What to do with the bytes that follow a header.
    public enum Part: Equatable, Sendable {
        /// They belong to the payload.
        case read(Int)
        /// The logical packet is larger than allowed: read and forget them. `isComplete` says whether it was the last part.
        case skip(Int)
    }

    public static let headerByteCount = 4

    /// The number that the next packet must have; after the last part, the number that an answer begins with.
    public private(set) var sequence: UInt8
    public private(set) var isComplete = false
    /// Whether the logical packet passed the maximum.
    public private(set) var isTooLarge = false
    private var total = 0
    private let maximum: Int

    /// `sequence` is 0 for a command, and goes on counting inside an exchange.
    public init(sequence: UInt8, maximumPayload maximum: Int) {
        self.sequence = sequence
        self.maximum = maximum
    }

    /// Takes a header: three bytes of length, low byte first, and the packet's number.
    public mutating func header(_ word: UInt32) throws(Failure) -> Part {
        precondition(!isComplete)
        guard UInt8(truncatingIfNeeded: word >> 24) == sequence else { throw .outOfOrder }
        sequence &+= 1
        let length = Int(word & 0xFF_FFFF)
        isComplete = length < PacketWriter.maximumPayload
        if !isTooLarge {
            total += length
            isTooLarge = total > maximum
        }
        return isTooLarge ? .skip(length) : .read(length)
    }
}
