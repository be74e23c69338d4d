import Consensus
import Primitives

/// What somebody who takes part in a group says of it to a server that asks (``NodeRole/ask(_:)``), or that believes to be
/// in another group of the same name.
public struct Standing: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        /// A member that hears a majority.
        case active = 0
        /// A member that does not.
        case blocked = 1
        /// A member that has just come back and listens before it takes part.
        case settling = 2
        /// No member: it asks too, and is the one of the two that may begin a group.
        case asking = 3
        /// The only member of a group that it began just now.
        case beginning = 4
    }

    public var kind: Kind
    /// Who says it, and at which address.
    public var server: UUID
    public var address: String
    /// Of the latest configuration that it knows.
    public var epoch: UInt64
    public var number: UInt64
    /// Whether that lists the server that is told.
    public var listsReceiver: Bool
    /// How many more members would have to be heard for a majority.
    public var missing: UInt8

    public init(
        kind: Kind, server: UUID, address: String, epoch: UInt64, number: UInt64, listsReceiver: Bool, missing: UInt8
    ) {
        self.kind = kind
        self.server = server
        self.address = address
        self.epoch = epoch
        self.number = number
        self.listsReceiver = listsReceiver
        self.missing = missing
    }
}

extension ByteWriter {
    /// Who says it is in the frame's header, and where in the link's handshake.
    package mutating func write(_ standing: Standing) {
        write(standing.kind.rawValue)
        write(standing.epoch)
        write(standing.number)
        write(UInt8(standing.listsReceiver ? 1 : 0))
        write(standing.missing)
    }
}

extension ByteReader {
    package mutating func readStanding() throws(MalformedBytes) -> Standing {
        guard let kind = Standing.Kind(rawValue: try readUInt8()) else { throw MalformedBytes("a standing of unknown kind") }
        let epoch = try readEpoch()
        let number = try readConfigurationNumber()
        let listsReceiver = try readUInt8() != 0
        return Standing(
            kind: kind, server: UUID(high: 0, low: 0), address: "", epoch: epoch, number: number,
            listsReceiver: listsReceiver, missing: try readUInt8())
    }
}
