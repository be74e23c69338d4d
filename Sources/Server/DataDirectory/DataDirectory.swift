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

    /// What was made for it, outermost first.
    private let madeDirectories: [String]
    private static let lockFileName = "grouplite.lock"
    private static let autoConfigurationName = "auto.cnf"

    public let path: String
    private let lockDescriptor: Int32
    private let lock = Lock()
    private var pidFile: String?

    /// Opens `path`, making it if `create`, and locks it for this process. Throws when another server has it.
    public init(path: String, create: Bool) throws(Failure) {
        var status = stat()
        var made: [String] = []
        if stat(path, &status) != 0 {
            guard create else { throw Failure("Can't change dir to '\(path)' (OS errno \(errno) - \(String(cString: strerror(errno))))") }
            made = try Self.makeDirectories(path)
        } else if status.st_mode & S_IFMT != S_IFDIR {
            throw Failure("'\(path)' is not a directory")
        }
        self.path = path
        madeDirectories = made
        lockDescriptor = FileAccess.open("\(path)/\(Self.lockFileName)", O_RDWR, .data)
        guard lockDescriptor >= 0 else {
            let failure = Failure.system("Cannot open the lock file in '\(path)'")
            for directory in made.reversed() { rmdir(directory) }
            throw failure
        }
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

    /// Returns those that it made, outermost first.
    private static func makeDirectories(_ path: String) throws(Failure) -> [String] {
        var prefix = path.hasPrefix("/") ? "" : "."
        var made: [String] = []
        for part in path.split(separator: "/") {
            prefix += "/\(part)"
            if FileAccess.makeDirectory(prefix) == 0 {
                made.append(prefix)
            } else if errno != EEXIST {
                let failure = Failure.system("Cannot create '\(prefix)'")
                for directory in made.reversed() { rmdir(directory) }
                throw failure
            }
        }
        return made
    }

    /// Everything that was put into a directory that was empty goes again, and the directory too if it was made for it: the
    /// attempt to initialise it failed. Nobody uses its files any more.
    func takeBack() {
        Self.removeContents(of: path)
        for directory in madeDirectories.reversed() { rmdir(directory) }
    }

    private static func removeContents(of path: String) {
        for name in (try? names(in: path)) ?? [] where name != "lost+found" {
            let file = "\(path)/\(name)"
            var status = stat()
            if lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                removeContents(of: file)
                rmdir(file)
            } else {
                unlink(file)
            }
        }
    }

    private static func names(in path: String) throws(Failure) -> [String] {
        guard let directory = opendir(path) else { throw .system("Cannot read '\(path)'") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if ![".", ".."].contains(name) { names.append(name) }
        }
        return names
    }

    /// A path of this directory, unless `name` is absolute.
    public func resolve(_ name: String) -> String {
        name.hasPrefix("/") ? name : "\(path)/\(name)"
    }

    /// Whether nothing but what this class makes is inside: a directory to be initialised.
    public func isEmpty() throws(Failure) -> Bool {
        try Self.isEmpty(path)
    }

    /// The same before anything is done to the directory, which may be somebody else's; true also when it is not there.
    static func isEmpty(_ path: String) throws(Failure) -> Bool {
        if access(path, F_OK) != 0 && errno == ENOENT { return true }
        return try names(in: path).allSatisfy { [Self.lockFileName, "lost+found"].contains($0) }
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
        do throws(FileError) {
            try File.replace(file, with: Array(text.utf8), .data)
        } catch {
            throw Failure("Cannot write '\(file)': \(error)")
        }
    }

    // MARK: The pid file

    /// Writes this process's number to `file` (`--pid-file`); removed when the directory is given up.
    public func writePIDFile(_ file: String) throws(Failure) {
        let target = resolve(file)
        lock.withLock { pidFile = target }
        do throws(FileError) {
            try File.replace(target, with: Array("\(getpid())\n".utf8), .data)
        } catch {
            guard error.isDiskFull else { throw Failure("Cannot write '\(target)': \(error)") }
            // It serves without; what it writes waits for space, and says so.
            ErrorLog.shared.log(.warning, "There is no '\(target)': \(error)")
        }
    }

    public func removePIDFile() {
        let file = lock.withLock {
            defer { pidFile = nil }
            return pidFile
        }
        if let file { unlink(file) }
    }
}
