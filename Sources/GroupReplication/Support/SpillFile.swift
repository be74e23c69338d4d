import Platform

/// Bytes that wait for their turn outside of memory: appended, read back by place, and the file is emptied when none of them
/// is needed any more. It loses its name at once, so that nothing is left of it when the server dies. One caller at a time.
final class SpillFile {
    /// Where bytes are.
    struct Place: Sendable, Hashable {
        var offset: Int
        var count: Int
    }

    static let name = "applier_queue.spill"

    private let directory: String
    private var file: File?
    private var end = 0
    /// Places that were written and not given back.
    private(set) var liveCount = 0

    init(directory: String) {
        self.directory = directory
    }

    /// Appends; nil when the disk does not take them: they have to stay where they are.
    func write(_ bytes: ArraySlice<UInt8>) -> Place? {
        do throws(FileError) {
            if file == nil { file = try make() }
            try file?.write(bytes, at: UInt64(end))
        } catch {
            return nil
        }
        defer { end += bytes.count }
        liveCount += 1
        return Place(offset: end, count: bytes.count)
    }

    private func make() throws(FileError) -> File {
        let path = directory + "/" + SpillFile.name
        let made = try File(path, .making(.secret))
        try File.remove(path)
        return made
    }

    /// Reads back; nil when the disk does not give them.
    func read(_ place: Place) -> [UInt8]? {
        guard let bytes = try? file?.read(place.count, at: UInt64(place.offset)), bytes.count == place.count else { return nil }
        return bytes
    }

    /// The bytes of that many places are not needed any more; with the last of all, the disk gets its space back.
    func giveBack(_ count: Int = 1) {
        assert(count <= liveCount)
        liveCount = max(0, liveCount - count)
        guard liveCount == 0, end > 0 else { return }
        end = 0
        try? file?.truncate(to: 0)
    }
}
