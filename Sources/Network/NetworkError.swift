import Glibc

/// What can go wrong on a socket, sorted by what it tells about the peer.
public enum NetworkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stream ended where more bytes were expected, or was shut down by another thread.
    case closed
    /// Nothing happened until the deadline: the peer may be alive or not.
    case timedOut
    /// A live host said that nobody listens there.
    case refused
    /// A live host said that the connection no longer exists: the process is gone.
    case reset
    /// A name that cannot be resolved.
    case unknownHost(String, reason: String)
    /// TLS failed: no common version or cipher, a certificate that is not trusted, garbage.
    case tls(String)
    /// Any other failure of the named system call.
    case system(action: String, errno: Int32)

    /// The error for a failed call's `errno`.
    static func from(_ action: String, _ code: Int32) -> NetworkError {
        switch code {
        case ECONNREFUSED: .refused
        case ECONNRESET, EPIPE, ECONNABORTED: .reset
        case EAGAIN, ETIMEDOUT, EINPROGRESS: .timedOut
        case EBADF, ENOTCONN: .closed
        default: .system(action: action, errno: code)
        }
    }

    /// The system's error number nearest to it, as MySQL's messages give one.
    public var errorNumber: Int32 {
        switch self {
        case .closed: 0
        case .timedOut: ETIMEDOUT
        case .refused: ECONNREFUSED
        case .reset: ECONNRESET
        case .unknownHost: ENOENT
        case .tls: EPROTO
        case .system(_, let code): code
        }
    }

    public var description: String {
        switch self {
        case .closed: "the connection was closed"
        case .timedOut: "timed out"
        case .refused: "connection refused"
        case .reset: "connection reset by peer"
        case .unknownHost(let host, let reason): "unknown host '\(host)': \(reason)"
        case .tls(let reason): "TLS: \(reason)"
        case .system(let action, let code): "\(action): \(String(cString: strerror(code)))"
        }
    }
}
