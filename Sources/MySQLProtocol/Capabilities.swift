/// What client and server agree on during the handshake.
public struct Capabilities: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static let longPassword = Capabilities(rawValue: 1 << 0)
    /// OK packets count matched instead of changed rows.
    public static let foundRows = Capabilities(rawValue: 1 << 1)
    public static let longFlag = Capabilities(rawValue: 1 << 2)
    public static let connectWithDatabase = Capabilities(rawValue: 1 << 3)
    public static let noSchema = Capabilities(rawValue: 1 << 4)
    public static let compress = Capabilities(rawValue: 1 << 5)
    public static let odbc = Capabilities(rawValue: 1 << 6)
    public static let localFiles = Capabilities(rawValue: 1 << 7)
    public static let ignoreSpace = Capabilities(rawValue: 1 << 8)
    public static let protocol41 = Capabilities(rawValue: 1 << 9)
    public static let interactive = Capabilities(rawValue: 1 << 10)
    public static let tls = Capabilities(rawValue: 1 << 11)
    public static let ignoreSigpipe = Capabilities(rawValue: 1 << 12)
    public static let transactions = Capabilities(rawValue: 1 << 13)
    public static let reserved = Capabilities(rawValue: 1 << 14)
    public static let secureConnection = Capabilities(rawValue: 1 << 15)
    public static let multiStatements = Capabilities(rawValue: 1 << 16)
    public static let multiResults = Capabilities(rawValue: 1 << 17)
    public static let psMultiResults = Capabilities(rawValue: 1 << 18)
    public static let pluginAuth = Capabilities(rawValue: 1 << 19)
    public static let connectAttributes = Capabilities(rawValue: 1 << 20)
    public static let pluginAuthLengthEncodedData = Capabilities(rawValue: 1 << 21)
    public static let canHandleExpiredPasswords = Capabilities(rawValue: 1 << 22)
    /// OK packets carry what changed in the session's state.
    public static let sessionTrack = Capabilities(rawValue: 1 << 23)
    /// Result sets end with an OK packet (header 0xFE) instead of EOF packets.
    public static let deprecateEOF = Capabilities(rawValue: 1 << 24)
    public static let optionalResultSetMetadata = Capabilities(rawValue: 1 << 25)
    public static let zstdCompression = Capabilities(rawValue: 1 << 26)
    public static let queryAttributes = Capabilities(rawValue: 1 << 27)
    public static let multiFactorAuthentication = Capabilities(rawValue: 1 << 28)
    public static let capabilityExtension = Capabilities(rawValue: 1 << 29)
    public static let tlsVerifyServerCertificate = Capabilities(rawValue: 1 << 30)
    public static let rememberOptions = Capabilities(rawValue: 1 << 31)

    /// What this server offers; `tls` is added where a certificate is configured, `compress` and `zstdCompression` where
    /// `protocol_compression_algorithms` has them. Not `noSchema`, which MySQL deprecates: there it makes `a.t` the table t of
    /// the present database, silently.
    public static let server: Capabilities = [
        .longPassword, .foundRows, .longFlag, .connectWithDatabase, .odbc, .ignoreSpace, .protocol41,
        .interactive, .ignoreSigpipe, .transactions, .reserved, .secureConnection, .multiStatements, .multiResults,
        .psMultiResults, .pluginAuth, .connectAttributes, .pluginAuthLengthEncodedData, .canHandleExpiredPasswords,
        .sessionTrack, .deprecateEOF, .optionalResultSetMetadata, .queryAttributes, .localFiles,
        .multiFactorAuthentication, .tlsVerifyServerCertificate, .rememberOptions,
    ]
}
