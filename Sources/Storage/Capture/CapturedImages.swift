import Platform

/// The row images of a transaction, one after the other: the newest in memory, and once these exceed `binlog_cache_size`
/// what came before them in a file without a name in `tmpdir`. Places count from the first image on, wherever it is now.
///
/// Owned by the session's thread.
final class CapturedImages {
    /// What is read back at a time, at least.
    private static let windowBytes = 256 << 10

    private let newest = RowBuffer()
    /// Bytes in the file: the images before ``newest``. Those of one row are never on both sides.
    private(set) var spilled = 0
    private var file: File?
    /// What was read back, from this place on.
    private var window: RowBuffer?
    private var windowStart = 0

    /// Where the next image begins.
    var count: Int { spilled + newest.count }
    /// What of them is in memory.
    var bytesInMemory: Int { newest.capacity + (window?.capacity ?? 0) }

    /// Before a row's images: makes room in memory when there are more than `limit` bytes.
    @inline(__always)
    func beginRow(limit: Int) throws(StorageError) {
        if newest.count >= limit { try spill() }
    }

    private func spill() throws(StorageError) {
        do throws(FileError) {
            let target: File
            if let file {
                target = file
            } else {
                target = try TemporaryDirectory.makeFile()
                file = target
            }
            try newest.withBytes { bytes throws(FileError) in try target.write(bytes, at: UInt64(spilled)) }
        } catch {
            throw .sqlite(code: 13, message: error.description)
        }
        spilled += newest.count
        newest.removeAll()
        window = nil
    }

    func append(_ value: ValueView) { newest.append(value) }
    func append(_ value: StoredValue) { newest.append(value) }

    /// The value of one column of an image of the newest row.
    func value(_ image: Int, _ column: Int) -> ValueView { newest.value(image - spilled, column) }

    /// Whether two images of the newest row hold the same bytes.
    func areEqual(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
        newest.areEqual(
            first.lowerBound - spilled..<first.upperBound - spilled, second.lowerBound - spilled..<second.upperBound - spilled)
    }

    /// The images of one row, to be read; until the next call.
    func row(_ range: Range<Int>) throws(StorageError) -> RowImages {
        if range.lowerBound >= spilled { return RowImages(buffer: newest, origin: spilled) }
        if let window, range.lowerBound >= windowStart, range.upperBound <= windowStart + window.count {
            return RowImages(buffer: window, origin: windowStart)
        }
        let size = min(max(range.count, Self.windowBytes), spilled - range.lowerBound)
        guard range.upperBound <= spilled, let bytes = try? file?.read(size, at: UInt64(range.lowerBound)), bytes.count == size
        else { throw .sqlite(code: 10, message: "a temporary file cannot be read") }
        let filled = window ?? RowBuffer()
        filled.fill(bytes)
        (window, windowStart) = (filled, range.lowerBound)
        return RowImages(buffer: filled, origin: windowStart)
    }

    func truncate(to count: Int) {
        if count >= spilled { return newest.truncate(to: count - spilled) }
        spilled = count
        newest.truncate(to: 0)
        window = nil
    }

    /// Empties it, and gives back what a large transaction took. The file stays for the next one.
    func removeAll() {
        newest.removeAll()
        guard spilled > 0 || window != nil else { return }
        spilled = 0
        window = nil
        // A file that keeps its bytes is of no use.
        do throws(FileError) { try file?.truncate(to: 0) } catch { file = nil }
    }
}

/// One row's images in memory, found by their places in ``CapturedImages``.
struct RowImages {
    fileprivate let buffer: RowBuffer
    fileprivate let origin: Int

    /// The value at `place`; moves it to the next one.
    func read(_ place: inout Int) -> ValueView {
        var offset = place - origin
        defer { place = offset + origin }
        return buffer.read(&offset)
    }

    /// The value of one column of the image that starts at `image`.
    func value(_ image: Int, _ column: Int) -> ValueView { buffer.value(image - origin, column) }
}
