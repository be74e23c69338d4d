import Glibc

/// What is done with files, as far as it can fail.
public enum FileOperation: String, Sendable, CaseIterable {
    case open, read, write, sync, truncate, allocate, rename, unlink
    /// Of a directory's entries: files that were made, renamed or deleted.
    case syncDirectory = "sync of the directory"
}

/// A file operation that failed, with the system's reason.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    public let operation: FileOperation
    public let path: String
    public let errno: Int32

    public init(_ operation: FileOperation, _ path: String, _ errno: Int32) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    /// Somebody who frees space, or raises a quota, mends it: the same again may succeed. An I/O error is none.
    public var isDiskFull: Bool { errno == ENOSPC || errno == EDQUOT }

    /// The system's words for ``errno``.
    public var reason: String { String(cString: strerror(errno)) }

    public var description: String { "\(operation.rawValue) failed on '\(path)' (OS errno \(errno) - \(reason))" }
}
