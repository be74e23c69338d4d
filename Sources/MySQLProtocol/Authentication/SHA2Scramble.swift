import Cryptography

/// The fast path of caching_sha2_password: proof of SHA-256 of the password against SHA-256 of that.
enum SHA2Scramble {
    static func response(password: [UInt8], challenge: [UInt8]) -> [UInt8] {
        let once = Digest.sha256.hash(password)
        return exclusiveOr(once, Digest.sha256.hash(Digest.sha256.hash(once) + challenge))
    }

    /// What the cache keeps of a password.
    static func cachedDigest(_ password: [UInt8]) -> [UInt8] {
        Digest.sha256.hash(Digest.sha256.hash(password))
    }

    static func verify(response: [UInt8], challenge: [UInt8], cached: [UInt8]) -> Bool {
        guard response.count == cached.count else { return false }
        let once = exclusiveOr(response, Digest.sha256.hash(cached + challenge))
        return constantTimeEquals(Digest.sha256.hash(once), cached)
    }
}
