import COpenSSL

/// What OpenSSL refused, with its own words.
public struct CryptographyError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }

    /// `action` and the oldest entries of OpenSSL's error queue, which is emptied.
    public static func openSSL(_ action: String) -> CryptographyError {
        let reasons = drainQueue()
        return CryptographyError(reasons.isEmpty ? action : "\(action): \(reasons)")
    }

    /// Empties this thread's error queue and returns it as text.
    public static func drainQueue() -> String {
        var reasons: [String] = []
        while reasons.count < 8 {
            let code = ERR_get_error()
            if code == 0 { break }
            var buffer = [CChar](repeating: 0, count: 256)
            ERR_error_string_n(code, &buffer, buffer.count)
            reasons.append(String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        ERR_clear_error()
        return reasons.joined(separator: "; ")
    }
}
