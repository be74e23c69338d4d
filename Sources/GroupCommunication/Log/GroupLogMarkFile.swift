import Glibc
import Platform

/// The file beside the segments that says how far the log was synced last. It is written in place after each sync, and not
/// synced itself: after a loss of power it may tell of less than was on disk, never of more. So a torn tail, which no mark
/// tells of, is harmless, and the end of the log cannot be cut off or damaged unseen.
///
///     two places, written in turn, each: CRC-32C of what follows 4, version 4, number 8, mark 24
final class GroupLogMarkFile {
    static let name = "group-log.synced"
    private static let version: UInt32 = 1
    private static let placeSize = 512
    private static let bodySize = 4 + 8 + GroupLogMark.encodedSize

    private(set) var mark: GroupLogMark
    private var number: UInt64
    private let file: File

    private init(_ file: File, mark: GroupLogMark, number: UInt64) {
        self.file = file
        self.mark = mark
        self.number = number
    }

    private static func path(_ directory: String) -> String { "\(directory)/\(name)" }

    /// Makes the file for a log without segments, durable; the directory's entry is the caller's to sync. An older one's
    /// generation is passed.
    static func create(_ directory: String, space: SpaceWait? = nil) throws(GroupLogError) -> GroupLogMarkFile {
        let older: UInt64
        do throws(GroupLogError) {
            older = try open(directory)?.mark.generation ?? 0
        } catch {
            // Damaged: the clock alone says what is newer.
            older = 0
        }
        let path = path(directory)
        let made = try GroupLogError.wrap { () throws(FileError) in
            // One that has blocks keeps them, for a disk that is full; one that could not be synced cannot be gone on with.
            File.isDistrusted(path)
                ? try File(path, .making(.data), space: space) : try File(path, .updatingOrMaking(.data), space: space)
        }
        let generation = max(older &+ 1, UInt64(max(1, WallClock.microseconds())))
        let file = GroupLogMarkFile(made, mark: GroupLogMark(generation: generation, segment: 0, end: 0), number: 0)
        // Both places, so that nothing of the log before can come to light.
        try file.write(file.mark)
        try file.write(file.mark)
        try file.sync()
        return file
    }

    /// Nil: there is none.
    static func open(_ directory: String, space: SpaceWait? = nil) throws(GroupLogError) -> GroupLogMarkFile? {
        let path = path(directory)
        let file: File
        do throws(FileError) {
            file = try File(path, .updating, space: space)
        } catch {
            if error.errno == ENOENT { return nil }
            throw .file(error)
        }
        var newest: (number: UInt64, mark: GroupLogMark)?
        for place in 0...1 {
            let offset = UInt64(place * placeSize)
            let bytes = try GroupLogError.wrap { () throws(FileError) in try file.read(4 + bodySize, at: offset) }
            guard bytes.count == 4 + bodySize, let found = read(bytes) else { continue }
            if found.number >= newest?.number ?? 0 { newest = found }
        }
        guard let newest else {
            throw .corrupt(path: path, offset: 0, reason: "how far the log was synced cannot be read")
        }
        return GroupLogMarkFile(file, mark: newest.mark, number: newest.number)
    }

    private static func read(_ bytes: [UInt8]) -> (number: UInt64, mark: GroupLogMark)? {
        var reader = ByteReader(bytes)
        guard let checksum = try? reader.readUInt32(), checksum == CRC32C.checksum(Array(bytes.dropFirst(4))),
            (try? reader.readUInt32()) == version, let number = try? reader.readUInt64(),
            let mark = try? reader.readGroupLogMark()
        else { return nil }
        return (number, mark)
    }

    /// Everything up to `mark` is on disk.
    func write(_ mark: GroupLogMark) throws(GroupLogError) {
        number += 1
        var body = ByteWriter(capacity: GroupLogMarkFile.bodySize)
        body.write(GroupLogMarkFile.version)
        body.write(number)
        body.write(mark)
        var writer = ByteWriter(capacity: 4 + GroupLogMarkFile.bodySize)
        writer.write(CRC32C.checksum(body.bytes))
        writer.write(body.bytes)
        let offset = (number & 1) * UInt64(GroupLogMarkFile.placeSize)
        // So few bytes of one sector are written whole or not at all.
        try GroupLogError.wrap { () throws(FileError) in try file.write(writer.bytes, at: offset) }
        self.mark = mark
    }

    func sync() throws(GroupLogError) {
        try GroupLogError.wrap { () throws(FileError) in try file.sync() }
    }
}
