import Platform

/// The server's first packet (protocol version 10).
public struct HandshakeGreeting: Hashable, Sendable {
    public static let protocolVersion: UInt8 = 10
    /// Bytes of the challenge.
    public static let challengeByteCount = 20

    public var serverVersion: String
    public var connectionID: UInt32
    /// 20 bytes, none of them NUL.
    public var challenge: [UInt8]
    public var capabilities: Capabilities
    /// The low byte of the default collation's number.
    public var collation: UInt8
    public var status: ServerStatus
    public var plugin: String

    public init(
        serverVersion: String, connectionID: UInt32, challenge: [UInt8], capabilities: Capabilities,
        collation: UInt8 = 255, status: ServerStatus = .autocommit, plugin: String = AuthenticationPlugin.cachingSHA2.name
    ) {
        self.serverVersion = serverVersion
        self.connectionID = connectionID
        self.challenge = challenge
        self.capabilities = capabilities
        self.collation = collation
        self.status = status
        self.plugin = plugin
    }

    public func encode() -> [UInt8] {
        var writer = ByteWriter(capacity: 128)
        writer.write(Self.protocolVersion)
        writer.write(nulTerminated: serverVersion)
        writer.write(connectionID)
        writer.write(challenge.prefix(8))
        writer.write(UInt8(0))
        writer.write(UInt16(truncatingIfNeeded: capabilities.rawValue))
        writer.write(collation)
        writer.write(status.rawValue)
        writer.write(UInt16(truncatingIfNeeded: capabilities.rawValue >> 16))
        writer.write(UInt8(truncatingIfNeeded: challenge.count + 1))
        writer.write(zeros: 10)
        writer.write(challenge.dropFirst(8))
        writer.write(UInt8(0))
        writer.write(nulTerminated: plugin)
        return writer.bytes
    }

    /// Reads a greeting (client side).
    public static func decode(_ payload: [UInt8]) throws(SQLError) -> HandshakeGreeting {
        try decoding { () throws(MalformedBytes) in
            var reader = ByteReader(payload)
            guard try reader.readUInt8() == protocolVersion else { throw MalformedBytes("not protocol version 10") }
            let version = String(decoding: try reader.readNulTerminated(), as: UTF8.self)
            let connectionID = try reader.readUInt32()
            var challenge = Array(try reader.readBytes(8))
            try reader.skip(1)
            var capabilities = UInt32(try reader.readUInt16())
            let collation = try reader.readUInt8()
            let status = ServerStatus(rawValue: try reader.readUInt16())
            capabilities |= UInt32(try reader.readUInt16()) << 16
            let length = Int(try reader.readUInt8())
            try reader.skip(10)
            var rest = Array(try reader.readBytes(min(max(13, length - 8), reader.remaining)))
            if rest.last == 0 { rest.removeLast() }
            challenge += rest
            guard challenge.count == challengeByteCount else { throw MalformedBytes("a challenge that is not 20 bytes") }
            // A server without the capability has no plugin of this program's.
            var plugin = ""
            if Capabilities(rawValue: capabilities).contains(.pluginAuth) && !reader.isAtEnd {
                // Old servers leave the closing NUL out.
                plugin = String(decoding: reader.readRest().prefix { $0 != 0 }, as: UTF8.self)
            }
            return HandshakeGreeting(
                serverVersion: version, connectionID: connectionID, challenge: challenge,
                capabilities: Capabilities(rawValue: capabilities), collation: collation, status: status, plugin: plugin)
        }
    }
}
