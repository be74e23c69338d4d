import Glibc
import Platform

/// Reads finished segments of a group log in use, and compares each record with its checksum: what a restarted member, or one that
/// catches up, will need. The newest segment is being written: it only says how long the one before it was.
public enum GroupLogScrub {
    private static let prefix = "group-log."
    private static let maximumRecordBytes = 1 << 30 + 1 << 20

    /// All segments' paths, oldest first.
    public static func segments(_ directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(prefix), UInt64(name.dropFirst(prefix.count)) != nil { names.append(name) }
        }
        return names.sorted().map { directory + "/" + $0 }
    }

    /// What is wrong with a segment; nil: nothing, or it is gone. `next` is the segment after it, which says how long it was.
    public static func damage(in path: String, next: String) -> (bytes: Int, what: String?) {
        do throws(GroupLogError) {
            guard let following = try GroupLogSegment.open(path: next, space: SpaceWait()) else { return (0, nil) }
            guard let segment = try GroupLogSegment.open(path: path, space: SpaceWait()) else {
                return (0, "'\(path)' at offset 0: its header is damaged")
            }
            guard segment.number + 1 == following.number, segment.group == following.group else { return (0, nil) }
            _ = try segment.scan(maximumRecordBytes: maximumRecordBytes) { _ throws(GroupLogError) in }
            let bytes = Int(clamping: segment.end)
            guard segment.end == following.previousEnd else {
                return (bytes, "'\(path)' at offset \(segment.end): a record cannot be read, \(following.previousEnd) bytes were written")
            }
            return (bytes, nil)
        } catch {
            // Trimmed meanwhile.
            return access(path, F_OK) == 0 ? (0, "'\(path)': \(error)") : (0, nil)
        }
    }
}
