import COpenSSL
import Cryptography
import Glibc
import Platform

/// TLS on one socket's descriptor. Belongs to its `Socket`.
///
/// Safe: it belongs to its socket, whose reader and writer are one thread or take turns under TLS.
final class TLSSession: @unchecked Sendable {
    let handle: OpaquePointer
    private let descriptor: Int32
    /// After a fatal error OpenSSL must not be asked for a closing alert.
    private var isFailed = false

    private init(descriptor: Int32, context: TLSContext) throws(NetworkError) {
        guard let handle = SSL_new(context.handle) else { throw TLSContext.failure("cannot make a session") }
        self.handle = handle
        self.descriptor = descriptor
        guard SSL_set_fd(handle, descriptor) == 1 else { throw TLSContext.failure("cannot take the socket") }
    }

    deinit {
        SSL_free(handle)
    }

    static func accept(
        descriptor: Int32, context: TLSContext, until deadline: MonotonicTime?
    ) throws(NetworkError) -> TLSSession {
        let session = try TLSSession(descriptor: descriptor, context: context)
        try session.perform(until: deadline) { SSL_accept(session.handle) }
        return session
    }

    static func connect(
        descriptor: Int32, context: TLSContext, host: String, until deadline: MonotonicTime?
    ) throws(NetworkError) -> TLSSession {
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
        try session.perform(until: deadline) { SSL_connect(session.handle) }
        return session
    }

    /// Runs a call of OpenSSL, again where a signal interrupted it, and returns its positive result; 0 for the end.
    ///
    /// With a deadline the whole call ends by then, however the peer's bytes drip in: the socket's own timeout would begin
    /// anew with each of them.
    @discardableResult
    private func perform(until deadline: MonotonicTime? = nil, _ call: () -> Int32) throws(NetworkError) -> Int32 {
        let flags = deadline == nil ? 0 : fcntl(descriptor, F_GETFL)
        if deadline != nil {
            guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else { throw .from("fcntl", errno) }
        }
        defer { if deadline != nil { _ = fcntl(descriptor, F_SETFL, flags) } }
        while true {
            ERR_clear_error()
            errno = 0
            let result = call()
            if result > 0 { return result }
            let code = errno
            let kind = SSL_get_error(handle, result)
            switch kind {
            case SSL_ERROR_ZERO_RETURN:
                return 0
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
                if code == EINTR { continue }
                if let deadline, wait(for: kind == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, until: deadline) { continue }
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

    /// Waits until the socket is ready; false at the deadline.
    private func wait(for events: Int32, until deadline: MonotonicTime) -> Bool {
        while true {
            let left = deadline - MonotonicTime.now()
            guard left > .zero else { return false }
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let ready = poll(&entry, 1, Int32(clamping: left.inNanoseconds / 1_000_000 + 1))
            if ready < 0 && errno == EINTR { continue }
            if ready != 0 { return ready > 0 }
        }
    }

    /// `until`: when the read ends at the latest; nil leaves that to the socket's timeout.
    func read(into target: UnsafeMutableRawBufferPointer, until deadline: MonotonicTime?) throws(NetworkError) -> Int {
        Int(try perform(until: deadline) { SSL_read(handle, target.baseAddress, Int32(clamping: target.count)) })
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
