import COpenSSL
import Cryptography

/// The certificates and rules that TLS connections of one kind share. Immutable: a change makes a new one.
///
/// Safe: immutable; OpenSSL counts the references of an SSL_CTX atomically.
public final class TLSContext: @unchecked Sendable {
    let handle: OpaquePointer
    let configuration: TLSConfiguration

    /// What a configuration that makes no context is wrong in.
    public struct SetupFailure: Error, Sendable {
        public enum Stage: Sendable {
            case memory, versions, certificate, key, authority, ciphers
        }

        public let stage: Stage
        public let reason: String
    }

    /// For accepting connections. The configuration names a certificate and its key.
    public static func server(_ configuration: TLSConfiguration) throws(NetworkError) -> TLSContext {
        do throws(SetupFailure) {
            return try makeServer(configuration)
        } catch {
            throw .tls(error.reason)
        }
    }

    /// As ``server(_:)``, for who wants to know what is wrong.
    public static func makeServer(_ configuration: TLSConfiguration) throws(SetupFailure) -> TLSContext {
        guard !configuration.certificateFile.isEmpty, !configuration.keyFile.isEmpty else {
            throw SetupFailure(stage: .certificate, reason: "no certificate and key configured")
        }
        return try TLSContext(method: TLS_server_method(), configuration)
    }

    /// For connecting to others.
    public static func client(_ configuration: TLSConfiguration) throws(NetworkError) -> TLSContext {
        do throws(SetupFailure) {
            return try TLSContext(method: TLS_client_method(), configuration)
        } catch {
            throw .tls(error.reason)
        }
    }

    private init(method: OpaquePointer?, _ configuration: TLSConfiguration) throws(SetupFailure) {
        guard let handle = SSL_CTX_new(method) else { throw Self.failed(.memory, "cannot make a context") }
        self.handle = handle
        self.configuration = configuration
        SSL_CTX_set_options(
            handle, grouplite_SSL_OP_NO_RENEGOTIATION | grouplite_SSL_OP_IGNORE_UNEXPECTED_EOF
                | grouplite_SSL_OP_NO_COMPRESSION)
        _ = grouplite_SSL_CTX_set_mode(
            handle, Int(SSL_MODE_AUTO_RETRY) | Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_RELEASE_BUFFERS)
                | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        _ = grouplite_SSL_CTX_set_session_cache_off(handle)
        try setVersions()
        try setCertificate()
        try setAuthorities()
        try setCiphers()
        switch configuration.verification {
        case .none: SSL_CTX_set_verify(handle, SSL_VERIFY_NONE, nil)
        case .ifPresent: SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
        case .authority, .identity:
            SSL_CTX_set_verify(handle, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
    }

    deinit {
        SSL_CTX_free(handle)
    }

    static func failure(_ action: String) -> NetworkError {
        .tls(CryptographyError.openSSL(action).description)
    }

    private static func failed(_ stage: SetupFailure.Stage, _ action: String) -> SetupFailure {
        SetupFailure(stage: stage, reason: CryptographyError.openSSL(action).description)
    }

    private func setVersions() throws(SetupFailure) {
        var numbers: [Int32] = []
        for name in configuration.versions.split(separator: ",") {
            switch name.filter({ $0 != " " }).uppercased() {
            case "TLSV1.2": numbers.append(TLS1_2_VERSION)
            case "TLSV1.3": numbers.append(TLS1_3_VERSION)
            case "": break
            default: throw SetupFailure(stage: .versions, reason: "unknown TLS version '\(name)'")
            }
        }
        guard let lowest = numbers.min(), let highest = numbers.max() else {
            throw SetupFailure(stage: .versions, reason: "no TLS version allowed")
        }
        guard grouplite_SSL_CTX_set_min_proto_version(handle, lowest) == 1,
            grouplite_SSL_CTX_set_max_proto_version(handle, highest) == 1
        else { throw Self.failed(.versions, "cannot set the TLS versions") }
    }

    private func setCertificate() throws(SetupFailure) {
        let (certificate, key) = (configuration.certificateFile, configuration.keyFile)
        guard !certificate.isEmpty || !key.isEmpty else { return }
        SSL_CTX_set_default_passwd_cb(handle, { _, _, _, _ in -1 })
        // As MySQL: one of the two names may stand for both files.
        guard SSL_CTX_use_certificate_chain_file(handle, certificate.isEmpty ? key : certificate) == 1 else {
            throw Self.failed(.certificate, "cannot read the certificate \(certificate)")
        }
        guard SSL_CTX_use_PrivateKey_file(handle, key.isEmpty ? certificate : key, SSL_FILETYPE_PEM) == 1 else {
            throw Self.failed(.key, "cannot read the private key \(key)")
        }
        guard SSL_CTX_check_private_key(handle) == 1 else {
            throw Self.failed(.key, "the private key \(key) does not belong to the certificate \(certificate)")
        }
    }

    private func setAuthorities() throws(SetupFailure) {
        let (file, path) = (configuration.authorityFile, configuration.authorityPath)
        if !file.isEmpty || !path.isEmpty {
            guard SSL_CTX_load_verify_locations(handle, file.isEmpty ? nil : file, path.isEmpty ? nil : path) == 1 else {
                throw Self.failed(.authority, "cannot read the certificate authorities \(file)\(path)")
            }
        } else if configuration.verification == .authority || configuration.verification == .identity {
            guard SSL_CTX_set_default_verify_paths(handle) == 1 else {
                throw Self.failed(.authority, "cannot read the system's certificate authorities")
            }
        }
        let (revoked, revokedPath) = (configuration.revocationFile, configuration.revocationPath)
        guard !revoked.isEmpty || !revokedPath.isEmpty else { return }
        let store = SSL_CTX_get_cert_store(handle)
        guard
            X509_STORE_load_locations(store, revoked.isEmpty ? nil : revoked, revokedPath.isEmpty ? nil : revokedPath)
                == 1,
            X509_STORE_set_flags(store, grouplite_X509_V_FLAG_CRL_CHECK_ALL) == 1
        else { throw Self.failed(.authority, "cannot read the revocation list \(revoked)\(revokedPath)") }
    }

    private func setCiphers() throws(SetupFailure) {
        let list = configuration.cipherList.isEmpty ? TLSCiphers.list.joined(separator: ":") : configuration.cipherList
        guard SSL_CTX_set_cipher_list(handle, list) == 1 else {
            throw Self.failed(.ciphers, "no known cipher in '\(list)'")
        }
        let suites =
            configuration.cipherSuites.isEmpty ? TLSCiphers.suites.joined(separator: ":") : configuration.cipherSuites
        guard SSL_CTX_set_ciphersuites(handle, suites) == 1 else {
            throw Self.failed(.ciphers, "no known cipher suite in '\(suites)'")
        }
    }
}
