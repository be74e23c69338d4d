import Platform

/// An ERR packet as a client receives it.
public enum ErrorPacket {
    public static let header: UInt8 = 0xFF

    /// What the server says. A packet that is itself malformed becomes error 2027.
    public static func decode(_ payload: [UInt8]) -> SQLError {
        var reader = ByteReader(payload)
        guard let first = try? reader.readUInt8(), first == header, let code = try? reader.readUInt16() else {
            return SQLError(.clientMalformedPacket)
        }
        var rest = reader.readRest()
        var state = "HY000"
        if rest.first == UInt8(ascii: "#") && rest.count >= 6 {
            state = String(decoding: rest.dropFirst().prefix(5), as: UTF8.self)
            rest = rest.dropFirst(6)
        }
        return SQLError(code: code, sqlState: state, message: String(decoding: rest, as: UTF8.self))
    }

    /// The payload of an ERR packet.
    public static func encode(_ error: SQLError, capabilities: Capabilities) -> [UInt8] {
        var bytes: [UInt8] = []
        let writer = PacketWriter { buffer throws(SQLError) in bytes += buffer.dropFirst(PacketAssembly.headerByteCount) }
        writer.beginPacket()
        writer.write(error: error, capabilities: capabilities)
        writer.endPacket()
        writer.flush()
        return bytes
    }
}
