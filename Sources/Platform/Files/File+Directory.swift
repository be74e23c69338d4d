import Glibc

/// Files by name: made whole, renamed, deleted, and these changes made durable.
extension File {
    /// Waits until the entries of a directory are on disk: files that were made, renamed and deleted in it.
    public static func syncDirectory(_ path: String) throws(FileError) {
        try carryOut(.syncDirectory, path, nil, FileFaults.plan(for: path)) {
            let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard directory >= 0 else { return errno }
            defer { close(directory) }
            return fsync(directory) == 0 ? 0 : errno
        }
    }

    /// Gives a file another name in its directory; what has it is replaced. Durable after ``syncDirectory(_:)``.
    public static func rename(_ path: String, to target: String, space: SpaceWait? = nil) throws(FileError) {
        try carryOut(.rename, target, space, FileFaults.plan(for: target)) {
            Glibc.rename(path, target) == 0 ? 0 : errno
        }
        forgetDistrust(target)
    }

    /// Deletes a file; one that is not there is no error. Durable after ``syncDirectory(_:)``.
    public static func remove(_ path: String) throws(FileError) {
        let faults = FileFaults.plan(for: path)
        try carryOut(.unlink, path, nil, faults) { unlink(path) == 0 || errno == ENOENT ? 0 : errno }
        forgetDistrust(path)
        faults?.cut(path, to: 0)
    }

    /// Replaces a small file as a whole: after a crash or a loss of power at any moment it is the old one or the new one, and
    /// after this call the new one. When it throws, the old one is still there, but for a failed sync of the directory.
    public static func replace(
        _ path: String, with bytes: [UInt8], _ kind: FileAccess.Kind, aside suffix: String = ".new",
        space: SpaceWait? = nil
    ) throws(FileError) {
        let aside = path + suffix
        do throws(FileError) {
            let file = try File(aside, .making(kind), space: space)
            try file.write(bytes, at: 0)
            try file.sync()
            try rename(aside, to: path, space: space)
        } catch {
            unlink(aside)
            throw error
        }
        try syncDirectory(directory(of: path))
    }

    /// A file's bytes; nil where there is none. One that is larger than `maximumBytes` fails with EFBIG.
    public static func contents(of path: String, maximumBytes: Int) throws(FileError) -> [UInt8]? {
        let file: File
        do throws(FileError) {
            file = try File(path, .reading)
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
        // One byte more than allowed tells.
        let bytes = try file.read(min(maximumBytes, Int(clamping: try file.size())) + 1, at: 0)
        guard bytes.count <= maximumBytes else { throw FileError(.read, path, EFBIG) }
        return bytes
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
