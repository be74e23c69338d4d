import Platform

/// The 19 bytes that begin each binlog event.
public struct EventHeader: Hashable, Sendable {
    /// Bits of the header's flags.
    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// On the Format_description event only: the file was not closed.
        public static let inUse = Flags(rawValue: 0x1)
        /// The statement depends on the thread that ran it (temporary tables).
        public static let threadSpecific = Flags(rawValue: 0x4)
        /// Print no USE before the statement.
        public static let suppressUse = Flags(rawValue: 0x8)
        /// Made up by a dump thread: it is in no file.
        public static let artificial = Flags(rawValue: 0x20)
        public static let relayLog = Flags(rawValue: 0x40)
        /// Readers that do not know the type may skip the event.
        public static let ignorable = Flags(rawValue: 0x80)
    }

    /// Bytes of a header.
    public static let size = 19
    /// The largest event, header and checksum included, as in MySQL.
    public static let maximumEventSize = 1 << 30

    /// Seconds since 1970 when the statement began.
    public var timestamp: UInt32
    public var type: EventType
    /// `server_id` of the server on which the event came into being.
    public var serverID: UInt32
    /// Bytes of the whole event, with header and checksum.
    public var length: UInt32
    /// The offset in its file of the event after it; 0 in artificial events and in events that are not in a file yet.
    public var nextPosition: UInt32
    public var flags: Flags

    public init(
        timestamp: UInt32, type: EventType, serverID: UInt32, length: UInt32 = 0,
        nextPosition: UInt32 = 0,
        flags: Flags = []
    ) {
        self.timestamp = timestamp
        self.type = type
        self.serverID = serverID
        self.length = length
        self.nextPosition = nextPosition
        self.flags = flags
    }

    /// Writes the 19 bytes.
    public func encode(into writer: inout ByteWriter) {
        writer.write(timestamp)
        writer.write(type.rawValue)
        writer.write(serverID)
        writer.write(length)
        writer.write(nextPosition)
        writer.write(flags.rawValue)
    }

    /// Reads the 19 bytes and checks the length against ``size`` and ``maximumEventSize``.
    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        timestamp = try reader.readUInt32()
        type = EventType(rawValue: try reader.readUInt8())
        serverID = try reader.readUInt32()
        length = try reader.readUInt32()
        nextPosition = try reader.readUInt32()
        flags = Flags(rawValue: try reader.readUInt16())
        guard length >= UInt32(EventHeader.size) && length <= UInt32(EventHeader.maximumEventSize)
        else {
            throw MalformedBytes("a binlog event of \(length) bytes")
        }
    }
}
