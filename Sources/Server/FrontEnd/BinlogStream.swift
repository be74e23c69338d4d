import MySQLConnection
import MySQLProtocol

/// The way of binlog events to a replica: one packet each, a zero byte before it. Owned by the connection's thread.
public final class BinlogStream {
    private let channel: PacketChannel
    private let ended: () -> Bool

    init(channel: PacketChannel, isEnded: @escaping () -> Bool) {
        self.channel = channel
        ended = isEnded
    }

    /// Whether the replica is gone, the connection was killed, or the server stops.
    public var isEnded: Bool { channel.packets.isBroken || ended() }

    /// Queues an event; throws when the replica is gone.
    public func send(_ event: ArraySlice<UInt8>) throws(SQLError) {
        channel.packets.beginPacket()
        channel.packets.write(UInt8(0))
        channel.packets.write(event)
        channel.packets.endPacket()
        try channel.packets.throwIfBroken()
    }

    /// Sends what is queued: before waiting for more.
    public func flush() throws(SQLError) {
        channel.packets.flush()
        try channel.packets.throwIfBroken()
    }

    /// Tells the replica that there is no more (only where it asked not to wait).
    public func end() throws(SQLError) {
        channel.packets.beginPacket()
        channel.packets.write([0xFE, 0, 0, 0, 0] as [UInt8])
        channel.packets.endPacket()
        try flush()
    }
}
