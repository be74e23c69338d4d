/// Which MySQL this server is. Everything that tells or compares a version takes it from here: the handshake, `@@version`, the
/// binary log's format description and GTID events, `/*!90704 ... */`, MEMBER_VERSION and what a joiner is vetted by.
public struct MySQLVersion: Sendable, CustomStringConvertible {
    public let major: Int
    public let minor: Int
    public let patch: Int

    /// The MySQL whose dialect, errors, tables and protocol this server has.
    public static let dialect = MySQLVersion(major: 9, minor: 7, patch: 4)
    /// This server's own version: the dialect's number first, since that is what clients and drivers read.
    public static let server = "\(dialect)-grouplite"

    /// As in `9.7.4`.
    public var description: String { "\(major).\(minor).\(patch)" }
    /// As in `9.7`.
    public var series: String { "\(major).\(minor)" }
    /// As in 90704.
    public var number: Int { major * 10_000 + minor * 100 + patch }
}
