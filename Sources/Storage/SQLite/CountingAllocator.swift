import CSQLite
import Glibc

/// SQLite's memory: the C library's, counted for the session that runs on the calling thread.
///
/// It refuses nothing: SQLite answers a failed allocation with a rollback. When the system itself has no more, the session
/// is told first, so that the rollback happens where it may (``SessionConnection/expectRollback(_:)``).
enum CountingAllocator {
    /// Before SQLite is initialised. Returns SQLite's result code.
    static func install() -> Int32 {
        ThreadAccount.prepare()
        var methods = sqlite3_mem_methods()
        methods.xMalloc = { count in
            let block = malloc(Int(count))
            guard let block else { return CountingAllocator.failed() }
            CountingAllocator.count(CountingAllocator.counted(block))
            return block
        }
        methods.xFree = { block in
            guard let block else { return }
            CountingAllocator.count(-CountingAllocator.counted(block))
            free(block)
        }
        methods.xRealloc = { block, count in
            let old = block.map { CountingAllocator.counted($0) } ?? 0
            guard let larger = realloc(block, Int(count)) else { return CountingAllocator.failed() }
            CountingAllocator.count(CountingAllocator.counted(larger) - old)
            return larger
        }
        methods.xSize = { block in block.map { Int32(clamping: grouplite_block_size($0)) } ?? 0 }
        methods.xRoundup = { count in (count &+ 7) & ~7 }
        methods.xInit = { _ in SQLITE_OK }
        methods.xShutdown = { _ in }
        return grouplite_sqlite_set_malloc(&methods)
    }

    /// What the session answers for: blocks of 1 KiB and more. What grows with data (pages, sorters, long values) is made of
    /// them; the small ones hold statements, which are bounded by their texts, and are not worth a look each.
    @inline(__always)
    private static func counted(_ block: UnsafeMutableRawPointer) -> Int {
        let size = grouplite_block_size(block)
        return size < 1024 ? 0 : size
    }

    @inline(__always)
    private static func count(_ bytes: Int) {
        if bytes == 0 { return }
        ThreadAccount.current?._withUnsafeGuaranteedRef { $0.add(bytes) }
    }

    private static func failed() -> UnsafeMutableRawPointer? {
        ThreadAccount.current?._withUnsafeGuaranteedRef { $0.systemFailed?(SQLITE_NOMEM) }
        return nil
    }
}
