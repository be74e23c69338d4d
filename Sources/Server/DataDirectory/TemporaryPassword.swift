import Cryptography

/// The password that `--initialize` gives to root and writes into the error log.
enum TemporaryPassword {
    private static let length = 12
    /// Characters of each kind, as MySQL's has; none needs quoting in a statement.
    private static let kinds = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789", "!#%&()*+,-./:;<=>?_"]
        .map { Array($0.utf8) }

    static func make() -> String {
        let alphabet = kinds.flatMap { $0 }
        while true {
            // Bytes beyond the largest multiple are left out: no character is likelier than another.
            let bytes = SecureRandom.bytes(4 * length).filter { Int($0) < 256 / alphabet.count * alphabet.count }
            let password = bytes.prefix(length).map { alphabet[Int($0) % alphabet.count] }
            guard password.count == length, kinds.allSatisfy({ kind in password.contains { kind.contains($0) } }) else { continue }
            return String(decoding: password, as: UTF8.self)
        }
    }
}
