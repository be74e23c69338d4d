import Glibc

/// Makes files and directories, the only place that does (`Config/lint`): whatever the umask and whoever made the directory
/// around them, others have no access to what the server writes.
public enum FileAccess {
    public enum Kind: Sendable {
        /// Rows, logs, settings: the server's user writes, its group may read (0640).
        case data
        /// Private keys, secrets, passwords (0600).
        case secret

        var mode: mode_t {
            switch self {
            case .data: 0o640
            case .secret: 0o600
            }
        }
    }

    private static let directoryMode: mode_t = 0o750

    /// `open(2)` of a file that is made where it is missing (`O_CREAT` and `O_CLOEXEC` are added) and tightened where it is
    /// looser. Returns the descriptor, or -1 and `errno`.
    public static func open(_ path: String, _ flags: Int32, _ kind: Kind) -> Int32 {
        let descriptor = Glibc.open(path, flags | O_CREAT | O_CLOEXEC, kind.mode)
        guard descriptor >= 0 else { return descriptor }
        var status = stat()
        if fstat(descriptor, &status) == 0, let mode = tightened(status, kind.mode) { fchmod(descriptor, mode) }
        return descriptor
    }

    /// `mkdir(2)`: 0, or -1 and `errno`.
    public static func makeDirectory(_ path: String) -> Int32 {
        mkdir(path, directoryMode)
    }

    /// Takes rights away from a file or a directory that somebody else made, or an older version: a library, a backup. Nothing
    /// happens where it is missing or strict enough, nor to symbolic links, sockets and devices. Returns whether it is strict now.
    @discardableResult
    public static func tighten(_ path: String, _ kind: Kind = .data) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT }
        let limit = status.st_mode & S_IFMT == S_IFDIR ? directoryMode : kind.mode
        guard let mode = tightened(status, limit) else { return true }
        return chmod(path, mode) == 0
    }

    /// Nil: nothing to do.
    private static func tightened(_ status: stat, _ limit: mode_t) -> mode_t? {
        guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return nil }
        let mode = status.st_mode & 0o7777
        return mode & ~limit == 0 ? nil : mode & limit
    }
}
