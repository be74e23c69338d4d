import Cryptography

/// A password as caching_sha2_password stores it: `$A$005$`, 20 bytes of salt, 43 characters of SHA-256 crypt. The three
/// digits are hexadecimal and count thousands of rounds.
struct StoredSHA2Password {
    static let saltByteCount = 20
    private static let prefix = Array("$A$".utf8)
    private static let hashByteCount = 43

    let thousands: Int
    let salt: [UInt8]
    let hash: [UInt8]

    private init(thousands: Int, salt: [UInt8], hash: [UInt8]) {
        self.thousands = thousands
        self.salt = salt
        self.hash = hash
    }

    /// Nil when `text` is not such a password.
    init?(_ text: [UInt8]) {
        guard text.count == 3 + 3 + 1 + Self.saltByteCount + Self.hashByteCount, text.starts(with: Self.prefix),
            text[6] == UInt8(ascii: "$"),
            let thousands = Int(String(decoding: text[3..<6], as: UTF8.self), radix: 16), thousands > 0
        else { return nil }
        self.init(thousands: thousands, salt: Array(text[7..<27]), hash: Array(text[27...]))
    }

    static func make(password: [UInt8], thousands: Int = 5) -> StoredSHA2Password {
        let salt = SecureRandom.printableSalt(saltByteCount)
        let hash = SHA256Crypt.hash(password: password, salt: salt, rounds: thousands * 1000)
        return StoredSHA2Password(thousands: thousands, salt: salt, hash: hash)
    }

    var text: [UInt8] {
        let digits = String(thousands, radix: 16, uppercase: true)
        return Self.prefix + Array((String(repeating: "0", count: 3 - digits.count) + digits + "$").utf8) + salt + hash
    }

    /// Takes milliseconds: that is its purpose.
    func verify(password: [UInt8]) -> Bool {
        guard password.count <= SHA256Crypt.maximumPasswordLength else { return false }
        return constantTimeEquals(SHA256Crypt.hash(password: password, salt: salt, rounds: thousands * 1000), hash)
    }
}
