/// What a TLS context is made of; empty texts stand for "not given", as in MySQL's variables.
public struct TLSConfiguration: Hashable, Sendable {
    /// What is asked of the peer's certificate.
    public enum Verification: Sendable {
        /// Anything goes, none at all too (`ssl_mode=REQUIRED`; a server that asks clients for nothing).
        case none
        /// If the peer shows one, an authority we know must have signed it (a server's usual setting).
        case ifPresent
        /// It must show one that an authority we know signed (`VERIFY_CA`).
        case authority
        /// And that is made out for the host we wanted (`VERIFY_IDENTITY`; clients only).
        case identity
    }

    /// `ssl_ca`, `ssl_capath`
    public var authorityFile = ""
    public var authorityPath = ""
    /// `ssl_cert`, `ssl_key`
    public var certificateFile = ""
    public var keyFile = ""
    /// `ssl_crl`, `ssl_crlpath`
    public var revocationFile = ""
    public var revocationPath = ""
    /// `ssl_cipher`: TLS 1.2's ciphers, and TLS 1.3's (`tls_ciphersuites`).
    public var cipherList = ""
    public var cipherSuites = ""
    /// `tls_version`: the versions allowed, e.g. `TLSv1.2,TLSv1.3`.
    public var versions = "TLSv1.2,TLSv1.3"
    public var verification = Verification.none

    public init() {}
}

/// What was negotiated on one connection: status variables `Ssl_version`, `Ssl_cipher`, accounts' `REQUIRE`.
public struct TLSInfo: Hashable, Sendable {
    public var version: String
    public var cipher: String
    /// The distinguished names of the peer's certificate, in OpenSSL's one-line form; nil when it showed none.
    public var peerSubject: String?
    public var peerIssuer: String?
}
