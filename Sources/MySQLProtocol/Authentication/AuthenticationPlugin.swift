import Cryptography

/// The ways of proving a password that this server knows.
public enum AuthenticationPlugin: String, Sendable, CaseIterable {
    case cachingSHA2 = "caching_sha2_password"
    case nativePassword = "mysql_native_password"

    public var name: String { rawValue }

    /// What is stored of `password` (`mysql.user.authentication_string`); empty for no password.
    public func authenticationString(for password: [UInt8]) throws(SQLError) -> [UInt8] {
        guard !password.isEmpty else { return [] }
        switch self {
        case .nativePassword:
            return NativePassword.stored(password)
        case .cachingSHA2:
            guard password.count <= SHA256Crypt.maximumPasswordLength else { throw SQLError(.notValidPassword) }
            return StoredSHA2Password.make(password: password).text
        }
    }

    /// Whether `text` has the form in which this plugin stores passwords (`IDENTIFIED WITH ... AS '...'`).
    public func accepts(authenticationString text: [UInt8]) -> Bool {
        if text.isEmpty { return true }
        switch self {
        case .nativePassword: return NativePassword.digest(stored: text) != nil
        case .cachingSHA2: return StoredSHA2Password(text) != nil
        }
    }

    /// The client's answer to a challenge; for caching_sha2_password that of its fast path.
    public func response(password: [UInt8], challenge: [UInt8]) -> [UInt8] {
        guard !password.isEmpty else { return [] }
        switch self {
        case .nativePassword: return NativePassword.response(password: password, challenge: challenge)
        case .cachingSHA2: return SHA2Scramble.response(password: password, challenge: challenge)
        }
    }
}

func exclusiveOr(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> [UInt8] {
    zip(left, right).map { $0 ^ $1 }
}
