// The error table, numbers 2000 to 2999: what a client library reports about its own side. Our replication client raises them.

// swift-format-ignore: one row, one line, so that the table can be searched by number, name or text
extension ErrorCode {
    public static let clientSocketCreateError = ErrorCode(2001, "HY000", "Can't create UNIX socket (%d)")
    public static let clientConnectionError = ErrorCode(2002, "HY000", "Can't connect to local server through socket '%-.100s' (%d)")
    public static let clientConnHostError = ErrorCode(2003, "HY000", "Can't connect to MySQL server on '%-.100s:%u' (%d)")
    public static let clientUnknownHost = ErrorCode(2005, "HY000", "Unknown MySQL server host '%-.100s' (%d)")
    public static let clientServerGone = ErrorCode(2006, "HY000", "MySQL server has gone away")
    public static let clientVersionError = ErrorCode(2007, "HY000", "Protocol mismatch; server version = %d, client version = %d")
    public static let clientServerHandshakeErr = ErrorCode(2012, "HY000", "Error in server handshake")
    public static let clientServerLost = ErrorCode(2013, "HY000", "Lost connection to MySQL server during query")
    public static let clientCommandsOutOfSync = ErrorCode(2014, "HY000", "Commands out of sync; you can't run this command now")
    public static let clientNetPacketTooLarge = ErrorCode(2020, "HY000", "Got packet bigger than 'max_allowed_packet' bytes")
    public static let clientSslConnectionError = ErrorCode(2026, "HY000", "SSL connection error: %-.100s")
    public static let clientMalformedPacket = ErrorCode(2027, "HY000", "Malformed packet")
    public static let clientServerLostExtended = ErrorCode(2055, "HY000", "Lost connection to MySQL server at '%s', system error: %d")
    public static let clientAuthPluginErr = ErrorCode(2061, "HY000", "Authentication plugin '%s' reported error: %s")
}
