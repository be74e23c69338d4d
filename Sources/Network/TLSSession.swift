import COpenSSL
import Cryptography
import Glibc

/// TLS on one socket's descriptor. Belongs to its `Socket`.
final class TLSSession: @unchecked Sendable {
    private let handle: OpaquePointer
    /// After a fatal error OpenSSL must not be asked for a closing alert.
    private var isFailed = false

    private init(descriptor: Int32, context: TLSContext) throws(NetworkError) {
        guard let handle = SSL_new(context.handle) else { throw TLSContext.failure("cannot make a session") }
        self.handle = handle
        guard SSL_set_fd(handle, descriptor) == 1 else { throw TLSContext.failure("cannot take the socket") }
    }

    deinit {
        SSL_free(handle)
    }

    static func accept(descriptor: Int32, context: TLSContext) throws(NetworkError) -> TLSSession {
        let session = try TLSSession(descriptor: descriptor, context: context)
        try session.perform { SSL_accept(session.handle) }
        return session
    }

    static func connect(descriptor: Int32, context: TLSContext, host: String) throws(NetworkError) -> TLSSession {
        let session = try TLSSession(descriptor: descriptor, context: context)
        var address = in6_addr()
        let isNumeric = inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
        if !isNumeric && !host.isEmpty { _ = grouplite_SSL_set_tlsext_host_name(session.handle, host) }
        if context.configuration.verification == .identity {
            let accepted =
                isNumeric
                ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.handle), host) : SSL_set1_host(session.handle, host)
            guard accepted == 1 else { throw TLSContext.failure("cannot verify the name '\(host)'") }
        }
        try session.perform { SSL_connect(session.handle) }
        return session
    }

    /// Runs a call of OpenSSL, again where a signal interrupted it, and returns its positive result; 0 for the end.
    @discardableResult
    private func perform(_ call: () -> Int32) throws(NetworkError) -> Int32 {
        while true {
            ERR_clear_error()
            errno = 0
            let result = call()
            if result > 0 { return result }
            let code = errno
            switch SSL_get_error(handle, result) {
            case SSL_ERROR_ZERO_RETURN:
                return 0
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
                if code == EINTR { continue }
                isFailed = true
                throw .timedOut
            case SSL_ERROR_SYSCALL:
                isFailed = true
                if code == 0 { throw .closed }
                throw .from("TLS", code)
            default:
                isFailed = true
                let verification = SSL_get_verify_result(handle)
                let reason = CryptographyError.drainQueue()
                if verification != Int(X509_V_OK) {
                    throw .tls("\(reason) (\(String(cString: X509_verify_cert_error_string(verification))))")
                }
                throw .tls(reason)
            }
        }
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(NetworkError) -> Int {
        Int(try perform { SSL_read(handle, target.baseAddress, Int32(clamping: target.count)) })
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(NetworkError) -> Int {
        let count = Int(try perform { SSL_write(handle, bytes.baseAddress, Int32(clamping: bytes.count)) })
        if count == 0 { throw .closed }
        return count
    }

    /// Tells the peer that we end the stream; does not wait for its answer.
    func closeNotify() {
        guard !isFailed else { return }
        ERR_clear_error()
        SSL_shutdown(handle)
        ERR_clear_error()
    }

    var info: TLSInfo {
        var info = TLSInfo(
            version: String(cString: SSL_get_version(handle)),
            cipher: SSL_CIPHER_get_name(SSL_get_current_cipher(handle)).map { String(cString: $0) } ?? "")
        if let certificate = SSL_get1_peer_certificate(handle) {
            info.peerSubject = Self.oneLine(X509_get_subject_name(certificate))
            info.peerIssuer = Self.oneLine(X509_get_issuer_name(certificate))
            X509_free(certificate)
        }
        return info
    }

    private static func oneLine(_ name: OpaquePointer?) -> String {
        var buffer = [CChar](repeating: 0, count: 1024)
        X509_NAME_oneline(name, &buffer, Int32(buffer.count))
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
