import GroupCommunication
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
    /// What waits while the disk is full; nil: a write without space fails.
    var space: SpaceWait?

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
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try File.contents(of: path, maximumBytes: StateFile.maximumSize)
        } catch {
            throw CommunicationFailure(error.description)
        }
        guard let bytes else { return nil }
        guard bytes.count >= 16 else { throw CommunicationFailure("\(path) is damaged: \(bytes.count) bytes") }
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
        // Until the new name is certainly on disk the group log may not be let go behind it.
        do throws(FileError) {
            try File.replace(path, with: writer.bytes, .data, space: space)
        } catch {
            throw CommunicationFailure(error.description)
        }
    }
}
