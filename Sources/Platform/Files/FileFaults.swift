import Glibc
import Synchronization

/// A plan of failures for the files below one directory, for tests: the Nth operation of a kind answers an errno, or the disk
/// has so many bytes left. Without any plan a file that is opened costs one load, an operation nothing.
public final class FileFaults: Sendable {
    private struct Failure {
        var operation: FileOperation
        var suffix: String
        /// The first of the operations that fail, counted from when it was planned.
        var first: Int
        var last: Int
        var errno: Int32
        var seen = 0
    }

    private static let registryLock = Lock()
    // Safe: guarded by `registryLock`.
    nonisolated(unsafe) private static var plans: [FileFaults] = []
    private static let isAny = Atomic<Bool>(false)

    private let directory: String
    private let lock = Lock()
    // Safe: these are guarded by `lock`.
    nonisolated(unsafe) private var failures: [Failure] = []
    nonisolated(unsafe) private var counts: [FileOperation: Int] = [:]
    nonisolated(unsafe) private var bytesLeft: UInt64?
    nonisolated(unsafe) private var fullCode = ENOSPC
    /// How far each file has blocks: writing there again needs none.
    nonisolated(unsafe) private var ends: [String: UInt64] = [:]

    /// Has the files of `directory` that are opened from now on follow this plan, until ``remove()``.
    public init(directory: String) {
        self.directory = directory
        FileFaults.registryLock.withLock {
            FileFaults.plans.append(self)
            FileFaults.isAny.store(true, ordering: .releasing)
        }
    }

    public func remove() {
        FileFaults.registryLock.withLock {
            FileFaults.plans.removeAll { $0 === self }
            FileFaults.isAny.store(!FileFaults.plans.isEmpty, ordering: .releasing)
        }
    }

    /// The plan that files at `path` follow.
    public static func plan(for path: String) -> FileFaults? {
        guard isAny.load(ordering: .acquiring) else { return nil }
        return registryLock.withLock { plans.last { path == $0.directory || path.hasPrefix($0.directory + "/") } }
    }

    /// From the `nth` operation from now on (1 is the next), `count` of them fail, on paths that end with `suffix`.
    public func fail(
        _ operation: FileOperation, nth: Int = 1, count: Int = 1, _ errno: Int32, suffix: String = ""
    ) {
        lock.withLock {
            failures.append(
                Failure(
                    operation: operation, suffix: suffix, first: nth, last: nth + min(count, .max - nth) - 1, errno: errno))
        }
    }

    /// All failures planned so far are taken back.
    public func mend() {
        lock.withLock { failures = [] }
    }

    /// The disk has so much room for bytes that are written or allocated beyond what each file has; nil: no limit.
    public func setBytesLeft(_ bytes: UInt64?, errno: Int32 = ENOSPC) {
        lock.withLock { (bytesLeft, fullCode) = (bytes, errno) }
    }

    /// How many operations of that kind there were.
    public func count(of operation: FileOperation) -> Int {
        lock.withLock { counts[operation] ?? 0 }
    }

    // MARK: Asked by files

    /// The errno that an operation answers instead of being carried out; 0 for none.
    public func code(_ operation: FileOperation, _ path: String) -> Int32 {
        lock.withLock { countedCode(operation, path) }
    }

    private func countedCode(_ operation: FileOperation, _ path: String) -> Int32 {
        counts[operation, default: 0] += 1
        var code: Int32 = 0
        for index in failures.indices
        where failures[index].operation == operation && path.hasSuffix(failures[index].suffix) {
            failures[index].seen += 1
            if failures[index].first...failures[index].last ~= failures[index].seen { code = failures[index].errno }
        }
        return code
    }

    /// How many of `count` bytes a write takes, or the errno of one that takes none.
    public func admit(_ path: String, _ offset: UInt64, _ count: Int) -> (count: Int, code: Int32) {
        lock.withLock {
            let code = countedCode(.write, path)
            if code != 0 { return (0, code) }
            let end = offset + UInt64(count)
            let known = ends[path] ?? 0
            guard let left = bytesLeft, end > known else {
                ends[path] = max(known, end)
                return (count, 0)
            }
            let needed = end - max(known, offset)
            let granted = min(needed, left)
            let taken = count - Int(needed - granted)
            guard taken > 0 else { return (0, fullCode) }
            bytesLeft = left - granted
            ends[path] = max(known, offset + UInt64(taken))
            return (taken, 0)
        }
    }

    /// Nil when there is room for all blocks of a file up to `size`; else the errno.
    func admitAll(_ path: String, _ size: UInt64) -> Int32? {
        lock.withLock {
            let known = ends[path] ?? 0
            guard size > known else { return nil }
            if let left = bytesLeft {
                guard size - known <= left else { return fullCode }
                bytesLeft = left - (size - known)
            }
            ends[path] = size
            return nil
        }
    }

    /// A file became so short, or was deleted: its blocks are free again.
    func cut(_ path: String, to size: UInt64) {
        lock.withLock {
            guard let known = ends[path], known > size else { return }
            if let left = bytesLeft { bytesLeft = left + (known - size) }
            ends[path] = size
        }
    }
}
