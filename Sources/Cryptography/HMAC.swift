import COpenSSL

/// HMAC-SHA-256 (RFC 2104): who knows the key has said exactly these bytes. Safe on any thread.
public enum HMAC {
    public static let byteCount = 32

    /// The code of `message` under `key`.
    public static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: byteCount)
        var length = UInt32(byteCount)
        let result = COpenSSL.HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &output, &length)
        precondition(result != nil && length == UInt32(byteCount), "OpenSSL has no HMAC-SHA-256")
        return output
    }
}
