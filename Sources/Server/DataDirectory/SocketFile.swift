import Glibc
import Platform

/// The lock beside a Unix socket: `mysqld.sock.lock` holds the number of the process that listens there, so that a
/// second server does not take the socket of a living one. The kernel holds the lock too: a number left behind by a
/// crash, even one that another process has by now, is no obstacle.
final class SocketFile: Sendable {
    private let lockPath: String
    private let descriptor: Int32

    /// Takes the socket's path; throws a message when a living process has it.
    init(path: String) throws(OptionError) {
        lockPath = path + ".lock"
        descriptor = FileAccess.open(lockPath, O_RDWR, .secret)
        guard descriptor >= 0 else {
            throw OptionError("Could not create unix socket lock file \(lockPath): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.owner(descriptor)
            close(descriptor)
            throw OptionError("Another process with pid \(owner) is using unix socket file '\(path)'")
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            close(descriptor)
            throw OptionError("Could not write to unix socket lock file \(lockPath): \(String(cString: strerror(errno)))")
        }
    }

    private static func owner(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes[..<max(0, count)].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    deinit {
        unlink(lockPath)
        close(descriptor)
    }
}
