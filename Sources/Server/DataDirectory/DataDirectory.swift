import Glibc
import Platform
import SQLEngine

/// A node's data directory: its lock against a second server, its uuid, its pid file.
///
/// Safe: `pidFile` is guarded by `lock`, the rest is immutable.
public final class DataDirectory: @unchecked Sendable {
    /// Why the directory cannot be used; a message for the error log.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        public let description: String

        init(_ description: String) {
            self.description = description
        }

        static func system(_ action: String) -> Failure {
            Failure("\(action): \(String(cString: strerror(errno))) (errno \(errno))")
        }
    }

    private static let lockFileName = "grouplite.lock"
    private static let autoConfigurationName = "auto.cnf"

    public let path: String
    private let lockDescriptor: Int32
    private let lock = Lock()
    private var pidFile: String?

    /// Opens `path`, making it if `create`, and locks it for this process. Throws when another server has it.
    public init(path: String, create: Bool) throws(Failure) {
        var status = stat()
        if stat(path, &status) != 0 {
            guard create else { throw Failure("Can't change dir to '\(path)' (OS errno \(errno) - \(String(cString: strerror(errno))))") }
            try Self.makeDirectories(path)
        } else if status.st_mode & S_IFMT != S_IFDIR {
            throw Failure("'\(path)' is not a directory")
        }
        self.path = path
        lockDescriptor = FileAccess.open("\(path)/\(Self.lockFileName)", O_RDWR, .data)
        guard lockDescriptor >= 0 else { throw .system("Cannot open the lock file in '\(path)'") }
        guard flock(lockDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let failure = Failure.system("Cannot lock '\(path)'")
            close(lockDescriptor)
            throw isTaken ? Failure("Another server is running with the data directory '\(path)'") : failure
        }
        DataDirectory.tightenFiles(in: path)
    }

    /// What an older version, a backup or a person made looser than this server does. Whatever is in a data directory is the
    /// server's; the directory itself is whoever made it's.
    private static func tightenFiles(in path: String, isTop: Bool = true) {
        guard let directory = opendir(path) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard ![".", "..", "lost+found"].contains(name) else { continue }
            let isSecret =
                name.hasSuffix("key.pem") && name != "public_key.pem" || name.hasPrefix(RecoveryChannelAccount.fileName)
            if !FileAccess.tighten("\(path)/\(name)", isSecret ? .secret : .data) {
                ErrorLog.shared.log(.warning, "Others have access to '\(path)/\(name)', and that cannot be changed")
            }
            if isTop && entry.pointee.d_type == UInt8(DT_DIR) { tightenFiles(in: "\(path)/\(name)", isTop: false) }
        }
    }

    deinit {
        removePIDFile()
        close(lockDescriptor)
    }

    private static func makeDirectories(_ path: String) throws(Failure) {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/\(part)"
            if FileAccess.makeDirectory(prefix) != 0 && errno != EEXIST { throw .system("Cannot create '\(prefix)'") }
        }
    }

    /// A path of this directory, unless `name` is absolute.
    public func resolve(_ name: String) -> String {
        name.hasPrefix("/") ? name : "\(path)/\(name)"
    }

    /// Whether nothing but what this class makes is inside: a directory to be initialised.
    public func isEmpty() throws(Failure) -> Bool {
        guard let directory = opendir(path) else { throw .system("Cannot read '\(path)'") }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if ![".", "..", Self.lockFileName, "lost+found"].contains(name) { return false }
        }
        return true
    }

    // MARK: auto.cnf

    /// The server's uuid from `auto.cnf`, which is made with a new one where it is missing.
    public func serverUUID() throws(Failure) -> UUID {
        let file = resolve(Self.autoConfigurationName)
        if access(file, F_OK) == 0 {
            var reader = OptionFileReader(groups: ["auto"])
            do throws(OptionError) {
                try reader.read(required: file)
            } catch {
                throw Failure(error.description)
            }
            guard let text = reader.assignments.last(where: { $0.name == "server_uuid" })?.value, let uuid = UUID(text) else {
                throw Failure("The server_uuid stored in \(file) is not valid")
            }
            return uuid
        }
        let uuid = UUID.random()
        try write("[auto]\nserver-uuid=\(uuid)\n", to: file)
        return uuid
    }

    /// Writes a small file so that it is there in whole or not at all, also after a power failure.
    func write(_ text: String, to file: String) throws(Failure) {
        let temporary = file + ".new"
        let descriptor = FileAccess.open(temporary, O_WRONLY | O_TRUNC, .data)
        guard descriptor >= 0 else { throw .system("Cannot create '\(temporary)'") }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let failure = Failure.system("Cannot write '\(temporary)'")
        close(descriptor)
        guard isWritten else { throw failure }
        guard rename(temporary, file) == 0 else { throw .system("Cannot rename '\(temporary)'") }
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    // MARK: The pid file

    /// Writes this process's number to `file` (`--pid-file`); removed when the directory is given up.
    public func writePIDFile(_ file: String) throws(Failure) {
        let target = resolve(file)
        try write("\(getpid())\n", to: target)
        lock.withLock { pidFile = target }
    }

    public func removePIDFile() {
        let file = lock.withLock {
            defer { pidFile = nil }
            return pidFile
        }
        if let file { unlink(file) }
    }
}
