import Cryptography

/// IDENTIFIED BY RANDOM PASSWORD.
package enum RandomPassword {
    /// Letters, digits and the punctuation that needs no quoting, as MySQL's.
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./:;<=>?@[]^_{|}~".utf8)

    package static func make(length: Int) -> [UInt8] {
        var password: [UInt8] = []
        password.reserveCapacity(length)
        while password.count < length {
            // Bytes beyond the largest multiple are left out: no character is likelier than another.
            for byte in SecureRandom.bytes(length) where password.count < length && Int(byte) < 256 / alphabet.count * alphabet.count {
                password.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return password
    }
}
