import Platform

extension ColumnMetadata {
    /// Writes the payload of a ColumnDefinition41 packet.
    func encode(to packets: PacketWriter, withDefault: Bool, _ encodeText: ResultWriter.TextEncoder? = nil) {
        packets.write(lengthEncoded: "def")
        for var name in [schema, table, originalTable, name, originalName] {
            // utf8mb3_general_ci is the collation of names.
            if let encodeText, let bytes = name.withUTF8({ encodeText(UnsafeRawBufferPointer($0), 33) }) {
                packets.write(lengthEncoded: bytes)
            } else {
                packets.write(lengthEncoded: name)
            }
        }
        packets.write(UInt8(0x0C))
        packets.write(collation)
        packets.write(length)
        packets.write(type.rawValue)
        packets.write(flags.rawValue)
        packets.write(decimals)
        packets.write(UInt16(0))
        if withDefault {
            if let defaultValue { packets.write(lengthEncoded: defaultValue) } else { packets.write(UInt8(0xFB)) }
        }
    }

    /// Reads the payload of a ColumnDefinition41 packet (client side).
    init(decoding payload: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(payload)
        func text() throws(MalformedBytes) -> String {
            String(decoding: try reader.readLengthEncodedBytes(), as: UTF8.self)
        }
        _ = try reader.readLengthEncodedBytes()
        let schema = try text()
        let table = try text()
        let originalTable = try text()
        let name = try text()
        let originalName = try text()
        guard try reader.readLengthEncodedInteger() == 0x0C else {
            throw MalformedBytes("a column definition whose fixed part is not 12 bytes")
        }
        let collation = try reader.readUInt16()
        let length = try reader.readUInt32()
        guard let type = ColumnType(rawValue: try reader.readUInt8()) else {
            throw MalformedBytes("a column of an unknown type")
        }
        let flags = ColumnFlags(rawValue: try reader.readUInt16())
        let decimals = try reader.readUInt8()
        self.init(
            name: name, type: type, length: length, flags: flags, decimals: decimals, collation: collation,
            schema: schema, table: table, originalTable: originalTable, originalName: originalName)
    }
}

extension ColumnMetadata {
    /// Reads the payload of a column definition packet (client side).
    public static func decode(_ payload: [UInt8]) throws(SQLError) -> ColumnMetadata {
        if payload.first == ErrorPacket.header { throw ErrorPacket.decode(payload) }
        do throws(MalformedBytes) {
            return try ColumnMetadata(decoding: payload)
        } catch {
            throw SQLError(.clientMalformedPacket)
        }
    }
}
