/// The `crypt` of U. Drepper's "Unix crypt using SHA-256", as caching_sha2_password stores passwords: with MySQL's salts
/// of 20 bytes, where the original stops at 16.
public enum SHA256Crypt {
    /// Passwords beyond this are refused, as MySQL does (MAX_PASSWORD_LENGTH): the work grows with the length.
    public static let maximumPasswordLength = 256
    private static let alphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The 43 characters of the hash.
    public static func hash(password: [UInt8], salt: [UInt8], rounds: Int) -> [UInt8] {
        precondition(password.count <= maximumPasswordLength && rounds > 0)
        let alternate = Digest.sha256.hash(password + salt + password)
        var input = password + salt + repeated(alternate, to: password.count)
        var bits = password.count
        while bits > 0 {
            input += bits & 1 == 1 ? alternate : password
            bits >>= 1
        }
        var digest = Digest.sha256.hash(input)

        var passwordCopies: [UInt8] = []
        for _ in password { passwordCopies += password }
        let passwordBytes = repeated(Digest.sha256.hash(passwordCopies), to: password.count)

        var saltCopies: [UInt8] = []
        for _ in 0..<16 + Int(digest[0]) { saltCopies += salt }
        let saltBytes = repeated(Digest.sha256.hash(saltCopies), to: salt.count)

        for round in 0..<rounds {
            input.removeAll(keepingCapacity: true)
            input += round & 1 == 1 ? passwordBytes : digest
            if round % 3 != 0 { input += saltBytes }
            if round % 7 != 0 { input += passwordBytes }
            input += round & 1 == 1 ? digest : passwordBytes
            digest = Digest.sha256.hash(input)
        }
        return encode(digest)
    }

    private static func repeated(_ digest: [UInt8], to count: Int) -> [UInt8] {
        (0..<count).map { digest[$0 % digest.count] }
    }

    /// crypt's own base 64 over groups of three bytes, ten apart.
    private static func encode(_ digest: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        func append(_ value: UInt32, _ characters: Int) {
            var value = value
            for _ in 0..<characters {
                output.append(alphabet[Int(value & 63)])
                value >>= 6
            }
        }
        var (first, second, third) = (0, 10, 20)
        for _ in 0..<10 {
            append(UInt32(digest[first]) << 16 | UInt32(digest[second]) << 8 | UInt32(digest[third]), 4)
            (first, second, third) = (third + 1, first + 1, second + 1)
        }
        append(UInt32(digest[31]) << 8 | UInt32(digest[30]), 3)
        return output
    }
}
