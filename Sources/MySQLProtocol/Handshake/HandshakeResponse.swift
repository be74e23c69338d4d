import Platform

/// The client's answer to the greeting: who it is and what it can do.
public struct HandshakeResponse: Sendable {
    public var capabilities: Capabilities
    public var maximumPacket: UInt32
    public var collation: UInt8
    public var user: String
    public var authenticationData: [UInt8]
    public var schema: String?
    /// Empty when the client knows no plugins.
    public var plugin: String
    public var attributes: [(name: String, value: String)]
    /// What a client that compresses by zstd asks for.
    public var zstdLevel: UInt8 = 0

    public init(
        capabilities: Capabilities, maximumPacket: UInt32 = 1 << 24, collation: UInt8 = 255, user: String,
        authenticationData: [UInt8], schema: String? = nil, plugin: String,
        attributes: [(name: String, value: String)] = []
    ) {
        self.capabilities = capabilities
        self.maximumPacket = maximumPacket
        self.collation = collation
        self.user = user
        self.authenticationData = authenticationData
        self.schema = schema
        self.plugin = plugin
        self.attributes = attributes
    }

    /// Length of the fixed part, which alone is sent to ask for TLS.
    private static let fixedByteCount = 32

    /// Whether a first packet asks for TLS: then the answer proper follows inside it.
    public static func isTLSRequest(_ payload: [UInt8]) -> Bool {
        guard payload.count == fixedByteCount else { return false }
        return Capabilities(rawValue: UInt32(payload[1]) << 8).contains(.tls)
    }

    /// The packet that asks for TLS (client side).
    public func encodeTLSRequest() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.fixedByteCount)
        encodeFixedPart(to: &writer)
        return writer.bytes
    }

    private func encodeFixedPart(to writer: inout ByteWriter) {
        writer.write(capabilities.rawValue)
        writer.write(maximumPacket)
        writer.write(collation)
        writer.write(zeros: 23)
    }

    public func encode() -> [UInt8] {
        var writer = ByteWriter(capacity: 256)
        encodeFixedPart(to: &writer)
        writer.write(nulTerminated: user)
        if capabilities.contains(.pluginAuthLengthEncodedData) {
            writer.write(lengthEncoded: authenticationData)
        } else {
            writer.write(UInt8(truncatingIfNeeded: authenticationData.count))
            writer.write(authenticationData)
        }
        if capabilities.contains(.connectWithDatabase) { writer.write(nulTerminated: schema ?? "") }
        if capabilities.contains(.pluginAuth) { writer.write(nulTerminated: plugin) }
        if capabilities.contains(.connectAttributes) { ConnectionAttributes.encode(attributes, to: &writer) }
        return writer.bytes
    }

    /// Whether a client's answer is of protocol 4.1, which all clients of this century speak.
    public static func speaksProtocol41(_ payload: [UInt8]) -> Bool {
        payload.count < 2 || Capabilities(rawValue: UInt32(payload[1]) << 8).contains(.protocol41)
    }

    /// Reads the client's answer. Only protocol 4.1 is spoken; capabilities that we did not offer are dropped.
    public static func decode(_ payload: [UInt8], offered: Capabilities) throws(SQLError) -> HandshakeResponse {
        guard payload.count >= 4 else { throw SQLError(.handshakeError) }
        guard speaksProtocol41(payload) else { throw SQLError(.notSupportedAuthMode) }
        // It would answer by mysql_native_password, which is no more.
        let pluginAuth = UInt8(truncatingIfNeeded: Capabilities.pluginAuth.rawValue >> 16)
        guard payload[2] & pluginAuth != 0 || !offered.contains(.pluginAuth) else { throw SQLError(.notSupportedAuthMode) }
        do throws(MalformedBytes) {
            var reader = ByteReader(payload)
            let announced = Capabilities(rawValue: try reader.readUInt32())
            let capabilities = announced.intersection(offered)
            let maximumPacket = try reader.readUInt32()
            let collation = try reader.readUInt8()
            try reader.skip(23)
            let user = try reader.readNulTerminated()
            guard user.count <= ProtocolLimits.userNameBytesMax else { throw MalformedBytes("a long user name") }
            let data: ArraySlice<UInt8>
            if capabilities.contains(.pluginAuthLengthEncodedData) {
                data = try reader.readLengthEncodedBytes()
            } else if capabilities.contains(.secureConnection) {
                data = try reader.readBytes(Int(try reader.readUInt8()))
            } else {
                data = try reader.readNulTerminated()
            }
            guard data.count <= ProtocolLimits.authenticationDataBytesMax else {
                throw MalformedBytes("long authentication data")
            }
            var schema: String?
            if capabilities.contains(.connectWithDatabase) && !reader.isAtEnd {
                schema = try HandshakeResponse.readSchema(&reader)
            }
            var plugin = ""
            if capabilities.contains(.pluginAuth) && !reader.isAtEnd {
                plugin = try HandshakeResponse.readPlugin(&reader)
            }
            var attributes: [(name: String, value: String)] = []
            if capabilities.contains(.connectAttributes) && !reader.isAtEnd {
                attributes = try ConnectionAttributes.decode(&reader)
            }
            var response = HandshakeResponse(
                capabilities: capabilities, maximumPacket: maximumPacket, collation: collation,
                user: String(decoding: user, as: UTF8.self), authenticationData: Array(data), schema: schema,
                plugin: plugin, attributes: attributes)
            if capabilities.contains(.zstdCompression) && !reader.isAtEnd { response.zstdLevel = try reader.readUInt8() }
            return response
        } catch {
            throw SQLError(.handshakeError)
        }
    }

    static func readSchema(_ reader: inout ByteReader) throws(MalformedBytes) -> String? {
        let bytes = try reader.readNulTerminated()
        guard bytes.count <= ProtocolLimits.schemaNameBytesMax else { throw MalformedBytes("a long schema name") }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    static func readPlugin(_ reader: inout ByteReader) throws(MalformedBytes) -> String {
        let bytes = try reader.readNulTerminated()
        guard bytes.count <= ProtocolLimits.pluginNameBytesMax else { throw MalformedBytes("a long plugin name") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
