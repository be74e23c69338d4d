import Glibc
import MySQLProtocol
import Platform

/// The files on the server that statements with the FILE privilege may read and make: those in the directory that
/// `secure_file_priv` names and below it; all when it is empty, none when it is NULL. Symbolic links count as what they lead to.
struct ServerFiles {
    /// nil: NULL. With a slash at its end, unless it is empty.
    private let directory: String?
    /// Where names without a slash at their beginning start.
    private let home: String
    private static let pathBytesMax = 512

    init(_ variables: GlobalVariables) {
        home = variables.text("datadir")
        let value = variables["secure_file_priv"]
        let text = value.text
        if value == .null || text.lowercased() == "null" {
            directory = nil
        } else if text.isEmpty {
            directory = ""
        } else {
            directory = Self.real(text).map { $0 + "/" }
        }
    }

    /// The path that a statement's name means. One without a directory is in that of the current database.
    func path(_ name: [UInt8], database: String?) -> String {
        let name = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        if name.hasPrefix("/") { return name }
        if name.contains("/") { return home + (name.hasPrefix("./") ? String(name.dropFirst(2)) : name) }
        return home + (database.map { $0 + "/" } ?? "") + name
    }

    /// What the name leads to, its directory at least being there; error 1290 where that may not be used.
    private func permitted(_ path: String) throws(SQLError) -> String {
        let refusal = SQLError(.optionPreventsStatement, "--secure-file-priv")
        guard let directory, path.utf8.count < Self.pathBytesMax else { throw refusal }
        var found = Self.real(path)
        if found == nil {
            let (parent, last) = Self.split(path)
            guard !last.isEmpty, last != ".", last != ".." else { throw refusal }
            found = Self.real(parent).map { ($0 == "/" ? "" : $0) + "/" + last }
        }
        guard let found, directory.isEmpty || (found + "/").hasPrefix(directory) else { throw refusal }
        return found
    }

    private static func split(_ path: String) -> (parent: String, last: String) {
        let place = path.lastIndex(of: "/") ?? path.startIndex
        return (String(path[..<place]) + "/", String(path[place...].drop { $0 == "/" }))
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    // MARK: Reading

    enum Readable {
        case file(File, size: UInt64)
        /// A named pipe.
        case pipe(Int32)
    }

    /// Opens a file for LOAD DATA. Errors 1290, 13, 1085, 29.
    func open(_ path: String) throws(SQLError) -> Readable {
        let target = try permitted(path)
        var status = stat()
        guard stat(target, &status) == 0 else { throw Self.failure(13, "Can't get stat of '\(path)'", errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            // Nothing is followed any more: what was looked at is what is opened.
            let descriptor = Glibc.open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { throw Self.failure(29, "File '\(path)' not found", errno) }
            let file = File(adopting: descriptor, path: target)
            try check(descriptor)
            return .file(file, size: UInt64(clamping: status.st_size))
        case S_IFIFO:
            let descriptor = Glibc.open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { throw Self.failure(29, "File '\(path)' not found", errno) }
            return .pipe(descriptor)
        default: throw SQLError(.textfileNotReadable, target)
        }
    }

    /// A directory on the way may have become a link since the path was looked at.
    private func check(_ descriptor: Int32) throws(SQLError) {
        guard let directory, !directory.isEmpty else { return }
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/fd/\(descriptor)", &target, target.count - 1)
        guard count > 0 else { return }
        let opened = String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard opened.hasPrefix(directory) else { throw SQLError(.optionPreventsStatement, "--secure-file-priv") }
    }

    /// LOAD_FILE(): nil for what is not there or not to be shown, and, as `isTooLong` is told, for what is too long. Error
    /// 1085 for what is no file.
    func contents(_ path: String, limit: Int, isTooLong: () -> Void) throws(SQLError) -> [UInt8]? {
        guard let target = try? permitted(path) else { return nil }
        var status = stat()
        guard stat(target, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SQLError(.textfileNotReadable, target) }
        guard case .file(let file, let size)? = try? open(path) else { return nil }
        guard size <= UInt64(max(0, limit)) else {
            isTooLong()
            return nil
        }
        return try? file.read(Int(size), at: 0)
    }

    // MARK: Making

    /// Error 1290, or 1086 where there is such a file already; before rows are looked for.
    func checkNew(_ path: String, name: [UInt8]) throws(SQLError) {
        let target = try permitted(path)
        if access(target, F_OK) == 0 || access(path, F_OK) == 0 {
            throw SQLError(.fileExistsError, String(decoding: name, as: UTF8.self))
        }
    }

    /// Makes a file for SELECT ... INTO, for the server's user and its group alone (0640).
    func make(_ path: String, name: [UInt8]) throws(SQLError) -> File {
        try checkNew(path, name: name)
        let (parent, last) = Self.split(path)
        guard let directory = Self.real(parent), !last.isEmpty else {
            throw Self.failure(1, "Can't create/write to file '\(path)'", ENOENT)
        }
        do throws(FileError) {
            let file = try File(directory + "/" + last, .makingNew(.data))
            do throws(SQLError) {
                try check(file.descriptor)
            } catch {
                try? File.remove(file.path)
                throw FileError(.open, path, EACCES)
            }
            return file
        } catch {
            throw Self.failure(1, "Can't create/write to file '\(path)'", error.errno)
        }
    }

    /// An error of MySQL's file library.
    static func failure(_ code: UInt16, _ what: String, _ errno: Int32) -> SQLError {
        SQLError(code: code, sqlState: "HY000", message: "\(what) (OS errno \(errno) - \(String(cString: strerror(errno))))")
    }
}
