import Cryptography
import Glibc
import Testing

@Suite struct KeyTests {
    @Test func digestsMatchKnownValues() {
        #expect(Digest.sha1.hash(Array("abc".utf8)).prefix(4) == [0xA9, 0x99, 0x3E, 0x36])
        #expect(Digest.sha256.hash(Array("abc".utf8)).prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
        #expect(Digest.md5.hash([]).prefix(4) == [0xD4, 0x1D, 0x8C, 0xD9])
        for digest in [Digest.md5, .sha1, .sha224, .sha256, .sha384, .sha512] {
            #expect(digest.hash([]).count == digest.byteCount)
        }
    }

    @Test func whatThePublicHalfEncryptsThePrivateHalfDecrypts() throws {
        let pair = try RSAKey.generate()
        let publicHalf = try RSAKey.publicKey(pem: try pair.publicPEM())
        let again = try RSAKey.privateKey(pem: try pair.privatePEM())
        let secret = try publicHalf.encryptOAEP(Array("a password".utf8))
        #expect(secret.count == 256)
        #expect(try again.decryptOAEP(secret) == Array("a password".utf8))
        #expect(throws: CryptographyError.self) { try publicHalf.decryptOAEP(secret) }
        #expect(throws: CryptographyError.self) { try again.decryptOAEP([1, 2, 3]) }
        #expect(throws: CryptographyError.self) {
            try again.decryptOAEP([UInt8](repeating: 7, count: 256))
        }
    }

    @Test func garbageIsNoKey() {
        #expect(throws: CryptographyError.self) { try RSAKey.publicKey(pem: Array("nonsense".utf8)) }
        #expect(throws: CryptographyError.self) { try RSAKey.privateKey(pem: []) }
    }

    @Test func theDataDirectoryGetsItsFilesOnce() throws {
        var template = Array("/tmp/grouplite-keys-XXXXXX".utf8CString)
        let directory = String(cString: try #require(mkdtemp(&template)))
        defer { removeTree(directory) }
        #expect(try ServerKeyFiles.makeCertificates(directory: directory, version: "9.7.4"))
        #expect(try !ServerKeyFiles.makeCertificates(directory: directory, version: "9.7.4"))
        let key = try #require(try ServerKeyFiles.passwordKey(directory: directory))
        let again = try #require(try ServerKeyFiles.passwordKey(directory: directory))
        #expect(try key.publicPEM() == again.publicPEM())
        for (name, mode) in [("server-key.pem", 0o600), ("ca.pem", 0o640), ("private_key.pem", 0o600)] {
            var status = stat()
            #expect(stat("\(directory)/\(name)", &status) == 0)
            #expect(status.st_mode & 0o777 == mode_t(mode))
        }
    }

    private func removeTree(_ directory: String) {
        for name in [
            "ca.pem", "ca-key.pem", "server-cert.pem", "server-key.pem", "client-cert.pem", "client-key.pem",
            "private_key.pem", "public_key.pem",
        ] {
            unlink("\(directory)/\(name)")
        }
        rmdir(directory)
    }
}
