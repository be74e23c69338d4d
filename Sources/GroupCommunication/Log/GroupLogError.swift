import Glibc

/// Why the group log cannot be used. After any of them from a write or a sync the log takes nothing more: what is on
/// disk is then unknown, and a member that went on would acknowledge what it may forget.
public enum GroupLogError: Error, Equatable, Sendable, CustomStringConvertible {
    case system(operation: String, path: String, errno: Int32)
    /// A part of the log that was on disk once cannot be read back. The member must not resume with it; it can join the
    /// group anew.
    case corrupt(path: String, offset: UInt64, reason: String)
    /// A record above the size limit.
    case recordTooLarge(bytes: Int)
    /// An earlier failure.
    case failed

    public var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "\(operation) failed on the group log '\(path)' (OS errno \(code) - \(String(cString: strerror(code))))"
        case .corrupt(let path, let offset, let reason):
            "the group log '\(path)' is damaged at offset \(offset): \(reason). Remove the log's directory and let this "
                + "member join the group anew"
        case .recordTooLarge(let bytes): "a group log record of \(bytes) bytes"
        case .failed: "the group log failed earlier"
        }
    }
}

/// The seam to the disk for tests: what the next reads, writes and syncs answer instead of being carried out.
public struct GroupLogFaults: Sendable {
    /// Asked before each read, with the bytes that it takes at most; answers as for writes.
    public var beforeRead: @Sendable (Int) -> Int32 = { _ in 0 }
    /// Asked before each write, with the bytes that it has; an errno (ENOSPC, EIO) makes it fail, 0 lets it pass.
    public var beforeWrite: @Sendable (Int) -> Int32 = { _ in 0 }
    /// Asked before each sync.
    public var beforeSync: @Sendable () -> Int32 = { 0 }

    public init() {}
}
