import Cryptography
import Platform

/// How a frame travels between members: length 4, then what proves that it arrived as it was sent (``FrameSeal``), then the
/// frame.
enum WireFrame {
    /// A message of a gibibyte, the largest, and what is around it.
    static let maximumFrameBytes = 1 << 30 + 1 << 20
    /// From a peer that neither is a member of the configuration nor has proved to hold the group's secret: a join request.
    static let maximumStrangerFrameBytes = 2 << 20
}

/// The header of each frame of one link, in one direction. Both ends count the frames.
///
/// - Without a secret of the group, and with TLS (which has codes of its own): a CRC-32C, against accidents.
/// - With a secret and without TLS: a GMAC under a key of this link alone, over the frame, its length and its number. Nobody who
///   does not hold the secret can forge, change, leave out, repeat or reorder a frame without the link ending at the next one.
///   **What it does not do**: hide anything. Who can read the network reads the frames, the rows in them too; against that there
///   is `group_replication_ssl_mode`.
///
/// What it costs: `Tests/GroupCommunicationTests/FrameSealTests`.
struct FrameSeal {
    private let authenticator: MessageAuthenticator?
    private var number: UInt64 = 0

    /// `key`: that of the link's frames, where they need codes.
    init(key: [UInt8]?) {
        authenticator = key.map { MessageAuthenticator(key: $0) }
    }

    var headerSize: Int { 4 + (authenticator == nil ? 4 : MessageAuthenticator.tagSize) }

    /// The bytes that go before `frame`, the next one of the link.
    mutating func header(of frame: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: headerSize)
        writer.write(UInt32(frame.count))
        if authenticator != nil {
            writer.write(nextTag(frame))
        } else {
            writer.write(CRC32C.checksum(frame))
        }
        return writer.take()
    }

    /// The length that a header announces; throws on one that no member sends, or that is not the sender's to send.
    static func length(header: [UInt8], limit: Int) throws(MalformedBytes) -> Int {
        var reader = ByteReader(header)
        let length = try reader.readUInt32()
        guard length > 0, length <= UInt32(limit) else { throw MalformedBytes("a frame of \(length) bytes") }
        return Int(length)
    }

    /// Throws unless `frame` is the next one that the other end sent.
    mutating func check(header: [UInt8], _ frame: [UInt8]) throws(MalformedBytes) {
        let rest = header.dropFirst(4)
        if authenticator != nil {
            guard constantTimeEquals(nextTag(frame), rest) else {
                throw MalformedBytes("a frame that no member sent, or not now")
            }
        } else {
            var reader = ByteReader(Array(rest))
            guard try reader.readUInt32() == CRC32C.checksum(frame) else {
                throw MalformedBytes("a frame with a wrong checksum")
            }
        }
    }

    private mutating func nextTag(_ frame: [UInt8]) -> [UInt8] {
        defer { number += 1 }
        return frame.withUnsafeBytes { authenticator?.tag(number: number, $0) } ?? []
    }
}
