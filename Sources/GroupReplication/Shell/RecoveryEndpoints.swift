import Network

/// `group_replication_advertise_recovery_endpoints`: DEFAULT, or where this server listens.
public enum RecoveryEndpoints {
    static let byDefault = "DEFAULT"

    /// Why not, with MySQL's words for the client.
    public enum Problem: Error, Sendable {
        case format
        case notListening(String)

        public var text: String {
            switch self {
            case .format: "Please, provide a valid, comma separated, list of endpoints (IP:port)."
            case .notListening(let endpoint): "Invalid value on recovery endpoint '\(endpoint)'."
            }
        }
    }

    /// Looks names up: blocks. `ports`: where this server listens.
    public static func check(_ text: String, ports: [UInt16]) throws(Problem) {
        if text == byDefault { return }
        let endpoints = text.split(separator: ",", omittingEmptySubsequences: false)
        for (place, endpoint) in endpoints.enumerated() {
            guard let colon = endpoint.lastIndex(of: ":"), colon != endpoint.startIndex else { throw .format }
            let digits = endpoint[endpoint.index(after: colon)...].utf8
            guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { throw .format }
            // As in MySQL a space is part of the first entry, and separates the others.
            let trimmed = place == 0 ? endpoint : endpoint.drop { $0 == " " }
            guard let (host, port) = SocketAddress.parse(trimmed), port != 0, ports.contains(port),
                LocalAddress.standing(of: host) == .here
            else { throw .notListening(String(endpoint)) }
        }
    }
}
