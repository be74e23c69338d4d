import Primitives

/// Who takes part in the group: a server and one of its incarnations. A member that was removed comes back as a new
/// incarnation; one that merely restarted while still in the configuration keeps its identity and its log.
public struct MemberIdentity: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let serverUUID: UUID
    /// Random, chosen when the server joins or bootstraps, never zero.
    public let incarnation: UInt64

    /// Bytes that an identity takes in messages and records.
    public static let encodedSize = 24

    public init(serverUUID: UUID, incarnation: UInt64) {
        self.serverUUID = serverUUID
        self.incarnation = incarnation
    }

    public static func < (left: MemberIdentity, right: MemberIdentity) -> Bool {
        left.serverUUID == right.serverUUID
            ? left.incarnation < right.incarnation : left.serverUUID < right.serverUUID
    }

    public var description: String { "\(serverUUID)/\(incarnation)" }
}

extension ByteWriter {
    /// Writes the 24 bytes of an identity.
    public mutating func write(_ identity: MemberIdentity) {
        write(identity.serverUUID.high)
        write(identity.serverUUID.low)
        write(identity.incarnation)
    }
}

extension ByteReader {
    /// Reads the 24 bytes of an identity.
    public mutating func readMemberIdentity() throws(MalformedBytes) -> MemberIdentity {
        let high = try readUInt64()
        let low = try readUInt64()
        return MemberIdentity(serverUUID: UUID(high: high, low: low), incarnation: try readUInt64())
    }
}
