import COpenSSL

/// An RSA key: a pair, or the public half alone. Immutable, safe on any thread.
///
/// Safe: immutable; OpenSSL makes a context of its own for each use.
public final class RSAKey: @unchecked Sendable {
    let handle: OpaquePointer
    /// Whether the private half is here.
    public let isPrivate: Bool

    private init(handle: OpaquePointer, isPrivate: Bool) {
        self.handle = handle
        self.isPrivate = isPrivate
    }

    deinit {
        EVP_PKEY_free(handle)
    }

    /// Makes a new pair. Takes a tenth of a second or more.
    public static func generate(bits: Int32 = 2048) throws(CryptographyError) -> RSAKey {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else { throw .openSSL("no RSA") }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1,
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw .openSSL("cannot generate an RSA key") }
        return RSAKey(handle: key, isPrivate: true)
    }

    /// Reads a pair from its PEM text.
    public static func privateKey(pem: [UInt8]) throws(CryptographyError) -> RSAKey {
        let buffer = try MemoryBIO(pem)
        // Never ask a terminal for a pass phrase.
        guard let key = PEM_read_bio_PrivateKey(buffer.handle, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL("not a private key in PEM form")
        }
        return try checked(RSAKey(handle: key, isPrivate: true))
    }

    /// Reads a public key from its PEM text.
    public static func publicKey(pem: [UInt8]) throws(CryptographyError) -> RSAKey {
        let buffer = try MemoryBIO(pem)
        guard let key = PEM_read_bio_PUBKEY(buffer.handle, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL("not a public key in PEM form")
        }
        return try checked(RSAKey(handle: key, isPrivate: false))
    }

    private static func checked(_ key: RSAKey) throws(CryptographyError) -> RSAKey {
        guard EVP_PKEY_get_base_id(key.handle) == EVP_PKEY_RSA else { throw CryptographyError("not an RSA key") }
        return key
    }

    /// The modulus in bytes: the length of what is encrypted with this key.
    public var modulusByteCount: Int { Int(EVP_PKEY_get_size(handle)) }

    /// PEM of the private half, PKCS #8, not encrypted.
    public func privatePEM() throws(CryptographyError) -> [UInt8] {
        let buffer = try MemoryBIO()
        guard isPrivate, PEM_write_bio_PrivateKey(buffer.handle, handle, nil, nil, 0, nil, nil) == 1 else {
            throw .openSSL("cannot write the private key")
        }
        return buffer.readAll()
    }

    /// PEM of the public half (SubjectPublicKeyInfo), as MySQL sends it to clients.
    public func publicPEM() throws(CryptographyError) -> [UInt8] {
        let buffer = try MemoryBIO()
        guard PEM_write_bio_PUBKEY(buffer.handle, handle) == 1 else { throw .openSSL("cannot write the public key") }
        return buffer.readAll()
    }

    /// Encrypts with the public half and OAEP (SHA-1) padding.
    public func encryptOAEP(_ clear: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try transform(clear, prepare: EVP_PKEY_encrypt_init, run: EVP_PKEY_encrypt)
    }

    /// Decrypts what ``encryptOAEP(_:)`` made of the public half.
    public func decryptOAEP(_ secret: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard isPrivate, secret.count == modulusByteCount else { throw CryptographyError("not made for this key") }
        return try transform(secret, prepare: EVP_PKEY_decrypt_init, run: EVP_PKEY_decrypt)
    }

    private typealias Transformation = (
        OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?, UnsafePointer<UInt8>?, Int
    ) -> Int32

    private func transform(
        _ input: [UInt8], prepare: (OpaquePointer?) -> Int32, run: Transformation
    ) throws(CryptographyError) -> [UInt8] {
        guard let context = EVP_PKEY_CTX_new(handle, nil) else { throw .openSSL("no memory") }
        defer { EVP_PKEY_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: modulusByteCount)
        var length = output.count
        guard prepare(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            run(context, &output, &length, input, input.count) == 1
        else { throw .openSSL("RSA failed") }
        return Array(output[..<length])
    }
}
