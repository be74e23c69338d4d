import CSQLite
import Glibc
import Platform

/// `tmpdir`: one for the process, as SQLite has it.
package enum TemporaryDirectory {
    private static let lock = Lock()
    // Safe: read and set under `lock`.
    nonisolated(unsafe) private static var path = ""

    /// The first database's counts.
    static func use(_ directory: String) {
        lock.withLock {
            // SQLite is configured before it allocates anything.
            guard path.isEmpty, SQLiteLibrary.refusal == nil else { return }
            path = directory
            grouplite_sqlite_set_temp_directory(directory)
        }
    }

    /// A new file without a name.
    package static func makeFile() throws(FileError) -> File {
        let directory = lock.withLock { path.isEmpty ? "/tmp" : path }
        var template = Array((directory + "/grouplite-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw FileError(.open, directory, errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
        return File(adopting: descriptor, path: directory)
    }
}
