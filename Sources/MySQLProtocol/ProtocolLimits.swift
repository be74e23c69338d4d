/// Bounds on what a peer may make us hold, in one place.
public enum ProtocolLimits {
    /// A packet before the client is known: its name, its password, its attributes.
    public static let handshakePacketBytesMax = 128 * 1024
    /// All connection attributes together (performance_schema's limit is 64 KB).
    public static let connectionAttributesBytesMax = 64 * 1024
    /// User names have 32 characters, of up to 4 bytes.
    public static let userNameBytesMax = 128
    /// Schema names have 64 characters, of up to 4 bytes.
    public static let schemaNameBytesMax = 256
    /// Plugin names.
    public static let pluginNameBytesMax = 64
    /// What an authentication plugin sends: a scramble, a password, an RSA block.
    public static let authenticationDataBytesMax = 4096
    /// Parameters of one statement (their number has 16 bits in the protocol).
    public static let parametersMax = 65_535
    /// Query attributes of one statement.
    public static let queryAttributesMax = 4096
    /// Columns of a received result set.
    public static let columnsMax = 4096
    /// A GTID set in COM_BINLOG_DUMP_GTID.
    public static let gtidSetBytesMax = 16 * 1024 * 1024
}
