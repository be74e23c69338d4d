import Platform

/// COM_BINLOG_DUMP and COM_BINLOG_DUMP_GTID: a replica asks for the stream of binlog events.
public struct BinlogDumpRequest: Hashable, Sendable {
    /// The replica wants an EOF packet at the log's end instead of waiting for more.
    public static let nonBlock: UInt16 = 1
    private static let throughPosition: UInt16 = 2
    private static let throughGTID: UInt16 = 4

    public var flags: UInt16
    public var serverID: UInt32
    /// Empty for the first log.
    public var file: String
    public var position: UInt64
    /// The encoded GTID set that the replica has; nil when it asks by position only.
    public var gtidSet: [UInt8]?

    public init(flags: UInt16, serverID: UInt32, file: String, position: UInt64, gtidSet: [UInt8]?) {
        self.flags = flags
        self.serverID = serverID
        self.file = file
        self.position = position
        self.gtidSet = gtidSet
    }

    static func decodeByPosition(_ reader: inout ByteReader) throws(MalformedBytes) -> BinlogDumpRequest {
        let position = UInt64(try reader.readUInt32())
        let flags = try reader.readUInt16()
        let serverID = try reader.readUInt32()
        return BinlogDumpRequest(
            flags: flags, serverID: serverID, file: String(decoding: reader.readRest(), as: UTF8.self),
            position: position, gtidSet: nil)
    }

    static func decodeByGTID(_ reader: inout ByteReader) throws(MalformedBytes) -> BinlogDumpRequest {
        let flags = try reader.readUInt16()
        let serverID = try reader.readUInt32()
        let nameLength = try reader.readUInt32()
        guard nameLength <= 512 else { throw MalformedBytes("a file name of \(nameLength) bytes") }
        let file = String(decoding: try reader.readBytes(Int(nameLength)), as: UTF8.self)
        let position = try reader.readUInt64()
        // MySQL's replicas set no flag and send the set all the same.
        var gtidSet: [UInt8]?
        if !reader.isAtEnd {
            let length = try reader.readUInt32()
            guard length <= UInt32(ProtocolLimits.gtidSetBytesMax) else {
                throw MalformedBytes("a GTID set of \(length) bytes")
            }
            gtidSet = Array(try reader.readBytes(Int(length)))
        }
        return BinlogDumpRequest(flags: flags, serverID: serverID, file: file, position: position, gtidSet: gtidSet ?? [])
    }

    /// The command's payload (client side): by GTID when there is a set.
    public func encode() -> [UInt8] {
        var writer = ByteWriter()
        let name = Array(file.utf8)
        if let gtidSet {
            writer.write(CommandCode.binlogDumpGTID.rawValue)
            writer.write(flags | Self.throughGTID)
            writer.write(serverID)
            writer.write(UInt32(truncatingIfNeeded: name.count))
            writer.write(name)
            writer.write(position)
            writer.write(UInt32(truncatingIfNeeded: gtidSet.count))
            writer.write(gtidSet)
        } else {
            writer.write(CommandCode.binlogDump.rawValue)
            writer.write(UInt32(truncatingIfNeeded: position))
            writer.write(flags)
            writer.write(serverID)
            writer.write(name)
        }
        return writer.bytes
    }
}

/// COM_REGISTER_REPLICA: what a replica tells about itself (`SHOW REPLICAS`).
public struct RegisterReplicaRequest: Hashable, Sendable {
    public var serverID: UInt32
    public var host: String
    public var user: String
    public var password: String
    public var port: UInt16

    public init(serverID: UInt32, host: String, user: String = "", password: String = "", port: UInt16) {
        self.serverID = serverID
        self.host = host
        self.user = user
        self.password = password
        self.port = port
    }

    static func decode(_ reader: inout ByteReader) throws(MalformedBytes) -> RegisterReplicaRequest {
        let serverID = try reader.readUInt32()
        func text() throws(MalformedBytes) -> String {
            String(decoding: try reader.readBytes(Int(try reader.readUInt8())), as: UTF8.self)
        }
        let host = try text()
        let user = try text()
        let password = try text()
        return RegisterReplicaRequest(
            serverID: serverID, host: host, user: user, password: password, port: try reader.readUInt16())
    }

    /// The command's payload (client side).
    public func encode() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(CommandCode.registerReplica.rawValue)
        writer.write(serverID)
        for text in [host, user, password] {
            let bytes = Array(text.utf8.prefix(255))
            writer.write(UInt8(bytes.count))
            writer.write(bytes)
        }
        writer.write(port)
        writer.write(zeros: 8)
        return writer.bytes
    }
}
