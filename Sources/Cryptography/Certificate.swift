import COpenSSL
import Glibc

/// An X.509 certificate made here. Immutable.
///
/// Safe: immutable, and OpenSSL only reads it.
public final class Certificate: @unchecked Sendable {
    private let handle: OpaquePointer

    private init(handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        X509_free(handle)
    }

    /// Makes a certificate for `key`, valid ten years, signed by `issuer` (by itself, as an authority, when nil).
    public static func make(
        commonName: String, serial: Int, key: RSAKey, issuer: (certificate: Certificate, key: RSAKey)? = nil
    ) throws(CryptographyError) -> Certificate {
        guard let handle = X509_new() else { throw .openSSL("no memory") }
        let certificate = Certificate(handle: handle)
        let tenYears = 3650 * 86_400
        guard X509_set_version(handle, 2) == 1,
            ASN1_INTEGER_set(X509_get_serialNumber(handle), serial) == 1,
            X509_gmtime_adj(X509_getm_notBefore(handle), 0) != nil,
            X509_gmtime_adj(X509_getm_notAfter(handle), tenYears) != nil,
            X509_set_pubkey(handle, key.handle) == 1,
            X509_NAME_add_entry_by_txt(
                X509_get_subject_name(handle), "CN", MBSTRING_ASC, Array(commonName.utf8), -1, -1, 0) == 1,
            X509_set_issuer_name(handle, X509_get_subject_name(issuer?.certificate.handle ?? handle)) == 1
        else { throw .openSSL("cannot fill a certificate in") }
        guard
            let constraint = X509V3_EXT_conf_nid(
                nil, nil, NID_basic_constraints, issuer == nil ? "critical,CA:TRUE" : "critical,CA:FALSE")
        else { throw .openSSL("cannot make a certificate's extension") }
        defer { X509_EXTENSION_free(constraint) }
        guard X509_add_ext(handle, constraint, -1) == 1,
            X509_sign(handle, (issuer?.key ?? key).handle, EVP_sha256()) > 0
        else { throw .openSSL("cannot sign a certificate") }
        return certificate
    }

    public func pem() throws(CryptographyError) -> [UInt8] {
        let buffer = try MemoryBIO()
        guard PEM_write_bio_X509(buffer.handle, handle) == 1 else { throw .openSSL("cannot write a certificate") }
        return buffer.readAll()
    }
}
