import Glibc
import GroupReplication
import MySQLProtocol
import Platform

/// The account of the channel `group_replication_recovery`, which CHANGE REPLICATION SOURCE TO sets: kept in a file of the
/// data directory that only the server's user can read, as MySQL keeps it in mysql.slave_master_info.
///
/// Safe: `current` is guarded by `lock`.
public final class RecoveryChannelAccount: @unchecked Sendable {
    public static let channelName = "group_replication_recovery"

    /// It holds a password.
    public static let fileName = "recovery_channel"
    private let path: String
    private let lock = Lock()
    private var current: RecoveryCredentials?

    public init(directory: String) {
        path = directory + "/" + Self.fileName
        current = RecoveryChannelAccount.read(path)
    }

    /// Nil before the first CHANGE REPLICATION SOURCE TO.
    public var credentials: RecoveryCredentials? { lock.withLock { current } }

    public func set(_ credentials: RecoveryCredentials) throws(SQLError) {
        var writer = ByteWriter()
        writer.write(lengthEncoded: Array(credentials.user.utf8))
        writer.write(lengthEncoded: Array(credentials.password.utf8))
        try lock.withLock { () throws(SQLError) in
            try write(writer.bytes)
            current = credentials
        }
    }

    /// RESET REPLICA ALL.
    public func clear() throws(SQLError) {
        lock.withLock {
            unlink(path)
            current = nil
        }
    }

    private static func read(_ path: String) -> RecoveryCredentials? {
        guard let bytes = try? File.contents(of: path, maximumBytes: 4096) else { return nil }
        var reader = ByteReader(bytes)
        guard let user = try? reader.readLengthEncodedBytes(), let password = try? reader.readLengthEncodedBytes() else {
            return nil
        }
        return RecoveryCredentials(
            user: String(decoding: user, as: UTF8.self), password: String(decoding: password, as: UTF8.self))
    }

    private func write(_ bytes: [UInt8]) throws(SQLError) {
        do throws(FileError) {
            try File.replace(path, with: bytes, .secret)
        } catch {
            throw SQLError(.errorOnWrite, path, Int(error.errno), error.reason)
        }
    }
}
