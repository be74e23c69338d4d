import Platform

/// COM_CHANGE_USER: another user on the same connection.
public struct ChangeUserRequest: Sendable {
    public var user: String
    public var authenticationData: [UInt8]
    public var schema: String?
    public var collation: UInt16?
    public var plugin: String
    public var attributes: [(name: String, value: String)]

    /// Reads what follows the command's byte.
    static func decode(_ reader: inout ByteReader, capabilities: Capabilities) throws(MalformedBytes) -> ChangeUserRequest {
        let user = try reader.readNulTerminated()
        guard user.count <= ProtocolLimits.userNameBytesMax else { throw MalformedBytes("a long user name") }
        let data =
            capabilities.contains(.secureConnection)
            ? try reader.readBytes(Int(try reader.readUInt8())) : try reader.readNulTerminated()
        guard data.count <= ProtocolLimits.authenticationDataBytesMax else {
            throw MalformedBytes("long authentication data")
        }
        let schema = try HandshakeResponse.readSchema(&reader)
        let collation: UInt16? = reader.remaining >= 2 ? try reader.readUInt16() : nil
        var plugin = ""
        if capabilities.contains(.pluginAuth) && !reader.isAtEnd { plugin = try HandshakeResponse.readPlugin(&reader) }
        var attributes: [(name: String, value: String)] = []
        if capabilities.contains(.connectAttributes) && !reader.isAtEnd {
            attributes = try ConnectionAttributes.decode(&reader)
        }
        return ChangeUserRequest(
            user: String(decoding: user, as: UTF8.self), authenticationData: Array(data), schema: schema,
            collation: collation, plugin: plugin, attributes: attributes)
    }
}
