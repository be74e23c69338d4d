import Glibc
import Synchronization

/// The database file mapped into memory once for all session connections of the process.
///
/// SQLite's own mapping is per connection, and is given up and made again at each snapshot that another's commit made
/// newer: a system call each, page faults, and an interruption of every other processor (measured: one pair per
/// transaction). This one stays: the file never shrinks, and what SQLite reads through it no checkpoint changes while it
/// reads, as with its own.
final class FileMap: Sendable {
    private let descriptor: Int32
    // Safe: a mapping for reading, made once and taken down by `deinit`.
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer?
    private let length: Int
    /// The file's size as last seen.
    private let knownSize = Atomic<Int>(0)

    /// Maps up to `length` bytes; what is not in the file yet is there once the file has grown. Without a mapping
    /// everything is read by system calls.
    init(path: String, length: Int) {
        self.length = length
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, length > 0 else {
            base = nil
            return
        }
        let mapped = mmap(nil, length, PROT_READ, MAP_SHARED | MAP_NORESERVE, descriptor, 0)
        base = mapped == MAP_FAILED ? nil : mapped
    }

    deinit {
        if let base { munmap(base, length) }
        // Closing a descriptor of the file gives up the process's locks on it: only when no connection is left.
        if descriptor >= 0 { close(descriptor) }
    }

    /// The bytes from `offset` on; nil when they are not in the file, or beyond the mapping.
    func fetch(_ offset: Int, _ count: Int) -> UnsafeMutableRawPointer? {
        guard let base, offset >= 0, count >= 0, offset + count <= length else { return nil }
        if offset + count > knownSize.load(ordering: .relaxed) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return nil }
            knownSize.store(Int(status.st_size), ordering: .relaxed)
            if offset + count > Int(status.st_size) { return nil }
        }
        return base + offset
    }
}
