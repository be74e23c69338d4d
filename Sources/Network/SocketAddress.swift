import Glibc

/// One end of a connection.
public enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    case ip(host: String, port: UInt16, isVersion6: Bool)
    case unix(path: String)

    /// The numeric host; `localhost` for a Unix socket, as MySQL's accounts see it.
    public var host: String {
        switch self {
        case .ip(let host, _, _): host
        case .unix: "localhost"
        }
    }

    /// The port; 0 for a Unix socket.
    public var port: UInt16 {
        switch self {
        case .ip(_, let port, _): port
        case .unix: 0
        }
    }

    public var isUnix: Bool {
        if case .unix = self { true } else { false }
    }

    public var description: String {
        switch self {
        case .ip(let host, let port, let isVersion6): isVersion6 ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }

    /// Reads what the kernel filled in. IPv4 addresses inside IPv6 (`::ffff:1.2.3.4`) become plain IPv4.
    init(_ storage: inout sockaddr_storage) {
        let family = Int32(storage.ss_family)
        guard family == AF_INET || family == AF_INET6 else {
            self = .unix(path: "")
            return
        }
        var host = [CChar](repeating: 0, count: 1025)
        let port: UInt16
        let text: String
        if family == AF_INET {
            (text, port) = withUnsafePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    var value = address.pointee.sin_addr
                    inet_ntop(AF_INET, &value, &host, socklen_t(host.count))
                    return (Self.string(host), UInt16(bigEndian: address.pointee.sin_port))
                }
            }
        } else {
            (text, port) = withUnsafePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    var value = address.pointee.sin6_addr
                    inet_ntop(AF_INET6, &value, &host, socklen_t(host.count))
                    return (Self.string(host), UInt16(bigEndian: address.pointee.sin6_port))
                }
            }
        }
        let mapped = "::ffff:"
        if text.hasPrefix(mapped) && text.contains(".") {
            self = .ip(host: String(text.dropFirst(mapped.count)), port: port, isVersion6: false)
        } else {
            self = .ip(host: text, port: port, isVersion6: family == AF_INET6)
        }
    }

    private static func string(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Splits `host:port` or `[v6]:port`; nil when it is neither.
    public static func parse(_ text: some StringProtocol) -> (host: String, port: UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), port)
    }
}
