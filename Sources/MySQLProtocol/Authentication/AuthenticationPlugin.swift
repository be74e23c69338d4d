import Cryptography

/// The ways of proving a password that this server knows; mysql_native_password is none of MySQL 9's any more.
public enum AuthenticationPlugin: String, Sendable, CaseIterable {
    case cachingSHA2 = "caching_sha2_password"
    case sha256Password = "sha256_password"

    public var name: String { rawValue }

    /// What is stored of `password` (`mysql.user.authentication_string`); empty for no password. `rounds` is
    /// `caching_sha2_password_digest_rounds`. Error 1819 for a password that is too long.
    public func authenticationString(for password: [UInt8], rounds: Int = 10_000) throws(SQLError) -> [UInt8] {
        guard !password.isEmpty else { return [] }
        switch self {
        case .sha256Password:
            guard password.count <= SHA256Crypt.maximumPasswordLength else { throw SQLError(.notValidPassword) }
            return StoredSHA256Password.make(password: password).text
        case .cachingSHA2:
            guard password.count <= SHA256Crypt.maximumPasswordLength else { throw SQLError(.notValidPassword) }
            return StoredSHA2Password.make(password: password, thousands: min(max(rounds / 1000, 5), 4095)).text
        }
    }

    /// Whether `text` has the form in which this plugin stores passwords (`IDENTIFIED WITH ... AS '...'`).
    public func accepts(authenticationString text: [UInt8]) -> Bool {
        if text.isEmpty { return true }
        switch self {
        case .sha256Password: return StoredSHA256Password.hasForm(text)
        case .cachingSHA2: return StoredSHA2Password(text) != nil
        }
    }

    /// Whether `stored` is of `password`, which is not empty.
    public func verify(password: [UInt8], stored: [UInt8]) -> Bool {
        switch self {
        case .sha256Password: StoredSHA256Password(stored)?.verify(password: password) ?? false
        case .cachingSHA2: StoredSHA2Password(stored)?.verify(password: password) ?? false
        }
    }

    /// The client's answer to a challenge; for caching_sha2_password that of its fast path.
    public func response(password: [UInt8], challenge: [UInt8]) -> [UInt8] {
        guard !password.isEmpty else { return [] }
        switch self {
        case .cachingSHA2: return SHA2Scramble.response(password: password, challenge: challenge)
        // Asks for the server's key: the password goes encrypted with it, or as it is over TLS.
        case .sha256Password: return [1]
        }
    }
}

func exclusiveOr(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> [UInt8] {
    zip(left, right).map { $0 ^ $1 }
}
