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
        let file = try FileHandle(path: path)
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

    /// Replaces the index. On failure the old one is still in force. What it is written to has its blocks from the time before, so
    /// that PURGE BINARY LOGS, which makes space, needs none.
    func store(_ names: [String]) throws(BinaryLogError) {
        let bytes = Array(names.map { "./\($0)\n" }.joined().utf8)
        try BinaryLogError.wrap { () throws(FileError) in
            let file = try File(spare, .updatingOrMaking(.data))
            try file.write(bytes, at: 0)
            try file.truncate(to: UInt64(bytes.count))
            try file.sync()
            try File.rename(spare, to: path)
            try File.syncDirectory(directory)
        }
        // Without it the next one needs space, no more.
        if let next = try? File(spare, .making(.data)) { _ = try? next.allocate(UInt64(bytes.count) + 4096, waits: false) }
    }

    /// What the next index is written to.
    var spare: String { path + "_crash_safe" }

    /// The binlog files in the directory, by number.
    func filesPresent() throws(BinaryLogError) -> [String] {
        guard let handle = opendir(directory) else {
            throw .file(FileError(.open, directory, errno))
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
        try BinaryLogError.wrap { () throws(FileError) in try File.remove(path(of: name)) }
    }
}
