/// The ciphers that MySQL allows: with forward secrecy and authenticated encryption only.
public enum TLSCiphers {
    /// TLS 1.2's, in MySQL's order of preference.
    public static let list = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES256-CCM", "ECDHE-ECDSA-AES128-CCM", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305", "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES256-CCM",
        "DHE-RSA-AES128-CCM", "DHE-RSA-CHACHA20-POLY1305",
    ]
    /// TLS 1.3's.
    public static let suites = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
    ]

    /// Whether a value of `ssl_cipher` names allowed ciphers only; the empty one takes them all.
    public static func allows(list text: String) -> Bool { allows(text, list) }
    /// The same for `tls_ciphersuites`.
    public static func allows(suites text: String) -> Bool { allows(text, suites) }

    private static func allows(_ text: String, _ allowed: [String]) -> Bool {
        text.split(separator: ":").allSatisfy { name in allowed.contains(String(name)) }
    }
}
