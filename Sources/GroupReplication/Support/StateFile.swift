import GroupCommunication
import Glibc
import Platform

/// The certification snapshot on disk: the ordered state at one position, from which a restarted member goes on with what
/// its group log delivers above it. Written aside, synced, then renamed over: there is always one whole.
struct StateFile: Sendable {
    /// What the file holds.
    struct Contents: Sendable {
        var core: GroupCore
        /// The group log goes on where this state ends. False: it tells of a join that did not come to its end, and nothing
        /// in it is needed.
        var holdsLog: Bool
    }

    static let name = "group_replication.state"
    private static let magic: UInt64 = 0x3154_5453_5247_4C47
    private static let unfinishedJoin: UInt8 = 2
    private static let maximumSize = 2 << 30

    let directory: String

    private var path: String { directory + "/" + StateFile.name }

    /// Nil when there is none. Throws when it cannot be read or is damaged.
    func load(ownUUID: UUID) throws(CommunicationFailure) -> Contents? {
        guard let bytes = try readAll() else { return nil }
        do {
            var reader = ByteReader(bytes)
            guard try reader.readUInt64() == StateFile.magic else { throw MalformedBytes("not a state file") }
            let checksum = try reader.readUInt64()
            var hash = RunningHash()
            hash.absorb(bytes[16...])
            guard hash.value == checksum else { throw MalformedBytes("its checksum is wrong") }
            let holdsLog = try reader.readUInt8() != StateFile.unfinishedJoin
            return Contents(core: try GroupCore(decoding: &reader, ownUUID: ownUUID), holdsLog: holdsLog)
        } catch {
            throw CommunicationFailure("\(path) is damaged: \(error)")
        }
    }

    private func readAll() throws(CommunicationFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw CommunicationFailure("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= 16, status.st_size <= StateFile.maximumSize else {
            throw CommunicationFailure("\(path) is damaged: \(status.st_size) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw CommunicationFailure("cannot read \(path)") }
            done += count
        }
        return bytes
    }

    /// Writes and syncs the file and its directory.
    func save(_ contents: Contents) throws(CommunicationFailure) {
        var writer = ByteWriter(capacity: 4096)
        writer.write(StateFile.magic)
        writer.write(UInt64(0))
        writer.write(contents.holdsLog ? 1 : StateFile.unfinishedJoin)
        contents.core.encode(into: &writer, withItems: true)
        var hash = RunningHash()
        hash.absorb(writer.bytes[16...])
        writer.patch(hash.value, width: 8, at: 8)
        let aside = path + ".new"
        let descriptor = FileAccess.open(aside, O_WRONLY | O_TRUNC, .data)
        guard descriptor >= 0 else {
            throw CommunicationFailure("cannot write \(aside): \(String(cString: strerror(errno)))")
        }
        let isWritten = StateFile.writeAll(writer.bytes, to: descriptor) && fsync(descriptor) == 0
        let problem = errno
        close(descriptor)
        guard isWritten, rename(aside, path) == 0 else {
            let reason = String(cString: strerror(isWritten ? errno : problem))
            unlink(aside)
            throw CommunicationFailure("cannot write \(path): \(reason)")
        }
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Until the new name is certainly on disk the group log may not be let go behind it.
        guard folder >= 0 else {
            throw CommunicationFailure("cannot open \(directory): \(String(cString: strerror(errno)))")
        }
        defer { close(folder) }
        guard fsync(folder) == 0 else {
            throw CommunicationFailure("cannot sync \(directory): \(String(cString: strerror(errno)))")
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
