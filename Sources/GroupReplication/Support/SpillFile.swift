import Glibc
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
    private var descriptor: Int32 = -1
    private var end = 0
    /// Places that were written and not given back.
    private(set) var liveCount = 0

    init(directory: String) {
        self.directory = directory
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends; nil when the disk does not take them: they have to stay where they are.
    func write(_ bytes: ArraySlice<UInt8>) -> Place? {
        if descriptor < 0 {
            let path = directory + "/" + SpillFile.name
            descriptor = FileAccess.open(path, O_RDWR | O_TRUNC, .secret)
            if descriptor < 0 { return nil }
            unlink(path)
        }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(end + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return nil }
            done += count
        }
        defer { end += bytes.count }
        liveCount += 1
        return Place(offset: end, count: bytes.count)
    }

    /// Reads back; nil when the disk does not give them.
    func read(_ place: Place) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: place.count)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(place.offset + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return nil }
            done += count
        }
        return bytes
    }

    /// The bytes of that many places are not needed any more; with the last of all, the disk gets its space back.
    func giveBack(_ count: Int = 1) {
        assert(count <= liveCount)
        liveCount = max(0, liveCount - count)
        guard liveCount == 0, end > 0 else { return }
        end = 0
        _ = ftruncate(descriptor, 0)
    }
}
