import Cryptography
import Network
import Platform

/// How a client connection is made.
public struct ConnectionSettings: Sendable {
    public enum Endpoint: Hashable, Sendable, CustomStringConvertible {
        case tcp(host: String, port: UInt16)
        case unix(path: String)

        public var description: String {
            switch self {
            case .tcp(let host, let port): "\(host):\(port)"
            case .unix(let path): path
            }
        }
    }

    /// `--ssl-mode` and its like; how the certificate is checked stands in the TLS configuration.
    public enum TLSMode: Sendable {
        case disabled
        /// TLS where the server has it.
        case preferred
        case required
    }

    public var endpoint: Endpoint
    public var user: String
    public var password: [UInt8]
    public var schema: String?
    public var tlsMode = TLSMode.preferred
    public var tls = TLSConfiguration()
    /// The server's RSA key where it is known beforehand.
    public var serverPublicKey: RSAKey?
    /// Whether the server may be asked for its RSA key.
    public var mayAskForPublicKey = false
    /// Time for connecting and logging in.
    public var connectTimeout = Duration.seconds(10)
    /// How long one answer may be silent; nil for ever.
    public var readTimeout: Duration? = .seconds(3600)
    /// What `session_connect_attrs` shows of this client.
    public var attributes: [(name: String, value: String)] = [("_client_name", "grouplite"), ("program_name", "grouplite")]

    public init(endpoint: Endpoint, user: String, password: [UInt8] = []) {
        self.endpoint = endpoint
        self.user = user
        self.password = password
    }
}
