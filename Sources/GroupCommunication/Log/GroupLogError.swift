import Platform

/// Why the group log cannot be used. After any of them from a write or a sync the log takes nothing more: what is on
/// disk is then unknown, and a member that went on would acknowledge what it may forget.
public enum GroupLogError: Error, Equatable, Sendable, CustomStringConvertible {
    case file(FileError)
    /// A part of the log that was on disk once cannot be read back. The member must not resume with it; it can join the
    /// group anew.
    case corrupt(path: String, offset: UInt64, reason: String)
    /// A record above the size limit.
    case recordTooLarge(bytes: Int)
    /// An earlier failure.
    case failed

    public var description: String {
        switch self {
        case .file(let error): "of the group log, \(error)"
        case .corrupt(let path, let offset, let reason):
            "the group log '\(path)' is damaged at offset \(offset): \(reason)"
        case .recordTooLarge(let bytes): "a group log record of \(bytes) bytes"
        case .failed: "the group log failed earlier"
        }
    }
}

extension GroupLogError {
    /// Does something with files.
    static func wrap<Result>(_ body: () throws(FileError) -> Result) throws(GroupLogError) -> Result {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }
}
