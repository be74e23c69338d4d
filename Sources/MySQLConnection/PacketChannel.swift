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

    /// The layer between packets and socket, where the peers agreed on one.
    private final class Layer {
        var compression: PacketCompression?
    }
    private let layer: Layer
    /// What was received and expanded, and how much of it was read.
    private var plain: [UInt8] = []
    private var plainOffset = 0

    public init(socket: Socket) {
        self.socket = socket
        let layer = Layer()
        self.layer = layer
        packets = PacketWriter { buffer throws(SQLError) in
            do throws(NetworkError) {
                if let compressed = layer.compression?.packets(for: buffer) {
                    try socket.write(compressed)
                } else {
                    try socket.write(buffer)
                }
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

    /// Both directions are compressed from now on: after the login's OK.
    public func startCompression(_ algorithm: CompressionAlgorithm) {
        packets.flush()
        layer.compression = PacketCompression(algorithm)
    }

    // MARK: The compressed layer

    /// Takes `count` bytes of the stream inside the compressed packets; nil when the peer ended it before the first of them,
    /// where that is allowed.
    private func take(_ count: Int, mayEnd: Bool) throws(ReadFailure) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            if plainOffset == plain.count {
                guard try expandNext(isFirst: mayEnd && bytes.isEmpty) else { return nil }
            }
            let end = min(plain.count, plainOffset + count - bytes.count)
            bytes += plain[plainOffset..<end]
            plainOffset = end
        }
        return bytes
    }

    private func expandNext(isFirst: Bool) throws(ReadFailure) -> Bool {
        var start = [UInt8](repeating: 0, count: PacketCompression.headerByteCount)
        guard try readStart(&start, isFirst: isFirst) else { return false }
        let header: PacketCompression.Header?
        do throws(PacketCompression.Failure) {
            // A command's first packet begins the numbers anew.
            header = try layer.compression?.header(start, isFirst: isFirst && packets.sequence == 0)
        } catch {
            throw .outOfOrder
        }
        guard let header else { return false }
        var bytes: [UInt8] = []
        while bytes.count < header.length {
            bytes += try receivePiece(min(header.length - bytes.count, Self.pieceByteCount))
        }
        do throws(PacketCompression.Failure) {
            plain = try layer.compression?.expand(bytes, header) ?? []
        } catch {
            throw .outOfOrder
        }
        plainOffset = 0
        return true
    }

    private func readStart(_ bytes: inout [UInt8], isFirst: Bool) throws(ReadFailure) -> Bool {
        guard let header = try receiveHeader(isFirst: isFirst) else { return false }
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: header >> UInt32(8 * index)) }
        let rest = try receivePiece(bytes.count - 4)
        for (index, byte) in rest.enumerated() { bytes[4 + index] = byte }
        return true
    }

    // MARK: The stream

    private func readHeader(isFirst: Bool) throws(ReadFailure) -> UInt32? {
        guard layer.compression != nil else { return try receiveHeader(isFirst: isFirst) }
        guard let bytes = try take(4, mayEnd: isFirst) else { return nil }
        return bytes.enumerated().reduce(0) { $0 | UInt32($1.element) << UInt32(8 * $1.offset) }
    }

    private func receiveHeader(isFirst: Bool) throws(ReadFailure) -> UInt32? {
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
        guard layer.compression != nil else { return try receivePiece(count) }
        return try take(count, mayEnd: false) ?? []
    }

    private func receivePiece(_ count: Int) throws(ReadFailure) -> [UInt8] {
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
