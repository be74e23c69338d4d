import CLZ4
import Platform

/// How a payload is ordered: with one byte behind it that says whether it is compressed
/// (`group_replication_compression_threshold`), so that network and log carry the smaller form.
enum PayloadEnvelope {
    private static let plain: UInt8 = 0
    private static let lz4: UInt8 = 1
    /// No payload is larger once decompressed.
    static let maximumPayloadBytes = 1 << 30

    /// Wraps a payload, compressed when it is larger than `threshold` (0 = never) and gets smaller by that. Any thread.
    static func seal(_ payload: [UInt8], threshold: Int) -> [UInt8] {
        if threshold > 0, payload.count > threshold, payload.count <= Int(LZ4_MAX_INPUT_SIZE) {
            let bound = Int(LZ4_compressBound(Int32(payload.count)))
            var compressed = [UInt8](unsafeUninitializedCapacity: bound + 5) { buffer, count in
                let written = payload.withUnsafeBytes { source in
                    buffer.withMemoryRebound(to: CChar.self) { target in
                        LZ4_compress_default(
                            source.baseAddress?.assumingMemoryBound(to: CChar.self), target.baseAddress,
                            Int32(payload.count), Int32(bound))
                    }
                }
                count = Int(max(0, written))
            }
            if !compressed.isEmpty, compressed.count + 5 < payload.count {
                for shift in [0, 8, 16, 24] { compressed.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
                compressed.append(lz4)
                return compressed
            }
        }
        var result = payload
        result.append(plain)
        return result
    }

    /// The payload again. Throws on what ``seal(_:threshold:)`` cannot have made.
    static func open(_ sealed: [UInt8]) throws(MalformedBytes) -> [UInt8] {
        guard let kind = sealed.last else { throw MalformedBytes("an empty message") }
        if kind == plain {
            var payload = sealed
            payload.removeLast()
            return payload
        }
        guard kind == lz4, sealed.count > 5 else { throw MalformedBytes("a message of kind \(kind)") }
        let source = sealed.count - 5
        var reader = ByteReader(sealed[source...])
        let size = Int(try reader.readUInt32())
        // LZ4 makes at most 255 bytes of one.
        guard size > 0, size <= maximumPayloadBytes, size <= source * 255 else {
            throw MalformedBytes("a message of \(size) bytes")
        }
        let payload = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let written = sealed.withUnsafeBytes { bytes in
                buffer.withMemoryRebound(to: CChar.self) { target in
                    LZ4_decompress_safe(
                        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), target.baseAddress, Int32(source),
                        Int32(size))
                }
            }
            count = Int(max(0, written))
        }
        guard payload.count == size else { throw MalformedBytes("a message that cannot be decompressed") }
        return payload
    }
}
