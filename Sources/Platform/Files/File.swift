import Glibc
import Synchronization

/// An open file: the one place that writes, synchronises and allocates, for everything in a data directory but SQLite's own
/// files. Closed when the last reference goes. Any thread, but two at a time must not write the same place.
///
/// - A write is whole or fails: signals and short writes do not end it. A full disk (``FileError/isDiskFull``) is waited for
///   when the file was opened with a ``SpaceWait``, and fails else.
/// - Bytes count as durable when ``sync()`` has returned after them; a file's name when ``syncDirectory(_:)`` has.
/// - **A sync that failed is final.** The kernel may have dropped what it could not write, and would answer OK the next time.
///   So all later syncs of the file fail too, and the path cannot be opened again in this process for reading or going on;
///   it can be made anew.
public final class File: Sendable {
    /// What a file is opened for. Who makes one says whose eyes it is for.
    public enum Purpose: Sendable {
        case reading
        /// An existing one, read and written.
        case updating
        /// Made where it is missing.
        case updatingOrMaking(FileAccess.Kind)
        /// Made, or emptied.
        case making(FileAccess.Kind)
        /// Made; fails where there is one.
        case makingNew(FileAccess.Kind)

        var flags: Int32 {
            switch self {
            case .reading: O_RDONLY
            case .updating, .updatingOrMaking: O_RDWR
            case .making: O_RDWR | O_TRUNC
            case .makingNew: O_RDWR | O_EXCL
            }
        }

        var kind: FileAccess.Kind? {
            switch self {
            case .reading, .updating: nil
            case .updatingOrMaking(let kind), .making(let kind), .makingNew(let kind): kind
            }
        }

        /// What the file held before counts.
        var relies: Bool {
            switch self {
            case .reading, .updating, .updatingOrMaking: true
            case .making, .makingNew: false
            }
        }
    }

    public let path: String
    /// For calls that are not here. Never written to, synchronised or closed by others.
    public let descriptor: Int32
    private let space: SpaceWait?
    private let faults: FileFaults?
    /// The errno of a sync that failed; 0.
    private let syncFailure = Atomic<Int32>(0)

    /// `space`: what waits while the disk is full, here and in all that is done with the file.
    public init(_ path: String, _ purpose: Purpose, space: SpaceWait? = nil) throws(FileError) {
        if purpose.relies && Distrust.contains(path) { throw FileError(.open, path, EIO) }
        let faults = FileFaults.plan(for: path)
        var opened: Int32 = -1
        try File.carryOut(.open, path, space, faults) {
            if let kind = purpose.kind {
                opened = FileAccess.open(path, purpose.flags, kind)
            } else {
                opened = open(path, purpose.flags | O_CLOEXEC)
            }
            return opened < 0 ? errno : 0
        }
        if !purpose.relies {
            Distrust.forget(path)
            faults?.cut(path, to: 0)
        }
        (self.path, self.space, self.faults, descriptor) = (path, space, faults, opened)
    }

    /// Takes over a descriptor that somebody else opened: a temporary file without a name.
    public init(adopting descriptor: Int32, path: String) {
        (self.path, self.descriptor, space, faults) = (path, descriptor, nil, FileFaults.plan(for: path))
    }

    deinit {
        close(descriptor)
    }

    // MARK: Writing

    /// Writes all of `bytes` at `offset`. `waits`: false fails on a full disk even where writes wait.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, waits: Bool = true) throws(FileError) {
        var done = 0
        while done < bytes.count {
            try File.carryOut(.write, path, waits ? space : nil, nil) {
                var count = bytes.count - done
                if let faults {
                    let answer = faults.admit(path, offset + UInt64(done), count)
                    if answer.code != 0 { return answer.code }
                    count = answer.count
                }
                let written = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, count, off_t(offset) + off_t(done))
                guard written >= 0 else { return errno }
                // Nothing written and no reason: as on a device that is full.
                guard written > 0 else { return ENOSPC }
                done += written
                return 0
            }
        }
    }

    public func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
        try write(bytes[...], at: offset)
    }

    public func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(FileError) {
        var failure: FileError?
        bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try write(buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Writes behind the file's end.
    public func append(_ bytes: [UInt8]) throws(FileError) {
        try write(bytes, at: try size())
    }

    /// Cuts or lengthens the file.
    public func truncate(to size: UInt64) throws(FileError) {
        try File.carryOut(.truncate, path, space, faults) { ftruncate(descriptor, off_t(size)) == 0 ? 0 : errno }
        faults?.cut(path, to: size)
    }

    /// Gives the file blocks up to `size`, so that writes below it need no space. False where the file system cannot.
    /// `waits`: false fails on a full disk even where writes wait.
    public func allocate(_ size: UInt64, waits: Bool = true) throws(FileError) -> Bool {
        var isSupported = true
        try File.carryOut(.allocate, path, waits ? space : nil, faults) {
            if let faults, let code = faults.admitAll(path, size) { return code }
            let code = posix_fallocate(descriptor, 0, off_t(size))
            if code == EOPNOTSUPP || code == EINVAL {
                isSupported = false
                return 0
            }
            return code
        }
        return isSupported
    }

    /// Waits until the file's bytes and size are on disk. A failure is final, see above.
    public func sync() throws(FileError) {
        let failed = syncFailure.load(ordering: .acquiring)
        if failed != 0 { throw FileError(.sync, path, failed) }
        if Distrust.contains(path) { throw FileError(.sync, path, EIO) }
        do throws(FileError) {
            try File.carryOut(.sync, path, nil, faults) { fdatasync(descriptor) == 0 ? 0 : errno }
        } catch {
            syncFailure.store(error.errno, ordering: .releasing)
            Distrust.add(path)
            throw error
        }
    }

    // MARK: Reading

    public func size() throws(FileError) -> UInt64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(.read, path, errno) }
        return UInt64(clamping: status.st_size)
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    public func read(_ count: Int, at offset: UInt64) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, initialized in
            initialized = 0
            while initialized < count && failure == nil {
                var got = 0
                do throws(FileError) {
                    try File.carryOut(.read, path, nil, faults) {
                        got = pread(
                            descriptor, buffer.baseAddress.map { $0 + initialized }, count - initialized,
                            off_t(offset) + off_t(initialized))
                        return got < 0 ? errno : 0
                    }
                } catch {
                    failure = error
                }
                if got <= 0 { return }
                initialized += got
            }
        }
        if let failure { throw failure }
        return bytes
    }

    // MARK: One way to fail

    /// Carries out one system call, which returns 0 or its errno: again after a signal, and, with `space`, as long as the
    /// disk is full.
    static func carryOut(
        _ operation: FileOperation, _ path: String, _ space: SpaceWait?, _ faults: FileFaults?, _ body: () -> Int32
    ) throws(FileError) {
        var waiting: SpaceWait.Episode?
        defer { waiting?.end(isWritten: false) }
        while true {
            var code = faults?.code(operation, path) ?? 0
            if code == 0 { code = body() }
            if code == 0 {
                waiting?.end(isWritten: true)
                return
            }
            if code == EINTR { continue }
            let error = FileError(operation, path, code)
            guard error.isDiskFull, let space else { throw error }
            let episode = waiting ?? space.begin(error)
            waiting = episode
            guard episode.pause() else { throw error }
        }
    }
}

/// Paths of which a sync failed: what they hold may be on no disk, whatever the kernel's memory shows.
private enum Distrust {
    private static let lock = Lock()
    // Safe: guarded by `lock`.
    nonisolated(unsafe) private static var paths: Set<String> = []
    private static let isAny = Atomic<Bool>(false)

    static func add(_ path: String) {
        lock.withLock { _ = paths.insert(path) }
        isAny.store(true, ordering: .releasing)
    }

    static func contains(_ path: String) -> Bool {
        isAny.load(ordering: .acquiring) && lock.withLock { paths.contains(path) }
    }

    static func forget(_ path: String) {
        guard isAny.load(ordering: .acquiring) else { return }
        lock.withLock { _ = paths.remove(path) }
    }
}

extension File {
    /// Whether a sync of what is there failed in this process.
    public static func isDistrusted(_ path: String) -> Bool { Distrust.contains(path) }

    /// Somebody else's sync of it failed (SQLite's).
    public static func distrust(_ path: String) { Distrust.add(path) }

    /// What a deleted file held concerns nobody any more.
    static func forgetDistrust(_ path: String) { Distrust.forget(path) }
}
