import Cryptography

/// A password as sha256_password stores it: `$5$`, 20 bytes of salt, `$`, 43 characters of SHA-256 crypt.
struct StoredSHA256Password {
    private static let saltByteCount = 20
    private static let prefix = Array("$5$".utf8)
    private static let hashByteCount = 43
    private static let rounds = 5000

    let salt: [UInt8]
    let hash: [UInt8]

    private init(salt: [UInt8], hash: [UInt8]) {
        self.salt = salt
        self.hash = hash
    }

    /// Nil when `text` is not such a password.
    init?(_ text: [UInt8]) {
        let saltEnd = Self.prefix.count + Self.saltByteCount
        guard text.count == saltEnd + 1 + Self.hashByteCount, Self.hasForm(text), text[saltEnd] == UInt8(ascii: "$") else {
            return nil
        }
        self.init(salt: Array(text[Self.prefix.count..<saltEnd]), hash: Array(text[(saltEnd + 1)...]))
    }

    /// As loosely as MySQL looks at what AS gives.
    static func hasForm(_ text: [UInt8]) -> Bool { text.starts(with: prefix) }

    static func make(password: [UInt8]) -> StoredSHA256Password {
        let salt = SecureRandom.printableSalt(saltByteCount)
        return StoredSHA256Password(
            salt: salt, hash: SHA256Crypt.hash(password: password, salt: salt, rounds: rounds))
    }

    var text: [UInt8] { Self.prefix + salt + [UInt8(ascii: "$")] + hash }

    /// Takes milliseconds: that is its purpose.
    func verify(password: [UInt8]) -> Bool {
        guard password.count <= SHA256Crypt.maximumPasswordLength else { return false }
        return constantTimeEquals(SHA256Crypt.hash(password: password, salt: salt, rounds: Self.rounds), hash)
    }
}
