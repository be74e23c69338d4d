import Glibc
import Platform

/// An open file; closed when the last reference goes.
final class FileHandle: Sendable {
    let descriptor: Int32
    let path: String

    init(path: String, flags: Int32, creates: Bool = false) throws(BinaryLogError) {
        descriptor = creates ? FileAccess.open(path, flags, .data) : Glibc.open(path, flags | O_CLOEXEC)
        self.path = path
        if descriptor < 0 { throw .system(operation: "open", path: path, errno: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func size() throws(BinaryLogError) -> UInt64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(operation: "stat", path: path, errno: errno)
        }
        return UInt64(status.st_size)
    }

    /// Writes all of `bytes` at `offset`; a signal or a short write does not end it.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(BinaryLogError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done,
                off_t(offset) + off_t(done))
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(operation: "write", path: path, errno: errno)
            }
            done += count
        }
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(BinaryLogError) {
        var failure: BinaryLogError?
        bytes.withUnsafeBytes { buffer in
            do throws(BinaryLogError) { try write(buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    func read(_ count: Int, at offset: UInt64) throws(BinaryLogError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = 0
            while initialized < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + initialized }, count - initialized,
                    off_t(offset) + off_t(initialized))
                if got < 0 {
                    if errno == EINTR { continue }
                    code = errno
                    return
                }
                if got == 0 { return }
                initialized += got
            }
        }
        if code != 0 { throw .system(operation: "read", path: path, errno: code) }
        return bytes
    }

    func truncate(to size: UInt64) throws(BinaryLogError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw .system(operation: "truncate", path: path, errno: errno)
        }
    }

    /// Waits until the file's bytes and size are on disk.
    func sync() throws(BinaryLogError) {
        guard fdatasync(descriptor) == 0 else {
            throw .system(operation: "fdatasync", path: path, errno: errno)
        }
    }

    /// Makes the entries of a directory durable: created, renamed and deleted files.
    static func syncDirectory(_ path: String) throws(BinaryLogError) {
        let directory = try FileHandle(path: path, flags: O_RDONLY | O_DIRECTORY)
        guard fsync(directory.descriptor) == 0 else {
            throw .system(operation: "fsync", path: path, errno: errno)
        }
    }
}
