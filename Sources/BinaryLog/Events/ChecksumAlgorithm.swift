import CZlib

/// How a binlog file's events are guarded (`binlog_checksum`).
public enum ChecksumAlgorithm: UInt8, Sendable {
    case none = 0
    case crc32 = 1

    /// Bytes that follow each event's body.
    public var size: Int { self == .crc32 ? 4 : 0 }
}

/// The CRC-32 of IEEE 802.3 over `bytes`, by zlib.
func crc32(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
    return UInt32(truncatingIfNeeded: crc32_z(0, base, bytes.count))
}
