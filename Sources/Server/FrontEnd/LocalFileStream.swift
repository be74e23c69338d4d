import MySQLConnection
import MySQLProtocol

/// The client's file for LOAD DATA LOCAL, packet by packet. Owned by the connection's thread.
final class LocalFileStream: LocalFileChannel {
    private let channel: PacketChannel
    private let session: any FrontEndSession
    private var isSending = false
    /// What the client sends is no file, or it is gone: the connection is of no more use.
    private(set) var isOutOfStep = false

    init(channel: PacketChannel, session: any FrontEndSession) {
        self.channel = channel
        self.session = session
    }

    func request(_ name: [UInt8]) throws(SQLError) {
        channel.packets.beginPacket()
        channel.packets.write(UInt8(0xFB))
        channel.packets.write(name)
        channel.packets.endPacket()
        channel.packets.flush()
        try channel.packets.throwIfBroken()
        // A client that sends nothing is not waited for as one between two commands.
        channel.idleTimeout = session.limits.netReadTimeout
        isSending = true
    }

    func read() throws(SQLError) -> [UInt8]? {
        guard isSending else { return nil }
        do throws(PacketChannel.ReadFailure) {
            guard let packet = try channel.read(maximum: session.limits.maxAllowedPacket) else { throw .network(.closed) }
            if packet.isEmpty { isSending = false }
            return packet.isEmpty ? nil : packet
        } catch {
            if error == .tooLarge { throw SQLError(.netPacketTooLarge) }
            isSending = false
            isOutOfStep = true
            switch error {
            case .outOfOrder: throw SQLError(.netPacketsOutOfOrder)
            case .network(.timedOut): throw SQLError(.netReadInterrupted)
            case .network, .tooLarge: throw SQLError(.netReadError)
            }
        }
    }

    func drain() {
        while isSending {
            do throws(SQLError) {
                _ = try read()
            } catch {
                // A packet that is too large was read to its end.
                continue
            }
        }
    }
}
