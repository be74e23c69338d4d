import Platform

/// The server's request to go on with another plugin and a new challenge.
public struct AuthenticationSwitch: Hashable, Sendable {
    public static let header: UInt8 = 0xFE
    /// The byte before a plugin's further data.
    public static let moreDataHeader: UInt8 = 0x01

    public var plugin: String
    public var challenge: [UInt8]

    public init(plugin: String, challenge: [UInt8]) {
        self.plugin = plugin
        self.challenge = challenge
    }

    public func encode() -> [UInt8] {
        var writer = ByteWriter(capacity: 64)
        writer.write(Self.header)
        writer.write(nulTerminated: plugin)
        writer.write(challenge)
        writer.write(UInt8(0))
        return writer.bytes
    }

    public static func decode(_ payload: [UInt8]) throws(SQLError) -> AuthenticationSwitch {
        try decoding { () throws(MalformedBytes) in
            var reader = ByteReader(payload)
            guard try reader.readUInt8() == header else { throw MalformedBytes("not a switch of plugins") }
            let plugin = try HandshakeResponse.readPlugin(&reader)
            var challenge = Array(reader.readRest())
            if challenge.last == 0 { challenge.removeLast() }
            guard challenge.count == HandshakeGreeting.challengeByteCount else {
                throw MalformedBytes("a challenge that is not 20 bytes")
            }
            return AuthenticationSwitch(plugin: plugin, challenge: challenge)
        }
    }
}
