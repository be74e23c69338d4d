import Platform

/// An OK packet (or the end of a result set) as a client receives it.
public struct OKPacket: Hashable, Sendable {
    public var affectedRows: UInt64
    public var lastInsertID: UInt64
    public var status: ServerStatus
    public var warnings: UInt16
    public var info: String
    public var changes: [SessionStateChange]

    public init(
        affectedRows: UInt64 = 0, lastInsertID: UInt64 = 0, status: ServerStatus = [], warnings: UInt16 = 0,
        info: String = "", changes: [SessionStateChange] = []
    ) {
        self.affectedRows = affectedRows
        self.lastInsertID = lastInsertID
        self.status = status
        self.warnings = warnings
        self.info = info
        self.changes = changes
    }

    public static func decode(_ payload: [UInt8], capabilities: Capabilities) throws(SQLError) -> OKPacket {
        do throws(MalformedBytes) {
            var reader = ByteReader(payload)
            let header = try reader.readUInt8()
            guard header == 0 || header == 0xFE else { throw MalformedBytes("not an OK packet") }
            var packet = OKPacket(
                affectedRows: try reader.readLengthEncodedInteger(), lastInsertID: try reader.readLengthEncodedInteger(),
                status: ServerStatus(rawValue: try reader.readUInt16()), warnings: try reader.readUInt16(), info: "",
                changes: [])
            if !reader.isAtEnd { packet.info = String(decoding: try reader.readLengthEncodedBytes(), as: UTF8.self) }
            if capabilities.contains(.sessionTrack), packet.status.contains(.sessionStateChanged), !reader.isAtEnd {
                packet.changes = try SessionStateChange.decodeAll(try reader.readLengthEncodedBytes())
            }
            return packet
        } catch {
            throw SQLError(.clientMalformedPacket)
        }
    }
}
