import Platform

/// What can go wrong with binlog files.
public enum BinaryLogError: Error, Equatable, CustomStringConvertible {
    /// A system call failed; nothing was changed unless the text says so.
    case file(FileError)
    /// A file holds what no binlog holds.
    case malformed(file: String, position: UInt64, reason: String)
    /// A group that was to be appended is not well-formed; nothing was written.
    case malformedGroup(reason: String)
    /// The index file and the directory contradict each other.
    case missingFile(String)
    /// No file of that name is in the index (MySQL's error 1373).
    case unknownFile(String)
    /// The reader needs GTIDs that were purged (MySQL's error 1236 with the text of 1789).
    case purged(GTIDSet)
    /// An earlier failure left the end of the file undefined; the server must restart.
    case failed
    /// The log was closed.
    case closed

    public var description: String {
        switch self {
        case .file(let error): error.description
        case .malformed(let file, let position, let reason):
            "binary log '\(file)' at position \(position): \(reason)"
        case .malformedGroup(let reason):
            "a transaction that cannot be written to the binary log: \(reason)"
        case .missingFile(let name): "the binary log '\(name)', which the index lists, is missing"
        case .unknownFile(let name): "the binary log '\(name)' is not in the index"
        case .purged(let gtids):
            "the binary logs with the GTIDs \(gtids.text(separator: ",")) were purged"
        case .failed: "an earlier write to the binary log failed; the server must be restarted"
        case .closed: "the binary log was closed"
        }
    }
}

extension BinaryLogError {
    /// Does something with files.
    static func wrap<Result>(_ body: () throws(FileError) -> Result) throws(BinaryLogError) -> Result {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }
}
