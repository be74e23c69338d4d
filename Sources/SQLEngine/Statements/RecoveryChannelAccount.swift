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
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, buffer.count)
        guard count > 0 else { return nil }
        var reader = ByteReader(buffer[0..<count])
        guard let user = try? reader.readLengthEncodedBytes(), let password = try? reader.readLengthEncodedBytes() else {
            return nil
        }
        return RecoveryCredentials(
            user: String(decoding: user, as: UTF8.self), password: String(decoding: password, as: UTF8.self))
    }

    private func write(_ bytes: [UInt8]) throws(SQLError) {
        let temporary = path + ".new"
        let file = FileAccess.open(temporary, O_WRONLY | O_TRUNC, .secret)
        guard file >= 0 else { throw SQLError(.errorOnWrite, temporary, errno, String(cString: strerror(errno))) }
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        close(file)
        guard isWritten, rename(temporary, path) == 0 else {
            throw SQLError(.errorOnWrite, path, errno, String(cString: strerror(errno)))
        }
    }
}
