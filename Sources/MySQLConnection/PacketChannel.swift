import MySQLProtocol
import Network
import Platform

/// Packets over a socket, for either side: reads whole ones within limits, and owns the buffer of those to be sent.
///
/// Owned by one thread; `socket.shutdown()` may come from any.
public final class PacketChannel {
    /// Why no packet could be read.
    public enum ReadFailure: Error, Equatable, Sendable {
        case network(NetworkError)
        /// The peers are out of step: the connection is of no more use.
        case outOfOrder
        /// The packet was larger than allowed; it was read to its end and forgotten, and the connection stays usable.
        case tooLarge
    }

    /// Payload that is read in one piece; more is only allocated as it arrives.
    private static let pieceByteCount = 1 << 20

    public let socket: Socket
    public let packets: PacketWriter
    /// How long the first byte of a packet may take (`wait_timeout`); nil for ever.
    public var idleTimeout: Duration?
    /// How long the rest of a packet may take, and each mebibyte of a large one (`net_read_timeout`).
    public var readTimeout: Duration? = .seconds(30)

    public init(socket: Socket) {
        self.socket = socket
        packets = PacketWriter { buffer throws(SQLError) in
            do throws(NetworkError) {
                try socket.write(buffer)
            } catch {
                throw error == .timedOut ? SQLError(.netWriteInterrupted) : SQLError(.netErrorOnWrite)
            }
        }
    }

    /// Reads the next packet, which must have the number `packets.sequence`; afterwards that is the answer's number.
    /// Nil when the peer ended the connection between packets. Blocks.
    public func read(maximum: Int) throws(ReadFailure) -> [UInt8]? {
        var assembly = PacketAssembly(sequence: packets.sequence, maximumPayload: maximum)
        var payload: [UInt8] = []
        while !assembly.isComplete {
            guard let header = try readHeader(isFirst: assembly.sequence == packets.sequence) else { return nil }
            let part: PacketAssembly.Part
            do throws(PacketAssembly.Failure) {
                part = try assembly.header(header)
            } catch {
                throw .outOfOrder
            }
            switch part {
            case .read(let count):
                try append(count, to: &payload)
            case .skip(let count):
                payload = []
                try skip(count)
            }
        }
        packets.sequence = assembly.sequence
        if assembly.isTooLarge { throw .tooLarge }
        return payload
    }

    private func readHeader(isFirst: Bool) throws(ReadFailure) -> UInt32? {
        var header: UInt32 = 0
        var isAtEnd = false
        var failure: NetworkError?
        if socket.bufferedByteCount == 0 { socket.setReadTimeout(isFirst ? idleTimeout : readTimeout) }
        defer { socket.setPacketDeadline(nil) }
        withUnsafeMutableBytes(of: &header) { target in
            do throws(NetworkError) {
                let count = try socket.read(into: target)
                isAtEnd = count == 0
                guard count > 0, count < target.count else { return }
                // The packet has begun.
                beginDeadline()
                if !(try socket.readExactly(into: UnsafeMutableRawBufferPointer(rebasing: target[count...]))) {
                    failure = .closed
                }
            } catch {
                failure = error
            }
        }
        if isAtEnd {
            if isFirst { return nil }
            throw .network(.closed)
        }
        if let failure { throw .network(failure) }
        return UInt32(littleEndian: header)
    }

    /// What is read next must be there by then, however its bytes drip in.
    private func beginDeadline() {
        if let readTimeout { socket.setPacketDeadline(.now() + readTimeout) }
    }

    private func append(_ count: Int, to payload: inout [UInt8]) throws(ReadFailure) {
        defer { socket.setPacketDeadline(nil) }
        if payload.isEmpty && count <= Self.pieceByteCount {
            payload = try readPiece(count)
            return
        }
        var left = count
        while left > 0 {
            let piece = min(left, Self.pieceByteCount)
            payload += try readPiece(piece)
            left -= piece
        }
    }

    private func readPiece(_ count: Int) throws(ReadFailure) -> [UInt8] {
        guard count > 0 else { return [] }
        if socket.bufferedByteCount < count { beginDeadline() }
        var failure: NetworkError?
        let piece = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(NetworkError) {
                let target = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
                if try socket.readExactly(into: target) {
                    initialized = count
                } else {
                    failure = .closed
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw .network(failure) }
        return piece
    }

    private func skip(_ count: Int) throws(ReadFailure) {
        defer { socket.setPacketDeadline(nil) }
        var left = count
        while left > 0 {
            let piece = min(left, Self.pieceByteCount)
            _ = try readPiece(piece)
            left -= piece
        }
    }

    /// Sends one packet with this payload, and everything before it.
    public func send(_ payload: [UInt8]) throws(SQLError) {
        packets.beginPacket()
        packets.write(payload)
        packets.endPacket()
        packets.flush()
        try packets.throwIfBroken()
    }
}
