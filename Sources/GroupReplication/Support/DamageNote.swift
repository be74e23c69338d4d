import Glibc
import Platform

/// The file that says what is wrong with this server's data: as long as it is there, the server takes part in no group with them,
/// whatever is restarted. Making the data anew removes it, or an operator who knows better.
public struct DamageNote: Sendable {
    public static let name = "group_replication.damaged"
    private static let maximumBytes = 4096

    public let path: String

    /// `directory`: the data directory.
    public init(directory: String) {
        path = directory + "/" + DamageNote.name
    }

    /// Nil: nothing is known to be wrong.
    public func read() -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: DamageNote.maximumBytes)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes[..<max(0, count)].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Returns whether it is on the disk.
    @discardableResult
    public func write(_ reason: String) -> Bool {
        let descriptor = FileAccess.open(path, O_WRONLY | O_TRUNC, .data)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let line = Array(reason.utf8.prefix(DamageNote.maximumBytes - 1)) + [UInt8(ascii: "\n")]
        return Glibc.write(descriptor, line, line.count) == line.count && fsync(descriptor) == 0
    }

    public func remove() {
        unlink(path)
    }
}

extension DamageNote {
    /// Whether the data directory is that of a group's member, as far as its files tell: one whose state is damaged may be.
    public static func isOfMember(directory: String, uuid: UUID) -> Bool {
        do {
            return try StateFile(directory: directory).load(ownUUID: uuid)?.core.isGroup ?? false
        } catch {
            return true
        }
    }

    /// Whether the state file cannot be read.
    public static func stateIsDamaged(directory: String, uuid: UUID) -> Bool {
        do {
            _ = try StateFile(directory: directory).load(ownUUID: uuid)
            return false
        } catch {
            return true
        }
    }
}
