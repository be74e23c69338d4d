import COpenSSL

/// Bytes that nobody can guess, from OpenSSL's generator.
public enum SecureRandom {
    public static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= 1 << 20)
        var output = [UInt8](repeating: 0, count: count)
        let status = RAND_bytes(&output, Int32(count))
        precondition(status == 1, "OpenSSL's random generator failed: \(CryptographyError.drainQueue())")
        return output
    }

    /// Bytes 1 to 127 without `$`: a handshake's challenge or a password's salt, as MySQL makes them.
    public static func printableSalt(_ count: Int) -> [UInt8] {
        bytes(count).map { byte in
            let low = byte & 0x7F
            return low == 0 || low == UInt8(ascii: "$") ? low + 1 : low
        }
    }
}
