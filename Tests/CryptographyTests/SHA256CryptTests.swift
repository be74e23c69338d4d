import Cryptography
import Testing

@Suite struct SHA256CryptTests {
    @Test("the specification's own examples come out", arguments: [
        ("Hello world!", "saltstring", 5000, "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
        ("Hello world!", "saltstringsaltst", 10000, "3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"),
        (
            "a much longer password than thirty-two bytes, to be sure", "abcdefgh", 5000,
            "MGVscKdJqXNQF26NgotThUGNglNzmaYkhD6RT6dEn27"
        ),
    ])
    func examples(password: String, salt: String, rounds: Int, expected: String) {
        let hash = SHA256Crypt.hash(password: Array(password.utf8), salt: Array(salt.utf8), rounds: rounds)
        #expect(String(decoding: hash, as: UTF8.self) == expected)
    }

    @Test("a password stored by MySQL with a salt of 20 bytes comes out")
    func mySQL() {
        let salt: [UInt8] = [
            0x1C, 0x17, 0x54, 0x2C, 0x77, 0x78, 0x50, 0x29, 0x09, 0x12, 0x5A, 0x04, 0x59, 0x69, 0x4B, 0x08, 0x11, 0x1E,
            0x3D, 0x7C,
        ]
        let hash = SHA256Crypt.hash(password: Array("secret".utf8), salt: salt, rounds: 10000)
        #expect(String(decoding: hash, as: UTF8.self) == "VnmJMvSeYNQc7g1LNlKL5h1q0nSrixq0OC60V.W.KT1")
    }
}
