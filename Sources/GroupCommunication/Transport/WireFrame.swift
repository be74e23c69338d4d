import Platform

/// How a frame travels between members: length 4, CRC-32C of the frame 4, the frame.
enum WireFrame {
    static let headerSize = 8
    /// A message of a gibibyte, the largest, and what is around it.
    static let maximumFrameBytes = 1 << 30 + 1 << 20

    /// The eight bytes that go before `frame`.
    static func header(of frame: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: headerSize)
        writer.write(UInt32(frame.count))
        writer.write(CRC32C.checksum(frame))
        return writer.take()
    }

    /// Reads a header; throws on a length that no member sends.
    static func parse(header: [UInt8]) throws(MalformedBytes) -> (length: Int, checksum: UInt32) {
        var reader = ByteReader(header)
        let length = try reader.readUInt32()
        let checksum = try reader.readUInt32()
        guard length > 0, length <= UInt32(maximumFrameBytes) else {
            throw MalformedBytes("a frame of \(length) bytes")
        }
        return (Int(length), checksum)
    }
}
