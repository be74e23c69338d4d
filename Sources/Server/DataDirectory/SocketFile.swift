import Glibc
import Platform

/// The lock beside a Unix socket: `mysqld.sock.lock` holds the number of the process that listens there, so that a
/// second server does not take the socket of a living one. The kernel holds the lock too: a number left behind by a
/// crash, even one that another process has by now, is no obstacle.
final class SocketFile: Sendable {
    private let lockPath: String
    private let file: File

    /// Takes the socket's path; throws a message when a living process has it.
    init(path: String) throws(OptionError) {
        lockPath = path + ".lock"
        do throws(FileError) {
            file = try File(lockPath, .updatingOrMaking(.secret))
        } catch {
            throw OptionError("Could not create unix socket lock file \(lockPath): \(error.reason)")
        }
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let owner = (try? file.read(32, at: 0)) ?? []
            let number = String(decoding: owner.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            throw OptionError("Another process with pid \(number) is using unix socket file '\(path)'")
        }
        do throws(FileError) {
            try file.truncate(to: 0)
            try file.write(Array("\(getpid())\n".utf8), at: 0)
        } catch {
            // The number is for people; the lock is the kernel's.
            guard error.isDiskFull else {
                throw OptionError("Could not write to unix socket lock file \(lockPath): \(error.reason)")
            }
        }
    }

    deinit {
        unlink(lockPath)
    }
}
