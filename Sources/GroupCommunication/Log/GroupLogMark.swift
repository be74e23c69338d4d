import Platform

/// A place of a group log up to which everything was on disk. Whoever writes such a mark elsewhere after the log's sync (the
/// mark file beside it, the store with each commit) can tell at the next start whether the log has lost what it had.
public struct GroupLogMark: Hashable, Sendable, CustomStringConvertible {
    /// Which log: raised whenever the log is erased and begins anew.
    public var generation: UInt64
    public var segment: UInt64
    /// Bytes of that segment.
    public var end: UInt64

    /// Bytes that a mark takes.
    public static let encodedSize = 24

    public init(generation: UInt64, segment: UInt64, end: UInt64) {
        self.generation = generation
        self.segment = segment
        self.end = end
    }

    /// Whether a log that reaches this far has all that was on disk when `mark` was made. Of an older log nothing is left to
    /// compare with.
    public func covers(_ mark: GroupLogMark) -> Bool {
        if generation != mark.generation { return generation > mark.generation }
        return segment > mark.segment || (segment == mark.segment && end >= mark.end)
    }

    public var description: String { "byte \(end) of segment \(segment)" }
}

extension ByteWriter {
    public mutating func write(_ mark: GroupLogMark) {
        write(mark.generation)
        write(mark.segment)
        write(mark.end)
    }
}

extension ByteReader {
    public mutating func readGroupLogMark() throws(MalformedBytes) -> GroupLogMark {
        let generation = try readUInt64()
        let segment = try readUInt64()
        return GroupLogMark(generation: generation, segment: segment, end: try readUInt64())
    }
}
