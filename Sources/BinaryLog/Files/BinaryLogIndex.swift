import Glibc
import Platform

/// The index file (`binlog.index`): the names of all binlog files, oldest first, one a line as `./binlog.000001`.
///
/// It is replaced as a whole (temporary file, sync, rename, directory sync), so after a crash it is the old or the new
/// one. A new file is complete and durable before the index names it; a purged one is out of the index before it is
/// deleted. So files that the index does not name are leftovers of a crash, and are deleted at the next start.
struct BinaryLogIndex {
    let directory: String
    let baseName: String

    private static let suffixDigits = 6
    /// Bytes of an index that is read: a hundred thousand names.
    private static let maximumSize = 1 << 24

    var path: String { "\(directory)/\(baseName).index" }

    func path(of name: String) -> String { "\(directory)/\(name)" }

    /// `binlog.000001` for 1; seven digits and more above 999999.
    func name(number: Int) -> String {
        let digits = String(number)
        return baseName + "."
            + String(repeating: "0", count: max(0, BinaryLogIndex.suffixDigits - digits.count)) + digits
    }

    /// The number in a file's name; nil when it is not one of ours.
    func number(of name: String) -> Int? {
        guard name.hasPrefix(baseName + ".") else { return nil }
        let digits = name.utf8.dropFirst(baseName.utf8.count + 1)
        guard digits.count >= BinaryLogIndex.suffixDigits, digits.count <= 10,
            digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return Int(String(decoding: Array(digits), as: UTF8.self))
    }

    /// The names in the index; nil when there is no index file.
    func load() throws(BinaryLogError) -> [String]? {
        if access(path, F_OK) != 0 && errno == ENOENT { return nil }
        let file = try FileHandle(path: path, flags: O_RDONLY)
        let size = try file.size()
        guard size <= UInt64(BinaryLogIndex.maximumSize) else {
            throw .malformed(file: path, position: size, reason: "the index file is too large")
        }
        let text = String(decoding: try file.read(Int(size), at: 0), as: UTF8.self)
        var names: [String] = []
        for line in text.split(separator: "\n") {
            let name = String(line.split(separator: "/").last ?? "")
            guard number(of: name) != nil else {
                throw .malformed(
                    file: path, position: 0, reason: "the index names '\(line)', which is no binary log")
            }
            names.append(name)
        }
        return names
    }

    /// Replaces the index. On failure the old one is still in force.
    func store(_ names: [String]) throws(BinaryLogError) {
        let temporary = path + "_crash_safe"
        let file = try FileHandle(path: temporary, flags: O_WRONLY | O_TRUNC, creates: true)
        try file.write(Array(names.map { "./\($0)\n" }.joined().utf8), at: 0)
        try file.sync()
        guard rename(temporary, path) == 0 else {
            throw .system(operation: "rename", path: path, errno: errno)
        }
        try FileHandle.syncDirectory(directory)
    }

    /// The binlog files in the directory, by number.
    func filesPresent() throws(BinaryLogError) -> [String] {
        guard let handle = opendir(directory) else {
            throw .system(operation: "opendir", path: directory, errno: errno)
        }
        defer { closedir(handle) }
        var found: [(number: Int, name: String)] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = number(of: name) { found.append((number, name)) }
        }
        return found.sorted { $0.number < $1.number }.map(\.name)
    }

    /// Deletes a file; one that is not there is no error.
    func remove(_ name: String) throws(BinaryLogError) {
        guard unlink(path(of: name)) == 0 || errno == ENOENT else {
            throw .system(operation: "unlink", path: path(of: name), errno: errno)
        }
    }
}
